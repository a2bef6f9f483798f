"""Speed and size beside the stock tools, in the same run: ``make bench``, or ``python bench/run.py page marking``.

Each ``bench_<name>.py`` with a ``run()`` gives rows of (what, ours, stock, unit); the ratio says how many times less
ours needs. Figures of a busy machine differ from day to day, ratios hardly.
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
Row = tuple[str, float, float, str]


def names() -> list[str]:
    """The benches there are: modules with a ``run`` function."""
    files = sorted(HERE.glob("bench_*.py"))
    return [file.stem.removeprefix("bench_") for file in files if "\ndef run(" in file.read_text(encoding="utf-8")]


def table(rows: list[Row]) -> str:
    """Rows as a table in plain text."""
    width = max(len(what) for what, *_rest in rows)
    lines = [f"{'':{width}}  {'ours':>12}  {'stock':>12}  ratio"]
    for what, ours, stock, unit in rows:
        ratio = f"{stock / ours:5.1f}" if ours and stock else "    –"
        lines.append(f"{what:{width}}  {shown(ours, unit):>12}  {shown(stock, unit) if stock else '–':>12}  {ratio}")
    return "\n".join(lines)


def shown(value: float, unit: str) -> str:
    """A figure with three digits that matter and its unit."""
    if unit == "bytes":
        return f"{value / 1000:,.0f} kB"
    text = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{text} {unit}".strip()


def main(wanted: list[str]) -> int:
    for unknown in set(wanted) - set(names()):
        print(f"There is no bench '{unknown}'; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]
    for name in wanted or names():
        began = time.monotonic()
        rows = importlib.import_module(f"bench_{name}").run()
        print(f"{table(rows)}\n({name}: {time.monotonic() - began:.0f} s)\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Speed and size beside the stock tools, in the same run: ``make bench``, or ``python bench/run.py page marking``.

Each ``bench_<name>.py`` with a ``run()`` gives rows; the ratio says how many times less ours needs, the target is what
the project promises. Figures of a busy machine differ from day to day, ratios hardly. It fails no build: it prints.
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests"), str(HERE.parent / "src")]

from measure import Row, table  # noqa: E402


def names() -> list[str]:
    """The benches there are: modules with a ``run`` function."""
    files = sorted(HERE.glob("bench_*.py"))
    return [file.stem.removeprefix("bench_") for file in files if "\ndef run(" in file.read_text(encoding="utf-8")]


def main(wanted: list[str]) -> int:
    """Run the benches named, or all; returns 2 for an unknown name."""
    for unknown in set(wanted) - set(names()):
        print(f"There is no bench '{unknown}'; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in wanted or names():
        began = time.monotonic()
        print(f"{name} …", end="", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"bench_{name}").run()
        print(f" {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

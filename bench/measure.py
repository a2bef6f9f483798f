"""What all benches share: a row of the table with its target, medians, and commands run as a user would run them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 3


@dataclass(frozen=True)
class Row:
    """One measured thing; ``stock`` is None where it is not measured.

    A target is the least ratio, the most of ours, or the most that ours may be above stock.
    """

    what: str
    ours: float
    stock: float | None
    unit: str = ""
    ratio_least: float | None = None
    most: float | None = None
    above_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times less ours needs; None where one of them is nothing."""
        return self.stock / self.ours if self.ours and self.stock else None

    @property
    def target(self) -> str:
        if self.ratio_least is not None:
            return f"ratio ≥ {self.ratio_least:g}"
        if self.most is not None:
            return f"≤ {shown(self.most, self.unit)}"
        return f"≤ stock + {shown(self.above_most, self.unit)}" if self.above_most is not None else ""

    @property
    def kept(self) -> bool:
        """Whether the target is met; True where there is none."""
        if self.ratio_least is not None:
            return self.ratio is not None and self.ratio >= self.ratio_least
        if self.most is not None:
            return self.ours <= self.most
        return self.above_most is None or self.ours <= (self.stock or 0) + self.above_most


def shown(value: float, unit: str) -> str:
    """A figure with three digits that matter and its unit."""
    if unit == "bytes":
        return f"{value / 1000:,.0f} kB"
    text = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{text} {unit}".strip()


def table(rows: Sequence[Row]) -> str:
    """Rows as a table in plain text."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'':{width}}  {'ours':>9}  {'stock':>9}  {'ratio':>6}  target"]
    for row in rows:
        ratio = f"{row.ratio:.1f}" if row.ratio is not None else "–"
        target = f"{row.target}  {'met' if row.kept else 'MISSED'}" if row.target else ""
        ours, stock = shown(row.ours, row.unit), "–" if row.stock is None else shown(row.stock, row.unit)
        lines.append(f"{row.what:{width}}  {ours:>9}  {stock:>9}  {ratio:>6}  {target}".rstrip())
    return "\n".join(lines)


def side_by_side(ours: Callable[[], float], stock: Callable[[], float], runs: int = RUNS) -> tuple[float, float]:
    """Medians of both, measured in turn, so that a busy minute of the machine falls on both."""
    pairs = [(ours(), stock()) for _run in range(runs)]
    return statistics.median(mine for mine, _theirs in pairs), statistics.median(theirs for _mine, theirs in pairs)


def environment(**more: str) -> dict[str, str]:
    """For child processes: this checkout's code, and the commands beside this Python."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | {"PYTHONPATH": str(ROOT / "src"), "PATH": path, **more}


def command(words: Sequence[str | Path], cwd: Path, *, printed: list[str] | None = None) -> float:
    """Seconds that a Python command takes from start to end; stops the bench, with its output, when it fails.

    What it printed is added to ``printed``.
    """
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{words} failed:\n{done.stdout}{done.stderr}")
    seconds = time.perf_counter() - began
    if printed is not None:
        printed.append(done.stdout)
    return seconds

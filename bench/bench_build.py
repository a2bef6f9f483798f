"""``workbook build`` of the whole course from nothing, beside the stock commands that make the same kinds of files.

Stock: ``jupytext --to ipynb`` of the lessons and ``nbgrader generate_assignment`` of each unit. They begin with the
exercises' source notebooks, which our build writes as well.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from measure import ROOT, Row, command, side_by_side


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as folder:
        place = Path(folder)
        ours, stock = _course(place / "ours"), _course(place / "stock")
        build(stock)
        mine, theirs = side_by_side(lambda: build(ours), lambda: by_stock(stock), runs=2)
    return [Row("workbook build (stock: jupytext, generate_assignment)", mine, theirs, "s", most=10)]


def _course(root: Path) -> Path:
    for name in ("course", "solutions"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root


def build(root: Path) -> float:
    """Seconds of the command, with nothing derived before it."""
    for name in ("build", "exercises"):
        shutil.rmtree(root / name, ignore_errors=True)
    for file in (root / "course").glob("*/*.ipynb"):
        file.unlink()
    return command(["-m", "workbook", "build"], root)


def by_stock(root: Path) -> float:
    """Seconds of the stock commands, one after another."""
    lessons = sorted((root / "course").glob("*/*.md"))
    seconds = command(["-m", "jupytext", "--to", "ipynb", *lessons], root)
    for unit in sorted((root / "build" / "source").iterdir()):
        seconds += command(["-m", "nbgrader", "generate_assignment", unit.name, "--force"], root)
    return seconds

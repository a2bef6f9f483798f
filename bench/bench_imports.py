"""What ``import workbook`` adds to an empty Python, beside ``import ipywidgets``."""

from __future__ import annotations

from measure import ROOT, Row, command, side_by_side


def run() -> list[Row]:
    ours, stock = side_by_side(lambda: added("workbook"), lambda: added("ipywidgets"), runs=9)
    return [Row("import workbook (stock: import ipywidgets)", ours * 1000, stock * 1000, "ms", most=50)]


def added(name: str) -> float:
    """Seconds beyond an empty Python, started just before."""
    bare = command(["-c", "pass"], ROOT)
    return max(0.0001, command(["-c", f"import {name}"], ROOT) - bare)

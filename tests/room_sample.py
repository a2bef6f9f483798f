"""A small private course for tests of serving: two units, three lessons, forms made with stock ipywidgets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FORM = """
import ipywidgets as w
choice = w.RadioButtons(options=["Water", "Roads"], description="Need")
text = w.Text(description="Why", continuous_update=False)
seen = w.HTML()
text.observe(lambda change: setattr(seen, "value", f"<p class='told'>You said {change.new}</p>"), "value")
w.VBox([choice, text, seen])
"""
ANY = """
import os, anywidget, traitlets
class Note(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) { const b = document.createElement('button'); " \\
        "b.id = 'note'; b.textContent = model.get('who'); el.append(b); } }"
    who = traitlets.Unicode().tag(sync=True)
Note(who=" ".join(os.environ[name] for name in ("WORKBOOK_OWNER", "WORKBOOK_ALONE")))
"""


def notebook(*cells: tuple[str, str]) -> dict[str, Any]:
    made = []
    for number, (kind, source) in enumerate(cells):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        made.append(cell)
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


AFTER = """
## And then

![A pump beside a well](figures/pump.svg)

| Need | Owner |
|---|---|
| Water | Mayor |
"""

LESSONS = {
    "first/needs": notebook(
        ("markdown", "# What a town needs\n\nIt costs $5 million to $10 million. See [the roads](roads.ipynb#why)."),
        ("code", FORM),
        ("markdown", AFTER),
        ("code", ANY),
    ),
    "first/roads": notebook(
        ("markdown", "## Why\n\nRoads carry people.\n"),
        ("code", "import ipywidgets\nipywidgets.Checkbox(description='Agreed')"),
        ("code", "raise ValueError('a cell that fails')"),
    ),
    "second/end": notebook(("markdown", "# The end\n\nOnly text here.")),
}


def course_data() -> dict[str, Any]:
    def exercise(name: str, *questions: str) -> dict[str, Any]:
        asked = [{"id": id, "required": not id.startswith("maybe")} for id in questions]
        return {
            "id": f"first/{name}",
            "title": name,
            "minutes": 5,
            "track": "core",
            "purpose": "plan",
            "questions": asked,
        }

    return {
        "title": "A small course",
        "units": [
            {
                "id": "first",
                "title": "Beginnings",
                "summary": "What there is & what is missing.",
                "objectives": {"see": "See what a town needs"},
                "lessons": [
                    {
                        "id": "needs",
                        "title": "Needs <first>",
                        "minutes": 20,
                        "exercises": [exercise("list", "a", "b", "maybe-c")],
                    },
                    {"id": "roads", "title": "Roads", "minutes": 10, "exercises": [exercise("roads", "d")]},
                ],
            },
            {
                "id": "second",
                "title": "Endings",
                "summary": "Looking back.",
                "objectives": {"look": "Look back"},
                "lessons": [{"id": "end", "title": "The end", "minutes": 5, "exercises": []}],
            },
        ],
    }


def make(root: Path) -> Path:
    """Write the course under ``root``; returns it."""
    for path, lesson in LESSONS.items():
        file = root / "course" / f"{path}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(lesson), encoding="utf-8")
    (root / "course" / "course.json").write_text(json.dumps(course_data()), encoding="utf-8")
    figures = root / "course" / "first" / "figures"
    figures.mkdir()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120"><circle r="50" fill="#9cc"/></svg>'
    (figures / "pump.svg").write_text(svg, encoding="utf-8")
    exercise = root / "exercises" / "first" / "list.ipynb"
    exercise.parent.mkdir(parents=True)
    exercise.write_text(json.dumps(notebook(("markdown", "# List"), ("code", "1 + 1"))), encoding="utf-8")
    return root

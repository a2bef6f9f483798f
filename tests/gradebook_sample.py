"""A gradebook made with nbgrader's own objects: a unit with one notebook of two cells, or as many as asked."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from workbook.gradebook.access import connected, path_of

COURSE: dict[str, Any] = {
    "title": "A small course",
    "units": [
        {
            "id": "harbour",
            "title": "The harbour",
            "lessons": [{"id": "needs", "title": "Needs", "exercises": [{"id": "harbour/nets", "purpose": "marked"}]}],
        }
    ],
}


@cache
def _empty() -> bytes:
    """An empty gradebook as nbgrader makes it; it calls alembic, which takes two seconds, so it is made once."""
    with tempfile.TemporaryDirectory() as folder:
        with connected(Path(folder)):
            pass
        return path_of(Path(folder)).read_bytes()


def with_gradebook(root: Path) -> Path:
    """An empty gradebook at ``root``, if there is none."""
    path_of(root).parent.mkdir(parents=True, exist_ok=True)
    if not path_of(root).is_file():
        path_of(root).write_bytes(_empty())
    return root


def graded(
    root: Path, marks: Mapping[str, Mapping[str, Sequence[float | None]]], course: dict[str, Any] | None = None,
    unit: str = "harbour", most: float = 2.0,
) -> Path:  # fmt: skip
    """A course at ``root`` whose gradebook has ``marks``: learner to notebook to points of its cells (None: a person
    has to mark; such a cell is a criterion of a rubric). Every cell is worth ``most``."""
    (root / "course").mkdir(parents=True, exist_ok=True)
    (root / "course" / "course.json").write_text(json.dumps(course or COURSE), encoding="utf-8")
    with_gradebook(root)
    cells: dict[str, Sequence[float | None]] = {}
    for notebooks in marks.values():
        cells |= {name: points for name, points in notebooks.items() if len(points) >= len(cells.get(name, ()))}
    with Gradebook(f"sqlite:///{path_of(root)}", "default_course") as gradebook, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader's own objects are made in an order that SQLAlchemy warns of
        gradebook.add_assignment(unit)
        for notebook, points in cells.items():
            gradebook.add_notebook(notebook, unit)
            for n, one in enumerate([*points, 0.0]):
                if one is None:
                    gradebook.add_task_cell(f"rubric-{n}", notebook, unit, max_score=most, cell_type="markdown")
                else:
                    gradebook.add_grade_cell(f"score-{n}", notebook, unit, max_score=most, cell_type="code")
        for student, notebooks in marks.items():
            gradebook.update_or_create_student(student)
            if not notebooks:
                continue
            gradebook.add_submission(unit, student, timestamp="2026-02-01 10:00:00 UTC")
            for notebook, points in notebooks.items():
                for n, one in enumerate(points):
                    grade = gradebook.find_grade(
                        f"rubric-{n}" if one is None else f"score-{n}", notebook, unit, student
                    )
                    grade.auto_score, grade.needs_manual_grade = one, one is None
                last = gradebook.find_grade(f"score-{len(points)}", notebook, unit, student)
                last.auto_score, last.needs_manual_grade = 0.0, False
            gradebook.db.commit()
    return root

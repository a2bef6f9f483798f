"""Grades as files: nbgrader's own columns as CSV, a workbook for spreadsheets, and what Moodle and Canvas import.

Moodle (https://docs.moodle.org/en/Grade_import): CSV in UTF-8 with a line of titles; one column by which people are
found (``ID number`` or ``Email address``, chosen under *Map from* and *Map to*), and one for each grade item.

Canvas (https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807, and
``lib/gradebook_importer.rb`` of instructure/canvas-lms): the columns ``Student``, ``ID``, ``SIS User ID``,
``SIS Login ID`` and ``Section`` in this order, one for each assignment; a row ``Points Possible`` under the titles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ..errors import WorkbookError
from ..gradebook.learners import Listed
from ..i18n import _
from .grades import Grades
from .tables import Cell, Sheet, csv_text, number, write, xlsx

Row = tuple[Cell, ...]
NBGRADER: Final = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score", "needs_manual_grade",
)  # fmt: skip
"""The columns of ``nbgrader export``, and at the end how many marks by hand are missing."""


def export(grades: Grades, path: Path, shape: str = "") -> Path:
    """Write ``grades`` to ``path`` (``.csv`` or ``.xlsx``); ``shape``: one of :data:`SHAPES`, for a course site."""
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx") or (shape and suffix != ".csv"):
        kinds = ".csv" if shape else ".csv, .xlsx"
        raise WorkbookError(_("'{name}' must end with one of: {kinds}").format(name=path.name, kinds=kinds))
    if suffix == ".xlsx":
        return write(path, xlsx([Sheet(_("Grades"), wide(grades)), Sheet(_("Hand-ins"), long(grades))]))
    rows = SHAPES[shape](grades) if shape else long(grades)
    # A mark at the beginning tells Excel that this is UTF-8; course sites are told so when they import.
    return write(path, csv_text(rows).encode("utf-8" if shape else "utf-8-sig"))


def long(grades: Grades) -> tuple[Row, ...]:
    """A row for each learner and unit, with the columns of nbgrader; who handed in nothing has 0, as there."""
    rows: list[Row] = [NBGRADER]
    for unit in grades.units:
        for one in grades.learners:
            found = grades.of[one.id, unit]
            who = (one.id, one.last, one.first, one.email)
            points = (found.points, found.penalty, found.score, found.most, float(found.waiting))
            rows.append((unit, found.due, found.at, *who, *points))
    return tuple(rows)


def wide(grades: Grades) -> tuple[Row, ...]:
    """A row for each learner and a column for each unit, then the sum and what can be had; empty: not handed in."""
    head = (_("Id"), _("Number"), _("Last name"), _("First name"), _("E-mail"))
    most = tuple(grades.most[unit] for unit in grades.units)
    rows: list[Row] = [(*head, *grades.units, _("Sum"), _("Of"), _("Marks by hand still missing"))]
    for one in grades.learners:
        scores = _scores(grades, one)
        waiting = float(sum(grades.of[one.id, unit].waiting for unit in grades.units))
        can = sum(grades.of[one.id, unit].most for unit in grades.units)
        total = sum(score for score in scores if score is not None)
        rows.append((one.id, one.number, one.last, one.first, one.email, *scores, total, can, waiting))
    return (*rows, ("", "", _("Points that can be had"), "", "", *most, sum(most), sum(most), None))


def moodle(grades: Grades) -> tuple[Row, ...]:
    """What Moodle imports, with the titles of its own export."""
    head = ("First name", "Last name", "ID number", "Email address")
    rows: list[Row] = [
        (one.first, one.last, one.number or one.id, one.email, *_scores(grades, one)) for one in grades.learners
    ]
    return ((*head, *grades.units), *rows)


def canvas(grades: Grades) -> tuple[Row, ...]:
    """What Canvas imports. The numbers that it gives people stay empty: it finds them by their own ids."""
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    most: Row = ("Points Possible", "", "", "", "", *(grades.most[unit] for unit in grades.units))
    rows: list[Row] = [
        (_last_first(one), "", one.number or one.id, one.email, "", *_scores(grades, one)) for one in grades.learners
    ]
    return ((*head, *grades.units), most, *rows)


SHAPES: Final[Mapping[str, Callable[[Grades], tuple[Row, ...]]]] = {"moodle": moodle, "canvas": canvas}


def maxima(grades: Grades) -> str:
    """Unit by unit the points that can be had, in words for whoever makes the columns on a course site."""
    return ", ".join(f"{unit} {number(grades.most[unit])}" for unit in grades.units)


def _scores(grades: Grades, one: Listed) -> list[float | None]:
    found = [grades.of[one.id, unit] for unit in grades.units]
    return [grade.score if grade.handed_in else None for grade in found]


def _last_first(one: Listed) -> str:
    return ", ".join(part for part in (one.last, one.first) if part) or one.id

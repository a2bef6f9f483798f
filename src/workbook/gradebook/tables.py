"""nbgrader's tables as marking needs them: a unit with its notebooks and cells, and the submissions that stand there.

Rows are found by the pairs of ids that the tables have an index for, so that they are found as quickly in a gradebook
of thirty thousand learners as in one of thirty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nbgrader import api
from sqlalchemy import Column, Connection, MetaData, String, Table, func, select

from .outcome import Given
from .worker import Cell

MARKED = Table(
    "workbook_marked",
    MetaData(),
    Column("submission_id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),
)
"""What each submission was when it was marked, as a digest: nbgrader has no place for that. Nobody else reads it."""


@dataclass(frozen=True)
class Assignment:
    """A unit as the gradebook knows it: ids of notebooks by name, of cells by :data:`Cell`, and most points of each."""

    id: str
    duedate: datetime | None
    notebooks: Mapping[str, str]
    cells: Mapping[Cell, str]
    tasks: frozenset[Cell]
    comments: Mapping[Cell, str]
    most: Mapping[Cell, float]

    def of(self, notebook: str) -> dict[str, float]:
        """The cells of a notebook that points are given in, and the most of each."""
        return {cell: most for (name, cell), most in self.most.items() if name == notebook}


@dataclass(frozen=True)
class Known:
    """A submission that stands in the gradebook, and what it was when it was marked ('' if it never was)."""

    id: str
    timestamp: datetime | None
    extension: timedelta | None
    digest: str


def assignment(connection: Connection, unit: str) -> Assignment | None:
    """The unit in the gradebook; None if ``nbgrader generate_assignment`` never told of it."""
    cell, notebook = api.BaseCell.__table__, api.Notebook.__table__
    graded, tasks = api.GradeCell.__table__, api.TaskCell.__table__
    query = select(api.Assignment.id, api.Assignment.duedate).where(api.Assignment.name == unit)
    found = connection.execute(query).one_or_none()
    if found is None:
        return None
    names = select(notebook.c.name, notebook.c.id).where(notebook.c.assignment_id == found.id)
    rows = connection.execute(
        select(
            notebook.c.name, cell.c.name, cell.c.id, cell.c.type, func.coalesce(graded.c.max_score, tasks.c.max_score)
        )
        .join_from(cell, notebook, cell.c.notebook_id == notebook.c.id)
        .outerjoin(graded, graded.c.id == cell.c.id)
        .outerjoin(tasks, tasks.c.id == cell.c.id)
        .where(notebook.c.assignment_id == found.id)
    ).all()
    with_points = [row for row in rows if row[3] in ("GradeCell", "TaskCell")]
    return Assignment(
        found.id,
        found.duedate,
        {row.name: row.id for row in connection.execute(names.order_by(notebook.c.name))},
        {(row[0], row[1]): row[2] for row in with_points},
        frozenset((row[0], row[1]) for row in with_points if row[3] == "TaskCell"),
        {(row[0], row[1]): row[2] for row in rows if row[3] in ("SolutionCell", "TaskCell")},
        {(row[0], row[1]): row[4] or 0.0 for row in with_points},
    )


def handed_in(connection: Connection, unit: Assignment) -> bool:
    """Whether the gradebook holds somebody's work in this unit."""
    table = api.SubmittedAssignment.__table__
    query = select(table.c.id).where(table.c.assignment_id == unit.id).limit(1)
    return connection.execute(query).first() is not None


def known(connection: Connection, unit: Assignment, students: Sequence[str]) -> dict[str, Known]:
    """Those of the learners whose submission stands in the gradebook."""
    table = api.SubmittedAssignment.__table__
    query = (
        select(table.c.student_id, table.c.id, table.c.timestamp, table.c.extension, MARKED.c.digest)
        .outerjoin(MARKED, MARKED.c.submission_id == table.c.id)
        .where(table.c.assignment_id == unit.id, table.c.student_id.in_(students))
    )
    return {row[0]: Known(row[1], row[2], row[3], row[4] or "") for row in connection.execute(query)}


def scores(connection: Connection, unit: Assignment, students: Sequence[str]) -> dict[str, dict[Cell, Given]]:
    """The points of self-marking cells that the gradebook has, by learner and cell; none for a new learner."""
    student = {one.id: name for name, one in known(connection, unit, students).items()}
    cell = {id: place for place, id in unit.cells.items() if place not in unit.tasks}
    found: dict[str, dict[Cell, Given]] = {name: {} for name in student.values()}
    notebooks = {row.id: row.assignment_id for row in submitted_notebooks(connection, unit, list(student))}
    grade = api.Grade.__table__
    query = select(grade.c.notebook_id, grade.c.cell_id, grade.c.auto_score, grade.c.manual_score)
    query = query.where(grade.c.cell_id.in_(list(cell)))
    for notebook, id, auto, manual in in_parts(connection, query, grade.c.notebook_id, list(notebooks)):
        found[student[notebooks[notebook]]][cell[id]] = (auto, manual)
    return found


def submitted_notebooks(connection: Connection, unit: Assignment, submissions: Sequence[str]) -> list[Any]:
    """The notebooks of some submissions: id, submission (``assignment_id``) and which it is (``notebook_id``)."""
    table = api.SubmittedNotebook.__table__
    query = select(table.c.id, table.c.assignment_id, table.c.notebook_id).where(
        table.c.notebook_id.in_(list(unit.notebooks.values()))
    )
    return list(in_parts(connection, query, table.c.assignment_id, submissions))


def in_parts(connection: Connection, query: Any, column: Any, ids: Sequence[str]) -> Iterator[Any]:
    """The rows of ``query`` for many ids: databases limit how many stand in one statement."""
    for start in range(0, len(ids), 5000):
        yield from connection.execute(query.where(column.in_(ids[start : start + 5000])))

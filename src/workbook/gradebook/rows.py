"""Marks as rows of nbgrader's tables, for a batch of learners: what ``nbgrader autograde`` writes one by one.

What people enter (manual scores, comments, extra credit, flags, extensions) is never written here.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nbgrader import api
from sqlalchemy import Connection, bindparam, func, insert, select, update

from .tables import MARKED, Assignment, Known, in_parts, submitted_notebooks
from .worker import Cell, Result

Penalty = Callable[[str, float, float], float | None]
"""The trainer's rule for late submissions: learner, score of the notebook, seconds late; to the points lost."""


@dataclass
class Batch:
    """What has to be inserted for a batch of learners, table by table."""

    rows: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, model: Any, **values: Any) -> str:
        """One more row; returns its id."""
        id = str(values.setdefault("id", _ids()))
        self.rows.setdefault(model.__table__, []).append(values)
        return id


def store(
    connection: Connection,
    assignment: Assignment,
    results: Sequence[Result],
    known: Mapping[str, Known],
    penalty: Penalty | None,
) -> None:
    """Put the marks of some learners into the gradebook; ``known``: those whose submission stands there already."""
    submissions = _submissions(connection, assignment, results, known)
    notebooks = _submitted(connection, assignment, submissions, known)
    _grades(connection, assignment, results, notebooks, known)
    _late(connection, assignment, results, notebooks, known, penalty)
    _note(connection, results, submissions)


_started = itertools.count()


def _ids() -> str:
    """A new id: 32 hexadecimal digits, each greater than the one before. Random ids, as nbgrader makes them, would
    have a large gradebook write to a different page of its indexes for every single mark."""
    return f"{time.time_ns():016x}{next(_started) & 0xFFFFFFFF:08x}{secrets.token_hex(4)}"


def _submissions(
    connection: Connection, assignment: Assignment, results: Sequence[Result], known: Mapping[str, Known]
) -> dict[str, str]:
    """The ids of the learners' submissions, made where there is none, with the time of handing in."""
    batch = Batch()
    table = api.Student.__table__
    new = [result for result in results if result.student not in known]
    here = set(connection.execute(select(table.c.id).where(table.c.id.in_([r.student for r in new]))).scalars())
    for result in new:
        if result.student not in here:
            batch.add(api.Student, id=result.student)
    found = {student: one.id for student, one in known.items()}
    for result in new:
        found[result.student] = batch.add(
            api.SubmittedAssignment, assignment_id=assignment.id, student_id=result.student, timestamp=result.timestamp
        )
    _insert(connection, batch)
    submitted = api.SubmittedAssignment.__table__
    times = [
        {"b_id": found[r.student], "at": r.timestamp}
        for r in results
        if r.timestamp is not None and r.student in known and known[r.student].timestamp != r.timestamp
    ]
    if times:
        set_to = update(submitted).where(submitted.c.id == bindparam("b_id"))
        connection.execute(set_to.values(timestamp=bindparam("at")), times)
    return found


def _submitted(
    connection: Connection, assignment: Assignment, submissions: Mapping[str, str], known: Mapping[str, Known]
) -> dict[Cell, str]:
    """The ids of submitted notebooks by learner and name, made where there are none: all of the unit's, as nbgrader."""
    student = {one.id: name for name, one in known.items()}
    name = {id: name for name, id in assignment.notebooks.items()}
    found = {
        (student[row.assignment_id], name[row.notebook_id]): row.id
        for row in submitted_notebooks(connection, assignment, list(student))
    }
    batch = Batch()
    for who, submission in submissions.items():
        for notebook, id in assignment.notebooks.items():
            if (who, notebook) not in found:
                made = batch.add(api.SubmittedNotebook, notebook_id=id, assignment_id=submission, flagged=False)
                found[who, notebook] = made
    _insert(connection, batch)
    return found


def _grades(
    connection: Connection,
    assignment: Assignment,
    results: Sequence[Result],
    notebooks: Mapping[Cell, str],
    known: Mapping[str, Known],
) -> None:
    """A row for each cell and comment, points where a cell marks itself; a line of a rubric waits for a person."""
    marked = {(r.student, name): points for r in results for name, points in r.points}
    again = [notebooks[r.student, name] for r in results if r.student in known for name in assignment.notebooks]
    grades = _pairs(connection, api.Grade, assignment.cells.values(), again)
    comments = _pairs(connection, api.Comment, assignment.comments.values(), again)
    cells, remarks = _by_notebook(assignment.cells), _by_notebook(assignment.comments)
    batch = Batch()
    scored, waiting = [], []
    for result in results:
        for notebook in assignment.notebooks:
            points = marked.get((result.student, notebook))
            paper = notebooks[result.student, notebook]
            for cell, id in cells.get(notebook, ()):
                score = None if points is None else points.get(cell)
                if (id, paper) not in grades:
                    batch.add(
                        api.Grade, cell_id=id, notebook_id=paper, auto_score=score, needs_manual_grade=score is None
                    )
                elif score is not None:
                    scored.append({"c": id, "n": paper, "score": score})
                elif points is not None:
                    waiting.append({"c": id, "n": paper})
            for _cell, id in remarks.get(notebook, ()):
                if (id, paper) not in comments:
                    batch.add(api.Comment, cell_id=id, notebook_id=paper)
    _insert(connection, batch)
    table = api.Grade.__table__
    here = update(table).where(table.c.cell_id == bindparam("c"), table.c.notebook_id == bindparam("n"))
    if scored:  # as nbgrader: where a person has given a score, a new one of the machine is to be looked at
        judged = table.c.manual_score.is_not(None)
        connection.execute(here.values(auto_score=bindparam("score"), needs_manual_grade=judged), scored)
    if waiting:
        connection.execute(here.values(auto_score=None, needs_manual_grade=table.c.manual_score.is_(None)), waiting)


def _by_notebook(cells: Mapping[Cell, str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for (notebook, cell), id in cells.items():
        found.setdefault(notebook, []).append((cell, id))
    return found


def _note(connection: Connection, results: Sequence[Result], submissions: Mapping[str, str]) -> None:
    """What each submission was when it was marked."""
    rows = [{"submission_id": submissions[result.student], "digest": result.digest} for result in results]
    connection.execute(MARKED.delete().where(MARKED.c.submission_id.in_([row["submission_id"] for row in rows])))
    connection.execute(insert(MARKED), rows)


def _insert(connection: Connection, batch: Batch) -> None:
    for table, rows in batch.rows.items():
        connection.execute(insert(table), rows)


def _pairs(connection: Connection, model: Any, cells: Iterable[str], notebooks: Sequence[str]) -> set[tuple[str, str]]:
    """Which cells of which notebooks have a row already."""
    table = model.__table__
    query = select(table.c.cell_id, table.c.notebook_id).where(table.c.cell_id.in_(list(cells)))
    return {(row[0], row[1]) for row in in_parts(connection, query, table.c.notebook_id, notebooks)}


def _totals(connection: Connection, assignment: Assignment, notebooks: Sequence[str]) -> dict[str, float]:
    """The score of each notebook as nbgrader counts it: a person's marks before the machine's, and extra credit."""
    grade = api.Grade.__table__
    given = func.coalesce(grade.c.manual_score, grade.c.auto_score)
    extra = func.coalesce(grade.c.extra_credit, 0.0)
    query = (
        select(grade.c.notebook_id, func.sum(given + extra))
        .where(grade.c.cell_id.in_(list(assignment.cells.values())), given.is_not(None))
        .group_by(grade.c.notebook_id)
    )
    return {row[0]: row[1] for row in in_parts(connection, query, grade.c.notebook_id, notebooks)}


def _late(
    connection: Connection,
    assignment: Assignment,
    results: Sequence[Result],
    notebooks: Mapping[Cell, str],
    known: Mapping[str, Known],
    penalty: Penalty | None,
) -> None:
    """The penalty of each notebook by the trainer's rule, never more than its score and never less than nothing."""
    late = {result.student: seconds for result in results if (seconds := _seconds_late(assignment, result, known))}
    table = api.SubmittedNotebook.__table__
    papers = [(r.student, name, notebooks[r.student, name]) for r in results for name, _points in r.points]
    again = [{"b_id": id} for student, _name, id in papers if student in known and student not in late]
    clear = update(table).where(table.c.id == bindparam("b_id"), table.c.late_submission_penalty.is_not(None))
    if again:
        connection.execute(clear.values(late_submission_penalty=None), again)
    lost = []
    of_late = [paper for paper in papers if paper[0] in late]
    totals = _totals(connection, assignment, [id for _student, _name, id in of_late])
    for student, _name, id in of_late:
        score = totals.get(id, 0.0)
        points = penalty(student, score, late[student]) if penalty else None
        lost.append({"b_id": id, "lost": None if points is None else min(max(points, 0.0), score)})
    if lost:
        set_to = update(table).where(table.c.id == bindparam("b_id"))
        connection.execute(set_to.values(late_submission_penalty=bindparam("lost")), lost)


def _seconds_late(assignment: Assignment, result: Result, known: Mapping[str, Known]) -> float:
    """Seconds after the due date of this learner, extension included; 0 for in time, as nbgrader counts."""
    before = known.get(result.student)
    at = result.timestamp or (before.timestamp if before else None)
    due = assignment.duedate
    if at is None or due is None:
        return 0.0
    extension = before.extension if before else None
    return max(0.0, (at - due - (extension or timedelta())).total_seconds())

"""The points in nbgrader's gradebook, notebook by notebook, in two statements whatever the number of learners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .access import connected, path_of

# As nbgrader's Grade.score: a mark by hand goes before the machine's; extra credit adds to either.
_POINTS = "coalesce(g.manual_score, g.auto_score) + coalesce(g.extra_credit, 0)"
_MARKED = f"""
    select s.student_id, a.name, n.name, coalesce(sum({_POINTS}), 0), coalesce(sn.late_submission_penalty, 0),
           coalesce(sum(g.needs_manual_grade), 0), s.timestamp
    from submitted_notebook sn
    join submitted_assignment s on s.id = sn.assignment_id
    join assignment a on a.id = s.assignment_id
    join notebook n on n.id = sn.notebook_id
    left join grade g on g.notebook_id = sn.id
    group by sn.id"""
_MOST = """
    select a.name, n.name, coalesce(sum(coalesce(g.max_score, t.max_score)), 0)
    from notebook n
    join assignment a on a.id = n.assignment_id
    left join base_cell c on c.notebook_id = n.id
    left join grade_cells g on g.id = c.id
    left join task_cells t on t.id = c.id
    group by n.id"""


@dataclass(frozen=True)
class Marked:
    """One notebook of one hand-in: points, the penalty for being late, and how many marks by hand are missing.

    ``at``: when it was handed in, as nbgrader stores it; empty if unknown.
    """

    student: str
    unit: str
    notebook: str
    points: float
    penalty: float = 0.0
    waiting: int = 0
    at: str = ""


@dataclass(frozen=True)
class Scores:
    """Everything that is marked; ``most``: unit to notebook to the points that can be had; ``due``: unit to date."""

    marked: tuple[Marked, ...] = ()
    most: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    due: Mapping[str, str] = field(default_factory=dict)


def scores(root: Path) -> Scores:
    """What stands in the gradebook of the course in ``root``; nothing where there is none. Raises WorkbookError."""
    if not path_of(root).is_file():
        return Scores()
    most: dict[str, dict[str, float]] = {}
    with connected(root) as gradebook:
        marked = tuple(
            Marked(student, unit, notebook, float(points), float(penalty), int(waiting), (at or "").partition(".")[0])
            for student, unit, notebook, points, penalty, waiting, at in gradebook.execute(_MARKED)
        )
        for unit, notebook, points in gradebook.execute(_MOST):
            most.setdefault(unit, {})[notebook] = float(points)
        dates = gradebook.execute("select name, duedate from assignment where duedate is not null")
        due = {unit: when.partition(".")[0] for unit, when in dates}
    return Scores(marked, most, due)

"""What stands in nbgrader's gradebook of single learners: points of every cell, by machine and by hand, comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .access import connected, path_of

# From the unit to its cells and from there to the learners' rows: these are found by pairs of ids with an index.
_UNIT: Final = "from assignment a cross join notebook n on n.assignment_id = a.id "
_CELL: Final = "cross join base_cell c on c.notebook_id = n.id "
_THEIRS: Final = (
    "cross join submitted_assignment s on s.assignment_id = a.id and s.student_id in ({students}) "
    "cross join submitted_notebook sn on sn.notebook_id = n.id and sn.assignment_id = s.id "
)
_PAPERS: Final = (
    "select s.student_id, s.timestamp, n.name, coalesce(sn.late_submission_penalty, 0) "
    f"{_UNIT}{_THEIRS}where a.name = ?"
)
_MARKS: Final = (
    "select s.student_id, n.name, c.name, coalesce(gc.max_score, tc.max_score, 0), g.auto_score, g.manual_score, "
    f"coalesce(g.extra_credit, 0), coalesce(g.needs_manual_grade, 0) {_UNIT}{_CELL}"
    f"left join grade_cells gc on gc.id = c.id left join task_cells tc on tc.id = c.id {_THEIRS}"
    "cross join grade g on g.cell_id = c.id and g.notebook_id = sn.id where a.name = ?"
)
_COMMENTS: Final = (
    f"select s.student_id, n.name, c.name, t.manual_comment {_UNIT}{_CELL}{_THEIRS}"
    "cross join comment t on t.cell_id = c.id and t.notebook_id = sn.id "
    "where t.manual_comment is not null and a.name = ?"
)


@dataclass(frozen=True)
class Mark:
    """The points of one cell, of at most ``most``: what the machine gave (``auto``), what a person gave (``manual``).

    ``waits``: a person has to look at it, so that the points are not final.
    """

    most: float
    auto: float | None = None
    manual: float | None = None
    extra: float = 0.0
    waits: bool = False

    @property
    def points(self) -> float | None:
        """As nbgrader counts: a person's points before the machine's, and extra credit; None if nobody gave any."""
        given = self.auto if self.manual is None else self.manual
        return None if given is None and not self.extra else (given or 0.0) + self.extra


@dataclass
class Paper:
    """One notebook of one learner: marks by the names of cells, a person's comments, points lost for being late."""

    marks: dict[str, Mark] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0


@dataclass
class Marks:
    """One learner's unit: notebooks by name. ``at``: when it was handed in, as nbgrader stores it; empty if unknown."""

    at: str = ""
    papers: dict[str, Paper] = field(default_factory=dict)


def marks(root: Path, unit: str, students: Sequence[str]) -> Mapping[str, Marks]:
    """What the gradebook of the course in ``root`` has of some learners (at most some hundreds at a time) in a unit;
    nothing of whom it does not know. Raises WorkbookError."""
    found: dict[str, Marks] = {}
    if not students or not path_of(root).is_file():
        return found
    known, places = (*students, unit), ", ".join("?" * len(students))
    with connected(root) as gradebook:
        for student, at, notebook, penalty in gradebook.execute(_PAPERS.format(students=places), known):
            one = found.setdefault(student, Marks(at or ""))
            one.papers[notebook] = Paper(penalty=float(penalty))
        for student, notebook, cell, most, auto, manual, extra, waits in gradebook.execute(
            _MARKS.format(students=places), known
        ):
            found[student].papers[notebook].marks[cell] = Mark(float(most), auto, manual, float(extra), bool(waits))
        for student, notebook, cell, comment in gradebook.execute(_COMMENTS.format(students=places), known):
            if comment.strip():
                found[student].papers[notebook].comments[cell] = comment.strip()
    return found

"""Grades from nbgrader's gradebook, added up as they may be reported: without tests, and without forms nobody drew.

Exercises with ``purpose: test`` look at the course and not at people; of several forms a learner is given one. nbgrader
itself adds everything, so its own export must not be used for this course (docs/trainers.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..answers import handin
from ..answers.unpacking import limited
from ..errors import WorkbookError, near
from ..gradebook.learners import Listed, listed
from ..gradebook.scores import Marked, Scores, scores
from ..i18n import _
from ..places import drawn


@dataclass(frozen=True)
class Grade:
    """What one learner has in one unit. ``points`` without, ``score`` with the penalty for being late; ``waiting`` so
    many marks by hand are missing, so that the points are not final. ``handed_in`` False: nothing to mark yet."""

    student: str
    unit: str
    most: float
    points: float = 0.0
    penalty: float = 0.0
    waiting: int = 0
    at: str = ""
    due: str = ""
    handed_in: bool = False

    @property
    def score(self) -> float:
        return max(0.0, self.points - self.penalty)


@dataclass(frozen=True)
class Grades:
    """Every learner's grade in every unit: ``of[student, unit]``. ``units`` in the order of the course."""

    learners: tuple[Listed, ...]
    units: tuple[str, ...]
    of: Mapping[tuple[str, str], Grade]
    most: Mapping[str, float]

    @property
    def waiting(self) -> int:
        """How many hand-ins still wait for marks by hand."""
        return sum(grade.waiting > 0 for grade in self.of.values())


@dataclass(frozen=True)
class Counted:
    """Which exercises count: ``tests`` never do; of each of ``draws`` (ids ``unit/exercise``) the drawn one does."""

    units: tuple[str, ...]
    tests: frozenset[str]
    draws: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, root: Path) -> Counted:
        """By the course in ``root``. Raises WorkbookError."""
        try:
            course = json.loads((root / "course" / "course.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise WorkbookError(_("The course has not been built yet. Run: workbook build")) from None
        shown = [about for unit in course["units"] for one in unit["lessons"] for about in one.get("exercises", ())]
        tests = frozenset(about["id"] for about in shown if about["purpose"] == "test")
        groups = {tuple(about["drawn-from"]): None for about in shown if about.get("drawn-from")}
        draws = tuple(group for group in groups if not tests.issuperset(group))
        return cls(tuple(unit["id"] for unit in course["units"]), tests, draws)

    def left_out(self, unit: str, owner: str) -> set[str]:
        """The exercises of ``unit`` that do not count for the learner whose id is ``owner``."""
        given = {drawn(group, owner) for group in self.draws}
        offered = {id for group in self.draws for id in group}
        return {id for id in self.tests | (offered - given) if id.startswith(f"{unit}/")}


def grades(root: Path, units: Sequence[str] = ()) -> Grades:
    """The grades of everybody in the gradebook of the course in ``root``. ``units``: ids, or none for
    all that are in the gradebook. Raises WorkbookError.
    """
    counted, found, people = Counted.of(root), scores(root), listed(root)
    for unit in units:
        if unit not in counted.units:
            raise WorkbookError(_("There is no unit '{unit}'.").format(unit=unit) + near(unit, counted.units))
    known = [unit for unit in [*counted.units, *sorted(set(found.most) - set(counted.units))] if unit in found.most]
    wanted = tuple(unit for unit in known if not units or unit in units)
    if not people or not wanted:
        todo = _("There are no grades yet. Collect hand-ins ('workbook collect') and mark them first.")
        raise WorkbookError(todo)
    return add_up(people.values(), wanted, found, counted, lambda student, unit: _owner(root, student, unit))


def add_up(
    people: Iterable[Listed], units: Sequence[str], found: Scores, counted: Counted, owner: Callable[[str, str], str]
) -> Grades:
    """Everybody's grades from single notebooks; ``owner(student, unit)`` is asked only where forms were drawn."""
    people = tuple(people)
    marked: dict[tuple[str, str], list[Marked]] = {}
    for one in found.marked:
        marked.setdefault((one.student, one.unit), []).append(one)
    drawing = {id.partition("/")[0] for group in counted.draws for id in group}
    plain = {unit: counted.left_out(unit, "") for unit in units}
    of = {}
    for learner in people:
        for unit in units:
            out = counted.left_out(unit, owner(learner.id, unit)) if unit in drawing else plain[unit]
            of[learner.id, unit] = _grade(learner.id, unit, marked.get((learner.id, unit), []), found, out)
    return Grades(people, tuple(units), of, {unit: _most(found, unit, plain[unit]) for unit in units})


def _grade(student: str, unit: str, marked: Sequence[Marked], found: Scores, out: set[str]) -> Grade:
    counts = [one for one in marked if f"{unit}/{one.notebook}" not in out]
    return Grade(
        student,
        unit,
        _most(found, unit, out),
        sum(one.points for one in counts),
        sum(one.penalty for one in counts),
        sum(one.waiting for one in counts),
        marked[0].at if marked else "",
        found.due.get(unit, ""),
        bool(marked),
    )


def _most(found: Scores, unit: str, out: set[str]) -> float:
    return sum(points for notebook, points in found.most.get(unit, {}).items() if f"{unit}/{notebook}" not in out)


def _owner(root: Path, student: str, unit: str) -> str:
    """The id that a learner handed in with: it decides which forms they were given."""
    path = root / "build" / "submitted" / student / unit / handin.FILE
    try:
        with path.open("rb") as file:
            return handin.read(limited(file)).owner.id
    except OSError:
        return ""

"""What a run of marking did, in plain words: counts, whose points changed, and everything that was odd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..i18n import _, ngettext
from .worker import Cell, Result

SHOWN: Final = 5
"""So many learners are named beside a remark that many of them share."""


Given = tuple[float | None, float | None]
"""Points that stand in the gradebook: what the machine gave, and what a person gave."""


@dataclass(frozen=True)
class Change:
    """One learner whose points are others than before: what the machine gave then and gives now, all exercises
    together. Cells in which a person gave the points count in neither."""

    student: str
    before: float
    now: float

    def __str__(self) -> str:
        return f"{self.student}: {self.before:g} → {self.now:g} ({self.now - self.before:+g})"


@dataclass
class Report:
    """One unit: how many learners were ``marked``, ``unchanged`` since the last time, had handed in ``nothing`` or
    ``failed``.

    ``unknown``: the gradebook has no such unit; ``new``, ``outdated``: exercises that it does not know, or knows
    otherwise; ``fixed``: those of them that nbgrader will not learn, since work in the unit has been marked; ``left``:
    notebooks with code of their own. ``odd``: remark to the exercises ('' for the whole unit) and learners it is about.
    """

    unit: str
    dry: bool = False
    unknown: bool = False
    new: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    first: int = 0
    changes: list[Change] = field(default_factory=list)
    by_cell: Counter[Cell] = field(default_factory=Counter)
    kept: int = 0
    odd: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every learner could be marked in every exercise of ours."""
        return not (self.unknown or self.new or self.outdated or self.counts["failed"])

    def count(self, results: Iterable[Result]) -> None:
        """Note what became of some learners."""
        for result in results:
            self.counts[result.outcome] += 1
            for exercise, text in result.remarks:
                self.odd.setdefault(text, {}).setdefault(result.student, set()).add(exercise)

    def compare(self, marked: Sequence[Result], before: Mapping[str, Mapping[Cell, Given]]) -> None:
        """Note whose points change, with what the gradebook had ``before``."""
        for result in marked:
            given = before.get(result.student)
            if not given or all(auto is None for auto, _manual in given.values()):
                self.first += 1
                continue
            was = now = 0.0
            different = False
            for notebook, points in result.points:
                for cell, score in points.items():
                    auto, manual = given.get((notebook, cell), (None, None))
                    if manual is not None:
                        self.kept += auto != score
                        continue
                    was, now = was + (auto or 0.0), now + score
                    if auto != score:
                        different = True
                        self.by_cell[notebook, cell] += 1
            if different:
                self.changes.append(Change(result.student, was, now))

    def lines(self) -> Iterator[str]:
        """The report for a person."""
        if self.unknown:
            yield _("{unit}: the gradebook does not know this unit yet, nothing was marked. Run: {command}").format(
                unit=self.unit, command=f"nbgrader generate_assignment {self.unit} --force"
            )
            return
        yield f"{self.unit}: {', '.join(self._counted())}."
        yield from self._changed()
        yield from self._course()
        yield from self._odd()

    def _counted(self) -> Iterator[str]:
        marked, unchanged = self.counts["marked"], self.counts["unchanged"]
        if self.dry:
            yield ngettext("{n} learner would be marked", "{n} learners would be marked", marked).format(n=marked)
        else:
            yield ngettext("{n} learner marked", "{n} learners marked", marked).format(n=marked)
        if marked and self.first:
            yield _("{n} of them for the first time").format(n=self.first)
        if unchanged:
            yield _("{n} unchanged since the last time").format(n=unchanged)
        if self.counts["nothing"]:
            yield _("{n} without anything of this unit").format(n=self.counts["nothing"])
        if self.counts["failed"]:
            yield _("{n} could not be marked").format(n=self.counts["failed"])

    def _changed(self) -> Iterator[str]:
        count = len(self.changes)
        if count:
            head = (
                ngettext("{n} learner would have other points:", "{n} learners would have other points:", count)
                if self.dry
                else ngettext("{n} learner has other points now:", "{n} learners have other points now:", count)
            )
            yield "  " + head.format(n=count)
            yield from (f"    {change}" for change in sorted(self.changes, key=lambda change: change.student))
            yield "  " + _("Questions that this comes from:")
            for (notebook, cell), n in self.by_cell.most_common():
                where = f"{notebook}, {cell.removeprefix('score-')}"
                yield "    " + ngettext("{where}: {n} learner", "{where}: {n} learners", n).format(where=where, n=n)
        elif self.counts["marked"] > self.first:
            yield "  " + _("Nobody's points have changed.")
        if self.kept:
            yield "  " + ngettext(
                "{n} mark of a person stays as it is, though the machine would mark otherwise than before; formgrader "
                "shows it as one to look at.",
                "{n} marks of people stay as they are, though the machine would mark otherwise than before; formgrader "
                "shows them as some to look at.",
                self.kept,
            ).format(n=self.kept)

    def _course(self) -> Iterator[str]:
        """What is not about learners."""
        told = [name for name in self.new + self.outdated if name not in self.fixed]
        if told:
            yield "  " + _(
                "The gradebook does not know these exercises as they are now: {names}. Run: {command}; then mark again."
            ).format(names=", ".join(told), command=f"nbgrader generate_assignment {self.unit} --force")
        if self.fixed:
            yield "  " + _(
                "nbgrader takes no new exercise and no new question with points into a unit once hand-ins of it have "
                "been marked: {names}. Put the unit back as it was and mark again. What is new can stand in another "
                "unit, or in this one for the next cohort, with a gradebook of its own."
            ).format(names=", ".join(self.fixed))
        for name in self.left:
            yield "  " + _("{name} has code of its own and was left for nbgrader. Run: {command}").format(
                name=name, command=f"nbgrader autograde {self.unit} --notebook={name}"
            )

    def _odd(self) -> Iterator[str]:
        if not self.odd:
            return
        yield "  " + _("What was odd (it stands in formgrader too, on top of the exercise):")
        for text, people in sorted(self.odd.items(), key=lambda item: (-len(item[1]), item[0])):
            named = [_with(who, people[who]) for who in sorted(people)[:SHOWN]]
            more = len(people) - len(named)
            if more:
                named.append(_("and {n} more").format(n=more))
            yield f"    {text} – {', '.join(named)}"

    def all_odd(self) -> Iterator[str]:
        """Every remark on every learner, a line each: for a file."""
        for text, people in sorted(self.odd.items()):
            yield from (f"{self.unit}\t{_with(who, people[who])}\t{text}" for who in sorted(people))


def _with(student: str, exercises: set[str]) -> str:
    """A learner, with the exercises it is about where it is not the whole unit."""
    named = sorted(exercises - {""})
    return f"{student} ({', '.join(named)})" if named else student

"""The partnership plan: all worksheets of one owner, and how they refer to each other.

Pure: exercises and values in, rows, labels and findings out. A worksheet's *address* is ``unit/exercise/question``; a
*reference* is what authors write: ``unit/exercise.column``, or ``unit/exercise/question.column`` where an exercise has
several worksheets with that column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .. import checks
from ..checks import Other, hold, values
from ..i18n import _
from ..kinds.table import Ask, Column, Reach, in_words, names, sheet
from ..model import Exercise, Finding, Question, Row
from . import gathered
from . import sections as whole
from .behind import dangling
from .references import Link, Unresolved, resolve
from .sections import Section, may_see

Labels = Mapping[str, str]
Values = Mapping[str, Mapping[str, Any]]
"""Exercise id to its values by question id."""
Removed = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Address of a worksheet to the rows that were removed from it, each with what last stood in its cells."""

FIRST = 2
"""So many findings are shown of a worksheet that has no row yet."""


@dataclass(frozen=True)
class Findings:
    """What checks say of a worksheet; ``aside`` are those that the learner has answered instead of filling."""

    open: tuple[Finding, ...]
    aside: tuple[Finding, ...]


@dataclass(frozen=True)
class Plan:
    """All of an owner's answers together. ``exercises`` by id, in the order of the course."""

    exercises: Mapping[str, Exercise]
    values: Values
    removed: Removed = field(default_factory=dict)

    # -- worksheets and references ----------------------------------------------------------------------------------

    @cached_property
    def tables(self) -> Mapping[str, Question]:
        """Every worksheet of the course by address."""
        return {f"{e.id}/{q.id}": q for e in self.exercises.values() for q in e.questions if isinstance(q.ask, Ask)}

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, Row]]:
        """The filled rows of every worksheet, by address and id; their cells know ``ref.column`` too."""
        return gathered.rows(self)

    @cached_property
    def reach(self) -> Reach:
        """How to find the worksheet that a ref points to."""
        return gathered.reach(self, self.rows)

    def value(self, address: str) -> Any:
        """What is stored for a question, or None."""
        exercise, _slash, question = address.rpartition("/")
        return self.values.get(exercise, {}).get(question)

    def resolve(self, reference: str) -> tuple[str, str]:
        """The worksheet's address and the column that a reference names. Raises :class:`Unresolved`."""
        found = self._resolved.get(reference)
        if found is None:
            found = self._resolved[reference] = resolve(self.exercises, reference)
        return found

    @cached_property
    def _resolved(self) -> dict[str, tuple[str, str]]:
        return {}

    def other(self, reference: str) -> Other | None:
        """A worksheet seen through the column that a reference names; None where there is none such."""
        try:
            address, column = self.resolve(reference)
        except Unresolved:
            return None
        return Other(column, tuple(self.rows[address].values()), self.labels(address, column))

    # -- labels and choices -----------------------------------------------------------------------------------------

    @cached_property
    def _labels(self) -> dict[tuple[str, str, bool], Labels]:
        return {}

    def labels(self, address: str, column: str, *, removed: bool = False) -> Labels:
        """Row id to what stands in its ``column``, through any chain of references (``removed``: of rows gone)."""
        key = (address, column, removed)
        if key in self._labels:
            return self._labels[key]
        if (address, column) in self._open:
            # Worksheets may refer to each other in a circle: what is asked for meanwhile has no labels yet.
            return {}
        self._open.add((address, column))
        self._labels[key] = self._label(address, column, removed)
        self._open.discard((address, column))
        return self._labels[key]

    @cached_property
    def _open(self) -> set[tuple[str, str]]:
        return set()

    def _label(self, address: str, id: str, removed: bool) -> Labels:
        rows = gathered.removed(self, address) if removed else list(self.rows[address].values())
        said = {row.id: gathered.in_words(self, address, id, row.cells.get(id)) for row in rows}
        if removed:
            return {row: text for row, text in said.items() if text}
        numbered = names(self.tables[address].ask, rows) if not all(said.values()) else {}
        return {row: text or numbered[row] for row, text in said.items()}

    def words(self, column: Column, cell: Any) -> str:
        """A cell in words; a row that is gone is called so."""
        return in_words(column, cell, self._known(column)) if values(cell) else ""

    def _known(self, column: Column) -> Mapping[str, Labels]:
        """All rows that a ref column may ever have named, under its key, as :func:`in_words` asks for them."""
        if column.from_ is None:
            return {}
        if column.source in self._knowns:
            return self._knowns[column.source]
        try:
            address, id = self.resolve(column.from_)
        except Unresolved:
            return {}
        gone = {row: _("(removed) {name}").format(name=n) for row, n in self.labels(address, id, removed=True).items()}
        known = {column.source: {**gone, **self.labels(address, id)}}
        if (address, id) not in self._open:
            self._knowns[column.source] = known
        return known

    @cached_property
    def _knowns(self) -> dict[str, Mapping[str, Labels]]:
        return {}

    def choices(self, exercise: str) -> Mapping[str, Labels]:
        """For a page: the rows that each ref column of an exercise may name, by :attr:`Column.source`."""
        found: dict[str, Labels] = {}
        for _question, _id, column in self._refs(exercise):
            found[column.source] = self.allowed(column)
        return found

    def allowed(self, column: Column) -> Labels:
        """The rows that a ref column may name: those that keep its ``where``."""
        try:
            address, id = self.resolve(column.from_ or "")
        except Unresolved:
            return {}
        rows, labels = self.rows[address], self.labels(address, id)
        return {row: label for row, label in labels.items() if hold(column.where, rows[row].cells)}

    def extra(self, exercise: str) -> Mapping[str, Mapping[str, Any]]:
        """For ``Place.extra``: labels of rows ``removed`` or ``outside`` a ``where``; which exercise comes first where
        there is nothing to choose from (``empty``); what ``computed`` columns say."""
        found: dict[str, dict[str, Any]] = {"removed": {}, "outside": {}, "empty": {}}
        found["computed"] = dict(gathered.computed(self, exercise))
        for _question, _id, column in self._refs(exercise):
            try:
                address, id = self.resolve(column.from_ or "")
            except Unresolved:
                continue
            allowed = self.allowed(column)
            outside = {row: label for row, label in self.labels(address, id).items() if row not in allowed}
            found["removed"][column.source] = self.labels(address, id, removed=True)
            found["outside"][column.source] = outside
            if (first := address.rpartition("/")[0]) != exercise:
                found["empty"][column.source] = self.exercises[first]
        return found

    def _refs(self, exercise: str) -> Iterator[tuple[Question, str, Column]]:
        for question in self.exercises[exercise].questions:
            if isinstance(question.ask, Ask):
                for id, column in question.ask.columns.items():
                    if column.type == "ref":
                        yield question, id, column

    # -- what is missing --------------------------------------------------------------------------------------------

    def findings(self, exercise: str, question: str) -> Findings:
        """What the checks of a worksheet say, with all others at hand."""
        address = f"{exercise}/{question}"
        ask: Ask = self.tables[address].ask
        value = self.value(address)
        choices = {k: v for _q, _id, column in self._refs(exercise) for k, v in self._known(column).items()}
        rows = list(self.rows[address].values())
        seen = sheet(ask, rows, choices=choices, others=self.other, reach=self.reach, words=self.words)
        found = checks.evaluate(ask.checks, seen)
        aside = value.get("aside") or {} if isinstance(value, Mapping) else {}
        open_ = [f for f in found if f.check not in aside]
        if not self.rows[address]:
            # Who has not begun need not hear yet all that a finished worksheet has.
            open_ = open_[:FIRST]
        return Findings(tuple(open_), tuple(f for f in found if f.check in aside))

    # -- references -------------------------------------------------------------------------------------------------

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every reference from a cell to a row that anyone made, broken ones included."""
        found = []
        for exercise in self.exercises:
            for question, id, column in self._refs(exercise):
                try:
                    target, pointed = self.resolve(column.from_ or "")
                except Unresolved:
                    continue
                known = {**self.labels(target, pointed, removed=True), **self.labels(target, pointed)}
                for row in self.rows[f"{exercise}/{question.id}"].values():
                    for to in values(row.cells.get(id)):
                        found.append(Link(exercise, question.id, row.id, id, to, target, known.get(to, "")))
        return tuple(found)

    def broken(self, exercise: str | None = None) -> tuple[Link, ...]:
        """References to rows that are gone, in one exercise or in all."""
        links = (link for link in self.links if exercise in (None, link.exercise))
        return tuple(link for link in links if link.to not in self.rows[link.target])

    def uses(self, exercise: str, question: str, row: str) -> tuple[Link, ...]:
        """Which cells refer to a row, for the warning before it is removed."""
        address = f"{exercise}/{question}"
        return tuple(link for link in self.links if link.to == row and link.target == address)

    def needed(self, unit: str) -> Mapping[str, tuple[str, ...]]:
        """Rows of other units that a unit's answers refer to, and rows that those refer to: address to row ids.

        References that only the learner may see are not followed: they are not handed in.
        """
        from_: dict[tuple[str, str], list[tuple[str, str]]] = {}
        waiting: list[tuple[str, str]] = []
        for link in self.links:
            asked = self.tables[f"{link.exercise}/{link.question}"]
            if "private" in (asked.visibility, asked.ask.columns[link.column].visibility):
                continue
            from_.setdefault((f"{link.exercise}/{link.question}", link.row), []).append((link.target, link.to))
            if link.exercise.split("/")[0] == unit:
                waiting.append((link.target, link.to))
        reached: dict[tuple[str, str], None] = {}
        while waiting:
            step = waiting.pop()
            if step not in reached and step[1] in self.rows[step[0]]:
                reached[step] = None
                waiting += from_.get(step, [])
        found: dict[str, tuple[str, ...]] = {}
        for address in self.tables:
            ids = tuple(row for row in self.rows[address] if (address, row) in reached)
            if ids and address.split("/")[0] != unit:
                found[address] = ids
        return found

    def warning(self, exercise: str, question: str, row: str) -> str:
        """What to say before a row is removed that others refer to; empty when none does."""
        places: dict[str, list[str]] = {}
        for link in self.uses(exercise, question, row):
            ask: Ask = self.tables[f"{link.exercise}/{link.question}"].ask
            rows = list(self.rows[f"{link.exercise}/{link.question}"].values())
            choices = {k: v for _q, _id, column in self._refs(link.exercise) for k, v in self._known(column).items()}
            name = names(ask, rows, choices)[link.row]
            places.setdefault(self.exercises[link.exercise].title, []).append(name)
        if not places:
            return ""
        told = "; ".join(f"{title}: {', '.join(dict.fromkeys(rows))}" for title, rows in places.items())
        return _("Other answers refer to this row: {places}. They keep their place and show it as removed.").format(
            places=told
        )

    # -- the whole --------------------------------------------------------------------------------------------------

    def sections(self, audience: str = "plan") -> tuple[Section, ...]:
        """The own plan in words, in the order of the course, as far as ``audience`` may see it."""
        return whole.sections(self, audience)


__all__ = ["Findings", "Link", "Plan", "Section", "Unresolved", "dangling", "may_see", "resolve"]

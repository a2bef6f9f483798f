"""Checks that follow references: refers, covers, acyclic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..fields import Name, spec
from ..i18n import _
from ..model import COLUMN, Row
from .base import Check, Found, Other, Sheet, Uses, listed
from .columns import ColumnName, filled, values
from .conditions import hold


def dangling(sheet: Sheet, ref: str, rows: Iterable[Row]) -> list[str]:
    """The rows whose ``ref`` points to something that is not there any more."""
    other = sheet.others(sheet.sources[ref]) if ref in sheet.sources else None
    if other is None:
        return []
    known = {row.id for row in other.rows} | set(other.labels)
    return [row.id for row in rows if not known.issuperset(values(row.cells.get(ref)))]


def removed(sheet: Sheet, ref: str, rows: Iterable[str]) -> str:
    """The words for rows that point to something that was removed."""
    text = _("“{column}” points to something that was removed: {rows}.")
    return text.format(column=sheet.label(ref), rows=sheet.named(rows))


@dataclass(frozen=True, kw_only=True)
class Refers(Check):
    """Every row points to something that is there."""

    verb = "refers"
    summary = "In every row this ref column is filled, and what it points to is still there."
    refers: str = spec(ColumnName(), "A ref column")

    def columns(self) -> Uses:
        yield ("refers",), self.refers, ("ref",)

    def find(self, sheet: Sheet) -> Found | None:
        rows = self.looked_at(sheet)
        open_ = [r.id for r in rows if not filled(r.cells.get(self.refers))]
        gone = dangling(sheet, self.refers, rows)
        said = []
        if open_:
            text = _("“{column}” points to nothing yet: {rows}.")
            said.append(text.format(column=sheet.label(self.refers), rows=sheet.named(open_)))
        if gone:
            said.append(removed(sheet, self.refers, gone))
        return (" ".join(said), [*open_, *gone]) if said else None


@dataclass(frozen=True, kw_only=True)
class Covers(Check):
    """Every row of another worksheet is taken up here."""

    verb = "covers"
    summary = "Every row of another worksheet (with `where`: of one sort) is named in a column here."
    needs_others = True
    covers: str = spec(COLUMN, "The column of the other worksheet")
    by: str = spec(ColumnName(), "The column here that names it")

    def columns(self) -> Uses:
        yield ("by",), self.by, ()

    def uses(self) -> Uses:
        yield from self.columns()
        for column in self.when:
            yield ("when", column), column, ()

    def find(self, sheet: Sheet) -> Found | None:
        other = sheet.others(self.covers)
        if other is None:
            return None
        named = {v for row in sheet.rows if hold(self.when, row.cells) for v in values(row.cells.get(self.by))}
        missing = self._by_row(other, named) if self.by in sheet.sources else self._by_value(sheet, other, named)
        said = []
        if missing:
            text = _("No row has this in “{column}” yet: {missing}.")
            said.append(text.format(column=sheet.label(self.by), missing=listed(missing)))
        gone = dangling(sheet, self.by, [row for row in sheet.rows if hold(self.when, row.cells)])
        if gone:
            said.append(removed(sheet, self.by, gone))
        return (" ".join(said), gone) if said else None

    def _by_row(self, other: Other, named: set[str]) -> list[str]:
        wanted = [row for row in other.rows if hold(self.where, row.cells) and other.labels.get(row.id)]
        return [other.labels[row.id] for row in wanted if row.id not in named]

    def _by_value(self, sheet: Sheet, other: Other, named: set[str]) -> list[str]:
        rows = [row for row in other.rows if hold(self.where, row.cells)]
        wanted = dict.fromkeys(v for row in rows for v in values(row.cells.get(other.column)))
        return [sheet.say(self.by, value) for value in wanted if value not in named]


@dataclass(frozen=True, kw_only=True)
class Acyclic(Check):
    """Rows that build on each other never go round in a circle."""

    verb = "acyclic"
    summary = "Rows that point to other rows of the same worksheet never go round in a circle."
    acyclic: str = spec(Name(), "A ref column that points to rows of this worksheet")

    def columns(self) -> Uses:
        yield ("acyclic",), self.acyclic, ("ref",)

    def find(self, sheet: Sheet) -> Found | None:
        rows = self.looked_at(sheet)
        own = {row.id for row in rows}
        next_ = {row.id: [v for v in values(row.cells.get(self.acyclic)) if v in own] for row in rows}
        circle = _circle(next_)
        if not circle:
            return None
        text = _("“{column}” goes round in a circle: {rows}, and back to the start.")
        shown = " → ".join(sheet.names.get(row, row) for row in circle)
        return text.format(column=sheet.label(self.acyclic), rows=shown), circle


def _circle(next_: dict[str, list[str]]) -> list[str]:
    """The first circle, in order; empty when there is none. Written with a stack, so that long chains do no harm."""
    done: set[str] = set()
    for start in next_:
        path, waiting = [start], [iter(next_[start])]
        while path:
            if path[-1] in done:
                path.pop()
                waiting.pop()
                continue
            step = next((row for row in waiting[-1] if row not in done), None)
            if step is None:
                done.add(path[-1])
            elif step in path:
                return path[path.index(step) :]
            else:
                path.append(step)
                waiting.append(iter(next_[step]))
    return []

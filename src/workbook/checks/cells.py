"""Checks of single cells: filled, words, chosen, every-row, one-of, before, differ, unique."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from .. import goals
from ..errors import Path
from ..fields import Either, ListOf, Number, OneOf, RecordOf, Text, spec
from ..i18n import _
from .base import Check, Found, Sheet, Uses, days, limit, listed
from .columns import COLUMNS, ColumnName, Several, filled, values
from .conditions import CONDITIONS, Condition, in_words


@dataclass(frozen=True, kw_only=True)
class Filled(Check):
    """Cells that must not stay empty."""

    verb = "filled"
    summary = "These columns are filled in, in every row (with `when`: in rows of one sort)."
    filled: tuple[str, ...] = spec(COLUMNS, "Columns")

    def columns(self) -> Uses:
        for column in self.filled:
            yield ("filled",), column, ()

    def find(self, sheet: Sheet) -> Found | None:
        empty: dict[str, list[str]] = {}
        for row in self.looked_at(sheet):
            missing = [sheet.label(c) for c in self.filled if not filled(row.cells.get(c))]
            if missing:
                empty[row.id] = missing
        if not empty:
            return None
        if len(self.filled) == 1:
            text = _("“{column}” is still empty{which}: {rows}.")
            shown = sheet.named(empty)
            label = sheet.label(self.filled[0])
            return text.format(column=label, which=sheet.which(self.when), rows=shown), list(empty)
        cells = listed(f"{sheet.names.get(row, row)}: {' + '.join(missing)}" for row, missing in empty.items())
        return _("Still empty{which}: {cells}.").format(which=sheet.which(self.when), cells=cells), list(empty)


@dataclass(frozen=True, kw_only=True)
class Length:
    """From ``min`` to ``max`` words in one column."""

    column: str = spec(ColumnName(), "The column")
    min: int | None = spec(Number(1, 1000, whole=True), "At least so many words", default=None)
    max: int | None = spec(Number(1, 1000, whole=True), "At most so many words", default=None)


def count_words(text: str) -> int:
    """How many words a text has, what stands between spaces, as the form counts."""
    return len(text.split())


@dataclass(frozen=True, kw_only=True)
class Words(Check):
    """How long a text is."""

    verb = "words"
    summary = "A text has at least or at most so many words; empty cells are left to `filled`."
    words: Length = spec(RecordOf(Length), "column, min and max")

    def columns(self) -> Uses:
        yield ("words", "column"), self.words.column, ("text", "long")

    def slips(self) -> Iterator[tuple[Path, str]]:
        if self.words.min is None and self.words.max is None:
            yield ("words",), "needs 'min', 'max' or both"

    def find(self, sheet: Sheet) -> Found | None:
        said = {}
        for row in self.looked_at(sheet):
            for text in values(row.cells.get(self.words.column)):
                asked = limit(count_words(text), self.words.min, self.words.max)
                if asked:
                    name = sheet.names.get(row.id, row.id)
                    said[row.id] = _("{row}: {n} ({asked})").format(row=name, n=count_words(text), asked=asked)
        if not said:
            return None
        head = _("Words in “{column}”:").format(column=sheet.label(self.words.column))
        return f"{head} {listed(said.values())}.", list(said)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """From ``min`` to ``max`` entries in each cell of a column."""

    column: str = spec(ColumnName(), "The column")
    min: int | None = spec(Number(1, 100, whole=True), "At least so many entries", default=None)
    max: int | None = spec(Number(1, 100, whole=True), "At most so many entries", default=None)


@dataclass(frozen=True, kw_only=True)
class Chosen(Check):
    """How many entries were chosen in one cell."""

    verb = "chosen"
    summary = "A cell with `many` has at least or at most so many entries; empty cells are left to `filled`."
    many = True
    chosen: Amount = spec(RecordOf(Amount), "column, min and max")

    def columns(self) -> Uses:
        yield ("chosen", "column"), self.chosen.column, ()

    def slips(self) -> Iterator[tuple[Path, str]]:
        least, most = self.chosen.min, self.chosen.max
        if least is None and most is None:
            yield ("chosen",), "needs 'min', 'max' or both"
        elif least is not None and most is not None and least > most:
            yield ("chosen", "max"), "is smaller than 'min'"

    def find(self, sheet: Sheet) -> Found | None:
        said = {}
        for row in self.looked_at(sheet):
            n = len(set(values(row.cells.get(self.chosen.column))))
            asked = limit(n, self.chosen.min, self.chosen.max) if n else ""
            if asked:
                name = sheet.names.get(row.id, row.id)
                said[row.id] = _("{row}: {n} ({asked})").format(row=name, n=n, asked=asked)
        if not said:
            return None
        head = _("Chosen in “{column}”:").format(column=sheet.label(self.chosen.column))
        return f"{head} {listed(said.values())}.", list(said)


@dataclass(frozen=True, kw_only=True)
class EveryRow(Check):
    """What must stand in every row."""

    verb = "every-row"
    summary = "In every row the cells keep these conditions."
    every_row: Mapping[str, Condition] = spec(CONDITIONS, "column: condition")

    def columns(self) -> Uses:
        for column in self.every_row:
            yield ("every-row", column), column, ()

    def find(self, sheet: Sheet) -> Found | None:
        said, rows = [], []
        for column, condition in self.every_row.items():
            broken = [row.id for row in self.looked_at(sheet) if condition.broken(row.cells.get(column))]
            if broken:
                wanted = in_words(sheet.label(column), condition, lambda v, c=column: sheet.say(c, v))
                said.append(
                    _("In every row: {condition}. Not yet so: {rows}.").format(
                        condition=wanted, rows=sheet.named(broken)
                    )
                )
                rows += broken
        return (" ".join(said), list(dict.fromkeys(rows))) if said else None


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Which values one column may have."""

    column: str = spec(ColumnName(), "The column")
    values: tuple[str, ...] | str = spec(
        Either((OneOf(("goals", "targets")), ListOf(Text(), least=1)), "goals, targets or a list"),
        "What it may hold: goals, targets, or a list of values",
    )


@dataclass(frozen=True, kw_only=True)
class OneOfThese(Check):
    """Only known values."""

    verb = "one-of"
    summary = "A column holds only these values, or only SDG goals or targets."
    one_of: Allowed = spec(RecordOf(Allowed), "column and values")

    def columns(self) -> Uses:
        yield ("one-of", "column"), self.one_of.column, ()

    def slips(self) -> Iterator[tuple[Path, str]]:
        known = {"goals": goals.goals(), "targets": goals.targets()}.get(str(self.one_of.values))
        if known is None and not self.one_of.values:
            yield ("one-of", "values"), "needs at least one value"

    def find(self, sheet: Sheet) -> Found | None:
        column, wanted = self.one_of.column, self.one_of.values
        if wanted == "goals":
            known, kind = set(goals.goals()), _("SDG goals")
        elif wanted == "targets":
            known, kind = set(goals.targets()), _("SDG targets")
        else:
            known, kind = set(wanted), listed(sheet.say(column, v) for v in wanted)
        rows = [r.id for r in self.looked_at(sheet) if not known.issuperset(values(r.cells.get(column)))]
        if not rows:
            return None
        text = _("“{column}” takes one of these: {values}. Something else stands in: {rows}.")
        return text.format(column=sheet.label(column), values=kind, rows=sheet.named(rows)), rows


@dataclass(frozen=True, kw_only=True)
class Before(Check):
    """Dates in their order."""

    verb = "before"
    summary = "Dates of a row stand in this order (the same day is fine); rows without both dates are passed over."
    before: tuple[str, ...] = spec(ListOf(ColumnName(), least=2), "Columns of dates, earliest first")

    def columns(self) -> Uses:
        for column in self.before:
            yield ("before",), column, ("date",)

    def find(self, sheet: Sheet) -> Found | None:
        said = {}
        for row in self.looked_at(sheet):
            dated = [(c, d) for c in self.before if (d := days(row.cells.get(c)))]
            for (first, starts), (then, ends) in pairwise(dated):
                start, end = max(starts), min(ends)
                if start > end:
                    text = _("{row}: “{first}” ({start}) comes after “{then}” ({end})")
                    said[row.id] = text.format(
                        row=sheet.names.get(row.id, row.id),
                        first=sheet.label(first),
                        start=start,
                        then=sheet.label(then),
                        end=end,
                    )
        return (listed(said.values()) + ".", list(said)) if said else None


@dataclass(frozen=True, kw_only=True)
class Differ(Check):
    """Two columns that say different things."""

    verb = "differ"
    summary = "These columns of a row hold different things; rows in which one of them is empty are passed over."
    differ: tuple[str, ...] = spec(ListOf(ColumnName(), least=2), "Columns")

    def columns(self) -> Uses:
        for column in self.differ:
            yield ("differ",), column, ()

    def find(self, sheet: Sheet) -> Found | None:
        held = {row.id: [row.cells.get(c) for c in self.differ] for row in self.looked_at(sheet)}
        full = {id: cells for id, cells in held.items() if all(map(values, cells))}
        same = [id for id, cells in full.items() if any(map(_alike, combinations(cells, 2)))]
        if not same:
            return None
        text = _("The same stands in {columns}: {rows}.")
        columns = _(" and ").join(f"“{sheet.label(c)}”" for c in self.differ)
        return text.format(columns=columns, rows=sheet.named(same)), same


def _alike(pair: tuple[Any, Any]) -> bool:
    """Whether two cells hold the same; of several rows' cells, whether any value stands on both sides."""
    one, other = map(values, pair)
    if any(isinstance(cell, Several) for cell in pair):
        return not set(one).isdisjoint(other)
    return one == other


@dataclass(frozen=True, kw_only=True)
class Unique(Check):
    """No row twice."""

    verb = "unique"
    summary = "No two rows have the same in all of these columns; capitals and spaces do not matter."
    unique: tuple[str, ...] = spec(COLUMNS, "Columns")

    def columns(self) -> Uses:
        for column in self.unique:
            yield ("unique",), column, ()

    def find(self, sheet: Sheet) -> Found | None:
        same: dict[tuple[tuple[str, ...], ...], list[str]] = {}
        for row in self.looked_at(sheet):
            cells = [values(row.cells.get(c)) for c in self.unique]
            if all(cells):
                key = tuple(tuple(sorted(" ".join(v.casefold().split()) for v in cell)) for cell in cells)
                same.setdefault(key, []).append(row.id)
        double = [rows for rows in same.values() if len(rows) > 1]
        if not double:
            return None
        shown = "; ".join(sheet.named(rows) for rows in double)
        text = _("The same in {columns}: {rows}.")
        labels = ", ".join(f"“{sheet.label(c)}”" for c in self.unique)
        return text.format(columns=labels, rows=shown), [row for rows in double for row in rows]

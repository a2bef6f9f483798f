"""Checks that count: rows, distinct, per, sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..errors import Path
from ..fields import Number, RecordOf, spec
from ..i18n import _
from .base import Check, Found, Sheet, Uses, asked_for, limit, listed, plain_number
from .columns import ColumnName, numbers, values
from .conditions import hold


@dataclass(frozen=True, kw_only=True)
class Range:
    """From ``min`` to ``max``; one of them may be missing."""

    min: int | None = spec(Number(0, 200, whole=True), "At least so many", default=None)
    max: int | None = spec(Number(0, 200, whole=True), "At most so many", default=None)


@dataclass(frozen=True, kw_only=True)
class Rows(Check):
    """How many rows the worksheet has."""

    verb = "rows"
    summary = "There are at least or at most so many rows; with `where`, rows of one sort."
    rows: Range = spec(RecordOf(Range), "min and max")

    def columns(self) -> Uses:
        yield from ()

    def slips(self) -> Iterator[tuple[Path, str]]:
        if self.rows.min is None and self.rows.max is None:
            yield ("rows",), "needs 'min', 'max' or both"

    @property
    def name(self) -> str:
        return self.id or "-".join(["rows", *self.when, *self.where]).replace(".", "-")

    def find(self, sheet: Sheet) -> Found | None:
        counted = self.looked_at(sheet)
        asked = limit(len(counted), self.rows.min, self.rows.max)
        if not asked:
            return None
        text = _("Rows{which} so far: {n}.").format(which=sheet.which({**self.when, **self.where}), n=len(counted))
        too_many = self.rows.max is not None and len(counted) > self.rows.max
        return asked_for(text, asked), [row.id for row in counted] if too_many else []


@dataclass(frozen=True, kw_only=True)
class Varied:
    """How many different answers one column has."""

    column: str = spec(ColumnName(), "The column")
    min: int = spec(Number(2, 200, whole=True), "At least so many different answers")


@dataclass(frozen=True, kw_only=True)
class Distinct(Check):
    """Enough variety in a column."""

    verb = "distinct"
    summary = "A column has at least so many different answers."
    distinct: Varied = spec(RecordOf(Varied), "column and min")

    def columns(self) -> Uses:
        yield ("distinct", "column"), self.distinct.column, ()

    def find(self, sheet: Sheet) -> Found | None:
        column = self.distinct.column
        found = dict.fromkeys(v for row in self.looked_at(sheet) for v in values(row.cells.get(column)))
        asked = limit(len(found), self.distinct.min, None)
        if not asked:
            return None
        text = _("Different answers in “{column}” so far: {n}.").format(column=sheet.label(column), n=len(found))
        return asked_for(text, asked), []


@dataclass(frozen=True, kw_only=True)
class Per(Check):
    """How many rows each group has: a group is all rows with the same answer in one column."""

    verb = "per"
    summary = "Each group (rows with the same answer in a column) has at least, at most or exactly so many rows."
    per: str = spec(ColumnName(), "The column that makes the groups")
    min: int | None = spec(Number(0, 200, whole=True), "At least so many rows", default=None)
    max: int | None = spec(Number(0, 200, whole=True), "At most so many rows", default=None)
    exactly: int | None = spec(Number(0, 200, whole=True), "Exactly so many rows", default=None)

    def columns(self) -> Uses:
        yield ("per",), self.per, ()

    def slips(self) -> Iterator[tuple[Path, str]]:
        if self.min is None and self.max is None and self.exactly is None:
            yield (), "needs 'min', 'max' or 'exactly'"
        elif (self.min or 0) <= 1 and self.max is None and self.exactly is None and not self.where:
            yield ("per",), "rows make the groups, so each has one: use 'covers', or say with 'where' which rows count"

    def find(self, sheet: Sheet) -> Found | None:
        # Groups come from all rows, so that a group without any row that counts is found too.
        groups: dict[str, list[str]] = {}
        for row in sheet.rows:
            if hold(self.when, row.cells):
                for value in values(row.cells.get(self.per)):
                    groups.setdefault(value, []).extend([row.id] if hold(self.where, row.cells) else [])
        said, rows = [], []
        for value, counted in groups.items():
            asked = limit(len(counted), self.min, self.max, self.exactly)
            if asked:
                one = _("{group}: {n} ({asked})")
                said.append(one.format(group=sheet.say(self.per, value), n=len(counted), asked=asked))
                rows += counted
        if not said:
            return None
        text = _("Rows{which} for each “{column}”:").format(which=sheet.which(self.where), column=sheet.label(self.per))
        return f"{text} {listed(said)}.", list(dict.fromkeys(rows))


@dataclass(frozen=True, kw_only=True)
class Sum(Check):
    """What a column of numbers adds up to."""

    verb = "sum"
    summary = "The numbers of a column add up to a total, or to at least or at most so much."
    sum: str = spec(ColumnName(), "A column of numbers")
    is_: float | None = spec(Number(), "The total", default=None, name="is")
    min: float | None = spec(Number(), "At least", default=None)
    max: float | None = spec(Number(), "At most", default=None)

    def columns(self) -> Uses:
        yield ("sum",), self.sum, ("number", "computed")

    def slips(self) -> Iterator[tuple[Path, str]]:
        if self.is_ is None and self.min is None and self.max is None:
            yield (), "needs 'is', 'min' or 'max'"

    def find(self, sheet: Sheet) -> Found | None:
        total = Decimal(0)
        for row in self.looked_at(sheet):
            total += sum(numbers(row.cells.get(self.sum)))
        asked = limit(total, self.min, self.max, self.is_)
        if not asked:
            return None
        which = sheet.which({**self.when, **self.where})
        text = _("“{column}” adds up to {n}{which}.")
        return asked_for(text.format(column=sheet.label(self.sum), n=plain_number(total), which=which), asked), []

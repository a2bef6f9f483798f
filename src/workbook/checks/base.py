"""What every check of a worksheet has, and what it is given to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any, ClassVar, Final

from ..errors import Path
from ..fields import Html, Line, ListOf, Name, Number, Text, spec
from ..i18n import _, ngettext
from ..model import Finding, Row
from .columns import values
from .conditions import CONDITIONS, Condition, Conditions, hold, in_words

SHOWN: Final = 6
"""So many rows are named in one finding; the rest are counted."""
Found = tuple[str, Sequence[str]]
"""What is missing, in plain words, and the ids of the rows it is about."""
Uses = Iterator[tuple[Path, str, tuple[str, ...]]]
"""Where in a check a column is named, the column, and the types it may have (none: any)."""


@dataclass(frozen=True)
class Other:
    """Another worksheet, seen through one of its columns: its filled rows, and how each is called."""

    column: str
    rows: tuple[Row, ...]
    labels: Mapping[str, str]


def _nowhere(reference: str) -> Other | None:
    return None


@dataclass(frozen=True)
class Sheet:
    """A filled worksheet as checks see it: rows that count, computed cells included, and words for everything.

    ``names``: row id to “Partner 2 (Teachers' union)”. ``labels``: column to its label. ``say(column, value)``: one
    value in words. ``sources``: ``from`` of each ref column. ``others(unit/exercise.column)``: another worksheet, or
    None where it is not known. A column may be ``activity.end``: labels, words and sources know it, and so do the rows.
    """

    rows: tuple[Row, ...]
    names: Mapping[str, str]
    labels: Mapping[str, str]
    say: Callable[[str, str], str] = lambda column, value: value
    sources: Mapping[str, str] = field(default_factory=dict)
    others: Callable[[str], Other | None] = _nowhere

    def label(self, column: str) -> str:
        return self.labels.get(column, column)

    def named(self, rows: Iterable[str]) -> str:
        return listed(self.names.get(row, row) for row in rows)

    def which(self, conditions: Conditions) -> str:
        """“ where “Status” is “agreed””, or nothing."""
        if not conditions:
            return ""
        said = [in_words(self.label(c), wanted, lambda v, c=c: self.say(c, v)) for c, wanted in conditions.items()]
        return " " + _("where {conditions}").format(conditions=_(" and ").join(said))


def listed(names: Iterable[str]) -> str:
    """A few names with commas; the rest are counted."""
    all_names = list(names)
    shown, rest = all_names[:SHOWN], len(all_names) - SHOWN
    if rest > 0:
        shown.append(ngettext("{n} more", "{n} more", rest).format(n=rest))
    return ", ".join(shown)


@dataclass(frozen=True, kw_only=True)
class Check:
    """The fields that all checks share; a verb adds its own field, called like the verb.

    ``needs_others``: whether it looks at other worksheets. ``many``: whether its columns must hold many.
    """

    verb: ClassVar[str]
    summary: ClassVar[str]
    needs_others: ClassVar[bool] = False
    many: ClassVar[bool] = False
    id: str | None = spec(Name(), "Name of the check; by default the verb and its columns", default=None)
    why: Html | None = spec(Line(), "Why it matters; stands after what is missing", default=None)
    cite: tuple[str, ...] = spec(ListOf(Text(), lone=True), "Document and place", default=())
    when: Mapping[str, Condition] = spec(CONDITIONS, "Only rows that keep these conditions are looked at", default={})
    where: Mapping[str, Condition] = spec(
        CONDITIONS, "Only rows that keep these conditions count (covers: rows of the other worksheet)", default={}
    )
    points: int = spec(Number(1, 20, whole=True), "Weight, for checks under key", default=1, trainer=True)

    @property
    def name(self) -> str:
        """The id by which a finding is known and set aside."""
        columns = dict.fromkeys(column for path, column, _types in self.columns() if path[0] not in ("when", "where"))
        return self.id or "-".join([self.verb, *columns]).replace(".", "-")

    def columns(self) -> Uses:
        """Every column of this worksheet that the check names under its verb."""
        raise NotImplementedError

    def uses(self) -> Uses:
        """Every column of this worksheet that the check names at all."""
        yield from self.columns()
        for column in self.when:
            yield ("when", column), column, ()
        for column in self.where:
            yield ("where", column), column, ()

    def slips(self) -> Iterator[tuple[Path, str]]:
        """What is wrong with the check in itself: where in it, and a message for the author."""
        yield from ()

    def looked_at(self, sheet: Sheet) -> list[Row]:
        """The rows that the check is about."""
        return [row for row in sheet.rows if hold(self.when, row.cells) and hold(self.where, row.cells)]

    def find(self, sheet: Sheet) -> Found | None:
        """What is missing, or None. Never raises, however little or strange the rows hold."""
        raise NotImplementedError

    def finding(self, sheet: Sheet) -> Finding | None:
        found = self.find(sheet)
        if found is None:
            return None
        message = escape(found[0], quote=False) + (f" {self.why}" if self.why else "")
        return Finding(self.name, message, self.cite, tuple(found[1]))


def days(cell: Any) -> list[date]:
    """Every date in a cell."""
    return [found for value in values(cell) if (found := _day(value)) is not None]


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def plain_number(value: Decimal | float) -> str:
    """A number without useless zeros: ``90``, ``2.5``."""
    text = format(Decimal(str(value)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def limit(have: Decimal | int, least: float | None, most: float | None, exact: float | None = None) -> str:
    """What is asked for when ``have`` lies outside: ``at least 4``; empty when it lies inside."""
    if exact is not None and have != Decimal(str(exact)):
        return _("exactly {n}").format(n=plain_number(exact))
    if least is not None and have < Decimal(str(least)):
        return _("at least {n}").format(n=plain_number(least))
    if most is not None and have > Decimal(str(most)):
        return _("at most {n}").format(n=plain_number(most))
    return ""


def asked_for(text: str, limit: str) -> str:
    """A sentence, and what is asked for: ``Rows so far: 2. Asked for: at least 4.``"""
    return text + " " + _("Asked for: {limit}.").format(limit=limit)

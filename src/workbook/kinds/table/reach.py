"""What lies behind a ref: the cells of the row that it points to, for checks and for computed columns.

A worksheet alone can follow refs to its own rows only; the plan, which has all worksheets, passes a :data:`Reach`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...checks import Cells, Several, values
from ...errors import near
from ...i18n import _
from ...model import Row
from .cells import computed
from .columns import Column, plain_label
from .nouns import Ask


@dataclass(frozen=True)
class Target:
    """A worksheet that refs point to, and its filled rows by id."""

    ask: Ask
    rows: Mapping[str, Row]


Reach = Callable[[str], Target | None]
"""From ``unit/exercise.column`` to that worksheet; None where it is not known."""
STEPS: Final = 2
"""So many refs are followed: one in a check, and one behind a column that shows another."""


class Missing(Exception):
    """A column that is not there; the text is for the author."""


def find(ask: Ask, name: str, other: Callable[[str], Ask | None], steps: int = STEPS) -> tuple[Ask, str] | None:
    """The worksheet and its column that ``name`` (``column`` or ``ref.column``) means, through what a column shows.

    ``other`` knows the worksheet of a ref; None if it does not. Raises :class:`Missing`.
    """
    id, _dot, far = name.partition(".")
    column = ask.columns.get(id)
    if column is None:
        raise Missing(f"'{id}' is not a column.{near(id, ask.columns)}")
    if not far:
        return find(ask, column.shown, other, steps - 1) if column.shown else (ask, id)
    if column.type != "ref" or not column.from_:
        raise Missing(f"'{id}' is of type {column.type}; only a ref leads to a column of another row, as in '{name}'")
    target = ask if ask.own(column.from_) else other(column.from_)
    if target is None:
        return None
    if far not in target.columns:
        raise Missing(f"'{id}' points to {column.from_}, and '{far}' is not a column there.{near(far, target.columns)}")
    if steps < STEPS and not settled(target, far):
        raise Missing(f"'{far}' comes from what stands behind another ref; one step is as far as a column can show")
    return find(target, far, other, steps - 1)


def settled(ask: Ask, id: str) -> bool:
    """Whether a column needs nothing that another column shows."""
    column = ask.columns.get(id)
    if column is None or column.of is None or column.of.operation == "count":
        return True
    return not column.shown and all(settled(ask, part) for part in column.of.columns if part != id)


def meant(ask: Ask, name: str, reach: Reach) -> tuple[Ask, Column] | None:
    """The column that ``name`` means, and its worksheet; None where it cannot be found."""

    def other(reference: str) -> Ask | None:
        target = reach(reference)
        return target.ask if target else None

    try:
        found = find(ask, name, other)
    except Missing:
        return None
    return (found[0], found[0].columns[found[1]]) if found else None


def own_reach(ask: Ask, rows: Iterable[Row]) -> Reach:
    """A reach for a worksheet alone: its own rows."""
    target = Target(ask, {row.id: row for row in rows})
    return lambda reference: target if ask.own(reference) else None


def reaching(ask: Ask, rows: Iterable[Row], reach: Reach) -> list[Row]:
    """The rows, with what ``ref.column`` names in them."""

    def follow(ref: str, far: str, cell: Any) -> Any:
        column = ask.columns.get(ref)
        target = reach(column.from_) if column is not None and column.from_ else None
        if column is None or target is None:
            return None
        pointed = [target.rows[id].cells.get(far) if id in target.rows else None for id in values(cell)]
        if column.many:
            return Several(pointed) or None
        return pointed[0] if pointed else None

    return [Row(row.id, Cells(row.cells, follow)) for row in rows]


def worked_out(ask: Ask, rows: Iterable[Row], operation: str, reach: Reach) -> list[Row]:
    """The rows with their ``count`` or their ``shown`` columns, and what is computed from those."""
    rows = list(rows)
    wanted = {id: c.of.columns[0] for id, c in ask.columns.items() if c.of and c.of.operation == operation}
    if not wanted:
        return rows
    counts = {id: _named(reference, reach) for id, reference in wanted.items()} if operation == "count" else {}
    found = []
    for row, behind in zip(rows, reaching(ask, rows, reach), strict=True):
        cells = dict(row.cells)
        for id, name in wanted.items():
            cells.pop(id, None)
            cell = _count(counts[id], row.id) if operation == "count" else behind.cells.get(name)
            if values(cell):
                cells[id] = cell
        found.append(Row(row.id, {**cells, **computed(ask.columns, cells)}))
    return found


def _named(reference: str, reach: Reach) -> Mapping[str, int] | None:
    """How many rows of another worksheet name each row in a column."""
    target, column = reach(reference), reference.rpartition(".")[2]
    if target is None:
        return None
    found: dict[str, int] = {}
    for row in target.rows.values():
        for id in set(values(row.cells.get(column))):
            found[id] = found.get(id, 0) + 1
    return found


def _count(named: Mapping[str, int] | None, row: str) -> str | None:
    return None if named is None else str(named.get(row, 0))


def labels(ask: Ask, reach: Reach) -> dict[str, str]:
    """Every column's label; of those behind a ref “End of Activity”."""
    found = {id: plain_label(id, column) for id, column in ask.columns.items()}
    for ref, column in ask.columns.items():
        target = reach(column.from_) if column.from_ else None
        for far, behind in target.ask.columns.items() if target else ():
            text = _("{column} of {ref}").format(column=plain_label(far, behind), ref=found[ref])
            found[f"{ref}.{far}"] = text
    return found


def sources(ask: Ask, names: Iterable[str], reach: Reach) -> dict[str, str]:
    """``from`` of those among ``names`` that are, or lead to, a ref column."""
    found = {name: place[1].from_ for name in names if (place := meant(ask, name, reach)) is not None}
    return {name: from_ for name, from_ in found.items() if from_}

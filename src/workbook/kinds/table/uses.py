"""Which columns a check names, and whether they are such as it needs: for authors, one worksheet or all at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...checks import Check, Condition
from ...errors import Path, near
from ...model import VISIBILITIES
from .cells import known_values
from .columns import Column
from .nouns import Ask
from .reach import Missing, find


@dataclass(frozen=True)
class Use:
    """A column that a check names: where in the check, of which types it may be, and what is asked of it."""

    path: Path
    column: str
    types: tuple[str, ...] = ()
    condition: Condition | None = None
    many: bool = False


def uses(check: Check) -> Iterator[Use]:
    """Every column of its own worksheet that a check names, those behind refs included."""
    groups = {"when": check.when, "where": check.where, "every-row": getattr(check, "every_row", {})}
    for path, column, types in check.uses():
        condition = groups.get(str(path[0]), {}).get(column)
        yield Use(path, column, types, condition, check.many and path[0] == check.verb)


def misfits(use: Use, column: Column, many: bool) -> Iterator[str]:
    """Why the check cannot use this column; ``many``: whether a cell of it, as the check sees it, may hold many."""
    if use.types and column.type not in use.types:
        yield f"'{use.column}' is of type {column.type}; this check needs {' or '.join(use.types)}"
    elif use.many and not many:
        yield f"a cell of '{use.column}' holds one entry at most; this check needs a column with 'many: true'"
    if use.condition is not None:
        yield from unknown_values(use.condition, column)


def unknown_values(condition: Condition, column: Column) -> Iterator[str]:
    """What a condition asks for that no cell of the column can hold."""
    known = known_values(column)
    for value in condition.wanted:
        if known and value not in known:
            yield f"'{value}' is no value of this column.{near(value, known)}"


def holds_many(ask: Ask, name: str, column: Column) -> bool:
    """Whether a cell of ``name`` (which means ``column``) may hold several: its own, or those of several rows."""
    own = ask.columns.get(name)
    ref, dot, _far = (own.shown or name if own else name).partition(".")
    return column.many or (bool(dot) and ask.columns[ref].many)


def elsewhere(ask: Ask, name: str) -> bool:
    """Whether what stands in a column can only be known with other worksheets at hand."""
    try:
        found = find(ask, name, lambda reference: None)
    except Missing:
        return False
    if found is None:
        return True
    column = ask.columns[found[1]]
    if column.counted:
        return not ask.own(column.counted)
    parts = column.of.columns if column.of is not None else ()
    return any(elsewhere(ask, part) for part in parts if part != found[1])


def tells_private(column: Column, *behind: str) -> str:
    """Why a computed column may not tell of what has these visibilities, for the message; empty if it may."""
    least = min(behind, key=VISIBILITIES.index)
    if VISIBILITIES.index(column.visibility) <= VISIBILITIES.index(least):
        return ""
    return f"would tell of what is {least}: give this column 'visibility: {least}' too"

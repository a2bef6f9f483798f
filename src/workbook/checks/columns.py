"""How a check names a column: one of its own row, or (``activity.end``) one of the row that a ref points to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..fields import IDENTIFIER, NOTHING, ListOf, Name, Node, Type
from ..fields.node import found

REACHING: Final = re.compile(rf"{IDENTIFIER.pattern}\.{IDENTIFIER.pattern}")


@dataclass(frozen=True)
class ColumnName(Type):
    """A column's id, or ``ref.column``: that column of the row to which the ref points. ``far``: the latter only."""

    far: bool = False

    def read(self, node: Node) -> Any:
        data = node.data
        if isinstance(data, str) and REACHING.fullmatch(data):
            return data
        if self.far or (isinstance(data, str) and data.count(".") > 1):
            node.wrong(f"must look like ref.column, through one ref, such as 'activity.end'; found {found(data)}")
            return NOTHING
        return Name().read(node)

    def schema(self) -> dict[str, Any]:
        further = rf"\.{IDENTIFIER.pattern}"
        return {"type": "string", "pattern": f"^{IDENTIFIER.pattern}{further if self.far else f'({further})?'}$"}


COLUMNS: Final = ListOf(ColumnName(), least=1, lone=True)


class Several(tuple[Any, ...]):
    """The cells of one column in all rows that a ref with ``many`` points to; None for a row that is gone."""

    __slots__ = ()


def values(cell: Any) -> tuple[str, ...]:
    """What stands in a cell, one by one; nothing for an empty cell (and for anything that is no cell)."""
    if isinstance(cell, str):
        return (cell,) if cell.strip() else ()
    if isinstance(cell, Several):
        return tuple(value for one in cell for value in values(one))
    return tuple(v for v in cell if isinstance(v, str) and v.strip()) if isinstance(cell, (list, tuple)) else ()


def filled(cell: Any) -> bool:
    """Whether something stands in a cell; of several, in each."""
    return all(map(values, cell)) and bool(cell) if isinstance(cell, Several) else bool(values(cell))


def number(cell: Any) -> Decimal | None:
    """A cell's number, or None where there is none."""
    try:
        value = Decimal(cell) if isinstance(cell, str) else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def numbers(cell: Any) -> list[Decimal]:
    """Every number in a cell."""
    return [n for value in values(cell) if (n := number(value)) is not None]


Follow = Callable[[str, str, Any], Any]
"""From a ref column, the column behind it and what stands in the ref to what stands there, or None."""


class Cells(Mapping[str, Any]):
    """The cells of a row, and under ``activity.end`` the cell of the row to which ``activity`` points."""

    def __init__(self, own: Mapping[str, Any], follow: Follow) -> None:
        self.own = own
        self._follow = follow

    def __getitem__(self, column: str) -> Any:
        ref, dot, far = column.partition(".")
        if not dot:
            return self.own[column]
        cell = self._follow(ref, far, self.own.get(ref))
        if cell is None:
            raise KeyError(column)
        return cell

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)

    def __repr__(self) -> str:
        return f"Cells({dict(self.own)!r})"

"""What authors write of a worksheet, for learners (``Ask``) and for trainers (``Key``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...checks import Check, CheckType
from ...fields import Flag, Html, Line, ListOf, MapOf, Number, RecordOf, Text, spec
from ...model import Row
from ..base import Malformed
from .cells import parse_cell
from .columns import Cell, Column

CELLS = MapOf(MapOf(Cell()))


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    columns: Mapping[str, Column] = spec(MapOf(RecordOf(Column), least=1), "Columns: id and what its cells hold")
    one: str | None = spec(Text(), "What one row is called, such as partner", default=None)
    start: Mapping[str, Mapping[str, Any]] = spec(CELLS, "Supplied rows: id, and cells by column", default={})
    fixed: bool = spec(Flag(), "Whether the supplied rows are all: none added, none removed", default=False)
    empty: int = spec(Number(0, 20, whole=True), "Number of empty rows offered", default=3)
    checks: tuple[Check, ...] = spec(ListOf(CheckType()), "What is missing, told while working", default=())

    # Known from the question's place, not from its text: unit/exercise/question.
    address: str = field(default="", compare=False)

    def own(self, reference: str) -> bool:
        """Whether ``unit/exercise.column`` (or ``unit/exercise/question.column``) is a column of this worksheet."""
        place, _dot, column = reference.rpartition(".")
        return bool(self.address) and (
            place == self.address or (place == self.address.rpartition("/")[0] and column in self.columns)
        )

    @cached_property
    def supplied(self) -> Mapping[str, Row]:
        """The rows to start from, by id, with their cells as values. What cannot be read is left out."""
        rows = {}
        for id, given in self.start.items():
            cells = {}
            for column, raw in given.items():
                if column in self.columns:
                    value = readable_cell(self.columns[column], raw)
                    if value is not None:
                        cells[column] = value
            rows[id] = Row(id, {**self.defaults, **cells})
        return rows

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """What stands in a new row."""
        found = {id: readable_cell(column, column.default) for id, column in self.columns.items()}
        return {id: value for id, value in found.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows: right cells of supplied rows, and checks that earn points."""

    cells: Mapping[str, Mapping[str, Any]] = spec(
        CELLS, "Right cells: row, column, and the value or a list of accepted values", default={}, trainer=True
    )
    example: Mapping[str, Mapping[str, Any]] = spec(
        CELLS, "One answer that earns all, where checks leave room: row, column, value", default={}, trainer=True
    )
    checks: tuple[Check, ...] = spec(ListOf(CheckType(marked=True)), "Checks that earn", default=(), trainer=True)
    right: Html | None = spec(Line(), "Feedback when all is right", default=None, trainer=True)
    feedback: Mapping[str, Html] = spec(
        MapOf(Line()), "Feedback where something is wrong: row or check id, and text", default={}, trainer=True
    )


def readable_cell(column: Column, raw: Any) -> Any:
    """A cell from content, or None where it is none (``verify`` tells the author)."""
    try:
        return parse_cell(column, raw)
    except Malformed:
        return None

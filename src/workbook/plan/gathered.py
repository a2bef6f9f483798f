"""The rows of all worksheets, with what they show and count of each other, and the words for any of their cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..checks import values
from ..kinds.table import Ask, Column, Reach, Target, meant, reaching, shown, worked_out
from ..model import Row
from .references import Unresolved

if TYPE_CHECKING:
    from . import Plan

Rows = Mapping[str, Mapping[str, Row]]
"""Address of a worksheet to its rows by id."""


def rows(plan: Plan) -> Rows:
    """Every worksheet's filled rows: first all is counted, then shown, so that the order of worksheets is no matter."""
    asks: dict[str, Ask] = {address: question.ask for address, question in plan.tables.items()}
    found = {address: _by_id(shown(ask, plan.value(address))) for address, ask in asks.items()}
    for operation in ("count", "shown"):
        known = reach(plan, found)
        found |= {a: _by_id(worked_out(ask, found[a].values(), operation, known)) for a, ask in asks.items()}
    whole = reach(plan, found)
    found |= {address: _by_id(reaching(ask, found[address].values(), whole)) for address, ask in asks.items()}
    return found


def _by_id(rows: list[Row]) -> Mapping[str, Row]:
    return {row.id: row for row in rows}


def reach(plan: Plan, rows: Rows) -> Reach:
    """How refs find the worksheet that they point to, and its rows."""

    def target(reference: str) -> Target | None:
        try:
            address, _column = plan.resolve(reference)
        except Unresolved:
            return None
        return Target(plan.tables[address].ask, rows[address])

    return target


def in_words(plan: Plan, address: str, id: str, cell: Any) -> str:
    """A cell of a worksheet in words; what a computed column shows, in the words of where that stands."""
    return plan.words(behind(plan, address, id)[1], cell)


def behind(plan: Plan, address: str, id: str) -> tuple[Ask, Column]:
    """The worksheet and the column that a computed column shows; for any other, that column itself."""
    ask: Ask = plan.tables[address].ask
    return meant(ask, id, plan.reach) or (ask, ask.columns[id])


def computed(plan: Plan, exercise: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """What computed columns say that need other worksheets: question, row, column to words."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for question in plan.exercises[exercise].questions:
        columns = question.ask.columns if isinstance(question.ask, Ask) else {}
        wanted = [id for id, column in columns.items() if column.type == "computed"]
        address = f"{exercise}/{question.id}"
        for row in plan.rows[address].values() if wanted else ():
            cells = {id: in_words(plan, address, id, row.cells.get(id)) for id in wanted}
            found.setdefault(question.id, {})[row.id] = cells
    return found


def removed(plan: Plan, address: str) -> list[Row]:
    """The rows that were removed from a worksheet, with what they showed."""
    ask: Ask = plan.tables[address].ask
    gone = []
    for row, cells in plan.removed.get(address, {}).items():
        supplied = ask.supplied[row].cells if row in ask.supplied else {}
        gone.append(Row(row, {**supplied, **{id: cell for id, cell in cells.items() if values(cell)}}))
    return worked_out(ask, gone, "shown", plan.reach)

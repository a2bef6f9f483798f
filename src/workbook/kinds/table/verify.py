"""What the fields of a worksheet alone cannot show: columns that are not there, keys that can never be earned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ...checks import Check, Condition
from ...errors import near
from ...fields import Node
from ..base import Malformed
from .cells import ROW_ID, known_values, parse_cell
from .columns import SEVERAL, Column
from .marking import accepts, weights
from .nouns import Ask, Key


def verify(ask: Ask, key: Key | None, node: Node) -> None:
    """Report every mistake of a worksheet to ``node``, the question."""
    if len(ask.columns) < len(node.data["columns"]):
        # A column that could not be read was reported already; all that names it would be reported as well.
        return
    for id, column in ask.columns.items():
        _column(ask, id, column, node.at("columns").at(id))
    if ask.start:
        _start(ask, node.at("start"))
    if ask.fixed and not ask.start:
        node.at("fixed").wrong("needs supplied rows under 'start'")
    if all(column.given for column in ask.columns.values()):
        node.at("columns").wrong("there is nothing to fill in: every column is locked or computed")
    if ask.checks:
        _checks(ask, ask.checks, node.at("checks"))
    if key is not None:
        _key(ask, key, node.at("key"))


def _column(ask: Ask, id: str, column: Column, node: Node) -> None:
    wrong = {
        "options": (column.type == "choice", bool(column.options), "choice"),
        "from": (column.type == "ref", column.from_ is not None, "ref"),
        "of": (column.type == "computed", column.of is not None, "computed"),
    }
    for name, (needed, there, type) in wrong.items():
        if needed and not there:
            node.wrong(f"a column of type {type} needs '{name}'")
        elif there and not needed:
            node.at(name).wrong(f"only a column of type {type} has '{name}'")
    if column.where and column.type != "ref":
        node.at("where").wrong("only a column of type ref has 'where'")
    if column.many and column.type not in SEVERAL:
        node.at("many").wrong(f"only {', '.join(SEVERAL)} may hold many")
    if column.unit and column.type not in ("number", "computed"):
        node.at("unit").wrong("only numbers have a unit")
    for name, limit in {"least": column.least, "most": column.most}.items():
        if limit is not None and column.type != "number":
            node.at(name).wrong(f"only a column of type number has '{name}'")
    if column.least is not None and column.most is not None and column.least > column.most:
        node.at("most").wrong("is smaller than 'least'")
    if column.type == "computed":
        for name, given in {"required": column.required, "default": column.default, "locked": column.locked}.items():
            if given:
                node.at(name).wrong("a computed column cannot have this")
    if column.locked and not any(id in row for row in ask.start.values()):
        node.at("locked").wrong("no row under 'start' supplies this column")
    if column.default is not None:
        _cell(column, column.default, node.at("default"))
    if column.of is not None:
        _formula(ask, id, column, node.at("of"))


def _formula(ask: Ask, id: str, column: Column, node: Node) -> None:
    assert column.of is not None
    before = dict(list(ask.columns.items())[: list(ask.columns).index(id)])
    numbers = [c for c, other in ask.columns.items() if other.type == "number" or (c in before and other.of)]
    for part in column.of.columns:
        if part not in numbers:
            node.wrong(f"'{part}' is no column of numbers (or computed further up).{near(part, numbers)}")
    if column.of.operation == "difference" and len(column.of.columns) != 2:
        node.wrong("a difference has two columns")


def _cell(column: Column, raw: Any, node: Node) -> bool:
    try:
        parse_cell(column, raw)
    except Malformed as error:
        known = known_values(column)
        node.wrong(f"{error}{near(str(raw), known) if column.type in ('choice', 'yes-no-unknown') else ''}")
        return False
    return True


def _known_column(ask: Ask, id: str, node: Node) -> bool:
    if id not in ask.columns:
        node.wrong(f"'{id}' is not a column.{near(id, ask.columns)}")
    return id in ask.columns


def _start(ask: Ask, node: Node) -> None:
    for row, cells in ask.start.items():
        if not ROW_ID.fullmatch(row):
            node.at(row).wrong("the id of a row has at most 24 small letters, digits and hyphens")
        for id, raw in cells.items():
            where = node.at(row).at(id)
            if _known_column(ask, id, where):
                if ask.columns[id].type == "computed":
                    where.wrong("is computed: it cannot be supplied")
                else:
                    _cell(ask.columns[id], raw, where)


def _checks(ask: Ask, checks: tuple[Check, ...], node: Node) -> None:
    if len(checks) < len(node.data):
        # One that could not be read was reported already, and the others no longer stand at their place.
        return
    counted = Counter(check.name for check in checks)
    for i, check in enumerate(checks):
        where = node.at(i)
        if counted[check.name] > 1:
            where.wrong(f"two checks are called '{check.name}': give them an 'id' of their own")
        for path, message in check.slips():
            _at(where, path).wrong(message)
        for path, id, types in check.uses():
            place = _at(where, path)
            if _known_column(ask, id, place) and types and ask.columns[id].type not in types:
                place.wrong(f"'{id}' is of type {ask.columns[id].type}; this check needs {' or '.join(types)}")
        conditions: dict[str, Mapping[str, Condition]] = {
            "when": check.when,
            "every-row": getattr(check, "every_row", {}),
        }
        if not check.needs_others:
            conditions["where"] = check.where
        for name, group in conditions.items():
            for id, condition in group.items():
                if id in ask.columns:
                    _condition(ask.columns[id], condition, where.at(name).at(id))
        if check.needs_others:
            _covers(ask, check, where)


def _at(node: Node, path: tuple[str | int, ...]) -> Node:
    for part in path:
        node = node.at(part)
    return node


def _condition(column: Column, condition: Condition, node: Node) -> None:
    known = known_values(column)
    for value in condition.wanted:
        if known and value not in known:
            node.wrong(f"'{value}' is no value of this column.{near(value, known)}")


def _covers(ask: Ask, check: Check, node: Node) -> None:
    by, reference = ask.columns.get(getattr(check, "by", "")), str(getattr(check, "covers", ""))
    if by is not None and by.from_ and _exercise(by.from_) != _exercise(reference):
        node.at("by").wrong(f"this column refers to {by.from_}, not to {reference}")


def _exercise(reference: str) -> list[str]:
    return reference.partition(".")[0].split("/")[:2]


def _key(ask: Ask, key: Key, node: Node) -> None:
    if not key.cells and not key.checks:
        node.wrong("needs 'cells', 'checks' or both")
        return
    before = len(node.problems.found)
    for row, cells in key.cells.items():
        where = node.at("cells").at(row)
        if row not in ask.start:
            where.wrong(f"is not a row under 'start'.{near(row, ask.start)}")
            continue
        for id, raw in cells.items():
            _key_cell(ask, row, id, raw, where.at(id))
    if key.checks:
        _checks(ask, key.checks, node.at("checks"))
        for i, check in enumerate(key.checks):
            if check.needs_others:
                place = node.at("checks") if len(key.checks) < len(node.data["checks"]) else node.at("checks").at(i)
                place.wrong(f"'{check.verb}' looks at another worksheet, so it cannot earn points")
    names = [*key.cells, *(check.name for check in key.checks)]
    for name in key.feedback:
        if name not in names:
            node.at("feedback").at(name).wrong(f"is no row or check of the key.{near(name, names)}")
    for check in key.checks:
        if check.name in key.cells:
            node.at("checks").wrong(f"a check and a row are both called '{check.name}': give the check another 'id'")
    if len(node.problems.found) == before and weights(ask, key)[1] <= 0:
        node.wrong("there is nothing to earn: an untouched worksheet passes all of this already")


def _key_cell(ask: Ask, row: str, id: str, raw: Any, node: Node) -> None:
    if not _known_column(ask, id, node):
        return
    column = ask.columns[id]
    if column.given:
        node.wrong("the learner cannot fill this column")
        return
    if column.many:
        sound = _cell(column, raw, node)
    else:
        accepted = raw if isinstance(raw, tuple) else (raw,)
        sound = [_cell(column, value, node) for value in accepted].count(False) == 0
    if sound and accepts(column, raw, ask.supplied[row].cells.get(id)):
        node.wrong("the supplied row has this already, so nobody can earn it")

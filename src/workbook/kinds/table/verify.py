"""What the fields of a worksheet alone cannot show: columns that are not there, keys that can never be earned."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ...checks import Check
from ...errors import near
from ...fields import Node
from ..base import Malformed
from .cells import ROW_ID, known_values, parse_cell
from .columns import SEVERAL, Column
from .marking import accepts, weights
from .nouns import Ask, Key
from .reach import STEPS, Missing, find
from .uses import Use, elsewhere, holds_many, misfits, tells_private, uses


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
    if column.unit and (column.type not in ("number", "computed") or column.shown):
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
    if column.shown or column.counted:
        _from_elsewhere(ask, column, node)
        return
    before = dict(list(ask.columns.items())[: list(ask.columns).index(id)])
    numbers = [c for c, other in ask.columns.items() if other.type == "number" or (c in before and other.of)]
    for part in column.of.columns:
        if part not in numbers:
            node.wrong(f"'{part}' is no column of numbers (or computed further up).{near(part, numbers)}")
    if column.of.operation == "difference" and len(column.of.columns) != 2:
        node.wrong("a difference has two columns")


def _from_elsewhere(ask: Ask, column: Column, node: Node) -> None:
    """What can be seen of ``shown`` and ``count`` without the other worksheet."""
    if column.counted:
        counted = ask.columns.get(column.counted.rpartition(".")[2]) if ask.own(column.counted) else None
        if counted is not None and not (counted.type == "ref" and ask.own(counted.from_ or "")):
            node.at("count").wrong("must be a ref column that points to this worksheet")
        return
    try:
        found = find(ask, column.shown, lambda reference: None, STEPS - 1)
    except Missing as error:
        node.at("shown").wrong(str(error))
        return
    if found and (secret := tells_private(column, found[0].columns[found[1]].visibility)):
        node.at("shown").wrong(secret)


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
        for use in uses(check):
            _use(ask, use, _at(where, use.path))
        if check.needs_others:
            _covers(ask, check, where)


def _at(node: Node, path: tuple[str | int, ...]) -> Node:
    for part in path:
        node = node.at(part)
    return node


def _use(ask: Ask, use: Use, node: Node) -> None:
    """One column that a check names, as far as it stands in this worksheet; ``plan`` looks at the others."""
    try:
        found = find(ask, use.column, lambda reference: None)
    except Missing as error:
        node.wrong(str(error))
        return
    if found is not None:
        column = found[0].columns[found[1]]
        for message in misfits(use, column, holds_many(ask, use.column, column)):
            node.wrong(message)


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
            place = node.at("checks") if len(key.checks) < len(node.data["checks"]) else node.at("checks").at(i)
            if check.needs_others:
                place.wrong(f"'{check.verb}' looks at another worksheet, so it cannot earn points")
                continue
            for use in uses(check):
                if elsewhere(ask, use.column):
                    place.wrong(f"'{use.column}' stands in another worksheet, so no check on it can earn points")
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

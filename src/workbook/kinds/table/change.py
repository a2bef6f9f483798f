"""What changes in a worksheet at once: from the browser's message, from a page without script, from two values.

A :data:`Change` says what to do with rows and cells, never the whole, so that two people who write in different cells
of one worksheet both keep what they wrote. ``answers`` applies it.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from ...i18n import _
from ..base import Entries, Malformed, every, first
from .cells import NONE, ROW_ID, Choices, parse_cell
from .nouns import Ask
from .rows import (
    MOST_ROWS,
    Wrong,
    about,
    base_cells,
    given_rows,
    initial,
    is_new,
    names,
    read_aside,
    read_whole,
    refuse,
    row_name,
    shown,
    too_many,
)  # fmt: skip

ROW_GONE = "-remove"
ROW_HERE = "-row"
"""Names beside the columns in a page without script: a box to remove a row, and a mark that the row was there."""


class Change(TypedDict, total=False):
    """What to do, in this order: ``start``, ``add``, ``cells``, ``move``, ``remove``.

    ``cells``: [row, column, value or None]. ``add`` and ``move``: [row, the row before it or None for the first place].
    ``aside``: check to its answer, or None to take it back. ``start``: supplied rows, which take their place with the
    first change. ``restore``: removed rows that come back.
    """

    start: list[str]
    cells: list[list[Any]]
    add: list[list[str | None]]
    remove: list[str]
    move: list[list[str | None]]
    restore: list[str]
    aside: dict[str, dict[str, str] | None]


def parse_change(ask: Ask, message: Any, value: Any = None, choices: Choices = NONE) -> Change:
    """The browser's message (``{cells: {"row.column": [values]}, add, remove, move, restore, aside}``) as a Change.

    ``value`` is what is stored now; with it rows are named by number and counted. ``choices`` let refs be pasted by
    label. Raises Malformed, with the control's name as ``part``, for the first thing that cannot be used.
    """
    if not isinstance(message, Mapping):
        raise _shape()
    rows = shown(ask, value)
    named = names(ask, rows, choices)
    change = Change(
        start=list(ask.supplied),
        cells=_cells(ask, message.get("cells") or {}, named, choices),
        add=_places(message.get("add")),
        remove=_rows(message.get("remove")),
        move=_places(message.get("move")),
        aside=_asides(ask, message.get("aside") or {}),
    )
    restored = _rows(message.get("restore"))
    if restored:
        change["restore"] = restored
    if ask.fixed and (change["add"] or change["remove"] or change["move"] or restored):
        raise given_rows("")
    made = {row for row, _after in change["add"]} | {row for row, _column, _value in change["cells"]} | set(restored)
    if len({*named, *made} - set(change["remove"])) > MOST_ROWS:
        raise too_many()
    return change


def _shape() -> Malformed:
    return Malformed(_("This change cannot be read. Load the page again."))


def _row(id: Any) -> str:
    if not isinstance(id, str) or not ROW_ID.fullmatch(id):
        raise _shape()
    return id


def _rows(data: Any) -> list[str]:
    if data is not None and (not isinstance(data, list) or len(data) > MOST_ROWS):
        raise _shape()
    return list(dict.fromkeys(_row(id) for id in data or []))


def _places(data: Any) -> list[list[str | None]]:
    if data is not None and (not isinstance(data, list) or len(data) > 5 * MOST_ROWS):
        raise _shape()
    found: list[list[str | None]] = []
    for pair in data or []:
        if not isinstance(pair, list) or len(pair) != 2 or pair[0] == pair[1]:
            raise _shape()
        found.append([_row(pair[0]), None if pair[1] is None else _row(pair[1])])
    return found


def _cells(ask: Ask, data: Any, named: Mapping[str, str], choices: Choices) -> list[list[Any]]:
    if not isinstance(data, Mapping) or len(data) > MOST_ROWS * len(ask.columns):
        raise _shape()
    found = []
    for key, raw in data.items():
        row, dot, id = str(key).partition(".")
        if not dot:
            raise _shape()
        _row(row)
        column = ask.columns.get(id)
        name = named.get(row) or row_name(ask)
        part = f"row.{row}.{id}"
        if column is None:
            raise Malformed(_("{row}: there is no column “{column}”.").format(row=name, column=id[:40]), part)
        if column.given:
            raise about(Malformed(_("this is supplied and cannot be changed.")), row, id, column, name)
        if ask.fixed and row not in ask.supplied:
            raise given_rows(part)
        try:
            value = parse_cell(column, raw, choices)
        except Malformed as error:
            raise about(error, row, id, column, name) from None
        # An emptied cell stays empty, instead of showing what was supplied again.
        found.append([row, id, "" if value is None and id in base_cells(ask, row) else value])
    return found


def _asides(ask: Ask, data: Any) -> dict[str, dict[str, str] | None]:
    known = {check.name for check in ask.checks}
    if not isinstance(data, Mapping) or not known.issuperset(data):
        raise _shape()
    return {check: read_aside(check, given) for check, given in data.items()}


def gather(ask: Ask, entries: Entries) -> dict[str, Any] | None:
    """The raw value in a whole form, as a page without script sends it: rows in the order in which they stand there.

    None if nothing was sent. Rows that were offered empty and stayed so are left out. ``removed``: rows whose box was
    ticked.
    """
    rows: dict[str, dict[str, list[str]]] = {}
    aside: dict[str, dict[str, str]] = {}
    for name in entries:
        kind, *rest = name.split(".", 2)
        if len(rest) == 2 and kind == "row":
            rows.setdefault(rest[0], {})[rest[1]] = every(entries, name)
        elif len(rest) == 2 and kind == "aside":
            aside.setdefault(rest[0], {})[rest[1]] = first(entries, name)
    if not rows and not aside:
        return None
    removed = [id for id, cells in rows.items() if cells.get(ROW_GONE) and not ask.fixed]
    kept = []
    for id, cells in rows.items():
        # A column that sent nothing, such as tick boxes without a tick, was emptied.
        columns = [column for column in ask.columns if not ask.columns[column].given]
        filled = {column: [v for v in cells.get(column, []) if v.strip()] for column in columns}
        offered = is_new(id) or cells.get(ROW_HERE) == ["new"]
        if id in removed or (offered and not _says_something(ask, filled)):
            continue
        kept.append({"id": _fresh(id, filled, rows) if is_new(id) else id, "cells": filled})
    return {"rows": kept, "aside": aside, "removed": removed}


def _says_something(ask: Ask, cells: Mapping[str, Sequence[str]]) -> bool:
    def default(column: str) -> list[str]:
        value = ask.defaults.get(column)
        return list(value) if isinstance(value, (list, tuple)) else [str(value)]

    return any(sent and list(sent) != default(column) for column, sent in cells.items())


def _fresh(name: str, cells: Mapping[str, Any], rows: Iterable[str]) -> str:
    """An id for a new row. It follows from what was sent, so that the same page sent twice adds the row once."""
    told = json.dumps([name, cells, sorted(rows)], sort_keys=True)
    return "n" + hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def posted(ask: Ask, value: Any, entries: Entries, wrong: Wrong = refuse) -> Change:
    """What a page without script asks to change in the stored ``value``.

    Only ticked rows go: a row that another window added meanwhile is missing in the page, and stays. What ``wrong``
    does not refuse is left out of the change.
    """
    raw = gather(ask, entries)
    if raw is None:
        return {"start": list(ask.supplied), **difference(None, None)}
    found: list[Malformed] = []

    def noted(error: Malformed) -> None:
        wrong(error)
        found.append(error)

    old = read_whole(ask, value, lambda error: None) if value is not None else initial(ask)
    new = read_whole(ask, raw, noted)
    rows, before = list(new["rows"]), None
    sent = {row["id"] for row in raw["rows"]}
    for row in old["rows"]:
        ids = [here["id"] for here in rows]
        if row["id"] not in ids and row["id"] not in raw["removed"]:
            # A row in which nothing is left counts as none, but what stood in it has to go.
            kept = {"id": row["id"], "cells": {}} if row["id"] in sent else row
            rows.insert(ids.index(before) + 1 if before in ids else 0, kept)
        before = row["id"]
    if len(rows) > MOST_ROWS:
        raise too_many()
    change = difference(old, {"rows": rows, "aside": new["aside"]})
    parts = {error.part for error in found}
    change["cells"] = [[row, id, cell] for row, id, cell in change["cells"] if f"row.{row}.{id}" not in parts]
    asked = {name.split(".")[1] for name in entries if name.startswith("aside.") and name.count(".") == 2}
    asked -= {part.split(".")[1] for part in parts if part.startswith("aside.")}
    change["aside"] = {check: answer for check, answer in change["aside"].items() if check in asked}
    return {"start": list(ask.supplied), **change}


def difference(old: Any, new: Any) -> Change:
    """The change that makes ``new`` of ``old``, both values or None; rows that keep their order are not moved."""
    was, now = _by_id(old), _by_id(new)
    cells = []
    for id, row in now.items():
        before = was.get(id, {})
        for column in dict.fromkeys([*row, *before]):
            if row.get(column) != before.get(column):
                cells.append([id, column, row.get(column)])
    added = [[id, before] for id, before in _behind(now) if id not in was]
    aside_was, aside_now = (old or {}).get("aside", {}), (new or {}).get("aside", {})
    asides = {c: aside_now.get(c) for c in {**aside_was, **aside_now} if aside_now.get(c) != aside_was.get(c)}
    return Change(
        cells=cells,
        add=added,
        remove=[id for id in was if id not in now],
        move=_moves([id for id in _inserted(list(was), added) if id in now], list(now)),
        aside=asides,
    )


def _by_id(value: Any) -> dict[str, Mapping[str, Any]]:
    return {row["id"]: row.get("cells", {}) for row in (value or {}).get("rows", [])}


def _behind(ids: Iterable[str]) -> list[tuple[str, str | None]]:
    order = list(ids)
    return list(zip(order, [None, *order], strict=False))


def _inserted(order: list[str], added: Iterable[Sequence[Any]]) -> list[str]:
    for id, after in added:
        order.insert(0 if after is None else order.index(after) + 1, id)
    return order


def _moves(order: list[str], wanted: list[str]) -> list[list[str | None]]:
    """The fewest moves from one order to another: what stands in the longest rising run stays."""
    place = {id: n for n, id in enumerate(wanted)}
    tails: list[int] = []
    ends: list[str] = []
    back: dict[str, str | None] = {}
    for id in order:
        at = bisect_left(tails, place[id])
        back[id] = ends[at - 1] if at else None
        tails[at : at + 1], ends[at : at + 1] = [place[id]], [id]
    stays: set[str] = set()
    last = ends[-1] if ends else None
    while last is not None:
        stays.add(last)
        last = back[last]
    return [[id, before] for id, before in _behind(wanted) if id not in stays]

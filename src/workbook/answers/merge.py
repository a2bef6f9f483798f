"""What one save does to an exercise's stored answers. Pure: no files, no clock, no locks.

Later save wins by question, in a table by cell. "Later" is the order in which saves arrive at the home (its sequence
number), never a clock: clocks of two devices differ and jump.

An exercise's *document* is plain JSON data, question id to *entry*. An entry is either
``{"value": v, "seq", "at", "version"}`` or, for a table, ``{"rows": [row…], "aside": {check: cell}, "seq", …}`` with
``row = {"id", "cells": {column: cell}, "seq", "removed"?}`` in the learner's order and ``cell = {"value", "seq"}``.
A removed row stays as a tombstone, so that a late save cannot bring it back and a reference to it can still be named.
What this version does not know (fields, columns, questions) is carried along untouched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from ..errors import WorkbookError
from ..i18n import _

Entry = dict[str, Any]
Document = dict[str, Any]
Change = Mapping[str, Any]
"""``{"value": v}``, or for a table any of ``{"cells": [[row, column, value]], "add": [[row, after or None]],
"remove": [row], "restore": [row], "move": [[row, after or None]], "aside": {check: {…} or None}, "start": [row]}``.

``start`` names the rows that the content supplies, in order: they get their place in the learner's table with the
first save, so that they can be moved and removed like any other row. ``after`` None means first."""

LARGEST: Final = 5_000_000
"""Most characters of one change, as JSON: more than a person types, less than a hand-in may hold."""
ROW: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TABLE: Final = frozenset({"cells", "add", "remove", "restore", "move", "aside", "start"})


def clean(change: Change) -> dict[str, Any]:
    """A private copy of ``change``, known to be plain JSON of the right shape. Raises :class:`WorkbookError`."""
    try:
        text = json.dumps(change, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise WorkbookError(_("This answer cannot be stored: it is not plain text, numbers and lists.")) from None
    if len(text) > LARGEST:
        raise WorkbookError(_("This answer is too long to be stored ({n} characters).").format(n=len(text)))
    # A browser may send half of a surrogate pair; it cannot be written as UTF-8 and becomes a question mark.
    copy: dict[str, Any] = json.loads(text.encode("utf-8", "replace"))
    if not _well_formed(copy):
        raise WorkbookError(_("This answer cannot be stored: its change is not of a known form."))
    return copy


def _well_formed(change: Any) -> bool:
    if not isinstance(change, dict) or not change:
        return False
    if "value" in change:
        return len(change) == 1 and (not _is_table(change["value"]) or _rows_fit(change["value"]))
    lists = [change.get(name, []) for name in ("cells", "add", "move", "remove", "restore", "start")]
    if not change.keys() <= _TABLE or not all(isinstance(part, list) for part in lists):
        return False
    cells, add, move, *rows = lists
    return (
        all(isinstance(c, list) and len(c) == 3 and _row(c[0]) and isinstance(c[1], str) for c in cells)
        and all(isinstance(p, list) and len(p) == 2 and _row(p[0]) and (p[1] is None or _row(p[1])) for p in add + move)
        and all(_row(row) for part in rows for row in part)
        and isinstance(change.get("aside", {}), dict)
    )


def _row(id: Any) -> bool:
    return isinstance(id, str) and ROW.fullmatch(id) is not None


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("rows"), list)


def _rows_fit(value: Mapping[str, Any]) -> bool:
    rows = value["rows"]
    fit = all(isinstance(r, dict) and _row(r.get("id")) and isinstance(r.get("cells", {}), dict) for r in rows)
    return fit and len({r["id"] for r in rows}) == len(rows) and isinstance(value.get("aside", {}), dict)


def apply(document: Document, question: str, change: Change, seq: int, at: str, version: str) -> Document:
    """The document after ``change`` to ``question`` was saved as number ``seq`` of its unit, at time ``at`` (UTC).

    ``version`` is the content version the learner saw. Raises :class:`WorkbookError` for a malformed change.
    """
    change = clean(change)
    old: Entry = document.get(question, {})
    if "value" in change and not _is_table(change["value"]):
        entry = _as_shape(old, table=False)
        entry["value"] = change["value"]
    else:
        entry = _as_shape(old, table=True)
        table = _Table(entry, seq)
        if "value" in change:
            table.replace(change["value"])
        else:
            table.take(change)
        entry["rows"], entry["aside"] = table.rows, table.aside
    entry.update(seq=seq, at=at, version=version)
    return {**document, question: entry}


def _as_shape(old: Entry, *, table: bool) -> Entry:
    """A copy of ``old`` to write on. Where the content made a table of a plain question (or back), the old answer
    is kept under ``former``: content may change, nothing typed is lost."""
    if not old or ("rows" in old) == table:
        return dict(old)
    former = {name: part for name, part in old.items() if name != "former"}
    return {"former": [*old.get("former", []), former]}


class _Table:
    """A table's rows and findings set aside, copied as far as a change touches them."""

    def __init__(self, entry: Entry, seq: int) -> None:
        self.rows: list[dict[str, Any]] = [dict(row) for row in entry.get("rows", [])]
        self.aside: dict[str, Any] = dict(entry.get("aside", {}))
        self.seq = seq

    def take(self, change: Change) -> None:
        for id in change.get("start", []):
            if self._at(id) is None:
                self._insert(id, len(self.rows))
        for id, after in change.get("add", []):
            self._add(id, after)
        for id in change.get("restore", []):
            if (place := self._at(id)) is not None:
                self.rows[place].pop("removed", None)
        for id, column, value in change.get("cells", []):
            row = self.rows[self._here(id)]
            row["cells"] = {**row["cells"], column: {"value": value, "seq": self.seq}}
        for id, after in change.get("move", []):
            self._move(id, after)
        for id in change.get("remove", []):
            self.rows[self._here(id)].setdefault("removed", self.seq)
        for check, answer in change.get("aside", {}).items():
            self.aside[check] = {"value": answer, "seq": self.seq}

    def replace(self, value: Mapping[str, Any]) -> None:
        """Make the table say exactly ``value`` (a page without script sends it whole); the rest becomes tombstones."""
        new = [row["id"] for row in value["rows"]]
        known = {row["id"]: row for row in self.rows}
        rows = []
        for given in value["rows"]:
            row = known.get(given["id"]) or {"id": given["id"], "cells": {}, "seq": self.seq}
            row.pop("removed", None)
            row.pop("loose", None)
            wanted = {
                column: given.get("cells", {}).get(column) for column in {**row["cells"], **given.get("cells", {})}
            }
            changed = {c: v for c, v in wanted.items() if row["cells"].get(c, {}).get("value") != v}
            row["cells"] = row["cells"] | {c: {"value": v, "seq": self.seq} for c, v in changed.items()}
            rows.append(row)
        for row in self.rows:
            if row["id"] not in new:
                row.setdefault("removed", self.seq)
                rows.append(row)
        self.rows = rows
        wanted = {check: value.get("aside", {}).get(check) for check in {**self.aside, **value.get("aside", {})}}
        for check, answer in wanted.items():
            if self.aside.get(check, {}).get("value") != answer:
                self.aside[check] = {"value": answer, "seq": self.seq}

    def _at(self, id: str) -> int | None:
        return next((i for i, row in enumerate(self.rows) if row["id"] == id), None)

    def _insert(self, id: str, place: int) -> None:
        self.rows.insert(place, {"id": id, "cells": {}, "seq": self.seq})

    def _here(self, id: str) -> int:
        """Where row ``id`` stands. One not heard of yet is put last: its ``add`` may be late, its cells cannot wait."""
        place = self._at(id)
        if place is None:
            self._insert(id, len(self.rows))
            place = len(self.rows) - 1
            self.rows[place]["loose"] = True
        return place

    def _behind(self, after: str | None) -> int:
        place = None if after is None else self._at(after)
        return 0 if after is None else len(self.rows) if place is None else place + 1

    def _add(self, id: str, after: str | None) -> None:
        place = self._at(id)
        if place is None:
            self._insert(id, self._behind(after))
        elif self.rows[place].get("loose"):
            # The row came in by its cells; now it gets its place. Any other known row stays where it is: the same
            # message sent twice must not undo a move or a removal.
            self._put(place, after)

    def _move(self, id: str, after: str | None) -> None:
        place = self._at(id)
        if place is not None and id != after and (after is None or self._at(after) is not None):
            self._put(place, after)

    def _put(self, place: int, after: str | None) -> None:
        row = self.rows.pop(place)
        row.pop("loose", None)
        self.rows.insert(self._behind(after), row)


def value(entry: Entry) -> Any:
    """An entry's value in the form kinds know: for a table its living rows with what stands in their cells."""
    if "rows" not in entry:
        return entry.get("value")
    rows = [{"id": row["id"], "cells": _cells(row)} for row in entry["rows"] if "removed" not in row]
    aside = {check: cell["value"] for check, cell in entry.get("aside", {}).items() if cell["value"] is not None}
    return {"rows": rows, "aside": aside} if rows or aside or removed(entry) else None


def removed(entry: Entry) -> dict[str, dict[str, Any]]:
    """A table's removed rows and what last stood in them, so that a reference to one can be named."""
    return {row["id"]: _cells(row) for row in entry.get("rows", []) if "removed" in row}


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: cell["value"] for column, cell in row["cells"].items() if cell["value"] is not None}


def mistake(entry: Any) -> str:
    """Why a stored entry cannot be read, in a few words; empty when it can."""
    if not isinstance(entry, dict) or not ("value" in entry or "rows" in entry):
        return "no answer in it"
    if not all(_cell(cell) for cell in _dict(entry.get("aside", {})).values()) or not isinstance(
        entry.get("aside", {}), dict
    ):
        return "broken findings"
    rows = entry.get("rows", [])
    if not isinstance(rows, list):
        return "broken rows"
    for row in rows:
        if not isinstance(row, dict) or not _row(row.get("id")) or not isinstance(row.get("cells"), dict):
            return "a broken row"
        if not all(_cell(cell) for cell in row["cells"].values()):
            return "a broken cell"
    return "a row twice" if len({row["id"] for row in rows}) != len(rows) else ""


def _cell(cell: Any) -> bool:
    return isinstance(cell, dict) and "value" in cell


def _dict(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}

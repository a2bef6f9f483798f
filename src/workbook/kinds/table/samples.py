"""Answers to any worksheet, right and wrong, so that tests can try every one in the course."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..base import Samples
from .columns import Column
from .marking import mark
from .nouns import Ask, Key, readable_cell
from .rows import initial, read_value

LIKE: Mapping[str, Any] = {
    "text": "A few words of text",
    "long": "A few words of text\nand a second line",
    "number": "12.5",
    "date": "2027-01-31",
    "yes-no-unknown": "no",
    "ref": "r1a2b3c4",
    "goal": "17",
    "target": "17.16",
}


def samples(ask: Ask, key: Key | None) -> Samples:
    """Right: the key's example and cells in the supplied rows, if they earn all. Wrong: rows that earn less."""
    filled = _filled(ask)
    malformed: list[Any] = [
        "text", 3, ["a"], {"rows": "a"}, {"rows": [{"id": "A b", "cells": {}}]}, {"rows": [{"id": "r1", "cells": "x"}]},
        {"rows": [3]}, {"rows": [{"id": "r1"}, {"id": "r1"}]}, {"rows": [{"id": f"r{n}"} for n in range(201)]},
    ]  # fmt: skip
    if ask.columns and not all(column.given for column in ask.columns.values()):
        id = next(id for id, column in ask.columns.items() if not column.given)
        malformed.append({"rows": [{"id": next(iter(ask.supplied), "r1"), "cells": {id: {"deep": 1}}}]})
    if key is None:
        return Samples([filled] if filled else [], [], malformed)
    answer = read_value(ask, _answered(ask, key))
    # Checks may ask for more than the key's cells show: `verify` then asks the author for an example.
    right = [answer] if answer and mark(ask, key, answer).fraction == 1 else []
    wrong = [value for value in (filled,) if value and mark(ask, key, value).fraction < 1]
    return Samples(right, wrong, malformed)


def _filled(ask: Ask) -> Any:
    rows = initial(ask)["rows"] or [{"id": "r1a2b3c4", "cells": {}}]
    cells = {id: _like(column) for id, column in ask.columns.items() if not column.given}
    return read_value(ask, {"rows": [{"id": row["id"], "cells": {**row["cells"], **cells}} for row in rows]})


def _like(column: Column) -> Any:
    value = next(iter(column.options)) if column.type == "choice" else LIKE[column.type]
    if column.least is not None or column.most is not None:
        value = f"{column.least if column.least is not None else column.most:g}"
    return [value] if column.many else value


def _answered(ask: Ask, key: Key) -> Any:
    rows = initial(ask)["rows"]
    for row in rows:
        for id, wanted in {**key.example.get(row["id"], {}), **key.cells.get(row["id"], {})}.items():
            first = wanted if ask.columns[id].many or not isinstance(wanted, tuple) else wanted[0]
            row["cells"][id] = readable_cell(ask.columns[id], first)
    return {"rows": rows}

"""What a worksheet on supplied material earns.

Each key cell weighs 1, each key check its points. What an untouched worksheet passes earns nothing:
``max(0, (passed - passed at start) / (all - passed at start))``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...checks import evaluate, values
from ...fields import Html
from ...model import Marked, Note
from ..texts import folded
from .columns import Column
from .nouns import Ask, Key, readable_cell
from .rows import initial, sheet, shown


def accepts(column: Column, wanted: Any, cell: Any) -> bool:
    """Whether a cell is right. Of a column with many, all are wanted and no other; else any of a list will do."""
    found = values(cell)
    if not found:
        return False
    if column.many:
        return set(found) == set(values(readable_cell(column, wanted)))
    if len(found) != 1:
        return False
    right = [readable_cell(column, value) for value in (wanted if isinstance(wanted, (tuple, list)) else [wanted])]
    if column.type in ("text", "long"):
        return folded(found[0]) in {folded(str(value)) for value in right} - {""}
    return found[0] in right


def results(ask: Ask, key: Key, value: Any) -> Iterator[tuple[str, int, bool, Html]]:
    """Each thing that is marked: its part (``row.column`` or a check's id), weight, whether passed, and feedback."""
    rows = {row.id: row.cells for row in shown(ask, value)}
    explained: set[str] = set()
    for row, cells in key.cells.items():
        for id, wanted in cells.items():
            right = accepts(ask.columns[id], wanted, rows.get(row, {}).get(id))
            text = "" if right or row in explained else key.feedback.get(row, "")
            if text:
                explained.add(row)
            yield f"{row}.{id}", 1, right, text
    found = {finding.check: finding for finding in evaluate(key.checks, sheet(ask, shown(ask, value)))}
    for check in key.checks:
        missing = found.get(check.name)
        text = "" if missing is None else key.feedback.get(check.name, missing.message)
        yield check.name, check.points, missing is None, text


def weights(ask: Ask, key: Key) -> tuple[int, int]:
    """What an untouched worksheet passes, and what there is to earn beyond it."""
    untouched = list(results(ask, key, initial(ask)))
    at_start = sum(weight for _part, weight, passed, _text in untouched if passed)
    return at_start, sum(weight for _part, weight, _passed, _text in untouched) - at_start


def mark(ask: Ask, key: Key, value: Any) -> Marked:
    """The share earned, and a note on each cell and check that was marked."""
    found = list(results(ask, key, value))
    at_start, to_earn = weights(ask, key)
    passed = sum(weight for _part, weight, right, _text in found if right)
    fraction = max(0.0, (passed - at_start) / to_earn) if to_earn > 0 else 0.0
    notes = [Note(part, right, text) for part, _weight, right, text in found]
    if fraction == 1 and key.right:
        notes.insert(0, Note("", True, key.right))
    return Marked(fraction, tuple(notes))

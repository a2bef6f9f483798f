"""A worksheet: rows that the learner fills, in columns of known types, with checks that say what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ...checks import Sheet, values
from ...checks.links import Covers
from ...fields import Node
from ...i18n import _
from ...model import Marked
from ..base import Entries, Kind, Malformed, Samples, Value
from . import change, marking
from .cells import NONE, Choices, in_words
from .change import Change
from .columns import Column, plain_label, source
from .nouns import Ask, Key
from .reach import Reach, Target, meant, own_reach, reaching, worked_out
from .rows import Wrong, initial, names, read_value, refuse, sheet, shown
from .samples import samples
from .verify import verify


class Table(Kind[Ask, Key]):
    """Rows and columns."""

    name = "table"
    summary = "A worksheet: rows in columns of known types, with checks that say what is missing."
    ask_type = Ask
    key_type = Key

    def placed(self, ask: Ask, address: str) -> Ask:
        return replace(ask, address=address)

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        verify(ask, key, node)

    def refers(self, ask: Ask) -> Iterable[str]:
        found = [ref for column in ask.columns.values() for ref in (column.from_, column.counted) if ref]
        return [*found, *(check.covers for check in ask.checks if isinstance(check, Covers))]

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return change.gather(ask, entries)

    def parse(self, ask: Ask, raw: Any) -> Value:
        return read_value(ask, raw)

    def mend(self, ask: Ask, raw: Any) -> tuple[Value, list[str]]:
        """Like :meth:`parse`, for answers older than the content: what cannot be used is left out, and said."""
        wrong: list[Malformed] = []
        value = read_value(ask, raw, wrong.append)
        return value, [str(error) for error in wrong]

    def parse_change(self, ask: Ask, message: Any, value: Value = None, choices: Choices = NONE) -> Change:
        """What the browser asks to change, checked; see :func:`.change.parse_change`."""
        return change.parse_change(ask, message, value, choices)

    def posted(self, ask: Ask, value: Value, entries: Entries, wrong: Wrong = refuse) -> Change:
        """What a page without script asks to change in ``value``; see :func:`.change.posted`."""
        return change.posted(ask, value, entries, wrong)

    def difference(self, old: Value, new: Value) -> Change:
        """The change that makes ``new`` of ``old``."""
        return change.difference(old, new)

    def complete(self, ask: Ask, value: Value) -> bool:
        """Whether there are rows, and every required cell of them is filled."""
        if value is None:
            return False
        rows = shown(ask, value)
        required = [id for id, column in ask.columns.items() if column.required and not column.given]
        return bool(rows) and all(values(row.cells.get(id)) for row in rows for id in required)

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        return marking.mark(ask, key, value)

    def readable(self, ask: Ask, value: Value, choices: Choices = NONE, private: bool = True) -> str:
        """A line for each row: “column: value; …”. With ``choices``, refs stand there by label.

        Private columns are left out unless ``private``.
        """
        rows = shown(ask, value)
        named, own = names(ask, rows), own_reach(ask, rows)
        spoken = {id: (meant(ask, id, own) or (ask, column))[1] for id, column in ask.columns.items()}
        lines = []
        for row in rows:
            cells = [
                f"{plain_label(id, column)}: {in_words(spoken[id], row.cells[id], choices)}"
                for id, column in ask.columns.items()
                if values(row.cells.get(id)) and (private or column.visibility != "private")
            ]
            lines.append(" ".join("; ".join(cells).split()) or f"{named[row.id]}: –")
        aside: Mapping[str, Any] = value.get("aside") or {} if isinstance(value, Mapping) else {}
        lines += [_set_aside(check, answer) for check, answer in aside.items()]
        return "\n".join(lines) or _("No rows.")

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        return samples(ask, key)


def _set_aside(check: str, answer: Mapping[str, str]) -> str:
    said = _("not known yet") if answer.get("as") == "not-known" else _("not for us")
    text = _("Set aside ({check}): {said}").format(check=check, said=said)
    for more in (answer.get("text"), answer.get("by")):
        text += f"; {more}" if more else ""
    return text


KIND = Table()

__all__ = [
    "KIND", "Ask", "Change", "Choices", "Column", "Key", "Reach", "Sheet", "Table", "Target", "in_words", "initial",
    "meant", "names", "plain_label", "reaching", "sheet", "shown", "source", "values", "worked_out",
]  # fmt: skip

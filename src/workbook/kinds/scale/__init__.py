"""Rows that are rated on one scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...fields import Flag, Html, Line, MapOf, Name, Node, spec
from ...i18n import _
from ...model import Marked, Note
from .. import parts
from ..base import Entries, Kind, Samples, Value


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    rows: Mapping[str, Html] = spec(MapOf(Line(), least=1), "What is rated: id and text")
    levels: Mapping[str, Html] = spec(MapOf(Line(), least=2), "Levels of the scale in order: id and text")


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows; leave it out where learners give their own view."""

    answer: Mapping[str, str] = spec(
        MapOf(Name(), least=1), "For each row that is marked, the id of its level", trainer=True
    )
    near: bool = spec(
        Flag(), "Whether a level beside the right one costs nothing (and earns nothing)", default=False, trainer=True
    )
    right: Html | None = spec(Line(), "Feedback when all rows are right", default=None, trainer=True)
    feedback: Mapping[str, Html] = spec(
        MapOf(Line()), "For each row: why; shown if it is not right", default={}, trainer=True
    )


class Scale(Kind[Ask, Key]):
    """The kind scale."""

    name = "scale"
    summary = "Each row rated on one scale: a view of one's own, or marked like a match."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        if key is None:
            return
        parts.verify(node, key, ask.rows, "a row", ask.levels, "a level")
        if key.near and len(ask.levels) < 4:
            node.at("key").at("near").wrong(
                "needs a scale of at least 4 levels: on a shorter one nearly every level is near"
            )

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return parts.gather(entries, ask.rows)

    def parse(self, ask: Ask, raw: Any) -> Value:
        return parts.parse(raw, ask.rows, ask.levels, _("Choose one of the levels shown for each row."))

    def complete(self, ask: Ask, value: Value) -> bool:
        return parts.complete(value, ask.rows)

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        steps = {level: n for n, level in enumerate(ask.levels)}
        notes = []
        for row, level in value.items():
            if row in key.answer:
                off = abs(steps[level] - steps[key.answer[row]])
                hit = None if off == 1 and key.near else off == 0
                notes.append(Note(row, hit, "" if hit else key.feedback.get(row, "")))
        fraction = parts.guarded(notes, len(ask.levels), len(key.answer))
        asked = {row: ask.rows[row] for row in ask.rows if row in key.answer}
        return parts.marked(fraction, notes, key.right, asked)

    def readable(self, ask: Ask, value: Value) -> str:
        return parts.lines(ask.rows, value, ask.levels)

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        rows, levels = list(ask.rows), list(ask.levels)
        malformed = parts.malformed(rows, levels)
        given = dict.fromkeys(rows, levels[0])
        typed = [parts.reversed_parts(given)]
        if key is None:
            partly = [{rows[0]: levels[-1]}] if len(rows) > 1 else []
            return Samples([given, dict.fromkeys(rows, levels[-1])], partly, malformed, typed)
        right = given | {row: key.answer[row] for row in key.answer}
        beside = {row: levels[1 if level == levels[0] else levels.index(level) - 1] for row, level in right.items()}
        row = next(iter(key.answer))
        wrong = [beside, right | {row: beside[row]}, {row: beside[row]}]
        if len(key.answer) > 1:
            wrong.append({row: right[row]})
        return Samples([right], wrong, malformed, typed)


KIND = Scale()

"""What could be done in a situation, each option judged on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...fields import Html, Line, MapOf, Node, OneOf, spec
from ...i18n import _
from ...model import Marked, Note
from .. import parts
from ..base import Entries, Kind, Samples, Value, must_be, must_have

RATINGS = ("fitting", "acceptable", "harmful")


def ratings() -> dict[str, str]:
    """The three ratings in the learner's language."""
    return {"fitting": _("Fitting"), "acceptable": _("Acceptable"), "harmful": _("Harmful")}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    options: Mapping[str, Html] = spec(MapOf(Line(), least=2), "What could be done: id and text")


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows."""

    ratings: Mapping[str, str] = spec(
        MapOf(OneOf(RATINGS)),
        "For every option: fitting, acceptable or harmful; at most half of them acceptable",
        trainer=True,
    )
    right: Html | None = spec(Line(), "Feedback when all are judged alike", default=None, trainer=True)
    feedback: Mapping[str, Html] = spec(
        MapOf(Line()), "For each option: why; shown with every answer", default={}, trainer=True
    )


class Situational(Kind[Ask, Key]):
    """The kind situational."""

    name = "situational"
    summary = "Each option fitting, acceptable or harmful. The opposite takes away what an exact one earns."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        if key is None:
            return
        rated = node.at("key").at("ratings")
        must_be(rated, key.ratings, ask.options, "an option")
        must_have(rated, key.ratings, ask.options, "the options")
        if 2 * sum(rating == "acceptable" for rating in key.ratings.values()) > len(key.ratings):
            rated.wrong("are 'acceptable' for more than half of the options, which earns points without taking a side")
        parts.explained(node, key, ask.options, "an option")

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return parts.gather(entries, ask.options)

    def parse(self, ask: Ask, raw: Any) -> Value:
        return parts.parse(raw, ask.options, RATINGS, _("Judge each option: fitting, acceptable or harmful."))

    def complete(self, ask: Ask, value: Value) -> bool:
        return parts.complete(value, ask.options)

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        earned, notes = 0, []
        for option, rating in value.items():
            off = abs(RATINGS.index(rating) - RATINGS.index(key.ratings[option]))
            earned += 1 - off
            notes.append(Note(option, {0: True, 1: None, 2: False}[off], key.feedback.get(option, "")))
        fraction = max(0.0, earned / len(ask.options))
        return parts.marked(fraction, notes, key.right, ask.options)

    def readable(self, ask: Ask, value: Value) -> str:
        return parts.lines(ask.options, value, ratings())

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        option = next(iter(ask.options))
        right = {o: key.ratings[o] if key else "fitting" for o in ask.options}
        turned = dict(zip(RATINGS, reversed(RATINGS), strict=True)) | {"acceptable": "harmful"}
        wrong = [{option: right[option]}]
        if key:
            wrong += [right | {option: turned[right[option]]}, {o: turned[r] for o, r in right.items()}]
        return Samples([right], wrong, parts.malformed(ask.options, RATINGS), [parts.reversed_parts(right)])


KIND = Situational()

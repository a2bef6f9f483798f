"""What could be done in a situation, each option judged on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...fields import Html, Line, MapOf, Node, OneOf, spec
from ...i18n import _
from ...model import Marked, Note
from ..base import Entries, Kind, Samples, Value, must_be, must_have
from ..parts import gather, lines, parse, tally

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
        if key.feedback:
            must_be(node.at("key").at("feedback"), key.feedback, ask.options, "an option")

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return gather(entries, ask.options)

    def parse(self, ask: Ask, raw: Any) -> Value:
        return parse(raw, ask.options, RATINGS, _("Judge each option: fitting, acceptable or harmful."))

    def complete(self, ask: Ask, value: Value) -> bool:
        return value is not None and len(value) == len(ask.options)

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        earned, notes = 0, []
        for option, rating in value.items():
            off = abs(RATINGS.index(rating) - RATINGS.index(key.ratings[option]))
            earned += 1 - off
            notes.append(Note(option, {0: True, 1: None, 2: False}[off], key.feedback.get(option, "")))
        fraction = max(0.0, earned / len(ask.options))
        if fraction == 1:
            return Marked(fraction, (Note("", True, key.right or ""), *notes))
        return Marked(fraction, (tally(sum(note.right is True for note in notes), len(ask.options)), *notes))

    def readable(self, ask: Ask, value: Value) -> str:
        return lines(ask.options, value, ratings())

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        option = next(iter(ask.options))
        malformed = [
            {option: "good"},
            {"no-such-option": "fitting"},
            {option: 1},
            {option: ["fitting"]},
            [option],
            "fitting",
            3,
        ]
        right = {o: key.ratings[o] if key else "fitting" for o in ask.options}
        turned = dict(zip(RATINGS, reversed(RATINGS), strict=True)) | {"acceptable": "harmful"}
        wrong = [{option: right[option]}]
        if key:
            wrong += [right | {option: turned[right[option]]}, {o: turned[r] for o, r in right.items()}]
        return Samples([right], wrong, malformed, [(dict(reversed(list(right.items()))), right)])


KIND = Situational()

"""One option out of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import near
from ...fields import Html, Line, MapOf, Name, Node, plain, spec
from ...i18n import _
from ...model import Marked, Note
from ..base import Entries, Kind, Malformed, Samples, Value, first, must_be


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    options: Mapping[str, Html] = spec(MapOf(Line(), least=2), "Options: id and text")


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows."""

    answer: str = spec(Name(), "The id of the best option", trainer=True)
    right: Html | None = spec(Line(), "Feedback for the right option", default=None, trainer=True)
    feedback: Mapping[str, Html] = spec(MapOf(Line()), "Feedback for each wrong option", default={}, trainer=True)


class SingleChoice(Kind[Ask, Key]):
    """The kind single-choice."""

    name = "single-choice"
    summary = "One best option out of several. Full points or none."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        if key is None:
            return
        if key.answer not in ask.options:
            node.at("key").at("answer").wrong(f"is not an option of this question.{near(key.answer, ask.options)}")
        if key.feedback:
            must_be(node.at("key").at("feedback"), key.feedback, ask.options, "an option")

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return first(entries)

    def parse(self, ask: Ask, raw: Any) -> Value:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, str) or raw not in ask.options:
            raise Malformed(_("Choose one of the options shown."))
        return raw

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        right = value == key.answer
        text = key.right if right else key.feedback.get(value)
        return Marked(float(right), (Note(value, right, text or ""),))

    def readable(self, ask: Ask, value: Value) -> str:
        return plain(ask.options[value])

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        right = [key.answer] if key else list(ask.options)
        return Samples(right, [o for o in ask.options if o not in right], ["no-such-option", 3, ["a"], {"a": 1}])


KIND = SingleChoice()

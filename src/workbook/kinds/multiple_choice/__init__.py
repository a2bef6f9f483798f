"""All that fit out of several options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...fields import Html, Line, ListOf, MapOf, Name, Node, plain, spec
from ...i18n import _
from ...model import Marked, Note
from ..base import Entries, Kind, Malformed, Samples, Value, every, must_be
from ..markup import words

FREE = 1 / 4
"""The most that ticking everything may earn."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    options: Mapping[str, Html] = spec(
        MapOf(Line(), least=3), "Options: id and text, best with as many wrong as right ones"
    )


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows."""

    answers: tuple[str, ...] = spec(ListOf(Name(), least=1), "The ids of all right options", trainer=True)
    right: Html | None = spec(Line(), "Feedback when all are found and nothing else", default=None, trainer=True)
    feedback: Mapping[str, Html] = spec(
        MapOf(Line()),
        "For each option: why it belongs or not; shown if chosen wrongly or left out",
        default={},
        trainer=True,
    )


class MultipleChoice(Kind[Ask, Key]):
    """The kind multiple-choice."""

    name = "multiple-choice"
    summary = "All options that fit. A wrong one takes away what a right one earns."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        if key is None:
            return
        answers = node.at("key").at("answers")
        must_be(answers, key.answers, ask.options, "an option")
        if key.feedback:
            must_be(node.at("key").at("feedback"), key.feedback, ask.options, "an option")
        if len(set(key.answers)) < len(key.answers):
            answers.wrong("names an option twice")
        elif (2 * len(key.answers) - len(ask.options)) / len(key.answers) > FREE:
            answers.wrong(
                "are too many: ticking all options earns more than a quarter of the points. Add wrong options"
            )

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return every(entries)

    def parse(self, ask: Ask, raw: Any) -> Value:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, (list, tuple)) or not all(isinstance(o, str) and o in ask.options for o in raw):
            raise Malformed(_("Choose among the options shown."))
        return [option for option in ask.options if option in raw] or None

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        hits = sum(option in key.answers for option in value)
        fraction = max(0.0, (2 * hits - len(value)) / len(key.answers))
        if fraction == 1:
            return Marked(fraction, (Note("", True, key.right or ""),))
        notes = []
        for option in ask.options:
            said = key.feedback.get(option, "")
            if option in value:
                right = option in key.answers
                notes.append(Note(option, right, "" if right else said))
            elif option in key.answers:
                notes.append(Note(option, None, f"{words(_('You left this out.'))} {said}".strip()))
        return Marked(fraction, tuple(notes))

    def readable(self, ask: Ask, value: Value) -> str:
        return "\n".join(plain(ask.options[option]) for option in value)

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        malformed = ["a", 3, ["no-such-option"], [next(iter(ask.options)), 1], {"a": True}, [["a"]]]
        all = list(ask.options)
        if key is None:
            return Samples([[option] for option in all] + [all], [], malformed)
        right = [option for option in all if option in key.answers]
        wrong = [[option] for option in all if option not in right]
        wrong += [sorted([*right, *option], key=all.index) for option in wrong]
        half = [right[1:]] if len(right) > 1 else []
        return Samples([right], [*half, *wrong, all], malformed, [(list(reversed(right)), right), (right * 2, right)])


KIND = MultipleChoice()

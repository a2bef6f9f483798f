"""A few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...fields import Html, Line, ListOf, Node, Number, Text, spec
from ...model import Marked, Note
from ..base import Entries, Kind, Samples, Value, first
from ..texts import LONGEST, clean, count, folded


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    most_words: int = spec(
        Number(1, 100, whole=True), "Most words; a longer text is kept, but is not finished", default=30
    )


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows; leave it out where a person marks."""

    accept: tuple[str, ...] = spec(
        ListOf(Text(), least=1), "Every answer that is right; case, punctuation and spaces do not count", trainer=True
    )
    right: Html | None = spec(Line(), "Feedback for a right answer", default=None, trainer=True)
    wrong: Html | None = spec(Line(), "Feedback for any other answer", default=None, trainer=True)


class ShortText(Kind[Ask, Key]):
    """The kind short-text."""

    name = "short-text"
    summary = "A few words, compared with accepted answers (full points or none) or marked by a person."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        for n, accepted in enumerate(key.accept if key else ()):
            entry = node.at("key").at("accept").at(n)
            if not folded(accepted):
                entry.wrong("has no letter or digit to compare")
            elif count(accepted) > ask.most_words:
                entry.wrong(f"is longer than the {ask.most_words} words that may be written")

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return first(entries)

    def parse(self, ask: Ask, raw: Any) -> Value:
        return clean(raw, lines=False)

    def complete(self, ask: Ask, value: Value) -> bool:
        return value is not None and count(value) <= ask.most_words

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        right = folded(value) in map(folded, key.accept)
        return Marked(float(right), (Note("", right, (key.right if right else key.wrong) or ""),))

    def readable(self, ask: Ask, value: Value) -> str:
        return str(value)

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        malformed = [3, True, ["a"], {"a": "b"}, "a" * (LONGEST + 1)]
        if key is None:
            return Samples(
                ["Water", '水と <b>土</b> & "quotes"'],
                ["word " * ask.most_words + "more"],
                malformed,
                [(" a\n b ", "a b")],
            )
        right = [*list(key.accept), f"{key.accept[0].swapcase()}!"]
        right = [text for text in (clean(r, lines=False) for r in right) if text]
        return Samples(right, ["...", f"{right[0]} no"], malformed, [(f"  {right[0]}\r\n", right[0])])


KIND = ShortText()

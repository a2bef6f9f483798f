"""A text of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...fields import Node, Number, spec
from ...model import Marked
from ..base import Entries, Kind, Samples, Value, first
from ..texts import LONGEST, clean, count


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    least_words: int | None = spec(
        Number(1, 2000, whole=True), "Fewest words; a shorter text is kept, but is not finished", default=None
    )
    most_words: int | None = spec(
        Number(1, 2000, whole=True), "Most words; a longer text is kept, but is not finished", default=None
    )


class LongText(Kind[Ask, None]):
    """The kind long-text."""

    name = "long-text"
    summary = "A text of one's own. Only a person can mark it, by a rubric."
    ask_type = Ask
    key_type = None

    def verify(self, ask: Ask, key: None, node: Node) -> None:
        if ask.least_words and ask.most_words and ask.least_words > ask.most_words:
            node.at("least-words").wrong(f"is more than most-words ({ask.most_words})")

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return first(entries)

    def parse(self, ask: Ask, raw: Any) -> Value:
        return clean(raw)

    def complete(self, ask: Ask, value: Value) -> bool:
        return value is not None and (ask.least_words or 0) <= count(value) <= (ask.most_words or LONGEST)

    def mark(self, ask: Ask, key: None, value: Value) -> Marked:
        raise TypeError("a long text has no key: a person marks it")

    def readable(self, ask: Ask, value: Value) -> str:
        return str(value)

    def samples(self, ask: Ask, key: None) -> Samples:
        body = " ".join(["word"] * (ask.least_words or 3))
        right = [body, body.replace(" ", "\n\n", 1), body.replace("word", "</textarea><script>x</script>&amp;", 1)]
        wrong = [" ".join(["word"] * (ask.most_words + 1))] if ask.most_words else []
        wrong += ["word"] if (ask.least_words or 1) > 1 else []
        malformed = [3, True, ["a"], {"a": "b"}, "a" * (LONGEST + 1)]
        return Samples(right, wrong, malformed, [(f"\r\n {body}\x00\r\nmore \ud800 ", f"{body}\nmore \ufffd")])


KIND = LongText()

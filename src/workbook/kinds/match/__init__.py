"""Items to be sorted into categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...fields import Html, Line, MapOf, Name, Node, spec
from ...i18n import _
from ...model import Marked, Note
from .. import parts
from ..base import Entries, Kind, Samples, Value, must_have


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    items: Mapping[str, Html] = spec(MapOf(Line(), least=2), "Items to sort: id and text")
    categories: Mapping[str, Html] = spec(
        MapOf(Line(), least=2), "Categories: id and text, each for any number of items"
    )


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows."""

    answer: Mapping[str, str] = spec(MapOf(Name()), "For every item the id of its category", trainer=True)
    right: Html | None = spec(Line(), "Feedback when all items are right", default=None, trainer=True)
    feedback: Mapping[str, Html] = spec(
        MapOf(Line()), "For each item: why it belongs where it does; shown once it is sorted", default={}, trainer=True
    )


class Match(Kind[Ask, Key]):
    """The kind match."""

    name = "match"
    summary = "Each item in its category. A share for each right one; wrong ones take away what guessing would gain."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        if key is None:
            return
        parts.verify(node, key, ask.items, "an item", ask.categories, "a category")
        must_have(node.at("key").at("answer"), key.answer, ask.items, "the items")

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return parts.gather(entries, ask.items)

    def parse(self, ask: Ask, raw: Any) -> Value:
        return parts.parse(raw, ask.items, ask.categories, _("Choose one of the categories shown for each item."))

    def complete(self, ask: Ask, value: Value) -> bool:
        return parts.complete(value, ask.items)

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        notes = []
        for item, category in value.items():
            notes.append(Note(item, category == key.answer[item], key.feedback.get(item, "")))
        fraction = parts.guarded(notes, len(ask.categories), len(ask.items))
        return parts.marked(fraction, notes, key.right, ask.items)

    def readable(self, ask: Ask, value: Value) -> str:
        return parts.lines(ask.items, value, ask.categories)

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        item, category = next(iter(ask.items)), next(iter(ask.categories))
        right = dict(key.answer) if key else dict.fromkeys(ask.items, category)
        right = {i: right[i] for i in ask.items}
        after = dict(zip(ask.categories, [*list(ask.categories)[1:], category], strict=True))
        wrong = [{item: right[item]}]
        if key:
            wrong += [right | {item: after[right[item]]}, {i: after[c] for i, c in right.items()}]
        return Samples([right], wrong, parts.malformed(ask.items, ask.categories), [parts.reversed_parts(right)])


KIND = Match()

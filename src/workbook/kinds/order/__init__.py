"""Items to be put in order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ...fields import Html, Line, ListOf, MapOf, Name, Node, plain, spec
from ...i18n import _
from ...model import Marked, Note
from ..base import Entries, Kind, Malformed, Samples, Value, first, must_be, must_have
from ..parts import gather

CONFIRM = "confirm"
"""The control with which a learner says that the order shown at first is right."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    items: Mapping[str, Html] = spec(
        MapOf(Line(), least=3), "Items: id and text, in the order shown at first (not the right one)"
    )


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows."""

    answer: tuple[str, ...] = spec(ListOf(Name()), "The ids of all items in the right order", trainer=True)
    right: Html | None = spec(Line(), "Feedback for the right order", default=None, trainer=True)
    wrong: Html | None = spec(Line(), "Feedback for any other order", default=None, trainer=True)


class Order(Kind[Ask, Key]):
    """The kind order."""

    name = "order"
    summary = "Items in the right order. Each pair the wrong way round takes points away."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        if CONFIRM in ask.items:
            node.at("items").at(CONFIRM).wrong("this id is taken by the form; choose another")
        if key is None:
            return
        answer = node.at("key").at("answer")
        must_be(answer, key.answer, ask.items, "an item")
        must_have(answer, key.answer, ask.items, "the items")
        if len(set(key.answer)) < len(key.answer):
            answer.wrong("names an item twice")
        elif key.answer == tuple(ask.items):
            answer.wrong("is the order in which the items are shown at first: mix the items")

    def gather(self, ask: Ask, entries: Entries) -> Any:
        ranks = gather(entries, ask.items)
        return ranks or (list(ask.items) if first(entries, CONFIRM) else None)

    def parse(self, ask: Ask, raw: Any) -> Value:
        if raw is None or raw == {}:
            return None
        if isinstance(raw, Mapping):
            raw = _ranked(ask, raw)
        whole = isinstance(raw, (list, tuple)) and len(raw) == len(ask.items)
        if not whole or not all(isinstance(i, str) for i in raw) or set(raw) != set(ask.items):
            raise Malformed(_("Put all items in order, each of them once."))
        return list(raw)

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        places = {item: n for n, item in enumerate(key.answer)}
        given = [places[item] for item in value]
        pairs = list(combinations(given, 2))
        wrong = sum(a > b for a, b in pairs)
        if not wrong:
            return Marked(1.0, (Note("", True, key.right or ""),))
        stay = _stay(given)
        notes = [
            Note("", False, key.wrong or ""),
            *(Note(item, False, "") for item in value if places[item] not in stay),
        ]
        return Marked(max(0.0, (len(pairs) - 2 * wrong) / len(pairs)), tuple(notes))

    def readable(self, ask: Ask, value: Value) -> str:
        return "\n".join(f"{n}. {plain(ask.items[item])}" for n, item in enumerate(value, start=1))

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        items = list(ask.items)
        malformed = [items[1:], [*items, items[0]], [items[0]] * len(items), [1] * len(items), "a", 3, {items[0]: "1"}]
        malformed += [dict.fromkeys(items, "1"), dict.fromkeys(items, "²"), {"no-such-item": "1"}]
        right = list(key.answer) if key else items
        typed = [({item: str(n) for n, item in enumerate(right, start=1)}, right)]
        if key is None:
            return Samples([right], [], malformed, typed)
        swapped = [right[1], right[0], *right[2:]]
        return Samples([right], [swapped, [*right[1:], right[0]], right[::-1]], malformed, typed)


def _ranked(ask: Ask, ranks: Mapping[Any, Any]) -> list[str]:
    """The items by their places 1, 2, 3 …, as sent by a browser."""
    all = [str(n) for n in range(1, len(ask.items) + 1)]
    order: dict[str, str] = {}
    for item, rank in ranks.items():
        if item not in ask.items or not isinstance(rank, str) or rank not in all:
            raise Malformed(_("Give each item a place from 1 to {n}.").format(n=len(all)))
        if rank in order:
            raise Malformed(
                _("Place {rank} is given twice. Give each item a place of its own.").format(rank=rank), item
            )
        order[rank] = item
    missing = [rank for rank in all if rank not in order]
    if missing:
        raise Malformed(_("Give every item a place. Still free: {places}.").format(places=", ".join(missing)))
    return [order[rank] for rank in all]


def _stay(given: list[int]) -> set[int]:
    """The most items that stand in order among themselves: only the others must move. Empty if it is but one."""
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for place in given:
        at = bisect_left(tops, place)
        before[place] = tops[at - 1] if at else None
        tops[at : at + 1] = [place]
    stay: set[int] = set()
    place_: int | None = tops[-1]
    while place_ is not None:
        stay.add(place_)
        place_ = before[place_]
    return stay if len(stay) > 1 else set()


KIND = Order()

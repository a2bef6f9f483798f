"""What a simulated participant types into a form: read off the form's own HTML, as somebody reads it off the screen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

WORDS = (
    "the", "harbour", "needs", "clean", "water", "before", "next", "summer", "so", "that", "families", "and", "boats",
    "share", "one", "quay", "without", "waiting",
)  # fmt: skip
DATE = "2027-03-01"
TARGET = "4.1"


@dataclass
class Control:
    """A control by its name: ``kind`` is an input's type, "select" or "textarea"; ``values`` are what can be chosen."""

    name: str
    kind: str
    numeric: bool = False
    rank: bool = False
    values: list[str] = field(default_factory=list)


@dataclass
class Asked:
    """A question as the form shows it; ``total`` is what its numbers add up to, if that is asked for."""

    id: str
    kind: str
    total: str = ""
    controls: dict[str, Control] = field(default_factory=dict)


class _Form(HTMLParser):
    """Collects the questions of a form. What a template holds is no part of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self._select: Control | None = None
        self._templates = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._templates += tag == "template"
        if self._templates:
            return
        if tag == "fieldset" and "data-question" in given:
            self.asked.append(Asked(given["data-question"], given.get("data-kind", "")))
        elif not self.asked:
            return
        elif "data-total" in given:
            self.asked[-1].total = given["data-total"]
        elif tag == "option" and self._select is not None and given.get("value"):
            self._select.values.append(given["value"])
        elif tag in ("input", "select", "textarea") and given.get("name"):
            self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if tag == "select":
            self._select = None

    def _control(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag == "input" else tag
        if kind == "hidden" or "disabled" in given or "data-confirm" in given:
            return
        made = Control(given["name"], kind, given.get("inputmode") == "decimal", "data-rank" in given)
        made = self.asked[-1].controls.setdefault(given["name"], made)
        if kind in ("radio", "checkbox"):
            made.values.append(given.get("value", "on"))
        if tag == "select":
            self._select = made
        if "list" in given:  # a list to choose from: the targets
            made.values = [TARGET]


def questions(html: str) -> list[Asked]:
    """The questions of a form, in their order."""
    form = _Form()
    form.feed(html)
    return [one for one in form.asked if one.controls]


def saves(one: Asked, chance: random.Random, cells: int = 4) -> Iterator[dict[str, Any]]:
    """What a page sends while somebody answers a question: one message, or one for each of ``cells`` in a worksheet."""
    start = {"t": "save", "question": one.id}
    if one.kind == "table":
        for name, control in list(one.controls.items())[:cells]:
            if values := _typed(control, chance):
                cell = name.removeprefix(f"{one.id}.row.")
                yield {**start, "change": {"cells": {cell: values}, "add": [], "remove": [], "move": [], "aside": {}}}
        return
    entries = _ranks(one, chance) or _shares(one) or {n: _typed(c, chance) for n, c in one.controls.items()}
    yield {**start, "entries": {name: values for name, values in entries.items() if values}}


def _typed(control: Control, chance: random.Random) -> list[str]:
    """What somebody types or picks in one control; nothing where there is nothing to pick."""
    if control.kind in ("radio", "checkbox", "select") or control.values:
        return [chance.choice(control.values)] if control.values else []
    if control.kind == "date":
        return [DATE]
    if control.numeric:
        return [str(chance.randint(1, 3))]
    return [sentence(chance)]


def sentence(chance: random.Random) -> str:
    """A few words and a number, so that no two of them are the same."""
    return f"{' '.join(chance.choices(WORDS, k=chance.randint(4, 12)))} {chance.randrange(10**9)}"


def _ranks(one: Asked, chance: random.Random) -> dict[str, list[str]]:
    """Places for items to be put in order."""
    ranked = [name for name, control in one.controls.items() if control.rank]
    return dict(zip(ranked, ([str(n)] for n in chance.sample(range(1, len(ranked) + 1), len(ranked))), strict=True))


def _shares(one: Asked) -> dict[str, list[str]]:
    """Numbers that add up to what is asked for."""
    return {name: [one.total if n == 0 else "0"] for n, name in enumerate(one.controls)} if one.total else {}

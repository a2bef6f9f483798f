"""An exercise on paper: an A4 document to fill by hand, or filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ..fields import Html
from ..i18n import _, direction, language
from ..kinds.markup import tag, words
from ..model import Exercise
from .fieldset import Choices, State, Surface, question
from .recall import Recalled
from .sheet import head, material


@cache
def style() -> str:
    """The style sheet of all pages."""
    return (Path(__file__).parent.parent / "static" / "form.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Sheet:
    """An exercise on paper: blank for ``values=None``, else filled.

    ``choices``: rows that references may name. ``extra``: what else its kinds need. ``recalled``: earlier answers by
    question.
    """

    exercise: Exercise
    values: Mapping[str, Any] | None = None
    choices: Choices = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    recalled: Mapping[str, Recalled] = field(default_factory=dict)


def paper(
    exercise: Exercise,
    values: Mapping[str, Any] | None = None,
    *,
    choices: Choices | None = None,
    extra: Mapping[str, Any] | None = None,
    name: str = "",
) -> Html:
    """A whole HTML document for A4: blank for ``values=None``, else filled. ``extra``: what else its kinds need."""
    return papers([Sheet(exercise, values, choices or {}, extra or {})], name=name)


def papers(sheets: Iterable[Sheet], *, name: str = "") -> Html:
    """Several exercises as one document, each from a new page on."""
    drawn = [_sheet(sheet, name) for sheet in sheets]
    title = words(drawn[0][0] if len(drawn) == 1 else _("Exercises"))
    top = tag("title", title) + tag("style", style())
    view = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    body = tag("main", *(html for _title, html in drawn), dir=direction())
    return f'<!DOCTYPE html>\n<html lang="{words(language())}"><head>{view}{top}</head><body>{body}</body></html>\n'


def blank_sheet(exercise: Exercise) -> Html:
    """The sheet of one exercise to fill by hand, without the document around it."""
    return _sheet(Sheet(exercise), "")[1]


def _sheet(sheet: Sheet, name: str) -> tuple[str, Html]:
    exercise, filled = sheet.exercise, sheet.values or {}
    surface = Surface(mode="paper", prefix=f"paper-{exercise.unit}-{exercise.name}", choices=sheet.choices)
    drawn = []
    for q in exercise.questions:
        state = State(value=filled.get(q.id), extra=sheet.extra, recalled=sheet.recalled.get(q.id))
        drawn.append(question(exercise, q, state, surface))
    who = tag(
        "p",
        tag("span", words(_("Name:") + " "), tag("span", words(name), class_="wb-line")),
        tag("span", words(_("Date:") + " "), tag("span", class_="wb-line")),
        class_="wb-who",
    )
    cite = tag("p", words(_("Rests on: {sources}").format(sources="; ".join(exercise.cite))), class_="wb-cite")
    inside = (head(exercise, surface.prefix), who, material(exercise, paper=True), *drawn, cite)
    return exercise.title, tag("section", *inside, class_="wb wb-paper", aria_labelledby=f"{surface.prefix}-title")

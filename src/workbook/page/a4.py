"""An exercise on paper: an A4 document to fill by hand, or filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..fields import Html
from ..i18n import _, direction, language
from ..kinds.markup import tag, words
from ..model import Exercise
from .fieldset import Choices, State, Surface, question
from .sheet import head, material


@cache
def style() -> str:
    """The style sheet of all pages."""
    return (Path(__file__).parent.parent / "static" / "form.css").read_text(encoding="utf-8")


Sheet = tuple[Exercise, Mapping[str, Any] | None, Choices, Mapping[str, Any]]
"""An exercise, its values (None: blank), the choices of its references, and what else its kinds need."""


def paper(
    exercise: Exercise,
    values: Mapping[str, Any] | None = None,
    *,
    choices: Choices | None = None,
    extra: Mapping[str, Any] | None = None,
    name: str = "",
) -> Html:
    """A whole HTML document for A4: blank for ``values=None``, else filled. ``extra``: what else its kinds need."""
    return papers([(exercise, values, choices or {}, extra or {})], name=name)


def papers(sheets: Iterable[Sheet], *, name: str = "") -> Html:
    """Several exercises as one document, each from a new page on."""
    drawn = [_sheet(*sheet, name) for sheet in sheets]
    title = words(drawn[0][0] if len(drawn) == 1 else _("Exercises"))
    top = tag("title", title) + tag("style", style())
    view = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    body = tag("main", *(html for _title, html in drawn), dir=direction())
    return f'<!DOCTYPE html>\n<html lang="{words(language())}"><head>{view}{top}</head><body>{body}</body></html>\n'


def blank_sheet(exercise: Exercise) -> Html:
    """The sheet of one exercise to fill by hand, without the document around it."""
    return _sheet(exercise, None, {}, {}, "")[1]


def _sheet(
    exercise: Exercise,
    values: Mapping[str, Any] | None,
    choices: Choices,
    extra: Mapping[str, Any],
    name: str,
) -> tuple[str, Html]:
    surface = Surface(mode="paper", prefix=f"paper-{exercise.unit}-{exercise.name}", choices=choices)
    filled = values or {}
    drawn = [question(exercise, q, State(value=filled.get(q.id), extra=extra), surface) for q in exercise.questions]
    who = tag(
        "p",
        tag("span", words(_("Name:") + " "), tag("span", words(name), class_="wb-line")),
        tag("span", words(_("Date:") + " "), tag("span", class_="wb-line")),
        class_="wb-who",
    )
    cite = tag("p", words(_("Rests on: {sources}").format(sources="; ".join(exercise.cite))), class_="wb-cite")
    inside = (head(exercise, surface.prefix), who, material(exercise, paper=True), *drawn, cite)
    return exercise.title, tag("section", *inside, class_="wb wb-paper", aria_labelledby=f"{surface.prefix}-title")

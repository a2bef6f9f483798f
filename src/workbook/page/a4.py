"""An exercise on paper: an A4 document to fill by hand, or filled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..fields import Html
from ..i18n import _, direction, language
from ..kinds.markup import tag, words
from ..model import Exercise
from .fieldset import Choices, State, Surface, question
from .sheet import head


@cache
def style() -> str:
    """The style sheet of all pages."""
    return (Path(__file__).parent.parent / "static" / "form.css").read_text(encoding="utf-8")


def paper(
    exercise: Exercise,
    values: Mapping[str, Any] | None = None,
    *,
    choices: Choices | None = None,
    extra: Mapping[str, Mapping[str, Any]] | None = None,
    name: str = "",
) -> Html:
    """A whole HTML document for A4: blank for ``values=None``, else filled. ``extra``: by question, for its kind."""
    surface = Surface(mode="paper", prefix="paper", choices=choices or {})
    filled, more = values or {}, extra or {}
    drawn = [
        question(exercise, q, State(value=filled.get(q.id), extra=more.get(q.id, {})), surface)
        for q in exercise.questions
    ]
    who = tag(
        "p",
        tag("span", words(_("Name:") + " "), tag("span", words(name), class_="wb-line")),
        tag("span", words(_("Date:") + " "), tag("span", class_="wb-line")),
        class_="wb-who",
    )
    cite = tag("p", words(_("Rests on: {sources}").format(sources="; ".join(exercise.cite))), class_="wb-cite")
    material = tag("div", exercise.material, class_="wb-material") if exercise.material else ""
    body = tag("main", head(exercise, "paper"), who, material, *drawn, cite, class_="wb wb-paper", dir=direction())
    top = tag("title", words(exercise.title)) + tag("style", style())
    view = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return f'<!DOCTYPE html>\n<html lang="{words(language())}"><head>{view}{top}</head><body>{body}</body></html>\n'

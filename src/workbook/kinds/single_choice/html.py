"""A single choice as radio buttons."""

from __future__ import annotations

from ...fields import Html
from ..base import Place, Value
from ..markup import tag
from . import Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The options, each a radio button with its label, inside the question's own fieldset."""
    rows = []
    for option, text in ask.options.items():
        radio = tag("input", type="radio", name=place.name, value=option, id=f"{place.id}-{option}", checked=option == value)
        label = tag("label", tag("span", text), for_=f"{place.id}-{option}")
        rows.append(tag("div", radio, label, class_="wb-option", data_part=option))
    return tag("div", *rows, class_="wb-options")

"""A number as a text field: a browser's own number field knows one decimal mark only."""

from __future__ import annotations

from ...fields import Html
from ...i18n import _
from ..base import Place, Value
from ..choices import line
from ..markup import tag, words
from ..numerals import LONGEST
from ..writing import described
from . import Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """One labelled field with its unit behind it."""
    unit_id = f"{place.id}--unit" if ask.unit else ""
    unit = tag("span", words(ask.unit), class_="wb-unit", id=unit_id) if ask.unit else ""
    if place.mode == "paper":
        return tag("p", line(value or ""), " ", unit, class_="wb-number")
    label = tag("label", words(_("Your answer")), for_=f"{place.id}--number", class_="wb-label")
    field = tag(
        "input",
        type="text",
        inputmode="decimal",
        autocomplete="off",
        name=place.name,
        id=f"{place.id}--number",
        value=value or "",
        maxlength=LONGEST,
        aria_describedby=described(place, unit_id),
        aria_required="true" if place.required else None,
    )
    return label + tag("div", field, " ", unit, class_="wb-number")

"""An order as a list of items, each with its place to choose; a script adds nothing but comfort.

What a script may rely on (``form`` mode):

- ``ul[data-order]`` holds ``li[data-part=<item>]``; each has ``select[data-rank]`` (named ``<question>.<item>``,
  values '' and 1 to n) and the buttons ``data-act="item-up"`` and ``data-act="item-down"``.
- A button moves its ``li`` by one; a place chosen in a list moves the ``li`` there. Then every list gets the place of
  its ``li``, ``input[data-confirm]`` is ticked, ``p[data-moved]`` (a status line) gets its ``data-moved`` text with
  ``{item}``, ``{place}`` and ``{all}`` filled in, focus stays on the button, the question is saved as after any change.
- Ticking ``input[data-confirm]`` by hand gives every list the place of its ``li``; clearing it makes all lists blank.

Without a script: all lists blank is no answer, unless ``<question>.confirm`` is ticked ("this is my order").
"""

from __future__ import annotations

from ...fields import Html, plain
from ...i18n import _
from ..base import Place, Value
from ..choices import line, select
from ..markup import tag, words
from . import CONFIRM, Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The items in the order given so far, or in the order in which they are asked."""
    places = {item: str(n) for n, item in enumerate(value or [], start=1)}
    if place.mode == "paper":
        rows = [
            tag("li", line(places.get(item, "")), " ", tag("span", text), data_part=item)
            for item, text in ask.items.items()
        ]
        how = tag("p", words(_("Number the items: 1 comes first.")), class_="wb-how")
        return how + tag("ul", *rows, class_="wb-order")
    ranks = {str(n): str(n) for n in range(1, len(ask.items) + 1)}
    rows = []
    for item in value or ask.items:
        id = f"{place.id}--{item}"
        label = tag("label", ask.items[item], for_=id)
        rank = select(f"{place.name}.{item}", id, ranks, places.get(item, ""), blank="–", data_rank=True)
        rows.append(tag("li", rank, " ", label, _buttons(ask, item) if place.mode == "form" else "", data_part=item))
    said = _("Give each item its place: 1 comes first.")
    if place.mode == "form":
        said = _("Move the items with the arrows, or give each its place: 1 comes first.")
    if place.mode == "form" or not value:
        said += " " + _("To leave them as they stand, tick “This is my order”.")
    how = tag("p", words(said), class_="wb-how")
    listed = tag("ul", *rows, class_="wb-order", data_order=True)
    moved = ""
    if place.mode == "form":
        moved = tag("p", role="status", class_="wb-moved", data_moved=_("{item}: place {place} of {all}"))
    elif value:
        return how + listed
    return how + listed + _confirm(place, bool(value)) + moved


def _buttons(ask: Ask, item: str) -> Html:
    said = plain(ask.items[item])
    acts = {"item-up": ("↑", _("Move up: {item}")), "item-down": ("↓", _("Move down: {item}"))}
    drawn = [
        tag("button", sign, type="button", class_="wb-button wb-move", data_act=act, aria_label=text.format(item=said))
        for act, (sign, text) in acts.items()
    ]
    return tag("span", *drawn, class_="wb-moves")


def _confirm(place: Place, chosen: bool) -> Html:
    id = f"{place.id}--{CONFIRM}"
    name = f"{place.name}.{CONFIRM}"
    box = tag("input", type="checkbox", name=name, value="yes", id=id, checked=chosen, data_confirm=True)
    label = tag("label", words(_("This is my order")), for_=id)
    return tag("div", box, label, class_="wb-option wb-confirm")

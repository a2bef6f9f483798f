"""Choices as HTML: radio buttons, tick boxes, lists to choose from, rows of radio buttons, and all of them on paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..fields import Html, plain
from ..i18n import _
from .base import Place
from .markup import tag, words


def box(chosen: bool) -> Html:
    """A box to tick by hand, ticked if ``chosen``."""
    return tag(
        "span",
        "☒" if chosen else "☐",
        class_="wb-box",
        role="img",
        aria_label=_("chosen") if chosen else _("empty box"),
    )


def line(text: str = "", *, long: bool = False) -> Html:
    """A line to write on by hand, or what is written there."""
    return tag("span", words(text), class_="wb-line wb-long-line" if long else "wb-line")


def option(type: str, name: str, id: str, value: str, text: Html, chosen: bool, mode: str) -> Html:
    """One option: a ``radio`` or ``checkbox`` and its label. Ids hold no ``--``: joined by it they stay unique."""
    if mode == "paper":
        return tag("div", box(chosen), " ", tag("span", text), class_="wb-option", data_part=value)
    control = tag("input", type=type, name=name, value=value, id=f"{id}--{value}", checked=chosen)
    return tag(
        "div", control, tag("label", tag("span", text), for_=f"{id}--{value}"), class_="wb-option", data_part=value
    )


def options(type: str, texts: Mapping[str, Html], chosen: Collection[str], place: Place) -> Html:
    """All options of a question, inside the question's own fieldset."""
    drawn = [option(type, place.name, place.id, o, text, o in chosen, place.mode) for o, text in texts.items()]
    return tag("div", *drawn, class_="wb-options")


def rows(parts: Mapping[str, Html], levels: Mapping[str, Html], given: Mapping[str, str], place: Place) -> Html:
    """One group of radio buttons for each part: on a phone one below the other, on paper a table of boxes."""
    if place.mode == "paper":
        return boxes(parts, levels, given)
    drawn = []
    for part, text in parts.items():
        name, id, chosen = f"{place.name}.{part}", f"{place.id}--{part}", given.get(part)
        radios = [option("radio", name, id, level, said, level == chosen, place.mode) for level, said in levels.items()]
        inside = tag("div", *radios, class_="wb-options wb-levels")
        drawn.append(tag("fieldset", tag("legend", text), inside, class_="wb-row", data_part=part))
    return tag("div", *drawn, class_="wb-rows")


def boxes(parts: Mapping[str, Html], levels: Mapping[str, Html], given: Mapping[str, str]) -> Html:
    """A table of boxes to tick by hand."""
    heads = [tag("th", text, scope="col") for text in levels.values()]
    head = tag("thead", tag("tr", tag("td"), *heads))
    body = [
        tag(
            "tr",
            tag("th", text, scope="row"),
            *[tag("td", box(given.get(part) == level)) for level in levels],
            data_part=part,
        )
        for part, text in parts.items()
    ]
    return tag("table", head, tag("tbody", *body), class_="wb-boxes")


def lists(parts: Mapping[str, Html], texts: Mapping[str, Html], given: Mapping[str, str], place: Place) -> Html:
    """One list to choose from for each part, with a blank first; on paper a table of boxes."""
    if place.mode == "paper":
        return boxes(parts, texts, given)
    said = {choice: words(plain(text)) for choice, text in texts.items()}
    drawn = []
    for part, text in parts.items():
        id = f"{place.id}--{part}"
        label = tag("label", text, for_=id)
        drawn.append(
            tag(
                "div",
                label,
                select(f"{place.name}.{part}", id, said, given.get(part, "")),
                class_="wb-row",
                data_part=part,
            )
        )
    return tag("div", *drawn, class_="wb-rows")


def select(name: str, id: str, said: Mapping[str, Html], chosen: str, blank: str = "", **given: object) -> Html:
    """A list to choose from; ``said``: what each choice is called, without markup; ``blank``: that for no choice."""
    drawn = [tag("option", words(blank or _("Choose …")), value="")]
    drawn += [tag("option", text, value=choice, selected=choice == chosen) for choice, text in said.items()]
    return tag("select", *drawn, name=name, id=id, **given)

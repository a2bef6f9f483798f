"""A chart as a piece of a page: heading, drawing, a list of what stands in it, and everything in words."""

from __future__ import annotations

from collections.abc import Callable

from ..fields import Html
from ..i18n import _, direction
from ..kinds.markup import lesson_link, tag
from ..kinds.markup import words as escaped
from . import words
from .data import LEVELS, Health, Needs, Picture, Risk, Risks, Stakeholder, Stakeholders

SIGNS = {"red": "■", "amber": "▲", "green": "●", "": "○"}


def page(picture: Picture, id: str, draw: Callable[[Picture, str], str]) -> Html:
    """The chart; ``draw`` makes the drawing where there is something to draw. Element ids start with ``id``."""
    figure = tag("figure", draw(picture, id), class_="wb-figure") if drawable(picture) else ""
    said = tag("ul", *(tag("li", escaped(text)) for text in words.sentences(picture)), role="list")
    private = words.private(picture)
    return _section(
        words.title(picture),
        tag("p", escaped(private), class_="wb-meta") if private else "",
        tag("div", figure, tag("div", key(picture), class_="wb-key"), class_="wb-chart-body"),
        tag("details", tag("summary", escaped(_("In words"))), said, class_="wb-in-words"),
    )


def sentence(title: str, *inside: Html) -> Html:
    """A chart that cannot be drawn yet: its heading and what to do."""
    return _section(title, tag("p", *inside))


def first(title: str, exercise: str, lesson: str, lesson_title: str) -> Html:
    """Says which exercise to fill in, and where it is."""
    link = lesson_link(lesson_title, lesson)
    said = escaped(_("Nothing to show yet. First fill in “{exercise}” (lesson: {lesson})."))
    return sentence(title, said.replace("{exercise}", escaped(exercise)).replace("{lesson}", link))


def _section(title: str, *inside: Html) -> Html:
    return tag("div", tag("h3", escaped(title), class_="wb-title"), *inside, dir=direction(), class_="wb-picture")


def drawable(picture: Picture) -> bool:
    """Whether the drawing would show something: no empty axes."""
    if isinstance(picture, (Stakeholders, Risks)):
        return any(one.placed for one in picture.all)
    return picture.begun


# -- the list beside the drawing ----------------------------------------------------------------------------------


def key(picture: Picture) -> Html:
    """What the numbers mean; what needs attention."""
    match picture:
        case Health():
            return _health(picture)
        case Stakeholders():
            return _lists(
                ("", [_stakeholder(one) for one in picture.all if one.placed]),
                (
                    _("Not on the map: interest or influence not known yet"),
                    [_stakeholder(one) for one in picture.all if not one.placed],
                ),
                attention=words.summary(picture),
            )
        case Needs():
            return tag("p", escaped(words.summary(picture)))
        case Risks():
            return _lists(
                ("", [_risk(one) for one in picture.all if one.placed]),
                (_("Not on the map"), [_risk(one) for one in picture.all if not one.placed]),
                attention=words.summary(picture),
            )


def _health(picture: Health) -> Html:
    found = []
    for id in (*reversed(LEVELS), ""):
        lines = [line.text for line in picture.lines if line.level == id]
        text = _("{level}: {n}").format(level=words.level(id), n=len(lines))
        sign = tag("span", SIGNS[id], aria_hidden="true", class_="wb-level", data_level=id or "open")
        named = tag("ul", *(tag("li", escaped(text)) for text in lines)) if id == "red" and lines else ""
        found.append(tag("li", sign, tag("div", tag("strong", escaped(text)), named)))
    return tag("ul", *found, class_="wb-key-list", role="list")


def _lists(*lists: tuple[str, list[Html]], attention: str) -> Html:
    html = tag("p", escaped(attention))
    for title, items in lists:
        if items:
            html += tag("p", tag("strong", escaped(title))) if title else ""
            html += tag("ul", *items, class_="wb-key-list", role="list")
    return html


def _item(number: int, name: str, *about: Html, strong: bool) -> Html:
    badge = tag("span", str(number), class_="wb-mark", data_look="strong" if strong else None)
    said = tag("div", tag("bdi", escaped(name), class_="wb-called"), *about)
    return tag("li", badge, said)


def _note(text: str, strong: bool = False) -> Html:
    return tag("div", escaped(text), class_="wb-strong" if strong else "wb-tags")


def _stakeholder(one: Stakeholder) -> Html:
    said = _("affected: {degree}").format(degree=words.degree(one.affected))
    if one.unheard:
        said = _("affected: high, with little influence")
    return _item(one.number, one.name, _note(said, one.unheard), strong=one.unheard)


def _risk(one: Risk) -> Html:
    whose = tag("bdi", escaped(one.partner), class_="wb-called wb-tags") if one.partner else ""
    why = words.unplaced(one)
    answer = tag("div", escaped(words.answer(one)), class_="wb-called wb-tags" if one.answer else "wb-strong")
    notes = [whose, _note(why, strong=True) if why else "", answer]
    return _item(one.number, one.text, *notes, strong=not one.answer)

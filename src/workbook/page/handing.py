"""The page on which a unit is handed in: what is done, what is worth a look, the button, and the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..fields import Html
from ..i18n import _, direction, ngettext
from ..kinds.markup import lesson_link, tag, words
from .plain import ACT, Post


@dataclass(frozen=True)
class Standing:
    """How far an exercise is, on the page on which its unit is handed in.

    ``done`` of ``asked`` required questions are answered; ``result`` is what it earned, once somebody alone may know,
    and ``earned`` of ``possible`` the points in it that the workbook can mark by itself.
    ``begun``: something in it is answered. ``remarks`` say what is worth a look: a text that is shorter than asked for,
    a question left open.
    """

    title: str
    done: int
    asked: int
    lesson: str = ""
    core: bool = True
    begun: bool = True
    result: str = ""
    earned: float = 0.0
    possible: float = 0.0
    remarks: tuple[str, ...] = ()


def hand_in(
    title: str,
    items: Iterable[Standing],
    receipt: Mapping[str, Any] | None = None,
    *,
    name: str = "",
    alone: bool = False,
    empty: bool = False,
    prefix: str = "wb",
    post: Post | None = None,
) -> Html:
    """The page on which a unit is handed in; with ``post`` one that needs no script.

    ``receipt``: ``id`` and ``at`` of what was handed in, or None before. ``name``: what the trainer calls the learner.
    ``alone``: someone who sees model answers and may send the file to somebody or not. ``empty``: the learner asked to
    hand in but there is no answer to hand in: it takes another button.
    """
    items = list(items)
    left = sum(max(0, item.asked - item.done) for item in items if item.core)
    head = words(_("Hand in: {unit}").format(unit=title))
    inside = [tag("h2" if post else "h3", head, class_="wb-title", id=f"{prefix}-title")]
    if any(item.remarks for item in items):
        said = _("Some answers are worth another look. Each title leads to its lesson.")
        inside.append(tag("p", words(said)))
    inside.append(tag("ul", *map(_item, items), class_="wb-checklist"))
    if left and not receipt:
        text = ngettext("{n} question is still open.", "{n} questions are still open.", left).format(n=left)
        inside.append(tag("p", words(text + " " + _("You can hand in all the same.")), class_="wb-notice"))
    if possible := sum(item.possible for item in items):
        earned = points(sum(item.earned for item in items))
        said = _("Together: {earned} of {possible} points. What you left out because it was optional does not count.")
        inside.append(tag("p", words(said.format(earned=earned, possible=points(possible)))))
    if receipt:
        inside.append(_receipt(receipt, alone, post))
    if alone:
        inside.append(tag("p", words(_alone(bool(receipt)))))
    inside.append(_name(name, alone, prefix))
    act = _("Hand in again") if receipt else _("Hand in")
    if empty:
        text = _("You have not answered anything that can be handed in: the file would hold no answers.")
        inside.append(tag("p", words(text), class_="wb-notice", role="alert"))
        act = _("Hand in without answers")
    look = "wb-button" if empty else "wb-button wb-main"
    given: dict[str, Any] = {"novalidate": True, "dir": direction(), "aria_labelledby": f"{prefix}-title"}
    if post is not None:
        button = tag("button", words(act), type="submit", class_=look, name=ACT, value="sure" if empty else "hand-in")
        given |= {"method": "post", "action": post.action or None}
        inside.append(post.fields())
    else:
        button = tag("button", words(act), type="button", class_=look, data_act="hand-in", data_sure=empty)
        given["data_live"] = True
    inside.append(tag("div", button, class_="wb-actions"))
    if post is None:
        inside.append(tag("p", role="status", class_="wb-status", data_status=True))
    return tag("form", *inside, class_="wb wb-hand-in", **given)


def points(number: float) -> str:
    """Points as people read them: one decimal at most."""
    return f"{number:.1f}".removesuffix(".0")


def _alone(handed: bool) -> str:
    if not handed:
        return _("Then you see feedback, model answers and what to look for in your own.")
    return _("Feedback and model answers now stand below your answers in the lessons: follow the links above.")


def _name(name: str, alone: bool, prefix: str) -> Html:
    """The name in the file; someone alone may leave it out."""
    id = f"{prefix}-name"
    text = _("Your name, as your trainer knows it")
    label = tag("label", words(f"{text} ({_('optional')})" if alone else text), for_=id, class_="wb-label")
    given: dict[str, Any] = {"type": "text", "name": "name", "value": name, "id": id, "maxlength": 100}
    about = ""
    if alone:
        said = _("Only if somebody marks your work: the file carries this name, so that they know whose it is.")
        about = tag("p", words(said), class_="wb-help", id=f"{id}-help")
        given["aria_describedby"] = f"{id}-help"
    return tag("div", label, about, tag("input", **given), class_="wb-name")


def _item(item: Standing) -> Html:
    """One line: the exercise as a link to its lesson, how far it is, and what is worth a look."""
    if not item.asked and not item.begun:
        state, look = _("you choose"), "wb-left"
    elif item.done >= item.asked:
        state, look = _("done"), "wb-done"
    else:
        state, look = _("{done} of {all} complete").format(done=item.done, all=item.asked), "wb-left"
    extra = "" if item.core else " · " + _("if there is time")
    shown = lesson_link(item.title, item.lesson) if item.lesson else words(item.title)
    said = " · ".join(filter(None, (state + extra, item.result)))
    told = tag("ul", *[tag("li", words(text)) for text in item.remarks], class_="wb-remarks") if item.remarks else ""
    return tag("li", tag("span", shown), tag("span", words(said), class_="wb-tags"), told, class_=look)


def _receipt(receipt: Mapping[str, Any], alone: bool, post: Post | None) -> Html:
    at = str(receipt.get("at", ""))
    time = tag("time", words(at[:16].replace("T", " ") + " UTC"), datetime=at)
    said = words(_("Handed in. Receipt {id}.").format(id=receipt.get("id", "")))
    if alone:
        send = _("If somebody marks your work, send them this file and keep the receipt.")
    else:
        send = _("Send this file to your trainer and keep the receipt.")
    said_act = words(_("Download the file"))
    if post is not None:
        act = tag("a", said_act, href=post.file, class_="wb-button", download=True)
    else:
        act = tag("button", said_act, type="button", class_="wb-button", data_act="file")
    inside = [
        tag("p", said, " ", time, class_="wb-verdict"),
        tag("p", words(send)),
        tag("div", act, class_="wb-actions"),
    ]
    return tag("div", *inside, class_="wb-feedback wb-right", role="status")

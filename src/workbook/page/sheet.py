"""A whole exercise: as a form with script, as a plain page without, and the page on which a unit is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..fields import Html
from ..i18n import _, direction, ngettext
from ..kinds.markup import tag, words
from ..model import Brief, Exercise
from .fieldset import NOTHING_KNOWN, State, Surface, question

PURPOSES = {
    "practice": lambda: _("Practice: feedback at once, no points"),
    "marked": lambda: _("Counts towards your result"),
    "test": lambda: _("Test: shows what you know before and after"),
    "plan": lambda: _("Your own plan: no points, nobody marks it"),
    "survey": lambda: _("For yourself: no points, nobody marks it"),
}


def head(exercise: Exercise, prefix: str) -> Html:
    """Title, time and purpose."""
    minutes = ngettext("about {n} minute", "about {n} minutes", exercise.minutes).format(n=exercise.minutes)
    about = tag("p", words(f"{PURPOSES[exercise.purpose]()} · {minutes}"), class_="wb-meta")
    return tag(
        "div", tag("h3", words(exercise.title), class_="wb-title", id=f"{prefix}-title"), about, class_="wb-head"
    )


def material(exercise: Exercise, *, paper: bool = False) -> Html:
    """The supplied case, with a note on what may be hard to read, and the briefs of a role play, each to itself."""
    note = tag("div", exercise.content_note, class_="wb-note") if exercise.content_note else ""
    case = tag("div", exercise.material, class_="wb-material") if exercise.material else ""
    return note + case + "".join(_brief(brief, paper) for brief in exercise.briefs.values())


def _brief(brief: Brief, paper: bool) -> Html:
    head = _("Only for: {role}").format(role=brief.role)
    if paper:
        return tag("section", tag("h4", words(head)), brief.text, class_="wb-card")
    return tag("details", tag("summary", words(head)), brief.text, class_="wb-brief")


def _cite(exercise: Exercise) -> Html:
    return tag("p", words(_("Rests on: {sources}").format(sources="; ".join(exercise.cite))), class_="wb-cite")


def _questions(exercise: Exercise, states: Mapping[str, State], surface: Surface) -> Html:
    return "".join(question(exercise, q, states.get(q.id, NOTHING_KNOWN), surface) for q in exercise.questions)


def exercise(exercise: Exercise, states: Mapping[str, State], surface: Surface, notice: Html = "") -> Html:
    """The form that the script brings to life; ``notice`` stands under the title (handed in, …)."""
    status = tag("p", role="status", class_="wb-status", data_status=True)
    return tag(
        "form",
        head(exercise, surface.prefix),
        tag("div", notice, class_="wb-banner", data_slot="banner", hidden=not notice),
        material(exercise),
        _questions(exercise, states, surface),
        _cite(exercise),
        status,
        class_="wb wb-form",
        data_exercise=exercise.id,
        novalidate=True,
        autocomplete="off",
        dir=direction(),
        aria_labelledby=f"{surface.prefix}-title",
    )


def plain(
    exercise: Exercise,
    states: Mapping[str, State],
    surface: Surface,
    *,
    action: str = "",
    hidden: Mapping[str, str] | None = None,
    notice: str = "",
) -> Html:
    """The same form for a browser without script: one button saves all. ``hidden`` fields go along (CSRF token)."""
    fields = [tag("input", type="hidden", name=name, value=value) for name, value in (hidden or {}).items()]
    banner = tag("div", words(notice), class_="wb-banner", role="status") if notice else ""
    save = tag("button", words(_("Save my answers")), type="submit", class_="wb-button wb-main")
    return tag(
        "form",
        *fields,
        head(exercise, surface.prefix),
        banner,
        material(exercise),
        _questions(exercise, states, surface),
        _cite(exercise),
        tag("div", save, class_="wb-actions"),
        class_="wb wb-plain",
        data_exercise=exercise.id,
        method="post",
        action=action or None,
        novalidate=True,
        autocomplete="off",
        dir=direction(),
        aria_labelledby=f"{surface.prefix}-title",
    )


@dataclass(frozen=True)
class Standing:
    """How far an exercise is, on the page on which its unit is handed in.

    ``done`` of ``asked`` required questions are answered; ``result`` is what it earned, once somebody alone may know.
    """

    title: str
    done: int
    asked: int
    lesson: str = ""
    core: bool = True
    result: str = ""


def hand_in(
    title: str,
    items: Iterable[Standing],
    receipt: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    prefix: str = "wb",
) -> Html:
    """The page on which a unit is handed in.

    ``receipt``: ``id`` and ``at`` of what was handed in, or None before. ``name``: what the trainer calls the learner,
    to be confirmed; None for someone alone, who sees model answers and may send the file to somebody or not.
    """
    items = list(items)
    left = sum(max(0, item.asked - item.done) for item in items if item.core)
    inside = [tag("h3", words(_("Hand in: {unit}").format(unit=title)), class_="wb-title", id=f"{prefix}-title")]
    inside.append(tag("ul", *map(_item, items), class_="wb-checklist"))
    if left and not receipt:
        text = ngettext("{n} question is still open.", "{n} questions are still open.", left).format(n=left)
        inside.append(tag("p", words(text + " " + _("You can hand in all the same.")), class_="wb-notice"))
    if receipt:
        inside.append(_receipt(receipt, name))
    if name is None and not receipt:
        inside.append(tag("p", words(_("Then you see feedback, model answers and what to look for in your own."))))
    elif name is None:
        said = _("Feedback and model answers now stand below your answers in the lessons: follow the links above.")
        inside.append(tag("p", words(said)))
    else:
        label = tag("label", words(_("Your name, as your trainer knows it")), for_=f"{prefix}-name", class_="wb-label")
        field = tag("input", type="text", name="name", value=name, id=f"{prefix}-name", maxlength=100)
        inside.append(tag("div", label, field, class_="wb-name"))
    act = _("Hand in again") if receipt else _("Hand in")
    button = tag("button", words(act), type="button", class_="wb-button wb-main", data_act="hand-in")
    inside.append(tag("div", button, class_="wb-actions"))
    inside.append(tag("p", role="status", class_="wb-status", data_status=True))
    given = {"data_live": True, "novalidate": True, "dir": direction(), "aria_labelledby": f"{prefix}-title"}
    return tag("form", *inside, class_="wb wb-hand-in", **given)


def _item(item: Standing) -> Html:
    """One line: the exercise as a link to its lesson, and how far it is."""
    if item.done >= item.asked:
        state, look = _("done"), "wb-done"
    else:
        state, look = _("{done} of {all} complete").format(done=item.done, all=item.asked), "wb-left"
    extra = "" if item.core else " · " + _("if there is time")
    shown = words(item.title)
    if item.lesson:
        shown = tag("a", shown, href=f"../{item.lesson}.ipynb", data_lesson=item.lesson)
    said = " · ".join(filter(None, (state + extra, item.result)))
    return tag("li", tag("span", shown), tag("span", words(said), class_="wb-tags"), class_=look)


def _receipt(receipt: Mapping[str, Any], name: str | None) -> Html:
    at = str(receipt.get("at", ""))
    time = tag("time", words(at[:16].replace("T", " ") + " UTC"), datetime=at)
    said = words(_("Handed in. Receipt {id}.").format(id=receipt.get("id", "")))
    if name is None:
        send = _("If somebody marks your work, send them this file and keep the receipt.")
    else:
        send = _("Send this file to your trainer and keep the receipt.")
    act = tag("button", words(_("Download the file")), type="button", class_="wb-button", data_act="file")
    inside = [
        tag("p", said, " ", time, class_="wb-verdict"),
        tag("p", words(send)),
        tag("div", act, class_="wb-actions"),
    ]
    return tag("div", *inside, class_="wb-feedback wb-right", role="status")

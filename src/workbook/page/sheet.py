"""A whole exercise: as a form with script, as a plain page without, and the page on which a unit is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..fields import Html
from ..i18n import _, direction, ngettext
from ..kinds.markup import tag, words
from ..model import Exercise
from .fieldset import NOTHING_KNOWN, State, Surface, question

PURPOSES = {
    "practice": lambda: _("Practice: feedback at once, no points"),
    "marked": lambda: _("Counts towards your result"),
    "test": lambda: _("Test: shows what you know before and after"),
    "plan": lambda: _("Your own plan: no points, nobody marks it"),
}


def head(exercise: Exercise, prefix: str) -> Html:
    """Title, time and purpose."""
    minutes = ngettext("about {n} minute", "about {n} minutes", exercise.minutes).format(n=exercise.minutes)
    about = tag("p", words(f"{PURPOSES[exercise.purpose]()} · {minutes}"), class_="wb-meta")
    return tag(
        "div", tag("h3", words(exercise.title), class_="wb-title", id=f"{prefix}-title"), about, class_="wb-head"
    )


def _material(exercise: Exercise) -> Html:
    return tag("div", exercise.material, class_="wb-material") if exercise.material else ""


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
        _material(exercise),
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
        _material(exercise),
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


def hand_in(
    title: str, items: Iterable[tuple[str, int, int]], receipt: Mapping[str, Any] | None = None, error: str = ""
) -> Html:
    """The page on which a unit is handed in.

    ``items``: title of each exercise, required questions answered, required questions in all. ``receipt``: ``number``,
    ``at`` (words) and ``note`` of what was handed in, or None before.
    """
    rows, left = [], 0
    for name, done, of in items:
        left += of - done
        if done >= of:
            state, look = _("done"), "wb-done"
        else:
            state, look = _("{done} of {all} answered").format(done=done, all=of), "wb-left"
        rows.append(tag("li", tag("span", words(name)), tag("span", words(state), class_="wb-tags"), class_=look))
    inside = [tag("h3", words(_("Hand in: {unit}").format(unit=title)), class_="wb-title")]
    inside.append(tag("ul", *rows, class_="wb-checklist"))
    if left:
        text = ngettext("{n} question is still open.", "{n} questions are still open.", left).format(n=left)
        inside.append(tag("p", words(text + " " + _("You can hand in all the same.")), class_="wb-notice"))
    if error:
        inside.append(tag("p", words(error), class_="wb-error", role="alert"))
    if receipt:
        said = _("Handed in {at}. Receipt {number}.").format(at=receipt.get("at", ""), number=receipt.get("number", ""))
        note = tag("p", words(receipt["note"])) if receipt.get("note") else ""
        inside.append(
            tag("div", tag("p", words(said), class_="wb-verdict"), note, class_="wb-feedback wb-right", role="status")
        )
    label = _("Hand in again") if receipt else _("Hand in")
    inside.append(
        tag(
            "div",
            tag("button", words(label), type="button", class_="wb-button wb-main", data_act="hand-in"),
            class_="wb-actions",
        )
    )
    inside.append(tag("p", role="status", class_="wb-status", data_status=True))
    return tag("form", *inside, class_="wb wb-hand-in", novalidate=True, dir=direction())

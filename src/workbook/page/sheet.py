"""A whole exercise: as a form with script, and as a plain page without."""

from __future__ import annotations

from collections.abc import Mapping

from ..fields import Html
from ..i18n import _, direction, ngettext
from ..kinds.markup import tag, words
from ..model import Brief, Exercise
from .fieldset import NOTHING_KNOWN, State, Surface, question
from .plain import ACT, NOWHERE, Post
from .wide import scrolling

PURPOSES = {
    "practice": lambda: _("Practice: feedback at once, no points"),
    "marked": lambda: _("Counts towards your result"),
    "test": lambda: _("Test: shows what you know before and after"),
    "plan": lambda: _("Your own plan: no points, nobody marks it"),
    "survey": lambda: _("For yourself: no points, nobody marks it"),
}

TRACKS = {"more": lambda: _("if there is time"), "home": lambda: _("for those who learn alone")}


def head(exercise: Exercise, prefix: str, level: int = 3) -> Html:
    """Title, purpose, time, and whether it may be left out. ``level`` is that of the heading."""
    minutes = ngettext("about {n} minute", "about {n} minutes", exercise.minutes).format(n=exercise.minutes)
    track = [TRACKS[exercise.track]()] if exercise.track in TRACKS else []
    about = tag("p", words(" · ".join([PURPOSES[exercise.purpose](), minutes, *track])), class_="wb-meta")
    return tag(
        "div", tag(f"h{level}", words(exercise.title), class_="wb-title", id=f"{prefix}-title"), about, class_="wb-head"
    )


def material(exercise: Exercise, *, paper: bool = False) -> Html:
    """The supplied case, with a note on what may be hard to read, and the briefs of a role play, each to itself."""
    note = tag("div", exercise.content_note, class_="wb-note") if exercise.content_note else ""
    told = exercise.material or ""
    case = tag("div", told if paper else scrolling(told), class_="wb-material") if told else ""
    return note + case + "".join(_brief(brief, paper) for brief in exercise.briefs.values())


def _brief(brief: Brief, paper: bool) -> Html:
    head = _("Only for: {role}").format(role=brief.role)
    if paper:
        return tag("section", tag("h4", words(head)), brief.text, class_="wb-card")
    return tag("details", tag("summary", words(head)), scrolling(brief.text), class_="wb-brief")


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
    post: Post = NOWHERE,
    *,
    notice: Html = "",
    onward: bool = False,
) -> Html:
    """The same form for a browser without script: a button saves all of it, with ``onward`` another goes on then."""
    buttons = [tag("button", words(_("Save my answers")), type="submit", class_="wb-button wb-main")]
    if onward:
        go = words(_("Save and go on"))
        buttons.append(tag("button", go, type="submit", class_="wb-button", name=ACT, value="onward"))
    return tag(
        "form",
        post.fields(),
        head(exercise, surface.prefix, 2),
        tag("div", notice, class_="wb-banner") if notice else "",
        material(exercise),
        _questions(exercise, states, surface),
        _cite(exercise),
        tag("div", *buttons, class_="wb-actions"),
        class_="wb wb-plain",
        data_exercise=exercise.id,
        method="post",
        action=post.action or None,
        novalidate=True,
        autocomplete="off",
        dir=direction(),
        aria_labelledby=f"{surface.prefix}-title",
    )

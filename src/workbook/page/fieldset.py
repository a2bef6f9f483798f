"""One question: a fieldset with its prompt, its controls, and room for what is said about the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..fields import Html, plain
from ..i18n import _, ngettext
from ..kinds import BY_NAME, Malformed, Place, controls
from ..kinds.markup import tag, words
from ..model import Exercise, Finding, Question
from .plain import actions
from .recall import Recalled, recalled
from .remarks import findings, hint_button
from .wide import scrolling

Choices = Mapping[str, Mapping[str, str]]
LONG = 160
"""A prompt of more characters tells a case: it is set as text, not as a heading."""


@dataclass(frozen=True)
class Surface:
    """Where a page is shown.

    ``mode``: ``form``, ``plain`` or ``paper``. ``prefix`` starts every element id, so that two pages can share a
    document. ``choices``: rows that ``ref`` columns may name. ``lessons``: titles of lessons by ``unit/lesson``, for
    links. ``checks``: whether a learner may ask "is this right?" here.
    """

    mode: str = "form"
    prefix: str = "wb"
    choices: Choices = field(default_factory=dict)
    lessons: Mapping[str, str] = field(default_factory=dict)
    checks: bool = False


@dataclass(frozen=True)
class State:
    """What is known of one answer: its value, and what is to be said about it.

    ``error`` is (part, message) for something typed that could not be used; ``entries`` then holds nothing, the caller
    keeps what was typed. ``extra`` goes to the kind as it is. ``after`` is HTML below everything: feedback, the model.
    ``recalled`` is the earlier answer that the question shows.
    """

    value: Any = None
    findings: Sequence[Finding] = ()
    notice: str = ""
    error: tuple[str, str] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    after: Html = ""
    recalled: Recalled | None = None


NOTHING_KNOWN = State()


def answered(question: Question, value: Any) -> bool:
    """Whether nothing that the exercise asks for is left open in this answer."""
    kind = BY_NAME[question.kind]
    try:
        parsed = kind.parse(question.ask, value)
    except Malformed:
        return False
    return parsed is not None and kind.complete(question.ask, parsed)


def split_prompt(prompt: Html) -> tuple[Html, Html]:
    """The first paragraph without its tags (a legend holds no paragraphs), and all that follows."""
    found = re.match(r"\s*<p>(.*?)</p>\s*", prompt, re.DOTALL)
    return (found[1], prompt[found.end() :]) if found else (prompt, "")


def question(
    exercise: Exercise, question: Question, state: State = NOTHING_KNOWN, surface: Surface = Surface()
) -> Html:
    """The fieldset of a question, filled with ``state``."""
    paper, scripted = surface.mode == "paper", surface.mode == "form"
    id = f"{surface.prefix}-{question.id}"
    first, rest = split_prompt(question.prompt)
    told = rest + (question.help or "")
    above = tag("div", told if paper else scrolling(told), class_="wb-help", id=f"{id}-help") if told else ""
    part, message = state.error or ("", "")
    error = tag("p", words(message), class_="wb-error", id=f"{id}-error", hidden=not message, data_part=part or None)
    described = " ".join(([f"{id}-help"] if above else []) + ([] if paper else [f"{id}-error"]))
    place = _place(question, state, surface, described)
    drawn = controls(question.kind)(question.ask, state.value, place)
    if message:
        drawn = _invalid(drawn, f"{question.id}.{part}" if part else question.id)
    notice = tag("p", words(state.notice), class_="wb-notice", data_slot="notice", hidden=not state.notice)
    inside = [
        tag(
            "legend",
            tag("span", first, class_="wb-prompt"),
            *_tags(exercise, question),
            class_="wb-long" if len(plain(first)) > LONG else None,
            id=f"{id}-prompt",
        ),
        above,
        recalled(question, state.recalled, exercise.lesson, surface.mode),
    ]
    told = tag("p", class_="wb-notice", data_tell=True, role="status", hidden=True) if scripted else ""
    inside += [drawn] if paper else [notice, drawn, told, error]
    if question.kind == "table" and not paper:
        inside.append(
            tag("div", findings(question, state.findings, state.value), class_="wb-slot", data_slot="findings")
        )
    if scripted:
        inside += [_actions(question, surface), tag("div", data_slot="hints", class_="wb-hints", aria_live="polite")]
    elif not paper:
        inside.append(actions(question, surface.checks))
    if not paper:
        inside.append(
            tag("div", state.after, data_slot="after", class_="wb-after", role="status" if scripted else None)
        )
    return tag(
        "fieldset",
        *inside,
        class_="wb-question" + (" wb-invalid" if message else ""),
        data_question=question.id,
        data_kind=question.kind,
        id=id,
        aria_describedby=described or None,
    )


def _place(question: Question, state: State, surface: Surface, described: str = "") -> Place:
    return Place(
        name=question.id,
        id=f"{surface.prefix}-{question.id}",
        mode=surface.mode,
        described=described,
        required=question.required,
        choices=surface.choices,
        extra=state.extra,
    )


def slots(question: Question, state: State, surface: Surface) -> dict[str, Html]:
    """What a save of a worksheet renews beside its cells, by ``data-slot``: findings, computed cells."""
    if question.kind != "table":
        return {}
    from ..kinds.table import html

    cells = html.slots(question.ask, state.value, _place(question, state, surface))
    return {**cells, "findings": findings(question, state.findings, state.value)}


def _tags(exercise: Exercise, question: Question) -> list[Html]:
    """What one must know before answering: required or not, points where they count, who sees it."""
    said = [_("required") if question.required else _("optional")]
    if question.graded and exercise.purpose in ("marked", "test"):
        points = question.points or sum(c.points for c in question.rubric)
        said.append(ngettext("{n} point", "{n} points", points).format(n=points))
    if question.visibility == "private":
        said.append(_("private: only you see this"))
    return [" ", tag("span", words(" · ".join(said)), class_="wb-tags")]


def _invalid(drawn: Html, name: str) -> Html:
    """The same controls with those called ``name`` marked as wrong, for a screen reader."""
    return drawn.replace(f' name="{name}"', f' name="{name}" aria-invalid="true"')


def _actions(question: Question, surface: Surface) -> Html:
    buttons = []
    if surface.checks and (question.marks_itself or question.model or question.rubric):
        said = _("Check my answer") if question.marks_itself else _("Compare with a model answer")
        buttons.append(tag("button", words(said), type="button", class_="wb-button", data_act="check"))
    if question.hints:
        buttons.append(hint_button(question, 0))
    return tag("div", *buttons, class_="wb-actions") if buttons else ""

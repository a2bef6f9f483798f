"""The page on which a unit is handed in: how far each exercise is, what is worth a look, and the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from .. import marking, page
from ..fields import plain
from ..i18n import _, ngettext
from ..kinds import BY_NAME, Malformed
from ..kinds.texts import count, limits
from ..model import Question
from . import Learner

LONG = 80
"""More of a prompt is cut where it only says which question is meant."""


def handed_in(learner: Learner, unit: str, name: object, *, sure: bool) -> bool:
    """Hand in ``unit`` under the ``name`` that was typed; False, and nothing done, without answers unless ``sure``."""
    clean = " ".join("".join(c for c in name if c.isprintable()).split())[:100] if isinstance(name, str) else None
    frozen = learner.freeze(unit)
    if not sure and not any(e["answers"] for e in frozen["exercises"].values()):
        return False
    learner.hand_in(unit, name=clean)
    return True


def standings(learner: Learner, unit: str) -> list[page.Standing]:
    """The exercises of ``unit`` that are due or begun, each with how far it is."""
    answers = learner.home.load(learner.owner, unit)
    items = []
    listed = learner.listed
    for id, lesson in learner.given.items():
        of, _slash, name = id.partition("/")
        given, about = answers.of(name), listed[id]
        core = about.get("track", "core") == "core"
        # What a later unit shows of this one (a test before and after) is not open here.
        due = lesson.startswith(f"{of}/") and (core or about.get("purpose") == "marked")
        if of == unit and (due or given):
            items.append(_standing(learner, id, lesson, given, core))
    return items


def _standing(learner: Learner, id: str, lesson: str, values: Mapping[str, Any], core: bool) -> page.Standing:
    exercise = learner.exercise(id)
    asked = [q for q in exercise.questions if q.required]
    done = sum(page.answered(q, values.get(q.id)) for q in asked)
    begun = any(values.get(q.id) is not None for q in exercise.questions)
    told = tuple(filter(None, (_remark(q, values.get(q.id)) for q in exercise.questions))) if begun else ()
    result, earned, possible = _result(learner, id, values, core)
    return page.Standing(exercise.title, done, len(asked), lesson, core, begun, result, earned, possible, remarks=told)


def _result(learner: Learner, id: str, values: Mapping[str, Any], core: bool) -> tuple[str, float, float]:
    """What a marked exercise earned, for someone alone who has handed it in: in words, and the points by machine."""
    whole = learner.whole(id)
    if whole is None or whole.purpose != "marked":
        return "", 0.0, 0.0
    if not core and all(value is None for value in values.values()):
        return _("left out"), 0.0, 0.0
    total = marking.total(marking.scores(whole, values))
    possible = total.possible - total.waiting
    text = _("{earned} of {possible} points") if possible > 0 else ""
    own = _("{n} to rate yourself").format(n=page.points(total.waiting)) if total.waiting else ""
    said = text.format(earned=page.points(total.earned), possible=page.points(possible))
    return ", ".join(filter(None, (said, own))), total.earned, possible


def _remark(question: Question, value: Any) -> str:
    """What is worth a look before an answer is handed in; empty if there is nothing."""
    if page.answered(question, value) or (value is None and not question.required):
        return ""
    said = _unfinished(question, value) if value is not None else _("not answered yet")
    asked = plain(question.prompt).split("\n")[0]
    return f"{shorten(asked, LONG, placeholder=' …')} – {said}"


def _unfinished(question: Question, value: Any) -> str:
    least, most = (getattr(question.ask, f"{name}_words", None) for name in ("least", "most"))
    try:
        written = count(value) if BY_NAME[question.kind].parse(question.ask, value) and isinstance(value, str) else 0
    except Malformed:
        written = 0
    asked = limits(least, most)
    if not asked or not written:
        return _("not finished")
    said = ngettext("{n} word so far; asked for: {limits}", "{n} words so far; asked for: {limits}", written)
    return said.format(n=written, limits=asked[:1].lower() + asked[1:])

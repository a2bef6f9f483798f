"""The whole of somebody's plan, exercise by exercise, for a look at all of it."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

from .. import page
from ..fields import plain
from ..i18n import _
from ..kinds.table import Ask, names, plain_label, shown
from ..model import Exercise, Question
from ..page import Chapter, Overlooked
from ..plan import Link, Plan
from .earlier import filled

if TYPE_CHECKING:
    from . import Learner

LONG = 120
"""More of a prompt is cut: it only says which worksheet is meant."""


def chapters(learner: Learner) -> list[Chapter]:
    """The exercises of the learner's own plan in the order of the course."""
    ids = [id for id in learner.given if learner.listed[id].get("purpose") == "plan"]
    plan = learner.plan(ids)
    units = {unit["id"]: unit["title"] for unit in learner.course["units"]}
    found = []
    for id in ids:
        exercise = plan.exercises[id]
        own = [q for q in exercise.questions if q.own_plan]
        sheets = tuple(_sheet(plan, exercise, q) for q in own if isinstance(q.ask, Ask))
        others = [q for q in own if not isinstance(q.ask, Ask)]
        done = sum(page.answered(q, plan.value(f"{id}/{q.id}")) for q in others)
        if own:
            unit, lesson = units[exercise.unit], learner.given[id]
            found.append(Chapter(unit, exercise.title, lesson, sheets, done, len(others)))
    return found


def _sheet(plan: Plan, exercise: Exercise, question: Question) -> Overlooked:
    address = f"{exercise.id}/{question.id}"
    found = plan.findings(exercise.id, question.id)
    rows = sum(filled(question.ask, row) for row in plan.rows[address].values())
    broken = tuple(_gone(plan, link) for link in plan.broken(exercise.id) if link.question == question.id)
    called = shorten(plain(question.prompt).split("\n")[0], LONG, placeholder=" …")
    private = question.visibility == "private"
    return Overlooked(address, called, rows, found.open if rows else (), len(found.aside), broken, private)


def _gone(plan: Plan, link: Link) -> str:
    """A sentence on a cell that names a row which is no longer there."""
    address = f"{link.exercise}/{link.question}"
    ask: Ask = plan.tables[address].ask
    row = names(ask, shown(ask, plan.value(address))).get(link.row, link.row)
    label = plain_label(link.column, ask.columns[link.column])
    if not link.label:
        return _("{row}, {column}: names a row that is gone.").format(row=row, column=label)
    return _("{row}, {column}: names “{name}”, which was removed.").format(row=row, column=label, name=link.label)

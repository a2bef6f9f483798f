"""The own plan in words, as far as someone may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..checks import values
from ..i18n import _
from ..kinds import BY_NAME, Malformed
from ..kinds.table import Ask, plain_label
from ..model import VISIBILITIES, Exercise, Question
from .gathered import behind, in_words
from .references import Unresolved

if TYPE_CHECKING:
    from . import Plan


@dataclass(frozen=True)
class Section:
    """One question of the own plan in words. A worksheet has ``heads`` and ``rows`` too."""

    exercise: Exercise
    question: Question
    text: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def sections(plan: Plan, audience: str = "plan") -> tuple[Section, ...]:
    """The own plan in words, in the order of the course, as far as ``audience`` may see it.

    ``private``: the learner, who sees all; ``group``: those who work on it; ``plan``: everybody else.
    """
    found = []
    for exercise in plan.exercises.values():
        for question in exercise.questions:
            value = plan.value(f"{exercise.id}/{question.id}")
            if question.own_plan and value is not None and may_see(audience, question.visibility):
                section = _section(plan, exercise, question, value, audience)
                found += [section] if section else []
    return tuple(found)


def _section(plan: Plan, exercise: Exercise, question: Question, value: Any, audience: str) -> Section | None:
    if not isinstance(question.ask, Ask):
        kind = BY_NAME[question.kind]
        try:
            parsed = kind.parse(question.ask, value)
        except Malformed:
            return None
        return None if parsed is None else Section(exercise, question, kind.readable(question.ask, parsed))
    columns = {id: c for id, c in question.ask.columns.items() if may_see(audience, c.visibility)}
    heads = tuple(plain_label(id, column) for id, column in columns.items())
    rows = tuple(
        tuple(_seen(plan, f"{exercise.id}/{question.id}", id, row.cells.get(id), audience) for id in columns)
        for row in plan.rows[f"{exercise.id}/{question.id}"].values()
    )
    lines = ["; ".join(f"{h}: {' '.join(c.split())}" for h, c in zip(heads, row, strict=True) if c) for row in rows]
    return Section(exercise, question, "\n".join(filter(None, lines)), heads, rows) if rows else None


def _seen(plan: Plan, address: str, id: str, cell: Any, audience: str) -> str:
    """A cell in words. A reference must not tell what stands in a column that ``audience`` may not see."""
    sheet, link = behind(plan, address, id)
    seen = [link.visibility]
    if sheet.address in plan.tables:
        seen.append(plan.tables[sheet.address].visibility)
    passed: set[str] = set()
    while link.from_ and link.from_ not in passed:
        passed.add(link.from_)
        try:
            target, far = plan.resolve(link.from_)
        except Unresolved:
            break
        link = plan.tables[target].ask.columns[far]
        seen += [plan.tables[target].visibility, link.visibility]
    if not all(may_see(audience, visibility) for visibility in seen):
        return _("(private)") if values(cell) else ""
    return in_words(plan, address, id, cell)


def may_see(audience: str, visibility: str) -> bool:
    """Whether someone of this audience may see an answer: ``private`` is the learner, who sees all."""
    return VISIBILITIES.index(visibility) >= VISIBILITIES.index(audience)

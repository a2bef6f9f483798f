"""Pure scores: an exercise and its answers in, points and feedback out. No files, no kernel, no learner's code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .i18n import _
from .kinds import BY_NAME, Malformed
from .model import Exercise, Marked, Note, Question, Score

Values = Mapping[str, Any]
"""The values of one exercise by question id."""


@dataclass(frozen=True)
class Total:
    """Points earned so far, points that can be had, and points that wait for a person."""

    earned: float
    possible: float
    waiting: float


def mark(question: Question, value: Any) -> Marked | None:
    """What the kind says of a value as stored, or None where only a person can mark.

    A blank or malformed answer earns 0; why stands in the notes.
    """
    if question.key is None:
        return None
    kind = BY_NAME[question.kind]
    try:
        parsed, left_out = kind.mend(question.ask, value)
    except Malformed as error:
        return Marked(0.0, (Note("", False, _("The answer cannot be used: {why}").format(why=error)),))
    remarks = tuple(Note("", None, _("Left out: {why}").format(why=why)) for why in left_out)
    if parsed is None:
        return Marked(0.0, remarks or (Note("", None, _("No answer.")),))
    marked = kind.mark(question.ask, question.key, parsed)
    return replace(marked, notes=remarks + marked.notes)


def scores(exercise: Exercise, values: Values) -> tuple[Score, ...]:
    """Every score of an exercise in order: one for each self-marking question, one for each line of a rubric."""
    return tuple(
        score for question in exercise.questions for score in question_scores(question, values.get(question.id))
    )


def question_scores(question: Question, value: Any) -> tuple[Score, ...]:
    """The scores of one question; none for a learner's own plan and for questions without points."""
    if not question.graded:
        return ()
    found = []
    if question.key is not None and question.points:
        marked = mark(question, value)
        assert marked is not None
        found.append(Score(question.id, "", marked.fraction * question.points, question.points, marked.notes))
    found += [Score(question.id, line.id, None, line.points) for line in question.rubric]
    return tuple(found)


def total(scored: Iterable[Score]) -> Total:
    """The sum of many scores."""
    scored = list(scored)
    return Total(
        sum(s.earned for s in scored if s.earned is not None),
        sum(s.possible for s in scored),
        sum(s.possible for s in scored if s.earned is None),
    )

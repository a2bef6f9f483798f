"""Earlier answers in words, for the questions that recall them. Private ones too: they are shown to their owner."""

from __future__ import annotations

from collections.abc import Iterable

from ..checks import values
from ..kinds import BY_NAME, Malformed
from ..kinds.table import Ask, plain_label
from ..model import Exercise, Question, Row
from ..plan import Plan


def recalled(exercises: Iterable[Exercise]) -> list[str]:
    """The exercises that questions of ``exercises`` recall answers of."""
    named = (q.recall for e in exercises for q in e.questions if q.recall)
    return list(dict.fromkeys(recall.rpartition("/")[0] for recall in named))


def find(plan: Plan, address: str) -> tuple[Exercise, Question] | None:
    """The question at ``unit/exercise/question``, or None where the course has none such."""
    id, _slash, name = address.rpartition("/")
    exercise = plan.exercises.get(id)
    found = next((q for q in exercise.questions if q.id == name), None) if exercise else None
    return (exercise, found) if exercise and found else None


def in_words(plan: Plan, address: str, question: Question) -> tuple[str, tuple[tuple[str, str], ...]]:
    """An answer as text; of a worksheet its rows, each with its name and the rest. Both empty without an answer."""
    if isinstance(question.ask, Ask):
        rows = (_row(plan, question.ask, row) for row in plan.rows[address].values())
        return "", tuple(row for row in rows if row)
    kind = BY_NAME[question.kind]
    try:
        value = kind.parse(question.ask, plan.value(address))
    except Malformed:
        return "", ()
    return ("" if value is None else kind.readable(question.ask, value)), ()


def filled(ask: Ask, row: Row) -> bool:
    """Whether the learner wrote something into a row that was not there before."""
    supplied = ask.supplied[row.id].cells if row.id in ask.supplied else ask.defaults
    own = (id for id, column in ask.columns.items() if not column.given)
    return any(values(row.cells.get(id)) and row.cells[id] != supplied.get(id) for id in own)


def _row(plan: Plan, ask: Ask, row: Row) -> tuple[str, str] | None:
    """A row's first cell, and the others with the names of their columns; None where the learner filled nothing."""
    if not filled(ask, row):
        return None
    said = {id: " ".join(plan.words(column, row.cells.get(id)).split()) for id, column in ask.columns.items()}
    (_first, name), *others = [(id, text) for id, text in said.items() if text]
    return name, "; ".join(f"{plain_label(id, ask.columns[id])}: {text}" for id, text in others)

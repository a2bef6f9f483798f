"""References from one worksheet to another, as authors write them: ``unit/exercise.column``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import WorkbookError, near
from ..kinds.table import Ask
from ..model import Exercise, Question


class Unresolved(WorkbookError):
    """A reference that names no worksheet, or more than one."""


@dataclass(frozen=True)
class Link:
    """A cell that refers to a row: where it stands, and which row it means (``label`` is empty if nobody knows it)."""

    exercise: str
    question: str
    row: str
    column: str
    to: str
    target: str
    label: str = ""

    def __str__(self) -> str:
        return f"{self.exercise}/{self.question}.{self.column}"


def resolve(exercises: Mapping[str, Exercise], reference: str) -> tuple[str, str]:
    """The worksheet's address and the column that a reference names. Raises :class:`Unresolved`, saying why."""
    place, _dot, column = reference.rpartition(".")
    name = "/".join(place.split("/")[:2])
    exercise = exercises.get(name)
    if exercise is None:
        raise Unresolved(f"there is no exercise '{name}'.{near(name, exercises)}")
    asked = place.split("/")[2:]
    tables = [q for q in exercise.questions if isinstance(q.ask, Ask) and asked in ([], [q.id])]
    if not tables:
        raise Unresolved(f"'{name}' has no worksheet{f' {asked[0]!r}' if asked else ''}.")
    having = [q for q in tables if column in q.ask.columns]
    if not having:
        known = [id for q in tables for id in q.ask.columns]
        raise Unresolved(f"no worksheet of '{place}' has a column '{column}'.{near(column, known)}")
    if len(having) > 1:
        ways = " or ".join(f"{name}/{q.id}.{column}" for q in having)
        raise Unresolved(f"'{reference}' may be any of several worksheets: write {ways}.")
    return f"{name}/{having[0].id}", column


def dangling(exercises: Mapping[str, Exercise]) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    """References in content that name nothing: exercise id, path in its file, and a message for the author."""
    for exercise in exercises.values():
        for n, question in enumerate(exercise.questions):
            if question.recall:
                yield from _forgotten(exercises, exercise.id, ("questions", n), question)
            if not isinstance(question.ask, Ask):
                continue
            for id, column in question.ask.columns.items():
                if column.from_:
                    path = ("questions", n, "columns", id)
                    yield from _dangling(exercises, exercise.id, path, "from", column.from_)
            for i, check in enumerate(question.ask.checks):
                reference = getattr(check, "covers", None)
                if reference:
                    yield from _dangling(exercises, exercise.id, ("questions", n, "checks", i), "covers", reference)


def _forgotten(
    exercises: Mapping[str, Exercise], exercise: str, path: tuple[str | int, ...], question: Question
) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    """A ``recall`` of a question that there is not, or of the question itself."""
    id, _slash, name = (question.recall or "").rpartition("/")
    asked = [q.id for q in exercises[id].questions] if id in exercises else []
    if id not in exercises:
        yield exercise, (*path, "recall"), f"there is no exercise '{id}'.{near(id, exercises)}"
    elif name not in asked:
        yield exercise, (*path, "recall"), f"'{id}' has no question '{name}'.{near(name, asked)}"
    elif (id, name) == (exercise, question.id):
        yield exercise, (*path, "recall"), "is this question itself: name an earlier one"


def _dangling(
    exercises: Mapping[str, Exercise],
    exercise: str,
    path: tuple[str | int, ...],
    name: str,
    reference: str,
) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    try:
        resolve(exercises, reference)
    except Unresolved as error:
        yield exercise, (*path, name), str(error)

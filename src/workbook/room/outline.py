"""What pages need to know of the course: order, titles, minutes and questions, read from ``course/course.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import WorkbookError
from ..i18n import _
from ..places import drawn


@dataclass(frozen=True)
class Task:
    """An exercise of a lesson, as far as progress needs it; ``questions`` are the ids that count."""

    id: str
    title: str
    minutes: int
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    """One lesson in its place: ``number`` of ``of`` in its unit."""

    unit: str
    id: str
    title: str
    minutes: int
    number: int
    of: int
    tasks: tuple[Task, ...]

    @property
    def path(self) -> str:
        return f"{self.unit}/{self.id}"


@dataclass(frozen=True)
class Branch:
    """One unit with its lessons in order."""

    id: str
    title: str
    summary: str
    objectives: tuple[str, ...]
    lessons: tuple[Leaf, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class Outline:
    """The whole course in reading order."""

    title: str
    units: tuple[Branch, ...]
    language: str = "en"

    @property
    def lessons(self) -> tuple[Leaf, ...]:
        return tuple(lesson for unit in self.units for lesson in unit.lessons)

    def unit(self, id: str) -> Branch:
        return next(unit for unit in self.units if unit.id == id)

    def find(self, path: str) -> Leaf | None:
        return next((lesson for lesson in self.lessons if lesson.path == path), None)

    def beside(self, leaf: Leaf) -> tuple[Leaf | None, Leaf | None]:
        """The lessons before and after, across units."""
        all = self.lessons
        at = all.index(leaf)
        return (all[at - 1] if at else None, all[at + 1] if at + 1 < len(all) else None)


def _task(unit: str, given: dict[str, Any]) -> Task:
    id = given["id"] if "/" in given["id"] else f"{unit}/{given['id']}"
    questions = tuple(question["id"] for question in given.get("questions", ()) if question.get("required", True))
    return Task(id, given.get("title", ""), int(given.get("minutes", 0)), questions)


def _tasks(unit: str, lesson: dict[str, Any], owner: str) -> tuple[Task, ...]:
    """The exercises of a lesson; of several to draw from, the one that ``owner`` gets."""
    shown = lesson.get("exercises", ())
    return tuple(_task(unit, one) for one in shown if drawn(one.get("drawn-from") or [one["id"]], owner) == one["id"])


def _branch(given: dict[str, Any], owner: str) -> Branch:
    lessons = given.get("lessons", [])
    leaves = tuple(
        Leaf(
            unit=given["id"],
            id=lesson["id"],
            title=lesson["title"],
            minutes=int(lesson.get("minutes", 0)),
            number=number,
            of=len(lessons),
            tasks=_tasks(given["id"], lesson, owner),
        )
        for number, lesson in enumerate(lessons, start=1)
    )
    objectives = given.get("objectives", {})
    texts = objectives.values() if isinstance(objectives, dict) else objectives
    return Branch(given["id"], given["title"], given.get("summary", ""), tuple(map(str, texts)), leaves)


def outline(data: dict[str, Any], owner: str = "") -> Outline:
    """The outline from the JSON of ``course.json``, with the exercises that ``owner`` gets."""
    return Outline(data["title"], tuple(_branch(unit, owner) for unit in data["units"]), data.get("language", "en"))


def load(course_root: Path, owner: str = "") -> Outline:
    """The outline of the course at ``course_root`` for ``owner``; raises WorkbookError when it has not been built."""
    file = course_root / "course" / "course.json"
    try:
        return outline(json.loads(file.read_text(encoding="utf-8")), owner)
    except FileNotFoundError:
        raise WorkbookError(
            _("{file} is missing: run 'workbook build' in the course folder first.").format(file=file)
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise WorkbookError(
            _("{file} cannot be read ({error}): run 'workbook build' again.").format(file=file, error=error)
        ) from error

"""A checkout's content as a whole: course.yml, lessons and exercises, and what only shows when all are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Problem, Problems, near
from ..fields import NOTHING, read
from ..model import Course, Exercise
from .exercise import read_exercise
from .lessons import LessonText, read_lesson
from .source import read_yaml
from .taken import Library


@dataclass
class Content:
    """Course, exercises by id, lesson texts by id, each with its source, and all problems found."""

    root: Path
    course: Course | None = None
    exercises: dict[str, Exercise] = field(default_factory=dict)
    lessons: dict[str, LessonText] = field(default_factory=dict)
    sources: dict[str, Problems] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, id: str, place: tuple[str | int, ...], message: str) -> None:
        """Report a problem of exercise or lesson ``id`` found after reading."""
        sink = self.sources[id]
        sink.add(place, message)
        self.problems.append(sink.found[-1])

    def in_order(self) -> list[Exercise]:
        """Exercises in the order in which lessons show them."""
        assert self.course is not None
        shown = (e for unit, lesson in self.course.lessons() for e in self.shown(f"{unit.id}/{lesson.id}"))
        order = dict.fromkeys(shown)
        return [self.exercises[id] for id in order if id in self.exercises]

    def shown(self, lesson: str) -> tuple[str, ...]:
        """Ids of the exercises in a lesson."""
        text = self.lessons.get(lesson)
        return text.forms if text else ()

    def draws(self, lesson: str) -> tuple[tuple[str, ...], ...]:
        """The exercises of a lesson of which each learner gets one."""
        text = self.lessons.get(lesson)
        return text.draws if text else ()


def load_content(root: Path) -> Content:
    """Read everything under ``course/`` and ``solutions/``; ``problems`` has every mistake, sorted by file and line."""
    content = Content(root)
    source = read_yaml(root / "course" / "course.yml", "course/course.yml")
    content.sources["course.yml"] = source.problems
    course: Any = read(Course, source.node()) if source.data is not None else NOTHING
    library = Library(root)
    for id in library.paths:
        exercise, problems = read_source(library, id)
        content.sources[id] = problems
        if exercise is not NOTHING:
            content.exercises[id] = exercise
    for path in sorted((root / "course").glob("*/*.md")):
        if path.stem == "facilitator":
            continue
        lesson = read_lesson(path, path.relative_to(root).as_posix())
        content.lessons[f"{path.parent.name}/{path.stem}"] = lesson
        content.sources[f"lesson {path.parent.name}/{path.stem}"] = lesson.problems
    for problems in content.sources.values():
        content.problems.extend(problems.found)
    if course is not NOTHING:
        content.course = course
        _relate(content, course)
    content.problems = sorted(set(content.problems))
    return content


def read_source(library: Library, id: str) -> tuple[Any, Problems]:
    """One exercise from its YAML (or ``NOTHING``), with the questions that it takes over, and its problems."""
    file = library.source(id)
    unit, _slash, name = id.partition("/")
    return read_exercise(file.node(), unit, name, library.take), file.problems


def _relate(content: Content, course: Course) -> None:
    """What holds between files: lessons exist, exercises are shown where they say, objectives are the unit's."""
    _check_order(content, course)
    units = {unit.id: unit for unit in course.units}
    known = {f"{unit.id}/{lesson.id}": lesson.title for unit, lesson in course.lessons()}
    shown = {e: [id for id, text in content.lessons.items() if e in text.forms] for e in content.exercises}
    drawn = {e for text in content.lessons.values() for group in text.draws for e in group}
    for id, exercise in content.exercises.items():
        if exercise.unit not in units:
            content.wrong(id, (), f"there is no unit '{exercise.unit}' in course.yml.{near(exercise.unit, units)}")
            continue
        if exercise.lesson not in known:
            content.wrong(
                id, ("lesson",), f"there is no lesson '{exercise.lesson}' in course.yml.{near(exercise.lesson, known)}"
            )
        elif exercise.lesson not in shown[id]:
            where = " and ".join(shown[id]) or "no lesson"
            text = f'says {exercise.lesson}, but the exercise is shown by {where}: put form("{id}") there'
            content.wrong(id, ("lesson",), text)
        elif len(shown[id]) > 1 and id not in drawn:
            content.wrong(id, ("lesson",), f"is shown by {' and '.join(shown[id])}: one lesson shows an exercise")
        objectives = units[exercise.unit].objectives
        if exercise.objective not in objectives:
            content.wrong(
                id, ("objective",), f"is no objective of unit {exercise.unit}.{_known(exercise.objective, objectives)}"
            )
        for i, question in enumerate(exercise.questions):
            if question.read and question.read not in known:
                content.wrong(
                    id, ("questions", i, "read"), f"there is no lesson '{question.read}'.{near(question.read, known)}"
                )
    for lesson_id, lesson in content.lessons.items():
        for form, line in lesson.form_lines.items():
            if form not in content.exercises and form not in content.sources:
                content.problems.append(
                    Problem(lesson.file, line, "form", f"there is no exercise '{form}'.{near(form, content.exercises)}")
                )
        if lesson_id not in known:
            content.problems.append(
                Problem(lesson.file, 1, "(whole file)", "is not in course/course.yml, so nobody would see it")
            )


def _known(word: str, among: Mapping[str, str]) -> str:
    return near(word, among) or " Known: " + ", ".join(among) + "."


def _check_order(content: Content, course: Course) -> None:
    def wrong(place: tuple[str | int, ...], message: str) -> None:
        content.wrong("course.yml", place, message)

    seen: set[str] = set()
    for i, unit in enumerate(course.units):
        if unit.id in seen:
            wrong(("units", i, "id"), f"'{unit.id}' stands twice")
        seen.add(unit.id)
        ids = [lesson.id for lesson in unit.lessons]
        for j, lesson in enumerate(unit.lessons):
            if ids.index(lesson.id) != j:
                wrong(("units", i, "lessons", j, "id"), f"'{lesson.id}' stands twice in the unit")
            if f"{unit.id}/{lesson.id}" not in content.lessons:
                files = [id.split("/")[1] for id in content.lessons if id.startswith(f"{unit.id}/")]
                wrong(
                    ("units", i, "lessons", j, "id"),
                    f"there is no file course/{unit.id}/{lesson.id}.md.{near(lesson.id, files)}",
                )

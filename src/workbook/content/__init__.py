"""The course's content: YAML files and course.yml to model objects, and every mistake in them.

``load_released`` reads what learners get (JSON); it needs no YAML and no Markdown, since every participant pays for it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ContentError, Problems, WorkbookError
from ..fields import Node, read
from ..model import Course, Exercise
from .exercise import read_exercise, released

if TYPE_CHECKING:
    from .course import Content


def load(root: Path) -> Content:
    """The course of a checkout from its YAML. Raises :class:`ContentError` with all mistakes."""
    from .course import load_content

    content = load_content(root)
    if content.problems:
        raise ContentError(content.problems)
    return content


def load_released(path: Path) -> Exercise:
    """An exercise from ``exercises/<unit>/<name>.json`` (or from its whole version under ``build/keys``)."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbookError(f"There is no exercise '{path.parent.name}/{path.stem}'. Run: workbook build") from None
    except (OSError, ValueError) as error:
        raise WorkbookError(f"{path.name} cannot be read ({error}). Run: workbook build") from None
    problems = Problems(path.name)
    exercise: Exercise | object = read_exercise(Node(data, (), problems), path.parent.name, path.stem)
    if not isinstance(exercise, Exercise):
        raise ContentError(problems.found)
    return exercise


def load_course(root: Path) -> Course:
    """The order of units and lessons from the derived ``course/course.json``."""
    path = root / "course" / "course.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkbookError(f"course/course.json cannot be read ({error}). Run: workbook build") from None
    for unit in data.get("units", []):
        for lesson in unit.get("lessons", []):
            lesson.pop("exercises", None)
    problems = Problems("course/course.json")
    course: Course | object = read(Course, Node(data, (), problems))
    if not isinstance(course, Course):
        raise ContentError(problems.found)
    return course


__all__ = ["Content", "load", "load_course", "load_released", "released"]

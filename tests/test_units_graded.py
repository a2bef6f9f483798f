"""Both units of the course through stock nbgrader: all right, half right, mangled, blank."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

import marked_course
from test_gradebook import CHECKOUT, scores
from workbook import author, content, marking
from workbook.answers import handin
from workbook.kinds import BY_NAME
from workbook.model import Exercise, Question

Values = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Exercise]]:
    root = tmp_path_factory.mktemp("units")
    for name in ("course", "solutions"):
        shutil.copytree(CHECKOUT / name, root / name)
    shutil.copy(CHECKOUT / "nbgrader_config.py", root)
    author.build(root)
    return root, content.load(root).exercises


def sampled(question: Question, *, right: bool) -> Any:
    samples = BY_NAME[question.kind].samples(question.ask, question.key)
    return (samples.right if right else samples.wrong)[0]


def all_right(exercises: list[Exercise]) -> Values:
    return {e.name: {q.id: sampled(q, right=True) for q in e.questions if q.key is not None} for e in exercises}


def half(exercises: list[Exercise]) -> Values:
    """Right and wrong in turn, with every fifth question left out."""
    values: Values = {}
    asked = [(e, q) for e in exercises for q in e.questions if q.key is not None]
    for number, (exercise, question) in enumerate(asked):
        if number % 5:
            values.setdefault(exercise.name, {})[question.id] = sampled(question, right=bool(number % 2))
    return values


def submit(root: Path, unit: str, student: str, values: Values) -> Path:
    handed = {
        name: {"answers": {q: {"value": value, "version": ""} for q, value in given.items()}}
        for name, given in values.items()
    }
    data: dict[str, Any] = {"what": handin.WHAT, "format": handin.FORMAT, "unit": unit, "exercises": handed}
    data |= {"owner": {"id": student, "kind": "person", "label": ""}, "referred": {}, "at": "", "course": ""}
    folder = root / "build" / "submitted" / student / unit
    shutil.copytree(root / "exercises" / unit, folder)
    (folder / "answers.json").write_text(handin.text({**data, "sha256": handin.checksum(data)}), encoding="utf-8")
    return folder


def most_points(root: Path, unit: str) -> float:
    """The points that nbgrader gives at most for a unit."""
    with Gradebook(f"sqlite:///{root / 'build' / 'gradebook.db'}") as gradebook:
        return float(gradebook.find_assignment(unit).max_score)


def mangle(folder: Path) -> None:
    """Cells deleted, a notebook broken, one renamed, an answer of the wrong shape."""
    names = sorted(folder.glob("*.ipynb"))
    broken = json.loads(names[0].read_text(encoding="utf-8"))
    del broken["cells"][1:]
    names[0].write_text(json.dumps(broken), encoding="utf-8")
    names[1].write_text("{ broken", encoding="utf-8")
    names[2].rename(folder / "renamed.ipynb")


@pytest.mark.parametrize("unit", ["building-blocks", "initiation"])
def test_scores_equal_pure_marking(course: tuple[Path, dict[str, Exercise]], unit: str) -> None:
    root, exercises = course
    mine = [e for e in exercises.values() if e.unit == unit]
    learners: dict[str, Values] = {
        "right": all_right(mine),
        "half": half(mine),
        "mangled": all_right(mine),
        "blank": {},
    }
    marked_course.nbgrader(root, "generate", [unit])
    for student, values in learners.items():
        submit(root, unit, student, values)
    mangle(root / "build" / "submitted" / "mangled" / unit)
    marked_course.nbgrader(root, "autograde", [unit])
    whole = sum(score.possible for e in mine for score in marking.scores(e, {}))
    assert most_points(root, unit) == whole
    for student, values in learners.items():
        expected = {}
        for exercise in mine:
            for score in marking.scores(exercise, values.get(exercise.name, {})):
                cell = f"rubric-{score.question}-{score.criterion}" if score.criterion else f"score-{score.question}"
                expected[exercise.name, cell] = score.earned
        found = scores(root, student, unit)
        assert found == expected, student
        possible = sum(s.possible for e in mine for s in marking.scores(e, {}) if not s.criterion)
        earned = sum(points for points in found.values() if points is not None)
        assert possible > 40
        assert {"right": earned == possible, "mangled": earned == possible, "blank": earned == 0}.get(student, True)
        assert student != "half" or 0 < earned < possible

"""A small course with one exercise of each sort, a few learners who handed it in, and their marks."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hand_ins
import marked_course
import sample
from workbook import author, content
from workbook.gradebook import bulk
from workbook.model import Exercise

UNIT = "harbour"
LETTER = """\
title: A letter
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: marked
minutes: 5
questions:
  - id: letter
    kind: long-text
    prompt: Write to the harbour. Look at [the needs](needs.md) first.
    rubric:
      - {id: need, points: 2, full: Names the need behind the boat, part: Names only the boat}
      - {id: season, points: 1, full: Thinks of the season}
    model: Dear harbour, the waste has to go before winter.
  - id: doubt
    kind: short-text
    visibility: private
    prompt: What do you doubt?
"""
PLAN = """\
title: Our people
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: plan
minutes: 5
questions:
  - id: people
    kind: table
    own-plan: true
    prompt: Who sails with you?
    columns:
      who: {type: text, label: Name}
      does: {type: text, label: Task}
      power: {type: text, label: Power, visibility: private}
    checks:
      - {filled: does, why: Nobody sails without a task.}
      - {filled: power, why: Power decides.}
"""
TEST = sample.BOATS.replace("title: Boats", "title: Before").replace("purpose: marked", "purpose: test")
TEST = TEST.replace("A broad boat for waste", "A wide boat").replace("It carries what the plan", "What the test says")
WISHES = sample.WISHES.replace('form("harbour/boats")', "; ".join(
    f'form("harbour/{name}")' for name in ("boats", "letter", "plan", "before")
))  # fmt: skip
FILES = sample.FILES | {
    "course/harbour/wishes.md": WISHES,
    "solutions/harbour/letter.yml": LETTER,
    "solutions/harbour/plan.yml": PLAN,
    "solutions/harbour/before.yml": TEST,
}
SECRETS = (
    "It carries what the plan", "Speed is no need", "Names the need behind", "Names only the boat", "Thinks of the season",
    "Dear harbour",
)  # fmt: skip
"""Words of keys, feedback, rubrics and models."""
TESTS = ("What the test says",)
PRIVATE = ("a private doubt", "mighty")

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
ROWS = [
    {"id": "r1", "cells": {"who": "Amina", "does": "Steers", "power": "mighty"}},
    {"id": "r2", "cells": {"who": "Ben"}},
    {"id": "r3", "cells": {"power": "mighty"}},
]
ANN: dict[str, dict[str, Any]] = {
    "nets": {"first": "ask"},
    "boats": {"which": "fast"},
    "letter": {"letter": f"Dear all, {EVIL}\nمرحبا", "doubt": "a private doubt"},
    "plan": {"people": {"rows": ROWS, "aside": {"filled-power": {"as": "not-known", "text": "mighty"}}}},
    "before": {"which": "broad"},
}
"""Answers as somebody might send who writes the file by hand: private ones too."""


def build(root: Path) -> dict[str, Exercise]:
    """The course in ``root``, known to the gradebook; its exercises by name."""
    sample.write(root, FILES)
    shutil.copy(marked_course.CHECKOUT / "nbgrader_config.py", root)
    author.build(root)
    marked_course.nbgrader(root, "generate", [UNIT])
    return {id.partition("/")[2]: exercise for id, exercise in content.load(root).exercises.items()}


def hand_in(root: Path, student: str, exercises: Mapping[str, Exercise], given: Mapping[str, Mapping[str, Any]],
            owner: Mapping[str, str] | None = None) -> Path:  # fmt: skip
    """A submission of ``student``, made by ``owner``."""
    data = hand_ins.handed(student, UNIT, exercises, given)
    data = hand_ins.sealed({**data, "owner": {**data["owner"], **(owner or {})}})
    folder = root / "build" / "submitted" / student / UNIT
    return hand_ins.write(folder, data, sorted((root / "exercises" / UNIT).glob("*.ipynb")))


def mark(root: Path) -> None:
    """``workbook mark``, in this process."""
    bulk.mark(root, [UNIT], jobs=1)


def by_hand(root: Path, student: str, column: str, value: str, cell: str, table: str = "grade") -> None:
    """What a person enters in formgrader."""
    place = (
        f"select x.id from {table} x join base_cell c on c.id = x.cell_id join submitted_notebook n on n.id = "
        "x.notebook_id join submitted_assignment a on a.id = n.assignment_id where "
        f"a.student_id = '{student}' and c.name = '{cell}'"
    )
    marked_course.sql(root, f"update {table} set {column} = {value} where id in ({place})")

"""``workbook mark``, ``nbgrader autograde`` and the pure rules give the same marks, whatever was handed in."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import nbformat
import pytest

import hand_ins
import marked_course
import whole
from workbook import marking, release
from workbook.gradebook.submission import Submission, read_submission
from workbook.gradebook.template import Template
from workbook.model import Exercise

EXERCISES = (
    "accountability/what-changes",
    "building-blocks/first-repair",
    "cases/what-it-lacks",
    "formation/who-sits-there",
)
"""Of each unit one, to keep it short: every kind that marks itself but a scale, and a rubric."""
LATE = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
ODD = 0.6
"""The share of hand-ins that are mangled."""


def test_the_three_ways_of_marking_agree(tmp_path: Path) -> None:
    agree(tmp_path, 40)


@pytest.mark.soak
def test_the_three_ways_of_marking_agree_on_thousands(tmp_path: Path) -> None:
    agree(tmp_path, 5000)


def agree(tmp_path: Path, learners: int) -> None:
    """Mark so many hand-ins in each way; then again, after people have marked some by hand."""
    ours, stock = tmp_path / "ours", tmp_path / "stock"
    exercises = marked_course.build(ours, EXERCISES, LATE)
    marked_course.sql(ours, "update assignment set duedate = '2026-02-27 10:00:00' where name = 'accountability'")
    ways = Counter(_hand_in(ours, number, exercises) for number in range(learners))
    assert len(ways) > len(set(hand_ins.SPOILS)), "every way of mangling was tried"
    shutil.copytree(ours, stock)
    units = sorted({exercise.unit for exercise in exercises.values()})

    marked_course.mark(ours, "--all", "--jobs", "2")
    marked_course.nbgrader(stock, "autograde", units)
    _compare(ours, stock)
    _as_the_pure_rules_say(ours, exercises)

    for root in (ours, stock):
        _people_mark(root)
    marked_course.mark(ours, "--all", "--force")
    marked_course.nbgrader(stock, "autograde", units, "s000[01]*", force=True)
    _compare(ours, stock, ("s0000", "s0001"))


def _hand_in(root: Path, number: int, exercises: dict[str, Exercise]) -> str:
    chance, student = random.Random(number), f"s{number:05}"
    exercise = exercises[EXERCISES[number % len(EXERCISES)]]
    mine = {exercise.name: exercise}
    data = hand_ins.handed(student, exercise.unit, mine, hand_ins.values(chance, mine))
    released = sorted((root / "exercises" / exercise.unit).glob("*.ipynb"))
    folder = hand_ins.write(root / "build" / "submitted" / student / exercise.unit, data, released)
    way = hand_ins.spoil(chance, folder) if chance.random() < ODD else ""
    # nbgrader looks only at folders with a notebook in them.
    (folder / "own.ipynb").write_text("{}", encoding="utf-8")
    return way


def _people_mark(root: Path) -> None:
    """Points, comments, extra points, flags and an extension, for the same cells in every gradebook."""
    grade = (
        "update grade set {} where id in (select g.id from grade g join submitted_notebook n on n.id = g.notebook_id "
        "join submitted_assignment a on a.id = n.assignment_id join base_cell c on c.id = g.cell_id where {})"
    )
    comment = grade.replace("update grade", "update comment").replace("from grade g", "from comment g")
    marked_course.sql(
        root,
        grade.format(
            "manual_score = 0.5, needs_manual_grade = 0", "c.name like 'rubric-%' and a.student_id < 's00017'"
        ),
        grade.format("manual_score = 1, needs_manual_grade = 0", "c.name like 'score-%' and a.student_id < 's00009'"),
        grade.format("extra_credit = 2", "c.name like 'score-%' and a.student_id like '%4'"),
        comment.format("manual_comment = 'Good.'", "a.student_id like '%1'"),
        "update submitted_notebook set flagged = 1 where assignment_id in (select id from submitted_assignment "
        "where student_id like '%2')",
        "update submitted_assignment set extension = '1970-01-04 00:00:00.000000' where student_id in ('s00004', 's00008')",
    )


def _compare(ours: Path, stock: Path, students: str | tuple[str, ...] = "") -> None:
    """Both gradebooks hold the same in every table, and the marked notebooks have the same bytes."""
    mine, theirs = marked_course.gradebook(ours), marked_course.gradebook(stock)
    for table, rows in theirs.items():
        assert rows, table
        assert [row for row in mine[table] if row[0].startswith(students)] == [
            row for row in rows if row[0].startswith(students)
        ], table
    assert any(row[3] for row in mine["notebook"]), "some were late and lost points"
    written = marked_course.notebooks(ours)
    assert {
        place: text for place, text in marked_course.notebooks(stock).items() if "own.ipynb" not in place
    } == written


def _as_the_pure_rules_say(root: Path, exercises: dict[str, Exercise]) -> None:
    """Each score in the gradebook is what :mod:`workbook.marking` says of the answers."""
    points = {(row[0], row[1], row[3]): row[5] for row in marked_course.gradebook(root)["grade"]}
    earned = 0.0
    for student, unit, cell in points:
        exercise = next(one for one in exercises.values() if one.unit == unit)
        given = read_submission(root / "build" / "submitted" / student / unit, unit, student).values
        for score in marking.scores(exercise, given.get(exercise.name, {})):
            name = f"rubric-{score.question}-{score.criterion}" if score.criterion else f"score-{score.question}"
            if name == cell:
                assert points[student, unit, cell] == score.earned, (student, cell)
                earned += score.earned or 0.0
    assert 0 < earned < len(points) * 5


@pytest.fixture(scope="module")
def course() -> dict[str, Exercise]:
    return whole.course().exercises


def test_marked_notebooks_of_all_exercises_are_as_nbformat_writes_them(course: dict[str, Exercise]) -> None:
    chance = random.Random(1)
    for exercise in course.values():
        text = release.as_json(release.exercise_notebook(exercise, generated=True))
        values = {exercise.name: hand_ins.values(chance, {exercise.name: exercise})[exercise.name]}
        template = Template(exercise, text)
        broken = Submission({exercise.name: 3}, remarks=("Something was odd.",))  # type: ignore[dict-item]
        for paper in (template.mark(Submission(values)), template.mark(broken)):
            nb = nbformat.reads(paper.text, as_version=4)
            assert nbformat.writes(nb) + "\n" == paper.text, exercise.id
        assert (paper.error is not None) and not any(paper.points.values()), exercise.id

"""The tests before and after: two forms from one blueprint, a short one for the workshop, and keys that stay at home."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import whole
from workbook import content, release
from workbook.content.exercise import released
from workbook.fields import plain
from workbook.model import Exercise, Question
from workbook.places import drawn

ROOT = Path(__file__).parent.parent
BEFORE = {name: f"welcome/test-{name}" for name in ("a", "b", "workshop")}
AFTER = {name: f"capstone/test-{name}" for name in ("a", "b", "workshop")}
AGENDA = "workshop-3-days"
ENDS = {"welcome", "capstone"}
"""Units that the test does not ask about: they hold it."""


@pytest.fixture(scope="module")
def course() -> content.Content:
    return whole.course()


def form(course: content.Content, id: str) -> Exercise:
    return course.exercises[id]


def asked(question: Question) -> tuple[str, str, Any, Any, int]:
    """What a question asks and how it is marked, wherever it stands."""
    return question.id, question.prompt, question.ask, question.key, question.points


def unit(question: Question) -> str:
    assert question.read, f"{question.id} does not say on which lesson it rests"
    return question.read.partition("/")[0]


def place_of_key(question: Question) -> int:
    return list(question.ask.options).index(question.key.answer)


def test_both_forms_have_thirty_questions_of_which_eight_are_shared(course: content.Content) -> None:
    a, b = ([asked(q) for q in form(course, BEFORE[name]).questions] for name in "ab")
    assert len(a) == len(b) == 30
    assert len([question for question in a if question in b]) == 8
    assert len({question[1] for question in (*a, *b)}) == 52


def test_both_forms_ask_the_same_number_about_each_unit_at_the_same_places(course: content.Content) -> None:
    a, b = ([unit(q) for q in form(course, BEFORE[name]).questions] for name in "ab")
    assert a == b
    assert course.course is not None
    units = [one.id for one in course.course.units if one.id not in ENDS]
    assert set(a) == set(units)
    assert sorted(a, key=units.index) == a


def test_both_forms_have_the_same_kinds_and_points_at_the_same_places(course: content.Content) -> None:
    a, b = ([(q.kind, q.points, len(q.ask.options)) for q in form(course, BEFORE[name]).questions] for name in "ab")
    assert a == b == [("single-choice", 1, 4)] * 30


def test_keys_of_each_form_are_spread_over_the_places(course: content.Content) -> None:
    for id in BEFORE.values():
        places = [place_of_key(q) for q in form(course, id).questions]
        counts = Counter(places)
        assert max(counts.values()) - min(counts[n] for n in range(4)) <= 1, id
        assert all(len(set(places[n : n + 3])) > 1 for n in range(len(places) - 2)), id


def test_every_question_rests_on_a_lesson_of_the_course(course: content.Content) -> None:
    assert course.course is not None
    lessons = {f"{unit.id}/{lesson.id}" for unit, lesson in course.course.lessons()}
    for id in BEFORE.values():
        assert {q.read for q in form(course, id).questions} <= lessons, id


def test_the_workshop_form_asks_only_what_its_agenda_teaches(course: content.Content) -> None:
    assert course.course is not None
    agenda = next(agenda for agenda in course.course.agendas if agenda.id == AGENDA)
    taught = {lesson for block in agenda.blocks for lesson in block.lessons}
    taught |= {course.exercises[id].lesson for block in agenda.blocks for id in block.exercises}
    questions = form(course, BEFORE["workshop"]).questions
    assert len(questions) == 12
    assert [q.id for q in questions if q.read not in taught] == []
    assert {(q.kind, q.points) for q in questions} == {("single-choice", 1)}


def test_before_and_after_hold_the_same_questions(course: content.Content) -> None:
    for name in BEFORE:
        before, after = form(course, BEFORE[name]), form(course, AFTER[name])
        assert [asked(q) for q in before.questions] == [asked(q) for q in after.questions]
        assert [q.version for q in before.questions] == [q.version for q in after.questions]
        assert (before.minutes, before.track, before.purpose) == (after.minutes, after.track, "test")
        assert after.purpose == "test"


def test_each_learner_gets_the_other_form_afterwards(course: content.Content) -> None:
    (first,), (last,) = course.draws("welcome/where-you-start"), course.draws("capstone/where-you-stand")
    for n in range(50):
        before, after = (drawn(ids, f"learner-{n}").rpartition("/")[2] for ids in (first, last))
        assert {before, after} == {"test-a", "test-b"}


def test_no_condition_and_no_names_is_said_where_the_test_stands(course: content.Content) -> None:
    for id in (*BEFORE.values(), *AFTER.values()):
        text = " ".join(course.lessons[form(course, id).lesson].text.split())
        assert "**never a condition** for a certificate" in text, id
        assert "**never shown by name**" in text, id


def private_fields(data: dict[str, Any]) -> set[str]:
    """Fields of an exercise's questions that only trainers may see."""
    return {name for question in data["questions"] for name in question} & {"key", "rubric", "model"}


def test_keys_of_the_tests_stand_in_no_released_file(course: content.Content) -> None:
    tests = [e for e in course.exercises.values() if e.purpose == "test"]
    assert {e.id for e in tests} == {*BEFORE.values(), *AFTER.values()}
    said = {plain(q.key.right) for e in tests for q in e.questions}
    said |= {plain(text) for e in tests for q in e.questions for text in q.key.feedback.values()}
    assert len(said) > 200
    for exercise in tests:
        path = ROOT / "exercises" / f"{exercise.id}.json"
        assert not private_fields(json.loads(path.read_text(encoding="utf-8"))), exercise.id
        assert private_fields(released(exercise, private=True)) == {"key"}, "the whole version would be noticed"
    # A short remark may be said of something else, too.
    long = re.compile("|".join(re.escape(text) for text in said if len(text) >= 25))
    for folder in release.COMMITTED:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".json", ".ipynb", ".md", ".yml") and path.is_file():
                assert not long.search(path.read_text(encoding="utf-8")), path.name


def test_a_form_that_differs_would_be_noticed(course: content.Content) -> None:
    first, second, *_others = form(course, BEFORE["a"]).questions
    assert asked(first) != asked(second)
    assert asked(first) != asked(dataclasses.replace(first, points=2))

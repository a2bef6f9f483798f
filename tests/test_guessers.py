"""Nobody gets far without reading: guessers stay near chance, random answers earn little."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import guessers
import whole
from guessers import GUESSERS, avoiding, edge, expected, hit
from workbook.model import Question

NEAR = 0.08
"""How far from chance a guesser may be, as a share of items."""
MOST = 0.30
"""The most that random answers may earn of all marked points."""


@pytest.fixture(scope="module")
def keyed() -> list[Question]:
    """Every question with a key; one that is taken over from another exercise counts there."""
    exercises = whole.course().exercises.values()
    found = [q for exercise in exercises for q in exercise.questions if q.key is not None and not q.taken]
    assert len(found) > 100
    return found


@pytest.mark.parametrize("name", GUESSERS)
def test_guessers_stay_near_chance_over_all_choice_items(keyed: list[Question], name: str) -> None:
    assert abs(edge(GUESSERS[name], keyed)) <= NEAR


@pytest.mark.parametrize("name", GUESSERS)
def test_neither_taking_nor_avoiding_an_option_for_its_looks_helps_at_single_choices(
    keyed: list[Question], name: str
) -> None:
    singles = [question for question in keyed if question.kind == "single-choice"]
    assert len(singles) > 50
    assert edge(GUESSERS[name], singles) <= NEAR
    assert avoiding(GUESSERS[name], singles) <= NEAR


def test_random_answers_earn_little_of_all_marked_points(keyed: list[Question]) -> None:
    marked = [question for question in keyed if question.graded and question.points]
    points = sum(question.points for question in marked)
    assert points > 100
    assert sum(expected(question) * question.points for question in marked) / points < MOST


def test_no_marked_question_gives_half_of_its_points_to_random_answers(keyed: list[Question]) -> None:
    marked = [question for question in keyed if question.graded and question.points]
    assert [question.id for question in marked if expected(question) > 0.5] == []


def asked(kind: str, ask: dict[str, Any], key: dict[str, Any], prompt: str = "What about the nets?") -> Any:
    return SimpleNamespace(
        kind=kind, id="q", prompt=prompt, ask=SimpleNamespace(**ask), key=SimpleNamespace(**key), points=1, graded=True
    )


OPTIONS = {"a": "Wait", "b": "Ask about the nets", "c": "Call all people together in a workshop for a long talk"}


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("a", {"longest": 0, "first": 1, "most words of the prompt": 0, "most virtuous": 0}),
        ("b", {"longest": 0, "first": 0, "most words of the prompt": 1, "most virtuous": 0}),
        ("c", {"longest": 1, "first": 0, "most words of the prompt": 0, "most virtuous": 1}),
    ],
)
def test_each_guesser_chooses_by_what_it_looks_at(answer: str, wanted: dict[str, int]) -> None:
    question = asked("single-choice", {"options": OPTIONS}, {"answer": answer})
    found = {name: hit(score, question) for name, score in GUESSERS.items()}
    assert {name: one.guessed for name, one in found.items() if one} == wanted
    assert all(one and one.chance == pytest.approx(1 / 3) for one in found.values())
    assert avoiding(GUESSERS["first"], [question]) == pytest.approx(-1 / 3 if answer == "a" else 1 / 6)


def test_a_guesser_that_cannot_tell_has_the_hits_of_chance() -> None:
    alike = asked("single-choice", {"options": {"a": "Sail", "b": "Stay"}}, {"answer": "a"})
    assert edge(GUESSERS["most virtuous"], [alike]) == 0


def test_other_kinds_are_guessed_part_by_part() -> None:
    match = asked(
        "match",
        {"items": {"x": "A net", "y": "A boat"}, "categories": {"n": "net", "o": "other things"}},
        {"answer": {"x": "n", "y": "o"}},
    )
    found = hit(GUESSERS["most words of the prompt"], match)
    assert found and found.guessed == 0.75 and found.chance == 0.5
    order = asked("order", {"items": {"x": "long text", "y": "txt", "z": "te"}}, {"answer": ["x", "y", "z"]})
    found = hit(GUESSERS["longest"], order)
    assert found and found.guessed == 1 and found.chance == 0.5
    several = asked("multiple-choice", {"options": OPTIONS}, {"answers": ["a", "b"]})
    found = hit(GUESSERS["first"], several)
    assert found and found.guessed == 1 and found.chance == pytest.approx(2 / 3)


def test_random_answers_are_the_same_each_time(keyed: list[Question]) -> None:
    drawn = [question for question in keyed if question.kind in ("order", "allocate", "table")][:6]
    assert [expected(question) for question in drawn] == [expected(question) for question in drawn]
    single = next(question for question in keyed if question.kind == "single-choice")
    assert expected(single) == pytest.approx(1 / len(single.ask.options))
    assert guessers.DRAWN >= 100

"""Questions taken over: written once, read whole everywhere, counted once."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

import sample
from workbook import author, content, release
from workbook.content.course import load_content
from workbook.content.quality import slips
from workbook.content.schema import schemas

NETS, BOATS, AGAIN = "solutions/harbour/nets.yml", "solutions/harbour/boats.yml", "solutions/harbour/again.yml"
HEAD = """\
title: Once more
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: marked
minutes: 3
"""
SELF = """\
  - id: steps
    kind: table
    prompt: Which steps?
    columns:
      step: {type: text}
      after: {type: ref, from: harbour/boats.step}
"""


def course(root: Path, questions: str, **changed: str) -> Path:
    """The small course with an exercise whose questions are taken over."""
    files = {**sample.FILES, AGAIN: HEAD + questions, **{f"solutions/harbour/{n}.yml": t for n, t in changed.items()}}
    lesson = sample.WISHES + '\n```{code-cell}\nfrom workbook import form; form("harbour/again")\n```\n'
    return sample.write(root, {**files, "course/harbour/wishes.md": lesson})


@pytest.mark.parametrize(
    ("questions", "ids"),
    [
        ("questions: [{same: harbour/boats/which}]\n", ["which"]),
        ("questions: harbour/boats\n", ["which"]),
        ("questions:\n  - {same: harbour/boats/which}\n  - {same: harbour/boats/free}\n", ["which", "free"]),
    ],
)
def test_a_question_stands_as_it_is_written_elsewhere(tmp_path: Path, questions: str, ids: list[str]) -> None:
    free = "  - {id: free, kind: long-text, prompt: And why?, visibility: private}\n" if "free" in ids else ""
    loaded = content.load(course(tmp_path, questions, boats=sample.BOATS + free))
    asked, there = loaded.exercises["harbour/again"], loaded.exercises["harbour/boats"]
    assert [q.id for q in asked.questions] == ids
    assert [q.taken for q in asked.questions] == [f"harbour/boats/{id}" for id in ids]
    assert [(q.ask, q.key, q.version) for q in asked.questions] == [(q.ask, q.key, q.version) for q in there.questions]
    assert not any(q.taken for q in there.questions)


def test_what_is_released_holds_the_whole_question(tmp_path: Path) -> None:
    root = course(tmp_path, "questions: harbour/boats\n")
    files = release.files(content.load(root))
    for folder in ("exercises", "build/keys"):
        again, there = (json.loads(files[PurePosixPath(folder, f"harbour/{n}.json")]) for n in ("again", "boats"))
        assert again["questions"] == there["questions"]
    author.build(root)
    read = content.load_released(root / "build/keys/harbour/again.json")
    assert read.question("which").key == content.load(root).exercises["harbour/boats"].question("which").key
    assert "Which boat does the plan need?" in author.preview(root, "harbour/again").read_text(encoding="utf-8")
    assert [str(p) for p in author.check(root)] == []


def test_questions_are_taken_through_others_that_take_them(tmp_path: Path) -> None:
    root = course(tmp_path, "questions: [{same: harbour/third/which}]\n", third=HEAD + "questions: harbour/fourth\n", fourth=HEAD + "questions: [{same: harbour/boats/which}]\n")  # fmt: skip
    loaded = load_content(root)
    (question,) = loaded.exercises["harbour/again"].questions
    assert question.taken == "harbour/boats/which"
    again = load_content(course(tmp_path, "questions: harbour/third\n"))
    assert again.exercises["harbour/again"].questions == (question,)


A, B = "questions: [{same: harbour/third/x}]\n", "questions: [{same: harbour/again/x}]\n"
WRONG: dict[str, tuple[str, dict[str, str], str]] = {
    "no exercise": ("questions: harbour/boat\n", {}, "7: questions: there is no exercise 'harbour/boat'. Did you mean 'harbour/boats'?"),
    "no exercise of it": ("questions: [{same: harbour/boat/which}]\n", {}, "7: questions[1].same: there is no exercise 'harbour/boat'. Did you"),
    "no question": ("questions:\n  - {same: harbour/nets/first}\n  - {same: harbour/boats/whihc}\n", {}, "9: questions[2].same: 'harbour/boats' has no question 'whihc'. Did you mean 'which'?"),
    "not a name": ("questions: [{same: which}]\n", {}, "7: questions[1].same: must look like unit/exercise/question, found 'which'"),
    "not an exercise": ("questions: boats\n", {}, "7: questions: must look like unit/exercise, found 'boats'"),
    "nothing": ("questions: []\n", {}, "7: questions: 'questions' needs a list"),
    "something beside it": ("questions: [{same: harbour/boats/which, points: 3}]\n", {}, "7: questions[1].points: cannot stand beside 'same'"),
    "an id beside it": ("questions: [{id: mine, same: harbour/boats/which}]\n", {}, "7: questions[1].id: cannot stand beside 'same'"),
    "itself": ("questions: harbour/again\n", {}, "7: questions: names this exercise itself"),
    "its own question": ("questions: [{same: harbour/again/x}]\n", {}, "7: questions[1].same: names this exercise itself"),
    "a circle": (A, {"third": HEAD + B}, "7: questions[1].same: goes round in a circle"),
    "a circle of exercises": ("questions: harbour/third\n", {"third": HEAD + "questions: harbour/again\n"}, "7: questions: goes round in a circle"),
    "a circle further on": ("questions: harbour/third\n", {"third": HEAD + "questions: harbour/fourth\n", "fourth": HEAD + "questions: harbour/third\n"}, "7: questions: goes round in a circle"),
    "no questions there": ("questions: harbour/third\n", {"third": HEAD}, "7: questions: 'harbour/third' has no questions"),
    "an id twice": ("questions:\n  - {same: harbour/boats/which}\n  - {id: which, kind: long-text, prompt: And why?}\n", {}, "9: questions[2].id: is used by question 1 already"),
    "a question twice": ("questions:\n  - {same: harbour/boats/which}\n  - {same: harbour/boats/which}\n", {}, "9: questions[2].same: is used by question 1 already"),
    "a mistake there": ("questions: harbour/boats\n", {"boats": sample.BOATS.replace("answer: broad", "answer: brod")}, "7: questions: 'which' has mistakes where it is written, in harbour/boats"),
    "a test's key": ("questions: harbour/boats\n", {"boats": sample.BOATS.replace("purpose: marked", "purpose: test")}, "7: questions: its key is kept longer where it is written (test) than here (marked)"),
    "its own rows": ("questions: [{same: harbour/boats/steps}]\n", {"boats": sample.BOATS + SELF}, "7: questions[1].same: is a worksheet that refers to its own rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_taken_over_is_told_with_its_place(tmp_path: Path, name: str) -> None:
    questions, changed, message = WRONG[name]
    found = [str(p) for p in load_content(course(tmp_path, questions, **changed)).problems]
    assert [p for p in found if p.startswith(f"{AGAIN}:{message}")], found
    if "circle" in name:
        assert any("third.yml" in p and "circle" in p for p in found), found


def test_two_exercises_may_take_different_questions_from_each_other(tmp_path: Path) -> None:
    mine = "questions:\n  - {id: mine, kind: long-text, prompt: And why?}\n  - {same: harbour/third/theirs}\n"
    theirs = mine.replace("mine", "theirs").replace("third/theirs", "again/mine")
    loaded = load_content(course(tmp_path, mine, third=HEAD + theirs))
    assert [q.id for q in loaded.exercises["harbour/again"].questions] == ["mine", "theirs"]
    assert [q.id for q in loaded.exercises["harbour/third"].questions] == ["theirs", "mine"]


def test_a_released_file_takes_nothing_over(tmp_path: Path) -> None:
    path = tmp_path / "harbour" / "again.json"
    path.parent.mkdir()
    head = dict(line.split(": ", 1) for line in HEAD.splitlines() if not line.startswith(("cite", "minutes")))
    for questions in ("harbour/boats", [{"same": "harbour/boats/which"}]):
        path.write_text(json.dumps({**head, "cite": ["G"], "minutes": 3, "questions": questions}), encoding="utf-8")
        with pytest.raises(content.ContentError):
            content.load_released(path)


def test_what_is_wrong_with_a_question_is_told_once(tmp_path: Path) -> None:
    boats = sample.BOATS.replace("none: No boat before the survey", "none: All of the above")
    loaded = load_content(course(tmp_path, "questions: harbour/boats\n", boats=boats))
    assert loaded.problems == []
    found = [str(p) for p in slips(loaded)]
    assert len([p for p in found if "all of the above" in p]) == 1, found
    assert not [p for p in found if "asks the same" in p], found


def test_a_question_counts_once_where_keys_stand(tmp_path: Path) -> None:
    single = "  - id: q{n}\n    kind: single-choice\n    prompt: P{n}?\n    options: {{a: Aa, b: Bb, c: Cc}}\n    points: 1\n    key: {{answer: {key}, right: R, feedback: {{a: F, b: F, c: F}}}}\n"
    # Of six questions three have their key first: no more than half. Taken over, the first three would make it six of nine.
    written = "".join(single.format(n=n, key="a" if n <= 3 else "bcb"[n - 4]) for n in range(1, 7))
    first = "".join(f"  - {{same: harbour/boats/q{n}}}\n" for n in range(1, 4))
    boats = sample.BOATS[: sample.BOATS.index("  - id:")] + written
    nets = sample.NETS.replace("single-choice", "long-text")
    nets = nets[: nets.index("    options:")] + "    rubric: [{id: r, points: 1, full: Good}]\n    model: So.\n"
    loaded = load_content(course(tmp_path, "questions:\n" + first, boats=boats, nets=nets))
    assert [str(p) for p in loaded.problems] == []
    assert not [str(p) for p in slips(loaded) if "the key is option" in str(p)]


def fits(schema: Any, data: Any) -> bool:
    return bool(Draft7Validator(schema).is_valid(data))


@pytest.mark.parametrize(
    ("questions", "right"),
    [
        ("questions: harbour/boats\n", True),
        ("questions: [{same: harbour/boats/which}]\n", True),
        (sample.BOATS[sample.BOATS.index("questions:") :] + "  - {same: harbour/nets/first}\n", True),
        ("questions: boats\n", False),
        ("questions: [{same: harbour/boats}]\n", False),
        ("questions: [{same: harbour/boats/which, id: mine}]\n", False),
        ("questions: [{id: mine}]\n", False),
    ],
)
def test_editors_know_it_too(questions: str, right: bool) -> None:
    data = YAML(typ="safe", pure=True).load(HEAD + questions)
    assert fits(schemas()["exercise"], data) is right

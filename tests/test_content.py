"""Broken content: every mistake is told as ``file:line: field: message``, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

import sample
from workbook import author, content, release
from workbook.content.course import load_content
from workbook.content.quality import slips
from workbook.errors import ContentError

NETS = "solutions/harbour/nets.yml"
BOATS = "solutions/harbour/boats.yml"
COURSE = "course/course.yml"
NEEDS = "course/harbour/needs.md"

# name: (file, what is replaced, by what, the message that must come)
BROKEN = {
    "unknown kind": (NETS, "single-choice", "singel-choice", "9: questions[1].kind: must be a kind of question, found 'singel-choice'. Did you mean 'single-choice'?"),
    "mistyped field": (NETS, "    prompt:", "    promt:", "10: questions[1].promt: is not a field here. Did you mean 'prompt'?"),
    "missing field": (NETS, "title: Nets\n", "", "1: (whole file): 'title' is missing"),
    "key is no option": (NETS, "answer: ask", "answer: aks", "17: questions[1].key.answer: is not an option of this question. Did you mean 'ask'?"),
    "feedback for no option": (NETS, "        wait: Waiting", "        wiat: Waiting", "21: questions[1].key.feedback.wiat: is not an option of this question. Did you mean 'wait'?"),
    "id with capital": (NETS, "id: first", "id: First", "8: questions[1].id: an id has small letters"),
    "minutes in words": (NETS, "minutes: 3", "minutes: three", "6: minutes: needs a whole number, found 'three'"),
    "minutes too many": (NETS, "minutes: 3", "minutes: 900", "6: minutes: must be at least 1 and at most 90, found 900"),
    "purpose mistyped": (NETS, "purpose: practice", "purpose: practise", "5: purpose: must be one of practice, marked, test, plan, survey; found 'practise'. Did you mean 'practice'?"),
    "one option": (NETS, "      buy: Buy the nets right away\n      wait: Wait for someone to give\n", "", "needs at least 2 entries, found 1"),
    "empty text": (NETS, "title: Nets", "title: ''", "1: title: needs some text"),
    "not YAML": (NETS, "cite: [", "cite: [[", "(whole file): is not valid YAML here"),
    "field twice": (NETS, "minutes: 3\n", "minutes: 3\nminutes: 4\n", "7: (whole file): is not valid YAML here"),
    "list where text belongs": (NETS, "title: Nets", "title: [Nets]", "1: title: needs some text, found a list"),
    "question id twice": (BOATS, "    points: 2\n", "    points: 2\n", ""),
    "no questions": (NETS, sample.NETS[sample.NETS.index("questions:"):], "questions: []\n", "7: questions: 'questions' needs a list with at least one question"),
    "unknown lesson": (NETS, "lesson: harbour/needs", "lesson: harbour/neds", "2: lesson: there is no lesson 'harbour/neds' in course.yml. Did you mean 'harbour/needs'?"),
    "lesson does not show it": (NETS, "lesson: harbour/needs", "lesson: harbour/wishes", "2: lesson: says harbour/wishes, but the exercise is shown by harbour/needs"),
    "unknown objective": (NETS, "objective: tell", "objective: tel", "3: objective: is no objective of unit harbour. Did you mean 'tell'?"),
    "form of nothing": (NEEDS, "harbour/nets", "harbour/nest", "17: form: there is no exercise 'harbour/nest'. Did you mean 'harbour/nets'?"),
    "broken link": (NEEDS, "wishes.md", "wihses.md", "14: link: there is no file 'wihses.md' beside this lesson"),
    "picture without words": (NEEDS, "# Needs\n", "# Needs\n\n![](boat.svg)\n", "14: picture: 'boat.svg' needs a text alternative"),
    "picture from outside": (NEEDS, "# Needs\n", "# Needs\n\n![A boat](https://example.org/boat.svg)\n", "14: picture: must be a file of the course"),
    "cell not closed": (NEEDS, '("harbour/nets")\n```\n', '("harbour/nets")\n', "code-cell: a cell is not closed"),
    "lesson without file": (COURSE, "id: wishes", "id: wihses", "10: units[1].lessons[2].id: there is no file course/harbour/wihses.md. Did you mean 'wishes'?"),
    "lesson twice": (COURSE, "id: wishes", "id: needs", "10: units[1].lessons[2].id: 'needs' stands twice in the unit"),
    "tab in YAML": (COURSE, "  - id: harbour", "\t- id: harbour", "(whole file): is not valid YAML here"),
    "lesson not in course": (COURSE, "      - {id: wishes, title: Wishes, minutes: 20}\n", "", "course/harbour/wishes.md:1: (whole file): is not in course/course.yml"),
}  # fmt: skip
del BROKEN["question id twice"]

SLIPS = {
    "unknown document": (NETS, "Guidelines, task 1.3", "Some book", "cite[1]: 'Some book' must begin with a known document"),
    "all of the above": (NETS, "Wait for someone to give", "All of the above", "options.wait: no 'all of the above'"),
    "longest is key": (NETS, "ask: Ask what the nets are for", "ask: Ask what the nets are for and who will use them in the season", "options.ask: the key is the longest option by far"),
    "two alike": (NETS, "Wait for someone to give", "Buy the nets right away", "two options say the same"),
    "no feedback": (NETS, "        wait: Waiting costs a season.\n", "", "key: 'feedback' is missing for wait"),
    "points in own plan": (NETS, "    points: 1\n", "    points: 1\n    own-plan: true\n", "points: a learner's own plan gets findings, never points"),
    "marked without points": (BOATS, "    points: 2\n", "", "questions[1]: 'points' is missing"),
    "minutes do not fit": (COURSE, "title: Needs, minutes: 20", "title: Needs, minutes: 2", "lessons[1].minutes: says 2 minutes, but its exercises alone take 3"),
    "no practice": (NETS, "purpose: practice", "purpose: marked", "objectives.tell: has no practice exercise"),
}  # fmt: skip


def broken(root: Path, file: str, old: str, new: str) -> Path:
    files = dict(sample.FILES)
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    return sample.write(root, files)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_content_says_where_and_what(tmp_path: Path, name: str) -> None:
    file, old, new, message = BROKEN[name]
    problems = [str(p) for p in load_content(broken(tmp_path, file, old, new)).problems]
    expected = message if message.startswith("course/") else f"{file}:{message}" if message[0].isdigit() else message
    assert any(expected in p and p.startswith(file.split("/")[0]) for p in problems), problems
    with pytest.raises(ContentError):
        content.load(tmp_path)


@pytest.mark.parametrize("name", SLIPS)
def test_writing_slips_are_told(tmp_path: Path, name: str) -> None:
    file, old, new, message = SLIPS[name]
    found = load_content(broken(tmp_path, file, old, new))
    assert not found.problems
    problems = [str(p) for p in slips(found)]
    assert any(message in p for p in problems), problems


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    files = dict(sample.FILES)
    files[NETS] = files[NETS].replace("minutes: 3", "minutes: x").replace("answer: ask", "answer: aks")
    files[BOATS] = files[BOATS].replace("purpose: marked", "purpose: maked").replace("title: Boats\n", "")
    found = [str(p) for p in load_content(sample.write(tmp_path, files)).problems]
    for part in (
        "nets.yml:6: minutes",
        "nets.yml:17: questions[1].key.answer",
        "boats.yml:4: purpose",
        "'title' is missing",
    ):
        assert any(part in p for p in found), found


def test_right_content_has_no_problem(tmp_path: Path) -> None:
    sample.write(tmp_path)
    author.build(tmp_path)
    assert author.check(tmp_path) == []


def test_question_id_twice(tmp_path: Path) -> None:
    files = dict(sample.FILES)
    questions = files[NETS][files[NETS].index("  - id") :]
    files[NETS] += questions
    found = [str(p) for p in load_content(sample.write(tmp_path, files)).problems]
    assert any("questions[2].id: is used by question 1 already" in p for p in found), found


def test_yaml_words_and_times_stay_words(tmp_path: Path) -> None:
    files = dict(sample.FILES)
    files[NETS] = files[NETS].replace("buy:", "no:").replace("title: Nets", "title: 1:30")
    loaded = content.load(sample.write(tmp_path, files))
    assert "no" in loaded.exercises["harbour/nets"].questions[0].ask.options
    assert loaded.exercises["harbour/nets"].title == "1:30"


def test_build_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    sample.write(tmp_path)
    author.build(tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert author.build(tmp_path).touched == ()
    for path in tmp_path.rglob("*.ipynb"):
        path.unlink()
    author.build(tmp_path)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_drift_and_orphans_are_told(tmp_path: Path) -> None:
    sample.write(tmp_path)
    author.build(tmp_path)
    (tmp_path / "exercises/harbour/nets.json").write_text("{}", encoding="utf-8")
    (tmp_path / "exercises/harbour/old.json").write_text("{}", encoding="utf-8")
    told = {p.file for p in author.check(tmp_path)}
    assert told == {"exercises/harbour/nets.json", "exercises/harbour/old.json"}
    author.build(tmp_path)
    assert author.check(tmp_path) == []


def test_markup_typed_by_an_author_stays_text(tmp_path: Path) -> None:
    files = dict(sample.FILES)
    files[NETS] = files[NETS].replace("What comes **first**?", "<script>alert(1)</script> What is **first**?")
    prompt = content.load(sample.write(tmp_path, files)).exercises["harbour/nets"].questions[0].prompt
    assert "<script" not in prompt and "<strong>first</strong>" in prompt


def test_learners_version_is_an_allow_list(tmp_path: Path) -> None:
    loaded = content.load(sample.write(tmp_path))
    shown = content.released(loaded.exercises["harbour/boats"], private=False)
    assert "key" not in shown["questions"][0] and "carries what the plan" not in str(shown)
    assert content.released(loaded.exercises["harbour/nets"], private=False)["questions"][0]["key"]["answer"] == "ask"


def test_released_file_reads_back_the_same(tmp_path: Path) -> None:
    loaded = content.load(sample.write(tmp_path))
    release.write(tmp_path, release.files(loaded))
    for id, exercise in loaded.exercises.items():
        assert content.load_released(tmp_path / "build" / "keys" / f"{id}.json") == exercise


def test_private_text_in_a_public_file_is_found(tmp_path: Path) -> None:
    files = dict(sample.FILES)
    files[NEEDS] += "\nIt carries what the plan has to move away.\n"
    author.build(sample.write(tmp_path, files))
    told = [str(p) for p in author.check(tmp_path)]
    assert any("needs.md" in p and "only trainers of harbour/boats may see" in p for p in told), told

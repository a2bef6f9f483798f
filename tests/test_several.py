"""``form("unit/a", "unit/b")``: each learner gets one of several exercises, and elsewhere the other one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import ipywidgets
import pytest

import sample
from workbook import content, lesson, release
from workbook.answers import Owner, open_home
from workbook.content.course import load_content
from workbook.content.quality import slips
from workbook.forms import Form, HandIn
from workbook.learner import Learner
from workbook.places import Session, drawn
from workbook.room import outline, progress

BEFORE, AFTER = ("harbour/boats", "harbour/rafts"), ("harbour/rafts", "harbour/boats")
RAFTS = sample.BOATS.replace("title: Boats", "title: Rafts").replace("Which boat", "Which of three rafts")


def call(ids: tuple[str, ...]) -> str:
    return "form({})".format(", ".join(f'"{id}"' for id in ids))


def files() -> dict[str, str]:
    """The small course, with a form before and the other one after."""
    found = dict(sample.FILES)
    found["course/harbour/needs.md"] += f"\n```{{code-cell}}\nfrom workbook import form; {call(AFTER)}\n```\n"
    found["course/harbour/wishes.md"] = found["course/harbour/wishes.md"].replace('form("harbour/boats")', call(BEFORE))
    return found | {"solutions/harbour/rafts.yml": RAFTS}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = sample.write(tmp_path / "course", files())
    release.write(root, release.files(content.load(root)))
    return root


@pytest.fixture
def owners() -> tuple[str, str]:
    """Two people, of whom each gets another one of two."""
    people = [f"learner-{n}" for n in range(100)]
    return next(p for p in people if drawn("ab", p) == "a"), next(p for p in people if drawn("ab", p) == "b")


@pytest.fixture
def closed() -> Iterator[None]:
    yield
    ipywidgets.Widget.close_all()


def test_half_of_all_people_get_each_and_the_other_one_where_the_order_is_turned() -> None:
    people = [f"learner-{n}" for n in range(1000)]
    assert 430 < sum(drawn(BEFORE, one) == BEFORE[0] for one in people) < 570
    assert all({drawn(BEFORE, one), drawn(AFTER, one)} == set(BEFORE) for one in people)
    assert drawn(["only"], "anybody") == "only"


def test_course_json_says_what_is_drawn_from_what(root: Path) -> None:
    data = json.loads((root / "course/course.json").read_text(encoding="utf-8"))
    shown = [
        (lesson["id"], e["id"], e.get("drawn-from"))
        for lesson in data["units"][0]["lessons"]
        for e in lesson["exercises"]
    ]
    assert shown == [
        ("needs", "harbour/nets", None),
        ("needs", "harbour/rafts", list(AFTER)),
        ("needs", "harbour/boats", list(AFTER)),
        ("wishes", "harbour/boats", list(BEFORE)),
        ("wishes", "harbour/rafts", list(BEFORE)),
    ]


def test_progress_and_hand_in_count_the_drawn_ones_only(
    root: Path, tmp_path: Path, owners: tuple[str, str], closed: None
) -> None:
    for owner, in_wishes, in_needs in ((owners[0], *BEFORE), (owners[1], *AFTER)):
        session = Session(root, str(tmp_path / "home"), owner)
        course = outline.load(root, owner)
        assert [[task.id for task in leaf.tasks] for leaf in course.lessons] == [
            ["harbour/nets", in_needs],
            [in_wishes],
        ]
        assert progress.counts(course, {})["harbour"] == progress.Count(0, 3)
        given = Learner(session).given
        assert given == {"harbour/nets": "harbour/needs", in_needs: "harbour/needs", in_wishes: "harbour/wishes"}
        page = HandIn("harbour", session).html
        assert page.count(">Boats<") == page.count(">Rafts<") == 1
        assert page.index("Nets") < page.index("Rafts" if in_needs == "harbour/rafts" else "Boats")


def test_one_of_two_is_all_that_somebody_is_asked_for(root: Path, tmp_path: Path, owners: tuple[str, str]) -> None:
    needs = root / "course/harbour/needs.md"
    needs.write_text(sample.NEEDS, encoding="utf-8")
    release.write(root, release.files(content.load(root)))
    session = Session(root, str(tmp_path / "home"), owners[1])
    page = HandIn("harbour", session).html
    assert ">Rafts<" in page and ">Boats<" not in page
    assert progress.counts(outline.load(root, owners[1]), {})["harbour"].of == 2
    home, me = open_home(session.home), Owner(owners[1])
    home.save(me, "harbour", "rafts", "which", {"value": "broad"}, "")
    filled = Learner(session).paper("harbour", tmp_path / "filled", filled=True).read_text(encoding="utf-8")
    blank = Learner(session).paper("harbour", tmp_path / "blank", filled=False).read_text(encoding="utf-8")
    assert "Which of three rafts" in filled and "Which boat" not in filled
    assert "Which of three rafts" in blank and "Which boat" in blank


def test_a_lesson_shows_the_drawn_form(
    root: Path, tmp_path: Path, owners: tuple[str, str], monkeypatch: pytest.MonkeyPatch, closed: None
) -> None:
    for name, value in {"ROOT": root, "HOME": tmp_path / "home"}.items():
        monkeypatch.setitem(os.environ, f"WORKBOOK_{name}", str(value))
    for owner, id in zip(owners, BEFORE, strict=True):
        monkeypatch.setitem(os.environ, "WORKBOOK_OWNER", owner)
        lesson._session.cache_clear()
        shown = lesson.form(*BEFORE)
        assert isinstance(shown, Form) and shown.work.exercise.id == id
    lesson._session.cache_clear()


def test_slips_in_what_is_drawn_from_are_told(tmp_path: Path) -> None:
    def problems(path: str, old: str, new: str) -> list[str]:
        changed = files()
        assert old in changed[path]
        changed[path] = changed[path].replace(old, new)
        found = load_content(sample.write(tmp_path / str(sum(1 for _folder in tmp_path.iterdir())), changed))
        return [str(p) for p in (found.problems or slips(found))]

    assert problems("course/harbour/wishes.md", call(BEFORE), call(BEFORE)) == []
    wrong = problems("course/harbour/wishes.md", '"harbour/rafts")', '"harbour/raft")')
    assert any("there is no exercise 'harbour/raft'. Did you mean 'harbour/rafts'?" in p for p in wrong)
    wrong = problems("course/harbour/wishes.md", call(BEFORE), call((BEFORE[0], BEFORE[0])))
    assert any("'harbour/boats' is shown twice in this lesson" in p for p in wrong)
    wrong = problems("course/harbour/needs.md", call(AFTER), 'form("harbour/nets", "harbour/rafts")')
    assert any("is shown twice" in p for p in wrong)
    wrong = problems("course/harbour/wishes.md", call(BEFORE), 'form("harbour/nets"); ' + call(BEFORE))
    assert any("is shown by harbour/needs and harbour/wishes: one lesson shows" in p for p in wrong)
    # Of two exercises of five minutes a learner does one.
    assert problems("course/course.yml", "title: Wishes, minutes: 20", "title: Wishes, minutes: 5") == []
    (told,) = problems("course/course.yml", "title: Wishes, minutes: 20", "title: Wishes, minutes: 4")
    assert "says 4 minutes, but its exercises alone take 5" in told

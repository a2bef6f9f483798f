"""Agendas: what they may use, what they must not exceed, how they print."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import pytest

import sample
import whole
from workbook import author, cli, content
from workbook.content.agenda import lines, slips, worksheets
from workbook.content.course import load_content
from workbook.errors import WorkbookError
from workbook.model import Agenda, Block

DAY = """\
agendas:
  - id: morning
    title: A morning
    core-only: true
    most-screen: 20
    most-block: 10
    most-worksheets: 0
    blocks:
      - {day: 1, kind: talk, minutes: 30, title: Welcome}
      - {day: 1, kind: screen, minutes: 5, title: Nets, lessons: harbour/needs, exercises: harbour/nets}
      - {day: 1, kind: break, minutes: 15, title: Tea}
      - {day: 2, kind: screen, minutes: 10, title: Boats, exercises: [harbour/boats]}
"""

PLAN = """\
title: Own boats
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: plan
minutes: 5
questions:
  - id: list
    kind: table
    own-plan: true
    prompt: Which boats do you have?
    columns:
      boat: {type: text}
      net: {type: ref, from: harbour/own-nets.name}
"""


def small(tmp_path: Path, agenda: str = DAY, more: dict[str, str] | None = None) -> content.Content:
    files = {**sample.FILES, "course/course.yml": sample.COURSE + agenda, **(more or {})}
    return load_content(sample.write(tmp_path, files))


def test_an_agenda_within_its_limits_is_right(tmp_path: Path) -> None:
    made = small(tmp_path)
    assert made.problems == [] and slips(made) == []
    author.build(tmp_path)
    assert author.check(tmp_path) == []
    assert [block.title for block in content.load_course(tmp_path).agendas[0].blocks][-1] == "Boats"


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("[harbour/boats]", "[harbour/boat]", "22: {}blocks[4].exercises[1]: there is no exercise 'harbour/boat'."),
        ("harbour/needs,", "harbour/need,", "20: {}blocks[2].lessons[1]: there is no lesson 'harbour/need'."),
        ("[harbour/boats]", "[harbour/nets]", "22: {}blocks[4].exercises[1]: 'harbour/nets' stands twice"),
        ("minutes: 10,", "minutes: 4,", "22: {}blocks[4].minutes: says 4 minutes, but its exercises take 5"),
        ("minutes: 10,", "minutes: 11,", "22: {}blocks[4].minutes: 11 minutes on screen in one block; at most 10"),
        ("most-screen: 20", "most-screen: 14", "15: {}most-screen: the agenda has 15 minutes on screen; at most 14"),
        (", exercises: [harbour/boats]", "", "22: {}blocks[4]: a block on screen needs 'exercises'"),
        ("screen, minutes: 10", "break, minutes: 10", "22: {}blocks[4].exercises: a break has no exercises"),
        ("break, minutes: 15", "screen, minutes: 9", "21: {}blocks[3]: follows another block on screen:"),
        ("{day: 2,", "{day: 1,", None),
        ("{day: 1, kind: break", "{day: 3, kind: break", "22: {}blocks[4].day: day 2 comes after day 3:"),
    ],
)
def test_what_is_wrong_with_an_agenda_is_found(tmp_path: Path, old: str, new: str, wanted: str | None) -> None:
    assert old in DAY
    found = [str(problem) for problem in slips(small(tmp_path, DAY.replace(old, new)))]
    if wanted is None:
        assert found == []
    else:
        start = "course/course.yml:" + wanted.format("agendas[1].")
        assert any(problem.startswith(start) for problem in found), found


def test_core_only_and_worksheets_are_counted(tmp_path: Path) -> None:
    more = {
        "solutions/harbour/boats.yml": sample.BOATS.replace("minutes: 5\n", "minutes: 5\ntrack: more\n"),
        "solutions/harbour/own-boats.yml": PLAN,
        "course/harbour/wishes.md": sample.WISHES.replace(
            'form("harbour/boats")', 'form("harbour/boats")\nform("harbour/own-boats")'
        ),
    }
    made = small(tmp_path, DAY.replace("[harbour/boats]", "[harbour/boats, harbour/own-boats]"), more)
    found = [problem.message for problem in slips(made)]
    assert "'harbour/boats' is on the track 'more'; this agenda uses core only" in found
    assert "1 worksheets of the own plan; at most 0" in found
    assert "'harbour/own-boats' builds on 'harbour/own-nets', which does not stand before it" in found


AGENDAS = ["workshop-3-days", "taster", "webinar-1", "webinar-2", "eight-weeks", "trainers-cohort"]
IN_A_ROOM = ["workshop-3-days", "taster", "trainers-cohort"]


def real(id: str) -> Agenda:
    made = whole.course()
    assert made.course is not None
    return next(agenda for agenda in made.course.agendas if agenda.id == id)


def exercises(agenda: Agenda, kind: str | None = None) -> list[str]:
    return [id for block in agenda.blocks if kind in (None, block.kind) for id in block.exercises]


def lessons(agenda: Agenda, kind: str | None = None) -> set[str]:
    """What is worked through: the lessons that blocks name, and those of their exercises."""
    named = {id for block in agenda.blocks if kind in (None, block.kind) for id in block.lessons}
    return named | {whole.course().exercises[id].lesson for id in exercises(agenda, kind)}


def days(agenda: Agenda) -> list[list[Block]]:
    return [list(blocks) for _day, blocks in groupby(agenda.blocks, key=lambda block: block.day)]


def test_all_agendas_of_the_course_are_right() -> None:
    made = whole.course()
    assert made.course is not None
    assert [agenda.id for agenda in made.course.agendas] == AGENDAS
    assert [str(problem) for problem in slips(made)] == []
    for agenda in made.course.agendas:
        assert agenda.most_screen is not None and agenda.most_worksheets is not None, agenda.id
        for block in agenda.blocks:
            assert bool(block.lessons or block.exercises) == (block.kind != "break"), f"{agenda.id}: {block.title}"


def test_the_three_day_workshop_keeps_its_limits() -> None:
    agenda = real("workshop-3-days")
    assert agenda.core_only and (agenda.most_screen, agenda.most_block, agenda.most_worksheets) == (260, 20, 8)
    assert [blocks[0].day for blocks in days(agenda)] == [1, 2, 3]
    assert 200 <= agenda.minutes("screen") <= 260
    assert max(block.minutes for block in agenda.blocks if block.kind == "screen") <= 20
    assert 4 <= len(worksheets(whole.course(), agenda)) <= 8


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("most-screen: 260", "most-screen: 250", "minutes on screen; at most 250"),
        ("most-block: 20", "most-block: 19", "minutes on screen in one block; at most 19"),
        ("most-worksheets: 8", "most-worksheets: 7", "worksheets of the own plan; at most 7"),
        ("initiation/harm-first, ", "initiation/early-signs, ", "is on the track 'more'; this agenda uses core only"),
    ],
)
def test_the_limits_of_the_three_days_are_enforced(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    """The real agenda with one limit drawn tighter, or one exercise that is not core."""
    made = whole.course()
    (tmp_path / "course").mkdir()
    text = (whole.ROOT / "course/course.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "course/course.yml").write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    changed = load_content(tmp_path)
    changed.exercises.update(made.exercises)
    found = [str(problem) for problem in slips(changed)]
    assert any(wanted in problem for problem in found), found


def test_the_three_days_teach_what_their_test_asks_and_end_with_commitments() -> None:
    agenda = real("workshop-3-days")
    done = exercises(agenda)
    test = whole.course().exercises["welcome/test-workshop"]
    assert len(test.questions) == 12
    first, last = done.index("welcome/test-workshop"), done.index("capstone/test-workshop")
    before = {id for id in done[:first] if not id.startswith("welcome/")}
    assert before == set() and last > done.index("capstone/commitments")
    asked = {question.read for question in test.questions}
    assert None not in asked and asked <= lessons(agenda)
    subjects = [
        {"why-partner/sectors", "why-partner/more-than-the-sum"},
        {"building-blocks/trust", "stakeholders/leave-no-one-behind", "initiation/frame-the-challenge"},
        {"initiation/governance-and-agreement", "platforms/kinds-of-platforms", "capstone/ninety-days"},
    ]
    for blocks, wanted in zip(days(agenda), subjects, strict=True):
        assert wanted <= {id for block in blocks for id in block.lessons}
    # In a room of any country: nothing has to be left out.
    assert [id for id in done if whole.course().exercises[id].avoid_in] == []


@pytest.mark.parametrize("id", IN_A_ROOM)
def test_days_in_a_room_can_be_lived(id: str) -> None:
    """Lunch, a break at least every two hours, more talk than screen, an end before evening, and a role play."""
    agenda = real(id)
    for blocks in days(agenda):
        where = f"{id}, day {blocks[0].day}"
        minutes = sum(block.minutes for block in blocks)
        assert minutes <= 8 * 60, where
        if minutes > 5 * 60:
            assert any(block.kind == "break" and block.minutes >= 45 for block in blocks), where
        for rest, stretch in groupby(blocks, key=lambda block: block.kind == "break"):
            assert rest or sum(block.minutes for block in stretch) <= 120, where
        on_screen = sum(block.minutes for block in blocks if block.kind == "screen")
        assert on_screen < sum(block.minutes for block in blocks if block.kind == "talk"), where
        assert blocks[0].kind == blocks[-1].kind == "talk", where
    played = [whole.course().exercises[e] for e in exercises(agenda, "talk")]
    assert any(exercise.briefs for exercise in played)


@pytest.mark.parametrize("id", ["workshop-3-days", "taster"])
def test_a_room_gets_more_minutes_than_a_person(id: str) -> None:
    for block in real(id).blocks:
        if block.kind == "screen":
            needed = sum(whole.course().exercises[e].minutes for e in block.exercises)
            assert block.minutes >= 1.2 * needed, block.title


@pytest.mark.parametrize("id", ["webinar-1", "webinar-2"])
def test_webinars_have_75_minutes_and_short_blocks(id: str) -> None:
    agenda = real(id)
    assert agenda.minutes() == 75 and {block.day for block in agenda.blocks} == {1}
    assert max(block.minutes for block in agenda.blocks) <= 15
    assert agenda.minutes("screen") < agenda.minutes("talk")


def test_the_eight_weeks_have_room_for_their_lessons_and_a_call_each() -> None:
    agenda, made = real("eight-weeks"), whole.course()
    assert made.course is not None
    weeks = days(agenda)
    assert [blocks[0].day for blocks in weeks] == list(range(1, 9))
    minutes = {f"{unit.id}/{lesson.id}": lesson.minutes for unit, lesson in made.course.lessons()}
    for blocks in weeks:
        alone = [block for block in blocks if block.kind == "screen"]
        assert sum(block.minutes for block in alone) <= 280, blocks[0].day
        assert 75 <= sum(block.minutes for block in blocks if block.kind == "talk") <= 90, blocks[0].day
    in_calls = {
        id: made.exercises[id].minutes for id in exercises(agenda, "talk") if made.exercises[id].track == "core"
    }
    read = [id for block in agenda.blocks if block.kind == "screen" for id in block.lessons]
    assert len(read) == len(set(read)), "a lesson is worked through once"
    needed = sum(minutes[id] for id in read) - sum(in_calls.values())
    # A little less is no fault: lessons grow and shrink by a minute here and there.
    assert agenda.minutes("screen") >= 0.95 * needed
    for block in agenda.blocks:
        if block.kind == "screen":
            assert {made.exercises[id].lesson for id in block.exercises} <= set(block.lessons), block.title
    left_out = {"crisis", "islands", "cases", "convening"}
    assert {unit.id for unit in made.course.units} - {id.split("/")[0] for id in read} == left_out


def test_the_trainers_cohort_works_through_the_unit_on_convening() -> None:
    agenda = real("trainers-cohort")
    made = whole.course()
    assert made.course is not None
    assert {f"convening/{lesson.id}" for lesson in made.course.unit("convening").lessons} <= lessons(agenda)
    assert sum("lead" in block.title for block in agenda.blocks if block.kind == "talk" and block.minutes >= 35) >= 4


def test_the_page_on_agendas_has_the_right_numbers() -> None:
    page = (whole.ROOT / "docs/agendas.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| [^|]+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    told = {id: [int(number) for number in numbers] for id, *numbers in rows}
    assert told == {
        id: [len(days(a)), a.minutes(), a.minutes("screen"), len(worksheets(whole.course(), a))]
        for id in AGENDAS
        for a in [real(id)]
    }
    for id in re.findall(r"workbook paper ([\w/-]+)", page):
        assert id in whole.course().exercises


def test_the_command_prints_days_and_totals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small(tmp_path)
    monkeypatch.setenv("WORKBOOK_ROOT", str(tmp_path))
    assert cli.main(["agenda"]) == 0
    assert capsys.readouterr().out.startswith("morning: A morning. Days: 2. Minutes: 60. On screen: 15 (at most 20).")
    assert cli.main(["agenda", "morning"]) == 0
    shown = capsys.readouterr().out
    assert "Day 1: 50 minutes, 5 of them on screen\n    30  talk    Welcome\n     5  screen  Nets\n" in shown
    assert "  Nets\n                lessons: harbour/needs\n                harbour/nets (" in shown
    assert cli.main(["agenda", "mornin"]) == 2
    assert "Did you mean 'morning'?" in capsys.readouterr().err
    small(tmp_path, DAY.replace("most-block: 10", "most-block: 9"))
    assert cli.main(["agenda", "morning"]) == 1
    assert "at most 9" in capsys.readouterr().err


def test_a_course_without_agendas_says_so(tmp_path: Path) -> None:
    made = small(tmp_path, "")
    assert lines(made) == [] and slips(made) == []
    with pytest.raises(WorkbookError, match="has no agendas"):
        lines(made, "morning")

"""Agendas: what they may use, what they must not exceed, how they print."""

from __future__ import annotations

from pathlib import Path

import pytest

import sample
import whole
from workbook import author, cli, content
from workbook.content.agenda import lines, slips, worksheets
from workbook.content.course import load_content
from workbook.errors import WorkbookError

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


def test_the_three_day_workshop_keeps_its_limits() -> None:
    made = whole.course()
    assert made.course is not None
    agenda = next(a for a in made.course.agendas if a.id == "workshop-3-days")
    assert agenda.core_only and (agenda.most_screen, agenda.most_block, agenda.most_worksheets) == (260, 20, 8)
    assert {block.day for block in agenda.blocks} == {1, 2, 3}
    assert 0 < agenda.minutes("screen") <= 260
    assert 1 <= len(worksheets(made, agenda)) <= 8
    assert [str(problem) for problem in slips(made)] == []


def test_the_command_prints_days_and_totals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small(tmp_path)
    monkeypatch.setenv("WORKBOOK_ROOT", str(tmp_path))
    assert cli.main(["agenda"]) == 0
    assert capsys.readouterr().out.startswith("morning: A morning. Days: 2. Minutes: 60. On screen: 15 (at most 20).")
    assert cli.main(["agenda", "morning"]) == 0
    shown = capsys.readouterr().out
    assert "Day 1: 50 minutes, 5 of them on screen\n    30  talk    Welcome\n" in shown
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

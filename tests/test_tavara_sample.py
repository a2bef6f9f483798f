"""The sample in docs/ that people can look at: it is the fixture, it comes in whole, and one's own answers win."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from line import Line
from tavara_sample import FIXTURE, ROOT, SAMPLE, text
from workbook import cli
from workbook.answers import open_home
from workbook.charts import Chart
from workbook.forms import PlanOverview
from workbook.learner import Learner, chapters
from workbook.places import Session


@pytest.fixture(scope="module")
def plan() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(FIXTURE.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def session(tmp_path: Path, line: type[Line]) -> Session:
    return Session(ROOT, str(tmp_path / "home"))


def bring(session: Session, *options: str) -> int:
    return cli.main(["answers", "import", str(SAMPLE), "--home", session.home, *options])


def test_the_sample_is_made_from_the_fixture() -> None:
    assert SAMPLE.read_text(encoding="utf-8") == text(), "run: python tests/tavara_sample.py"
    assert b"\r" not in SAMPLE.read_bytes()


def test_it_comes_in_whole_and_once(
    session: Session, plan: Mapping[str, Mapping[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    n = sum(map(len, plan.values()))
    assert bring(session) == 0
    assert capsys.readouterr().out == f"{n} answers added, 0 replaced by newer ones, 0 newer ones kept, 0 equal.\n"
    assert bring(session) == 0
    assert f"0 answers added, 0 replaced by newer ones, 0 newer ones kept, {n} equal." in capsys.readouterr().out
    learner = Learner(session)
    for id, values in plan.items():
        aside = {q: {**v, "aside": {}} if isinstance(v, dict) and "rows" in v else v for q, v in values.items()}
        assert learner.values(id) == aside, id


def test_the_overview_shows_it_with_nothing_open(session: Session, plan: Mapping[str, Mapping[str, Any]]) -> None:
    bring(session)
    found = chapters(Learner(session))
    assert all(chapter.answered == chapter.asked for chapter in found)
    sheets = [sheet for chapter in found for sheet in chapter.sheets]
    assert {s.address: s.rows for s in sheets} == {
        f"{id}/{q}": len(v["rows"]) for id, values in plan.items() for q, v in values.items() if "rows" in v
    }
    rows = sum(sheet.rows for sheet in sheets)
    html = PlanOverview(session).html
    assert (
        f"{rows} rows in {len(sheets)} of {len(sheets)} worksheets. No remark is open in what you have written." in html
    )
    assert "nothing yet" not in html


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("stakeholders", "Market traders' committee"),
        ("needs", "A steady buyer and a press for plastic"),
        ("risks", "Boats are needed for fishing just when waste is most"),
    ],
)
def test_charts_are_drawn_from_it(session: Session, name: str, said: str) -> None:
    before = Chart(name, session).html
    assert "<svg" not in before and "First fill in" in before
    bring(session)
    drawn = Chart(name, session).html
    assert "<svg" in drawn and said in drawn.replace("&#39;", "'")


def test_ones_own_answers_are_not_overwritten(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    home = open_home(session.home)
    home.save(home.me(), "initiation", "start", "name", {"value": "My own harbour"}, "")
    assert bring(session) == 2
    assert "initiation/start/name" in capsys.readouterr().err
    assert home.units(home.me()) == ["initiation"]
    assert bring(session, "--newer-wins") == 0
    assert Learner(session).values("initiation/start")["name"] == "My own harbour"
    assert Learner(session).values("initiation/start")["place"].startswith("Tavara")

"""``plan_overview()``: the whole of a learner's own plan at a glance."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

import form_sample
from line import Line
from test_form import tell
from workbook import lesson, page
from workbook.answers import open_home
from workbook.fields import plain
from workbook.forms import Form, PlanOverview
from workbook.kinds.markup import VOID
from workbook.learner import Learner, chapters
from workbook.model import Finding
from workbook.places import Session

MORE = """\
title: What we say no to
lesson: harbour/needs
objective: tell
cite: ["Guidelines, task 1.4"]
purpose: plan
minutes: 5
questions:
  - id: "no"
    kind: table
    own-plan: true
    prompt: What is **not** part of it?
    one: exclusion
    start: {visitors: {what: Boats for visitors}, radio: {what: A radio station}}
    columns:
      what: {type: text, locked: true}
      why: {type: text}
    checks:
      - {filled: [why], why: A no needs a reason.}
  - id: word
    kind: short-text
    own-plan: true
    prompt: In one word?
  - id: aside
    kind: short-text
    required: false
    prompt: Anything else?
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return form_sample.build(tmp_path_factory.mktemp("course"), more=MORE)


@pytest.fixture
def session(root: Path, tmp_path: Path, line: type[Line]) -> Session:
    return Session(root, str(tmp_path / "home"))


def save(session: Session, exercise: str, question: str, value: Any) -> None:
    home = open_home(session.home)
    home.save(home.me(), "harbour", exercise, question, {"value": value}, "")


def rows(*cells: dict[str, Any], **aside: Any) -> dict[str, Any]:
    return {"rows": [{"id": f"r{n}", "cells": one} for n, one in enumerate(cells)], "aside": aside}


def test_an_empty_plan_says_so_and_where_to_begin(session: Session) -> None:
    html = PlanOverview(session).html
    assert "There is nothing in your worksheets yet." in html
    assert html.count("nothing yet") == 3 - 1  # "My harbour" and "What we say no to", once each
    assert 'data-lesson="harbour/needs"' in html and 'data-lesson="harbour/wishes"' in html
    assert "remark" not in html and "point" not in html
    assert html.index("What we say no to") < html.index("My harbour"), "in the order of the course"
    assert "What counts" not in html, "only what is the learner's own"


def test_rows_remarks_and_what_is_gone_are_told(session: Session) -> None:
    save(session, "plan", "needs", rows({"need": "Ice"}, {"need": "Nets"}))
    save(session, "plan", "partners", rows({"name": "Lema Ice Works", "meets": ["r0", "r1"]}, {"name": "The school"}))
    save(session, "more", "word", "calm")
    home = open_home(session.home)
    home.save(home.me(), "harbour", "plan", "needs", {"remove": ["r1"]}, "")
    no, mine = chapters(Learner(session))
    assert (no.title, no.answered, no.asked, [sheet.rows for sheet in no.sheets]) == ("What we say no to", 1, 1, [0])
    needs, partners = mine.sheets
    assert (needs.rows, partners.rows) == (1, 2)
    assert [plain(f.message) for f in needs.findings] != [] and "One need is a wish." in needs.findings[0].message
    assert partners.broken == ("Partner 1 (Lema Ice Works), Meets which needs: names “Nets”, which was removed.",)
    html = PlanOverview(session).html
    assert "3 rows in 2 of 3 worksheets." in html
    assert "1 entry names a row that is gone." in html and "One need is a wish." in html
    assert "What does the harbour need?" in html and "Who could bring it?" in html
    assert "nothing yet · 1 of 1 other questions answered" in html


def test_supplied_rows_count_once_something_was_written_into_them(session: Session) -> None:
    save(session, "more", "no", {"rows": [{"id": "radio", "cells": {"why": "Nobody asked for it"}}], "aside": {}})
    no, _mine = chapters(Learner(session))
    assert no.sheets[0].rows == 1
    assert no.sheets[0].called == "What is not part of it?"


def test_what_was_set_aside_is_no_open_remark(session: Session) -> None:
    check = Learner(session).plan(["harbour/plan"]).tables["harbour/plan/needs"].ask.checks[0].name
    save(session, "plan", "needs", rows({"need": "Ice"}, **{check: {"as": "not-known", "text": "The board"}}))
    _no, mine = chapters(Learner(session))
    assert (mine.sheets[0].findings, mine.sheets[0].aside) == ((), 1)
    html = PlanOverview(session).html
    assert "1 set aside" in html and "One need is a wish." not in html
    assert "No remark is open in what you have written." in html


def test_it_follows_what_is_saved_in_a_form_on_the_same_page(session: Session) -> None:
    shown, form = PlanOverview(session), Form("harbour/plan", session)
    before = shown.html
    change = {"add": [["r1", None]], "cells": {"r1.need": ["Ice <b>"]}}
    tell(form, t="save", question="needs", change=change)
    tell(form, t="beat", seq=0, forms=[shown.about["prefix"]])
    assert shown.html != before and "1 row in 1 of 3 worksheets." in shown.html
    assert tell(shown, t="beat", seq=0)["t"] == "beat"


class Closed(HTMLParser):
    open: list[str]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_long_lists_are_folded_and_typed_words_escaped() -> None:
    found = tuple(Finding(f"c{n}", f"Remark {n}.") for n in range(5))
    sheet = page.Overlooked("u/e/q", "Which <partners>?", 4, found, 0, ("Row “<script>” is gone.",))
    html = page.plan_overview([page.Chapter("A unit", "Partners", "u/one", (sheet, sheet))])
    assert "4 more remarks" in html and html.index("Remark 0.") < html.index("<details") < html.index("Remark 1.")
    assert "&lt;script&gt;" in html and "&lt;partners&gt;" in html and "<script" not in html
    parser = Closed()
    parser.open = []
    parser.feed(html)
    assert parser.open == []


def test_a_lesson_calls_it_and_importing_it_stays_light(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBOOK_ROOT", str(root))
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "home"))
    lesson._session.cache_clear()
    assert isinstance(lesson.plan_overview(), PlanOverview)
    lesson._session.cache_clear()
    ipywidgets.Widget.close_all()
    code = "import sys; from workbook import plan_overview; print('ipywidgets' in sys.modules, plan_overview.__name__)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "plan_overview"]

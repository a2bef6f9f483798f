"""``recall``: an earlier answer stands with the question that names it, in words, for its owner only."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import form_sample
import sample
from line import Line
from test_form import ENTRIES, tell
from workbook import author, page
from workbook.answers import open_home
from workbook.fields import plain
from workbook.forms import Form
from workbook.learner import Learner
from workbook.places import Session

RECALLED = (*ENTRIES, "shares")
AGAIN = """\
title: Look again
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.4"]
purpose: plan
minutes: 5
questions:
""" + "".join(
    f"""\
  - id: {id}
    kind: long-text
    required: false
    prompt: Would you say the same of this now, number {n}?
    recall: harbour/{source}
"""
    for n, (id, source) in enumerate(
        [*((id, f"every/{id}") for id in RECALLED), ("partners", "plan/partners"), ("secret", "secret/thought")]
    )
)
SECRET = """\
title: For yourself
lesson: harbour/needs
objective: tell
cite: ["Guidelines, task 1.4"]
purpose: survey
minutes: 2
questions:
  - id: thought
    kind: long-text
    visibility: private
    prompt: What do you not say aloud?
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return form_sample.build(tmp_path_factory.mktemp("course"), again=AGAIN, secret=SECRET)


@pytest.fixture
def session(root: Path, tmp_path: Path, line: type[Line]) -> Session:
    return Session(root, str(tmp_path / "home"))


def save(session: Session, exercise: str, question: str, value: Any) -> None:
    home = open_home(session.home)
    home.save(home.me(), "harbour", exercise, question, {"value": value}, "")


VALUES: dict[str, tuple[Any, str]] = {
    "first": ("wait", "Wait until someone gives some"),
    "groups": (["fishers", "traders"], "Fishers"),
    "depth": ("8.5", "8.5"),
    "steps": (["fund", "agree", "meet"], "1. Look for money"),
    "kinds": ({"pump": "voice"}, "The pump: A voice"),
    "feel": ({"open": "some"}, "It says openly what it earns: In part"),
    "shares": ({"depth": 30, "ice": 50, "school": 20}, "Ice for the catch"),
    "gift": ({"ask": "harmful"}, "Ask what else it expects"),
    "word": ("crews & <crowds>", "crews & <crowds>"),
    "why": ("One line.\nAnd another.", "One line.And another."),
}
PARTNERS = {
    "rows": [
        {"id": "p1", "cells": {"name": "Lema Ice Works", "sector": "business", "meets": ["n1"], "contact": "Rosa"}},
        {"id": "p2", "cells": {"name": "The school"}},
    ],
    "aside": {},
}


def fill(session: Session) -> None:
    for question, (value, _said) in VALUES.items():
        save(session, "every", question, value)
    save(session, "plan", "needs", {"rows": [{"id": "n1", "cells": {"need": "Ice"}}], "aside": {}})
    save(session, "plan", "partners", PARTNERS)
    save(session, "secret", "thought", "The board lies.")


def asides(html: str) -> dict[str, str]:
    """What stands above each question, in words and without blanks around lines."""
    found = {}
    for part in re.split(r'(?=<fieldset [^>]*data-question=")', html)[1:]:
        aside = re.search(r'<(details|div|p) class="wb-recall".*?</\1>', part, re.DOTALL)
        id = re.search(r'data-question="([a-z]+)"', part)
        assert id
        found[id[1]] = aside[0] if aside else ""
    return found


def looks(session: Session) -> dict[str, str]:
    """The exercise as a form, without script and on paper."""
    form = Form("harbour/again", session)
    states = {q.id: form.work.state(q, "x") for q in form.work.exercise.questions}
    surface = page.Surface(mode="plain", prefix="x")
    return {
        "form": form.html,
        "plain": page.plain(form.work.exercise, states, surface),
        "paper": Learner(session).paper_page(["harbour/again"], filled=True),
    }


def test_each_kind_of_answer_stands_in_words_above_the_question(session: Session) -> None:
    fill(session)
    for look, html in looks(session).items():
        found = asides(html)
        assert set(found) == {*RECALLED, "partners", "secret"}, look
        for id, (_value, said) in VALUES.items():
            assert "What you wrote earlier" in found[id], (look, id)
            assert said in plain(found[id]).replace("\n", ""), (look, id)
        assert "<crowds>" not in html
        rows = re.findall(r"<li>(.*?)</li>", found["partners"])
        assert [plain(row) for row in rows] == [
            "Lema Ice Works – Sector: Business; Meets which needs: Ice; Contact: Rosa",
            "The school",
        ]
        assert "The board lies." in found["secret"]
        if look == "paper":
            assert "in the lesson “Needs”" in found["first"] and "href" not in html
        else:
            assert 'data-lesson="harbour/needs"' in found["first"] and "<details" in found["first"]
            assert "From this lesson" in found["partners"] and "data-lesson" not in found["partners"]


def test_where_there_is_no_answer_yet_a_link_leads_to_it(session: Session) -> None:
    for look, html in looks(session).items():
        found = asides(html)
        assert "What you wrote earlier" not in html
        if look == "paper":
            assert "Have at hand what you wrote in the lesson “Needs”." in found["first"]
        else:
            assert "There is none yet." in found["first"] and 'data-lesson="harbour/needs"' in found["first"]
            assert "further up" in found["partners"] and "data-lesson" not in found["partners"]


def test_blank_paper_shows_no_answers(session: Session) -> None:
    fill(session)
    blank = Learner(session).paper_page(["harbour/again"], filled=False)
    assert "Have at hand" in blank and "What you wrote earlier" not in blank and "The board lies." not in blank


def test_an_earlier_answer_that_changes_is_shown_at_once(session: Session) -> None:
    form, source = Form("harbour/again", session), Form("harbour/every", session)
    tell(source, t="save", question="word", entries={"word": ["stakeholders"]})
    (change,) = tell(form, t="beat", seq=0)["changed"]
    assert change["question"] == "word" and change["note"] == "" and "stakeholders" in change["html"]


def test_an_answer_that_the_question_can_no_longer_use_counts_as_none(session: Session) -> None:
    save(session, "every", "first", "no-such-option")
    assert "There is none yet." in asides(Form("harbour/again", session).html)["first"]


def test_a_long_worksheet_is_cut_and_says_so(session: Session) -> None:
    rows = [{"id": f"r{n}", "cells": {"name": f"Partner {n}"}} for n in range(25)]
    save(session, "plan", "partners", {"rows": rows, "aside": {}})
    aside = asides(Form("harbour/again", session).html)["partners"]
    assert "Partner 19" in aside and "Partner 20" not in aside and "and 5 more rows" in aside


def test_what_is_recalled_is_not_handed_in(session: Session) -> None:
    fill(session)
    save(session, "again", "secret", "I would say it now.")
    frozen = Learner(session).freeze("harbour")
    assert "I would say it now." in json.dumps(frozen)
    assert "The board lies." not in json.dumps(frozen) and "Rosa" not in json.dumps(frozen)


def test_a_preview_says_what_will_stand_there(root: Path) -> None:
    html = author.preview(root, "harbour/again").read_text(encoding="utf-8")
    assert html.count("Here stands what the learner answered to harbour/every/first.") == 3


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("harbour/net/first", "there is no exercise 'harbour/net'. Did you mean 'harbour/nets'?"),
        ("harbour/nets/frist", "'harbour/nets' has no question 'frist'. Did you mean 'first'?"),
        ("harbour/boats/which", "is this question itself: name an earlier one"),
        ("harbour/nets", "unit/exercise/question"),
        ("harbour/nets/first", ""),
    ],
)
def test_check_refuses_to_recall_what_nobody_asked(tmp_path: Path, named: str, message: str) -> None:
    files = dict(sample.FILES)
    files["solutions/harbour/boats.yml"] += f"    recall: {named}\n"
    author_root = sample.write(tmp_path, files)
    told = [str(p) for p in author.check(author_root) if "recall" in str(p)]
    if message:
        assert (
            len(told) == 1
            and message in told[0]
            and told[0].startswith("solutions/harbour/boats.yml:22: questions[1].recall:")
        )
    else:
        assert told == []

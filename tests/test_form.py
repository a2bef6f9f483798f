"""The form as the browser meets it: messages in, answers stored, messages out. Without a browser."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
import traitlets

import form_sample
from line import Line
from workbook.answers import open_home
from workbook.errors import WorkbookError
from workbook.forms import Form, HandIn
from workbook.learner import Learner
from workbook.learner.work import learner
from workbook.places import Session


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return form_sample.build(tmp_path_factory.mktemp("course"))


@pytest.fixture
def session(root: Path, tmp_path: Path, line: type[Line]) -> Session:
    return Session(root, str(tmp_path / "home"))


def tell(form: Any, **content: Any) -> dict[str, Any]:
    """Send a message as the browser would; the last answer to it."""
    Line.sent.clear()
    form._handle_custom_msg({"id": 7, **content}, [])
    return next((m for m in reversed(Line.sent) if m.get("id") == 7), {})


def stored(session: Session, exercise: str = "every") -> dict[str, Any]:
    home = open_home(session.home)
    return home.load(home.me(), "harbour").of(exercise)


ENTRIES: dict[str, tuple[dict[str, list[str]], Any]] = {
    "first": ({"first": ["ask"]}, "ask"),
    "groups": ({"groups": ["traders", "fishers"]}, ["fishers", "traders"]),
    "depth": ({"depth": ["8,5 m"]}, "8.5"),
    "steps": ({"steps.meet": ["1"], "steps.agree": ["2"], "steps.fund": ["3"]}, ["meet", "agree", "fund"]),
    "kinds": (
        {"kinds.pump": ["thing"], "kinds.song": ["voice"], "kinds.licence": [""]},
        {"pump": "thing", "song": "voice"},
    ),
    "feel": ({"feel.open": ["some"]}, {"open": "some"}),
    "gift": ({"gift.ask": ["fitting"], "gift.refuse": ["harmful"]}, {"ask": "fitting", "refuse": "harmful"}),
    "word": ({"word": [" stakeholders "]}, "stakeholders"),
    "why": ({"why": ["One\r\ntwo"]}, "One\ntwo"),
}


@pytest.mark.parametrize("question", ENTRIES)
def test_what_is_typed_is_stored_before_saved_is_said(session: Session, question: str) -> None:
    form = Form("harbour/every", session)
    entries, value = ENTRIES[question]
    answer = tell(form, t="save", question=question, entries=entries)
    assert answer["t"] == "saved"
    assert answer["question"] == question
    assert answer["at"]
    assert stored(session)[question] == value
    assert form.value == {question: value}
    assert Form("harbour/every", session).value == {question: value}


def test_an_emptied_question_is_no_answer(session: Session) -> None:
    form = Form("harbour/every", session)
    tell(form, t="save", question="groups", entries={"groups": ["fishers"]})
    tell(form, t="save", question="groups", entries={})
    assert form.value == {}


def test_a_form_starts_from_the_stored_answer(session: Session) -> None:
    tell(Form("harbour/every", session), t="save", question="first", entries={"first": ["wait"]})
    html = Form("harbour/every", session).html
    chosen = [line for line in html.split("<input")[1:] if " checked" in line.split(">")[0]]
    assert len(chosen) == 1
    assert 'value="wait"' in chosen[0]


def test_what_cannot_be_used_is_refused_and_nothing_is_stored(session: Session) -> None:
    form = Form("harbour/every", session)
    answer = tell(form, t="save", question="depth", entries={"depth": ["deep"]})
    assert answer["t"] == "refused"
    assert answer["message"]
    assert stored(session) == {}


HOSTILE: list[Any] = [
    None, 3, "save", [], {}, {"t": 3}, {"t": "save"}, {"t": "no-such-thing"}, {"t": "save", "question": None},
    {"t": "save", "question": "no-such", "entries": {}}, {"t": "save", "question": ["first"], "entries": {}},
    {"t": "save", "question": "first", "entries": {"first": ["no-such-option"]}},
    {"t": "save", "question": "first", "entries": {"first": "ask"}},
    {"t": "save", "question": "first", "entries": {"first": [3, None, {}]}},
    {"t": "save", "question": "first", "entries": 3},
    {"t": "save", "question": "first", "entries": {"second": ["ask"]}},
    {"t": "save", "question": "first", "change": {"cells": {"r1.a": ["x"]}}},
    {"t": "save", "question": "first", "change": []},
    {"t": "save", "question": "first.self", "entries": {"first.self.x": ["full"]}},
    {"t": "save", "question": ".self", "entries": {}},
    {"t": "save", "question": "why", "entries": {"why": ["x" * 300_000]}},
    {"t": "save", "question": "steps", "entries": {"steps.meet": ["1"], "steps.agree": ["1"]}},
    {"t": "beat", "seq": "many"}, {"t": "beat", "seq": -1}, {"t": "beat", "seq": 10**30, "forms": ["x", 3, None]},
    {"t": "beat", "seq": True, "forms": "all"}, {"t": "check", "question": {}},
    {"t": "hint", "question": "first", "n": -1},
    {"t": "hint", "question": "first", "n": 99}, {"t": "hint", "question": "first", "n": "0"},
    {"t": "uses", "question": "first", "row": {}}, {"t": "save", "id": {}, "question": "first"},
    {"t": "save", "id": True},
]  # fmt: skip


@pytest.mark.parametrize("n", range(len(HOSTILE)))
def test_no_message_breaks_the_form_or_is_stored(session: Session, n: int) -> None:
    form = Form("harbour/every", session)
    form._handle_custom_msg(HOSTILE[n], [])
    assert {k: v for k, v in stored(session).items() if v is not None} == {}
    assert tell(form, t="save", question="first", entries={"first": ["ask"]})["t"] == "saved"


def test_a_browser_cannot_set_what_the_form_holds(session: Session) -> None:
    form = Form("harbour/every", session)
    html = form.html
    form.set_state({"html": "<b>mine</b>", "value": {"first": "ask"}, "about": {}, "_esm": "alert(1)"})
    assert form.html == html
    assert form.value == {}
    assert stored(session) == {}


def test_no_answer_becomes_markup(session: Session) -> None:
    form = Form("harbour/every", session)
    evil = "</textarea><script>alert(1)</script>"
    tell(form, t="save", question="why", entries={"why": [evil]})
    tell(form, t="save", question="word", entries={"word": ['"><img src=x onerror=alert(1)>']})
    again = Form("harbour/every", session)
    assert "<script" not in again.html
    assert "<img" not in again.html
    assert again.value["why"] == evil


TABLE: list[Any] = [
    3, "x", [], {"cells": 3}, {"cells": {"r1": ["x"]}}, {"cells": {"r1.no-such": ["x"]}}, {"cells": {"R!.need": ["x"]}},
    {"cells": {"r1.size": ["9"]}}, {"cells": {"r1.need": [["x"]]}}, {"cells": {"r1.class": ["no-such"]}}, {"add": [3]},
    {"add": [["r1"]]}, {"add": [["r1", "r1"]]}, {"remove": "r1"}, {"move": {"r1": 1}}, {"aside": {"no-such": {}}},
    {"aside": 3},
    {"aside": {"rows": {"as": "never"}}}, {"restore": [None]}, {"start": ["x"]}, {"cells": {"__proto__.need": ["x"]}},
    {"add": [[f"r{n}", None] for n in range(500)]},
]  # fmt: skip


@pytest.mark.parametrize("n", range(len(TABLE)))
def test_no_change_of_a_table_breaks_it(session: Session, n: int) -> None:
    form = Form("harbour/plan", session)
    tell(form, t="save", question="needs", change=TABLE[n])
    assert [r for r in (stored(session, "plan").get("needs") or {}).get("rows", []) if any(r["cells"].values())] == []
    good = {"cells": {"r1.need": ["A pump"]}, "add": [["r1", None]]}
    assert tell(form, t="save", question="needs", change=good)["t"] == "saved"
    assert form.value["needs"]["rows"][0]["cells"] == {"need": "A pump"}


def test_good_cells_are_kept_though_one_is_refused(session: Session) -> None:
    form = Form("harbour/plan", session)
    change = {"add": [["r1", None]], "cells": {"r1.need": ["Ice"], "r1.likely": ["often"], "r1.worth": ["2"]}}
    answer = tell(form, t="save", question="needs", change=change)
    assert answer["t"] == "refused"
    assert list(answer["parts"]) == ["row.r1.likely"]
    assert stored(session, "plan")["needs"]["rows"] == [{"id": "r1", "cells": {"need": "Ice", "worth": "2"}}]


def fill(form: Any, row: str, **cells: str) -> dict[str, Any]:
    change = {"add": [[row, None]], "cells": {f"{row}.{column}": [value] for column, value in cells.items()}}
    return tell(form, t="save", question="needs", change=change)


def test_findings_and_computed_cells_come_with_the_save(session: Session) -> None:
    form = Form("harbour/plan", session)
    answer = fill(form, "r1", need="Ice", likely="3", worth="2.5")
    assert answer["html"]["row.r1.size"] == "7.5"
    assert "One need is a wish." in answer["html"]["findings"]
    assert "One need is a wish." not in fill(form, "r2", need="Nets")["html"]["findings"]


def test_a_row_that_others_refer_to_warns_and_comes_back(session: Session) -> None:
    form = Form("harbour/plan", session)
    fill(form, "r1", need="Ice")
    assert tell(form, t="uses", question="needs", row="r1")["message"] == ""
    change = {"add": [["p1", None]], "cells": {"p1.name": ["Ice Works"], "p1.meets": ["r1"]}}
    tell(form, t="save", question="partners", change=change)
    assert "Ice Works" in tell(form, t="uses", question="needs", row="r1")["message"]
    gone = tell(form, t="save", question="needs", change={"remove": ["r1"]})
    assert [c["question"] for c in gone["changed"]] == ["partners"]
    assert "(removed) Ice" in gone["changed"][0]["html"]
    tell(form, t="save", question="needs", change={"restore": ["r1"]})
    assert form.value["needs"]["rows"] == [{"id": "r1", "cells": {"need": "Ice"}}]
    assert "(removed)" not in Form("harbour/plan", session).html


def test_choices_of_one_form_follow_what_is_typed_in_another(session: Session) -> None:
    here, there = Form("harbour/plan", session), Form("harbour/plan", session)
    fill(there, "r1", need="A brand new need")
    changed = {c["question"]: c for c in tell(here, t="beat", seq=0)["changed"]}
    assert "A brand new need" in changed["partners"]["html"]
    assert changed["partners"]["note"] == "" and changed["needs"]["note"] == "elsewhere"


def test_a_table_can_be_set_from_python(session: Session) -> None:
    form = Form("harbour/plan", session)
    fill(form, "r1", need="Ice")
    form.value = {"needs": {"rows": [{"id": "r2", "cells": {"need": "Nets"}}], "aside": {}}}
    assert [row["cells"]["need"] for row in stored(session, "plan")["needs"]["rows"]] == ["Nets"]


def test_someone_alone_sees_model_and_rubric_after_handing_in_only(session: Session) -> None:
    alone = dataclasses.replace(session, alone=True)
    form, page = Form("harbour/counts", alone), HandIn("harbour", alone)
    tell(form, t="save", question="which", entries={"which": ["fast"]})
    tell(form, t="save", question="reason", entries={"reason": ["It is fast."]})
    assert "season" not in form.html + str(Line.sent)
    assert tell(page, t="hand-in")["t"] == "handed-in"
    assert "Receipt" in page.html
    html = "".join(c["html"] for c in tell(form, t="beat", seq=0)["changed"])
    assert "Speed is no need" in html and "before the season starts" in html and "Handed in." in html
    tell(
        form, t="save", question="reason.self", entries={"reason.self.need": ["part"], "reason.self.no-such": ["full"]}
    )
    assert stored(session, "counts")["reason-self-rating"] == {"need": "part"}
    assert 'value="part" id' in Form("harbour/counts", alone).html


def test_with_a_trainer_handing_in_gives_a_receipt_and_a_file_but_no_key(session: Session) -> None:
    form, page = Form("harbour/counts", session), HandIn("harbour", session)
    tell(form, t="save", question="which", entries={"which": ["fast"]})
    assert tell(page, t="file")["t"] == "failed"
    tell(page, t="hand-in", name="  Anna\x00 Ola ")
    sent = tell(page, t="file")
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(sent["data"])))
    assert json.loads(archive.read("answers.json"))["owner"]["label"] == "Anna Ola"
    html = "".join(c["html"] for c in tell(form, t="beat", seq=0)["changed"]) + Form("harbour/counts", session).html
    assert "your trainer marks it" in html
    assert "Speed is no need" not in html and "season" not in html


def test_a_name_is_there_the_next_time_and_someone_alone_may_take_it_back(session: Session) -> None:
    alone = dataclasses.replace(session, alone=True)
    tell(Form("harbour/counts", alone), t="save", question="which", entries={"which": ["fast"]})
    tell(HandIn("harbour", alone), t="hand-in", name="Anna")
    learner.cache_clear()
    page = HandIn("harbour", alone)
    assert 'value="Anna"' in page.html
    tell(page, t="hand-in", name="")
    assert open_home(alone.home).load(page.learner.owner, "hand-ins").of("harbour")["frozen"]["owner"]["label"] == ""
    assert 'value="Anna"' not in HandIn("harbour", alone).html


def test_the_right_answer_stands_there_once_nobody_can_try_again(session: Session) -> None:
    alone = dataclasses.replace(session, alone=True)
    form, page = Form("harbour/counts", alone), HandIn("harbour", alone)
    tell(form, t="save", question="which", entries={"which": ["fast"]})
    assert "A right answer" not in form.html
    tell(page, t="hand-in")
    html = "".join(c["html"] for c in tell(form, t="beat", seq=0)["changed"])
    assert "A right answer" in html and "A broad boat for waste" in html
    assert "Together: 0 of 2 points" in page.html


def test_handing_in_nothing_takes_a_second_word(session: Session) -> None:
    page = HandIn("harbour", dataclasses.replace(session, alone=True))
    assert tell(page, t="hand-in")["t"] == "handed-in"
    assert "the file would hold no answers" in page.html and "Receipt" not in page.html
    fill(Form("harbour/plan", session), "r1", need="Ice")
    tell(page, t="beat", seq=0)
    assert "the file would hold no answers" not in page.html
    tell(page, t="hand-in", sure="yes")
    assert "Receipt" in page.html


def test_nothing_is_handed_in_when_that_is_what_one_wants(session: Session) -> None:
    page = HandIn("harbour", session)
    tell(page, t="hand-in", sure=True)
    assert "Receipt" in page.html
    home = open_home(session.home)
    assert home.load(home.me(), "hand-ins").of("harbour")["receipt"]["answers"] == 0
    assert "It holds no answers" in Learner(session).hand_in("harbour").sentence()


def test_short_texts_and_open_questions_of_begun_exercises_are_told_before_handing_in(session: Session) -> None:
    form, page = Form("harbour/every", session), HandIn("harbour", session)
    assert "worth another look" not in page.html, "what nobody has begun is only counted"
    tell(form, t="save", question="why", entries={"why": ["Too short."]})
    tell(form, t="save", question="kinds", entries={"kinds.pump": ["thing"]})
    tell(page, t="beat", seq=0)
    assert "worth another look" in page.html
    assert (
        "Say in your own words why the pump comes before the pier. – 2 words so far; asked for: 5 to 40 words"
        in page.html
    )
    assert "What kind of resource is it? – not finished" in page.html
    assert "The harbour has no nets. What comes first? – not answered yet" in page.html
    assert "How far does this describe the board?" not in page.html, "nobody has to answer that"
    tell(form, t="save", question="why", entries={"why": ["Five words are enough here."]})
    tell(page, t="beat", seq=0)
    assert "words so far" not in page.html


def test_someone_alone_may_put_a_name_into_the_file(session: Session) -> None:
    alone = dataclasses.replace(session, alone=True)
    fill(Form("harbour/plan", alone), "r1", need="Ice")
    page = HandIn("harbour", alone)
    tell(page, t="hand-in", name="Anna Ola")
    assert 'value="Anna Ola"' in page.html
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(tell(page, t="file")["data"])))
    assert json.loads(archive.read("answers.json"))["owner"]["label"] == "Anna Ola"


def test_match_says_what_is_open_and_why_the_right_ones_are(session: Session) -> None:
    form = Form("harbour/every", session)
    tell(form, t="save", question="kinds", entries={"kinds.pump": ["thing"]})
    html = tell(form, t="check", question="kinds")["html"]
    assert "1 of 3 are right. Left open: The radio song; The licence." in html
    assert "It can be touched." in html


def test_a_unit_that_does_not_exist_says_so(session: Session) -> None:
    with pytest.raises(WorkbookError, match="harbour"):
        HandIn("harbor", session)


def test_practice_says_right_or_not_why_and_where_to_read_again(session: Session) -> None:
    form = Form("harbour/every", session)
    assert "Give an answer first" in tell(form, t="check", question="first")["html"]
    tell(form, t="save", question="first", entries={"first": ["buy"]})
    wrong = tell(form, t="check", question="first")
    assert wrong["t"] == "feedback"
    assert "Not right yet" in wrong["html"]
    assert "Nobody knows yet which nets." in wrong["html"]
    assert "Read again: this lesson, above." in wrong["html"]
    tell(form, t="save", question="first", entries={"first": ["ask"]})
    right = tell(form, t="check", question="first")["html"]
    assert "Right." in right
    assert "Read again" not in right


def test_own_words_in_practice_are_compared_with_a_model_once_there_are_some(session: Session) -> None:
    form = Form("harbour/every", session)
    assert "carry water" not in form.html and "Compare with a model answer" in form.html
    assert "Write your own answer first" in tell(form, t="check", question="why")["html"]
    tell(form, t="save", question="why", entries={"why": ["Nobody can fish without water at home."]})
    assert "carry water for an hour" in tell(form, t="check", question="why")["html"]


def test_marked_exercises_say_nothing_before_they_are_marked(session: Session) -> None:
    form = Form("harbour/counts", session)
    tell(form, t="save", question="which", entries={"which": ["broad"]})
    assert tell(form, t="check", question="which")["t"] == "failed"
    assert 'data-act="check"' not in form.html
    assert "must go" not in form.html


def test_hints_come_one_after_another(session: Session) -> None:
    form = Form("harbour/every", session)
    first, second = (tell(form, t="hint", question="first", n=n) for n in (0, 1))
    assert "Who asked" in first["html"] and first["more"] is True
    assert "for something" in second["html"] and second["more"] is False
    assert "Who asked" not in form.html


def test_the_other_window_learns_of_a_change(session: Session) -> None:
    here, there = Form("harbour/every", session), Form("harbour/every", session)
    tell(there, t="save", question="word", entries={"word": ["stakeholders"]})
    answer = tell(here, t="beat", seq=0)
    (change,) = answer["changed"]
    assert change["question"] == "word"
    assert change["note"]
    assert 'value="stakeholders"' in change["html"]
    assert here.value == {"word": "stakeholders"}
    assert tell(here, t="beat", seq=answer["seq"])["changed"] == []


def test_a_form_hears_of_changes_though_another_one_beats(session: Session) -> None:
    one, other = Form("harbour/every", session), Form("harbour/counts", session)
    tell(Form("harbour/counts", session), t="save", question="which", entries={"which": ["fast"]})
    tell(one, t="beat", seq=0, forms=[one.about["prefix"], other.about["prefix"]])
    changed = [m for m in Line.sent if m["t"] == "beat" and m.get("changed")]
    assert [c["question"] for m in changed for c in m["changed"]] == ["which"]


def test_a_change_just_before_ones_own_is_not_missed(session: Session) -> None:
    here, there = Form("harbour/every", session), Form("harbour/every", session)
    tell(there, t="save", question="word", entries={"word": ["stakeholders"]})
    tell(here, t="save", question="first", entries={"first": ["ask"]})
    changed = {c["question"]: c["note"] for c in tell(here, t="beat", seq=0)["changed"]}
    assert changed == {"word": "elsewhere", "first": ""}


@pytest.mark.parametrize("table", [False, True])
def test_a_change_right_after_ones_own_is_not_missed(
    session: Session, table: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else saves after ours is stored and before we have looked again."""
    name, question = ("plan", "needs") if table else ("every", "word")
    fill(Form("harbour/plan", session), "r1", need="Ice")
    here, home = Form(f"harbour/{name}", session), open_home(session.home)
    store = here.work.store
    theirs = {"cells": [["r1", "worth", "7"]]} if table else {"value": "theirs"}

    def and_then_theirs(*given: Any) -> Any:
        saved = store(*given)
        home.save(home.me(), "harbour", name, question, theirs, "")
        return saved

    monkeypatch.setattr(here.work, "store", and_then_theirs)
    mine = {"change": {"cells": {"r1.likely": ["3"]}}} if table else {"entries": {"word": ["mine"]}}
    (change,) = tell(here, t="save", question=question, **mine)["changed"]
    assert change["note"] == "elsewhere"
    assert ('value="7"' if table else 'value="theirs"') in change["html"]


def test_another_process_is_noticed(session: Session) -> None:
    form = Form("harbour/every", session)
    code = (
        "import sys; from workbook.answers import open_home\n"
        "home = open_home(sys.argv[1])\n"
        "home.save(home.me(), 'harbour', 'every', 'first', {'value': 'ask'}, 'v')"
    )
    subprocess.run([sys.executable, "-c", code, session.home], check=True, env=os.environ)
    assert [c["question"] for c in tell(form, t="beat", seq=0)["changed"]] == ["first"]


def test_content_that_changed_is_said_and_the_answer_kept(session: Session) -> None:
    home = open_home(session.home)
    me = home.me()
    home.save(me, "harbour", "every", "first", {"value": "buy"}, "an-old-version")
    home.save(me, "harbour", "every", "groups", {"value": ["gone-option"]}, "an-old-version")
    form = Form("harbour/every", session)
    assert form.value == {"first": "buy"}
    assert form.html.count("This question was changed") == 2
    assert "gone-option" in form.html
    answer = tell(form, t="save", question="first", entries={"first": ["buy"]})
    assert answer["html"]["notice"] == ""
    assert Form("harbour/every", session).html.count("This question was changed") == 1


def test_a_full_disk_is_said_and_nothing_is_lost(session: Session, tmp_path: Path) -> None:
    form = Form("harbour/every", session)
    tell(form, t="save", question="first", entries={"first": ["ask"]})
    unit = tmp_path / "home" / "harbour"
    kept = unit.rename(tmp_path / "kept")
    unit.write_text("in the way", encoding="utf-8")
    answer = tell(form, t="save", question="word", entries={"word": ["stakeholders"]})
    assert answer["t"] == "failed"
    assert answer["message"]
    unit.unlink()
    kept.rename(unit)
    assert tell(form, t="save", question="word", entries={"word": ["stakeholders"]})["t"] == "saved"
    assert stored(session) == {"first": "ask", "word": "stakeholders"}


def test_value_can_be_set_and_observed(session: Session) -> None:
    form = Form("harbour/every", session)
    seen: list[Any] = []
    form.observe(lambda change: seen.append(change["new"]), "value")
    form.value = {"first": "ask"}
    form.value = {"depth": "8.5"}
    assert stored(session) == {"first": "ask", "depth": "8.5"}
    tell(form, t="save", question="word", entries={"word": ["x"]})
    form.value = {"first": None}
    assert form.value == {"depth": "8.5", "word": "x"}
    assert seen[-1] == form.value
    with pytest.raises(traitlets.TraitError, match="first"):
        form.value = {"first": "no-such-option"}
    with pytest.raises(traitlets.TraitError, match="no-such"):
        form.value = {"no-such": 1}
    assert form.value == {"depth": "8.5", "word": "x"}


def test_a_form_has_a_place_in_a_box_and_few_models(session: Session) -> None:
    instances = sys.modules[ipywidgets.Widget.__module__]._instances
    before = set(instances)
    form = Form("harbour/every", session)
    assert 1 <= len(set(instances) - before) <= 2
    assert ipywidgets.VBox([form]).children == (form,)


def test_an_exercise_that_does_not_exist_says_so(session: Session) -> None:
    with pytest.raises(WorkbookError, match="no-such"):
        Form("harbour/no-such", session)


def test_importing_the_form_stays_light() -> None:
    heavy = ("matplotlib", "ruamel.yaml", "sqlalchemy", "numpy", "markdown_it")
    code = f"import sys, workbook.forms; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"

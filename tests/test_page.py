"""Pages as HTML: what a reader, a screen reader and a printer get."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import form_sample
from workbook import page
from workbook.content import load_released
from workbook.forms.widget import SCRIPTS
from workbook.kinds.markup import VOID
from workbook.model import Exercise, Finding, Marked, Note
from workbook.page import Standing

OPEN = {*VOID, "meta", "link"}


class Tree(HTMLParser):
    """Checks that every element is closed where it should be, and collects them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in OPEN:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str, **given: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.found if t == tag and all(a.get(k) == v for k, v in given.items())]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return form_sample.build(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def every(root: Path) -> Exercise:
    return load_released(root / "exercises" / "harbour" / "every.json")


@pytest.fixture(scope="module")
def counts(root: Path) -> Exercise:
    return load_released(root / "build" / "keys" / "harbour" / "counts.json")


@pytest.fixture(scope="module")
def plan(root: Path) -> Exercise:
    return load_released(root / "exercises" / "harbour" / "plan.json")


def draw(exercise: Exercise, mode: str, states: dict[str, page.State] | None = None) -> str:
    surface = page.Surface(mode=mode, checks=True)
    return (
        page.plain(exercise, states or {}, surface)
        if mode == "plain"
        else page.exercise(exercise, states or {}, surface)
    )


@pytest.mark.parametrize("mode", ["form", "plain"])
@pytest.mark.parametrize("name", ["every", "plan"])
def test_each_question_is_a_group_named_by_its_prompt(name: str, mode: str, request: pytest.FixtureRequest) -> None:
    exercise: Exercise = request.getfixturevalue(name)
    html = draw(exercise, mode)
    groups = [a["data-question"] for a in Tree(html).all("fieldset") if a.get("data-question")]
    assert groups == [q.id for q in exercise.questions]
    for question in exercise.questions:
        start = html.index(f'data-question="{question.id}"')
        assert re.match(r"[^>]*><legend[^>]*><span class=\"wb-prompt\">[^<]", html[start:])


@pytest.mark.parametrize("mode", ["form", "plain"])
@pytest.mark.parametrize("name", ["every", "counts", "plan"])
def test_ids_are_unique_and_whatever_points_at_one_finds_it(
    name: str, mode: str, request: pytest.FixtureRequest
) -> None:
    html = draw(request.getfixturevalue(name), mode)
    html = re.sub(r"<template.*?</template>", "", html)
    tree = Tree(html)
    ids = [a["id"] for _tag, a in tree.found if a.get("id")]
    assert len(ids) == len(set(ids))
    for _tag, given in tree.found:
        for points in ("for", "aria-labelledby", "aria-describedby"):
            assert set((given.get(points) or "").split()) <= set(ids)


def test_every_control_has_a_name_for_people(every: Exercise, plan: Exercise) -> None:
    for exercise in (every, plan):
        tree = Tree(draw(exercise, "form"))
        labelled = {a.get("for") for a in tree.all("label")}
        for tag in ("input", "select", "textarea"):
            for given in tree.all(tag):
                wrapped = ".aside." in (given.get("name") or "")
                assert given.get("id") in labelled or given.get("aria-labelledby") or given.get("aria-label") or wrapped


def test_required_points_and_privacy_can_be_seen(every: Exercise, counts: Exercise) -> None:
    html = draw(every, "form")
    tags = re.findall(r'data-question="([a-z]+)".*?<span class="wb-tags">([^<]*)', html)
    assert dict(tags)["first"] == "required"
    assert dict(tags)["feel"] == "optional"
    assert "2 points" in draw(counts, "form")
    assert "2 points" not in draw(dataclasses.replace(counts, purpose="practice"), "form")
    private = dataclasses.replace(every.question("why"), visibility="private")
    assert "only you see this" in page.question(every, private)


@pytest.mark.parametrize(("track", "said"), [("core", ""), ("more", "if there is time"), ("home", "learn alone")])
def test_what_may_be_left_out_says_so(every: Exercise, track: str, said: str) -> None:
    shown = draw(dataclasses.replace(every, track=track), "form").split('class="wb-meta"')[1].split("</p>")[0]
    assert (said in shown) if said else ("time" not in shown and "alone" not in shown)


def test_paragraphs_of_a_prompt_do_not_stand_in_the_legend(every: Exercise) -> None:
    long = dataclasses.replace(
        every.question("why"), prompt="<p>First <em>one</em>.</p>\n<p>Second.</p>\n<ul><li>x</li></ul>"
    )
    html = page.question(every, long)
    legend = html[html.index("<legend") : html.index("</legend>")]
    assert "<p>" not in legend
    assert "First <em>one</em>." in legend
    assert "Second." in html and "Second." not in legend


def test_an_error_is_tied_to_its_control(every: Exercise) -> None:
    html = page.question(every, every.question("depth"), page.State(error=("", "Write a <number>.")))
    (field,) = Tree(html).all("input", name="depth")
    assert field["aria-invalid"] == "true"
    assert "wb-depth-error" in (field["aria-describedby"] or "").split()
    assert "Write a &lt;number&gt;." in html


def test_whatever_is_typed_is_escaped_everywhere(every: Exercise, plan: Exercise) -> None:
    evil = '"><script>alert(1)</script>'
    table = {"rows": [{"id": "r1", "cells": {"need": evil}}], "aside": {"rows": {"as": "not-known", "text": evil}}}
    finding = Finding("rows", "Two are asked for.", ("Guidelines <1>",), ("r1",))
    for mode in ("form", "plain", "paper"):
        surface = page.Surface(mode=mode)
        html = page.question(
            every, every.question("why"), page.State(value=evil, notice=evil, error=("", evil)), surface
        )
        html += page.question(plan, plan.question("needs"), page.State(value=table, findings=(finding,)), surface)
        assert "<script" not in html
        assert html.count("alert(1)") >= 2


def test_feedback_says_right_partly_or_not_and_why(every: Exercise) -> None:
    question = every.question("first")
    wrong = page.feedback(
        every, question, Marked(0.0, (Note("buy", False, "Which nets?"),)), {"harbour/needs": "Needs & more"}
    )
    assert "Not right yet." in wrong and "Which nets?" in wrong and "Buy the nets right away" not in wrong
    assert "Read again: this lesson, above." in wrong and "data-lesson" not in wrong
    elsewhere = dataclasses.replace(question, read="harbour/wishes")
    wrong = page.feedback(every, elsewhere, Marked(0.0), {"harbour/wishes": "Wishes & more"})
    assert "Wishes &amp; more" in wrong and 'data-lesson="harbour/wishes"' in wrong
    assert "Partly right." in page.feedback(every, question, Marked(0.5))
    right = page.feedback(every, question, Marked(1.0, (Note("ask", True, ""),)))
    assert "Right." in right and "Read again" not in right
    assert "Give an answer first" in page.feedback(every, question, None)


def test_findings_can_be_set_aside_by_name(plan: Exercise) -> None:
    question = plan.question("needs")
    found = (Finding("rows", "Two are asked for.", ("Guidelines, task 1.3",)), Finding("other", "More."))
    value = {"rows": [], "aside": {"other": {"as": "not-for-us", "text": "too far"}}}
    html = page.findings(question, found, value)
    tree = Tree(html)
    names = {a["name"] for tag in ("input", "select") for a in tree.all(tag)}
    assert {f"needs.aside.rows.{part}" for part in ("as", "text", "by")} <= names
    assert (
        html.index("Still to look at")
        < html.index("Two are asked for.")
        < html.index("Set aside by you")
        < html.index("More.")
    )
    assert page.findings(question, ()) == ""
    assert "wb-before" not in html
    before = page.findings(question, found, {"rows": [{"id": "one", "cells": {}}]})
    assert "wb-before" in before and "Still to look at" not in before and "Two are asked for." in before


def test_what_a_sheet_should_hold_is_short_before_anything_was_written(plan: Exercise) -> None:
    question = plan.question("needs")
    found = tuple(Finding(f"c{n}", f"Remark {n}.") for n in range(5))
    before = page.findings(question, found)
    assert before.index("Remark 1.") < before.index('class="wb-more"') < before.index("Remark 2.")
    assert "<summary>3 more</summary>" in before
    begun = page.findings(question, found, {"rows": [{"id": "r1", "cells": {"need": "Ice"}}], "aside": {}})
    assert "wb-more" not in begun and "Remark 4." in begun
    assert "wb-more" not in page.findings(question, found[:2])


def test_the_model_and_the_rubric_serve_to_rate_oneself(counts: Exercise) -> None:
    html = page.model_answer(counts.question("reason"), {"need": "part"})
    assert "before the season" in html
    (chosen,) = [a for a in Tree(html).all("input") if "checked" in a]
    assert (chosen["name"], chosen["value"]) == ("reason.self.need", "part")
    assert len(Tree(html).all("input", name="reason.self.season")) == 2


def test_the_plain_page_can_be_sent_without_script(every: Exercise) -> None:
    html = page.plain(every, {}, page.Surface(mode="plain"), page.Post("/save", {"_xsrf": 'a"b'}), notice="Saved.")
    tree = Tree(html)
    assert tree.all("form")[0]["method"] == "post"
    assert tree.all("input", name="_xsrf")[0]["value"] == 'a"b'
    assert [b["type"] for b in tree.all("button")] == ["submit"]


PAPER: dict[str, Any] = {
    "first": "ask",
    "why": "Because <b>it</b> is wet.",
    "shares": {"depth": 30, "ice": 50, "school": 20},
}


def test_paper_is_a_whole_document_with_nothing_to_click(every: Exercise, plan: Exercise) -> None:
    for exercise in (every, plan):
        for values in (None, {} if exercise is plan else PAPER):
            html = page.paper(exercise, values)
            assert html.startswith("<!DOCTYPE html>")
            tree = Tree(html.removeprefix("<!DOCTYPE html>"))
            assert not [
                t for t, _a in tree.found if t in ("input", "select", "textarea", "button", "script", "template")
            ]
            assert "@page" in html
            assert not re.search(r"(src|href)=", html)
    filled, blank = page.paper(every, PAPER), page.paper(every)
    assert "Because &lt;b&gt;it&lt;/b&gt; is wet." in filled
    assert filled.count("☒") == 1
    assert "☒" not in blank
    assert blank.count("☐") > 10


def test_several_exercises_print_as_one_document(every: Exercise, plan: Exercise) -> None:
    html = page.papers([page.Sheet(every), page.Sheet(plan)])
    tree = Tree(html.removeprefix("<!DOCTYPE html>"))
    ids = [a["id"] for _tag, a in tree.found if a.get("id")]
    assert len(ids) == len(set(ids))
    assert html.count("<html") == 1


def test_the_hand_in_page_says_what_is_open_and_shows_the_receipt() -> None:
    items = [Standing("One", 2, 2), Standing("Two", 1, 3, "u/two"), Standing("More", 0, 5, core=False)]
    before = page.hand_in("A <unit>", items, name="Anna")
    assert "A &lt;unit&gt;" in before and "1 of 3 complete" in before and "../u/two.ipynb" in before
    assert "2 questions are still open." in before and "if there is time" in before
    assert "done" not in page.hand_in("A unit", [Standing("As you like", 0, 0, begun=False)])
    receipt = {"id": "3F9A-21C0", "at": "2027-01-31T10:32:05Z"}
    after = page.hand_in("A unit", items, receipt, name="Anna")
    assert "3F9A-21C0" in after and "Hand in again" in after and "Download the file" in after
    alone = page.hand_in("A unit", [Standing("One", 2, 2, result="2 of 2 points")], receipt, alone=True)
    assert "If somebody marks your work" in alone and "Download the file" in alone
    assert "2 of 2 points" in alone


def test_the_hand_in_page_tells_what_is_worth_a_look_and_asks_once_more_for_nothing() -> None:
    items = [Standing("One", 1, 2, "u/one", remarks=("Why <so>? – 3 words so far",)), Standing("Two", 2, 2, "u/two")]
    html = page.hand_in("A unit", items)
    assert "worth another look" in html and "<li>Why &lt;so&gt;? – 3 words so far</li>" in html
    assert html.index("u/one") < html.index("Why &lt;so") < html.index("u/two")
    assert "data-sure" not in html and "worth another look" not in page.hand_in("A unit", items[1:])
    nothing = page.hand_in("A unit", items, empty=True)
    assert "data-sure" in nothing and "Hand in without answers" in nothing and 'role="alert"' in nothing


def test_someone_alone_may_give_a_name_and_is_told_what_for() -> None:
    for alone, said in ((True, "(optional)"), (False, "")):
        tree = Tree(page.hand_in("A unit", [], alone=alone, name='A "b"'))
        (field,) = tree.all("input", name="name")
        assert field["value"] == 'A "b"'
        assert bool(field.get("aria-describedby")) is alone
        html = page.hand_in("A unit", [], alone=alone)
        assert f"Your name, as your trainer knows it{' ' + said if said else ''}</label>" in html
        assert ("Only if somebody marks your work" in html) is alone


def test_tables_of_authors_scroll_in_a_box_of_their_own_and_stand_plain_on_paper(every: Exercise) -> None:
    table = "<table><tr><th>A</th></tr></table>"
    wide = dataclasses.replace(every, material=f"<p>One</p>{table}<p>Two</p>{table}")
    boxes = Tree(draw(wide, "form")).all("div", **{"class": "wb-scroll"})
    assert [(box["tabindex"], box["role"], box["aria-label"]) for box in boxes] == [("0", "group", "Table")] * 2
    helped = dataclasses.replace(every.question("why"), help=table)
    assert page.question(every, helped).count("wb-scroll") == 1
    assert " tabindex=" not in page.paper(wide) and page.paper(wide).count("<table>") >= 2


def test_answered_asks_for_the_whole_of_an_answer(every: Exercise) -> None:
    assert page.answered(every.question("first"), "ask")
    assert not page.answered(every.question("first"), None)
    assert not page.answered(every.question("first"), "no-such-option")
    assert not page.answered(every.question("kinds"), {"pump": "thing"})
    assert page.answered(every.question("kinds"), {"pump": "thing", "song": "voice", "licence": "rule"})


def test_the_style_touches_nothing_outside_forms() -> None:
    css = re.sub(
        r"/\*.*?\*/",
        "",
        (Path(page.__file__).parents[1] / "static" / "form.css").read_text(encoding="utf-8"),
        flags=re.S,
    )
    selectors = re.findall(r"(?:^|[{};])\s*([^{};@]+?)\s*\{", css)
    outside = [s for s in selectors if not re.match(r"(\.wb\b|\.wb-paper\b|&)", s)]
    assert outside == []
    assert not re.search(r"(?<![-\w])(margin|padding|border|text-align)[-:]\s*(left|right)", css)
    assert not re.search(r"https?:|url\(", css)


def test_the_script_does_without_what_a_plain_http_page_has_not() -> None:
    static = Path(page.__file__).parents[1] / "static"
    script = "".join((static / name).read_text(encoding="utf-8") for name in SCRIPTS)
    for missing in (
        "randomUUID",
        "navigator.clipboard",
        "serviceWorker",
        "crypto.subtle",
        "http://",
        "https://",
        "eval(",
    ):
        assert missing not in script

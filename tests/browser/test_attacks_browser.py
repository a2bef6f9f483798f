"""Attacks that need a real browser: script in whatever people type, and pages that are told no."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from playwright.sync_api import Browser, BrowserContext, Page, expect

import attacks
import room_many
from apart import run
from attacks import page as opened
from room_many import Facilitator, Participant, RoomServer, owner
from test_attacks import stored
from workbook import content
from workbook.gradebook.readable import answer_text
from workbook.learner import Learner
from workbook.places import Session
from workbook.room.kept import Place

pytestmark = pytest.mark.browser
EVIL = (
    "\"'></textarea></script></td></svg><img src=x onerror=window.hacked=1><svg onload=window.hacked=1><script>"
    "window.hacked=1</script>{{7*7}}[a](javascript:hacked=1)"
)
SHORT = "<img src=x onerror=window.hacked=1>"
"""For fields that are cut at sixty characters."""
INJECTED = "img[src=x], svg[onload], [onerror], main script:not([src]):not([type]), a[href^='javascript']"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomServer]:
    with room_many.running(attacks.room(tmp_path_factory.mktemp("attacked-in-a-browser"))) as server:
        yield server


def harmless(page: Page, *texts: str) -> None:
    """What was typed stands on the page, and as nothing but text."""
    shown = page.content() + " ".join(
        page.locator("input[type=text], input:not([type]), textarea").evaluate_all("all => all.map(e => e.value)")
    )
    for text in texts:
        assert text in shown, f"{text} is not on {page.url}"
    assert page.locator(INJECTED).count() == 0, page.url
    assert page.evaluate("window.hacked") is None, page.url


def signed_in(context: BrowserContext, who: Participant) -> None:
    for name, value in who.cookies().items():
        context.add_cookies([{"name": name, "value": value, "url": who.url}])


def reading(browser: Browser, who: Participant) -> Page:
    """Somebody's page with a form that is ready; its context is the page's own."""
    context = browser.new_context()
    signed_in(context, who)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(who.url + "/harbour/wishes")
    expect(page.locator("html")).to_have_attribute("data-forms", "ready")
    return page


async def _typed(person: Participant) -> None:
    """Script in the answers of every kind that takes text, and in cells of a worksheet."""
    line = await opened(person)
    counts, plan = line.form("harbour/counts"), line.form("harbour/plan")
    assert (await line.ask(counts, t="save", question="reason", entries={"reason": [EVIL]}))["t"] == "saved"
    cells = {"r1.need": [EVIL], "r1.class": ["thing"]}
    assert (await line.ask(plan, t="save", question="needs", change={"cells": cells, "add": [["r1", None]]}))[
        "t"
    ] == "saved"
    cells = {"p1.name": [EVIL], "p1.meets": ["r1"], "p1.contact": [EVIL]}
    told = await line.ask(plan, t="save", question="partners", change={"cells": cells, "add": [["p1", None]]})
    assert told["t"] == "saved"
    await line.ask(plan, t="uses", question="needs", row="r1")
    line.close()
    line = await opened(person, "/harbour/needs")
    every = line.form("harbour/every")
    for question in ("word", "why", "depth"):
        await line.ask(every, t="save", question=question, entries={question: [SHORT + " and more than one word"]})
    line.close()


def test_script_in_what_people_type_runs_nowhere(server: RoomServer, browser: Browser, tmp_path: Path) -> None:
    person = Participant(
        server, SHORT, organisation=EVIL[:100], sector=EVIL, together="yes", members=f"{SHORT}\n{EVIL[:60]}", contact="yes", reach=EVIL[:100]
    )  # fmt: skip
    run(_typed(person))
    context = browser.new_context()
    context.set_default_timeout(30_000)
    context.on("dialog", lambda dialog: pytest.fail(dialog.message))
    signed_in(context, person)
    page = context.new_page()
    for path, texts in (
        ("/", ()),
        ("/me", ()),
        ("/island/rest", ()),
        ("/harbour/wishes", ("hacked",)),
        ("/harbour/needs", ()),
    ):
        page.goto(server.url + path)
        if path.startswith("/harbour"):
            expect(page.locator("html")).to_have_attribute("data-forms", "ready", timeout=30_000)
        harmless(page, *texts)
    page.goto(server.url + "/harbour/wishes")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Receipt").first).to_be_visible()
    harmless(page)
    # the policy is the second wall: even markup that got in would run nothing
    page.evaluate("evil => { document.body.insertAdjacentHTML('beforeend', evil) }", EVIL)
    page.wait_for_timeout(300)
    assert page.locator("img[src=x]").count() and page.evaluate("window.hacked") is None
    # others: somebody who takes the same name, and the facilitator
    other = browser.new_context().new_page()
    other.goto(f"{server.url}/join#{server.code}")
    other.get_by_label("What shall we call you?").fill(SHORT)
    other.get_by_role("button", name="Join").click()
    expect(other.get_by_text("is called").first).to_be_visible()
    harmless(other, "onerror")
    other.goto(f"{server.desk}/#{server.key}")
    expect(other.get_by_role("heading", name="Room kigali")).to_be_visible()
    harmless(other, "onerror")
    other.get_by_role("button", name="New return code").first.click()
    expect(other.get_by_text("New return code of")).to_be_visible()
    harmless(other)
    other.evaluate("async () => { document.getElementById('live').innerHTML = await (await fetch('/live')).text() }")
    harmless(other)
    other.get_by_role("button", name="Hand in for everybody").click()
    harmless(other)
    other.goto(f"{server.desk}/wall")
    harmless(other)
    other.evaluate("evil => { document.body.insertAdjacentHTML('beforeend', evil) }", EVIL)
    other.wait_for_timeout(300)
    assert other.evaluate("window.hacked") is None
    other.context.close()
    # on paper and in feedback there is no policy: the text itself has to be harmless
    mine = owner(server, SHORT)
    session = Session(server.root, Place(str(server.home), "kigali").url, mine.id, kind=mine.kind)
    for id in ("harbour/plan", "harbour/counts", "harbour/every"):
        page.goto(Learner(session).paper(id, tmp_path, filled=True).resolve().as_uri())
        harmless(page, *(["onerror"] if id != "harbour/every" else []))
    answers, whole = stored(server, SHORT), content.load(server.root)
    exercises = {one.name: one for one in whole.exercises.values()}
    told = [
        answer_text(exercises[name].question(question), value, {"r1": EVIL})
        for name, given in answers.items()
        for question, value in given.items()
    ]
    assert "onerror" in "".join(told)
    page.set_content("<main>" + "".join(markdown2html_mistune(text) for text in told) + "</main>")
    page.wait_for_timeout(300)
    harmless(page)
    context.close()


def test_a_page_that_is_open_is_told_kindly_when_its_unit_closes(server: RoomServer, browser: Browser) -> None:
    person, desk = Participant(server, "Reading"), Facilitator(server)
    page = reading(browser, person)
    reason = page.locator("textarea[name=reason]")
    reason.fill("Because it is kept")
    expect(page.locator("[data-status][data-look=saved]").first).to_be_visible()
    desk.act("close", unit="harbour")
    try:
        expect(page.get_by_role("heading", name="This unit is not open now")).to_be_visible(timeout=10_000)
        expect(page.get_by_text("What you saved in it is kept.")).to_be_visible()
        assert stored(server, "Reading") == {"counts": {"reason": "Because it is kept"}}
    finally:
        desk.act("open", unit="harbour")
    page.reload()
    expect(reason).to_have_value("Because it is kept")
    page.context.close()


def test_ten_megabytes_pasted_are_refused_beside_the_field_and_not_sent(server: RoomServer, browser: Browser) -> None:
    person = Participant(server, "Pasting in a browser")
    page = reading(browser, person)
    page.evaluate(
        """() => {
          const send = WebSocket.prototype.send;
          window.longest = 0;
          WebSocket.prototype.send = function (data) {
            window.longest = Math.max(window.longest, data.byteLength);
            return send.call(this, data);
          };
        }"""
    )
    reason = page.locator("textarea[name=reason]")
    # Out of sight meanwhile: Chromium itself takes seconds to lay out so long a text.
    reason.evaluate(
        """field => {
          field.style.display = "none";
          field.value = "x".repeat(1e7);
          field.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    expect(page.get_by_text("This is too much at once").first).to_be_visible()
    reason.evaluate("field => { field.value = ''; field.style.display = '' }")
    reason.fill("In short")
    expect(page.locator("[data-status][data-look=saved]").first).to_be_visible()
    assert stored(server, "Pasting in a browser") == {"counts": {"reason": "In short"}}
    assert 0 < page.evaluate("longest") < 10_000
    page.context.close()

"""Forms in a real browser: what is typed is stored, survives everything, and can be done with the keyboard alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import form_sample
from serving import Server, workbook
from workbook.answers import open_home

pytestmark = pytest.mark.browser
SAVED = re.compile(r"Saved \d\d:\d\d")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = form_sample.build(tmp_path_factory.mktemp("course"))
    running = Server(root, tmp_path_factory.mktemp("learner") / "home", workbook("start")).start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def empty_home(server: Server) -> None:
    home = open_home(str(server.home))
    for unit in ("harbour", "hand-ins"):
        home.update(
            home.me(), unit, list(home.load(home.me(), unit).exercises), lambda old, seq, at: {name: {} for name in old}
        )


def stored(server: Server, exercise: str = "every") -> dict[str, Any]:
    home = open_home(str(server.home))
    return home.load(home.me(), "harbour").of(exercise)


def open_form(tab: Page, server: Server, lesson: str = "harbour/needs") -> Page:
    tab.goto(f"{server.url}/{lesson}")
    expect(tab.locator(".wb-form").first).to_be_visible()
    return tab


def question(tab: Page, id: str) -> Any:
    return tab.locator(f'fieldset[data-question="{id}"]')


def saved(tab: Page) -> None:
    expect(tab.locator("[data-status]").first).to_have_text(SAVED)


def fill_all(tab: Page) -> dict[str, Any]:
    """Answer every question with mouse and keyboard; what must be stored then."""
    tab.get_by_label("Ask what the nets are for").check()
    tab.get_by_label("Fishers", exact=True).check()
    tab.get_by_label("Fish traders").check()
    question(tab, "depth").get_by_label("Your answer").fill("8,5")
    question(tab, "steps").get_by_role("button", name="Move up: Meet those affected").click()
    question(tab, "steps").get_by_role("button", name="Move up: Meet those affected").click()
    for item, category in {"The pump": "A thing", "The radio song": "A voice", "The licence": "A rule"}.items():
        question(tab, "kinds").get_by_label(item).select_option(label=category)
    question(tab, "feel").get_by_role("group", name="It says openly what it earns").get_by_label("In part").check()
    for row, points in {"A deeper basin": "30", "Ice for the catch": "50", "A school for sailors": "20"}.items():
        question(tab, "shares").get_by_label(row).fill(points)
    question(tab, "gift").get_by_role("group", name="Ask what else it expects").get_by_label("Fitting").check()
    question(tab, "word").get_by_label("Your answer").fill("stakeholders")
    question(tab, "why").get_by_label("Your answer").fill("The pump keeps the water out.\nThe pier can wait.")
    tab.keyboard.press("Tab")
    return {
        "first": "ask",
        "groups": ["fishers", "traders"],
        "depth": "8.5",
        "steps": ["meet", "agree", "fund"],
        "kinds": {"pump": "thing", "song": "voice", "licence": "rule"},
        "feel": {"open": "some"},
        "shares": {"depth": "30", "ice": "50", "school": "20"},
        "gift": {"ask": "fitting"},
        "word": "stakeholders",
        "why": "The pump keeps the water out.\nThe pier can wait.",
    }


def shown(tab: Page) -> dict[str, Any]:
    """What stands in the controls, by name; blank ones left out."""
    found = tab.evaluate(
        "Object.fromEntries([...new FormData(document.querySelector('.wb-form'))].map(([k, v]) => [k, v]))"
    )
    return {name: value for name, value in found.items() if value}


def comparable(values: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(values, default=str))  # type: ignore[no-any-return]


def test_every_kind_is_stored_and_there_after_a_reload(tab: Page, server: Server) -> None:
    open_form(tab, server)
    values = fill_all(tab)
    saved(tab)
    assert comparable(stored(server)) == values
    before = shown(tab)
    tab.reload()
    expect(tab.locator(".wb-form")).to_be_visible()
    assert shown(tab) == before


def test_a_killed_server_loses_nothing_and_the_page_comes_back_by_itself(tab: Page, server: Server) -> None:
    open_form(tab, server)
    question(tab, "word").get_by_label("Your answer").fill("first")
    tab.keyboard.press("Tab")
    saved(tab)
    server.kill()
    question(tab, "word").get_by_label("Your answer").fill("stakeholders")
    question(tab, "why").get_by_label("Your answer").fill("typed while nobody was there")
    expect(tab.locator("[data-status]").first).to_contain_text("Connection lost", timeout=12_000)
    assert stored(server)["word"] == "first"
    server.start()
    saved(tab)
    assert stored(server) == {"word": "stakeholders", "why": "typed while nobody was there"}
    expect(question(tab, "why").get_by_label("Your answer")).to_have_value("typed while nobody was there")
    assert tab.evaluate("Object.keys(localStorage).filter(key => key.startsWith('workbook:'))") == []


def test_two_windows_learn_of_each_other_and_focus_stays(context: BrowserContext, server: Server) -> None:
    one, two = open_form(context.new_page(), server), open_form(context.new_page(), server)
    field = question(one, "word").get_by_label("Your answer")
    field.click()
    one.keyboard.type("mi")
    question(two, "first").get_by_label("Wait until someone gives some").check()
    question(two, "why").get_by_label("Your answer").fill("from the other window")
    two.keyboard.press("Tab")
    saved(two)
    expect(question(one, "why").get_by_label("Your answer")).to_have_value("from the other window")
    expect(question(one, "why")).to_contain_text("Changed in another window at")
    expect(question(one, "first").get_by_label("Wait until someone gives some")).to_be_checked()
    expect(field).to_be_focused()
    one.keyboard.type("ne")
    one.keyboard.press("Tab")
    saved(one)
    assert stored(server) == {"word": "mine", "first": "wait", "why": "from the other window"}


def test_the_other_window_does_not_take_what_is_being_typed(context: BrowserContext, server: Server) -> None:
    one, two = open_form(context.new_page(), server), open_form(context.new_page(), server)
    field = question(one, "why").get_by_label("Your answer")
    field.click()
    one.keyboard.type("half a sent")
    saved(one)
    question(two, "why").get_by_label("Your answer").fill("theirs")
    two.keyboard.press("Tab")
    expect(question(one, "why")).to_contain_text("Changed in another window")
    expect(field).to_have_value("half a sent")
    one.keyboard.type("ence")
    one.keyboard.press("Tab")
    saved(one)
    assert stored(server)["why"] == "half a sentence"
    expect(question(two, "why").get_by_label("Your answer")).to_have_value("half a sentence")


def test_what_cannot_be_used_stays_in_its_field_and_says_why(tab: Page, server: Server) -> None:
    open_form(tab, server)
    field = question(tab, "depth").get_by_label("Your answer")
    field.fill("very deep")
    tab.keyboard.press("Tab")
    expect(tab.locator("[data-status]").first).to_contain_text("Not saved")
    expect(field).to_have_attribute("aria-invalid", "true")
    message = question(tab, "depth").locator(".wb-error")
    expect(message).to_be_visible()
    assert message.get_attribute("id") in (field.get_attribute("aria-describedby") or "").split()
    tab.reload()
    expect(field).to_have_value("very deep")
    expect(message).to_be_visible()
    field.fill("8.5")
    tab.keyboard.press("Tab")
    saved(tab)
    expect(message).to_be_hidden()
    assert field.get_attribute("aria-invalid") is None
    assert stored(server) == {"depth": "8.5"}


def test_feedback_and_hints_stand_beside_the_question(tab: Page, server: Server) -> None:
    open_form(tab, server)
    first = question(tab, "first")
    first.get_by_label("Buy the nets right away").check()
    first.get_by_role("button", name="Check my answer").click()
    expect(first.locator("[data-slot=after]")).to_contain_text("Not right yet.")
    expect(first).to_contain_text("Nobody knows yet which nets.")
    expect(first.get_by_role("link", name="Needs")).to_have_attribute("href", "/harbour/needs")
    first.get_by_role("button", name="Show a hint").click()
    expect(first).to_contain_text("Who asked for nets?")
    first.get_by_role("button", name="Show another hint").click()
    expect(first).to_contain_text("A net is for something.")
    first.get_by_label("Ask what the nets are for").check()
    expect(first.locator("[data-slot=after]")).to_be_empty()
    first.get_by_role("button", name="Check my answer").click()
    expect(first.locator("[data-slot=after]")).to_contain_text("Right.")


def test_words_and_sums_are_counted(tab: Page, server: Server) -> None:
    open_form(tab, server)
    question(tab, "why").get_by_label("Your answer").fill("One two  three\nfour")
    expect(question(tab, "why").locator("[data-words-count]")).to_have_text("4 so far")
    question(tab, "shares").get_by_label("A deeper basin").fill("30")
    question(tab, "shares").get_by_label("Ice for the catch").fill("70,5")
    expect(question(tab, "shares").locator("[data-sum]")).to_have_text("100.5")
    expect(question(tab, "shares").locator(".wb-sum")).to_have_class(re.compile("wb-over"))


def test_ordering_by_keyboard_keeps_the_focus_and_says_where(tab: Page, server: Server) -> None:
    open_form(tab, server)
    steps = question(tab, "steps")
    button = steps.get_by_role("button", name="Move up: Meet those affected")
    button.focus()
    tab.keyboard.press("Enter")
    expect(button).to_be_focused()
    tab.keyboard.press("Enter")
    expect(steps.locator("[data-moved]")).to_have_text("Meet those affected: place 1 of 3")
    expect(button).to_be_focused()
    saved(tab)
    assert stored(server)["steps"][0] == "meet"

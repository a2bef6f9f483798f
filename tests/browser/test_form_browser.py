"""Forms in a real browser: what is typed is stored, survives everything, and can be done with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import form_sample
from serving import Server, workbook
from workbook.answers import open_home

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
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
    question(tab, "depth").get_by_label("Your answer").fill("8.5")
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
        "shares": {"depth": 30, "ice": 50, "school": 20},
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


def test_every_kind_is_stored_and_there_after_a_reload(tab: Page, server: Server) -> None:
    open_form(tab, server)
    values = fill_all(tab)
    saved(tab)
    assert stored(server) == values
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
    expect(first).to_contain_text("Read again: this lesson, above.")
    first.get_by_role("button", name="Show a hint").click()
    expect(first).to_contain_text("Who asked for nets?")
    first.get_by_role("button", name="Show another hint").click()
    expect(first).to_contain_text("A net is for something.")
    first.get_by_label("Ask what the nets are for").check()
    expect(first.locator("[data-slot=after]")).to_be_empty()
    first.get_by_role("button", name="Check my answer").click()
    expect(first.locator("[data-slot=after]")).to_contain_text("Right.")


def test_what_was_told_is_there_after_a_reload_until_the_answer_is_another(tab: Page, server: Server) -> None:
    open_form(tab, server)
    first = question(tab, "first")
    first.get_by_label("Ask what the nets are for").check()
    first.get_by_role("button", name="Check my answer").click()
    first.get_by_role("button", name="Show a hint").click()
    first.get_by_role("button", name="Show another hint").click()
    for _n in range(2):
        expect(first.locator("[data-slot=after]")).to_contain_text("Right.")
        expect(first.locator("[data-slot=hints]")).to_contain_text("A net is for something.")
        expect(first.locator("[data-slot=hints] > *")).to_have_count(2)
        expect(first.get_by_role("button", name="Show another hint")).to_have_count(0)
        tab.reload()
    assert tab.evaluate("document.activeElement === document.body"), "nothing takes the focus"
    first.get_by_label("Buy the nets right away").check()
    saved(tab)
    tab.reload()
    question(tab, "why").get_by_label("Your answer").fill("Later than what was asked for at first.")
    saved(tab)
    expect(first.locator("[data-slot=hints] > *")).to_have_count(2)
    expect(first.locator("[data-slot=after]")).to_be_empty()


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


# Worksheets


def cell(tab: Page, table: str, n: int, column: str) -> Any:
    row = question(tab, table).locator("tr[data-row]").nth(n - 1)
    return row.locator(f'td[data-column="{column}"]').locator("input, select, textarea").first


def rows(server: Server, table: str) -> list[dict[str, Any]]:
    value = stored(server, "plan").get(table) or {"rows": []}
    return [row["cells"] for row in value["rows"] if any(row["cells"].values())]


def status(tab: Page) -> Any:
    return tab.locator('[data-exercise="harbour/plan"] [data-status]')


def test_a_worksheet_is_filled_counted_and_checked(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    needs = question(tab, "needs")
    expect(needs.locator(".wb-findings")).to_contain_text("One need is a wish.")
    cell(tab, "needs", 1, "need").fill("A pump")
    cell(tab, "needs", 1, "likely").fill("3")
    cell(tab, "needs", 1, "worth").fill("2,5")
    tab.keyboard.press("Tab")
    expect(needs.locator("output").first).to_have_text("7.5")
    cell(tab, "needs", 2, "need").fill("Ice")
    tab.keyboard.press("Tab")
    expect(needs.locator(".wb-findings")).to_have_count(0)
    needs.get_by_role("button", name="Add a row").click()
    tab.keyboard.type("Nets")
    tab.keyboard.press("Tab")
    expect(status(tab)).to_have_text(SAVED)
    assert [row["need"] for row in rows(server, "needs")] == ["A pump", "Ice", "Nets"]
    assert rows(server, "needs")[0] == {"need": "A pump", "likely": "3", "worth": "2.5"}
    tab.reload()
    expect(cell(tab, "needs", 3, "need")).to_have_value("Nets")


def test_rows_move_and_what_others_refer_to_is_not_lost_by_a_slip(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    for n, need in enumerate(["A pump", "Ice"], start=1):
        cell(tab, "needs", n, "need").fill(need)
    tab.keyboard.press("Tab")
    cell(tab, "partners", 1, "name").fill("Lema Ice Works")
    partner = question(tab, "partners").locator("tr[data-row]").first
    partner.locator("summary").click()
    partner.get_by_role("checkbox", name="Ice").check()
    expect(partner.locator("summary")).to_have_text("Ice")
    expect(status(tab)).to_have_text(SAVED)
    down = question(tab, "needs").get_by_role("button", name="Move up: Need 2")
    down.click()
    expect(cell(tab, "needs", 1, "need")).to_have_value("Ice")
    expect(status(tab)).to_have_text(SAVED)
    assert [row["need"] for row in rows(server, "needs")] == ["Ice", "A pump"]
    question(tab, "needs").get_by_role("button", name="Remove: Need 1").click()
    warning = question(tab, "needs").locator("[data-tell]")
    expect(warning).to_contain_text("Other answers refer to this row")
    warning.get_by_role("button", name="Keep it").click()
    assert len(rows(server, "needs")) == 2
    question(tab, "needs").get_by_role("button", name="Remove: Need 1").click()
    warning.get_by_role("button", name="Remove it all the same").click()
    expect(partner).to_contain_text("(removed) Ice")
    warning.get_by_role("button", name="Undo").click()
    expect(cell(tab, "needs", 1, "need")).to_have_value("Ice")
    expect(status(tab)).to_have_text(SAVED)
    expect(partner).not_to_contain_text("(removed)")
    assert [row["need"] for row in rows(server, "needs")] == ["Ice", "A pump"]


PASTED = (
    "Name of the partner\tSector\tSince\n"
    '"Union of\tfishers"\tCivil society\t2020-01-31\n'
    'The "Net" shop\tbusiness\t\n'
    "Bank\tno such\t\n"
)


def test_a_spreadsheet_is_pasted_with_its_headings(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    partners = question(tab, "partners")
    partners.get_by_role("button", name="Paste from a spreadsheet").click()
    tab.get_by_label("Copy cells in your spreadsheet").fill(PASTED)
    partners.get_by_role("button", name="Put into the table").click()
    expect(partners.locator("[data-tell]")).to_contain_text(
        "3 rows put in. Not among the choices, so left out: no such"
    )
    expect(status(tab)).to_have_text(SAVED)
    assert rows(server, "partners") == [
        {"name": "Union of fishers", "sector": "civil-society", "since": "2020-01-31"},
        {"name": 'The "Net" shop', "sector": "business"},
        {"name": "Bank"},
    ]


def test_cells_are_pasted_right_into_the_table(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    cell(tab, "needs", 1, "need").focus()
    tab.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }""",
        "A pump\tA thing\t3\t2\nIce\tthing\t4\t1\nNets\t\t1\t1",
    )
    expect(status(tab)).to_have_text(SAVED)
    assert [(row["need"], row["likely"]) for row in rows(server, "needs")] == [
        ("A pump", "3"),
        ("Ice", "4"),
        ("Nets", "1"),
    ]
    assert [row.get("class") for row in rows(server, "needs")] == ["thing", "thing", None]


def test_two_windows_write_into_one_table(context: BrowserContext, server: Server) -> None:
    one = open_form(context.new_page(), server, "harbour/wishes")
    cell(one, "needs", 1, "need").fill("A pump")
    one.keyboard.press("Tab")
    expect(status(one)).to_have_text(SAVED)
    two = open_form(context.new_page(), server, "harbour/wishes")
    cell(one, "needs", 1, "likely").fill("3")
    cell(two, "needs", 1, "worth").fill("2")
    one.keyboard.press("Tab")
    two.keyboard.press("Tab")
    expect(status(two)).to_have_text(SAVED)
    expect(status(one)).to_have_text(SAVED)
    assert rows(server, "needs") == [{"need": "A pump", "likely": "3", "worth": "2"}]
    expect(cell(one, "needs", 1, "worth")).to_have_value("2")
    expect(cell(two, "needs", 1, "likely")).to_have_value("3")


def test_a_finding_can_be_answered_instead(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    finding = question(tab, "needs").locator(".wb-findings li").first
    finding.get_by_text("Not known yet, or not for us?").click()
    finding.get_by_label("My answer to this").select_option("not-known")
    finding.get_by_label("Who finds out").fill("The board")
    tab.keyboard.press("Tab")
    expect(status(tab)).to_have_text(SAVED)
    expect(question(tab, "needs").locator(".wb-findings")).to_contain_text("Set aside by you")
    assert next(iter(stored(server, "plan")["needs"]["aside"].values())) == {"as": "not-known", "text": "The board"}


def test_someone_alone_hands_in_and_sees_model_and_rubric(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    question(tab, "which").get_by_label("A fast boat for visitors").check()
    question(tab, "reason").get_by_label("Your answer").fill("It is fast and nice.")
    tab.keyboard.press("Tab")
    expect(tab.locator('[data-exercise="harbour/counts"] [data-status]')).to_have_text(SAVED)
    assert "before the season starts" not in tab.content()
    tab.locator(".wb-hand-in").get_by_role("button", name="Hand in").click()
    expect(tab.locator(".wb-hand-in")).to_contain_text("Receipt")
    expect(question(tab, "which")).to_contain_text("Speed is no need of this plan at all.")
    expect(question(tab, "reason")).to_contain_text("before the season starts")
    question(tab, "reason").get_by_role("group", name="Rate your own answer").first.get_by_label(
        "Names some need"
    ).check()
    expect(tab.locator('[data-exercise="harbour/counts"] [data-status]')).to_have_text(SAVED)
    tab.reload()
    expect(question(tab, "reason").get_by_label("Names some need")).to_be_checked()


def test_handing_in_nothing_is_asked_again(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    page = tab.locator(".wb-hand-in")
    page.get_by_label("Your name, as your trainer knows it").fill("Anna Ola")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("the file would hold no answers")
    expect(page).not_to_contain_text("Receipt")
    expect(page.get_by_label("Your name, as your trainer knows it")).to_have_value("Anna Ola")
    page.get_by_role("button", name="Hand in without answers").click()
    expect(page).to_contain_text("Receipt")
    home = open_home(str(server.home))
    home.rename(home.me(), "")


def test_a_page_that_is_drawn_anew_loses_no_click_no_key_and_no_place(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    page, home = tab.locator(".wb-hand-in"), open_home(str(server.home))
    state = page.locator("li", has_text="Count").locator(".wb-tags")

    def elsewhere(which: str, told: str) -> None:
        """Another window answers, and this one shows it."""
        home.save(home.me(), "harbour", "counts", "which", {"value": which}, "")
        home.save(home.me(), "harbour", "counts", "reason", {"value": told}, "")

    before = state.inner_text()
    name = page.get_by_label("Your name, as your trainer knows it")
    name.press_sequentially("Anna ")
    elsewhere("broad", "")
    tab.wait_for_timeout(3000)
    tab.keyboard.type("Ola")
    expect(name).to_have_value("Anna Ola")
    tab.keyboard.press("Tab")
    expect(state).not_to_have_text(before)
    expect(page.get_by_role("button", name="Hand in")).to_be_focused()
    expect(name).to_have_value("Anna Ola")

    before = state.inner_text()
    page.get_by_role("button", name="Hand in").hover()
    tab.mouse.down()
    elsewhere("broad", "It can carry the waste away.")
    tab.wait_for_timeout(3000)
    expect(state).to_have_text(before)
    tab.mouse.up()
    expect(page).to_contain_text("Receipt")
    expect(state).not_to_have_text(before)
    home.rename(home.me(), "")


def test_the_plan_at_a_glance_follows_what_is_typed(tab: Page, server: Server) -> None:
    open_form(tab, server, "harbour/wishes")
    glance = tab.locator(".wb-overview")
    expect(glance).to_contain_text("There is nothing in your worksheets yet.")
    expect(glance.get_by_role("link", name="My harbour")).to_have_attribute("href", "/harbour/wishes")
    cell(tab, "needs", 1, "need").fill("A pump")
    tab.keyboard.press("Tab")
    expect(glance).to_contain_text("1 row in 1 of 2 worksheets.")
    expect(glance).to_contain_text("One need is a wish.")


def long_sheet(server: Server, n: int = 8) -> None:
    rows = [{"id": f"r{i}", "cells": {"need": f"Need {i}", "class": "thing"}} for i in range(n)]
    home = open_home(str(server.home))
    home.save(home.me(), "harbour", "plan", "needs", {"value": {"rows": rows, "aside": {}}}, "")


def test_on_a_phone_filled_rows_fold_and_stay_open_where_one_works(tab: Page, server: Server) -> None:
    long_sheet(server)
    tab.set_viewport_size({"width": 360, "height": 800})
    open_form(tab, server, "harbour/wishes")
    sheet = question(tab, "needs")
    second = sheet.get_by_role("button", name="Need 2 Need 1 complete")
    expect(second).to_have_attribute("aria-expanded", "false")
    expect(cell(tab, "needs", 2, "need")).to_be_hidden()
    folded = sheet.evaluate("e => e.offsetHeight")
    second.focus()
    tab.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-expanded", "true")
    cell(tab, "needs", 2, "likely").fill("3")
    tab.keyboard.press("Tab")
    expect(status(tab)).to_have_text(SAVED)
    expect(sheet.get_by_role("button", name="Need 2 Need 1 complete")).to_be_visible()

    # What others save draws it anew: the open row stays open, the others stay folded.
    home = open_home(str(server.home))
    home.save(home.me(), "harbour", "plan", "needs", {"cells": [["r5", "worth", "4"]]}, "")
    expect(cell(tab, "needs", 6, "worth")).to_have_value("4")
    expect(cell(tab, "needs", 2, "likely")).to_be_visible()
    expect(cell(tab, "needs", 3, "need")).to_be_hidden()

    # A row that was just added and is empty yet is not drawn away.
    sheet.get_by_role("button", name="Add a row").click()
    home.save(home.me(), "harbour", "plan", "needs", {"cells": [["r5", "worth", "5"]]}, "")
    expect(cell(tab, "needs", 6, "worth")).to_have_value("5")
    tab.keyboard.type("Nets")
    expect(cell(tab, "needs", 9, "need")).to_have_value("Nets")
    tab.keyboard.press("Tab")
    expect(status(tab)).to_have_text(SAVED)
    sheet.get_by_role("button", name="Open all rows").click()
    expect(cell(tab, "needs", 8, "need")).to_be_visible()
    assert sheet.evaluate("e => e.offsetHeight") > 2 * folded
    sheet.get_by_role("button", name="Fold all rows").click()
    expect(cell(tab, "needs", 8, "need")).to_be_hidden()

    # All of it is there, folded or not, and a wide page folds nothing.
    assert len(rows(server, "needs")) == 9
    tab.set_viewport_size({"width": 1280, "height": 800})
    expect(cell(tab, "needs", 8, "need")).to_be_visible()
    expect(sheet.locator(".wb-fold").first).to_be_hidden()


def test_saved_does_not_cover_what_is_typed(tab: Page, server: Server) -> None:
    tab.set_viewport_size({"width": 360, "height": 640})
    open_form(tab, server)
    field = question(tab, "word").get_by_label("Your answer")
    field.evaluate("el => scrollBy(0, el.getBoundingClientRect().bottom - innerHeight + 4)")
    field.click()
    tab.keyboard.type("stakeholders")
    saved(tab)
    typed, badge = field.bounding_box(), tab.locator("[data-status]").first.bounding_box()
    assert badge["y"] < 640 and typed["y"] >= 0, "both in sight"
    assert typed["y"] + typed["height"] <= badge["y"]


# For everybody

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("lesson", ["harbour/needs", "harbour/wishes"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(tab: Page, server: Server, lesson: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    open_form(tab, server, lesson)
    if lesson == "harbour/needs":
        question(tab, "first").get_by_label("Buy the nets right away").check()
        question(tab, "first").get_by_role("button", name="Check my answer").click()
        question(tab, "first").get_by_role("button", name="Show a hint").click()
        question(tab, "depth").get_by_label("Your answer").fill("deep")
        tab.keyboard.press("Tab")
        expect(question(tab, "first")).to_contain_text("Not right yet.")
        expect(tab.locator("[data-status]").first).to_contain_text("Not saved")
    else:
        cell(tab, "needs", 1, "need").fill("A pump")
        tab.keyboard.press("Tab")
        expect(status(tab)).to_have_text(SAVED)
        tab.locator("summary").first.click()
    tab.evaluate(AXE)
    found = tab.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    inner = (
        "[...document.querySelectorAll('.wb *')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 40)"
    )
    wide = tab.evaluate(
        inner + ".filter(e => getComputedStyle(e).overflowX !== 'visible').map(e => e.outerHTML.slice(0, 100))"
    )
    assert wide == []


def test_every_question_is_a_named_group(tab: Page, server: Server) -> None:
    for lesson in ("harbour/needs", "harbour/wishes"):
        open_form(tab, server, lesson)
        for set in tab.locator("fieldset[data-question]").all():
            prompt = set.locator(".wb-prompt").inner_text()
            assert tab.get_by_role("group", name=prompt).count() == 1, prompt


def test_everything_that_can_be_touched_is_large_enough(tab: Page, server: Server) -> None:
    tab.set_viewport_size({"width": 360, "height": 800})
    for lesson in ("harbour/needs", "harbour/wishes"):
        open_form(tab, server, lesson)
        small = tab.evaluate(
            """() => [...document.querySelectorAll(
                ".wb :is(button, select, textarea, summary, .wb-option, input[type=text])")].filter(
                e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 120))"""
        )
        assert small == []


def test_every_kind_can_be_done_with_the_keyboard_alone(tab: Page, server: Server) -> None:
    open_form(tab, server)

    def press(*keys: str) -> None:
        for key in keys:
            tab.keyboard.press(key)

    def reach(name: str) -> None:
        """Tab until a control of this name has the focus."""
        for _ in range(90):
            if tab.evaluate("document.activeElement.name || ''") == name:
                return
            press("Tab")
        raise AssertionError(f"{name} cannot be reached")

    reach("first")
    press("Space")
    reach("groups")
    press("Space")
    reach("depth")
    tab.keyboard.type("8.5")
    reach("steps.agree")
    press("Tab", "Tab", "Enter")
    reach("kinds.pump")
    press("ArrowDown")
    reach("feel.open")
    press("Space", "ArrowDown")
    reach("shares.depth")
    tab.keyboard.type("100")
    reach("gift.ask")
    press("ArrowDown")
    reach("word")
    tab.keyboard.type("stakeholders")
    reach("why")
    tab.keyboard.type("Because.")
    press("Tab")
    saved(tab)
    given = stored(server)
    assert set(given) == {"first", "groups", "depth", "steps", "kinds", "feel", "shares", "gift", "word", "why"}
    assert (given["steps"], given["shares"], given["why"]) == (["fund", "agree", "meet"], {"depth": 100}, "Because.")

"""The simple pages in a real browser without script, on a phone of 360 px; and what axe says of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

import form_sample
import room_many
from room_many import Participant, RoomServer

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}
PAGES = ("", "harbour/needs", "harbour/wishes", "harbour/wishes/2", "harbour/wishes/3", "harbour/wishes/4")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomServer]:
    with room_many.running(room_many.new(tmp_path_factory.mktemp("plain"), course=form_sample.build)) as server:
        yield server


def wide(page: Page) -> list[int]:
    """The widths of the page and of the window."""
    found: list[int] = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return found


def check(page: Page) -> None:
    """No barrier that axe can find, and no scrolling sideways."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert wide(page)[0] <= wide(page)[1], page.url


def card(page: Page, question: str, n: int) -> Locator:
    return page.locator(f"#wb-{question} tr[data-row]").nth(n)


def test_a_phone_without_script_joins_chooses_fills_a_table_and_hands_in(server: RoomServer, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(server.url)
    page.get_by_label("Code of the room").fill(server.code)
    page.get_by_label("What shall we call you?").fill("Zainab")
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="simple pages").click()
    page.get_by_role("link", name="Wishes").click()
    page.get_by_label("A broad boat for waste").check()
    page.get_by_role("button", name="Save and go on").click()

    expect(page.get_by_role("heading", name="My harbour")).to_be_visible()
    need = card(page, "needs", 0)
    need.get_by_role("textbox", name="The need").fill("Ice")
    need.get_by_role("textbox", name="Likely").fill("many")
    card(page, "needs", 1).get_by_role("textbox", name="The need").fill("Nets")
    page.get_by_role("button", name="Save my answers").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Not everything could be saved")
    link = summary.get_by_role("link")
    expect(link).to_have_count(1)
    link.click()
    likely = card(page, "needs", 0).get_by_role("textbox", name="Likely")
    expect(likely).to_have_value("many")
    expect(likely).to_be_in_viewport()
    expect(likely).to_have_accessible_description("Need 1, Likely: Write one number in digits, such as 40.2.")
    likely.fill("3")
    page.get_by_role("button", name="Save, and more rows").first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("#wb-needs tr[data-row]")).to_have_count(5)
    card(page, "partners", 0).get_by_role("textbox", name="Name of the partner").fill("Ice works")
    card(page, "partners", 0).locator("summary").click()
    card(page, "partners", 0).get_by_label("Nets").check()
    page.get_by_role("button", name="Save and go on").click()

    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("status")).to_contain_text("Handed in. Receipt")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("3 rows in 2 of 2 worksheets.")).to_be_visible()
    context.close()


def test_each_page_suits_everybody(server: RoomServer, browser: Browser) -> None:
    someone = Participant(server, "Yusuf")
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    context.add_cookies([{"name": n, "value": v, "url": server.url} for n, v in someone.cookies().items()])
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    for path in PAGES:
        page.goto(f"{server.url}/plain/{path}")
        check(page)
    page.goto(f"{server.url}/plain/harbour/needs")
    page.get_by_label("Buy the nets right away").check()
    page.get_by_role("textbox", name="Your answer").first.fill("deep")
    page.locator("#wb-steps select").first.select_option("1")
    page.get_by_role("button", name="Check my answer").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.get_by_role("textbox", name="Your answer").first.fill("8.5")
    page.locator("#wb-steps select").first.select_option("")
    page.get_by_role("button", name="Check my answer").first.click()
    expect(page.get_by_text("Not right yet.")).to_be_visible()
    check(page)
    page.goto(f"{server.url}/plain/harbour/wishes/2")
    card(page, "needs", 0).get_by_role("textbox", name="The need").fill("A_very_long_word_without_any_end" * 4)
    card(page, "needs", 0).get_by_role("textbox", name="Likely").fill("often")
    page.get_by_role("button", name="Save my answers").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    for size in ((360, 640), (1280, 800)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        check(page)
    assert not [text for text in said if "422" not in text], "the pages keep to their own policy"
    context.close()

"""A room in a real browser: joining from the QR code's link on a phone, over plain http, and the facilitator's pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import room_many
from room_many import RoomServer

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomServer]:
    with room_many.running(room_many.new(tmp_path_factory.mktemp("rooms"))) as server:
        yield server


def check(page: Page) -> None:
    """No barrier that axe can find, and no scrolling sideways."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], page.url


def test_a_phone_joins_from_the_link_and_sees_what_is_stored(server: RoomServer, named: Browser) -> None:
    page = named.new_context(viewport=PHONE).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"http://workbook.test:{server.port}/join#{server.code}")
    assert page.evaluate("isSecureContext") is False
    expect(page.get_by_label("Code of the room")).to_have_value(server.code)
    expect(page).to_have_url(f"http://workbook.test:{server.port}/join")
    expect(page.get_by_label("Who sits at this device?")).to_be_hidden()
    check(page)
    page.get_by_label("What shall we call you?").fill("Amina")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Welcome, Amina")).to_be_visible()
    check(page)
    page.get_by_role("link", name="To the course").click()
    check(page)
    page.get_by_role("link", name="Amina").click()
    expect(page.get_by_role("heading", name="What is stored about you")).to_be_visible()
    check(page)
    assert not [url for url in asked if server.code in url or f"workbook.test:{server.port}" not in url]
    page.context.close()


def test_the_facilitator_opens_the_status_page_by_its_key_and_shows_the_wall(
    server: RoomServer, browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.goto(f"{server.desk}/#{server.key}")
    expect(page.get_by_role("heading", name="Room kigali")).to_be_visible()
    assert server.key not in page.url
    check(page)
    room_many.Participant(server, "Joined meanwhile")
    expect(page.get_by_role("rowheader", name="Joined meanwhile")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Close Endings").click()
    expect(page.get_by_role("button", name="Open Endings")).to_be_visible()
    page.get_by_role("button", name="Open Endings").click()
    page.set_viewport_size(PHONE)
    check(page)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server.desk}/wall")
    check(page)
    expect(page.get_by_text(server.code)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1"), "everything on one screen"
    page.context.close()

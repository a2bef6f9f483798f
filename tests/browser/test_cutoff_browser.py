"""Phones that lose the network and get it back, reload, and leave in the middle of a word; over plain http, as in a LAN."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

import form_sample
import room_many
from conftest import SLOW
from room_many import RoomServer
from test_reliability import stored
from test_room import until
from wire import wire

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
READY = "html[data-forms=ready]"
TOLD = 5.0
"""Seconds after which a page must say that the connection is gone, where nothing else keeps the computer busy."""
CALM = """() => {
  const place = document.querySelector("[data-status]");
  addEventListener("input", () => { window.typedAt = performance.now(); window.savedAfter = 0; }, true);
  new MutationObserver(() => {
    if (place.dataset.look === "lost") window.lostAt ||= Date.now();
    if (place.dataset.look === "saved" && window.typedAt) window.savedAfter ||= performance.now() - window.typedAt;
  }).observe(place, {attributes: true, attributeFilter: ["data-look"]});
}"""
"""Notes when the page says that the connection is lost, and how long after the last key that all is saved."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomServer]:
    serve = room_many.SERVE.replace("session =", "kernels.GRACE = 10\nsession =", 1)
    server = room_many.new(tmp_path_factory.mktemp("cut-off"), course=form_sample.build, serve=serve)
    server.start()
    yield server
    server.stop()


def joined(server: RoomServer, browser: Browser, port: int, name: str) -> Page:
    """Somebody who has joined by the code and opened the lesson, at an address that is no secure context."""
    page = browser.new_context(viewport=PHONE).new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"http://workbook.test:{port}/join#{server.code}")
    page.get_by_label("What shall we call you?").fill(name)
    page.get_by_role("button", name="Join").click()
    page.get_by_role("heading", name=f"Welcome, {name}").wait_for()
    page.goto(f"http://workbook.test:{port}/harbour/needs")
    page.wait_for_selector(READY)
    assert page.evaluate("isSecureContext") is False
    page.evaluate(CALM)
    return page


def typed(page: Page, text: str) -> None:
    page.locator('fieldset[data-question="why"] textarea').press_sequentially(text, delay=2)


def saved(page: Page) -> None:
    expect(page.locator("[data-status]").first).to_have_attribute("data-look", "saved", timeout=30_000)


@pytest.mark.parametrize(
    ("people", "breaks"),
    [
        pytest.param(4, (5.0,), id="4 for 5 s"),
        pytest.param(10, (5.0, 30.0, 60.0), id="10 for 5, 30 and 60 s", marks=pytest.mark.soak),
    ],
)
def test_phones_are_cut_off_and_nothing_that_was_typed_is_lost(
    server: RoomServer, named: Browser, people: int, breaks: tuple[float, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    start = f"Cut off {len(breaks)} times"
    with ExitStack() as stack:
        wires = [stack.enter_context(wire(server.url, "workbook.test")) for _ in breaks]
        # a phone for each break more than once; pages are closed before the wires
        pages = {
            f"{start} {n}": joined(server, named, wires[n % len(wires)].port, f"{start} {n}") for n in range(people)
        }
        texts = {name: f"Families carry water for an hour, says {name}." for name in pages}
        for name, page in pages.items():
            typed(page, texts[name])
            saved(page)
        calm = [page.evaluate("savedAfter") for page in pages.values()]
        assert {name: text for name, text in stored(server).items() if name in texts} == texts
        for between in wires:
            between.lose()
        gone, began = time.time() * 1000, time.monotonic()
        for name, page in pages.items():
            typed(page, " Typed offline.")
            texts[name] += " Typed offline."
        for page in pages.values():
            expect(page.locator("[data-status]").first).to_contain_text("Connection lost", timeout=20_000)
        told = [(page.evaluate("lostAt") - gone) / 1000 for page in pages.values()]
        for between, seconds in zip(wires, breaks, strict=True):
            next(iter(pages.values())).wait_for_timeout(max(0.0, seconds - (time.monotonic() - began)) * 1000)
            between.find()
        back = time.monotonic()
        for name, page in pages.items():
            saved(page)
            expect(page.locator('fieldset[data-question="why"] textarea')).to_have_value(texts[name])
        took = time.monotonic() - back
        assert {name: text for name, text in stored(server).items() if name in texts} == texts
        for page in pages.values():
            page.context.close()
    with capsys.disabled():
        print(
            f"\nsaved {statistics.median(calm):.0f} ms after the last key (slowest {max(calm):.0f}); told after "
            f"{max(told):.1f} s that the connection is lost; saved {took:.1f} s after it was back"
        )
    assert max(told) <= TOLD or len(breaks) == 1, "how soon says nothing beside other tests"
    assert "Traceback" not in server.said


@pytest.mark.parametrize("reloads", [30, pytest.param(100, marks=pytest.mark.soak)])
def test_reloads_leave_no_more_kernels_than_open_pages(server: RoomServer, named: Browser, reloads: int) -> None:
    with wire(server.url, "workbook.test") as between:
        page = joined(server, named, between.port, f"Reloader {reloads}")
        for n in range(reloads):
            page.reload(wait_until="commit")
            page.wait_for_timeout(100)
            if n % 10 == 0:
                page.wait_for_selector(READY)
        page.wait_for_selector(READY)
        other = page.context.new_page()
        other.goto(page.url)
        other.wait_for_selector(READY)

        def kernels() -> int:
            return int(room_many.Browser(server.url).get("/health").text.split(":")[-1].strip(" }"))

        assert until(lambda: kernels() <= 2, 30), kernels()
        typed(page, "Works on after so many reloads.")
        saved(page)
        assert kernels() == 2
        page.context.close()
        assert until(lambda: kernels() == 0, 30), kernels()


def test_what_is_typed_in_the_moment_of_leaving_is_saved(server: RoomServer, named: Browser) -> None:
    with wire(server.url, "workbook.test") as between:
        page = joined(server, named, between.port, "Leaving")
        typed(page, "Typed.")
        saved(page)
        page.evaluate(
            """() => {
              const field = document.querySelector('fieldset[data-question="why"] textarea');
              field.value = "Typed and gone.";
              field.dispatchEvent(new Event("input", {bubbles: true}));
              location.href = "/";
            }"""
        )
        page.wait_for_url(f"http://workbook.test:{between.port}/")
        assert until(lambda: stored(server)["Leaving"] == "Typed and gone.", 10), stored(server)["Leaving"]
        page.context.close()


def test_check_right_after_the_last_pick_judges_that_pick(server: RoomServer, named: Browser) -> None:
    with wire(server.url, "workbook.test") as between:
        page = joined(server, named, between.port, "Quick")
        place = page.locator('fieldset[data-question="first"]')
        for n in range(12):
            right = n % 2 == 0
            page.evaluate(
                """value => {
                  const set = document.querySelector('fieldset[data-question="first"]');
                  set.querySelector(`input[value="${value}"]`).click();
                  set.querySelector("[data-act=check]").click();
                }""",
                "ask" if right else "buy",
            )
            told = "The purpose decides which nets are useful." if right else "Nobody knows yet which nets."
            expect(place.locator(".wb-feedback")).to_contain_text(told)
            page.wait_for_timeout(300)
            expect(place.locator(".wb-feedback")).to_contain_text(told)
        page.context.close()


def test_a_beat_from_before_a_save_takes_no_feedback_away(server: RoomServer, named: Browser) -> None:
    with wire(server.url, "workbook.test") as between:
        page = joined(server, named, between.port, "Beaten")
        place = page.locator('fieldset[data-question="first"]')
        page.evaluate(
            """() => {
              const pulse = Object.values(workbookHearts)[0], [form] = pulse.forms;
              form.root.querySelector('fieldset[data-question="first"] input[value=ask]').click();
              const seq = form.seq;
              form.root.querySelector('fieldset[data-question="first"] [data-act=check]').click();
              form.model.send({t: "beat", seq, id: 987654});
            }"""
        )
        page.wait_for_timeout(1500)
        expect(place.locator(".wb-feedback")).to_contain_text("The purpose decides which nets are useful.")
        page.context.close()


def test_what_was_typed_offline_and_left_is_told_on_every_page_until_it_is_saved(
    server: RoomServer, named: Browser
) -> None:
    with wire(server.url, "workbook.test") as between:
        page = joined(server, named, between.port, "Left offline")
        between.lose()
        typed(page, "Typed offline, then closed.")
        expect(page.locator("[data-status]").first).to_contain_text("Connection lost", timeout=20_000)
        kept, home = page.context.storage_state(), f"http://workbook.test:{between.port}/"
        page.context.close()
        between.find()
        page = named.new_context(viewport=PHONE, storage_state=kept).new_page()
        page.goto(home)
        told = page.locator(".room-unsent")
        expect(told).to_contain_text("not saved yet")
        assert stored(server)["Left offline"] == ""
        page.goto(f"{home}harbour/wishes")
        told.get_by_role("link").click()
        page.wait_for_url(f"{home}harbour/needs")
        page.wait_for_selector(READY)
        saved(page)
        assert stored(server)["Left offline"] == "Typed offline, then closed."
        page.goto(home)
        page.wait_for_timeout(300)
        expect(told).to_have_count(0)
        page.context.close()

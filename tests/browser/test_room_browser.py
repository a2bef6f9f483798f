"""The served course in a real browser: what goes over the wire, what works by keyboard, what happens to kernels."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from serving import Server
from test_room import kernels, new_server, until
from wire import Wire, wire

pytestmark = pytest.mark.browser
READY = "html[data-forms=ready]"
MOST_BYTES = 450_000  # with stock controls, which only a lesson that shows one loads


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = new_server(tmp_path_factory.mktemp("room-browser"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def counted(server: Server) -> Iterator[Wire]:
    with wire(server.url) as counting:
        yield counting


def open_lesson(tab: Page, address: str) -> None:
    tab.goto(address)
    tab.wait_for_selector(READY)


def test_first_visit_is_small_and_asks_nobody_else(counted: Wire, context: BrowserContext, tab: Page) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    troubles: list[str] = []
    tab.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    here = f"http://127.0.0.1:{counted.port}"
    tab.goto(here + "/")
    open_lesson(tab, here + "/first/needs")
    tab.wait_for_load_state("networkidle")
    first, requests = counted.received, len(asked)
    assert first <= MOST_BYTES, f"{first} bytes in {requests} requests"
    assert first > 150_000, "the stock controls must have been counted"
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in {"blob", "data"}}
    assert hosts == {f"127.0.0.1:{counted.port}"}
    assert troubles == []
    counted.reset()
    open_lesson(tab, here + "/first/roads")
    assert counted.received < first / 5, "the browser keeps what does not change"


def test_widgets_work_both_ways_and_the_kernel_knows_whom_it_serves(server: Server, tab: Page) -> None:
    open_lesson(tab, server.url + "/first/needs")
    tab.get_by_label("Why").fill("people are thirsty")
    tab.get_by_label("Why").press("Tab")
    expect(tab.locator(".told")).to_have_text("You said people are thirsty")
    expect(tab.locator("#note")).to_have_text("amina 1")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("path", ["/", "/first/needs", "/first/roads", "/second/end", "/nothing"])
def test_nothing_scrolls_sideways(server: Server, tab: Page, path: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(server.url + path)
    if path.startswith("/first"):
        tab.wait_for_selector(READY)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert tab.evaluate("document.documentElement.scrollHeight >= window.innerHeight")


def test_keyboard_goes_from_home_to_the_next_lesson(server: Server, tab: Page) -> None:
    tab.goto(server.url + "/first/needs")
    tab.goto(server.url + "/")
    tab.keyboard.press("Tab")
    expect(tab.locator(":focus")).to_have_text("Skip to the content")
    assert tab.locator(":focus").bounding_box()["y"] >= 0  # type: ignore[index]
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(READY)
    tab.get_by_role("link", name="Next").focus()
    tab.keyboard.press("Enter")
    expect(tab).to_have_title("Roads – Beginnings – A small course")


def test_landmarks_headings_and_progress_have_names(server: Server, tab: Page) -> None:
    open_lesson(tab, server.url + "/first/needs")
    assert tab.get_by_role("main").count() == tab.get_by_role("banner").count() == 1
    assert tab.get_by_role("heading", level=1).all_inner_texts() == ["What a town needs"]
    expect(tab.get_by_role("progressbar", name="Your progress in this lesson")).to_be_visible()
    expect(tab.get_by_role("navigation", name="Lessons")).to_be_visible()
    assert tab.locator("text=Lesson 1 of 2").is_visible()


def test_home_goes_on_where_one_stopped(server: Server, tab: Page) -> None:
    tab.goto(server.url + "/second/end")
    tab.goto(server.url + "/")
    tab.get_by_role("link", name="Go on where you stopped").click()
    expect(tab).to_have_url(server.url + "/second/end")


def test_text_can_be_read_without_script(server: Server, context: BrowserContext) -> None:
    opened = context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    tab = opened.new_page()
    tab.goto(server.url + "/first/needs")
    expect(tab.get_by_text("It costs $5 million to $10 million.")).to_be_visible()
    expect(tab.get_by_text("need JavaScript")).to_be_visible()
    opened.close()


def test_paper_has_no_bars_and_buttons(server: Server, tab: Page) -> None:
    open_lesson(tab, server.url + "/first/needs")
    tab.emulate_media(media="print")
    assert not tab.get_by_role("navigation", name="Lessons").is_visible()
    assert not tab.locator(".room-progress").first.is_visible()
    assert tab.get_by_role("heading", level=1).is_visible()


def test_a_page_that_closes_ends_its_kernel(server: Server, context: BrowserContext) -> None:
    tab = context.new_page()
    open_lesson(tab, server.url + "/first/roads")
    assert until(lambda: kernels(server), 20)
    before = {kernel.pid for kernel in kernels(server)}
    tab.goto(server.url + "/second/end")
    assert until(lambda: before - {kernel.pid for kernel in kernels(server)}, 10)


def test_back_shows_a_lesson_that_works(server: Server, tab: Page) -> None:
    open_lesson(tab, server.url + "/first/needs")
    tab.goto(server.url + "/second/end")
    tab.go_back()
    tab.wait_for_selector(READY)
    tab.get_by_label("Why").fill("still here")
    tab.get_by_label("Why").press("Tab")
    expect(tab.locator(".told")).to_have_text("You said still here")


def test_a_killed_kernel_and_a_reload(server: Server, tab: Page) -> None:
    open_lesson(tab, server.url + "/first/needs")
    for process in kernels(server):
        os.kill(process.pid, signal.SIGKILL)  # the page's kernel and the spare one
    tab.reload()
    tab.wait_for_selector(READY)
    tab.get_by_label("Why").fill("again")
    tab.get_by_label("Why").press("Tab")
    expect(tab.locator(".told")).to_have_text("You said again")

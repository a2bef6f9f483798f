"""The page's own front end in a real browser: anywidgets by themselves, stock controls, and connections that break."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

import form_sample
import frontend_sample
from serving import Server, workbook
from test_room import command, kernels
from wire import wire

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
READY = "html[data-forms=ready]"
ANEW = f"{READY}:not([data-before])"
"""A page that was loaded again since it was marked."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("frontend")
    root, home = frontend_sample.make(folder / "course-folder"), folder / "home"
    server = Server(root, home, lambda port: command(root, home, port), ready="/health")
    server.start()
    yield server
    server.stop()


BOX = """
import ipywidgets
from workbook import form
made = form("harbour/every")
seen = ipywidgets.Label("nothing yet")
made.observe(lambda change: setattr(seen, "value", f"seen {change.new.get('word')}"), "value")
ipywidgets.VBox([seen, made])
"""


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Forms by themselves in harbour/wishes, one in a box of stock controls in harbour/needs."""
    root = form_sample.build(tmp_path_factory.mktemp("course"))
    file = root / "course" / "harbour" / "needs.md"  # the notebook is made from it when the course starts
    cell, text = 'from workbook import form; form("harbour/every")\n', file.read_text(encoding="utf-8")
    assert cell in text
    file.write_text(text.replace(cell, BOX), encoding="utf-8")
    running = Server(root, tmp_path_factory.mktemp("learner") / "home", workbook("start")).start()
    yield running
    running.stop()


@pytest.fixture
def quiet(context: BrowserContext) -> Iterator[list[str]]:
    """What a page complains about; there must be nothing, but for scripts in HTML, which are not run."""
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield said
    assert [text for text in said if "inline script" not in text] == []


def visit(tab: Page, address: str) -> None:
    tab.goto(address)
    tab.wait_for_selector(READY)


def mark(tab: Page) -> None:
    tab.evaluate("document.documentElement.dataset.before = 'yes'")


def test_an_anywidget_by_itself_needs_no_stock_controls(server: Server, tab: Page, quiet: list[str]) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    visit(tab, server.url + "/first/needs")
    count = tab.get_by_role("button", name="alone")
    expect(count).to_have_text("alone 0 1")
    count.click()
    expect(count).to_have_text("alone 1 1")
    tab.get_by_role("button", name="Ask").click()
    expect(tab.locator("output")).to_have_text("1 6,5")
    expect(tab.locator("output")).to_have_css("color", "rgb(1, 2, 3)")
    expect(tab.locator(".data")).to_have_text("1,2")
    expect(tab.locator(".mine")).to_have_css("max-width", "321px")
    assert not [url for url in asked if "stock" in url]
    assert len(asked) <= 8, asked


def test_stock_controls_work_both_ways(server: Server, tab: Page, quiet: list[str]) -> None:
    visit(tab, server.url + "/first/roads")
    expect(tab.get_by_text("made with the page")).to_be_visible()
    tab.get_by_label("Need").select_option("Roads")
    tab.get_by_role("button", name="Tell").click()
    expect(tab.locator(".shown")).to_have_text("Roads is displayed")
    expect(tab.get_by_text("printed <b>twice</b>")).to_be_visible()
    tab.get_by_role("button", name="Tell").click()
    expect(tab.locator(".shown")).to_have_count(2)
    expect(tab.get_by_text("printed once")).to_have_count(2)
    tab.get_by_role("slider").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator(".widget-label", has_text="4").last).to_be_visible()
    expect(tab.locator("label i, .widget-label i").first).to_have_text("much")
    expect(tab.locator("#inside")).to_be_visible()


def test_outputs_are_cleared_and_widgets_are_made_while_the_page_is_open(
    server: Server, tab: Page, quiet: list[str]
) -> None:
    visit(tab, server.url + "/first/roads")
    number = tab.get_by_label("Number")
    for text in ("7", "8"):
        number.fill(text)
        number.press("Tab")
        expect(tab.locator(".drawn")).to_have_text([text])
    for n in range(3):
        tab.get_by_role("button", name="Grow").click()
        expect(tab.get_by_label(f"New {n}")).to_be_visible()


def test_one_widget_stands_alone_and_in_a_box(server: Server, tab: Page, quiet: list[str]) -> None:
    visit(tab, server.url + "/second/end")
    expect(tab.get_by_role("button", name="boxed")).to_have_text("boxed 0 1")
    expect(tab.get_by_role("button", name="alone")).to_have_count(2)
    tab.get_by_role("button", name="boxed").click()
    tab.get_by_role("button", name="boxed").click()
    expect(tab.get_by_text("seen 2")).to_be_visible()
    expect(tab.get_by_role("button", name="boxed")).to_have_text("boxed 2 1")


def test_a_cell_that_shows_much_into_a_control_ends(server: Server, tab: Page) -> None:
    """The end of the cell arrives while the server still tells the kernel what the control shows."""
    tab.goto(server.url + "/second/end", timeout=20_000)
    expect(tab.get_by_text("line 199")).to_be_visible()
    assert tab.get_by_role("alert").count() == 0


def test_what_is_changed_while_the_page_catches_up_is_newer(server: Server, tab: Page, quiet: list[str]) -> None:
    """On connecting, stock controls ask for all states. An answer that comes late must not undo what was clicked."""
    held: list[Any] = []

    def hold(socket: Any) -> None:
        there = socket.connect_to_server()
        there.on_message(lambda said: held.append((socket, said)) if b'"update_states"' in said else socket.send(said))

    tab.route_web_socket("**/channels*", hold)
    visit(tab, server.url + "/second/end")
    boxed = tab.get_by_role("button", name="boxed")
    for _ in range(100):
        if held:
            break
        tab.wait_for_timeout(50)
    boxed.click()
    expect(tab.get_by_text("seen 1")).to_be_visible()
    for socket, said in held:
        socket.send(said)
    tab.wait_for_timeout(300)
    boxed.click()
    expect(tab.get_by_text("seen 2")).to_be_visible()
    expect(boxed).to_have_text("boxed 2 1")


def test_other_outputs_are_html_and_scripts_in_them_are_not_run(server: Server, tab: Page, quiet: list[str]) -> None:
    visit(tab, server.url + "/second/end")
    expect(tab.locator("#made")).to_have_text("made of HTML")
    expect(tab.get_by_text("plain & simple")).to_be_visible()
    expect(tab.locator("strong", has_text="weight")).to_be_visible()
    expect(tab.get_by_role("img", name="A dot")).to_have_count(1)
    assert tab.locator("img[src^='data:image/svg']").evaluate("image => image.complete && image.naturalWidth > 0")
    expect(tab.locator("pre", has_text="42")).to_be_visible()
    assert tab.get_by_text("a warning").count() == 0
    assert "taken over" not in tab.title()


def test_a_kernel_that_dies_brings_the_page_back(server: Server, tab: Page) -> None:
    visit(tab, server.url + "/first/roads")
    for process in kernels(server):
        os.kill(process.pid, signal.SIGKILL)
    mark(tab)
    tab.get_by_role("button", name="Grow").click()  # nobody answers
    tab.wait_for_selector(ANEW, timeout=20_000)
    tab.get_by_role("button", name="Grow").click()
    expect(tab.get_by_label("New 0")).to_be_visible()


def test_a_lost_network_mends_and_tells_what_was_set_meanwhile(server: Server, tab: Page) -> None:
    """The wire falls silent and comes back: the same kernel goes on, and no page is loaded anew."""
    with wire(server.url) as between:
        visit(tab, f"http://127.0.0.1:{between.port}/first/roads")
        tab.get_by_role("button", name="Grow").click()
        expect(tab.get_by_label("New 0")).to_be_visible()
        mark(tab)
        between.lose()
        tab.get_by_label("Number").fill("77")
        tab.get_by_label("Number").press("Tab")
        tab.wait_for_timeout(6000)
        assert tab.locator(".drawn").count() == 0
        between.find()
        expect(tab.locator(".drawn")).to_have_text(["77"])
        tab.get_by_role("button", name="Grow").click()
        expect(tab.get_by_label("New 1")).to_be_visible()
        assert tab.locator(ANEW).count() == 0


def test_a_restarted_server_brings_every_page_back(server: Server, context: BrowserContext) -> None:
    """Also pages without a form: a page notices that its kernel has gone as soon as the server answers again."""
    tabs = [context.new_page() for _ in range(2)]
    for tab, lesson in zip(tabs, ("first/needs", "first/roads"), strict=True):
        visit(tab, f"{server.url}/{lesson}")
        mark(tab)
    server.kill()
    server.start()
    for tab in tabs:
        tab.bring_to_front()  # one that is not looked at waits, without a kernel
        tab.wait_for_selector(ANEW, timeout=20_000)
    tabs[1].get_by_role("button", name="Grow").click()
    expect(tabs[1].get_by_label("New 0")).to_be_visible()


def test_a_page_that_breaks_off_says_so(server: Server, tab: Page) -> None:
    def cut(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().split("<room-news cell")[0])

    tab.route("**/first/needs", cut)
    tab.goto(server.url + "/first/needs")
    expect(tab.get_by_role("alert")).to_contain_text("could not be loaded")


def test_a_script_that_fails_once_is_fetched_again(server: Server, tab: Page) -> None:
    failed: list[str] = []

    def fail(route: Any) -> None:
        if "again" in route.request.url:
            route.continue_()
        else:
            failed.append(route.request.url)
            route.abort()

    tab.route("**/widget.js*", fail)
    visit(tab, server.url + "/first/needs")
    expect(tab.get_by_role("button", name="alone")).to_have_text("alone 0 1")
    assert failed


def test_a_form_in_a_box_is_a_widget_like_any_other(forms: Server, tab: Page, quiet: list[str]) -> None:
    visit(tab, forms.url + "/harbour/needs")
    field = tab.locator('fieldset[data-question="word"]').get_by_label("Your answer")
    field.fill("stakeholders")
    field.press("Tab")
    expect(tab.locator(".widget-label", has_text="seen stakeholders")).to_be_visible()
    expect(tab.locator("[data-status]").first).to_contain_text("Saved")


def test_a_page_stays_while_its_browser_could_not_keep_what_was_typed(forms: Server, tab: Page) -> None:
    leave = "document.dispatchEvent(new CustomEvent('workbook:leave', {cancelable: true}))"
    with wire(forms.url) as between:
        visit(tab, f"http://127.0.0.1:{between.port}/harbour/wishes")
        field = tab.locator('fieldset[data-question="reason"]').get_by_label("Your answer")
        between.lose()
        field.fill("kept in this browser")
        assert tab.evaluate(leave) is True
        tab.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
        field.fill("kept nowhere")
        assert tab.evaluate(leave) is False

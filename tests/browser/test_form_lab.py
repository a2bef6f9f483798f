"""The same form in JupyterLab: works, shares its answers, leaves JupyterLab's own keys alone."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import form_sample
import workbook
from serving import Server
from workbook.answers import open_home

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)
SAVED = re.compile(r"Saved \d\d:\d\d")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = form_sample.build(tmp_path_factory.mktemp("course"))
    desk = tmp_path_factory.mktemp("desk")
    shutil.copytree(root / "course", desk / "course")

    def command(port: int) -> list[str]:
        given = {"ServerApp.root_dir": desk / "course", "ServerApp.port": port, "ServerApp.port_retries": 0}
        given |= {"IdentityProvider.token": "", "ServerApp.ip": "127.0.0.1", "ServerApp.open_browser": False}
        return [sys.executable, "-m", "jupyterlab", "--allow-root", *(f"--{k}={v}" for k, v in given.items())]

    running = Server(root, tmp_path_factory.mktemp("learner") / "home", command, ready="/lab").start()
    yield running
    running.kill()


def run_all(tab: Page, lab: Server) -> None:
    tab.goto(f"{lab.url}/lab/tree/harbour/needs.ipynb?reset")
    expect(tab.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
    expect(tab.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(tab.locator(".wb-form")).to_be_visible()


def test_a_form_works_in_jupyterlab_and_keeps_its_keys_to_itself(tab: Page, lab: Server) -> None:
    run_all(tab, lab)
    cells = tab.locator(".jp-Notebook .jp-Cell").count()
    radio = tab.get_by_label("Ask what the nets are for")
    radio.focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    expect(tab.get_by_label("Buy the nets right away")).to_be_checked()
    expect(tab.get_by_label("Buy the nets right away")).to_be_focused()
    # In a notebook "dd" deletes the cell and "a" makes a new one.
    tab.keyboard.type("dda")
    assert tab.locator(".jp-Notebook .jp-Cell").count() == cells
    tab.locator('[data-question="word"]').get_by_label("Your answer").fill("stakeholders")
    tab.keyboard.press("Tab")
    expect(tab.locator(".wb-status")).to_have_text(SAVED)
    home = open_home(str(lab.home))
    assert home.load(home.me(), "harbour").of("every") == {"first": "buy", "word": "stakeholders"}
    home.save(home.me(), "harbour", "every", "why", {"value": "from Voila"}, "")
    expect(tab.locator('[data-question="why"]').get_by_label("Your answer")).to_have_value("from Voila")


# One of each: Chromium takes a while to tell some four hundred properties of a thousand parts.
STYLES = """(() => {
  const parts = [...document.querySelectorAll('#jp-top-panel *, .jp-Toolbar *, .jp-SideBar *')];
  const one = new Map(parts.map(part => [part.tagName + ' ' + part.getAttribute('class'), part]));
  return [...one].sort().map(([name, part]) => {
    const style = getComputedStyle(part);
    return name + ': ' + [...style].map(property => style.getPropertyValue(property)).join('; ');
  });
})()"""


def settled(tab: Page) -> None:
    """Wait until JupyterLab has stopped building its frame for a second."""
    before = -1
    for _ in range(60):
        seen = tab.evaluate("document.body.innerHTML.length")
        if seen == before:
            return
        before = seen
        tab.wait_for_timeout(1000)
    raise AssertionError("JupyterLab's frame goes on changing")


def test_the_style_of_forms_leaves_jupyterlab_as_it_was(tab: Page, lab: Server) -> None:
    tab.goto(f"{lab.url}/lab/tree/harbour/needs.ipynb?reset")
    expect(tab.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
    css = (Path(workbook.__file__).parent / "static" / "form.css").read_text(encoding="utf-8")
    settled(tab)
    before = tab.evaluate(STYLES)
    tab.add_style_tag(content=css)
    assert tab.evaluate(STYLES) == before
    tab.add_style_tag(content="* { letter-spacing: 1px }")
    assert tab.evaluate(STYLES) != before, "a style that reaches too far is not seen"

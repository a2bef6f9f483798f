"""The real course in a real browser, as its learners meet it: both units, from the first answer to the hand-in."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from serving import Server, workbook
from test_room import kernels
from wire import wire
from workbook.answers import open_home
from workbook.fields import plain
from workbook.kinds import BY_NAME

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)
ROOT = Path(__file__).parents[2]
PLAN = ROOT / "tests" / "fixtures" / "tavara-plan.json"
SAVED = re.compile(r"Saved \d\d:\d\d")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
COURSE = json.loads((ROOT / "course" / "course.json").read_text(encoding="utf-8"))
UNITS = ("building-blocks", "initiation")
LESSONS = [f"{u['id']}/{lesson['id']}" for u in COURSE["units"] if u["id"] in UNITS for lesson in u["lessons"]]
UNIT = "building-blocks"
FILLED = [f"{UNIT}/{lesson}" for lesson in ("four-blocks", "trust", "health-check", "power-and-gain", "look-back")]
"""Lessons that together have a question of each kind."""
LOOKED_AT = {
    "",
    "building-blocks/four-blocks",
    "building-blocks/health-check",
    "initiation/choose-partners",
    "initiation/rewards-and-risks",
    "initiation/look-back",
}
"""Pages for axe: the overview, lessons with all sorts of forms, with worksheets and with charts, a hand-in."""


def save(server: Server, id: str, question: str, value: Any, version: str = "") -> None:
    home = open_home(str(server.home))
    unit, _slash, name = id.partition("/")
    home.save(home.me(), unit, name, question, {"value": value}, version)


def stored(server: Server, id: str) -> dict[str, Any]:
    home = open_home(str(server.home))
    unit, _slash, name = id.partition("/")
    return home.load(home.me(), unit).of(name)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Someone whose own plan is written and who comes to the exercises of the first unit now."""
    running = Server(ROOT, tmp_path_factory.mktemp("learner") / "home", workbook("start"))
    for id, answers in json.loads(PLAN.read_text(encoding="utf-8")).items():
        for question, value in answers.items():
            save(running, id, question, value)
    save(
        running,
        "building-blocks/my-health-check",
        "ratings",
        {"relationship-trust": "red", "structure-duties": "green"},
    )
    running.start()
    yield running
    running.stop()


def visit(tab: Page, server: Server, lesson: str) -> Page:
    tab.goto(f"{server.url}/{lesson}")
    tab.wait_for_selector("html[data-forms=ready]" if lesson else "h1")
    return tab


def form(tab: Page, id: str) -> Locator:
    return tab.locator(f'.wb-form[data-exercise="{id}"]')


def question(tab: Page, id: str, name: str) -> Locator:
    return form(tab, id).locator(f'fieldset[data-question="{name}"]')


def saved(tab: Page, id: str) -> None:
    expect(form(tab, id).locator("[data-status]")).to_have_text(SAVED)


# Every page, for everybody


def test_pages_suit_everybody_and_ask_nobody_else(server: Server, context: BrowserContext) -> None:
    """axe finds nothing, nothing scrolls sideways, and a browser that reaches no other host misses nothing."""
    outside: list[str] = []

    def gate(route: Any) -> None:
        parts = urlsplit(route.request.url)
        if parts.hostname == "127.0.0.1" or parts.scheme in {"blob", "data"}:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    tab = context.new_page()
    wrong: list[Any] = []
    for page in ["", *LESSONS]:
        tab.set_viewport_size({"width": 360, "height": 800})
        visit(tab, server, page)
        for width in (360, 1280) if page in LOOKED_AT else (360,):
            tab.set_viewport_size({"width": width, "height": 800})
            if tab.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append((page, width, "scrolls sideways"))
            if page in LOOKED_AT:
                tab.evaluate(AXE)
                found = tab.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
                wrong += [(page, width, v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found]
    assert wrong == []
    assert outside == []


class Tree:
    """What a screen reader is told of a page."""

    def __init__(self, tab: Page) -> None:
        nodes = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")["nodes"]
        self.nodes = {node["nodeId"]: node for node in nodes}

    @staticmethod
    def name(node: Any) -> str:
        return str(node.get("name", {}).get("value", ""))

    @staticmethod
    def role(node: Any) -> str:
        return "" if node.get("ignored") else str(node["role"]["value"])

    def all(self, role: str) -> list[Any]:
        return [node for node in self.nodes.values() if self.role(node) == role]

    def under(self, node: Any, role: str) -> list[Any]:
        found = []
        for child in (self.nodes[id] for id in node.get("childIds", ())):
            found += [child] if self.role(child) == role else self.under(child, role)
        return found


def named_groups(tab: Page) -> set[str]:
    """The kinds of questions on a page, each of which is a group with its prompt for a name."""
    named = [Tree.name(node) for node in Tree(tab).all("group")]
    asked = tab.locator("fieldset[data-question]").evaluate_all(
        "sets => sets.map(set => [set.dataset.kind, set.querySelector('legend').textContent])"
    )
    for _kind, prompt in asked:
        assert named.count(" ".join(prompt.split())) == 1, prompt
    return {kind for kind, _prompt in asked}


def test_a_worksheet_stays_a_table_for_a_screen_reader(server: Server, tab: Page) -> None:
    for width in (1280, 360):  # a row of the table, then a card
        tab.set_viewport_size({"width": width, "height": 800})
        if width == 1280:
            visit(tab, server, "initiation/choose-partners")
        else:  # filled rows are folded on a phone
            question(tab, "initiation/partners", "partners").get_by_role("button", name="Open all rows").click()
        tree = Tree(tab)
        prompt = "Which stakeholders do you want as partners, and what does each bring that the plan needs? required"
        (group,) = [n for n in tree.all("group") if tree.name(n) == prompt]
        (table,) = tree.under(group, "table")
        assert tree.name(table) == "One row for each partner"
        rows = tree.under(table, "row")
        assert len(rows) == 8, "a row for the headings and seven partners"
        assert len(tree.under(rows[0], "columnheader")) == 10
        assert [tree.name(n) for n in tree.under(rows[2], "rowheader")] == ["Partner 2"]
        assert [tree.name(n) for n in tree.under(rows[2], "combobox")][:2] == ["Partner 2 Partner", "Partner 2 Sector"]


# The keyboard alone


def press(tab: Page, *keys: str) -> None:
    for key in keys:
        tab.keyboard.press(key)


def reach(tab: Page, test: str, key: str = "Tab", most: int = 80) -> None:
    """Press ``key`` until the element with the focus (``el``) passes the test."""
    for _n in range(most):
        if tab.evaluate(f"(el => {test})(document.activeElement)"):
            return
        tab.keyboard.press(key)
    raise AssertionError(f"{test} cannot be reached")


def test_a_worksheet_is_filled_with_the_keyboard_alone(server: Server, tab: Page) -> None:
    id = "initiation/scope"
    before = stored(server, id)["out"]["rows"]
    visit(tab, server, "initiation/goals-and-scope")
    sheet = question(tab, id, "out")
    expect(sheet.locator("tr[data-row]")).to_have_count(2)
    sheet.locator("textarea").first.focus()
    reach(tab, "el.dataset.act === 'add-row'")
    press(tab, "Enter")
    row = sheet.locator("tr[data-row]").nth(2)
    new = row.get_attribute("data-row")
    for text in ("Waste of ships", "It has its own rules", "The port"):
        assert tab.evaluate("document.activeElement.closest('tr').dataset.row") == new
        tab.keyboard.type(text)
        press(tab, "Enter", "Tab")  # Enter breaks no line in one line of text
    saved(tab, id)
    expect(form(tab, id).locator("[data-status]")).to_be_in_viewport()
    reach(tab, "el.dataset.act === 'row-up'")
    press(tab, "Enter")
    assert tab.evaluate("[document.activeElement.dataset.act, document.activeElement.closest('tr').dataset.row]") == [
        "row-up",
        new,
    ]
    expect(sheet.locator("tr[data-row]").nth(1)).to_have_attribute("data-row", str(new))
    saved(tab, id)
    given = {"excluded": "Waste of ships", "why": "It has its own rules", "elsewhere": "The port"}
    assert stored(server, id)["out"]["rows"] == [before[0], {"id": new, "cells": given}, before[1]]
    reach(tab, "el.dataset.act === 'remove-row'")
    press(tab, "Enter")
    expect(sheet.locator("[data-tell]")).to_be_visible()
    expect(sheet.locator("tr[data-row]")).to_have_count(2)
    assert tab.evaluate("document.activeElement !== document.body")
    saved(tab, id)
    assert stored(server, id)["out"]["rows"] == before


def test_a_partner_others_refer_to_is_not_lost_by_a_slip(server: Server, context: BrowserContext) -> None:
    tab, other = context.new_page(), context.new_page()
    id = "initiation/partners"
    visit(other, server, "initiation/map-resources")
    expect(other.get_by_text("(removed)")).to_have_count(0)
    visit(tab, server, "initiation/choose-partners")
    question(tab, id, "partners").get_by_role("button", name="Remove: Partner 2").click()
    told = question(tab, id, "partners").locator("[data-tell]")
    expect(told).to_contain_text("Other answers refer to this row")
    told.get_by_role("button", name="Remove it all the same").click()
    saved(tab, id)
    broken = question(other, "initiation/resources", "resources").locator("select:has([data-broken])").first
    expect(broken).to_have_value("p-council")
    assert "(removed) Port Selu municipal council" in broken.inner_text()
    told.get_by_role("button", name="Undo").click()
    expect(other.get_by_text("(removed)")).to_have_count(0)
    assert len(stored(server, id)["partners"]["rows"]) == 7


# What was acknowledged stays


def fill(tab: Page, lesson: str) -> None:
    """Answer the questions of a lesson so that all together have one of each kind."""
    if lesson == FILLED[0]:  # single-choice, match
        tab.get_by_label("Settle who locks the bays at night").check()
        for item, block in (("Any partner you ask", "Fundamentals"), ("A text says who owes", "Structure and set-up")):
            question(tab, f"{UNIT}/sort-the-parts", "parts").get_by_label(item).select_option(label=block)
        done = ["first-look", "sort-the-parts"]
    elif lesson == FILLED[1]:  # multiple-choice, number
        tab.get_by_label("In June the company told").check()
        tab.get_by_label("A wrong delivery").check()
        question(tab, f"{UNIT}/price-of-proof", "today").get_by_label("Your answer").fill("21")
        done = ["is-it-trust", "price-of-proof"]
    elif lesson == FILLED[2]:  # order, scale, allocate, short-text
        steps = question(tab, f"{UNIT}/workshop-steps", "steps")
        steps.get_by_role("button", name="Move up: The partners agree on the signs").click()
        duties = tab.get_by_role("group", name="Duties are written down")
        duties.get_by_label("amber").check()
        for row, minutes in {"Ground": "10", "Show and": "20", "Talk the": "60", "Agree": "30"}.items():
            question(tab, f"{UNIT}/two-hours", "minutes").get_by_label(row).fill(minutes)
        question(tab, f"{UNIT}/read-the-check", "content").get_by_label("Your answer").fill("The UN office")
        done = ["workshop-steps", "my-health-check", "two-hours", "read-the-check"]
    elif lesson == FILLED[3]:  # situational, table
        tab.get_by_role("group", name="Keep one vote").get_by_label("Acceptable").check()
        cells = question(tab, f"{UNIT}/who-gains", "gains").locator("tr[data-row]").nth(1).locator("select")
        for cell in cells.all():
            cell.select_option(index=1)
        done = ["seats-and-money", "who-gains"]
    else:  # long-text
        tab.get_by_label("Your answer").first.fill("Dear partners,\nwhat do you see from your seat?")
        done = ["first-repair"]
    tab.keyboard.press("Tab")
    for name in done:
        saved(tab, f"{UNIT}/{name}")


def shown(tab: Page) -> dict[str, list[str]]:
    """What stands in the controls of all forms; blank ones left out."""
    found: dict[str, list[str]] = tab.evaluate(
        """() => { const all = {};
        for (const form of document.querySelectorAll(".wb-form"))
          for (const [name, value] of new FormData(form))
            if (value) (all[form.dataset.exercise + " " + name] ??= []).push(value.replace(/\\r/g, ""));
        return all; }"""
    )
    return found


def test_nothing_acknowledged_is_ever_lost(
    server: Server, tab: Page, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: dict[str, dict[str, list[str]]] = {}
    groups: set[str] = set()
    for lesson in FILLED:
        visit(tab, server, lesson)
        groups |= named_groups(tab)
        fill(tab, lesson)
        before[lesson] = shown(tab)
    tab.reload()
    tab.wait_for_selector("html[data-forms=ready]")
    assert shown(tab) == before[FILLED[-1]]
    kinds = {q["kind"] for e in stored_exercises(server) for q in e["questions"] if q["id"] in e["answers"]}
    assert groups == kinds == set(BY_NAME)

    # The page's kernel dies: what is typed then waits, and the page comes back by itself.
    for process in kernels(server):
        process.send_signal(signal.SIGKILL)
    letter = question(tab, f"{UNIT}/first-repair", "letter").get_by_label("Your answer")
    letter.fill("Typed to nobody")
    saved(tab, f"{UNIT}/first-repair")
    expect(letter).to_have_value("Typed to nobody")
    before[FILLED[-1]] = shown(tab)

    # The server dies; another browser finds everything.
    server.kill()
    server.start()
    elsewhere = browser.new_context()
    fresh = elsewhere.new_page()
    for lesson in FILLED:
        visit(fresh, server, lesson)
        assert shown(fresh) == before[lesson]

    # JupyterLab shows the same answers, and Voila what is changed there.
    visit(fresh, server, FILLED[1])
    monkeypatch.setenv("JUPYTER_TOKEN", "a-word")
    lab = Server(ROOT, server.home, workbook("lab"), ready="/login").start()
    try:
        tab.goto(f"{lab.url}/lab/tree/course/{FILLED[1]}.ipynb?token=a-word&reset")
        expect(tab.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
        expect(tab.locator("#jp-main-statusbar")).to_contain_text("| Idle")
        tab.get_by_role("menuitem", name="Run", exact=True).click()
        tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        expect(tab.get_by_text("official Jupyter news")).to_have_count(0)
        expect(tab.get_by_text("Validate")).to_have_count(0)
        number = question(tab, f"{UNIT}/price-of-proof", "today").get_by_label("Your answer")
        expect(number).to_have_value("21")
        expect(tab.get_by_label("A wrong delivery")).to_be_checked()
        number.fill("84")
        tab.keyboard.press("Tab")
        saved(tab, f"{UNIT}/price-of-proof")
        expect(question(fresh, f"{UNIT}/price-of-proof", "today").get_by_label("Your answer")).to_have_value("84")
    finally:
        lab.stop()
        elsewhere.close()


def stored_exercises(server: Server) -> list[dict[str, Any]]:
    """The exercises of the unit with what was answered in each."""
    found = []
    for file in sorted((ROOT / "exercises" / UNIT).glob("*.json")):
        given = stored(server, f"{UNIT}/{file.stem}")
        found.append({**json.loads(file.read_text(encoding="utf-8")), "answers": given})
    return found


def test_a_page_over_plain_http_works_too(server: Server, named: Browser) -> None:
    """A room's page is no secure context: no crypto.randomUUID, no clipboard, no service worker."""
    with wire(server.url, "workbook.test") as there:
        tab = named.new_page()
        tab.goto(f"http://workbook.test:{there.port}/initiation/goals-and-scope")
        tab.wait_for_selector("html[data-forms=ready]")
        assert tab.evaluate("isSecureContext") is False
        sheet = question(tab, "initiation/scope", "out")
        sheet.get_by_role("button", name="Add a row").click()
        tab.keyboard.type("Waste of ships")
        tab.keyboard.press("Tab")
        saved(tab, "initiation/scope")
        assert len(stored(server, "initiation/scope")["out"]["rows"]) == 3
        sheet.get_by_role("button", name="Remove: ").last.click()
        expect(sheet.locator("tr[data-row]")).to_have_count(2)
        saved(tab, "initiation/scope")
        tab.reload()
        tab.wait_for_selector("html[data-forms=ready]")
        expect(sheet.locator("tr[data-row]")).to_have_count(2)
        tab.close()


# The end of a unit


def secret(exercise: str, name: str) -> dict[str, Any]:
    """A question with what only trainers see."""
    whole = json.loads((ROOT / "build" / "keys" / UNIT / f"{exercise}.json").read_text(encoding="utf-8"))
    (found,) = [q for q in whole["questions"] if q["id"] == name]
    return dict(found)


def test_a_unit_is_handed_in_and_collected(server: Server, tab: Page, tmp_path: Path) -> None:
    save(server, f"{UNIT}/is-it-trust", "grown", ["warning", "calm"])
    save(server, f"{UNIT}/first-repair", "letter", "Dear partners, please come and talk.")
    model = secret("first-repair", "letter")["model"]
    why = secret("is-it-trust", "grown")["key"]["feedback"]["calm"]
    for lesson in ("trust", "look-back"):
        visit(tab, server, f"{UNIT}/{lesson}")
        assert plain(model)[:60] not in tab.content() and plain(why)[:60] not in tab.content()
        expect(form(tab, f"{UNIT}/is-it-trust").get_by_role("button", name="Check my answer")).to_have_count(0)
    page = tab.locator(".wb-hand-in")
    page.get_by_role("button", name="Hand in").click()
    expect(page).to_contain_text("Receipt")
    letter = question(tab, f"{UNIT}/first-repair", "letter")
    expect(letter.locator(".wb-model")).to_contain_text(plain(model)[:60])
    rating = letter.get_by_role("group", name="Rate your own answer: 4 of 4").get_by_role("radio").first
    rating.check()
    saved(tab, f"{UNIT}/first-repair")
    with tab.expect_download() as started:
        page.get_by_role("button", name="Download the file").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert file.suffix == ".zip"
    tab.reload()
    tab.wait_for_selector("html[data-forms=ready]")
    expect(rating).to_be_checked()
    visit(tab, server, f"{UNIT}/trust")
    expect(question(tab, f"{UNIT}/is-it-trust", "grown")).to_contain_text(plain(why)[:60])

    trainer = tmp_path / "trainer"
    for folder in ("course", "exercises"):
        shutil.copytree(ROOT / folder, trainer / folder)
    done = subprocess.run(
        [sys.executable, "-m", "workbook", "collect", str(file)],
        cwd=trainer, env={**os.environ, "WORKBOOK_ROOT": str(trainer)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (answers,) = (trainer / "build" / "submitted").glob(f"*/{UNIT}/answers.json")
    assert "please come and talk" in answers.read_text(encoding="utf-8")

"""Charts in a real browser: they follow what is saved, fit a phone, and say everything on paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from serving import Server, workbook
from workbook.answers import open_home

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
ROOT = Path(__file__).parents[2]
PLAN = ROOT / "tests" / "fixtures" / "tavara-plan.json"
OUTSIDE = """svg => {
  const box = svg.getBoundingClientRect();
  const out = el => { const r = el.getBoundingClientRect(); return r.right > box.right + 2 || r.left < box.left - 2; };
  return [...svg.querySelectorAll("text")].filter(out).map(el => el.textContent);
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(ROOT, tmp_path_factory.mktemp("learner") / "home", workbook("start")).start()
    yield running
    running.stop()


def save(server: Server, id: str, **changed: Any) -> None:
    home = open_home(str(server.home))
    unit, _slash, name = id.partition("/")
    for question, value in (json.loads(PLAN.read_text(encoding="utf-8"))[id] | changed).items():
        home.save(home.me(), unit, name, question, {"value": value}, "")


def test_a_chart_appears_when_answers_are_saved_and_fits_a_phone(tab: Page, server: Server) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.goto(f"{server.url}/initiation/map-stakeholders")
    chart = tab.locator(".wb-chart")
    expect(chart).to_contain_text("First fill in “Who has a stake”")
    expect(chart.get_by_role("link")).to_have_attribute("href", "/initiation/map-stakeholders")
    expect(chart.get_by_role("img")).to_have_count(0)
    chart.scroll_into_view_if_needed()
    save(server, "initiation/stakeholders")
    drawing = chart.get_by_role("img", name="Your map of stakeholders")
    expect(drawing).to_be_visible()
    expect(chart.get_by_role("status")).to_have_text("Drawn again from your answers.")
    assert drawing.evaluate(OUTSIDE) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    smallest = "svg => Math.min(...[...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect().height))"
    assert drawing.evaluate(smallest) >= 11

    # What is open stays open, and the button keeps the focus, when it is drawn again.
    chart.get_by_text("In words").click()
    said = chart.get_by_text("5. \u2068Women's savings network\u2069: interest high, influence low, affected: high.")
    expect(said).to_be_visible()
    button = chart.get_by_role("button", name="Draw again")
    button.press("Enter")
    expect(chart.get_by_role("status")).to_have_text("This is how your answers stand.")
    save(server, "initiation/stakeholders", stakeholders={"rows": [{"id": "one", "cells": {"name": "A choir"}}]})
    expect(chart).to_contain_text("A choir")
    expect(said).to_have_count(0)
    expect(chart.get_by_text("1. \u2068A choir\u2069: interest not known yet")).to_be_visible()
    expect(button).to_be_focused()


def test_on_paper_everything_is_said_in_words(tab: Page, server: Server) -> None:
    save(server, "initiation/stakeholders")
    tab.goto(f"{server.url}/initiation/map-stakeholders")
    chart = tab.locator(".wb-chart")
    words = chart.locator(".wb-in-words li").first
    expect(chart.get_by_role("img")).to_be_visible()
    expect(words).not_to_be_visible()
    tab.emulate_media(media="print")
    expect(words).to_be_visible()
    expect(chart.get_by_role("button", name="Draw again")).not_to_be_visible()


def test_a_chart_out_of_sight_is_drawn_when_a_form_on_its_page_saves(tab: Page, server: Server) -> None:
    save(server, "initiation/stakeholders", stakeholders={"rows": []})
    tab.goto(f"{server.url}/initiation/map-stakeholders")
    chart = tab.locator(".wb-chart")
    expect(chart).to_contain_text("Nothing to show yet")
    sheet = tab.locator('.wb-form[data-exercise="initiation/stakeholders"] fieldset[data-question="stakeholders"]')
    sheet.locator("textarea").first.fill("A choir")
    tab.keyboard.press("Tab")
    expect(chart).to_contain_text("A choir")
    expect(chart).not_to_be_in_viewport()


def test_a_chart_out_of_sight_asks_nothing(tab: Page, server: Server) -> None:
    asked: list[str] = []
    tab.on("websocket", lambda ws: ws.on("framesent", lambda frame: asked.append(str(frame))))
    tab.goto(f"{server.url}/initiation/map-stakeholders")
    chart = tab.locator(".wb-chart")
    expect(chart).to_be_attached()
    tab.evaluate("scrollTo(0, 0)")
    tab.wait_for_timeout(1000)

    def looks() -> int:
        asked.clear()
        tab.wait_for_timeout(7000)
        return sum('"look"' in frame or r"\"look\"" in frame for frame in asked)

    assert looks() == 0
    chart.scroll_into_view_if_needed()
    assert looks() >= 2

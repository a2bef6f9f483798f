"""Formgrader in a real browser after ``workbook mark``: answers can be read, and what a person enters is kept and told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request, Route, expect

import feedback_sample as made
import marked_course
from feedback_sample import ANN, SECRETS, UNIT
from serving import Server

pytestmark = pytest.mark.browser
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
NB = "nbgrader.server_extensions"
OTHERS = ("jupyterlab", "jupyterlab_jupytext", "jupyter_lsp", "jupyter_server_terminals", "notebook", "notebook_shim",
          "voila.server_extension", f"{NB}.validate_assignment", f"{NB}.assignment_list", f"{NB}.course_list")  # fmt: skip
EXTENSIONS = {f"{NB}.formgrader": True} | dict.fromkeys(OTHERS, False)
"""What else a trainer's Jupyter server loads is not needed here, and takes its time."""


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Three learners, marked by ``workbook mark``, and the Jupyter server that a trainer starts in that folder."""
    folder = tmp_path_factory.mktemp("marking")
    root = folder / "course"
    exercises = made.build(root)
    made.hand_in(root, "ann", exercises, ANN)
    made.hand_in(root, "bo", exercises, {"letter": {"letter": "Bo writes of nets"}})
    (made.hand_in(root, "cy", exercises, ANN) / "answers.json").write_text("{", encoding="utf-8")
    made.mark(root)
    words = [sys.executable, "-m", "jupyter_server", "--ip=127.0.0.1", "--no-browser", "--allow-root"]
    words += [
        "--IdentityProvider.token=",
        f"--ServerApp.jpserver_extensions={EXTENSIONS}",
        "--ServerApp.port_retries=0",
    ]
    server = Server(root, folder / "home", lambda port: [*words, f"--port={port}"], ready="/api")
    server.start()
    yield server
    server.stop()


def here_only(tab: Page, server: str) -> list[str]:
    """Let the page ask only this server; returns what it wanted from elsewhere, and what it asked people."""
    asked: list[str] = []

    def seen(route: Route, request: Request) -> None:
        if request.url.startswith((server, "file:", "data:", "blob:")):
            route.continue_()
        else:
            asked.append(request.url)
            route.abort()

    def refused(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    tab.route("**/*", seen)
    tab.on("dialog", refused)
    return asked


def submissions(tab: Page, server: Server, listed: str) -> list[str]:
    """The addresses of notebooks that one of formgrader's lists leads to."""
    tab.goto(f"{server.url}/formgrader/{listed}")
    links = tab.locator("a[href*='/formgrader/submissions/']")
    expect(links.first).to_be_visible()
    return sorted({str(link.get_attribute("href")) for link in links.all()})


def read(tab: Page, server: Server, address: str) -> str:
    """A learner's notebook in formgrader, as one reads it."""
    answer = tab.goto(server.url + address)
    assert answer is not None and answer.status == 200
    whole = tab.locator("#notebook-container").first
    expect(whole).to_be_visible()
    return whole.inner_text()


def test_marks_and_comments_entered_in_formgrader_survive_marking_again(
    formgrader: Server, context: BrowserContext
) -> None:
    root, tab = formgrader.root, context.new_page()
    asked = here_only(tab, formgrader.url)
    told: dict[str, list[str]] = {}
    for student in ("ann", "bo", "cy"):
        addresses = submissions(tab, formgrader, f"manage_students/{student}/{UNIT}")
        told[student] = [read(tab, formgrader, address) for address in addresses]
    assert [len(texts) for texts in told.values()] == [5, 5, 5], "every notebook of every learner opens"
    for words in ("A fast boat for visitors", "Points: 0 of 2", made.EVIL, "مرحبا", "Name: Amina; Task: Steers"):
        assert words in "\n".join(told["ann"]), words
    assert "Bo writes of nets" in "\n".join(told["bo"])
    assert all("answers.json is broken" in text for text in told["cy"])
    assert "1" not in asked, "nothing of theirs ran"

    letters = submissions(tab, formgrader, f"gradebook/{UNIT}/letter")
    (letter,) = [address for address in letters if "Dear all" in read(tab, formgrader, address)]
    tab.goto(formgrader.url + letter, wait_until="networkidle")  # its boxes tell nobody before it knows the marks
    with tab.expect_response(lambda found: "/api/grade/" in found.url and found.request.method == "PUT"):
        tab.locator("#rubric-letter-need").fill("1.5")
        tab.locator("#rubric-letter-need").blur()
    with tab.expect_response(lambda found: "/api/comment/" in found.url and found.request.method == "PUT"):
        tab.locator("#rubric-letter-need-comment").fill("Good start, <b>Ann</b>.")
        tab.locator("#rubric-letter-need-comment").blur()

    said = marked_course.mark(root, UNIT, "--force")
    assert "3 learners marked" in said and "Nobody's points have changed" in said
    tab.goto(formgrader.url + letter)
    expect(tab.locator("#rubric-letter-need")).to_have_value("1.5")
    expect(tab.locator("#rubric-letter-need-comment")).to_have_value("Good start, <b>Ann</b>.")
    expect(tab.locator("#rubric-letter-season")).to_have_value("")

    said = marked_course.run(root, "-m", "workbook", "feedback", UNIT)
    assert "harbour: 3 pages written" in said
    feedback(tab, root, asked)


def feedback(tab: Page, root: Path, asked: list[str]) -> None:
    """The page that Ann gets, on a phone and on a desk: complete, at rest, accessible, and without what is not hers yet."""
    asked.clear()
    for width in (360, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto((root / "build" / "feedback" / "ann" / f"{UNIT}.html").as_uri())
        text = tab.locator("main").inner_text()
        assert "Points: 1.5 of 2" in text and "Good start, <b>Ann</b>." in text and made.EVIL in text
        assert [words for words in SECRETS if words in text] == []
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.evaluate(AXE)
        found = tab.evaluate("axe.run(document)")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    arabic = tab.get_by_text("مرحبا")
    assert arabic.evaluate("node => getComputedStyle(node).unicodeBidi") == "plaintext"
    assert asked == [], "the page asks for nothing"

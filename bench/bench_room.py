"""A room full of people who open the same lesson at the same moment, ours beside stock stand-alone Voila.

The lesson has one form of thirty questions. Time is from the request to the last widget state over the WebSocket, for
the slowest two of forty (p95). Memory is what the kernels hold for themselves (USS), for each participant, with what
forks them counted in. Where kernels cannot be forked is measured too. The clients run in a process of their own on the
same two cores, for both sides alike. Each figure is a median of three servers, ours and stock in turn.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

import form_sample
import sample
from bench_form import FIELDS, exercise
from bench_page import SERVE, ours, running, stock
from measure import ROOT, RUNS, Row, environment
from serving import Server
from workbook import content, release

PEOPLE = (40, 60, 100)
ALSO_STOCK = 40
"""Stock Voila is measured with so many people only: more of them do not fit the time."""
STUBBORN = 4
"""Times that stock Voila may try until all its pages come."""
SETTLE = 6.0
"""Seconds before they come: a server that has just started, as in a room."""
CROWD = (
    "import asyncio, json, sys; sys.path.insert(0, sys.argv[4])\n"
    "from tornado.httpclient import AsyncHTTPClient\n"
    "from crowd import Participant, crowd\n"
    "AsyncHTTPClient.configure(None, max_clients=1000)\n"
    "people = [Participant(sys.argv[1]) for _ in range(int(sys.argv[3]))]\n"
    "async def main():\n"
    "    print(json.dumps(await crowd(people, sys.argv[2])), flush=True)\n"
    "    await asyncio.to_thread(sys.stdin.read)\n"
    "asyncio.run(main())\n"
)
STOCK_FORM = """
import ipywidgets
ways = ["The first of three ways", "The second of three ways", "The third of three ways", "The fourth"]
made = []
for place in range(FIELDS):
    what = dict(description=f"Question {place}: what do you say?")
    made.append((
        lambda: ipywidgets.RadioButtons(options=ways, **what), lambda: ipywidgets.SelectMultiple(options=ways, **what),
        lambda: ipywidgets.FloatText(**what), lambda: ipywidgets.Text(**what), lambda: ipywidgets.Textarea(**what),
    )[place % 5]())
ipywidgets.VBox(made)
"""


class Unfinished(Exception):
    """Somebody never got the page."""


def processes(root: Path, home: Path) -> Server:
    """Ours where kernels cannot be forked: each is a process, as on Windows and macOS."""
    code = "from workbook.room import forks; forks.possible = lambda: False\n" + SERVE
    return Server(root, home, lambda port: [sys.executable, "-c", code, str(root), str(home), str(port)], "/health")


def course(folder: Path) -> Path:
    """A course with the one lesson."""
    form = form_sample.CELL.format(call='form("harbour/thirty")', name="form")
    texts = {"needs": f"# The room\n\n{form}", "wishes": "# The end\n"}
    files = {"course/course.yml": sample.FILES["course/course.yml"], "solutions/harbour/thirty.yml": exercise(0)}
    files |= {f"course/harbour/{name}.md": sample.HEAD + text for name, text in texts.items()}
    sample.write(folder, files)
    sample.write(folder, {str(path): text for path, text in release.files(content.load(folder)).items()})
    return folder


def notebook(folder: Path) -> Path:
    """The lesson as someone would write it with stock controls."""
    cell = {"cell_type": "code", "id": "form", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": STOCK_FORM.replace("FIELDS", str(FIELDS))}]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (folder / "course").mkdir(parents=True)
    made = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "course" / "room.ipynb").write_text(json.dumps(made), encoding="utf-8")
    return folder


def visit(server: Server, path: str, people: int) -> tuple[float, float]:
    """p95 of seconds, and megabytes that each participant costs while all pages are open."""
    time.sleep(SETTLE)
    command = [sys.executable, "-c", CROWD, server.url, path, str(people), str(ROOT / "tests")]
    with subprocess.Popen(command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as clients:
        assert clients.stdout is not None and clients.stdin is not None
        line = clients.stdout.readline()
        if not line:
            raise Unfinished(f"the {people} participants of {server.url} did not get their pages")
        seconds = sorted(json.loads(line))
        assert server.process is not None
        children = psutil.Process(server.process.pid).children(recursive=True)
        memory = sum(float(child.memory_full_info().uss) for child in children) / 1e6
        clients.stdin.close()
        clients.wait(30)
    return seconds[max(0, -(-len(seconds) * 95 // 100) - 1)], memory / people


def stock_visit(folder: Path, place: Path) -> tuple[float, float]:
    """Stock Voila at times leaves one of forty pages loading for ever (two kernels took one port): then once more."""
    for again in range(STUBBORN):
        with running(stock(folder, place / f"{again}" / "home")) as server:
            try:
                return visit(server, "/voila/render/room.ipynb", ALSO_STOCK)
            except Unfinished as failed:
                print(f"stock: {failed}", file=sys.stderr)
    raise SystemExit("stock Voila never gave everybody a page")


def medians(visits: list[tuple[float, float]]) -> tuple[float, float]:
    """Of several visits the median of seconds and that of megabytes."""
    return statistics.median(slow for slow, _memory in visits), statistics.median(memory for _slow, memory in visits)


def run() -> list[Row]:
    found: dict[int, list[tuple[float, float]]] = {people: [] for people in PEOPLE}
    unforked, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as folder:
        place = Path(folder)
        root, beside = course(place / "ours"), notebook(place / "stock")
        for turn in range(RUNS):
            for people in PEOPLE:
                with running(ours(root, place / f"home-{turn}-{people}" / "home")) as server:
                    found[people].append(visit(server, "/harbour/needs", people))
            theirs.append(stock_visit(beside, place / f"stock-{turn}"))
            with running(processes(root, place / f"home-{turn}-processes" / "home")) as server:
                unforked.append(visit(server, "/harbour/needs", ALSO_STOCK))
    waited, held = medians(theirs)
    slow, memory = medians(found[ALSO_STOCK])
    rows = [
        Row(f"{ALSO_STOCK} people open one page at once: p95", slow, waited, "s", most=3.0),
        Row("… the same, beside stock", slow, waited, "s", ratio_least=6),
        Row(f"{ALSO_STOCK} people: memory of each", memory, held, "MB", most=20.0),
        Row("… the same, beside stock", memory, held, "MB", ratio_least=2),
    ]
    for people in PEOPLE:
        if people != ALSO_STOCK:
            slow, memory = medians(found[people])
            rows.append(Row(f"{people} people open one page at once: p95", slow, None, "s"))
            rows.append(Row(f"{people} people: memory of each", memory, None, "MB"))
    slow, memory = medians(unforked)
    rows.append(Row(f"{ALSO_STOCK} people without fork: p95", slow, waited, "s"))
    rows.append(Row(f"{ALSO_STOCK} people without fork: memory of each", memory, held, "MB"))
    return rows

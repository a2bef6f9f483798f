"""A room full of people who open the same lesson at the same moment, ours beside stock stand-alone Voila.

The lesson has one form of thirty questions. Time is from the request to the last widget state over the WebSocket, for
the slowest two of forty (p95). Memory is what the kernels hold for themselves (USS), for each participant, with what
forks them counted in. Where kernels cannot be forked is measured too. The clients run in a process of their own on the
same two cores, for both sides alike.
"""

from __future__ import annotations

import json
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
from measure import ROOT, Row, environment
from serving import Server
from workbook import content, release

PEOPLE = (40, 60, 100)
ALSO_STOCK = 40
"""Stock Voila is measured with so many people only: more of them do not fit the time."""
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
            raise SystemExit(f"the {people} participants of {server.url} did not get their pages")
        seconds = sorted(json.loads(line))
        assert server.process is not None
        children = psutil.Process(server.process.pid).children(recursive=True)
        memory = sum(float(child.memory_full_info().uss) for child in children) / 1e6
        clients.stdin.close()
        clients.wait(30)
    return seconds[max(0, -(-len(seconds) * 95 // 100) - 1)], memory / people


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as folder:
        place = Path(folder)
        found: dict[int, tuple[float, float]] = {}
        root = course(place / "ours")
        for people in PEOPLE:
            with running(ours(root, place / f"home-{people}" / "home")) as server:
                found[people] = visit(server, "/harbour/needs", people)
        with running(processes(root, place / "home-processes" / "home")) as server:
            unforked = visit(server, "/harbour/needs", ALSO_STOCK)
        with running(stock(notebook(place / "stock"), place / "home-stock" / "home")) as server:
            theirs = visit(server, "/voila/render/room.ipynb", ALSO_STOCK)
    rows = []
    for people in PEOPLE:
        slow, memory = found[people]
        beside = theirs if people == ALSO_STOCK else (0.0, 0.0)
        limit = {"most": 3.0} if people == ALSO_STOCK else {}
        rows.append(Row(f"{people} people open one page at once: p95", slow, beside[0], "s", **limit))
        limit = {"most": 20.0} if people == ALSO_STOCK else {}
        rows.append(Row(f"{people} people: memory of each", memory, beside[1], "MB", **limit))
    rows.append(Row(f"{ALSO_STOCK} people without fork: p95", unforked[0], theirs[0], "s"))
    rows.append(Row(f"{ALSO_STOCK} people without fork: memory of each", unforked[1], theirs[1], "MB"))
    return rows

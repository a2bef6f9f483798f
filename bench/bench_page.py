"""A lesson in the browser, ours beside stock stand-alone Voila with the same notebook: bytes, requests, time, memory.

Bytes are counted by a proxy on the wire, both ways of a WebSocket included; time is until a control of
the lesson's last form can be used. Memory is what a kernel holds for itself (USS) when its page is shown.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright

import room_sample
from browser.conftest import ARGUMENTS, chromium
from serving import Server, free_port
from wire import wire

ROOT = Path(__file__).resolve().parents[1]
LESSON = "building-blocks/four-blocks"
RUNS = 3
SERVE = (
    "import sys; from pathlib import Path\n"
    "from workbook.places import Session\n"
    "from workbook.room import serve\n"
    "session = Session(root=Path(sys.argv[1]), home=sys.argv[2], owner='bench', alone=True)\n"
    "serve(session, port=int(sys.argv[3]), open_browser=False)\n"
)
BARE = "import ipywidgets; from IPython.display import display; display(ipywidgets.Text())"


def ours(root: Path, home: Path) -> Server:
    return Server(root, home, lambda port: [sys.executable, "-c", SERVE, str(root), str(home), str(port)], "/health")


def stock(root: Path, home: Path) -> Server:
    def command(port: int) -> list[str]:
        notebooks = str(root / "course")
        return [sys.executable, "-m", "voila", notebooks, f"--port={port}", "--no-browser", "--Voila.ip=127.0.0.1"]

    return Server(root, home, command, "/voila/static/voila.js")


@contextmanager
def running(server: Server) -> Iterator[Server]:
    server.home.mkdir(parents=True, exist_ok=True)
    try:
        yield server.start()
    finally:
        server.stop()


def visits(browser: Browser, server: Server, path: str, usable: str) -> dict[str, float]:
    """A first and a second visit of one browser: bytes and requests of each, seconds until usable (median)."""
    found: dict[str, float] = {}
    seconds: dict[str, list[float]] = {"first": [], "second": []}
    with wire(server.url) as counted:
        for _run in range(RUNS):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            for which in ("first", "second"):
                tab = context.new_page()
                asked: list[str] = []
                tab.on("request", lambda request, asked=asked: asked.append(request.url))
                counted.reset()
                began = time.monotonic()
                tab.goto(f"http://127.0.0.1:{counted.port}/{path}", wait_until="commit")
                tab.locator(usable).last.wait_for(state="visible", timeout=90_000)
                seconds[which].append(time.monotonic() - began)
                tab.wait_for_load_state("networkidle")
                urls = [url for url in asked if url.startswith("http")]
                found[f"{which} bytes"] = counted.received + counted.sent
                found[f"{which} requests"] = len(urls)
                found[f"{which} outside"] = len([url for url in urls if "127.0.0.1" not in url])
                tab.close()
            context.close()
    return found | {which: statistics.median(times) for which, times in seconds.items()}


def kernel_memory(server: Server, browser: Browser, path: str, usable: str) -> float:
    """Megabytes that the kernel of a shown page holds for itself."""
    tab = browser.new_page()
    tab.goto(f"{server.url}/{path}")
    tab.locator(usable).last.wait_for(state="visible", timeout=90_000)
    assert server.process is not None
    children = psutil.Process(server.process.pid).children(recursive=True)
    sizes = [child.memory_full_info().uss / 1e6 for child in children if any("-f" in part for part in child.cmdline())]
    tab.close()
    return max(sizes)  # the spare kernel shows nothing yet and is the smaller one


def bare_kernel() -> float:
    """Megabytes of a stock kernel that shows one ipywidgets control."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute_interactive(BARE, timeout=60, output_hook=lambda message: None)
        pid = manager.provisioner.process.pid
        return float(psutil.Process(pid).memory_full_info().uss / 1e6)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def second_start(server: Callable[[], Server]) -> float:
    """Seconds from the command until the server answers, when everything is installed."""
    times = []
    for _run in range(RUNS):
        began = time.monotonic()
        with running(server()):
            times.append(time.monotonic() - began)
    return statistics.median(times)


def run() -> list[tuple[str, float, float, str]]:
    """Rows of (what, ours, stock, unit)."""
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as place, sync_playwright() as playwright:
        folder = Path(place)
        root = ROOT if (ROOT / "course" / f"{LESSON}.ipynb").is_file() else room_sample.make(folder / "course")
        real = root == ROOT
        lesson = LESSON if real else "first/needs"
        usable = ".wb-form input, .wb-form select, .wb-form button" if real else "#note"
        os.environ["WORKBOOK_ROOT"], os.environ["PYTHONPATH"] = str(root), str(ROOT / "src")
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        rows = []
        with running(ours(root, folder / "a" / "home")) as a, running(stock(root, folder / "b" / "home")) as b:
            mine = visits(browser, a, lesson, usable)
            theirs = visits(browser, b, f"voila/render/{lesson}.ipynb", usable)
            for which in ("first", "second"):
                rows += [
                    (f"{which} visit: bytes on the wire", mine[f"{which} bytes"], theirs[f"{which} bytes"], "bytes"),
                    (f"{which} visit: requests", mine[f"{which} requests"], theirs[f"{which} requests"], ""),
                    (f"{which} visit: to other hosts", mine[f"{which} outside"], theirs[f"{which} outside"], ""),
                    (f"{which} visit: seconds until usable", mine[which], theirs[which], "s"),
                ]
            memory = kernel_memory(a, browser, lesson, usable)
        browser.close()
        rows.append(("kernel with the lesson's forms, beside a bare ipywidgets kernel", memory, bare_kernel(), "MB"))
        start = lambda made: second_start(lambda: made(root, folder / str(free_port()) / "home"))  # noqa: E731
        rows.append(("start until the server answers", start(ours), start(stock), "s"))
    rows.append(("import workbook, beside import ipywidgets", _import("workbook"), _import("ipywidgets"), "s"))
    return rows


def _import(name: str) -> float:
    """Seconds that importing ``name`` adds to an empty Python (median)."""

    def once(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - began

    times = [once(f"import {name}") - once("pass") for _run in range(7)]
    return max(0.0001, statistics.median(times))

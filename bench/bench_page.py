"""A lesson in the browser, ours beside stock stand-alone Voila with the same notebook: bytes, requests, time, memory.

Bytes are counted by a proxy on the wire, both ways of a WebSocket included; time is until every form of the lesson can
be used. A second visit is the same browser's next page after ``READING`` seconds, on both sides; a hasty visit follows
at once. Memory is what a kernel holds for itself (USS) when its page is shown.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, Request, sync_playwright

from browser.conftest import ARGUMENTS, chromium
from measure import ROOT, RUNS, Row, environment
from serving import Server
from test_room import kernels
from wire import wire

LESSON = "building-blocks/four-blocks"
READING = 4.0
VISITS = ("first", "second", "hasty")
SERVE = (
    "import sys; from pathlib import Path\n"
    "from workbook.places import Session\n"
    "from workbook.room import serve\n"
    "session = Session(root=Path(sys.argv[1]), home=sys.argv[2], owner='bench', alone=True)\n"
    "serve(session, port=int(sys.argv[3]), open_browser=False)\n"
)
BARE = "import ipywidgets; from IPython.display import display; display(ipywidgets.Text())"
USABLE = """count => {
    const forms = [...document.querySelectorAll("form.wb-form")];
    const usable = (control) => control.getClientRects().length && !control.disabled;
    return forms.length >= count && forms.every(
        (form) => [...form.querySelectorAll("input, select, textarea, button")].some(usable));
}"""


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


def show(tab: Page, url: str) -> None:
    """Open a lesson and wait until all its forms can be used."""
    count = (ROOT / "course" / f"{LESSON}.md").read_text(encoding="utf-8").count("import form;")
    assert count
    tab.goto(url, wait_until="commit")
    tab.wait_for_function(USABLE, arg=count, polling=50, timeout=90_000)


def note(asked: list[str], request: Request) -> None:
    asked.append(request.url)


def visits(browser: Browser, server: Server, path: str) -> dict[str, float]:
    """Three visits of one browser: bytes and requests of each, seconds until usable (median)."""
    found: dict[str, float] = {}
    seconds: dict[str, list[float]] = {which: [] for which in VISITS}
    with wire(server.url) as counted:
        for _run in range(RUNS):
            time.sleep(READING)  # as after any page: time to make a kernel ready, for whoever does that
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            for which in VISITS:
                tab = context.new_page()
                asked: list[str] = []
                tab.on("request", partial(note, asked))
                counted.reset()
                began = time.monotonic()
                show(tab, f"http://127.0.0.1:{counted.port}/{path}")
                seconds[which].append(time.monotonic() - began)
                tab.wait_for_load_state("networkidle")
                if which == "first":
                    time.sleep(READING)
                urls = [url for url in asked if url.startswith("http")]
                found[f"{which} bytes"] = counted.received + counted.sent
                found[f"{which} requests"] = len(urls)
                found[f"{which} outside"] = len([url for url in urls if "127.0.0.1" not in url])
                tab.close()
            context.close()
    return found | {which: statistics.median(times) for which, times in seconds.items()}


def kernel_memory(server: Server, browser: Browser, path: str) -> float:
    """Megabytes that the kernel of a shown page holds for itself."""
    tab = browser.new_page()
    show(tab, f"{server.url}/{path}")
    sizes = [float(process.memory_full_info().uss / 1e6) for process in kernels(server)]
    tab.close()
    return max(sizes)  # the spare kernel shows nothing yet and is the smaller one


def bare_kernel() -> float:
    """Megabytes of a stock kernel that shows one ipywidgets control."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", stderr=subprocess.DEVNULL)
    try:
        client.execute_interactive(BARE, timeout=60, output_hook=lambda message: None)
        pid = manager.provisioner.process.pid
        return float(psutil.Process(pid).memory_full_info().uss / 1e6)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as place, sync_playwright() as playwright:
        folder = Path(place)
        os.environ |= environment(WORKBOOK_ROOT=str(ROOT))
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        with running(ours(ROOT, folder / "a" / "home")) as server:
            mine = visits(browser, server, LESSON)
            memory = kernel_memory(server, browser, LESSON)
        with running(stock(ROOT, folder / "b" / "home")) as server:
            theirs = visits(browser, server, f"voila/render/{LESSON}.ipynb")
        browser.close()
    rows = []
    for which in VISITS:
        rows.append(Row(f"{which} visit: until the forms can be used", mine[which], theirs[which], "s"))
    for which in VISITS[:2]:
        pairs = {key: (mine[f"{which} {key}"], theirs[f"{which} {key}"]) for key in ("bytes", "requests", "outside")}
        most = 450_000 if which == "first" else 100_000
        rows += [
            Row(f"{which} visit: on the wire", *pairs["bytes"], "bytes", most=most),
            Row(f"{which} visit: requests", *pairs["requests"]),
            Row(f"{which} visit: requests to other hosts", *pairs["outside"], most=0),
        ]
    return [*rows, Row("kernel with the forms (stock: bare ipywidgets)", memory, bare_kernel(), "MB", above_most=10)]

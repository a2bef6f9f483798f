"""The second start: from the command until the page answers, beside stock Voila with the same lessons.

Run by ``make bench`` ours is ``make start`` itself, with its look at what is installed; elsewhere ``workbook start``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from measure import ROOT, Row, environment, side_by_side
from serving import free_port

LONGEST = 120.0


def run() -> list[Row]:
    made = Path(sys.prefix).resolve() == (ROOT / ".venv").resolve() and shutil.which("make") is not None
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as folder:
        env = environment(WORKBOOK_HOME=str(Path(folder) / "home"), WORKBOOK_ROOT=str(ROOT), JUPYTER_PLATFORM_DIRS="1")
        seconds(ours(made), "/", env)  # the first start makes keys and compiled files
        mine, theirs = side_by_side(
            lambda: seconds(ours(made), "/", env), lambda: seconds(stock(), "/voila/static/voila.js", env)
        )
    name = "make start" if made else "workbook start"
    return [Row(f"{name}, second time (stock: voila)", mine, theirs, "s", most=3)]


def ours(made: bool) -> tuple[int, list[str]]:
    port = free_port()
    if made:
        return port, ["make", "start", f"PORT={port}", "ARGS=--no-browser"]
    return port, [sys.executable, "-m", "workbook", "start", f"--port={port}", "--no-browser"]


def stock() -> tuple[int, list[str]]:
    port = free_port()
    words = ["-m", "voila", str(ROOT / "course"), f"--port={port}", "--no-browser", "--Voila.ip=127.0.0.1"]
    return port, [sys.executable, *words]


def seconds(command: tuple[int, list[str]], ready: str, env: dict[str, str]) -> float:
    """From the command to the first answer of ``ready``; the server is ended afterwards."""
    port, words = command
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(words, cwd=ROOT, env=env, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        while not answers(f"http://127.0.0.1:{port}{ready}"):
            if server.poll() is not None or time.perf_counter() - began > LONGEST:
                raise SystemExit(f"{' '.join(words)} did not start.")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        try:
            os.killpg(server.pid, signal.SIGINT)  # as Ctrl-C does: to make and what it started
            server.wait(20)
        except ProcessLookupError:  # it had ended by itself
            pass
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False

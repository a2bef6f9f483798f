"""Real servers of a small course, to be stopped, killed and started again by tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Server:
    """A server of the course that can be stopped, killed and started again at the same address."""

    root: Path
    home: Path
    command: Callable[[int], list[str]]
    ready: str = "/"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        keep = {"WORKBOOK_HOME": str(self.home), "WORKBOOK_ROOT": str(self.root), "JUPYTER_PLATFORM_DIRS": "1"}
        with (self.home.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(self.port), cwd=self.root, env={**os.environ, **keep}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        for _ in range(240):
            try:
                with urllib.request.urlopen(self.url + self.ready, timeout=5):
                    return self
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert self.process.poll() is None, (self.home.parent / "server.log").read_text(encoding="utf-8")
                time.sleep(0.25)
        raise AssertionError(
            "The server did not start: " + (self.home.parent / "server.log").read_text(encoding="utf-8")
        )

    def kill(self) -> None:
        """As by the power cut: no goodbye, kernels and all."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()


def workbook(*words: str) -> Callable[[int], list[str]]:
    """``workbook <words> --port …`` as a command."""
    return lambda port: [sys.executable, "-m", "workbook", *words, "--port", str(port), "--no-browser"]

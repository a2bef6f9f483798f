"""Kernels by fork, seen from the server: the process that makes them, and how Jupyter asks it for one.

Only on Linux: elsewhere forking a process that has loaded system libraries is not safe, and kernels start the long way.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

NAME = "workbook-fork"
"""The provisioner's name in ``pyproject.toml``, by which Jupyter finds it."""
PATIENCE = 30.0
"""Seconds until a kernel must be there: the first one may have to wait for all imports of a slow laptop."""


def possible() -> bool:
    """Whether kernels can be forked on this machine."""
    return sys.platform.startswith("linux")


class ForkServer:
    """The process that forks kernels; started when first asked, started again when it was killed."""

    def __init__(self, socket: Path, root: Path, environment: Mapping[str, str]) -> None:
        self.socket, self.root = socket, root
        # one thread for numpy: a thread before a fork is lost after it
        self.environment = {**environment, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        self.socket.unlink(missing_ok=True)
        command = [sys.executable, "-m", "workbook.room.forkserver", str(self.socket), str(self.root)]
        # a process group of its own: Ctrl-C in the terminal is the server's business, while this one still imports too
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=self.environment, process_group=0)

    def stop(self) -> None:
        """End it; its kernels end with it."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None


class Forked:
    """A forked kernel as Jupyter handles processes. It is alive as long as its end of the line is open."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid, self._writer = pid, writer
        self._gone = asyncio.create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while await reader.read(64):
                pass
        except OSError:
            pass
        finally:
            self._writer.close()

    def poll(self) -> int | None:
        """None while it lives."""
        return 0 if self._gone.done() else None

    def wait(self) -> int:
        """Called when it has ended."""
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended: its number may then be another's."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Closing the line ends it too, should the signal not reach it."""
        self.send_signal(9)
        self._writer.close()

    terminate = kill


class ForkProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Asks the :class:`ForkServer` at ``socket`` for a kernel, where Jupyter would start a process."""

    socket = Unicode(config=True)

    async def launch_kernel(self, cmd: list[str], **given: Any) -> Any:
        """Have a kernel forked. Raises RuntimeError when none comes."""
        began = time.monotonic()
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(self.socket)
                break
            except OSError as error:
                if time.monotonic() - began > PATIENCE:
                    raise RuntimeError(f"no kernel could be forked: {error}") from error
                await asyncio.sleep(0.02)
        asked = {
            "argv": cmd[cmd.index("-f") :],
            "env": given.get("env", {}),
            "cwd": str(given.get("cwd") or Path.cwd()),
        }
        writer.write(json.dumps(asked).encode() + b"\n")
        try:
            await writer.drain()
            pid = int(await asyncio.wait_for(reader.readline(), PATIENCE))
        except (OSError, ValueError, TimeoutError) as error:
            writer.close()
            raise RuntimeError("no kernel could be forked: too many processes, or no memory left") from error
        self.process = Forked(pid, reader, writer)
        self.pid = self.pgid = pid  # the child leads a session of its own
        return self.connection_info

"""Kernels of the served pages: made by the server for whom it serves, ended when their page has gone.

Where kernels can be forked there is one as soon as a page asks. Elsewhere one is started ahead and kept warm.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.session import DELIM
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager

from ..answers import Owner
from . import forks

log = logging.getLogger("workbook.room")
NAME = "python3"
GRACE = 90.0  # seconds a kernel outlives its last connection: a phone that slept or a cable that was out comes back
SWEEP = 10.0  # seconds between looks for kernels to end
LEFT = 15.0  # seconds without a connection after which a kernel goes when memory runs short
LAST = 0.5  # seconds that a page's last words may take to its kernel, by another way than its good-bye
BUSY = 5.0  # seconds at most until a kernel has done what it was told last
REST = 1.5  # seconds from a page's connection to the start of the next spare kernel: the page comes first


class OneSpec(KernelSpecManager):  # type: ignore[misc]
    """Knows one kernel, this Python; kernels that the user installed elsewhere are not offered.

    ``forks`` is the socket at which kernels are forked; empty: they are started as processes.
    """

    forks = ""

    def find_kernel_specs(self) -> dict[str, str]:
        return {NAME: os.path.dirname(__file__)}  # noqa: PTH120 - the interface wants a str

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        if kernel_name != NAME:
            raise NoSuchKernel(kernel_name)
        argv = [sys.executable, "-m", "workbook.room.kernel", "-f", "{connection_file}"]
        # one thread for numpy: a chart gains nothing from more, sixty kernels on one laptop lose
        env = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        made = {"provisioner_name": forks.NAME, "config": {"socket": self.forks}} if self.forks else None
        about = {"kernel_provisioner": made} if made else {}
        return KernelSpec(
            argv=argv, display_name="Python 3", language="python", env=env, resource_dir="", metadata=about
        )

    def get_all_specs(self) -> dict[str, Any]:
        return {NAME: {"resource_dir": "", "spec": self.get_kernel_spec(NAME).to_dict()}}


class Listening(AsyncMappingKernelManager):  # type: ignore[misc]
    """All kernels as Jupyter Server keeps them. Of what they say it reads only whether they are busy: Jupyter reads
    each message whole once more, to know when to end a kernel that nobody uses, which :class:`Kernels` sees to."""

    def start_watching_activity(self, kernel_id: str) -> None:
        kernel = self._kernels[kernel_id]
        kernel.reason = ""
        kernel._activity_stream = kernel.connect_iopub()

        def heard(frames: list[bytes]) -> None:
            _signature, header, parent, _metadata, content = frames[frames.index(DELIM) + 1 :][:5]
            if b'"status"' not in header:
                return
            if self.track_message_type(json.loads(parent).get("msg_type")):
                kernel.execution_state = json.loads(content)["execution_state"]
            elif kernel.execution_state == "starting":
                kernel.execution_state = "idle"

        kernel._activity_stream.on_recv(heard)


class Silent(ServerKernelManager):  # type: ignore[misc]
    """One kernel as Jupyter Server keeps it, without the events that it would tell to extensions: there are none here,
    and each kernel would read their schemas anew."""

    def emit(self, schema_id: str, data: Mapping[str, Any]) -> None:
        """Nobody listens."""


class Kernels:
    """Hands kernels to pages; each belongs to the owner for whom it was taken.

    ``server`` forks them; without one they are processes, and one that was told ``ahead`` is kept warm: only where all
    kernels are told the same. A kernel is ended when its page says that it closes, or ``GRACE`` seconds after its last
    connection broke. Of one owner at most ``most`` are kept: a further page ends the one that was longest without.
    """

    def __init__(
        self,
        manager: Any,
        workdir: str,
        *,
        server: forks.ForkServer | None = None,
        ahead: Mapping[str, str] | None = None,
        most: int | None = None,
    ) -> None:
        self.manager, self.server = manager, server
        self.workdir, self.most = workdir, most
        self.ahead = ahead
        self.warm = ahead is not None and server is None
        self._owners: dict[str, Owner] = {}
        self._spare: asyncio.Task[str] | None = None
        self._units: dict[str, str] = {}
        # What closes each connection of a kernel's page.
        self._connections: dict[str, set[Callable[[], None]]] = {}
        self._alone_since: dict[str, float] = {}
        self._refilling: asyncio.Task[None] | None = None
        self._sweeper: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start looking after kernels; to be called in the running event loop."""
        if self.server:
            self.server.start()
        self._sweeper = asyncio.create_task(self._sweep())
        self._refill(0)

    async def take(self, owner: Owner, environment: Mapping[str, str], unit: str = "") -> str:
        """The id of a kernel for one page of ``owner`` in ``unit``: the spare one, or a new one that is told
        ``environment``."""
        await self._make_room(owner)
        if self._refilling:  # a page comes first
            self._refilling.cancel()
        spare = None
        if environment == self.ahead:
            spare, self._spare = self._spare, None
        kernel_id = ""
        if spare:
            try:
                kernel_id = await spare
            except Exception:  # a spare that did not start is no reason to refuse the page: the next try speaks
                kernel_id = ""
        if not kernel_id or kernel_id not in self.manager or not await self.manager.get_kernel(kernel_id).is_alive():
            kernel_id = await self._start(environment)
        self._owners[kernel_id], self._units[kernel_id] = owner, unit
        self._connections[kernel_id] = set()
        self._alone_since[kernel_id] = time.monotonic()
        return kernel_id

    def knows(self, kernel_id: str) -> bool:
        """Whether a page has this kernel."""
        return kernel_id in self._owners

    def belongs(self, kernel_id: str, owner: Owner) -> bool:
        """Whether this kernel was taken for a page of ``owner``."""
        return self._owners.get(kernel_id) == owner

    def unit(self, kernel_id: str) -> str:
        """The unit of the page for which this kernel was taken."""
        return self._units.get(kernel_id, "")

    def of(self, owner: Owner) -> list[str]:
        """The kernels of an owner's pages, the oldest first."""
        return [kernel_id for kernel_id, whose in self._owners.items() if whose == owner]

    def online(self) -> set[Owner]:
        """The owners who have a page connected now."""
        return {self._owners[id] for id, lines in self._connections.items() if lines and id in self._owners}

    def __len__(self) -> int:
        return len(self._owners)

    async def _make_room(self, owner: Owner) -> None:
        mine = self.of(owner)
        if self.most is None or len(mine) < self.most:
            return
        now = time.monotonic()
        await self.end(min(mine, key=lambda id: self._alone_since.get(id, now)))

    def connected(self, kernel_id: str, close: Callable[[], None]) -> None:
        """The page of a kernel has connected; ``close`` ends the connection."""
        self._refill(REST)
        self._connections.setdefault(kernel_id, set()).add(close)
        self._alone_since.pop(kernel_id, None)

    def disconnected(self, kernel_id: str, close: Callable[[], None]) -> None:
        """A connection of a kernel's page has ended."""
        left = self._connections.get(kernel_id, set())
        left.discard(close)
        if not left and kernel_id in self._owners:
            self._alone_since[kernel_id] = time.monotonic()

    async def end(self, kernel_id: str) -> None:
        """End a kernel now; one that has gone already is fine. Every answer it acknowledged is on disk.

        Its page is cut off, asks for it, and loads itself anew."""
        for kept in (self._alone_since, self._owners, self._units):
            kept.pop(kernel_id, None)
        for close in self._connections.pop(kernel_id, set()):
            close()
        if kernel_id in self.manager:
            await self.manager.shutdown_kernel(kernel_id, now=True)

    async def leave(self, kernel_id: str) -> None:
        """End a kernel whose page has said good-bye, once it has stored what was typed in the last moment."""
        until = time.monotonic() + BUSY
        while self._connections.get(kernel_id) and time.monotonic() < until:  # its last words come before it closes
            await asyncio.sleep(LAST / 5)
        await asyncio.sleep(LAST)
        while kernel_id in self.manager and time.monotonic() < until:
            if self.manager.get_kernel(kernel_id).execution_state != "busy":
                break
            await asyncio.sleep(LAST / 5)
        await self.end(kernel_id)

    async def end_all(self, owner: Owner) -> None:
        """End the kernels of all pages of an owner."""
        for kernel_id in self.of(owner):
            await self.end(kernel_id)

    async def end_unit(self, unit: str) -> None:
        """End the kernels of all pages of a unit."""
        for kernel_id in [id for id, where in self._units.items() if where == unit]:
            await self.end(kernel_id)

    async def end_left(self) -> None:
        """End the kernels whose pages are not connected now and have had time to be."""
        now = time.monotonic()
        for kernel_id in [id for id, since in self._alone_since.items() if now - since > LEFT]:
            await self.end(kernel_id)

    async def stop(self) -> None:
        """End all kernels, also those just starting."""
        self.warm = False
        waiting = [task for task in (self._refilling, self._spare, self._sweeper) if task]
        for task in waiting:
            if task is not self._spare:
                task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for _attempt in range(5):
            try:
                await self.manager.shutdown_all(now=True)
                break
            except Exception:  # a page closed at the same moment and ended its kernel: the others are still to end
                await asyncio.sleep(0.05)
        if self.server:
            self.server.stop()

    async def _start(self, environment: Mapping[str, str]) -> str:
        if self.server:
            self.server.start()
        # The kernel inherits the server's environment as any child does; no setting is read from it here.
        told = {**os.environ, **environment}
        id: str = await self.manager.start_kernel(kernel_name=NAME, env=told, cwd=self.workdir)
        return id

    def _refill(self, delay: float) -> None:
        async def later() -> None:
            await asyncio.sleep(delay)
            if self.warm and self._spare is None and self.ahead is not None:
                self._spare = asyncio.create_task(self._start(self.ahead))

        if self.warm:
            if self._refilling:
                self._refilling.cancel()
            self._refilling = asyncio.create_task(later())

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, GRACE / 2))
            if self.server:
                self.server.start()  # in case it was killed
            elif self._spare is None and (self._refilling is None or self._refilling.done()):
                self._refill(0)
            now = time.monotonic()
            for kernel_id, since in list(self._alone_since.items()):
                if now - since > GRACE:
                    try:
                        await self.end(kernel_id)
                    except Exception:  # one kernel that does not end must not keep the others from ending
                        log.exception("Kernel %s could not be ended", kernel_id)

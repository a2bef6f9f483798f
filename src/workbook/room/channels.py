"""The three doors to a page's kernel: is it there, its message channel, and the page's good-bye."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlsplit

from tornado.ioloop import PeriodicCallback
from tornado.web import HTTPError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from .kernels import NAME, Kernels
from .page_handler import Base

ID = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

PING = 20  # seconds between two pings
SILENCE = 50  # seconds without an answer after which a page counts as gone


class KernelHandler(Base):
    """What a page asks when it hears nothing. There is no way to start, restart or list kernels here."""

    async def get(self, kernel_id: str) -> None:
        manager = self.settings["kernel_manager"]
        if kernel_id not in manager or not self.settings["kernels"].belongs(kernel_id, self.person.owner):
            raise HTTPError(404)
        kernel = manager.get_kernel(kernel_id)
        if not await kernel.is_alive():  # it died: what is left of it goes too, and the page loads anew
            await self.settings["kernels"].end(kernel_id)
            raise HTTPError(404)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(
            json.dumps(
                {
                    "id": kernel_id,
                    "name": NAME,
                    "last_activity": kernel.last_activity.isoformat(),
                    "execution_state": kernel.execution_state,
                    "connections": 0,
                }
            )
        )


class ChannelHandler(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """Messages between page and kernel. Only those of widgets pass: a browser can send no code."""

    known = False
    # Pings of our own: Jupyter counts them in milliseconds, tornado in seconds, and each warns about the other's.
    ping_interval = 0
    ping_timeout = 0
    pings: PeriodicCallback | None = None

    @property
    def kernels(self) -> Kernels:
        found: Kernels = self.settings["kernels"]
        return found

    def write_error(self, status_code: int, **given: Any) -> None:
        """Only the number: nobody reads a page here, and Jupyter's own lacks its templates."""
        self.finish()

    async def pre_get(self) -> None:
        person = self.settings["people"].of(self)
        if person is None or not self.kernels.belongs(self.kernel_id, person.owner):
            raise HTTPError(404)
        if self.kernel_id not in self.kernel_manager:
            raise HTTPError(404)
        await super().pre_get()

    async def open(self, kernel_id: str) -> None:
        self.known = True
        self.kernels.connected(kernel_id)
        self.last_pong = time.monotonic()
        self.pings = PeriodicCallback(self._ask, PING * 1000)
        self.pings.start()
        await super().open(kernel_id)

    def _ask(self) -> None:
        """Ask whether the page is still there; a phone that left the network says no good-bye."""
        if time.monotonic() - self.last_pong > SILENCE:
            self.close()
        elif self.ws_connection is not None:
            self.ping(b"")

    def on_pong(self, data: bytes) -> None:
        self.last_pong = time.monotonic()

    def on_close(self) -> None:
        if self.pings is not None:
            self.pings.stop()
        if self.known:
            self.known = False
            self.kernels.disconnected(self.kernel_id)
        if getattr(self, "connection", None) is not None:
            super().on_close()


class GoodbyeHandler(Base):
    """A page that closes ends its kernel. The kernel's id is known to that page only; another site may not send it."""

    def check_xsrf_cookie(self) -> None:
        origin = self.request.headers.get("Origin", "")
        if urlsplit(origin).netloc != self.request.host:
            raise HTTPError(403)

    async def post(self, kernel_id: str) -> None:
        kernels: Kernels = self.settings["kernels"]
        if kernels.knows(kernel_id) and not kernels.belongs(kernel_id, self.person.owner):
            raise HTTPError(404)
        await kernels.end(kernel_id)
        self.set_status(204)
        self.finish()


def handlers(base: str) -> list[tuple[Any, ...]]:
    """The doors to kernels, for tornado: address and handler."""
    return [
        (rf"{base}api/kernels/{ID}", KernelHandler),
        (rf"{base}api/kernels/{ID}/channels", ChannelHandler),
        (rf"{base}goodbye/{ID}", GoodbyeHandler),
    ]

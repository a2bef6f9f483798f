"""The three doors to a page's kernel: is it there, its message channel, and the page's good-bye."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from typing import Any, Final
from urllib.parse import urlsplit

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from tornado.ioloop import PeriodicCallback
from tornado.web import HTTPError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from . import messages
from .kernels import NAME, Kernels
from .page_handler import Base
from .people import Person

log = logging.getLogger("workbook.room")
ID = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

PING = 20  # seconds between two pings
SILENCE = 50  # seconds without an answer after which a page counts as gone
SESSION: Final = re.compile(r"[\w-]{1,64}")
"""How a page may name its session, which becomes the name of a socket."""


def mine(settings: Any, kernel_id: str, person: Person | None) -> bool:
    """Whether a kernel is there for this person's page, and the page's unit is open."""
    kernels: Kernels = settings["kernels"]
    if person is None or not kernels.belongs(kernel_id, person.owner):
        return False
    open_now = {"", *(unit.id for unit in person.site.course.units)}
    return kernel_id in settings["kernel_manager"] and kernels.unit(kernel_id) in open_now


class KernelHandler(Base):
    """What a page asks when it hears nothing. There is no way to start, restart or list kernels here."""

    async def get(self, kernel_id: str) -> None:
        if not mine(self.settings, kernel_id, self.person):
            raise HTTPError(404)
        kernel = self.settings["kernel_manager"].get_kernel(kernel_id)
        if not await kernel.is_alive():  # it died: what is left of it goes too, and the page loads anew
            await self.settings["kernels"].end(kernel_id)
            raise HTTPError(404)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps({"id": kernel_id, "name": NAME, "execution_state": kernel.execution_state}))


class ChannelHandler(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """Messages between page and kernel. Only those of widgets pass: a browser can send no code."""

    known = False
    refused = False
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

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """As all doors do it: a refusal is no news, and what stands behind an address's "?" is in no log."""
        Base.log_exception(self, typ, value, tb)

    async def pre_get(self) -> None:
        if not mine(self.settings, self.kernel_id, self.settings["people"].of(self)):
            raise HTTPError(404)
        if not SESSION.fullmatch(self.get_query_argument("session_id", "")):
            raise HTTPError(400)
        await super().pre_get()

    async def open(self, kernel_id: str) -> None:
        self.known = True
        self.kernels.connected(kernel_id, self.close)
        self.last_pong = time.monotonic()
        self.pings = PeriodicCallback(self._ask, PING * 1000)
        self.pings.start()
        await super().open(kernel_id)

    def on_message(self, ws_message: bytes | str) -> None:
        """Hand a message to the kernel, if it is one that pages send; what is not is left out, and said once a page."""
        try:
            messages.checked(ws_message, self.selected_subprotocol)
        except messages.Unfit as unfit:
            self._refuse(ws_message, str(unfit))
        else:
            super().on_message(ws_message)

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Send the page what its kernel says, but no traceback: it would tell where this computer keeps things."""
        if isinstance(message, bytes) and self.selected_subprotocol == messages.V1 and b'"error"' in message[:1000]:
            channel, parts = deserialize_msg_from_ws_v1(message)
            if json.loads(parts[0]).get("msg_type") == "error":
                parts[3] = json.dumps({**json.loads(parts[3]), "traceback": []}).encode()
                message = serialize_msg_to_ws_v1(parts, channel)
        elif isinstance(message, str) and '"error"' in message:
            whole = json.loads(message)
            if whole["header"].get("msg_type") == "error":
                whole["content"]["traceback"] = []
                message = json.dumps(whole)
        sent = super().write_message(message, binary)
        if isinstance(sent, asyncio.Future):  # a page that is left while it is told something is no news
            sent.add_done_callback(lambda done: done.cancelled() or done.exception())
        return sent

    def _refuse(self, sent: bytes | str, why: str) -> None:
        if not self.refused:
            self.refused = True
            log.warning("A page sent its kernel what no page sends (%s). It was left out.", why)
        if len(sent) <= messages.LARGEST:
            return
        try:
            answer = messages.too_much(messages.read(sent, self.selected_subprotocol))
        except messages.Unfit:
            return
        if answer is not None:
            self._tell("comm_msg", answer)

    def _tell(self, kind: str, content: Any) -> None:
        """Tell the page something in place of its kernel."""
        session = self.connection.session
        message = session.msg(kind, content)
        if self.selected_subprotocol == messages.V1:
            self.write_message(serialize_msg_to_ws_v1(message, "iopub", session.pack), binary=True)
        else:
            self.write_message(json.dumps({**message, "channel": "iopub"}, default=str))

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
            self.kernels.disconnected(self.kernel_id, self.close)
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
        await kernels.leave(kernel_id)
        self.set_status(204)
        self.finish()


def handlers(base: str) -> list[tuple[Any, ...]]:
    """The doors to kernels, for tornado: address and handler."""
    return [
        (rf"{base}api/kernels/{ID}", KernelHandler),
        (rf"{base}api/kernels/{ID}/channels", ChannelHandler),
        (rf"{base}goodbye/{ID}", GoodbyeHandler),
    ]

"""One simulated participant: opens a lesson's page and its kernel's WebSocket as a phone does. No browser is needed."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

LONGEST: Final = 180.0
"""Seconds after which a participant gives up."""
BIGGEST: Final = 64 * 1024 * 1024
KERNEL: Final = re.compile(r'(?:"kernelId": ?|kernel=)"([0-9a-f-]{36})"')
SHOWN: Final = re.compile(r'(?:"model_id": ?|data-widget=)"([0-9a-f]{32})"')
HELD: Final = re.compile(r'<script type="application/json" class="room-widgets">(.*?)</script>', re.DOTALL)
"""Our pages hold the states of their widgets; those of stock Voila ask for them."""


class Unanswered(Exception):
    """The server did not send what a page needs."""


def many() -> None:
    """Let this process ask for a thousand things at once; to be called before the first visitor comes."""
    AsyncHTTPClient.configure(None, max_clients=1000)


@dataclass
class Visitor:
    """One phone. ``headers`` carry its cookie; ``seconds`` is how long the page took until all its widgets stood."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    kernel: str = ""
    states: dict[str, Any] = field(default_factory=dict)
    line: WebSocketClientConnection | None = None

    async def open(self, path: str) -> Visitor:
        """Open the page at ``path`` as a browser does, and keep the line open.

        Raises TimeoutError, HTTPError or :class:`Unanswered`.
        """
        began = time.perf_counter()
        self.states = {}
        async with asyncio.timeout(LONGEST):
            page = await self.get(path)
            found = KERNEL.search(page)
            if not found:
                raise Unanswered(f"no kernel stands in {path}: {page[-300:]}")
            self.kernel = found[1]
            for held in HELD.findall(page):
                self.states |= json.loads(held)
            await self._connect()
            wanted = set(SHOWN.findall(page))
            if not wanted:
                raise Unanswered(f"no widget stands in {path}")
            while not wanted <= set(self.states):
                self.states |= await self._all_states()
            if not wanted <= await self.known():
                raise Unanswered(f"the kernel does not know every widget of {path}")
        self.seconds = time.perf_counter() - began
        return self

    async def get(self, path: str, **more: Any) -> str:
        """The text of a page."""
        body: bytes = (await self.fetch(path, **more)).body
        return body.decode()

    async def fetch(self, path: str, **more: Any) -> Any:
        """What the server answers. Raises HTTPError."""
        headers = {**self.headers, **more.pop("headers", {})}
        patience = {"request_timeout": LONGEST, "connect_timeout": LONGEST}
        asked = HTTPRequest(self.url + path, headers=headers, **{**patience, **more})
        return await AsyncHTTPClient(max_body_size=BIGGEST).fetch(asked)

    async def _connect(self) -> None:
        self.close()
        address = f"{self.url.replace('http', 'ws', 1)}/api/kernels/{self.kernel}/channels?session_id={uuid.uuid4()}"
        asked = HTTPRequest(address, headers={**self.headers, "Origin": self.url}, connect_timeout=LONGEST)
        self.line = await websocket_connect(asked, max_message_size=BIGGEST)

    async def send(self, kind: str, content: dict[str, Any]) -> str:
        """Send one message on the shell channel; returns its id."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "p", "version": "5.3"}
        whole = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {"version": "1.0.0"}}
        await self._open_line().write_message(json.dumps({**whole, "content": content, "buffers": []}))
        return header["msg_id"]

    def _open_line(self) -> WebSocketClientConnection:
        if self.line is None:
            raise ConnectionError("there is no line to the server")
        return self.line

    async def heard(self) -> dict[str, Any]:
        """The next message; buffers behind it are left out."""
        raw = await self._open_line().read_message()
        if raw is None:
            raise ConnectionError("the server closed the line")
        if isinstance(raw, bytes):
            first, second = (int.from_bytes(raw[4 * n : 4 * n + 4], "big") for n in (1, 2)) if raw[3] > 1 else (8, None)
            raw = raw[first:second].decode()
        message: dict[str, Any] = json.loads(raw)
        return message

    async def known(self) -> set[str]:
        """The widgets that the kernel knows: the first answer shows that the line works both ways."""
        asked = await self.send("comm_info_request", {"target_name": "jupyter.widget"})
        while True:
            message = await self.heard()
            if message.get("msg_type") == "comm_info_reply" and message["parent_header"].get("msg_id") == asked:
                return set(message["content"]["comms"])

    async def _all_states(self) -> dict[str, Any]:
        """Ask for the states of all widgets at once, as widget managers do."""
        comm = uuid.uuid4().hex
        await self.send("comm_open", {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}})
        await self.send("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        while True:
            message = await self.heard()
            content = message.get("content", {})
            if message.get("msg_type") == "comm_msg" and content.get("comm_id") == comm:
                return dict(content["data"]["states"])

    def close(self) -> None:
        """The phone is put away."""
        if self.line is not None:
            self.line.close()
            self.line = None

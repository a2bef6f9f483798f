"""A simulated participant who joins by code, types and saves, and comes back by itself as a lesson's page does."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode

from tornado.httpclient import HTTPClientError
from tornado.simple_httpclient import HTTPStreamClosedError, HTTPTimeoutError
from tornado.websocket import WebSocketClosedError

from .typed import Asked, questions, saves
from .visitor import Unanswered, Visitor

BEAT: Final = 1.5
"""Seconds between two heartbeats, as in forms."""
RETRY: Final = 8.0
"""Seconds without an answer after which something is sent again, as in forms."""
PAUSES: Final = (0.2, 0.5, 1.0, 2.0)
"""Seconds before the next try to reach the server, as in pages; the last one from then on."""
TOKEN: Final = re.compile(r'name="_xsrf" value="([^"]+)"')
AWAY = (OSError, TimeoutError, HTTPStreamClosedError, HTTPTimeoutError, WebSocketClosedError)
"""What happens while the server cannot be reached."""


@dataclass
class Sheet:
    """A form as the page shows it: the widget's id, and its questions."""

    widget: str
    exercise: str
    prefix: str
    asked: list[Asked]


@dataclass
class Guest(Visitor):
    """``acknowledged``: what the server said is saved, by exercise, question and cell; ``told`` hears of each save
    how many seconds it took; ``refused`` holds what it would not store."""

    name: str = ""
    code: str = ""
    path: str = ""
    acknowledged: dict[tuple[str, str, str], list[Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    told: Callable[[float], None] = lambda seconds: None
    back: list[float] = field(default_factory=list)
    """Times (``time.monotonic``) at which it came back from a break."""
    _waiting: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _number: int = 0
    _living: asyncio.Task[None] | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _cookies: dict[str, str] = field(default_factory=dict)

    # -- coming in --------------------------------------------------------------------------------------------------

    async def fetch(self, path: str, **more: Any) -> Any:
        answer = await super().fetch(path, **more)
        for line in answer.headers.get_list("Set-Cookie"):
            self._cookies |= {name: held.value for name, held in SimpleCookie(line).items()}
        self.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return answer

    async def join(self) -> Guest:
        """Join the room by its code. Raises HTTPError or :class:`Unanswered`."""
        found = TOKEN.search(await self.get("/join", headers={"Accept": "text/html"}))
        if not found:
            raise Unanswered("the page for joining has no form")
        form = {"_xsrf": found[1], "act": "join", "code": self.code, "name": self.name}
        await self.fetch("/join", method="POST", body=urlencode(form), headers={"Accept": "text/html"})
        return self

    # -- a page -----------------------------------------------------------------------------------------------------

    async def enter(self, path: str) -> Guest:
        """Open a page, leaving the one before, and keep it alive. Raises what :meth:`Visitor.open` raises."""
        await self.leave()
        self.path = path
        await self.open(path)
        self._ready.set()
        self._living = asyncio.create_task(self._live())
        return self

    def sheets(self) -> list[Sheet]:
        """The forms of the page that ask something."""
        found = []
        for widget, held in self.states.items():
            about = held["state"].get("about") or {}
            asked = questions(held["state"].get("html") or "") if about.get("exercise") else []
            if asked:
                found.append(Sheet(widget, about["exercise"], about["prefix"], asked))
        return found

    async def leave(self) -> None:
        """Close the page: it says good-bye, and its kernel ends."""
        if self._living is not None:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
            self._living = None
        self.close()
        self._ready.clear()
        if self.kernel:
            kernel, self.kernel = self.kernel, ""
            with contextlib.suppress(HTTPClientError, *AWAY):
                await self.fetch(f"/goodbye/{kernel}", method="POST", body="", headers={"Origin": self.url})

    def vanish(self) -> None:
        """The phone is gone without a word."""
        if self._living is not None:
            self._living.cancel()
            self._living = None
        self.close()
        self.kernel = ""

    async def _live(self) -> None:
        """Hear what the kernel says and send heartbeats; come back after a break."""
        while True:
            beats = asyncio.create_task(self._beats())
            try:
                while True:
                    self._take(await self.heard())
            except AWAY:
                self._ready.clear()
            finally:
                beats.cancel()
            for waiting in self._waiting.values():
                waiting.cancel()  # what was on its way may be lost: it is sent again
            await self._come_back()

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("msg_type") != "comm_msg":
            return
        said = message["content"]["data"].get("content") or {}
        waiting = self._waiting.pop(said.get("id") or 0, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(said)

    async def _beats(self) -> None:
        sheets = self.sheets()
        with contextlib.suppress(*AWAY):
            while sheets:
                await self._tell(sheets[0].widget, {"t": "beat", "seq": 0, "forms": [one.prefix for one in sheets]})
                await asyncio.sleep(BEAT)

    async def _come_back(self) -> None:
        """As frontend/src/kernel.js and page.js: look for the kernel; where there is none, load the page anew."""
        tries = 0
        while True:
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)] * random.uniform(0.75, 1.25))
            tries += 1
            try:
                try:
                    await self.get(f"/api/kernels/{self.kernel}", request_timeout=3.0)
                    await self._connect()
                    await self.known()
                except HTTPClientError as error:
                    if error.code not in (403, 404):
                        raise
                    await self.open(self.path)
            except (HTTPClientError, Unanswered, *AWAY):
                continue
            self.back.append(time.monotonic())
            self._ready.set()
            return

    # -- typing -----------------------------------------------------------------------------------------------------

    async def _tell(self, widget: str, said: dict[str, Any]) -> None:
        self._number += 1
        await self._said(widget, {"id": self._number, **said})

    async def _said(self, widget: str, said: dict[str, Any]) -> None:
        await self.send("comm_msg", {"comm_id": widget, "data": {"method": "custom", "content": said}})

    async def save(self, exercise: str, message: dict[str, Any]) -> dict[str, Any]:
        """Send what was typed until the kernel says that it is saved, over breaks and restarts; returns its answer."""
        began = time.perf_counter()
        while True:
            await self._ready.wait()
            sheet = next((one for one in self.sheets() if one.exercise == exercise), None)
            if sheet is None:
                raise Unanswered(f"{exercise} is not on the page any more")
            answer = await self._once(sheet.widget, message)
            if answer is not None:
                break
        if answer["t"] == "saved":
            self.told(time.perf_counter() - began)
            self._note(exercise, message)
        else:
            self.refused.append(f"{exercise} {message['question']}: {answer.get('message')}")
        return answer

    async def _once(self, widget: str, message: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to a message that is sent once; None where none came."""
        self._number += 1
        number = self._number
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self._said(widget, {**message, "id": number})
            await asyncio.wait([waiting], timeout=RETRY)
            return waiting.result() if waiting.done() and not waiting.cancelled() else None
        except AWAY:
            await asyncio.sleep(0.05)  # the line is broken, and whoever listens on it will see that next
            return None
        finally:
            self._waiting.pop(number, None)

    def _note(self, exercise: str, message: dict[str, Any]) -> None:
        if "change" in message:
            for cell, values in message["change"]["cells"].items():
                self.acknowledged[exercise, message["question"], cell] = values
        else:
            self.acknowledged[exercise, message["question"], ""] = [message["entries"]]

    async def answer(self, chance: random.Random, pause: float, most: int = 1_000_000) -> int:
        """Answer the questions of the page one after the other, at most so many; returns how many saves that were."""
        done = 0
        for sheet in self.sheets():
            for asked in sheet.asked[: max(0, most)]:
                for message in saves(asked, chance):
                    await asyncio.sleep(pause * chance.uniform(0.5, 1.5))
                    await self.save(sheet.exercise, message)
                    done += 1
            most -= len(sheet.asked)
        return done

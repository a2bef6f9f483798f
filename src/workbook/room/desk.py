"""What the facilitator's pages stand on: who is in, where, how much is saved, what went wrong. Doors: desk_doors.py."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import psutil

from ..answers import Owner
from ..answers.participants import Participant
from ..errors import WorkbookError
from .everybody import Everybody
from .frontend import Frontend
from .kernels import Kernels
from .limits import Waits

log = logging.getLogger("workbook.room")
RUSH = 120
"""People joining within a minute after which the status page says what to do if they are not welcome."""
SAMPLE = 10.0
"""Seconds between two looks at the number of saves."""


def derived(secret: bytes, use: str) -> str:
    """A key for one use, made from a room's secret."""
    return hmac.new(secret, use.encode(), hashlib.sha256).hexdigest()


class Troubles(logging.Handler):
    """Keeps the last things that went wrong, each as one line with its time."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.kept: deque[tuple[str, str]] = deque(maxlen=10)

    def emit(self, record: logging.LogRecord) -> None:
        if logging.lastResort is not None:  # the terminal says it too, as it does without this handler
            logging.lastResort.handle(record)
        text = record.getMessage()
        if record.exc_info and record.exc_info[1]:
            text += f": {type(record.exc_info[1]).__name__}"
        self.kept.appendleft((time.strftime("%H:%M", time.localtime(record.created)), text[:300]))


@dataclass
class Row:
    """One participant on the status page."""

    one: Participant
    there: bool
    where: str
    seen: str
    saves: int


@dataclass
class Desk:
    """What the facilitator's pages stand on. ``link`` is where participants go; ``stop`` ends the server."""

    everybody: Everybody
    frontend: Frontend
    secret: bytes
    port: int
    link: str
    hints: tuple[str, ...]
    kernels: Kernels
    waits: Waits
    stop: Callable[[], None]
    delete: bool = False
    notes: list[str] = field(default_factory=list)
    troubles: Troubles = field(default_factory=Troubles)
    _samples: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=8))
    _sampler: asyncio.Task[None] | None = None

    @property
    def key(self) -> str:
        """What opens the status page; stands in the terminal only."""
        return derived(self.secret, "desk")[:32]

    @property
    def invitation(self) -> str:
        """The link with the code of the room, which the browser keeps to itself."""
        return f"{self.link}join#{self.everybody.about.code}"

    def begin(self) -> None:
        """Start looking; to be called in the running event loop."""
        for name in ("workbook.room", "tornado.application"):
            logging.getLogger(name).addHandler(self.troubles)
        self._sampler = asyncio.create_task(self._sample())

    async def _sample(self) -> None:
        while True:
            try:
                counts = await asyncio.to_thread(self.everybody.roll.saves)
                self._samples.append((time.monotonic(), sum(counts.values())))
            except WorkbookError as error:
                log.error("%s", error)
            await asyncio.sleep(SAMPLE)

    async def state(self) -> dict[str, Any]:
        """What the status page shows now."""
        counts = await asyncio.to_thread(self.everybody.roll.saves)
        now, total = time.monotonic(), sum(counts.values())
        before = [count for at, count in self._samples if now - at <= 61]
        online = self.kernels.online()
        rows = [self._row(one, counts.get(one.id, 0), online) for one in list(self.everybody.known.values())]
        return {
            "people": sorted(rows, key=lambda row: (not row.there, row.one.name.casefold())),
            "there": sum(row.there for row in rows),
            "saves": max(0, total - min(before, default=total)),
            "kernels": len(self.kernels),
            "free": psutil.virtual_memory().available // 1_000_000,
            "guesses": self.waits.lately(),
            "joined": self.everybody.lately(),
            "rush": self.everybody.full() or self.everybody.lately() > RUSH,
            "troubles": list(self.troubles.kept),
        }

    def _row(self, one: Participant, saves: int, online: Collection[Owner]) -> Row:
        seen = self.everybody.seen.get(one.id)
        there = one.owner in online or not self.everybody.away(one)
        leaf = self.everybody.site.course.find(one.visited[0]) if one.visited else None
        where = leaf.title if leaf else ""
        return Row(one, there, where, time.strftime("%H:%M", time.localtime(seen)) if seen else "", saves)

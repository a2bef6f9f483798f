"""Simulated participants as a process of its own: ``python -m workbook.room.guests``.

Standard input brings one line of JSON with ``url``, ``code`` and ``people``, and its end is the end of the process.
Standard output gets a line of JSON for each thing that happens: ``{"at": "joined"|"open"|"saved", "seconds": …}``,
``{"at": "page", "lesson": …, "n": …, "of": …}`` before a page, ``{"at": "here"}`` when everybody has it open,
``{"at": "trouble", "text": …}``, ``{"at": "done"}``.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import threading
import time
from typing import Any

from tornado.httpclient import HTTPError

from .guest import AWAY, Guest
from .visitor import Unanswered, many

PAUSE = 1.0
"""Seconds between two answers of one participant, on average."""
QUESTIONS = 4
"""Questions that each answers on a page."""
LOOK = 3.0
"""Seconds for which everybody looks at a page before the first types."""
WRONG = (HTTPError, Unanswered, *AWAY)


def tell(at: str, **more: Any) -> None:
    """One line to whoever started this."""
    print(json.dumps({"at": at, **more}), flush=True)


def plain(error: BaseException) -> str:
    """What went wrong, in one line."""
    return f"{type(error).__name__}: {error}"[:200]


async def lessons(one: Guest) -> list[str]:
    """The first lesson with something to answer of each unit that is open."""
    found: dict[str, str] = {}
    for path, count in json.loads(await one.get("/progress.json")).items():
        unit, slash, _lesson = path.partition("/")
        if slash and count["of"]:
            found.setdefault(unit, f"/{path}")
    return list(found.values())


async def come(guests: list[Guest]) -> list[Guest]:
    """Everybody joins at the same moment; returns who got in."""

    async def join(one: Guest) -> Guest | None:
        began = time.perf_counter()
        try:
            await one.join()
        except WRONG as error:
            tell("trouble", text=plain(error))
            return None
        tell("joined", seconds=time.perf_counter() - began)
        return one

    return [one for one in await asyncio.gather(*map(join, guests)) if one is not None]


async def visit(guests: list[Guest], path: str) -> None:
    """Everybody opens a page at the same moment and answers what it asks."""

    async def enter(one: Guest) -> bool:
        try:
            await one.enter(path)
        except WRONG as error:
            tell("trouble", text=plain(error))
            return False
        tell("open", seconds=one.seconds)
        return True

    async def work(one: Guest, n: int) -> None:
        try:
            await one.answer(random.Random(n), PAUSE, QUESTIONS)
        except WRONG as error:
            tell("trouble", text=plain(error))
        for text in one.refused:
            tell("trouble", text=text[:200])
        one.refused.clear()

    there = await asyncio.gather(*map(enter, guests))
    tell("here")
    await asyncio.sleep(LOOK)
    await asyncio.gather(
        *(work(one, n) for n, (one, is_there) in enumerate(zip(guests, there, strict=True)) if is_there)
    )


async def crowd(url: str, code: str, people: int) -> None:
    """Everything from joining to the last page."""
    many()
    made = [
        Guest(url, name=f"Guest {n}", code=code, told=lambda s: tell("saved", seconds=s)) for n in range(1, people + 1)
    ]
    guests = await come(made)
    paths = await lessons(guests[0]) if guests else []
    if not paths:
        tell("trouble", text="no open lesson asks anything" if guests else "nobody could join")
    for n, path in enumerate(paths, start=1):
        tell("page", lesson=path[1:], n=n, of=len(paths))
        await visit(guests, path)
    await asyncio.gather(*(one.leave() for one in guests))
    tell("done")


def main() -> None:
    """Run as described above."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this, who then closes standard input
    asked = json.loads(sys.stdin.readline())

    def watch() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    asyncio.run(crowd(asked["url"], asked["code"], asked["people"]))


if __name__ == "__main__":
    main()

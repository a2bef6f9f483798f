"""Three days of a workshop in fast motion, with the real course: nothing acknowledged is missing, no memory is lost.

Sixty take a quarter of an hour on two cores. SOAK_PEOPLE and SOAK_UNITS make it smaller while one works on it.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import psutil
import pytest
from tornado.httpclient import HTTPClientError

import room_many
from apart import run
from room_many import RoomServer
from test_reliability import alive, below, eventually
from workbook.answers import open_home
from workbook.answers.participants import Roll
from workbook.kinds import BY_NAME
from workbook.learner import Learner
from workbook.learner.work import Work
from workbook.places import Session
from workbook.room.guest import AWAY, Guest
from workbook.room.kept import Place
from workbook.room.visitor import many

pytestmark = pytest.mark.soak
ROOT = Path(__file__).parent.parent
DAYS = 3
PEOPLE = int(os.environ.get("SOAK_PEOPLE", "60"))
UNITS = int(os.environ.get("SOAK_UNITS", "0"))
"""The first so many units of the course, one a day at least; 0 for all."""
LESSONS = 3
"""Lessons of each unit that one participant opens; another opens other ones."""
QUESTIONS = 2
"""Questions that each answers on a page."""
PAUSE = 0.2
"""Seconds between two answers: people take a hundred times longer."""
GROWTH = 60_000_000
"""Bytes by which the server may grow from the first unit of a day to the evening: a page that left 100 kB behind would
be twice as much."""
WRONG = re.compile(r"Traceback|ERROR|CRITICAL|Exception")


def resident(server: RoomServer) -> int:
    assert server.process is not None
    return int(psutil.Process(server.process.pid).memory_info().rss)


async def patiently(ask: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Ask until the server is there: people press reload."""
    for _n in range(120):
        try:
            return await ask()
        except AWAY:
            await asyncio.sleep(0.5)
        except HTTPClientError as error:
            if error.code != 599:
                raise
            await asyncio.sleep(0.5)
    raise AssertionError("the server did not come back")


async def units(one: Guest) -> list[list[str]]:
    """The lessons with something to answer, by unit."""
    found: dict[str, list[str]] = {}
    for path, count in json.loads(await one.get("/progress.json")).items():
        unit, slash, _lesson = path.partition("/")
        if slash and count["of"]:
            found.setdefault(unit, []).append(f"/{path}")
    return list(found.values())


class Day:
    """One day: everybody goes through its units at their own pace."""

    def __init__(self, server: RoomServer, guests: list[Guest], units: list[list[str]]) -> None:
        self.server, self.guests, self.units = server, guests, units
        self.pages, self.warm = 0, 0

    @property
    def all(self) -> int:
        return len(self.guests) * sum(min(LESSONS, len(lessons)) for lessons in self.units)

    async def live(self, one: Guest, n: int) -> None:
        chance = random.Random(n)
        for lessons in self.units:
            start = n % len(lessons)
            for path in (lessons[start:] + lessons[:start])[:LESSONS]:
                await asyncio.sleep(chance.uniform(0, 1))
                await patiently(lambda path=path: one.enter(path))
                await one.answer(chance, PAUSE, QUESTIONS)
                self.pages += 1
                if not self.warm and self.pages * len(self.units) >= self.all:
                    self.warm = resident(self.server)
        await one.leave()

    async def cut(self) -> None:
        """The power fails when the day is half over, and is back."""
        while self.pages * 2 < self.all:
            await asyncio.sleep(0.1)
        old = below(self.server)
        assert self.server.process is not None
        os.kill(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()
        assert await eventually(lambda: not alive(old), 10), "a kernel of the old server lives on"
        self.warm = -1
        await asyncio.to_thread(self.server.start)

    async def pass_by(self, cut: bool) -> None:
        lives = [self.live(one, n) for n, one in enumerate(self.guests)]
        await asyncio.gather(*lives, *([self.cut()] if cut else []))


def complete(server: RoomServer, guests: list[Guest]) -> int:
    """How many acknowledged answers are in the database; fails for one that is not."""
    url = Place(str(server.home), "kigali").url
    home, roll = open_home(url), Roll(url, "kigali")
    owners, count = {one.name: one.owner for one in roll.people()}, 0
    learner = Learner(Session(root=ROOT, home=url, owner=next(iter(owners.values())).id))
    for one in guests:
        kept = {id.partition("/")[0]: None for id, _question, _cell in one.acknowledged}
        units = {unit: home.load(owners[one.name], unit) for unit in kept}
        for (exercise, id, cell), sent in one.acknowledged.items():
            unit, _slash, name = exercise.partition("/")
            value = units[unit].of(name).get(id)
            if cell:
                row, _dot, column = cell.partition(".")
                cells = next((held["cells"] for held in value["rows"] if held["id"] == row), {}) if value else {}
                assert cells.get(column) in (sent, sent[0]), (one.name, exercise, id, cell, sent, value)
            else:
                question = learner.exercise(exercise).question(id)
                kind = BY_NAME[question.kind]
                meant = kind.parse(question.ask, kind.gather(question.ask, Work.entries(id, sent[0])))
                assert value == meant, (one.name, exercise, id, sent, value)
            count += 1
    roll.home.close()
    return count


def test_three_days_of_a_workshop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server = room_many.new(tmp_path, course=lambda _folder: ROOT)
    guests = [Guest(server.url, name=f"Guest {n}") for n in range(PEOPLE)]
    times: list[float] = []
    told: list[str] = []

    async def workshop() -> None:
        many()
        days: list[list[list[str]]] = []
        for n in range(DAYS):
            await asyncio.to_thread(server.start)
            if not days:
                for one in guests:
                    one.code, one.told = server.code, times.append
                await asyncio.gather(*(one.join() for one in guests))
                whole = (await units(guests[0]))[: max(UNITS, DAYS) if UNITS else None]
                days = [whole[start::DAYS] for start in range(DAYS)]
            day = Day(server, guests, days[n])
            await day.pass_by(cut=n == 1)
            evening = resident(server)
            began = f"{day.warm // 10**6} to" if day.warm > 0 else "killed at noon,"
            told.append(f"day {n + 1}: {day.pages} pages, server {began} {evening // 10**6} MB")
            assert day.warm < 0 or evening - day.warm <= GROWTH, told
            assert await eventually(lambda: '"kernels": 0}' in room_many.Browser(server.url).get("/health").text, 30)
            await asyncio.to_thread(server.stop)

    try:
        run(workshop(), 3600)
        count = complete(server, guests)
        refused = [text for one in guests for text in one.refused]
        with capsys.disabled():
            told.append(
                f"{len(times)} saves acknowledged, the slowest after {max(times):.1f} s; {count} answers, all there"
            )
            print("", f"{PEOPLE} people", *told, f"{len(refused)} refused", sep="\n")
        assert count and len(refused) <= len(times) / 100, refused[:5]
        assert not WRONG.search(server.said), server.said[-5000:]
    finally:
        server.kill()
        for one in guests:
            one.vanish()

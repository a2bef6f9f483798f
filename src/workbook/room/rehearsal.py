"""A rehearsal: a room of its own on this computer only, and simulated participants in it."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import psutil

from ..errors import WorkbookError
from ..i18n import _
from ..places import Session
from . import hosting
from .kept import Place
from .measured import Seen, summary


def used(server: int) -> tuple[list[int], int]:
    """Bytes that each kernel of a server holds for itself, and what the process that forks them holds."""
    kernels, shared = [], 0
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(server).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                words, bytes = child.cmdline(), child.memory_full_info().uss
                if "workbook.room.forkserver" in words and child.ppid() == server:
                    shared = bytes
                elif {"workbook.room.forkserver", "workbook.room.kernel"} & set(words):
                    kernels.append(bytes)
    return kernels, shared


class Rehearsal:
    """Runs the simulated participants beside the server of their room, and shows how far they are."""

    def __init__(self, people: int, *, keep: bool) -> None:
        self.keep, self.seen = keep, Seen(people)
        self._guests: subprocess.Popen[str] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._began = 0.0

    def begin(self, room: hosting.Hosted) -> None:
        """The room is open: let them come."""
        assert room.desk is not None
        room.desk.delete = not self.keep
        self.seen.before = psutil.virtual_memory().available
        self._began = time.monotonic()
        command = [sys.executable, "-m", "workbook.room.guests"]
        self._guests = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = {"url": room.link.rstrip("/"), "code": room.about.code, "people": self.seen.people}
        assert self._guests.stdin is not None
        self._guests.stdin.write(json.dumps(told) + "\n")
        self._guests.stdin.flush()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._listen(room)), loop.create_task(self._show())]

    async def _listen(self, room: hosting.Hosted) -> None:
        guests = self._guests
        assert guests is not None and guests.stdout is not None
        try:
            while line := await asyncio.to_thread(guests.stdout.readline):
                news = json.loads(line)
                if room.stopping():  # what breaks now was broken by the end
                    break
                self.seen.take(news)
                if news["at"] == "here":
                    await self._weigh()
            if not self.seen.done and not room.stopping():
                self.seen.troubles.append(_("the simulated participants ended before they were done"))
            self._line()
            room.stop_serving()
        finally:  # at Ctrl-C too: otherwise the thread that listens would wait for them
            self._dismiss()

    async def _weigh(self) -> None:
        kernels, shared = await asyncio.to_thread(used, os.getpid())
        self.seen.weigh(kernels, shared, psutil.virtual_memory().available)

    async def _show(self) -> None:
        while not self.seen.done:
            await asyncio.sleep(1 if sys.stdout.isatty() else 10)
            self._line()

    def _line(self) -> None:
        seen, (lesson, n, of) = self.seen, self.seen.page
        text = _("{joined} of {people} are in · page {n} of {of}: {lesson} · {saves} saves · {seconds} s").format(
            joined=len(seen.joined),
            people=seen.people,
            n=n,
            of=of or "…",
            lesson=lesson or "…",
            saves=len(seen.saved),
            seconds=round(time.monotonic() - self._began),
        )
        print(f"\r{text:<100}" if sys.stdout.isatty() else text, end="" if sys.stdout.isatty() else "\n", flush=True)

    def _dismiss(self) -> None:
        if self._guests is not None and self._guests.stdin is not None:
            self._guests.stdin.close()

    def end(self, room: hosting.Hosted | None) -> None:
        """The room is closed: nobody of them stays."""
        if self._guests is not None:
            self._dismiss()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._guests.wait(5)
            self._guests.kill()
            self._guests.wait()
        if room is not None and room.desk is not None:
            self.seen.troubles += [text for _at, text in room.desk.troubles.kept]


def rehearse(session: Session, wishes: hosting.Wishes, people: int, *, keep: bool, today: date) -> int:
    """See :func:`workbook.room.rehearse_room`."""
    name = f"{wishes.name}-rehearsal"
    place = Place(session.home, name)
    _make_place(session, place)
    wishes = dataclasses.replace(wishes, name=name, loopback=True, host="", cert="", key="")
    rehearsal, rooms = Rehearsal(people, keep=keep), []

    def begin(room: hosting.Hosted) -> None:
        rooms.append(room)
        rehearsal.begin(room)

    try:
        hosting.serve(session, wishes, today, begin)
    finally:
        rehearsal.end(rooms[0] if rooms else None)
        if keep:
            _mark(place).unlink(missing_ok=True)
        elif place.folder.exists():
            hosting.delete(session, name)
    print()
    print("\n".join(summary(rehearsal.seen)), flush=True)
    if keep:
        print(_("The room is kept: 'workbook room --name {name}' opens it again.").format(name=name), flush=True)
    return 1 if rehearsal.seen.troubles else 0


def _mark(place: Place) -> Path:
    """A file that says: this room may be deleted, it was only a rehearsal."""
    return place.folder / "rehearsal"


def _make_place(session: Session, place: Place) -> None:
    """Make the folder of a rehearsal; one that a power cut left over goes first. Raises WorkbookError."""
    if place.name in hosting.known(place):
        if not _mark(place).exists():
            raise WorkbookError(
                _(
                    "The room '{name}' is kept from before. Delete it with 'workbook room --name {name} --delete', "
                    "or rehearse with another --name."
                ).format(name=place.name)
            )
        hosting.delete(session, place.name)
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _mark(place).touch()

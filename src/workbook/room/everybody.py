"""Everybody in a room: who they are by their cookie, and what each of them may see."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jupyter_server.auth.identity import IdentityProvider, User

from ..answers.participants import Participant, Roll
from ..answers.participants import Room as About
from ..errors import WorkbookError
from ..places import Session
from . import codes, limits, outline
from .answered import mark, reader, told
from .outline import Outline
from .pages import Site
from .people import Person
from .progress import Reader

log = logging.getLogger("workbook.room")
ONLINE: Final = 90
"""Seconds after a request during which somebody counts as being there."""


class Where:
    """The last page that a participant visited."""

    def __init__(self, everybody: Everybody, id: str) -> None:
        self._everybody, self._id = everybody, id

    def last(self) -> tuple[str, str] | None:
        return self._everybody.known[self._id].visited

    def note(self, path: str) -> None:
        self._everybody.visit(self._id, path)


class Everybody:
    """The people of a room. The roll in the database is read once; this server is the only one that changes it."""

    def __init__(self, roll: Roll, about: About, key: bytes, root: Path, home: str, site: Site) -> None:
        self.roll, self.about, self.key = roll, about, key
        self.root, self.home, self.site = root, home, site
        self.known = {one.id: one for one in roll.people()}
        self.seen: dict[str, float] = {}
        self._readers: dict[str, Reader] = {}
        self._outlines: dict[str, Outline] = {}
        self._shared: dict[Outline, Outline] = {}
        self._writing: set[asyncio.Task[None]] = set()

    # -- whom a request serves ------------------------------------------------------------------------------------

    def of(self, handler: Any) -> Person | None:
        """Who sent this request; None for somebody who has not joined."""
        one = self.participant(handler)
        if one is None:
            return None
        self.seen[one.id] = time.time()
        return self.person(one)

    def participant(self, handler: Any) -> Participant | None:
        """The participant who sent this request."""
        user = handler.current_user
        return self.known.get(user.username) if isinstance(user, User) else None

    def person(self, one: Participant) -> Person:
        """A participant as pages and kernels know them: with the units that are open now."""
        session = self.session(one)
        if one.id not in self._readers:
            self._readers[one.id] = reader(session, self.roll.home)
            found = outline.load(self.root, one.id)
            # exercises that are drawn differ between people; everything else is kept once
            self._outlines[one.id] = self._shared.setdefault(found, found)
        whole = self._outlines[one.id]
        course = dataclasses.replace(whole, units=tuple(unit for unit in whole.units if self.about.shows(unit.id)))
        environment = told(session)
        site = dataclasses.replace(self.site, course=course, me=one.name, learner=mark(environment))
        return Person(one.owner, site, self._readers[one.id], Where(self, one.id), environment)

    def session(self, one: Participant) -> Session:
        """A participant at work."""
        return Session(self.root, self.home, one.id, kind=one.kind)

    # -- cookies --------------------------------------------------------------------------------------------------

    @property
    def cookie(self) -> str:
        """The cookie's name: that of another room at this address is another."""
        return f"workbook-{self.about.name}"

    def ticket(self, one: Participant) -> str:
        """What the cookie says, before it is signed."""
        return f"{one.id} {one.generation}"

    def holder(self, ticket: str) -> Participant | None:
        """Whose ticket this is: nobody's, when they deleted their data or signed out everywhere since then."""
        id, _space, generation = ticket.partition(" ")
        one = self.known.get(id)
        return one if one is not None and generation == str(one.generation) else None

    # -- what changes ---------------------------------------------------------------------------------------------

    async def join(self, one: Participant) -> tuple[Participant, str]:
        """Let somebody in; returns them and their return code, which is shown once. Raises NameTaken."""
        code = codes.new(codes.RETURN)
        joined = await asyncio.to_thread(self.roll.join, one, codes.hashed(self.key, one.id, code))
        self.known[joined.id], self.seen[joined.id] = joined, time.time()
        return joined, code

    async def back(self, name: str, code: str) -> Participant | None:
        """Whoever has this name and return code."""
        found = await asyncio.to_thread(self.roll.code, name)
        id, stored = found or ("nobody", "")
        right = codes.same(codes.hashed(self.key, id, code), stored)
        return self.known.get(id) if right else None

    async def new_code(self, one: Participant) -> str:
        """A new return code; the old one is worth nothing from now on."""
        code = codes.new(codes.RETURN)
        await asyncio.to_thread(self.roll.new_code, one.id, codes.hashed(self.key, one.id, code))
        return code

    async def change(self, one: Participant) -> None:
        """Keep what somebody changed of what they said of themselves."""
        await asyncio.to_thread(self.roll.change, one)
        self.known[one.id] = one

    def full(self) -> bool:
        """Whether nobody else can join."""
        return len(self.known) >= limits.PEOPLE

    def lately(self) -> int:
        """How many have joined in the last minute."""
        since = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="seconds")
        return sum(one.joined >= since for one in self.known.values())

    def away(self, one: Participant) -> bool:
        """Whether somebody has asked for nothing for a while."""
        return time.time() - self.seen.get(one.id, 0) > ONLINE

    async def clear(self, ids: Collection[str]) -> int:
        """Remove those of ``ids`` who have never saved anything; returns how many they were."""
        gone = await asyncio.to_thread(self.roll.clear, ids)
        for id in gone:
            self._forget(id)
        return len(gone)

    def _forget(self, id: str) -> None:
        self.known.pop(id, None)
        for kept in (self.seen, self._readers, self._outlines):
            kept.pop(id, None)

    async def remove(self, one: Participant) -> None:
        """Delete somebody and everything of theirs."""
        self._forget(one.id)
        await asyncio.to_thread(self.roll.remove, one)
        await asyncio.to_thread(self.roll.home.scrub)

    async def set_about(self, about: About) -> None:
        """Keep changed facts of the room, such as which units are open."""
        self.about = await asyncio.to_thread(self.roll.keep, about)

    def visit(self, id: str, path: str) -> None:
        """Somebody is at this lesson; written a little later, since nothing is lost with it."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        if id in self.known:
            self.known[id] = dataclasses.replace(self.known[id], visited=(path, at))
            task = asyncio.get_running_loop().create_task(self._write(id, path, at))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def _write(self, id: str, path: str, at: str) -> None:
        try:
            await asyncio.to_thread(self.roll.visited, id, path, at)
        except WorkbookError as error:
            log.error("%s", error)


class RoomIdentity(IdentityProvider):  # type: ignore[misc]
    """Knows participants by their signed cookie, and nobody by a token or a password."""

    @property
    def auth_enabled(self) -> bool:
        return True

    def get_user(self, handler: Any) -> User | None:
        everybody: Everybody = handler.settings["people"]
        found = handler.get_signed_cookie(everybody.cookie, max_age_days=400)
        one = everybody.holder(found.decode()) if found else None
        return None if one is None else User(username=one.id, name=one.name, display_name=one.name)

    def is_token_authenticated(self, handler: Any) -> bool:
        return False

    def sign_in(self, handler: Any, one: Participant) -> None:
        """Let this browser be known as a participant."""
        everybody: Everybody = handler.settings["people"]
        handler.set_signed_cookie(
            everybody.cookie,
            everybody.ticket(one),
            expires_days=90,
            path=handler.base_url,
            httponly=True,
            samesite="Lax",
            secure=handler.request.protocol == "https",
        )

    def sign_out(self, handler: Any) -> None:
        """Forget who uses this browser."""
        handler.clear_cookie(handler.settings["people"].cookie, path=handler.base_url)

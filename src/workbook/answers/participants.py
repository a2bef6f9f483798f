"""The people of a room: who has joined, what they agreed to, how they come back. Kept beside the answers they give.

roll = Roll("sqlite:///room.db", "kigali")
room = roll.room() or roll.keep(Room("kigali", code="CDFGHJ", until="2026-12-22"))
anna = roll.join(Participant("learner-3f9a21c077", "Anna"), code=hashed)
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import sqlalchemy as sa

from ..errors import WorkbookError
from ..i18n import _
from . import Owner, document
from .database import DatabaseHome
from .tables import OWNERS, PARTICIPANTS, ROOMS, UNITS

SECTORS: Final = ("government", "un", "business", "civil-society", "academia", "community", "other")
CHOICES: Final = ("shown", "organiser", "report", "contact")
"""What a participant may agree to, each by itself: anonymous results may be shown; the plan goes to the organiser;
figures go into the report; a place on the contact list."""
LONGEST: Final = {"name": 60, "organisation": 100, "contact": 100, "members": 40}
"""Most characters of what people say of themselves; ``members`` counts people, each with a name of at most 60."""
_JOINERS: Final = "\u200c\u200d"
"""Invisible characters that some scripts need inside words."""


class NameTaken(WorkbookError):
    """Somebody in the room has this name already."""


@dataclass(frozen=True)
class Room:
    """One room. ``until``: the day (ISO 8601) on which its data are to be deleted; ``keeper``: who keeps them until
    then. ``open``: the units that are open now; None for all."""

    name: str
    code: str
    until: str
    keeper: str = ""
    made: str = ""
    open: tuple[str, ...] | None = None

    def shows(self, unit: str) -> bool:
        """Whether this unit is open."""
        return self.open is None or unit in self.open


@dataclass(frozen=True)
class Participant:
    """Somebody in a room: a ``person``, or a ``group`` at one device with its ``members``.

    ``choices``: those of :data:`CHOICES` that they agreed to; none is fine. ``visited``: the last lesson and when.
    """

    id: str
    name: str
    kind: str = "person"
    members: tuple[str, ...] = ()
    organisation: str = ""
    sector: str = ""
    choices: frozenset[str] = frozenset()
    contact: str = ""
    generation: int = 1
    joined: str = ""
    visited: tuple[str, str] | None = field(default=None, compare=False)

    @property
    def owner(self) -> Owner:
        """Whose the answers are."""
        return Owner(self.id, self.kind, self.name)

    def agrees(self, choice: str) -> bool:
        """Whether they agreed to one of :data:`CHOICES`."""
        return choice in self.choices


def tidy(text: str, most: int) -> str:
    """What somebody typed, as one line: no control characters and nothing that turns the text around it; cut at
    ``most`` characters."""
    kept = (
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFC", text)
        if c.isspace() or c in _JOINERS or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return " ".join("".join(kept).split())[:most].strip()


def folded(name: str) -> str:
    """A name as it is compared: small and large letters, wide and narrow ones, and spaces are the same."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in text if not c.isspace() and c not in _JOINERS)[:200]


class Roll:
    """The room ``name`` and its people in the database at ``url``. Methods raise WorkbookError when that fails."""

    def __init__(self, url: str, name: str) -> None:
        self.home = DatabaseHome(url)
        self.name = name

    # -- the room -------------------------------------------------------------------------------------------------

    def room(self) -> Room | None:
        """The room as it was left; None when there is none of this name."""
        with self.home._transaction(write=False) as connection:
            row = connection.execute(sa.select(ROOMS).where(ROOMS.c.room == self.name)).mappings().first()
        if row is None:
            return None
        units = json.loads(row["open"])
        about = {name: row[name] for name in ("code", "until", "keeper", "made")}
        return Room(self.name, open=None if units is None else tuple(units), **about)

    def keep(self, room: Room) -> Room:
        """Store a room, new or changed."""
        room = replace(room, made=room.made or document.now())
        values = {"code": room.code, "made": room.made, "until": room.until, "keeper": room.keeper}
        values["open"] = json.dumps(None if room.open is None else list(room.open))
        with self.home._transaction(write=True) as connection:
            self.home._put(connection, ROOMS, {"room": self.name}, values)
        return room

    def forget(self) -> None:
        """Delete the room, its people and everything they answered. It cannot be undone."""
        for one in self.people():
            self.remove(one)
        with self.home._transaction(write=True) as connection:
            connection.execute(ROOMS.delete().where(ROOMS.c.room == self.name))
        self.home.scrub()

    # -- its people -----------------------------------------------------------------------------------------------

    def people(self) -> list[Participant]:
        """Everybody, in the order in which they joined."""
        query = sa.select(PARTICIPANTS).where(PARTICIPANTS.c.room == self.name).order_by(PARTICIPANTS.c.joined)
        with self.home._transaction(write=False) as connection:
            return [_participant(dict(row)) for row in connection.execute(query).mappings()]

    def join(self, one: Participant, code: str) -> Participant:
        """Let somebody in; ``code`` is the hash of their return code. Raises NameTaken."""
        one = replace(one, joined=document.now())
        row = {**_row(one), "room": self.name, "id": one.id, "code": code, "joined": one.joined}
        with self.home._transaction(write=True) as connection:
            taken = sa.select(PARTICIPANTS.c.id).where(self._same_name(one.name))
            if connection.execute(taken).first():
                raise _taken(one.name)
            self._insert(connection, row)
            self.home._put(connection, OWNERS, {"kind": one.kind, "owner": one.id}, {"label": one.name})
        return one

    def _insert(self, connection: sa.Connection, row: Mapping[str, Any]) -> None:
        try:
            connection.execute(PARTICIPANTS.insert().values(**row))
        except sa.exc.IntegrityError:  # somebody with this name came in between
            raise NameTaken(
                _("Somebody in this room has the name '{name}' already.").format(name=row["name"])
            ) from None

    def change(self, one: Participant) -> None:
        """Store what somebody changed of what they said of themselves; their name stays."""
        values = {name: value for name, value in _row(one).items() if name in ("about", "generation")}
        self._update(one.id, values)

    def visited(self, id: str, path: str, at: str) -> None:
        """Somebody is at this lesson now."""
        self._update(id, {"visited": json.dumps([path, at])})

    def code(self, name: str) -> tuple[str, str] | None:
        """The id of whoever has this name, and the hash of their return code."""
        query = sa.select(PARTICIPANTS.c.id, PARTICIPANTS.c.code).where(self._same_name(name))
        with self.home._transaction(write=False) as connection:
            row = connection.execute(query).first()
        return None if row is None else (row[0], row[1])

    def new_code(self, id: str, code: str) -> None:
        """Replace the hash of somebody's return code."""
        self._update(id, {"code": code})

    def remove(self, one: Participant) -> None:
        """Delete somebody and everything they answered. It cannot be undone."""
        self.home.delete(one.owner)
        with self.home._transaction(write=True) as connection:
            here = (PARTICIPANTS.c.room == self.name) & (PARTICIPANTS.c.id == one.id)
            connection.execute(PARTICIPANTS.delete().where(here))

    def clear(self, ids: Collection[str]) -> list[str]:
        """Delete those of ``ids`` who have never saved anything; returns who they were."""
        wrote = sa.select(UNITS.c.owner).where(UNITS.c.owner == PARTICIPANTS.c.id)
        here = (PARTICIPANTS.c.room == self.name) & ~wrote.exists()
        asked = set(ids)
        with self.home._transaction(write=True) as connection:
            query = sa.select(PARTICIPANTS.c.kind, PARTICIPANTS.c.id).where(here)
            gone = [{"k": kind, "i": id} for kind, id in connection.execute(query) if id in asked]
            for table, name in ((PARTICIPANTS, "id"), (OWNERS, "owner")):
                if gone:
                    same = (table.c.kind == sa.bindparam("k")) & (table.c[name] == sa.bindparam("i"))
                    connection.execute(table.delete().where(same), gone)
        return [one["i"] for one in gone]

    def _update(self, id: str, values: Mapping[str, Any]) -> None:
        here = (PARTICIPANTS.c.room == self.name) & (PARTICIPANTS.c.id == id)
        with self.home._transaction(write=True) as connection:
            connection.execute(PARTICIPANTS.update().where(here).values(**values))

    def _same_name(self, name: str) -> sa.ColumnElement[bool]:
        return sa.and_(PARTICIPANTS.c.room == self.name, PARTICIPANTS.c.folded == folded(name))

    def saves(self) -> dict[str, int]:
        """How often each of them has saved, by id; cheap enough to ask every few seconds."""
        same = (UNITS.c.owner == PARTICIPANTS.c.id) & (UNITS.c.kind == PARTICIPANTS.c.kind)
        query = (
            sa.select(UNITS.c.owner, sa.func.sum(UNITS.c.seq))
            .select_from(UNITS.join(PARTICIPANTS, same))
            .where(PARTICIPANTS.c.room == self.name)
            .group_by(UNITS.c.owner)
        )
        with self.home._transaction(write=False) as connection:
            return {id: int(count) for id, count in connection.execute(query)}


def _taken(name: str) -> NameTaken:
    return NameTaken(_("Somebody in this room has the name '{name}' already.").format(name=name))


def about(one: Participant) -> dict[str, Any]:
    """Everything that is stored of a participant beside answers, as plain data, to be shown or taken home."""
    found = asdict(one)
    del found["generation"]
    return {**found, "choices": {choice: one.agrees(choice) for choice in CHOICES}}


def _row(one: Participant) -> dict[str, Any]:
    said = {
        "members": list(one.members),
        "organisation": one.organisation,
        "sector": one.sector,
        "choices": sorted(one.choices),
        "contact": one.contact,
    }
    return {
        "kind": one.kind,
        "name": one.name,
        "folded": folded(one.name),
        "about": json.dumps(said, ensure_ascii=False),
        "generation": one.generation,
        "visited": json.dumps(list(one.visited) if one.visited else None),
    }


def _participant(row: Mapping[str, Any]) -> Participant:
    said, visited = json.loads(row["about"]), json.loads(row["visited"])
    return Participant(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        members=tuple(said["members"]),
        organisation=said["organisation"],
        sector=said["sector"],
        choices=frozenset(said["choices"]),
        contact=said["contact"],
        generation=row["generation"],
        joined=row["joined"],
        visited=(visited[0], visited[1]) if visited else None,
    )

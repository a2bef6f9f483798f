"""The people of a room, in SQLite and in PostgreSQL: joining, names, return codes, and nothing left after deleting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from workbook.answers.participants import NameTaken, Participant, Roll, Room, about, folded, tidy


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("database"))
    return f"sqlite:///{tmp_path / 'room.db'}"


@pytest.fixture
def roll(url: str) -> Iterator[Roll]:
    made = Roll(url, "kigali")
    yield made
    made.home.close()


AMINA = Participant(
    "learner-aaaaaaaaaa", "Amina", organisation="Ministry", sector="government", choices=frozenset({"report"})
)


def test_a_room_is_as_it_was_left(roll: Roll, url: str) -> None:
    assert roll.room() is None
    room = roll.keep(Room("kigali", code="CDFGHJ", until="2026-12-22", keeper="The Ministry", open=("first",)))
    other = Roll(url, "lima")
    assert roll.room() == room and room.made and other.room() is None
    assert room.shows("first") and not room.shows("second")
    assert roll.keep(replace(room, open=None)).shows("second")
    other.home.close()


def test_people_join_and_are_there_after_a_restart(roll: Roll, url: str) -> None:
    joined = roll.join(AMINA, "hash-1")
    table = roll.join(Participant("table-bbbbbbbbbb", "Table 3", "group", members=("Ben", "Chipo")), "hash-2")
    again = Roll(url, "kigali")
    assert again.people() == [joined, table]
    assert again.code(" AMINA ") == (AMINA.id, "hash-1") and again.code("Ben") is None
    assert joined.agrees("report") and not joined.agrees("contact") and table.owner.kind == "group"
    again.visited(AMINA.id, "first/needs", "2026-11-22T10:00:00Z")
    again.change(replace(joined, choices=frozenset(), generation=2))
    again.new_code(AMINA.id, "hash-3")
    changed = roll.people()[0]
    assert changed.visited == ("first/needs", "2026-11-22T10:00:00Z") and changed.generation == 2
    assert not changed.choices and roll.code("Amina") == (AMINA.id, "hash-3")
    assert about(changed)["organisation"] == "Ministry" and about(changed)["choices"]["report"] is False
    again.home.close()


def test_a_name_is_given_once_in_a_room(roll: Roll, url: str) -> None:
    roll.join(AMINA, "x")
    with pytest.raises(NameTaken, match="has the name"):
        roll.join(replace(AMINA, id="learner-cccccccccc", name="ＡＭＩＮＡ "), "y")
    other = Roll(url, "lima")
    other.join(replace(AMINA, id="learner-dddddddddd"), "z")
    assert [one.id for one in roll.people()] == [AMINA.id], "another room has people of its own"
    other.home.close()


def test_deleting_leaves_nothing(roll: Roll, url: str, tmp_path: Path) -> None:
    roll.keep(Room("kigali", code="CDFGHJ", until="2026-12-22"))
    ben = roll.join(Participant("learner-bbbbbbbbbb", "Ben"), "y")
    roll.join(replace(AMINA, organisation="Zanzibarquxx"), "x")
    for owner, text in ((AMINA.owner, "a secret wish quokka"), (ben.owner, "another")):
        roll.home.save(owner, "first", "list", "a", {"value": text}, "1")
        roll.home.save(owner, "first", "list", "a", {"value": text + " more"}, "1")
    assert roll.saves() == {AMINA.id: 2, ben.id: 2}
    roll.remove(AMINA)
    roll.home.scrub()
    assert [one.id for one in roll.people()] == [ben.id] and roll.saves() == {ben.id: 2}
    assert roll.home.units(AMINA.owner) == []
    if url.startswith("sqlite"):
        left = b"".join(file.read_bytes() for file in tmp_path.glob("room.db*"))
        assert b"another" in left and b"quokka" not in left and b"Zanzibarquxx" not in left
    roll.forget()
    assert roll.room() is None and roll.people() == [] and roll.home.owners() == []


def test_what_people_type_becomes_one_harmless_line() -> None:
    assert tidy("  A\nB\u202eC\x00 \t D ", 60) == "A BC D"
    assert tidy("می\u200cخواهم", 60) == "می\u200cخواهم", "a joiner belongs to the word"
    assert tidy("x" * 500, 60) == "x" * 60 and tidy("\u200b\u2066", 60) == ""
    assert folded("José  Díaz") == folded("JOSÉ DÍAZ") != folded("Jose Diaz")

"""A room on PostgreSQL as it is installed, with its hundred connections: sixty people with a page each."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

import attacks
import room_many
from apart import run
from attacks import Line, page
from room_many import Participant

PEOPLE = 60


def test_sixty_pages_leave_connections_to_spare(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    server = room_many.new(tmp_path, database, course=attacks.course)
    server.start()
    most = 0

    async def work() -> None:
        nonlocal most
        people = [Participant(server, f"Person {n}") for n in range(PEOPLE)]
        lines: list[Line] = []
        for n in range(0, PEOPLE, 10):
            lines += await asyncio.gather(*(page(one) for one in people[n : n + 10]))
        for _round in range(3):
            beats = (one.ask(one.form("harbour/counts"), t="beat", seq=0) for one in lines)
            saves = [
                one.ask(one.form("harbour/counts"), t="save", question="reason", entries={"reason": ["In short"]})
                for one in lines
            ]
            assert {told["t"] for told in await asyncio.gather(*saves)} == {"saved"}, "all at the same moment"
            await asyncio.gather(*beats)
            most = max(most, watched())
        await asyncio.sleep(2)
        assert watched() <= 6, "sixty pages that rest hold nothing"
        for one in lines:
            one.close()

    def watched() -> int:
        with psycopg.connect(database, autocommit=True) as watching:
            query = "select count(*) from pg_stat_activity where datname = current_database()"
            row = watching.execute(query).fetchone()
        assert row is not None
        return int(row[0]) - 1

    try:
        run(work())
        assert 0 < most <= PEOPLE + 15, "one for each page that saves, and the server's few"
        assert "Traceback" not in server.said
    finally:
        server.stop()

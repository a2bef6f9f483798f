"""Many pages on one PostgreSQL: its hundred connections go round."""

from __future__ import annotations

import os
import threading
import time

import psycopg
import pytest

from workbook.answers import Owner
from workbook.answers import connections as module
from workbook.answers.database import DatabaseHome
from workbook.errors import WorkbookError


def taken(database: str) -> int:
    """How many connections others have to this database now."""
    with psycopg.connect(database, autocommit=True) as watching:
        row = watching.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchone()
    assert row is not None
    return int(row[0])


def until_none(database: str) -> bool:
    end = time.monotonic() + 5
    while taken(database) and time.monotonic() < end:
        time.sleep(0.05)
    return taken(database) == 0


def test_more_pages_than_connections_save_one_after_another(database: str) -> None:
    pages = [DatabaseHome(database) for _ in range(150)]
    for n, page in enumerate(pages):
        page.save(Owner(f"learner-{n}"), "first", "list", "a", {"value": n}, "1")
        if n % 50 == 49:
            assert until_none(database), "a page that does nothing holds no connection"
    assert len(pages[0].owners()) == 150
    for page in pages:
        page.close()


def test_a_page_keeps_its_connection_while_it_works(database: str) -> None:
    page = DatabaseHome(database)
    owner = Owner("learner-a")
    page.save(owner, "first", "list", "a", {"value": 1}, "1")
    begun = page._connections.engine.pool
    for n in range(20):
        page.save(owner, "first", "list", "a", {"value": n}, "1")
    assert page._connections.engine.pool is begun and taken(database) == 1
    page.close()


def test_a_save_waits_until_a_connection_is_free(database: str) -> None:
    page = DatabaseHome(database)
    page.save(Owner("learner-a"), "first", "list", "a", {"value": 1}, "1")
    assert until_none(database)
    hoard = []
    with pytest.raises(psycopg.OperationalError, match="|".join(module.TAKEN)):
        while True:
            hoard.append(psycopg.connect(database))
    free = threading.Timer(1.0, lambda: hoard.pop().close())
    free.start()
    began = time.monotonic()
    page.save(Owner("learner-a"), "first", "list", "a", {"value": 2}, "1")
    assert 0.5 < time.monotonic() - began < 5
    page.close()
    hoard.append(psycopg.connect(database))  # full again, and nobody gives one back
    page._connections._wait = 0.2
    with pytest.raises(WorkbookError, match="Not saved"):
        page.save(Owner("learner-a"), "first", "list", "a", {"value": 3}, "1")
    for one in hoard:
        one.close()
    assert page.load(Owner("learner-a"), "first").of("list") == {"a": 2}
    page.close()


def test_a_fork_leaves_its_parents_connections_alone(database: str) -> None:
    page = DatabaseHome(database)
    page.save(Owner("learner-a"), "first", "list", "a", {"value": 1}, "1")
    child = os.fork()
    if child == 0:
        try:
            page.save(Owner("learner-a"), "first", "list", "a", {"value": 2}, "1")
            time.sleep(module.REST + 0.5)
            os._exit(0 if page._connections._timer is None else 3)
        finally:
            os._exit(4)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "and gives its own back"
    assert page.load(Owner("learner-a"), "first").of("list") == {"a": 2}
    page.close()

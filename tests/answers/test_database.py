"""What only a database home can do wrong."""

import sqlite3
from pathlib import Path

import pytest

from workbook.answers import Home, Owner, open_home
from workbook.errors import WorkbookError

from .conftest import ANNA

U, V = "initiation", "v"


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@host/db", "nonsense://", "http://x", "sqlite:///no/such/folder/x.db"]
)
def test_an_address_that_cannot_be_used_is_said_without_its_password(url: str) -> None:
    with pytest.raises(WorkbookError) as said:
        open_home(url).load(ANNA, U)
    assert "secret" not in str(said.value) and len(str(said.value).splitlines()) == 1


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(WorkbookError) as said:
        open_home(f"postgresql://anna:secret@/db?host={tmp_path}").save(ANNA, U, "e", "q", {"value": 1}, V)
    assert str(said.value).startswith("Not saved:") and "secret" not in str(said.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(WorkbookError, match="not a database"):
        open_home(f"sqlite:///{path}").save(ANNA, U, "e", "q", {"value": 1}, V)
    assert path.read_bytes() == b"this is a letter, not a database" * 100


def test_sqlite_writes_as_durably_as_it_can(tmp_path: Path) -> None:
    home = open_home(f"sqlite:///{tmp_path / 'x.db'}")
    home.save(ANNA, U, "e", "q", {"value": 1}, V)
    with home._transaction(write=True) as connection:  # type: ignore[attr-defined]
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    home.close()  # type: ignore[attr-defined]


def test_a_full_database_is_said_and_harms_nothing(tmp_path: Path) -> None:
    home = open_home(f"sqlite:///{tmp_path / 'x.db'}")
    home.save(ANNA, U, "e", "q", {"value": "before"}, V)
    with home._transaction(write=False) as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("PRAGMA max_page_count=20")
    with pytest.raises(WorkbookError, match=r"Not saved: .*full"):
        for n in range(50):
            home.save(ANNA, U, "e", f"q{n}", {"value": "x" * 20_000}, V)
    assert home.load(ANNA, U).of("e")["q"] == "before"
    home.close()  # type: ignore[attr-defined]


def test_a_newer_editions_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    home = open_home(f"sqlite:///{path}")
    home.save(ANNA, U, "e", "q", {"value": 1}, V)
    home.close()  # type: ignore[attr-defined]
    other = sqlite3.connect(path)
    other.execute("update workbook_schema set version = 99")
    other.commit()
    other.close()
    newer = open_home(f"sqlite:///{path}")
    with pytest.raises(WorkbookError, match="newer edition"):
        newer.load(ANNA, U)
    newer.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", '"text"', '{"q": 1}', "{}}, {", '{"old": {"value": "before"}, "bad": 3}']
)
def test_a_broken_row_is_set_aside_and_said(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "x.db"
    home = open_home(f"sqlite:///{path}")
    home.save(ANNA, U, "e", "old", {"value": "before"}, V)
    home.save(ANNA, U, "other", "q", {"value": "untouched"}, V)
    other = sqlite3.connect(path)
    other.execute("update workbook_answers set document = ? where exercise = 'e'", [broken])
    other.commit()
    before = home.seq(ANNA, U)
    answers = home.load(ANNA, U)
    assert answers.of("other") == {"q": "untouched"}
    assert answers.of("e") == ({"old": "before"} if "before" in broken else {})
    assert answers.seq > before and len(answers.notices) == 1
    assert other.execute("select document from workbook_broken").fetchall() == [(broken,)]
    home.save(ANNA, U, "e", "new", {"value": "after"}, V)
    assert home.load(ANNA, U).of("e")["new"] == "after"
    other.close()
    home.close()  # type: ignore[attr-defined]


def test_many_homes_on_a_new_database_at_once(spec: str) -> None:
    import threading

    errors: list[BaseException] = []

    def use(n: int) -> None:
        try:
            home = open_home(spec)
            home.save(Owner(f"person-{n}"), U, "e", "q", {"value": n}, V)
            if hasattr(home, "close"):
                home.close()
        except BaseException as error:  # reported by the main thread
            errors.append(error)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    home: Home = open_home(spec)
    assert len(home.owners()) == 8
    if hasattr(home, "close"):
        home.close()

"""A home of each sort for every test: a folder, SQLite, and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbook.answers import Home, Owner, open_home

ANNA, BEN = Owner("anna", label="Anna"), Owner("ben", label="Ben")
TABLE3 = Owner("table-3", "group", "Table 3")


@pytest.fixture(params=["folder", "sqlite", "postgresql"])
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a home can be opened, as said on a command line."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("database"))
    return str(tmp_path / "home") if request.param == "folder" else f"sqlite:///{tmp_path / 'room.db'}"


@pytest.fixture
def home(spec: str) -> Iterator[Home]:
    """An empty home."""
    opened = open_home(spec)
    yield opened
    if hasattr(opened, "close"):
        opened.close()

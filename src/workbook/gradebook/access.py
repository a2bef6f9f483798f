"""nbgrader's gradebook as the database that it is: opened, made when there is none, errors in words.

Reading and writing whole lists goes in one statement each; nbgrader's own objects take one for each learner and mark.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..errors import WorkbookError
from ..i18n import _

WAIT: Final = 10
"""Seconds to wait for another program that writes."""


def path_of(root: Path) -> Path:
    """Where the gradebook of the course in ``root`` is, see :func:`workbook.gradebook.configure`."""
    return root / "build" / "gradebook.db"


@contextlib.contextmanager
def connected(root: Path) -> Iterator[sqlite3.Connection]:
    """The gradebook of the course in ``root``, an empty new one where there is none. What is done inside is one
    transaction: all of it is kept, or nothing when an error leaves the block. Raises WorkbookError."""
    path = path_of(root)
    try:
        if not path.is_file() or not path.stat().st_size:
            _make(path)
        connection = sqlite3.connect(path, timeout=WAIT)
        try:
            # Deleted rows are overwritten, not only forgotten.
            connection.execute("PRAGMA secure_delete=ON").close()
            with connection:
                yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise cannot(path, error) from error


def cannot(path: Path, error: Exception) -> WorkbookError:
    """Why the gradebook at ``path`` cannot be used, and what to do."""
    busy = "locked" in str(error) or "busy" in str(error)
    todo = (
        _("Another program is writing to it: let it finish, and try again.")
        if busy
        else _("Put a copy that you kept in its place, or move it away; marking then makes a new one.")
    )
    return WorkbookError(_("The gradebook {path} cannot be used: {why}.").format(path=path, why=error) + " " + todo)


def scrub(root: Path) -> None:
    """Write the gradebook's file anew, so that nothing of deleted rows is left in it. Raises WorkbookError."""
    path = path_of(root)
    if not path.is_file():
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=WAIT, isolation_level=None)) as connection:
            connection.execute("VACUUM").close()
    except sqlite3.Error as error:
        raise cannot(path, error) from error


def _make(path: Path) -> None:
    """A gradebook as nbgrader makes it, with its version of the tables."""
    from nbgrader.api import Gradebook

    path.parent.mkdir(parents=True, exist_ok=True)
    before = os.environ.get("PATH", "")
    # nbgrader calls `alembic` from PATH; it lies beside this Python, also where nobody activated the environment.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        Gradebook(f"sqlite:///{path.as_posix()}", "").close()
    finally:
        os.environ["PATH"] = before

"""nbgrader's gradebook, read and written many learners at a time.

A batch is one transaction: its marks and the note that they were made (``workbook_marked``) are kept together or not at
all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nbgrader import api
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..errors import WorkbookError
from ..i18n import _
from . import tables
from .outcome import Given
from .rows import Penalty, store
from .tables import MARKED, Assignment, Known
from .worker import Cell, Result


class Gradebook:
    """The gradebook at ``url``; use it in one process at a time, see :mod:`.bulk`."""

    def __init__(self, url: str, course: str, penalty: Penalty | None = None) -> None:
        self.url = url
        self._penalty = penalty
        with self._said():
            self._book = api.Gradebook(url, course)
            with self._book.engine.begin() as connection:
                MARKED.metadata.create_all(connection)

    def close(self) -> None:
        """Let go of the database."""
        self._book.close()

    def assignment(self, unit: str) -> Assignment | None:
        """The unit in the gradebook; None if ``nbgrader generate_assignment`` never told of it."""
        with self._reading() as connection:
            return tables.assignment(connection, unit)

    def handed_in(self, unit: Assignment) -> bool:
        """Whether it holds somebody's work in this unit."""
        with self._reading() as connection:
            return tables.handed_in(connection, unit)

    def known(self, unit: Assignment, students: Sequence[str]) -> dict[str, Known]:
        """Those of the learners whose submission stands in the gradebook."""
        with self._reading() as connection:
            return tables.known(connection, unit, students)

    def scores(self, unit: Assignment, students: Sequence[str]) -> dict[str, dict[Cell, Given]]:
        """The points of self-marking cells that the gradebook has, by learner and cell; none for a new learner."""
        with self._reading() as connection:
            return tables.scores(connection, unit, students)

    def save(self, unit: Assignment, results: Sequence[Result]) -> None:
        """Put the marks of a batch of learners into the gradebook, all or none. Raises :class:`WorkbookError`."""
        with self._said(), self._book.engine.begin() as connection:
            known = tables.known(connection, unit, [result.student for result in results])
            store(connection, unit, results, known, self._penalty)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._said(), self._book.engine.connect() as connection:
            yield connection

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Trouble with the database in words."""
        try:
            yield
        except DBAPIError as error:
            raise WorkbookError(_trouble(str(error.orig))) from error


def _trouble(why: str) -> str:
    if "full" in why or "disk I/O" in why:
        text = _("The gradebook cannot be written: the disk is full ({why}). Make room and run the command again.")
    elif "locked" in why:
        text = _("Another program has been writing to the gradebook for a while ({why}). Run the command again.")
    else:
        text = _("The gradebook cannot be used: {why}. Keep a copy of it, then try: nbgrader db upgrade")
    return text.format(why=why) + " " + _("What was marked before is safe.")

"""Answers of many owners in a database: SQLite beside the server, PostgreSQL where one machine is too small.

One row for each owner, unit and exercise holds that exercise's JSON document; one row for each owner and unit counts
its saves and is locked first, so that the saves of one owner in one unit come one after another and those of different
owners do not wait for each other (SQLite has one writer at a time by nature).
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..errors import WorkbookError
from ..i18n import _
from . import Owner, Saved, UnitAnswers, Update, document, merge
from .connections import Connections
from .tables import ANSWERS, BROKEN, META, OWNERS, SCHEMA, UNITS

VERSION: Final = 1
WAIT: Final = 10
"""Seconds a save waits for others who are writing."""
_ADVISORY: Final = 0x5D6_B00C
"""Any fixed number: one process at a time makes the tables in PostgreSQL."""
_WRITE: Final = "workbook_write"


class DatabaseHome:
    """A :class:`~workbook.answers.Home` at a database URL. Tables are made on first use."""

    def __init__(self, url: str) -> None:
        try:
            parsed = sa.make_url(url)
        except sa.exc.ArgumentError:
            raise WorkbookError(_("This is no database address: use sqlite:///file.db or postgresql://…")) from None
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise WorkbookError(
                _("Answers can be kept in SQLite or PostgreSQL, not in '{name}'.").format(name=parsed.drivername)
            )
        self.name = parsed.render_as_string(hide_password=True)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        try:
            engine = sa.create_engine(parsed, pool_pre_ping=not self.sqlite)
        except ImportError as error:
            raise WorkbookError(
                _("The driver for {name} is not installed: pip install 'psycopg[binary]'").format(name=self.name)
            ) from error
        if self.sqlite:
            sa.event.listen(engine, "connect", _connected)
            sa.event.listen(engine, "begin", _began)
        self._connections = Connections(engine, resting=not self.sqlite, wait=WAIT)
        self._ready = False
        self._labels: dict[tuple[str, str], str] = {}

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[sa.Connection]:
        try:
            if not self._ready:
                self._prepare()
            with self._connections.begin(**{_WRITE: write}) as connection:
                yield connection
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, sqlite3.Error) as error:
            raise self._cannot(error, write) from error

    def _cannot(self, error: Exception, write: bool) -> WorkbookError:
        why = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error).strip().split("\n")[0]
        if not write:
            return WorkbookError(_("The answers in {name} cannot be read: {why}").format(name=self.name, why=why))
        return WorkbookError(_("Not saved: {why} ({name}). Earlier answers are safe.").format(name=self.name, why=why))

    def _prepare(self) -> None:
        with self._connections.begin(**{_WRITE: True}) as connection:
            if not self.sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY)))
            META.create_all(connection)
            version = connection.execute(sa.select(SCHEMA.c.version)).scalar()
            if version is None:
                connection.execute(SCHEMA.insert().values(version=VERSION, me=f"learner-{secrets.token_hex(5)}"))
            elif version > VERSION:
                raise WorkbookError(
                    _("The answers in {name} belong to a newer edition of the workbook. Please update it.").format(
                        name=self.name
                    )
                )
        self._ready = True

    def close(self) -> None:
        """Let go of all connections; the home can be used again afterwards."""
        self._connections.close()

    # -- who ------------------------------------------------------------------------------------------------------

    def me(self) -> Owner:
        """The person whose home this is, if it serves one person only."""
        with self._transaction(write=False) as connection:
            id = connection.execute(sa.select(SCHEMA.c.me)).scalar_one()
            label = connection.execute(sa.select(OWNERS.c.label).where(_is(OWNERS, Owner(id)))).scalar()
        return Owner(id, label=label or "")

    def _resolved(self, owner: Owner) -> Owner:
        return self.me() if owner == Owner("me") else owner

    def rename(self, owner: Owner, label: str) -> Owner:
        """Remember the name that people read."""
        owner = self._resolved(owner)
        owner = Owner(owner.id, owner.kind, label)
        with self._transaction(write=True) as connection:
            self._put(connection, OWNERS, {"kind": owner.kind, "owner": owner.id}, {"label": label})
        return owner

    def owners(self) -> list[Owner]:
        """Everybody who has answers here."""
        same = (OWNERS.c.kind == UNITS.c.kind) & (OWNERS.c.owner == UNITS.c.owner)
        query = (
            sa.select(UNITS.c.owner, UNITS.c.kind, sa.func.coalesce(OWNERS.c.label, ""))
            .select_from(UNITS.outerjoin(OWNERS, same))
            .distinct()
        )
        with self._transaction(write=False) as connection:
            return sorted((Owner(*row) for row in connection.execute(query)), key=lambda o: (o.kind != "person", o.id))

    # -- what -----------------------------------------------------------------------------------------------------

    def units(self, owner: Owner) -> list[str]:
        """Units with answers, by name."""
        query = sa.select(UNITS.c.unit).where(_is(UNITS, self._resolved(owner))).order_by(UNITS.c.unit)
        with self._transaction(write=False) as connection:
            return list(connection.execute(query).scalars())

    def seq(self, owner: Owner, unit: str) -> int:
        """The unit's save number."""
        query = sa.select(UNITS.c.seq).where(_is(UNITS, self._resolved(owner), unit=unit))
        with self._transaction(write=False) as connection:
            return connection.execute(query).scalar() or 0

    def load(self, owner: Owner, unit: str) -> UnitAnswers:
        """What is stored now. What cannot be read was or is set aside; the notices say so."""
        owner = self._resolved(owner)
        found = self.document(owner, unit)
        with self._transaction(write=False) as connection:
            query = sa.select(BROKEN.c.exercise).where(_is(BROKEN, owner, unit=unit)).distinct()
            broken = list(connection.execute(query).scalars())
            label = connection.execute(sa.select(OWNERS.c.label).where(_is(OWNERS, owner))).scalar()
        owner = Owner(owner.id, owner.kind, owner.label or label or "")
        return document.view(found, owner, tuple(map(_notice, broken)))

    def document(self, owner: Owner, unit: str) -> dict[str, Any]:
        """Everything stored of a unit."""
        owner, problems = self._resolved(owner), list[str]()
        with self._transaction(write=False) as connection:
            found = self._read(connection, owner, document.name("unit", unit), None, problems)
        if problems:
            with self._transaction(write=True) as connection:
                return self._mend(connection, owner, unit, None)
        return found

    def _read(
        self,
        connection: sa.Connection,
        owner: Owner,
        unit: str,
        exercises: Collection[str] | None,
        problems: list[str],
    ) -> dict[str, Any]:
        """The unit's document with all or some exercises; ``problems`` gets the names of those that are broken."""
        here, stored = _is(UNITS, owner, unit=unit), _is(ANSWERS, owner, unit=unit)
        # One statement, so that number and answers are of one moment.
        query = sa.select(UNITS.c.seq, ANSWERS.c.exercise, ANSWERS.c.document).select_from(
            UNITS.outerjoin(ANSWERS, stored if exercises is None else stored & ANSWERS.c.exercise.in_(list(exercises)))
        )
        found = document.empty(unit)
        for seq, exercise, text in connection.execute(query.where(here)):
            found["seq"] = seq
            if exercise is not None:
                wrapped = f'{{"seq": {seq}, "format": 1, "unit": "{unit}", "exercises": {{"{exercise}": {text}\n}}}}'
                read, wrong = document.read(wrapped.encode("utf-8", "replace"), unit)
                found["exercises"].update(read["exercises"])
                problems.extend([exercise] if wrong else [])
        return found

    def _mend(
        self, connection: sa.Connection, owner: Owner, unit: str, exercises: Collection[str] | None
    ) -> dict[str, Any]:
        """The document read with the unit's row locked; a broken exercise is set aside in its own table."""
        problems: list[str] = []
        found = self._read(connection, owner, unit, exercises, problems)
        for exercise in problems:
            here = _is(ANSWERS, owner, unit=unit, exercise=exercise)
            text = connection.execute(sa.select(ANSWERS.c.document).where(here)).scalar_one()
            found["seq"] += 1
            keys = {"kind": owner.kind, "owner": owner.id, "unit": unit}
            connection.execute(BROKEN.insert().values(**keys, exercise=exercise, seq=found["seq"], document=text))
            whole = json.dumps(found["exercises"].get(exercise, {}), ensure_ascii=False)
            connection.execute(ANSWERS.update().where(here).values(document=whole))
            self._put(connection, UNITS, keys, {"seq": found["seq"]})
        return found

    # -- writing --------------------------------------------------------------------------------------------------

    def save(self, owner: Owner, unit: str, exercise: str, question: str, change: merge.Change, version: str) -> Saved:
        """Store one change; durable when this returns."""
        document.name("question", question)

        def apply(documents: dict[str, Any], seq: int, at: str) -> dict[str, Any]:
            return {exercise: merge.apply(documents[exercise], question, change, seq, at, version)}

        return self.update(owner, unit, [exercise], apply)

    def update(self, owner: Owner, unit: str, exercises: Collection[str], change: Update) -> Saved:
        """Change whole exercises in one transaction, the unit's row locked."""
        for exercise in exercises:
            document.name("exercise", exercise)
        owner, at = self._resolved(owner), document.now()
        keys = {"kind": owner.kind, "owner": owner.id, "unit": document.name("unit", unit)}
        with self._transaction(write=True) as connection:
            connection.execute(self._insert(UNITS).values(**keys, seq=0).on_conflict_do_nothing())
            connection.execute(sa.select(UNITS.c.seq).where(_is(UNITS, owner, unit=unit)).with_for_update())
            found = self._mend(connection, owner, unit, exercises)
            seq = found["seq"] + 1
            new = change({name: found["exercises"].get(name, {}) for name in exercises}, seq, at)
            for name, stored in new.items():
                text = json.dumps(stored, ensure_ascii=False, allow_nan=False)
                self._put(connection, ANSWERS, {**keys, "exercise": name}, {"document": text})
            self._put(connection, UNITS, keys, {"seq": seq})
            if owner.label and self._labels.get((owner.kind, owner.id)) != owner.label:
                self._put(connection, OWNERS, {"kind": owner.kind, "owner": owner.id}, {"label": owner.label})
        if owner.label:
            self._labels[owner.kind, owner.id] = owner.label
        return Saved(seq, at)

    def delete(self, owner: Owner) -> None:
        """Remove every row of the owner."""
        owner = self._resolved(owner)
        with self._transaction(write=True) as connection:
            for table in (ANSWERS, BROKEN, UNITS, OWNERS):
                connection.execute(table.delete().where(_is(table, owner)))
        self._labels.pop((owner.kind, owner.id), None)

    def scrub(self) -> None:
        """Make sure that what was deleted is in no file any more, as far as this process can."""
        if not self.sqlite:
            return
        try:
            with self._connections.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        except (sa.exc.DBAPIError, sqlite3.Error):
            return  # somebody reads just now: the next checkpoint does it

    def _insert(self, table: sa.Table) -> Any:
        return sqlite.insert(table) if self.sqlite else postgresql.insert(table)

    def _put(self, connection: sa.Connection, table: sa.Table, keys: dict[str, str], values: dict[str, Any]) -> None:
        insert = self._insert(table).values(**keys, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=list(keys), set_=values))


def _is(table: sa.Table, owner: Owner, **more: str) -> sa.ColumnElement[bool]:
    """The condition that names an owner's rows in ``table``."""
    found = {"kind": owner.kind, "owner": owner.id, **more}
    return sa.and_(*(table.c[column] == value for column, value in found.items()))


def _notice(exercise: str) -> str:
    return _(
        "Some answers of '{name}' could not be read. They are kept in the database; what was whole in them is shown."
    ).format(name=exercise)


def _connected(connection: Any, _record: Any) -> None:
    # The driver's own transactions start too late (with the first write); we say BEGIN ourselves.
    connection.isolation_level = None
    for pragma in (f"busy_timeout={WAIT * 1000}", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _began(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

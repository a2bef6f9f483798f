"""The learners in nbgrader's gradebook: who they are, what they handed in, when it was due, and forgetting them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from .access import connected, path_of, scrub

LONGEST: Final = 128
"""Most characters that nbgrader has room for in an id, a name, an address or a number."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_THEIRS: Final = "select id from submitted_assignment where student_id = ?"


@dataclass(frozen=True)
class Listed:
    """A learner in the gradebook. ``id`` is the folder's name in ``build/submitted``; ``number`` is what an institution
    or a course site knows them by (nbgrader's ``lms_user_id``)."""

    id: str
    first: str = ""
    last: str = ""
    email: str = ""
    number: str = ""

    @property
    def name(self) -> str:
        """First and last name; the id where neither is known."""
        return " ".join(part for part in (self.first, self.last) if part) or self.id


def listed(root: Path) -> dict[str, Listed]:
    """Everybody in the gradebook by id, sorted by last and first name, then by id."""
    query = "select id, first_name, last_name, email, lms_user_id from student"
    if not path_of(root).is_file():
        return {}
    with connected(root) as gradebook:
        found = [Listed(*(part or "" for part in row)) for row in gradebook.execute(query)]
    return {one.id: one for one in sorted(found, key=_by_name)}


def _by_name(one: Listed) -> tuple[str, str, str]:
    return (one.last.casefold(), one.first.casefold(), one.id)


def keep(root: Path, learners: Iterable[Listed]) -> None:
    """Store learners, new or changed, all or none. An empty field is stored as empty."""
    values = [(one.first, one.last, one.email, one.number, one.id) for one in learners]
    columns = ("first_name", "last_name", "email", "lms_user_id", "id")
    with connected(root) as gradebook:
        gradebook.executemany(
            f"insert into student ({', '.join(columns)}) values (?, ?, ?, ?, ?) on conflict (id) do update set "
            + ", ".join(f"{name} = excluded.{name}" for name in columns[:-1]),
            [[part or None for part in row] for row in values],
        )


def rename(root: Path, ids: Mapping[str, str]) -> None:
    """Give learners who have nothing in the gradebook yet the ids under which they handed in: old id to new id.

    Where the new id is there already (without a name, from marking), its row takes what the old one said.
    """
    with connected(root) as gradebook:
        for old, new in ids.items():
            gradebook.execute("update or ignore student set id = ? where id = ?", (new, old))
            _merge(gradebook, old, new)


def _merge(gradebook: sqlite3.Connection, old: str, new: str) -> None:
    for column in ("first_name", "last_name", "email", "lms_user_id"):
        told = f"(select {column} from student where id = ?)"
        gradebook.execute(
            f"update student set {column} = coalesce({told}, {column}) where id = ? "
            "and exists (select 1 from student where id = ?)",
            (old, new, old),
        )
    gradebook.execute("delete from student where id = ?", (old,))


def submissions(root: Path) -> dict[str, list[str]]:
    """Learner to the units of theirs that stand in the gradebook."""
    query = """
        select s.student_id, a.name from submitted_assignment s join assignment a on a.id = s.assignment_id
        order by a.name"""
    found: dict[str, list[str]] = {}
    if not path_of(root).is_file():
        return found
    with connected(root) as gradebook:
        for student, unit in gradebook.execute(query):
            found.setdefault(student, []).append(unit)
    return found


def forget(root: Path, id: str) -> bool:
    """Delete a learner with everything of theirs, so that the file no longer holds it; whether they were there."""
    if not path_of(root).is_file():
        return False
    notebooks = f"select id from submitted_notebook where assignment_id in ({_THEIRS})"
    with connected(root) as gradebook:
        own = gradebook.execute("select name from sqlite_master where name = 'workbook_marked'").fetchone()
        if own:  # what `workbook mark` remembers of each submission
            gradebook.execute(f"delete from workbook_marked where submission_id in ({_THEIRS})", (id,))
        for statement in (
            f"delete from grade where notebook_id in ({notebooks})",
            f"delete from comment where notebook_id in ({notebooks})",
            f"delete from submitted_notebook where assignment_id in ({_THEIRS})",
            "delete from submitted_assignment where student_id = ?",
        ):
            gradebook.execute(statement, (id,))
        gone = gradebook.execute("delete from student where id = ?", (id,)).rowcount
    scrub(root)
    return gone > 0


@dataclass(frozen=True)
class Due:
    """When units are due (UTC), with the extensions that trainers gave in the gradebook."""

    units: Mapping[str, datetime]
    extensions: Mapping[tuple[str, str], timedelta]

    def of(self, unit: str, student: str) -> datetime | None:
        """When this learner's unit is due; None without a date."""
        when = self.units.get(unit)
        return None if when is None else when + self.extensions.get((unit, student), timedelta())


def due(root: Path) -> Due:
    """The dates and extensions in the gradebook."""
    extended = """
        select a.name, s.student_id, s.extension from submitted_assignment s join assignment a on a.id = s.assignment_id
        where s.extension is not null"""
    if not path_of(root).is_file():
        return Due({}, {})
    with connected(root) as gradebook:
        dates = gradebook.execute("select name, duedate from assignment where duedate is not null").fetchall()
        more = gradebook.execute(extended).fetchall()
    # nbgrader keeps UTC without saying so, and a length of time as the moment so long after 1970.
    return Due(
        {unit: _utc(when) for unit, when in dates},
        {(unit, student): _utc(length) - _EPOCH for unit, student, length in more},
    )


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)

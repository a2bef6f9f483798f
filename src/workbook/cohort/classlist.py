"""A list of learners as a spreadsheet writes it: CSV with commas, semicolons or tabs, its columns in any order.

What cannot be used is said as ``file:line: field: what, what to do``, every mistake and not the first only.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..answers import safe, slug
from ..answers.intake import JOINERS
from ..errors import Problem, WorkbookError
from ..gradebook.learners import LONGEST, Listed
from ..i18n import _
from .tables import bare

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "student id", "learner id", "username", "user name"),
    "first": ("first name", "first names", "firstname", "given name", "given names", "forename"),
    "last": ("last name", "last names", "lastname", "surname", "family name", "family names"),
    "email": ("email", "e mail", "email address", "e mail address", "mail"),
    "number": ("number", "id number", "student number", "lms user id", "sis user id"),
}
"""What a column may be called, in small letters and without punctuation."""
HEADS: Final = {"id": "id", "first": "first name", "last": "last name", "email": "e-mail", "number": "number"}
LARGEST: Final = 5_000_000
"""Most bytes of a list: some fifty thousand learners."""
_MAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")


@dataclass(frozen=True)
class ClassList:
    """What a file holds: the learners that can be used, every mistake, and remarks on what was changed or left out."""

    learners: tuple[Listed, ...]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()


def read(path: Path) -> ClassList:
    """The learners in ``path``. Raises WorkbookError where the file as a whole cannot be used."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        why = error.strerror or error
        raise WorkbookError(_("{path} cannot be read: {why}.").format(path=path, why=why)) from error
    if len(data) > LARGEST:
        raise WorkbookError(_("{path} is larger than {n} MB.").format(path=path, n=LARGEST // 1_000_000))
    return parse(str(path), _decoded(path, data))


def _decoded(path: Path, data: bytes) -> str:
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        text = _("{path} is a spreadsheet, not CSV: open it and save it as 'CSV UTF-8'.")
        raise WorkbookError(text.format(path=path))
    try:
        # Excel's "Unicode text" is UTF-16 with a mark.
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = _("is not in UTF-8; save the list as 'CSV UTF-8' in your spreadsheet, so that no name is garbled")
        raise WorkbookError(f"{path}:{line}: {_('(whole file)')}: {what}") from error


def parse(name: str, text: str) -> ClassList:
    """The learners in the text of a list; ``name`` stands in messages. Raises WorkbookError when it has no columns."""
    rows = _rows(name, text)
    head = next(rows, None)
    if head is None:
        raise WorkbookError(f"{name}:1: {_('(whole file)')}: {_('is empty: the first line names the columns')}")
    line, titles = head
    columns, unused = _columns(titles)
    if "id" not in columns:
        known = ", ".join(HEADS.values())
        what = _("the first line has no column '{column}'; name its columns: {known}").format(column="id", known=known)
        raise WorkbookError(f"{name}:{line}: id: {what}")
    reader = _Reader(name, columns, len(titles))
    for number, row in rows:
        reader.take(number, row)
    remarks = [_("The column '{column}' was not used.").format(column=title) for title in unused]
    return ClassList(tuple(reader.good.values()), tuple(reader.problems), (*remarks, *reader.remarks))


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, each with the number of the line it begins in."""
    first, _newline, rest = text.partition("\n")
    hint = re.fullmatch(r"sep=(.)\s*", first)  # what Excel writes and reads
    start = 1
    if hint:
        text, start = rest, 2
        first = rest.partition("\n")[0]
    between = hint[1] if hint else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    line = start
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = start + reader.line_num
    except csv.Error as error:
        what = _("the row cannot be read ({why}); look for a quotation mark too many or too few").format(why=error)
        raise WorkbookError(f"{name}:{line}: {_('(whole row)')}: {what}") from error


def _columns(titles: list[str]) -> tuple[dict[str, int], list[str]]:
    """Which of our columns stands where, and the titles of those that are not ours."""
    found: dict[str, int] = {}
    unused = []
    for place, title in enumerate(titles):
        plain = " ".join(re.sub(r"[^\w]+|_", " ", title.casefold()).split())
        column = next((name for name, known in COLUMNS.items() if plain in known), None)
        if column is not None and column not in found:
            found[column] = place
        elif title.strip():
            unused.append(tidy(title))
    if "id" not in found and "number" in found:  # course sites call theirs "ID number"
        found["id"] = found.pop("number")
    return found, unused


class _Reader:
    """Takes row after row; keeps what can be used and says what cannot."""

    def __init__(self, name: str, columns: Mapping[str, int], width: int) -> None:
        self.name, self.columns, self.width = name, columns, width
        self.good: dict[str, Listed] = {}
        self.problems: list[Problem] = []
        self.remarks: list[str] = []
        self._seen: dict[str, int] = {}

    def take(self, line: int, row: list[str]) -> None:
        found: list[Problem] = []

        def wrong(column: str, what: str) -> None:
            found.append(Problem(self.name, line, HEADS.get(column, column), what))

        if any(cell.strip() for cell in row[self.width :]):
            what = _("more cells than columns; put a text that holds the separator in quotation marks")
            wrong(_("(whole row)"), what)
        values = {column: bare(row[place]) if place < len(row) else "" for column, place in self.columns.items()}
        for column, value in values.items():
            values[column] = tidy(value)
            if len(values[column]) > LONGEST or any(unicodedata.category(c) == "Cc" and not c.isspace() for c in value):
                wrong(column, _("is damaged or longer than {n} characters; write it anew").format(n=LONGEST))
        id, number = _id(values["id"], values.get("number", ""))
        if why := _unfit(id, values["id"]):
            wrong("id", why)
        elif id in self._seen:
            text = _("'{id}' stands in line {line} already; each learner has one line and an id of their own")
            wrong("id", text.format(id=id, line=self._seen[id]))
        email = values.get("email", "")
        if email and not _MAIL.fullmatch(email):
            text = _("'{email}' is no e-mail address; write one such as anna@example.org, or leave it empty")
            wrong("email", text.format(email=email))
        self._seen.setdefault(id, line)
        self.problems += found
        if not found:
            self.good[id] = Listed(id, values.get("first", ""), values.get("last", ""), email, number)
            if id != values["id"]:
                text = _("'{old}' is kept as '{id}': ids are folder names, in small letters.")
                self.remarks.append(text.format(old=values["id"], id=id))


def _id(given: str, number: str) -> tuple[str, str]:
    """The id in small letters where that is all it needs, and the number, else the id as it was."""
    if not safe(given) and safe(given.lower()):
        return given.lower(), number or given
    return given, number


def _unfit(id: str, given: str) -> str:
    """Why this cannot be an id; empty when it can."""
    if not given:
        return _("is empty; give each learner an id, such as a number or anna-diaz")
    if safe(id):
        return ""
    text = _("'{id}' cannot name a folder; use small letters, digits, '.', '-' and '_', such as {such}")
    return (
        text.format(id=given[:60], such=slug(given)[:40].strip("-") or "learner-7")
        + " "
        + _("(your own number can stand in a column 'number')")
    )


def tidy(text: str) -> str:
    """As one line in one form of Unicode, without what cannot be seen."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable() or c.isspace() or c in JOINERS)
    return " ".join(kept.split())

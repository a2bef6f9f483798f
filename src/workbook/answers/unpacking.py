"""Every hand-in that lies in a zip, in zips in it, or in a folder, read under limits.

What comes in was written by others: names in a zip are compared, never used as paths; sizes are counted while reading,
never believed; links are not followed.
"""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Final

from ..i18n import _
from . import handin
from .handin import FILE, LIMIT, RECEIPT, HandIn

MEMBERS: Final = 20_000
"""Most entries of one zip that are looked at: a course site's download of a thousand learners has a few thousand."""
DEPTH: Final = 4
"""How deep a folder is searched, and how often a zip may lie in a zip (a course site packs zips again)."""
UNPACKED: Final = 1_000_000_000
"""Most bytes that one source may unpack to, zips in zips included."""


def unpack(source: Path) -> Iterator[tuple[str, HandIn]]:
    """Every hand-in in a zip, a folder or an ``answers.json``, each with the name of where it was. Never raises."""
    try:
        if source.is_dir():
            yield from _folder(source, DEPTH)
        elif not source.exists():
            yield str(source), handin.unusable(_("there is no such file or folder"))
        elif not source.is_file():
            yield str(source), handin.unusable(_("it is no ordinary file"))
        elif source.suffix == ".json":
            yield str(source), handin.read(limited(source.open("rb")))
        else:
            with source.open("rb") as file:
                found = _Zips().read(str(source), file, DEPTH)
                yield next(found, (str(source), handin.unusable(_("there is no answers.json in it"))))
                yield from found
    except OSError as error:
        yield str(source), handin.unusable(error.strerror or str(error))


def _folder(folder: Path, depth: int) -> Iterator[tuple[str, HandIn]]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith((".", "__MACOSX")):
            continue
        if path.is_dir():
            yield from _folder(path, depth - 1) if depth else ()
        elif (path.name == FILE or path.suffix.lower() == ".zip") and not path.is_file():
            yield str(path), handin.unusable(_("it is no ordinary file"))  # a pipe: reading it would never end
        elif path.name == FILE:
            yield str(path), handin.read(limited(path.open("rb")))
        elif path.suffix.lower() == ".zip":
            # Any other zip in a folder of downloads is passed over: it has no answers.json.
            with path.open("rb") as file:
                yield from _Zips().read(str(path), file, DEPTH)


def limited(file: IO[bytes]) -> bytes:
    """A file's bytes, one more than :data:`LIMIT` at most: the reader then sees that it is too much."""
    with file:
        return file.read(LIMIT + 1)


class _Zips:
    """Reads a zip and the zips in it, never more than :data:`UNPACKED` bytes in all."""

    def __init__(self) -> None:
        self.left = UNPACKED

    def read(self, name: str, file: IO[bytes], depth: int) -> Iterator[tuple[str, HandIn]]:
        try:
            with zipfile.ZipFile(file) as archive:
                yield from self._members(name, archive, depth)
        except Exception as error:  # a crafted zip can raise nearly anything
            yield name, handin.unusable(_("the zip file is broken ({why}). Ask for it again").format(why=error))

    def _members(self, name: str, archive: zipfile.ZipFile, depth: int) -> Iterator[tuple[str, HandIn]]:
        members = archive.infolist()
        if len(members) > MEMBERS:
            yield name, handin.unusable(_("there are more than {n} files in it").format(n=MEMBERS))
            return
        for place, same in _by_name(members, FILE).items():
            where = name if place == FILE else f"{name}/{place}"
            yield where, self._one(archive, place, same)
        for member in members:
            inner = PurePosixPath(member.filename)
            if (
                inner.suffix.lower() == ".zip"
                and depth
                and not inner.name.startswith(".")
                and "__MACOSX" not in inner.parts
            ):
                where = f"{name}/{inner.name}"
                data, why = self._content(archive, member)
                yield from [(where, handin.unusable(why))] if why else self.read(where, BytesIO(data), depth - 1)

    def _one(self, archive: zipfile.ZipFile, place: str, same: list[zipfile.ZipInfo]) -> HandIn:
        """The hand-in at ``place``, checked against the receipt beside it."""
        path = PurePosixPath(place)
        if ".." in path.parts or path.is_absolute() or ":" in path.parts[0]:
            return handin.unusable(_("its file name is not safe ({name})").format(name=place[:100]))
        receipt = self._receipt(archive, str(path.with_name(RECEIPT)))
        tried = []
        for member in same:
            data, why = self._content(archive, member)
            tried.append(handin.unusable(why) if why else handin.read(data))
        best = next((one for one in tried if one.usable and one.sha256 == receipt), None) or next(
            (one for one in tried if one.usable), tried[0]
        )
        problems = list(best.problems)
        if len(same) > 1:
            problems.append(
                _("answers.json is in it {n} times; the one that fits the receipt was taken, else the first.").format(
                    n=len(same)
                )
            )
        if best.usable and receipt and receipt != best.sha256:
            problems.append(_("The receipt belongs to other answers."))
        return replace(best, problems=tuple(problems))

    def _receipt(self, archive: zipfile.ZipFile, place: str) -> str:
        """The checksum that the receipt names; empty if there is none to read."""
        try:
            data, why = self._content(archive, archive.getinfo(place))
            found = {} if why else json.loads(data)
            return str(found.get("sha256", ""))
        except (KeyError, ValueError, AttributeError, RecursionError):
            return ""

    def _content(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[bytes, str]:
        """A member's bytes, or why it is not read."""
        if stat.S_ISLNK(member.external_attr >> 16):
            return b"", _("it is a link, not a file")
        if member.flag_bits & 1:
            return b"", _("it is protected by a password")
        if self.left <= 0:
            return b"", _("there is more in the zip than {n} MB").format(n=UNPACKED // 1_000_000)
        try:
            # The size in the zip's directory is only a claim: count what really comes out.
            data = limited(archive.open(member))
            self.left -= len(data)
        except Exception as error:  # broken compression, wrong checksum, unknown method …
            return b"", _("it cannot be unpacked ({why})").format(why=error)
        return (b"", _("it is larger than {n} MB").format(n=LIMIT // 1_000_000)) if len(data) > LIMIT else (data, "")


def _by_name(members: Sequence[zipfile.ZipInfo], wanted: str) -> dict[str, list[zipfile.ZipInfo]]:
    found: dict[str, list[zipfile.ZipInfo]] = {}
    for member in members:
        place = PurePosixPath(member.filename.replace("\\", "/"))
        if place.name == wanted and "__MACOSX" not in place.parts:
            found.setdefault(str(place), []).append(member)
    return found

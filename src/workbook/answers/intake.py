"""Hand-ins from many learners into nbgrader's folder. One bad file never stops the run and never earns a point.

What comes in was written by others: names in a zip are compared, never used as paths; sizes are counted while reading,
never believed; links are not followed.
"""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Final

from ..errors import WorkbookError
from ..i18n import _
from . import files, handin, slug
from .handin import FILE, LIMIT, RECEIPT, HandIn

MEMBERS: Final = 20_000
"""Most entries of one zip that are looked at: a course site's download of a thousand learners has a few thousand."""
DEPTH: Final = 4
"""How deep a folder is searched, and how often a zip may lie in a zip (a course site packs zips again)."""
UNPACKED: Final = 1_000_000_000
"""Most bytes that one source may unpack to, zips in zips included."""
OUTCOMES: Final = ("taken", "again", "older", "problem", "refused")


@dataclass(frozen=True)
class Collected:
    """What became of one hand-in.

    ``outcome``: ``taken``; ``again`` (was here already); ``older`` (a later one is here, this one was kept aside);
    ``problem`` (taken, but look at the reasons); ``refused``.
    """

    source: str
    outcome: str
    student: str = ""
    unit: str = ""
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = {
            "taken": _("taken"),
            "again": _("was here already"),
            "older": _("kept aside, a later one is here"),
            "problem": _("taken, please look"),
            "refused": _("not taken"),
        }
        who = f"{self.student}, {self.unit}: " if self.student else ""
        return f"{self.source}: {who}{words[self.outcome]}" + "".join(f"\n    {reason}" for reason in self.reasons)


@dataclass(frozen=True)
class Report:
    """What ``collect`` did, hand-in by hand-in."""

    found: tuple[Collected, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing was refused."""
        return all(one.outcome != "refused" for one in self.found)

    def __str__(self) -> str:
        counted = Counter(one.outcome for one in self.found)
        counts = _(
            "{taken} taken, {again} here already, {older} older, {problem} to look at, {refused} not taken."
        ).format(**{outcome: counted[outcome] for outcome in OUTCOMES})
        told = [str(one) for one in self.found if one.outcome not in ("taken", "again")]
        return "\n".join([*told, counts]) if self.found else _("No hand-in was found.")


def collect(sources: Iterable[Path], root: Path) -> Report:
    """Put hand-ins (zips, folders, folders of them) into ``build/submitted`` of the workbook at ``root``.

    Each goes to ``<student>/<unit>/`` with the released notebooks of the unit, as nbgrader expects it. A later hand-in
    replaces an earlier one, which is kept in ``build/set-aside``.
    """
    return collect_into(sources, root / "build" / "submitted", root / "exercises", root / "build" / "set-aside")


def collect_into(sources: Iterable[Path], submitted: Path, released: Path, aside: Path) -> Report:
    """The same with every folder named: nbgrader's ``submitted``, the ``released`` units, where replaced ones go."""
    found = []
    for source in sources:
        for name, handed in unpack(source):
            try:
                found.append(_take(name, handed, submitted, released, aside))
            except (OSError, WorkbookError) as error:
                found.append(Collected(name, "refused", handed.student, handed.unit, (str(error),)))
    return Report(tuple(found))


def unpack(source: Path) -> Iterator[tuple[str, HandIn]]:
    """Every hand-in in a zip, a folder or an ``answers.json``, each with the name of where it was. Never raises."""
    try:
        if source.is_dir():
            yield from _folder(source, DEPTH)
        elif not source.exists():
            yield str(source), handin.unusable(_("there is no such file or folder"))
        elif source.suffix == ".json":
            yield str(source), handin.read(_limited(source.open("rb")))
        else:
            with source.open("rb") as file:
                found = list(_Zips().read(str(source), file, DEPTH))
            yield from found or [(str(source), handin.unusable(_("there is no answers.json in it")))]
    except OSError as error:
        yield str(source), handin.unusable(error.strerror or str(error))


def _folder(folder: Path, depth: int) -> Iterator[tuple[str, HandIn]]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith((".", "__MACOSX")):
            continue
        if path.is_dir() and depth:
            yield from _folder(path, depth - 1)
        elif path.name == FILE:
            yield str(path), handin.read(_limited(path.open("rb")))
        elif path.suffix.lower() == ".zip":
            # Any other zip in a folder of downloads is passed over: it has no answers.json.
            with path.open("rb") as file:
                yield from _Zips().read(str(path), file, DEPTH)


def _limited(file: IO[bytes]) -> bytes:
    with file:
        return file.read(LIMIT + 1)  # one more than allowed: the reader sees that it is too much


class _Zips:
    """Reads a zip and the zips in it, never more than :data:`UNPACKED` bytes in all."""

    def __init__(self) -> None:
        self.left = UNPACKED

    def read(self, name: str, file: IO[bytes], depth: int) -> Iterator[tuple[str, HandIn]]:
        try:
            with zipfile.ZipFile(file) as archive:
                yield from self._members(name, archive, depth)
        except Exception as error:  # a crafted zip can raise nearly anything
            yield name, handin.unusable(_("the zip file is broken ({why})").format(why=error))

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
                _("answers.json is in it {n} times; the one that fits the receipt was taken.").format(n=len(same))
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
            data = _limited(archive.open(member))
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


def _take(name: str, handed: HandIn, submitted: Path, released: Path, aside: Path) -> Collected:
    if not handed.usable:
        return Collected(name, "refused", reasons=handed.problems)
    notebooks = sorted((released / handed.unit).glob("*.ipynb"))
    if not notebooks:
        why = _("there is no unit '{unit}' with exercises in this course").format(unit=handed.unit)
        return Collected(name, "refused", handed.student, handed.unit, (*handed.problems, why))
    student = _student(handed, submitted)
    folder, reasons = submitted / student / handed.unit, list(handed.problems)
    if student == handed.apart:
        apart = _("Another learner has the id '{id}': kept apart under {student}.")
        reasons.append(apart.format(id=handed.student, student=student))
    old = handin.read(_limited((folder / FILE).open("rb"))) if (folder / FILE).is_file() else None
    if old is not None and old.usable and old.sha256 == handed.sha256 and not old.problems:
        return Collected(name, "again", student, handed.unit)
    kept = aside / student / handed.unit
    if old is not None and old.usable and old.at > handed.at:
        _fill(kept / _name(handed), handed, ())
        return Collected(name, "older", student, handed.unit, tuple(reasons))
    if folder.exists():
        kept.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, _free(kept / (_name(old) if old else "unknown")))
    _fill(folder, handed, notebooks)
    return Collected(name, "problem" if reasons else "taken", student, handed.unit, tuple(reasons))


def _student(handed: HandIn, submitted: Path) -> str:
    """The learner's folder name: the one of an earlier unit, or a new one that nobody else has."""
    if handed.owner.id.startswith("learner-"):
        # The id is unique; the name before it may have changed since the last unit.
        for folder in sorted(submitted.glob(f"*{handed.owner.id[-6:]}")):
            if handed.belongs_to(folder.name) and _holders(folder) == {_who(handed)}:
                return folder.name
    others = _holders(submitted / handed.student) - {_who(handed)}
    return handed.apart if others else handed.student


def _who(handed: HandIn) -> tuple[str, ...]:
    owner = handed.owner
    return (owner.kind, owner.id) if owner.id.startswith("learner-") else (owner.kind, owner.id, owner.label)


def _holders(folder: Path) -> set[tuple[str, ...]]:
    """Whose hand-ins lie in a learner's folder."""
    found = [
        handin.read(_limited((unit / FILE).open("rb"))) for unit in files.folders(folder) if (unit / FILE).is_file()
    ]
    return {_who(one) for one in found if one.usable}


def _name(handed: HandIn) -> str:
    return slug(f"{handed.at} {handed.receipt}") or "unknown"


def _free(path: Path) -> Path:
    n = 1
    while path.exists():
        n += 1
        path = path.with_name(f"{path.name.partition('_')[0]}_{n}")
    return path


def _fill(folder: Path, handed: HandIn, notebooks: Sequence[Path]) -> None:
    """A submission as nbgrader expects it; ``answers.json`` last: half a folder is never taken for a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in notebooks:
        shutil.copyfile(notebook, folder / notebook.name)
    if handed.at:
        when = f"{handed.at[:10]} {handed.at[11:19]} UTC\n"
        (folder / "timestamp.txt").write_text(when, encoding="utf-8", newline="\n")
    (folder / FILE).write_bytes(handed.data)

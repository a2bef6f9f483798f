"""The list of learners: imported, shown, exported; people added, removed, and erased from everything of this course."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..answers import Owner, files
from ..answers.handin import HandIn
from ..answers.intake import Folders, harmless, who
from ..answers.unpacking import unpack
from ..errors import ContentError, WorkbookError, near
from ..gradebook.access import path_of
from ..gradebook.learners import Listed, forget, keep, listed, submissions
from ..i18n import _, ngettext
from .classlist import HEADS, ClassList, parse
from .tables import csv_text, write

ODD: Final = "odd.txt"
"""Below ``build``: the remarks of the last marking on everybody; the next marking writes it anew."""
DERIVED: Final = ("source", "keys", "preview")
"""Folders below ``build`` that hold the course and nothing of learners, whose names may be those of units."""


@dataclass(frozen=True)
class Imported:
    """How many learners are new, changed and as they were."""

    new: int
    changed: int
    same: int

    def __str__(self) -> str:
        text = _("{new} learners are new, {changed} were changed, {same} are as they were.")
        return text.format(new=self.new, changed=self.changed, same=self.same)


def import_list(root: Path, found: ClassList, *, skip: bool = False) -> Imported:
    """Keep what a file holds. With a mistake in it nothing is kept, and ContentError has them all; with ``skip`` the
    lines without mistakes are. An empty cell changes nothing that is known."""
    if found.problems and not skip:
        raise ContentError(found.problems)
    return _keep(root, found.learners)


def _keep(root: Path, learners: Iterable[Listed]) -> Imported:
    there = listed(root)
    numbers = {one.number: one for one in there.values() if one.number}
    wanted: dict[str, Listed] = {}
    new = 0
    for one in learners:
        # Whoever handed in meanwhile has another id in the gradebook; the one of the list is their number.
        old = there.get(one.id) or numbers.get(one.number or one.id) or numbers.get(one.id)
        new += old is None
        wanted[old.id if old else one.id] = _over(old, one) if old else one
    changed = {id: one for id, one in wanted.items() if there.get(id) != one}
    keep(root, changed.values())
    return Imported(new, len(changed) - new, len(wanted) - len(changed))


def _over(old: Listed, new: Listed) -> Listed:
    told = {name: value for name, value in vars(new).items() if value and name != "id"}
    return replace(old, **told)


def add(root: Path, one: Listed) -> Imported:
    """One learner, new or changed; checked as a line of a list is. Raises WorkbookError."""
    line = csv_text([tuple(HEADS.values()), (one.id, one.first, one.last, one.email, one.number)])
    found = parse("", line)
    if found.problems:
        raise WorkbookError("\n".join(f"{problem.field}: {problem.message}" for problem in found.problems))
    return import_list(root, found)


def export_list(root: Path, path: Path) -> Path:
    """Everybody as CSV, as :func:`import_list` takes it."""
    rows = [(one.id, one.first, one.last, one.email, one.number) for one in listed(root).values()]
    return write(path, csv_text([tuple(HEADS.values()), *rows]).encode("utf-8-sig"))


def table(root: Path) -> str:
    """Everybody in lines to read: id, name, e-mail, the units they handed in."""
    people, submitted = listed(root), Folders.of(root).submitted
    folders = {folder.name: [unit.name for unit in files.folders(folder)] for folder in files.folders(submitted)}
    people |= {id: Listed(id) for id in folders if id not in people}
    lines = []
    for one in people.values():
        units = ", ".join(folders.get(one.id, ())) or _("nothing handed in yet")
        told = [one.id, one.name if one.name != one.id else "", one.email, one.number and f"({one.number})", units]
        lines.append(harmless("  ".join(part for part in told if part)))
    count = ngettext("{n} learner", "{n} learners", len(people)).format(n=len(people))
    return "\n".join([*lines, count])


def remove(root: Path, id: str, *, with_hand_ins: bool = False) -> None:
    """Take a learner out of the gradebook's list; refused while there are hand-ins, unless told. Files stay."""
    there = _known(root, id)
    units = [*submissions(root).get(id, ()), *(unit.name for unit in files.folders(Folders.of(root).submitted / id))]
    if units and not with_hand_ins:
        text = _(
            "{name} has handed in {units}. Removing them deletes their marks: say --with-hand-ins if that is meant, "
            "or erase everything of theirs by 'workbook learners erase {id}'."
        )
        raise WorkbookError(text.format(name=there.name, units=", ".join(dict.fromkeys(units)), id=id))
    forget(root, id)


def _known(root: Path, id: str) -> Listed:
    people = listed(root)
    if id in people:
        return people[id]
    raise WorkbookError(_("There is no learner '{id}'.").format(id=harmless(id)) + near(id, people))


# -- erasing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Erasing:
    """What would be erased: the learner, their marks, folders and files; ``shared``: zips that hold others as well."""

    id: str
    name: str
    units: tuple[str, ...]
    paths: tuple[Path, ...]
    shared: tuple[Path, ...] = ()

    @property
    def anything(self) -> bool:
        return bool(self.units or self.paths or self.name)


def erasing(root: Path, id: str, downloads: Sequence[Path] = ()) -> Erasing:
    """Look for everything of a learner below ``build/``, and for their zips in ``downloads``. Raises WorkbookError."""
    folders = Folders.of(root)
    owners = {who(one) for above in (folders.submitted, folders.aside) for one in _handed_in(above, id)}
    paths = [path for step in _steps(root) for path in sorted(step.iterdir()) if _theirs(path, id)]
    paths += [path for path in (path_of(root).parent / ODD,) if path.is_file() and id.encode() in path.read_bytes()]
    mine, shared = _zips(downloads, owners)
    one = listed(root).get(id)
    units = submissions(root).get(id, [])
    found = Erasing(id, one.name if one else "", tuple(units), (*paths, *mine), shared)
    if not found.anything:
        known = {*listed(root), *(folder.name for folder in files.folders(folders.submitted))}
        raise WorkbookError(_("There is no learner '{id}'.").format(id=harmless(id)) + near(id, known))
    return found


def _steps(root: Path) -> list[Path]:
    """The folders in which nbgrader and we keep one of each learner: submitted, autograded, feedback, set-aside …"""
    return [step for step in files.folders(path_of(root).parent) if step.name not in DERIVED]


def _handed_in(above: Path, id: str) -> Iterator[HandIn]:
    if any(folder.name == id for folder in files.folders(above)):
        yield from (handed for _name, handed in unpack(above / id) if handed.usable)


def _theirs(path: Path, id: str) -> bool:
    """Whether this is the learner's folder, or a zip made of it; ``anna`` is not ``anna-2``."""
    return path.name == id or (path.is_file() and path.stem == id)


def _zips(downloads: Sequence[Path], owners: set[tuple[str, ...]]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The zips below ``downloads`` that hold hand-ins of these owners alone, and those that hold others' too."""
    mine, shared = list[Path](), list[Path]()
    for folder in downloads:
        if not folder.is_dir():
            raise WorkbookError(_("There is no folder {path}.").format(path=folder))
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() not in (".zip", ".json") or not path.is_file() or path.is_symlink():
                continue
            held = {who(handed) for _name, handed in unpack(path) if handed.usable}
            if owners & held:
                (mine if held <= owners else shared).append(path)
    return tuple(mine), tuple(shared)


def erase(root: Path, what: Erasing) -> str:
    """Delete it for good; returns what stays, in words. Files first: stopped half way, it can be done again."""
    for path in what.paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    forget(root, what.id)
    lines = [
        _("Erased. This stays, where it exists, and is yours to delete:"),
        _("- copies of build/gradebook.db and other backups of this computer"),
        _("- files and messages that the learner sent you, and feedback and tables that you sent or saved"),
        _("- their answers in a room (they delete them on their own page there, or 'workbook room --delete')"),
        _("- what the learner keeps on their own computer"),
        _("- until it is overwritten, what special tools find of deleted files on this disk"),
    ]
    lines += [_("- {path}: others' hand-ins are in it too").format(path=path) for path in what.shared]
    return "\n".join(lines)


# -- who of the list handed in ------------------------------------------------------------------------------------


def named(text: str) -> str:
    """A name as it is compared: without case, accents, order of first and last name, or punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    letters = (c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in plain)
    return " ".join(sorted("".join(letters).split()))


def linked(waiting: Iterable[Listed], owners: Mapping[str, Owner]) -> dict[str, Listed]:
    """Folder to the one learner of the list who handed in there: by id, number, e-mail or name; never when in doubt."""
    keys: dict[str, set[Listed]] = {}
    for one in waiting:
        for text in (one.id, one.number, one.email, f"{one.first} {one.last}"):
            if named(text):
                keys.setdefault(named(text), set()).add(one)
    found: dict[str, Listed] = {}
    for folder, owner in owners.items():
        fits = keys.get(named(owner.label) or named(owner.id), set()) if owner.kind == "person" else set()
        if len(fits) == 1:
            found[folder] = next(iter(fits))
    times = [one.id for one in found.values()]
    return {folder: one for folder, one in found.items() if times.count(one.id) == 1}

"""A learner's own answers as one file: taken out, brought back, deleted. Private ones too: they are the learner's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import WorkbookError
from ..i18n import _
from . import Home, Owner, document, files, merge

WHAT: Final = "partnering-workbook-answers"
FORMAT: Final = 1
LIMIT: Final = 200_000_000
SHOWN: Final = 20
"""Most names in one sentence."""


class Differing(WorkbookError):
    """An import that would overwrite answers; ``places`` names them all, as ``unit/exercise/question``."""

    def __init__(self, places: list[str]) -> None:
        self.places = places
        shown = ", ".join(places[:SHOWN]) + (" …" if len(places) > SHOWN else "")
        super().__init__(
            _(
                "Nothing was imported: {n} answers differ from those stored here: {places}. "
                "Import again and say that the newer answer wins, or delete the stored ones first."
            ).format(n=len(places), places=shown)
        )


@dataclass(frozen=True)
class Imported:
    """What an import did, as ``unit/exercise/question``."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        counts = _("{added} answers added, {replaced} replaced by newer ones, {kept} newer ones kept, {same} equal.")
        sizes = {name: len(getattr(self, name)) for name in ("added", "replaced", "kept", "same")}
        return "\n".join([counts.format(**sizes), *self.problems])


def export_answers(home: Home, owner: Owner, path: Path) -> Path:
    """Write everything stored of ``owner`` to ``path`` as one JSON file and return the path."""
    owner = home.me() if owner == Owner("me") else owner
    units = {unit: home.document(owner, unit) for unit in home.units(owner)}
    whole = {
        "what": WHAT,
        "format": FORMAT,
        "at": document.now(),
        "owner": {"id": owner.id, "kind": owner.kind, "label": owner.label},
        "units": units,
    }
    files.write(path.absolute(), json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    return path


def import_answers(home: Home, owner: Owner, path: Path, *, newer_wins: bool = False) -> Imported:
    """Bring the answers of an exported file into ``home`` as those of ``owner``.

    An answer that differs from a stored one stops the import before anything is written (:class:`Differing`), unless
    ``newer_wins``: then of each such pair the one given later, by its own date, is kept.
    """
    units, problems = _read(path)
    found = _compare(home, owner, units, newer_wins)
    if found.differing:
        raise Differing(found.differing)
    for unit, exercises in units.items():
        wanted = {
            name: {q: e for q, e in given.items() if f"{unit}/{name}/{q}" in found.take}
            for name, given in exercises.items()
        }
        wanted = {name: entries for name, entries in wanted.items() if entries}
        if wanted:
            home.update(owner, unit, wanted.keys(), _taking(unit, wanted, newer_wins))
    return Imported(tuple(found.added), tuple(found.replaced), tuple(found.kept), tuple(found.same), tuple(problems))


def delete_answers(home: Home, owner: Owner) -> None:
    """Remove everything stored of ``owner``. It cannot be undone."""
    home.delete(owner)


class _Found:
    """What an import would do."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.replaced: list[str] = []
        self.kept: list[str] = []
        self.same: list[str] = []
        self.differing: list[str] = []

    @property
    def take(self) -> set[str]:
        return {*self.added, *self.replaced}

    def look(self, place: str, old: Any, new: Any, newer_wins: bool) -> None:
        if old is None:
            self.added.append(place)
        elif merge.value(old) == merge.value(new):
            self.same.append(place)
        elif not newer_wins:
            self.differing.append(place)
        else:
            (self.replaced if str(new.get("at", "")) > str(old.get("at", "")) else self.kept).append(place)


def _compare(home: Home, owner: Owner, units: dict[str, Any], newer_wins: bool) -> _Found:
    found = _Found()
    for unit, exercises in units.items():
        stored = home.document(owner, unit)["exercises"]
        for name, entries in exercises.items():
            for question, entry in entries.items():
                found.look(f"{unit}/{name}/{question}", stored.get(name, {}).get(question), entry, newer_wins)
    return found


def _taking(unit: str, wanted: dict[str, dict[str, Any]], newer_wins: bool) -> Any:
    def take(stored: dict[str, dict[str, Any]], seq: int, at: str) -> dict[str, dict[str, Any]]:
        found = _Found()
        for name, entries in wanted.items():
            for question, entry in entries.items():
                # Looked at again under the lock: a form may have saved in the meantime.
                found.look(f"{unit}/{name}/{question}", stored[name].get(question), entry, newer_wins)
        if found.differing:
            raise Differing(found.differing)
        return {
            name: stored[name]
            | {q: {**entry, "seq": seq} for q, entry in entries.items() if f"{unit}/{name}/{q}" in found.take}
            for name, entries in wanted.items()
        }

    return take


def _read(path: Path) -> tuple[dict[str, dict[str, dict[str, Any]]], list[str]]:
    """Units to exercises to entries of an exported file, and what in it could not be used."""
    data = files.read(path)
    if data is None:
        raise WorkbookError(_("There is no file {path}.").format(path=path))
    try:
        whole = json.loads(data.decode("utf-8-sig")) if len(data) <= LIMIT else None
    except (ValueError, RecursionError):
        whole = None
    if not isinstance(whole, dict) or whole.get("what") != WHAT or not isinstance(whole.get("units"), dict):
        raise WorkbookError(_("{path} is not a file that 'workbook answers export' has made.").format(path=path))
    if not isinstance(whole.get("format"), int) or whole["format"] > FORMAT:
        raise WorkbookError(_("{path} comes from a newer edition of the workbook. Please update it.").format(path=path))
    units, problems = {}, []
    for unit, stored in whole["units"].items():
        read, wrong = document.read(json.dumps(stored).encode(), document.name("unit", unit))
        for name, entries in read["exercises"].items():
            document.name("exercise", name)
            for question in entries:
                document.name("question", question)
        units[unit] = read["exercises"]
        problems += [_("{unit}: left out: {why}").format(unit=unit, why=why) for why in wrong]
    return units, problems

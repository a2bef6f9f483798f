"""Answers in a folder: one JSON file for each unit, for one learner's own computer.

``<home>/<unit>/answers.json`` is the person's own; others have ``people/<id>/<unit>/`` and ``groups/<id>/<unit>/``.
Voila's and JupyterLab's kernels write at the same time, so one lock file guards the home across processes. A save
writes a neighbour file, forces it to the disk, renames it over the old one and forces the folder to the disk: at any
moment there is a whole file, the old or the new.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from ..errors import WorkbookError
from ..i18n import _
from . import Owner, Saved, UnitAnswers, Update, document, files, merge, safe

FILE: Final = "answers.json"
OWNER: Final = "owner.json"
WAIT: Final = 10.0
"""Seconds a save waits for others who are writing; each of them needs a few milliseconds."""


class FolderHome:
    """A :class:`~workbook.answers.Home` in the folder ``root``, which is made with the first save."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._labels: dict[tuple[str, str], str] = {}

    # -- who ------------------------------------------------------------------------------------------------------

    def me(self) -> Owner:
        """The person whose home this is."""
        return self._me() or self._make_me()

    def _me(self) -> Owner | None:
        id, label = _owner(self.root / OWNER)
        return Owner(id, label=label) if id else None

    def _make_me(self) -> Owner:
        with self._locked():
            known = self._me()
            if known:
                return known
            new = Owner(_new_id())
            _put_owner(self.root, new)
            return new

    def rename(self, owner: Owner, label: str) -> Owner:
        """Remember the name that people read."""
        folder, owner = self._of(owner), Owner(owner.id, owner.kind, label)
        with self._locked():
            if folder == self.root:
                owner = Owner((self._me() or Owner(_new_id())).id, label=label)
            _put_owner(folder, owner)
        return owner

    def _of(self, owner: Owner) -> Path:
        """The folder of ``owner``; ``me`` and this home's person stand at the top."""
        if owner.kind == "group":
            return self.root / "groups" / owner.id
        if owner.id == "me" or owner.id == _owner(self.root / OWNER)[0]:
            return self.root
        return self.root / "people" / owner.id

    def _named(self, owner: Owner) -> Owner:
        """The owner with the stored name, and ``me`` with the real id."""
        folder = self._of(owner)
        id, label = _owner(folder / OWNER)
        known = id if folder == self.root and id else owner.id
        return Owner(known, owner.kind, owner.label or label)

    def owners(self) -> list[Owner]:
        """Everybody who has answers here."""
        found = [self._me() or Owner("me")] if self._units(self.root) else []
        for kind, name in (("person", "people"), ("group", "groups")):
            for folder in files.folders(self.root / name):
                if safe(folder.name) and self._units(folder):
                    found.append(Owner(folder.name, kind, _owner(folder / OWNER)[1]))
        return found

    # -- what -----------------------------------------------------------------------------------------------------

    def units(self, owner: Owner) -> list[str]:
        """Units with answers, by name."""
        return self._units(self._of(owner))

    def _units(self, folder: Path) -> list[str]:
        return [unit.name for unit in files.folders(folder) if (unit / FILE).is_file()]

    def _path(self, owner: Owner, unit: str) -> Path:
        return self._of(owner) / document.name("unit", unit) / FILE

    def load(self, owner: Owner, unit: str) -> UnitAnswers:
        """What is stored now. A broken file is set aside first; the notices say so as long as it lies there."""
        path = self._path(owner, unit)
        found = self.document(owner, unit)
        return document.view(found, self._named(owner), tuple(_notice(broken) for broken in files.broken(path)))

    def document(self, owner: Owner, unit: str) -> dict[str, Any]:
        """The stored document as it is."""
        path = self._path(owner, unit)
        data = files.read(path)
        if data is None:
            return document.empty(unit)
        found, problems = document.read(data, unit)
        if problems:
            with self._locked():
                return self._mend(path, unit)
        return found

    def _mend(self, path: Path, unit: str) -> dict[str, Any]:
        """The document at ``path``, lock held. A broken file is set aside, what is whole in it written anew."""
        data = files.read(path)
        if data is None:
            return document.empty(unit)
        found, problems = document.read(data, unit)
        if problems:
            # Copied, not moved: if the disk is full now, the broken file must still be where it was.
            files.set_aside(path, data)
            files.write(path, document.text({**found, "seq": found["seq"] + 1}))
        return found

    def seq(self, owner: Owner, unit: str) -> int:
        """The unit's save number, from the first bytes of its file."""
        path = self._path(owner, unit)
        try:
            with path.open("rb") as file:
                head = document.head_seq(file.read(64))
        except FileNotFoundError:
            return 0
        except OSError:
            head = None  # loading says it in words
        return self.load(owner, unit).seq if head is None else head

    # -- writing --------------------------------------------------------------------------------------------------

    def save(self, owner: Owner, unit: str, exercise: str, question: str, change: merge.Change, version: str) -> Saved:
        """Store one change; durable when this returns."""
        document.name("question", question)

        def apply(documents: dict[str, Any], seq: int, at: str) -> dict[str, Any]:
            return {exercise: merge.apply(documents[exercise], question, change, seq, at, version)}

        return self.update(owner, unit, [exercise], apply)

    def update(self, owner: Owner, unit: str, exercises: Collection[str], change: Update) -> Saved:
        """Change whole exercises in one step under the lock."""
        for exercise in exercises:
            document.name("exercise", exercise)
        path, at = self._path(owner, unit), document.now()
        with self._locked():
            found = self._mend(path, unit)
            seq = found["seq"] + 1
            new = change({name: found["exercises"].get(name, {}) for name in exercises}, seq, at)
            self._remember(owner)
            files.write(path, document.text({**found, "seq": seq, "exercises": {**found["exercises"], **new}}))
        return Saved(seq, at)

    def _remember(self, owner: Owner) -> None:
        """Give the home's person an id with the first save, and keep the label of any other owner."""
        folder, key = self._of(owner), (owner.kind, owner.id)
        if folder == self.root:
            if not self._me():
                _put_owner(self.root, Owner(_new_id()))
            return
        if not owner.label or self._labels.get(key) == owner.label:
            return
        if _owner(folder / OWNER)[1] != owner.label:
            _put_owner(folder, owner)
        self._labels[key] = owner.label

    def delete(self, owner: Owner) -> None:
        """Remove the owner's files; notebooks and other files of theirs in the same folders stay."""
        folder = self._of(owner)
        if not folder.is_dir():
            return
        with self._locked():
            try:
                for unit in files.folders(folder):
                    _remove(unit / FILE)
                    _remove_if_empty(unit)
                _remove(folder / OWNER)
                if folder != self.root:
                    _remove_if_empty(folder)
            except OSError as error:
                raise files.cannot_write(error, folder) from error
        self._labels.pop((owner.kind, owner.id), None)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        try:
            files.make(self.root)
            lock = FileLock(self.root / ".lock", timeout=WAIT, poll_interval=0.005)
            lock.acquire()
        except Timeout:
            raise WorkbookError(
                _("Not saved: another program has kept the answers in {path} locked for {n} seconds.").format(
                    path=self.root, n=int(WAIT)
                )
            ) from None
        except OSError as error:
            raise files.cannot_write(error, self.root) from error
        try:
            yield
        finally:
            lock.release()


def _new_id() -> str:
    return f"learner-{secrets.token_hex(5)}"


def _owner(path: Path) -> tuple[str, str]:
    """Id and label in an owner file; empty where there is none or it is broken."""
    try:
        found = json.loads(files.read(path) or b"{}")
        id, label = found.get("id", ""), found.get("label", "")
    except (ValueError, AttributeError, RecursionError):
        return "", ""
    return (id, label) if isinstance(id, str) and safe(id) and isinstance(label, str) else ("", "")


def _put_owner(folder: Path, owner: Owner) -> None:
    path = folder / OWNER
    old = files.read(path)
    if old is not None and not _owner(path)[0]:
        files.set_aside(path, old)
    files.write(path, json.dumps({"id": owner.id, "label": owner.label}, ensure_ascii=False) + "\n")


def _notice(broken: Path) -> str:
    return _(
        "Some answers of this unit could not be read. The broken file is kept as {path}; what was whole in it is shown."
    ).format(path=broken)


def _remove(path: Path) -> None:
    for each in [path, files.temp(path), *files.broken(path)]:
        each.unlink(missing_ok=True)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()

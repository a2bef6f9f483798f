"""One learner's unit at a time, from submitted files to marked notebooks: what runs in each of the marking processes.

Nothing of nbgrader is needed here, so that a process starts quickly. What was submitted is data: read with limits,
compared, shown as text, and never run.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..answers.handin import FILE
from ..content import load_released
from ..errors import WorkbookError
from ..i18n import _
from .sent import content, remarks
from .submission import answers_file, understood
from .template import Template

Cell = tuple[str, str]
"""A score cell or a line of a rubric: the names of its notebook and of the cell."""
STAMP: Final = "timestamp.txt"
_USUAL: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", re.ASCII)


@dataclass(frozen=True)
class Plan:
    """What is the same for a unit's learners: where things are, which exercises, and what else the marks depend on.

    ``mode``: permissions of the notebooks. ``dry``: nothing is written. ``terms``: edition, due date, rule for late.
    """

    root: Path
    submitted: Path
    autograded: Path
    unit: str
    exercises: tuple[str, ...]
    terms: str = ""
    mode: int = 0o444
    dry: bool = False


@dataclass(frozen=True)
class Task:
    """One learner: the folder's name, the digest when the unit was last marked ('' to mark in any case), extension."""

    student: str
    digest: str = ""
    extension: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one learner's unit.

    ``outcome``: ``marked``; ``unchanged`` (marked before, and nothing has changed since); ``nothing`` (nothing of the
    unit was handed in); ``failed``. ``points``: notebook to score cell to points. ``remarks``: exercise ('' for the
    whole unit) and what was odd.
    """

    student: str
    outcome: str
    digest: str = ""
    timestamp: datetime | None = None
    points: tuple[tuple[str, Mapping[str, float]], ...] = ()
    remarks: tuple[tuple[str, str], ...] = field(default=())


def mark(plan: Plan, tasks: Iterable[Task]) -> list[Result]:
    """Mark some learners. Raises :class:`WorkbookError` only for what would stop everybody, such as a full disk."""
    desk = _desk(plan)
    return [desk.mark(task) for task in tasks]


@lru_cache(maxsize=1)
def _desk(plan: Plan) -> Desk:
    return Desk(plan)


class Desk:
    """A unit, ready to be marked."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        release = hashlib.blake2b(plan.terms.encode(), digest_size=32)
        self._released: dict[str, bytes] = {}
        self._templates: dict[str, Template] = {}
        for name in plan.exercises:
            keys = plan.root / "build" / "keys" / plan.unit / f"{name}.json"
            self._released[name] = (plan.root / "exercises" / plan.unit / f"{name}.ipynb").read_bytes()
            self._templates[name] = Template(load_released(keys), self._released[name].decode("utf-8"))
            _add(release, name.encode(), keys.read_bytes(), self._released[name])
        self._release = release.digest()

    def mark(self, task: Task) -> Result:
        """Mark one learner, and write the notebooks."""
        student = task.student
        try:
            result, texts = self._read(task)
        except Exception as error:  # one bad submission never stops the run
            why = _("It could not be marked ({kind}: {why}).").format(kind=type(error).__name__, why=error)
            return Result(student, "failed", remarks=(("", why),))
        if texts and not self.plan.dry:
            self._write(self.plan.autograded / student / self.plan.unit, texts)
        return result

    def _read(self, task: Task) -> tuple[Result, dict[str, bytes]]:
        """The marks, and the files to write: name to bytes."""
        student, folder = task.student, self.plan.submitted / task.student / self.plan.unit
        if folder.is_symlink() or folder.parent.is_symlink():
            why = _("The folder is a link to another place: it was not opened.")
            return Result(student, "failed", remarks=(("", why),)), {}
        answers = answers_file(folder)
        sent = {name: content(folder / f"{name}.ipynb") for name in self._released}
        if not (folder / FILE).exists() and not any(folder.glob("*.ipynb")):
            return Result(student, "nothing", remarks=(("", _("Nothing of this unit is in the folder.")),)), {}
        stamp = _stamp(folder)
        known = answers.encode() if isinstance(answers, str) else answers
        digest = _digest(self._release, task.extension.encode(), known, stamp, *self._differing(sent))
        if digest == task.digest and self._stands(student):
            return Result(student, "unchanged"), {}
        submission = understood(answers, self.plan.unit, student)
        at, late = _time(stamp)
        said: list[tuple[str, str]] = [("", text) for text in [*submission.remarks, *late]]
        points: list[tuple[str, Mapping[str, float]]] = []
        texts: dict[str, bytes] = {}
        for name, template in self._templates.items():
            paper = template.mark(submission, remarks(sent[name], self._released[name]))
            points.append((name, dict(paper.points)))
            said += [(name, text) for text in paper.remarks if text not in submission.remarks]
            texts[f"{name}.ipynb"] = paper.text.encode("utf-8")
        if stamp:
            texts[STAMP] = stamp
        return Result(student, "marked", digest, at, tuple(points), tuple(said)), texts

    def _differing(self, sent: Mapping[str, bytes | None]) -> Iterable[bytes]:
        """What came back other than it was given out; most often nothing."""
        for name, theirs in sent.items():
            if theirs != self._released[name]:
                yield name.encode()
                yield b"missing" if theirs is None else theirs

    def _stands(self, student: str) -> bool:
        """Whether the marked notebooks are all there."""
        try:
            found = os.scandir(self.plan.autograded / student / self.plan.unit)
        except OSError:
            return False
        with found:
            here = {entry.name for entry in found if entry.name.endswith(".ipynb") and entry.stat().st_size}
        return all(f"{name}.ipynb" in here for name in self._released)

    def _write(self, folder: Path, texts: Mapping[str, bytes]) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in texts.items():
                if not _holds(folder / name, text):
                    _put(folder / name, text, self.plan.mode)
        except OSError as error:
            why = error.strerror or str(error)
            sentence = _(
                "The marked notebooks of {student} cannot be written to {folder}: {why}. What was marked before is "
                "safe; put this right and run the command again, it goes on from there."
            )
            raise WorkbookError(sentence.format(student=student_of(folder), folder=folder, why=why)) from error


def student_of(folder: Path) -> str:
    """The learner whose unit is in a folder."""
    return folder.parent.name


def _holds(path: Path, text: bytes) -> bool:
    """Whether a file is as it should be: to replace one costs twenty times what it costs to read one."""
    try:
        return path.stat().st_size == len(text) and path.read_bytes() == text
    except OSError:
        return False


def _put(path: Path, text: bytes, mode: int) -> None:
    """Put a file in its place whole: formgrader may be open, and the disk may be full."""
    part = path.with_name(f".{path.name}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        try:
            descriptor = os.open(part, flags, mode)
        except FileExistsError:  # a run was killed just here
            part.unlink()
            descriptor = os.open(part, flags, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        try:
            part.replace(path)
        except PermissionError:  # Windows replaces no file that may only be read
            path.chmod(0o644)
            part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise


def _stamp(folder: Path) -> bytes:
    """What stands in ``timestamp.txt``: the time of handing in, for nbgrader."""
    path = folder / STAMP
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(1000)


def _time(stamp: bytes) -> tuple[datetime | None, Sequence[str]]:
    """The time of handing in (UTC, without zone, as nbgrader stores it), and what was wrong with it."""
    text = stamp.decode("utf-8", "replace").strip()
    try:
        if _USUAL.fullmatch(text):
            return datetime.fromisoformat(text[:19]), ()
        if not text:
            return None, ()
        from nbgrader.utils import parse_utc  # takes two seconds; we write the usual form

        found = parse_utc(text)
        return (found if isinstance(found, datetime) else None), ()
    except Exception:  # a parser of dates can be made to raise nearly anything
        said = _("timestamp.txt holds no time ({text}): marked as handed in without one.").format(text=text[:40])
        return None, (said,)


def _add(digest: hashlib.blake2b, *parts: bytes) -> None:
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)


def _digest(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=32)
    _add(digest, *parts)
    return digest.hexdigest()

"""Hand-ins from many learners into nbgrader's folder. One bad file never stops the run and never earns a point.

Of several hand-ins of a unit the newest sound one counts; the others are kept aside, none is deleted. What is printed
of them moves no cursor.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from ..errors import WorkbookError
from ..i18n import _
from . import Owner, files, handin, slug
from .handin import FILE, HandIn
from .unpacking import limited, unpack

AHEAD: Final = timedelta(days=1)
"""How far a learner's clock may be ahead: one that says 2099 must not keep every later hand-in out."""
SHOWN: Final = 3
"""So many hand-ins with the same to say of them are told one by one: a zip may hold thousands of bad ones."""
JOINERS: Final = "\u200c\u200d"
"""Invisible characters that some scripts need inside words."""
OUTCOMES: Final = ("taken", "again", "older", "problem", "refused")


@dataclass(frozen=True)
class Collected:
    """What became of one hand-in, made by ``owner`` at ``at`` (UTC, by the learner's own clock).

    ``outcome``: ``taken``; ``again`` (was here already); ``older`` (a later or sounder one is here, this one was kept
    aside); ``problem`` (taken, but look at the reasons); ``refused``. ``answered``: the exercises with any answer.
    """

    source: str
    outcome: str
    student: str = ""
    unit: str = ""
    reasons: tuple[str, ...] = ()
    owner: Owner | None = None
    at: str = ""
    answered: frozenset[str] = frozenset()

    def __str__(self) -> str:
        words = {
            "taken": _("taken"),
            "again": _("was here already"),
            "older": _("kept aside, a later or a sounder one is here"),
            "problem": _("taken, please look"),
            "refused": _("not taken"),
        }
        who = f"{self.student}, {self.unit}: " if self.student else ""
        return f"{harmless(self.source)}: {who}{words[self.outcome]}" + "".join(
            f"\n    {harmless(reason)}" for reason in self.reasons
        )


def harmless(text: str, most: int = 300) -> str:
    """What others wrote, on one line of a terminal: no control characters, nothing that turns the line around."""
    shown = "".join(c if c.isprintable() or c in JOINERS else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= most else f"{shown[:most]}…"


def _same(one: Collected) -> tuple[object, ...]:
    """What makes two hand-ins of one zip alike for whoever reads of them: details in brackets do not count."""
    return (
        re.split(r"(?<=\.zip)/", one.source, maxsplit=1)[0],
        one.student,
        one.outcome,
        *(re.sub(r"\(.*\)", "", reason) for reason in one.reasons),
    )


@dataclass(frozen=True)
class Report:
    """What ``collect`` did, hand-in by hand-in."""

    found: tuple[Collected, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing was refused."""
        return all(one.outcome != "refused" for one in self.found)

    @property
    def told(self) -> list[str]:
        """What there is to say of single hand-ins: of those that were simply taken nothing."""
        lines = list[str]()
        worth = [one for one in self.found if one.outcome not in ("taken", "again")]
        for _reasons, group in groupby(worth, key=_same):
            alike = list(group)
            lines += map(str, alike[:SHOWN])
            if len(alike) > SHOWN:
                lines.append(_(" … and {n} more like these").format(n=len(alike) - SHOWN))
        return lines

    @property
    def counts(self) -> str:
        """How many had which outcome, in a sentence."""
        if not self.found:
            return _("No hand-in was found.")
        counted = Counter(one.outcome for one in self.found)
        text = _("{taken} taken, {again} here already, {older} older, {problem} to look at, {refused} not taken.")
        return text.format(**{outcome: counted[outcome] for outcome in OUTCOMES})

    def __str__(self) -> str:
        return "\n".join([*self.told, self.counts])


@dataclass(frozen=True)
class Folders:
    """Where things go: nbgrader's ``submitted``, the ``released`` units, and ``aside`` for what was replaced."""

    submitted: Path
    released: Path
    aside: Path
    _students: dict[str, set[str]] = field(default_factory=dict, compare=False, repr=False)

    def students(self, id: str) -> list[str]:
        """The names of learners' folders that end like ``id``. The folder is read once: a cohort has thousands."""
        if not self._students:
            for name in ("", *(folder.name for folder in files.folders(self.submitted))):
                self._students.setdefault(name[-6:], set()).add(name)
        return sorted(self._students.get(id[-6:], ()))

    def note(self, student: str) -> None:
        """There is a folder for this learner now."""
        self.students(student)  # so that the others are known, too
        self._students.setdefault(student[-6:], set()).add(student)

    @classmethod
    def of(cls, root: Path) -> Folders:
        """Those of the workbook at ``root``."""
        return cls(root / "build" / "submitted", root / "exercises", root / "build" / "set-aside")


def collect(sources: Iterable[Path], root: Path) -> Report:
    """Put hand-ins (zips, folders, folders of them) into ``build/submitted`` of the workbook at ``root``.

    Each goes to ``<student>/<unit>/`` with the released notebooks of the unit, as nbgrader expects it. A later hand-in
    replaces an earlier one, which is kept in ``build/set-aside``.
    """
    return take((one for source in sources for one in unpack(source)), root)


def take(found: Iterable[tuple[str, HandIn]], root: Path, told: Callable[[int], object] | None = None) -> Report:
    """The same for hand-ins that were read already, each with the name of where it was; ``told``: how many so far."""
    folders, report = Folders.of(root), list[Collected]()
    for name, handed in found:
        try:
            report.append(_take(name, handed, folders))
        except (OSError, WorkbookError) as error:
            report.append(Collected(name, "refused", handed.student, handed.unit, (str(error),)))
        if told is not None:
            told(len(report))
    return Report(tuple(report))


def _take(name: str, handed: HandIn, folders: Folders) -> Collected:
    if not handed.usable:
        return Collected(name, "refused", reasons=handed.problems)
    notebooks = sorted((folders.released / handed.unit).glob("*.ipynb"))
    if not notebooks:
        why = _("there is no unit '{unit}' with exercises in this course").format(unit=handed.unit)
        return Collected(name, "refused", handed.student, handed.unit, (*handed.problems, why))
    handed = _in_time(handed)
    student = _student(handed, folders)
    folder, reasons = folders.submitted / student / handed.unit, list(handed.problems)
    if student == handed.apart:
        apart = _("Another learner has the id '{id}': kept apart under {student}.")
        reasons.append(apart.format(id=handed.student, student=student))
    old = _as_kept(limited((folder / FILE).open("rb"))) if (folder / FILE).is_file() else None
    kept = folders.aside / student / handed.unit
    if old is not None and old.data == handed.data:
        outcome = "again"
    elif old is not None and _rank(old) > _rank(_as_kept(handed.data)):
        _fill(kept / _name(handed), handed, ())
        outcome = "older"
    else:
        _replace(folder, kept / (_name(old) if old else "unknown"), handed, notebooks, folders.aside)
        folders.note(student)
        outcome = "problem" if reasons else "taken"
    given = frozenset(exercise for exercise, values in handed.values.items() if values)
    return Collected(name, outcome, student, handed.unit, tuple(reasons), handed.owner, handed.at, given)


def _in_time(handed: HandIn) -> HandIn:
    """A hand-in that says it comes from the future has that as a problem."""
    if not handed.at or handed.at <= (datetime.now(UTC) + AHEAD).strftime("%Y-%m-%dT%H:%M:%SZ"):
        return handed
    why = _("Its time ({at}) lies in the future: the learner's clock was wrong.").format(at=handed.at)
    return replace(handed, problems=(*handed.problems, why))


def _as_kept(data: bytes) -> HandIn:
    """A hand-in by itself, whatever lay beside it."""
    return _in_time(handin.read(data))


def _rank(handed: HandIn) -> tuple[bool, bool, str]:
    """Which of two hand-ins counts: a usable one, a sound one, then the later one."""
    return (handed.usable, not handed.problems, handed.at)


def _replace(folder: Path, old: Path, handed: HandIn, notebooks: Sequence[Path], aside: Path) -> None:
    """Put a submission in its place as a whole, and what stood there aside; a full disk leaves what was there."""
    new = aside / ".incoming"
    shutil.rmtree(new, ignore_errors=True)
    try:
        _fill(new, handed, notebooks)
        if folder.exists():
            old.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(_free(old))
        folder.parent.mkdir(parents=True, exist_ok=True)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _student(handed: HandIn, folders: Folders) -> str:
    """The learner's folder name: the one of an earlier unit, or a new one that nobody else has."""
    if handed.owner.id.startswith("learner-"):
        # The id is unique; the name before it may have changed since the last unit.
        for name in folders.students(handed.owner.id):
            if handed.belongs_to(name) and _holders(folders.submitted / name) == {who(handed)}:
                return name
    others = _holders(folders.submitted / handed.student) - {who(handed)}
    return handed.apart if others else handed.student


def who(handed: HandIn) -> tuple[str, ...]:
    """What tells people apart: an id that the workbook made is unique, another one only with the name beside it."""
    owner = handed.owner
    return (owner.kind, owner.id) if owner.id.startswith("learner-") else (owner.kind, owner.id, owner.label)


def _holders(folder: Path) -> set[tuple[str, ...]]:
    """Whose hand-ins lie in a learner's folder."""
    found = [
        handin.read(limited((unit / FILE).open("rb"))) for unit in files.folders(folder) if (unit / FILE).is_file()
    ]
    return {who(one) for one in found if one.usable}


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

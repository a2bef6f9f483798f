"""Feedback for everybody: a page for each learner and unit, drawn from what they handed in and from the gradebook.

nbgrader's own pages come from marked notebooks, one for each exercise, in ``build/feedback/<student>/<unit>/``. Ours
stand beside that folder, as ``build/feedback/<student>/<unit>.html``: a file of ours inside it would make nbgrader
believe that its feedback is there already.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..answers import files, handin, safe_id
from ..answers.handin import HandIn
from ..answers.intake import harmless
from ..content import load_released
from ..errors import WorkbookError, near
from ..gradebook.access import path_of
from ..gradebook.feedback import Settings
from ..gradebook.learners import Listed, listed
from ..gradebook.marks import Marks, marks
from ..gradebook.submission import answers_file, understood
from ..i18n import _, ngettext
from .feedback_page import Sent, Unit, UnitPage
from .feedback_room import RoomTarget
from .grades import Counted
from .tables import write

BATCH: Final = 100
"""Learners whose marks are read at once."""

Progress = Callable[[str, int, int], None]
"""Told the unit, how many learners are done and how many there are."""


@dataclass
class Report:
    """One unit: pages ``written``, as they were (``same``), and put into a room; ``left``: why to the learners who
    have none (or only an older one)."""

    unit: str
    released: bool
    written: int = 0
    same: int = 0
    given: int = 0
    left: dict[str, list[str]] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The report for a person."""
        if not (self.written or self.same or self.left):
            yield _("{unit}: nobody's hand-in is here. Take hand-ins in with: workbook collect").format(unit=self.unit)
            return
        text = ngettext("{n} page written", "{n} pages written", self.written)
        told = [text.format(n=self.written)]
        told += [_("{n} as they were").format(n=self.same)] if self.same else []
        told += [_("{n} in the room").format(n=self.given)] if self.given else []
        told.append(_("with key and explanation") if self.released else _("without key and explanation"))
        yield f"{self.unit}: {', '.join(told)}."
        for why, people in self.left.items():
            yield f"  {why} – {', '.join(map(harmless, people[:20]))}{' …' if len(people) > 20 else ''}"


@dataclass(frozen=True)
class Wishes:
    """What else is wanted. ``release``: with key and explanation, whatever the settings say. ``zips``: a folder for a
    zip of each learner. ``room``: where participants find theirs."""

    release: bool = False
    zips: Path | None = None
    room: RoomTarget | None = None


def feedback(
    root: Path,
    units: Sequence[str] = (),
    wishes: Wishes = Wishes(),
    *,
    progress: Progress = lambda unit, done, of: None,
) -> list[Report]:
    """Write the pages of some units of the course in ``root`` (all that were handed in, if none is named). What is
    there and right is not written again, so that a run that was stopped goes on. Raises WorkbookError."""
    settings = Settings(root)
    work = _Work(root, settings, wishes)
    wanted = _units(root, settings.submitted, units)
    reports = [work.unit(unit, progress) for unit in wanted]
    if wishes.zips is not None:
        work.zip(wishes.zips)
    return reports


class _Work:
    """One run over some units."""

    def __init__(self, root: Path, settings: Settings, wishes: Wishes) -> None:
        self.root, self.wishes = root, wishes
        self.submitted, self.released = settings.submitted, settings.released
        self.folder = path_of(root).parent / "feedback"
        self.counted, self.course = Counted.of(root), _course(root)
        self.people = listed(root)
        self.pages: dict[str, list[Path]] = {}

    def unit(self, unit: str, progress: Progress) -> Report:
        """Write the pages of one unit."""
        released = self.wishes.release or unit in self.released
        report = Report(unit, released)
        page = UnitPage(self._prepared(unit, released))
        students = [one.name for one in files.folders(self.submitted) if (one / unit).is_dir()]
        progress(unit, 0, len(students))
        for start in range(0, len(students), BATCH):
            batch = students[start : start + BATCH]
            known = marks(self.root, unit, batch)
            for n, student in enumerate(batch, start + 1):
                self._learner(page, unit, student, known.get(student), report)
                progress(unit, n, len(students))
        return report

    def _prepared(self, unit: str, released: bool) -> Unit:
        about: Mapping[str, Any] = next((one for one in self.course["units"] if one["id"] == unit), {})
        listed = [e["id"] for lesson in about.get("lessons", ()) for e in lesson.get("exercises", ())]
        order = {id.partition("/")[2]: n for n, id in reversed(list(enumerate(listed)))}
        keys = sorted((self.root / "build" / "keys" / unit).glob("*.json"), key=lambda p: order.get(p.stem, len(order)))
        return Unit(self.course["title"], about.get("title", unit), [load_released(path) for path in keys], released)

    def _learner(self, page: UnitPage, unit: str, student: str, known: Marks | None, report: Report) -> None:
        folder = self.submitted / student / unit
        found = "" if folder.is_symlink() or folder.parent.is_symlink() else answers_file(folder)
        handed = handin.read(found, unit) if isinstance(found, bytes) else handin.unusable(found)
        why = _why_not(folder, handed, student, known)
        if why or known is None:
            report.left.setdefault(why, []).append(student)
            return
        sent = Sent(
            self._name(student, handed),
            understood(found, unit, student),
            known,
            handed.receipt if handed.usable else "",
            known.at.partition(".")[0],
            self.counted.left_out(unit, handed.owner.id),
        )
        data = page.draw(sent).encode("utf-8", "replace")
        path = self.folder / student / f"{unit}.html"
        if _put(path, data):
            report.written += 1
        else:
            report.same += 1
        self.pages.setdefault(student, []).append(path)
        if self.wishes.room is not None:
            report.given += self.wishes.room.give(handed, unit, data)

    def _name(self, student: str, handed: HandIn) -> str:
        one = self.people.get(student, Listed(student))
        return one.name if one.name != student else handed.owner.label or student

    def zip(self, folder: Path) -> None:
        """Put the pages of each learner into one zip, to send."""
        for student, pages in self.pages.items():
            _put(folder / f"{safe_id(student)}.zip", _zipped(pages))


def _put(path: Path, data: bytes) -> bool:
    """Write a file where it is not as it should be; whether that was so."""
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    except OSError:
        pass
    write(path, data)
    return True


def _zipped(pages: Sequence[Path]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for path in pages:
            # A fixed time: the same pages make the same file.
            member = zipfile.ZipInfo(path.name, (1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o644 << 16
            archive.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _why_not(folder: Path, handed: HandIn, student: str, known: Marks | None) -> str:
    """Why a learner gets no page now; empty if they do."""
    if known is None or not any(paper.marks for paper in known.papers.values()):
        return _("Not marked yet (workbook mark)")
    if handed.usable and not handed.belongs_to(student):
        return _("What lies in the folder was handed in by somebody else")
    if folder.is_symlink() or folder.parent.is_symlink():
        return _("The folder is a link to another place: it was not opened")
    try:
        stamp = (folder / "timestamp.txt").read_text(encoding="utf-8", errors="replace")[:19]
    except OSError:
        stamp = ""
    if stamp and known.at and stamp != known.at[:19]:
        return _("Handed in again since it was marked: mark first (workbook mark)")
    return ""


def _units(root: Path, submitted: Path, named: Sequence[str]) -> list[str]:
    """The units, in the order of their names: those named, or all that are ours and were handed in."""
    ours = [path.name for path in files.folders(root / "build" / "keys")]
    for unit in named:
        if unit not in ours:
            raise WorkbookError(_("There is no unit '{unit}' with exercises.").format(unit=unit) + near(unit, ours))
    if named:
        return list(dict.fromkeys(named))
    handed: Collection[str] = {unit.name for one in files.folders(submitted) for unit in files.folders(one)}
    return [unit for unit in ours if unit in handed]


def _course(root: Path) -> Mapping[str, Any]:
    """What the course is called, and its units, as :class:`Counted` has read it already."""
    found: Mapping[str, Any] = json.loads((root / "course" / "course.json").read_text(encoding="utf-8"))
    return found

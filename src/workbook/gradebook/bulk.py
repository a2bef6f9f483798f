"""A whole cohort marked at once: from what was handed in to nbgrader's gradebook and notebooks that formgrader opens.

Learners are marked in several processes and stored in batches, each batch in one transaction, notebooks before marks.
A run that was stopped, in whatever way, is run again: what stands in the gradebook as marked is not marked twice, and
what does not is marked anew. Only a few batches are in memory at any time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from ..content import load_released
from ..errors import WorkbookError, near
from ..i18n import _
from .book import Gradebook
from .nbconfig import Nbgrader
from .outcome import Report
from .processes import Processes
from .tables import Assignment
from .template import cells
from .worker import Plan, Result, Task

CHUNK: Final = 20
"""Learners that one process marks before it hands over."""
BATCH: Final = 200
"""Learners that are stored in one transaction."""
FEW: Final = 60
"""So few learners are marked sooner than other processes are started."""

Progress = Callable[[str, int, int], None]
"""Told the unit, how many learners are done and how many there are."""


def mark(
    root: Path,
    units: Sequence[str] = (),
    *,
    jobs: int = 0,
    dry: bool = False,
    force: bool = False,
    edition: str = "",
    progress: Progress = lambda unit, done, of: None,
) -> list[Report]:
    """Mark units of the course in ``root`` (all that were handed in, if none is named): a report for each.

    ``jobs``: processes (0: as many as there are processors). ``dry``: say what would change, and change nothing.
    ``force``: mark what has not changed too. ``edition``: of the workbook; another one marks anew.
    Raises :class:`WorkbookError`.
    """
    nbgrader = Nbgrader(root)
    wanted = _units(root, nbgrader.submitted, units)
    if not wanted:
        return []
    people = {unit: _students(nbgrader.submitted, unit) for unit in wanted}
    most = max(map(len, people.values()))
    with _alone(root), Processes(1 if most <= FEW else jobs or _processors()) as processes:
        gradebook = nbgrader.gradebook()
        try:
            run = _Run(root, nbgrader, gradebook, processes, dry=dry, force=force, edition=edition, progress=progress)
            return [run.unit(unit, people[unit]) for unit in wanted]
        finally:
            gradebook.close()


class _Run:
    """One run over some units."""

    def __init__(
        self,
        root: Path,
        nbgrader: Nbgrader,
        gradebook: Gradebook,
        processes: Processes,
        *,
        dry: bool,
        force: bool,
        edition: str,
        progress: Progress,
    ) -> None:
        self.root, self.nbgrader, self.gradebook, self.processes = root, nbgrader, gradebook, processes
        self.dry, self.force, self.edition, self.progress = dry, force, edition, progress

    def unit(self, unit: str, students: Sequence[str]) -> Report:
        """Mark one unit of all its learners."""
        report = Report(unit, dry=self.dry)
        assignment = self.gradebook.assignment(unit)
        if assignment is None:
            report.unknown = True
            return report
        plan = self._plan(unit, assignment, report)
        done = 0
        self.progress(unit, 0, len(students))
        waiting: list[Result] = []
        for results in self.processes.run(plan, self._tasks(assignment, students)):
            waiting += results
            done += len(results)
            if len(waiting) >= BATCH:
                self._store(assignment, waiting, report)
                waiting = []
            self.progress(unit, done, len(students))
        self._store(assignment, waiting, report)
        return report

    def _plan(self, unit: str, assignment: Assignment, report: Report) -> Plan:
        ours = sorted(path.stem for path in (self.root / "build" / "keys" / unit).glob("*.json"))
        exercises = tuple(name for name in ours if name in assignment.notebooks)
        report.left = tuple(name for name in assignment.notebooks if name not in ours)
        report.new = tuple(name for name in ours if name not in assignment.notebooks)
        keys = self.root / "build" / "keys" / unit
        now = {name: cells(load_released(keys / f"{name}.json")) for name in exercises}
        report.outdated = tuple(name for name in exercises if now[name] != assignment.of(name))
        if self.gradebook.handed_in(assignment):
            other = (name for name in report.outdated if now[name].keys() != assignment.of(name).keys())
            report.fixed = (*report.new, *other)
        terms = f"{self.edition} {assignment.duedate} {self.nbgrader.terms}"
        place = self.nbgrader
        return Plan(self.root, place.submitted, place.autograded, unit, exercises, terms, place.mode, self.dry)

    def _tasks(self, assignment: Assignment, students: Sequence[str]) -> Iterator[list[Task]]:
        """Learners in chunks, each with what the gradebook knows of them."""
        for start in range(0, len(students), CHUNK):
            chunk = students[start : start + CHUNK]
            known = self.gradebook.known(assignment, chunk)
            yield [
                Task(who, "" if self.force else known[who].digest, str(known[who].extension or ""))
                if who in known
                else Task(who)
                for who in chunk
            ]

    def _store(self, assignment: Assignment, results: Sequence[Result], report: Report) -> None:
        marked = [result for result in results if result.outcome == "marked"]
        if marked:
            report.compare(marked, self.gradebook.scores(assignment, [result.student for result in marked]))
            if not self.dry:
                self.gradebook.save(assignment, marked)
        report.count(results)


def _units(root: Path, submitted: Path, named: Sequence[str]) -> list[str]:
    """The units to mark, in the order of their names: those named, or all that are ours and were handed in."""
    ours = sorted(path.name for path in (root / "build" / "keys").glob("*") if path.is_dir())
    for unit in named:
        if unit not in ours:
            raise WorkbookError(_("There is no unit '{unit}' with exercises.").format(unit=unit) + near(unit, ours))
    if named:
        return list(dict.fromkeys(named))
    handed: set[str] = set()
    for folder in _folders(submitted):
        handed.update(_folders(submitted / folder))
    return [unit for unit in ours if unit in handed]


def _students(submitted: Path, unit: str) -> list[str]:
    """Who handed in a unit, in an order that says nothing of names: formgrader numbers people in the order in which
    they were stored, so that those who mark do not know whom."""
    found = [name for name in _folders(submitted) if (submitted / name / unit).is_dir()]
    return sorted(found, key=lambda name: hashlib.blake2b(f"{unit}/{name}".encode(), digest_size=8).digest())


def _folders(path: Path) -> list[str]:
    """Names of folders that can stand in a gradebook; hidden ones are no learners."""
    try:
        with os.scandir(path) as found:
            return [one.name for one in found if one.is_dir() and not one.name.startswith(".") and _readable(one.name)]
    except FileNotFoundError:
        return []


def _readable(name: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _processors() -> int:
    """How many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """No two runs at once: the second says so and changes nothing. A run that was killed leaves no lock behind."""
    path = root / "build" / "marking.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        text = _("Another 'workbook mark' is at work in this course. Wait until it is done, then run this one again.")
        raise WorkbookError(text) from None
    try:
        yield
    finally:
        lock.release()

"""Hand-ins taken in from zips, folders and rooms, and what a trainer should know: late, double, partial, unknown.

Nothing is decided here: the newest sound hand-in counts (:mod:`workbook.answers.intake`), and lateness costs what the
trainer set in nbgrader. The time of a hand-in is that of the learner's computer, or of the room's server.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from ..answers import files
from ..answers.handin import HandIn
from ..answers.intake import Collected, Folders, Report, harmless, take
from ..answers.unpacking import unpack
from ..gradebook.learners import Due, Listed, due, keep, listed, rename, submissions
from ..i18n import _, ngettext
from ..places import drawn
from .learners import linked, named


@dataclass(frozen=True)
class Gathered:
    """What was taken in, and remarks on it in plain words, one for each thing to look at."""

    report: Report
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([*self.report.told, *(harmless(remark, 1000) for remark in self.remarks), self.report.counts])


Found = Iterable[tuple[str, HandIn]]


def collect(
    sources: Iterable[Path], root: Path, rooms: Iterable[Found] = (), told: Callable[[int], object] | None = None
) -> Gathered:
    """Take in every hand-in of ``sources`` (zips, folders) and ``rooms``; ``told`` hears how many there were so far.

    Learners come into the gradebook with the names they handed in with, or as they stand in the list that was imported.
    """
    found = chain((one for source in sources for one in unpack(source)), *rooms)
    report = take(found, root, told)
    here = [one for one in report.found if one.outcome in ("taken", "problem")]
    before = {id: one for id, one in listed(root).items() if (Folders.of(root).submitted / id).is_dir()}
    remarks = [
        *late(here, due(root)),
        *doubles(report.found, root),
        *partial(here, wanted(root)),
        *alike(here, before),
        *known(root, here),
    ]
    return Gathered(report, tuple(remarks))


def late(found: Iterable[Collected], dates: Due) -> Iterator[str]:
    """Who handed in after the date in the gradebook, and by how much."""
    for one in found:
        when = dates.of(one.unit, one.student)
        if when is None or not one.at:
            continue
        over = datetime.fromisoformat(one.at).astimezone(UTC) - when
        if over > timedelta():
            text = _("{student}, {unit}: late by {time} (due {due} UTC).")
            shown = when.strftime("%Y-%m-%d %H:%M")
            yield text.format(student=one.student, unit=one.unit, time=length(over), due=shown)


def length(time: timedelta) -> str:
    """A length of time in its two largest units: ``2 days, 3 hours``."""
    hours, minutes = time.seconds // 3600, time.seconds // 60 % 60
    parts = (
        (time.days, ngettext("{n} day", "{n} days", time.days)),
        (hours, ngettext("{n} hour", "{n} hours", hours)),
        (minutes, ngettext("{n} minute", "{n} minutes", minutes)),
    )
    shown = [words.format(n=n) for n, words in parts if n][:2]
    return ", ".join(shown) or _("less than a minute")


def doubles(found: Iterable[Collected], root: Path) -> Iterator[str]:
    """Who handed a unit in more than once, which one counts, and where the others are."""
    folders = Folders.of(root)
    places = dict.fromkeys((one.student, one.unit) for one in found if one.outcome in ("taken", "problem", "older"))
    for student, unit in places:
        aside = folders.aside / student / unit
        others = len(list(files.folders(aside)))
        if others:
            text = ngettext(
                "{student}, {unit}: handed in {all} times; the one of {at} counts, {n} other is kept in {aside}.",
                "{student}, {unit}: handed in {all} times; the one of {at} counts, {n} others are kept in {aside}.",
                others,
            )
            at = _at(folders.submitted / student / unit)
            where = aside.relative_to(root).as_posix()
            yield text.format(student=student, unit=unit, all=others + 1, n=others, at=at, aside=where)


def _at(folder: Path) -> str:
    try:
        return (folder / "timestamp.txt").read_text(encoding="utf-8").strip()
    except OSError:
        return _("unknown time")


@dataclass(frozen=True)
class Wanted:
    """The exercises of a unit that everybody is asked for: ``groups`` has, for each, the forms one is drawn from."""

    groups: tuple[tuple[str, ...], ...]

    def of(self, owner: str) -> list[str]:
        """The names of those that this learner was given."""
        return [drawn(group, owner).partition("/")[2] for group in self.groups]


def wanted(root: Path) -> Mapping[str, Wanted]:
    """Unit to its exercises for everybody (``track: core``) whose answers are for others too."""
    try:
        course = json.loads((root / "course" / "course.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found: dict[str, dict[tuple[str, ...], None]] = {unit["id"]: {} for unit in course["units"]}
    shown = [about for unit in course["units"] for one in unit["lessons"] for about in one.get("exercises", ())]
    for about in shown:
        unit = about["id"].partition("/")[0]
        if about.get("track", "core") == "core" and unit in found and _for_others(root, about["id"]):
            found[unit][tuple(about.get("drawn-from") or [about["id"]])] = None
    return {unit: Wanted(tuple(groups)) for unit, groups in found.items()}


def _for_others(root: Path, id: str) -> bool:
    """Whether any question of an exercise is not private: else nothing of it is ever handed in."""
    try:
        exercise = json.loads((root / "exercises" / f"{id}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return any(question.get("visibility") != "private" for question in exercise["questions"])


def partial(found: Iterable[Collected], exercises: Mapping[str, Wanted]) -> Iterator[str]:
    """Whose hand-in leaves exercises empty that everybody is asked for."""
    for one in found:
        asked = exercises[one.unit].of(one.owner.id) if one.owner and one.unit in exercises else []
        empty = [name for name in asked if name not in one.answered]
        if empty:
            text = _("{student}, {unit}: partial, {n} of {all} exercises have answers. Empty: {names}.")
            names = ", ".join(empty[:6]) + (" …" if len(empty) > 6 else "")
            given = len(asked) - len(empty)
            yield text.format(student=one.student, unit=one.unit, n=given, all=len(asked), names=names)


def alike(found: Iterable[Collected], people: Mapping[str, Listed]) -> Iterator[str]:
    """Learners of one name and several ids: two people, or one on two devices. ``people``: who handed in before."""
    names = {student: named(one.name) for student, one in people.items()}
    new = {one.student: named(one.owner.label) for one in found if one.owner and one.student and one.owner.label}
    names |= new
    several = Counter(names.values())
    for name in dict.fromkeys(new.values()):
        if several[name] > 1:
            who = [student for student in names if names[student] == name]
            text = _("{students} have the same name. Are they {n} people, or one who used {n} devices?")
            yield text.format(students=", ".join(who), n=several[name])


def known(root: Path, found: Iterable[Collected]) -> Iterator[str]:
    """Bring those who handed in into the gradebook; say who was found in the imported list, and who was not."""
    people, submitted = listed(root), Folders.of(root).submitted
    owners = {one.student: one.owner for one in found if one.owner}
    fresh = {id: owner for id, owner in owners.items() if id not in people or people[id].name == id}
    if not fresh:
        return
    busy = {*submissions(root), *(folder.name for folder in files.folders(submitted))}
    waiting = [one for one in people.values() if one.id not in busy]
    matched = linked(waiting, fresh)
    keep(root, [replace(one, number=one.number or one.id) for one in matched.values()])
    rename(root, {one.id: student for student, one in matched.items()})
    keep(root, [Listed(student, first=owner.label) for student, owner in fresh.items() if student not in matched])
    for student, one in matched.items():
        text = _("{name} ({id}) of your list handed in as {student}.")
        yield text.format(name=one.name, id=one.id, student=student)
    unknown = [student for student in fresh if student not in matched]
    if unknown and any(one.email or one.number for one in people.values()):
        text = _("Not in your list of learners: {students}. 'workbook learners list' shows everybody.")
        yield text.format(students=", ".join(unknown[:20]) + (" …" if len(unknown) > 20 else ""))

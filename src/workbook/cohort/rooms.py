"""The hand-ins that lie in a room's database, as if each participant had sent theirs.

Nothing private is in a hand-in, and a plan comes along only by its owner's consent, as in the file that the room's
status page gives out. Answers that were never handed in stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..answers import handin
from ..answers.database import DatabaseHome
from ..answers.handin import HandIn
from ..answers.participants import Participant, Roll
from ..errors import WorkbookError
from ..i18n import _
from ..learner import HAND_INS, Learner, open_home
from ..places import Session
from ..room.gather import CONSENT, without_plan
from ..room.kept import Place


class RoomSource:
    """The room ``name`` below ``home`` (a folder, a database's address, or empty). Raises WorkbookError without one."""

    def __init__(self, root: Path, home: str, name: str) -> None:
        place = Place(home, name)
        self.root, self.name, self.url = root, name, place.url
        text = _("There is no room '{name}' in {place}.")
        if "://" not in home and not (place.folder / "room.db").is_file():
            raise WorkbookError(text.format(name=name, place=place.folder.parent))
        self.roll = Roll(place.url, name)
        if self.roll.room() is None:
            self.roll.home.close()
            raise WorkbookError(text.format(name=name, place=self.roll.home.name))
        self.people = self.roll.people()

    def close(self) -> None:
        """Let go of the database."""
        self.roll.home.close()
        home = open_home(self.url)
        if isinstance(home, DatabaseHome):
            home.close()

    def hand_ins(self) -> Iterator[tuple[str, HandIn]]:
        """Each participant's last hand-in of each unit, with where it was."""
        for one in self.people:
            learner = Learner(Session(self.root, self.url, one.id, kind=one.kind))
            kept = self.roll.home.load(one.owner, HAND_INS).values()
            for unit in sorted(kept):
                yield f"{self.name}: {one.name}, {unit}", _read(learner, one, unit, kept[unit].get("frozen"))

    def remarks(self) -> Iterator[str]:
        """Who has answers in a unit and has not handed it in."""
        for one in self.people:
            units = set(self.roll.home.units(one.owner)) - {HAND_INS}
            open = sorted(units - set(self.roll.home.load(one.owner, HAND_INS).exercises))
            if open:
                text = _("{name} has answers in {units} that were not handed in.")
                yield text.format(name=one.name, units=", ".join(open))


def _read(learner: Learner, one: Participant, unit: str, frozen: Any) -> HandIn:
    try:
        if not one.agrees(CONSENT):
            frozen = without_plan(frozen, learner)
        handed = handin.read(handin.text(frozen).encode("utf-8", "replace"), unit)
    except (WorkbookError, OSError, LookupError, TypeError, ValueError, AttributeError) as error:
        return handin.unusable(_("what is stored of it cannot be read ({why})").format(why=error))
    if handed.usable and handed.owner != one.owner:
        return handin.unusable(_("it was handed in as somebody else"))
    return handed

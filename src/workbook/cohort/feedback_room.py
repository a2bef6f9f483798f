"""Pages of feedback that go to the participants of a room, who find them there on their own page."""

from __future__ import annotations

from ..answers.handin import HandIn
from ..answers.participants import Roll
from ..errors import WorkbookError
from ..i18n import _
from ..room.kept import Place
from ..room.returned import Returned


class RoomTarget:
    """The room ``name`` below ``home`` (a folder, a database's address, or empty). Raises WorkbookError without one."""

    def __init__(self, home: str, name: str) -> None:
        place = Place(home, name)
        missing = WorkbookError(_("There is no room '{name}' in {place}.").format(name=name, place=place.folder.parent))
        if not (place.folder / "secret").is_file():
            raise missing
        roll = Roll(place.url, name)
        try:
            if roll.room() is None:
                raise missing
            self._people = {one.owner.id: one.kind for one in roll.people()}
        finally:
            roll.home.close()
        self._returned = Returned(place.folder)

    def give(self, handed: HandIn, unit: str, page: bytes) -> bool:
        """Put a page where its participant finds it; whether they are in this room."""
        if not handed.usable or self._people.get(handed.owner.id) != handed.owner.kind:
            return False
        self._returned.put(handed.owner.id, unit, page)
        return True

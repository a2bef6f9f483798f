"""What trainers gave back to the people of a room: pages of feedback in the room's folder, a folder for each of them.

Only the participant whose id names the folder is given anything of it.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final

from ..errors import WorkbookError
from ..i18n import _

_ID: Final = re.compile(r"[a-z]+-[0-9a-f]+", re.ASCII)
"""Ids that a room gives to people: nothing else may name a folder."""
_UNIT: Final = re.compile(r"[a-z0-9-]+", re.ASCII)


class Returned:
    """The pages of feedback in a room's ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "feedback"

    def _of(self, id: str) -> Path:
        if not _ID.fullmatch(id):
            raise WorkbookError(_("'{id}' is no participant's id.").format(id=id))
        return self.folder / id

    def put(self, id: str, unit: str, page: bytes) -> None:
        """Keep a participant's page for a unit, readable by this account only."""
        path = self._of(id) / f"{unit}.html"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".{unit}.{os.getpid()}")
        part.write_bytes(page)
        part.chmod(0o600)
        part.replace(path)

    def units(self, id: str) -> list[str]:
        """The units for which a participant has a page."""
        return sorted(path.stem for path in self._of(id).glob("*.html") if _UNIT.fullmatch(path.stem))

    def page(self, id: str, unit: str) -> str | None:
        """A participant's own page; None if there is none."""
        path = self._of(id) / f"{unit}.html"
        return path.read_text(encoding="utf-8") if _UNIT.fullmatch(unit) and path.is_file() else None

    def forget(self, id: str) -> None:
        """Delete a participant's pages."""
        shutil.rmtree(self._of(id), ignore_errors=True)

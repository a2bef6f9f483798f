"""Where things are and whom we serve: the course's folder, the answers' home, the owner of the answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import WorkbookError
from .i18n import _


@dataclass(frozen=True)
class Session:
    """One learner at work.

    ``home`` is a folder or a database URL; empty means the user's own data folder. ``owner`` is an id, of a ``kind``
    (person or group); empty means the one person of that home. ``alone`` is someone without a trainer, served from a
    checkout: feedback after hand-in comes from ``keys``.
    """

    root: Path
    home: str = ""
    owner: str = ""
    alone: bool = False
    kind: str = "person"

    @property
    def mark(self) -> str:
        """By which a browser keeps what is the owner's; it tells nobody who that is."""
        return hashlib.sha256(f"{self.root}|{self.home}|{self.owner}".encode("utf-8", "replace")).hexdigest()[:12]

    @property
    def keys(self) -> Path:
        return self.root / "build" / "keys"


def find_root(given: str | None, start: Path) -> Path:
    """The folder that holds ``course/course.json``: ``given``, or the nearest one at or above ``start``."""
    if given:
        root = Path(given)
        if (root / "course").is_dir():
            return root
        raise WorkbookError(_("There is no course in {root}.").format(root=root))
    for folder in (start, *start.resolve().parents):
        if (folder / "course" / "course.yml").is_file() or (folder / "course" / "course.json").is_file():
            return folder
    raise WorkbookError(_("There is no course here. Go to the folder of the workbook and try again."))


def session(environment: Mapping[str, str], root: Path) -> Session:
    """The session that a server gave to this kernel, or someone's own JupyterLab."""
    return Session(
        root=root,
        home=environment.get("WORKBOOK_HOME", ""),
        owner=environment.get("WORKBOOK_OWNER", ""),
        alone=environment.get("WORKBOOK_ALONE", "") == "1",
        kind=environment.get("WORKBOOK_OWNER_KIND", "") or "person",
    )


def drawn(ids: Sequence[str], owner: str) -> str:
    """The one of several exercises that an owner gets: whoever gets the first of one list gets the first of each.

    So a lesson that names two exercises the other way round shows everybody the other one.
    """
    number = int.from_bytes(hashlib.sha256(owner.encode("utf-8", "replace")).digest()[:8], "big")
    return ids[number % len(ids)]

"""What a learner has done, from the home of the answers; and which folder is the learner's own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ..answers import Home, Owner, default_home, open_home
from ..errors import WorkbookError
from ..places import Session, session
from .progress import Answered, Reader, Visits


def own_folder(session: Session) -> Path:
    """The folder for what is kept beside answers (last page, notebook copies): the home, unless that is a database."""
    if session.home and "://" not in session.home:
        return Path(session.home).expanduser().resolve()
    return default_home()


def beside(session: Session, owner: Owner) -> list[Path]:
    """What serving has kept of ``owner`` beside answers: the last page, and the notebooks of the home's only person."""
    folder = own_folder(session)
    kept = [Visits(folder, owner.id).file]
    if not session.owner:
        kept.append(folder / "notebooks")
    return [path for path in kept if path.exists()]


def forget(session: Session, owner: Owner) -> None:
    """Remove it. Raises OSError when that fails."""
    for path in beside(session, owner):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
            if not any(path.parent.iterdir()):
                path.parent.rmdir()


def told(session: Session) -> dict[str, str]:
    """What a kernel is told by the server, never by the page: whom it serves and where things are."""
    home = session.home if "://" in session.home else str(own_folder(session))
    return {
        "WORKBOOK_ROOT": str(session.root.resolve()),
        "WORKBOOK_HOME": home,
        "WORKBOOK_OWNER": owner_of(session).id,
        "WORKBOOK_OWNER_KIND": session.kind,
        "WORKBOOK_ALONE": "1" if session.alone else "",
    }


def mark(environment: Mapping[str, str]) -> str:
    """By which forms of a kernel that was told so keep in the browser what is the owner's."""
    return session(environment, Path(environment["WORKBOOK_ROOT"])).mark


def owner_of(session: Session) -> Owner:
    """The session's owner; in a home of one person who needs no name, that person."""
    return Owner(session.owner, session.kind) if session.owner else open_home(session.home or None).me()


def reader(session: Session, home: Home | None = None) -> Reader:
    """A function that tells what the session's owner has answered so far; a unit is read again only after a save.

    ``home``: the session's home, where it is open already.
    """
    home, owner = home or open_home(session.home or None), owner_of(session)
    kept: dict[str, tuple[int, dict[str, dict[str, str]]]] = {}

    def read() -> Answered:
        found: dict[str, dict[str, str]] = {}
        try:
            for unit in home.units(owner):
                seq = home.seq(owner, unit)
                if unit not in kept or kept[unit][0] != seq:
                    answers = home.load(owner, unit)
                    done = {
                        f"{unit}/{name}": {id: answer.at for id, answer in given.items() if _given(answer.value)}
                        for name, given in answers.exercises.items()
                    }
                    kept[unit] = (seq, done)
                found |= kept[unit][1]
        except WorkbookError:
            # Progress that cannot be read is no reason to show no lesson; the form itself says what is wrong.
            return found
        return found

    return read


def _given(value: object) -> bool:
    """Whether an answer says anything: a worksheet without rows does not."""
    if isinstance(value, dict) and "rows" in value:
        return bool(value["rows"])
    return value not in (None, "", [], {})

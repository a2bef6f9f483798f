"""Serving the course: Voila for one learner or a room, and JupyterLab beside it. The only home of Voila.

Importing this package is cheap; what serves is imported when it is called.
"""

from __future__ import annotations

from typing import Any

from .. import grammars
from ..places import Session

PORT = 8866

grammars.leave_out()


def serve(session: Session, *, port: int = PORT, open_browser: bool = True) -> int:
    """Serve the course at ``session.root`` to one self-paced learner at 127.0.0.1 until Ctrl-C; returns 0.

    The checkout is only read. Raises WorkbookError when the port is taken or the course has not been built.
    """
    from .app import serve as start

    return start(session, port, open_browser=open_browser)


def serve_room(session: Session, **wishes: Any) -> int:
    """Serve the course to a room of participants until Ctrl-C; returns 0. ``wishes``: see ``hosting.Wishes``.

    ``session.home`` is a folder, below which the room is kept, or a database's address. Raises WorkbookError when a
    port is taken, the room is open already, or something that is wished for does not exist.
    """
    from datetime import date

    from .hosting import Wishes, serve

    return serve(session, Wishes(**wishes), date.today())


def rehearse_room(session: Session, *, people: int, keep: bool, **wishes: Any) -> int:
    """Let simulated ``people`` work in a room of its own on this computer and tell what came of it; Ctrl-C ends it.

    The room is called ``<name>-rehearsal`` and deleted at the end, unless ``keep``. Returns 0, or 1 when something
    went wrong. Raises WorkbookError as :func:`serve_room` does, and when such a room was kept before.
    """
    from datetime import date

    from .hosting import Wishes
    from .rehearsal import rehearse

    return rehearse(session, Wishes(**wishes), people, keep=keep, today=date.today())


def delete_room(session: Session, name: str) -> None:
    """Delete a room with everything in it. It cannot be undone. Raises WorkbookError when it is open or unknown."""
    from .hosting import delete

    delete(session, name)


def lab(session: Session, *, port: int = PORT + 1, open_browser: bool = True) -> int:
    """Open copies of the lessons and exercises in JupyterLab; returns its exit code when it ends.

    The copies live in ``notebooks`` in the learner's folder; one that was edited is kept when its source changes.
    Raises WorkbookError when the port is taken or the course has not been built.
    """
    from .lab import lab as start

    return start(session, port, open_browser=open_browser)

"""Where a room is kept between two days: a folder of its name, with its secret and, as a rule, its database."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from ..answers import default_home, safe
from ..errors import WorkbookError
from ..i18n import _


class Place:
    """The room ``name`` below ``home``: a folder, a database's address, or empty for the user's own data folder."""

    def __init__(self, home: str, name: str) -> None:
        if not safe(name):
            raise WorkbookError(
                _("'{name}' cannot name a room: use small letters, digits, '.', '-' and '_'.").format(name=name)
            )
        self.name = name
        database = "://" in home
        above = default_home() if database or not home else Path(home).expanduser().resolve()
        self.folder = above / "rooms" / name
        self.url = home if database else f"sqlite:///{(self.folder / 'room.db').as_posix()}"
        self._lock = FileLock(self.folder / "open")

    def take(self) -> None:
        """Make the folder, readable by this account only, and hold it; raises WorkbookError when a server has it."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise WorkbookError(
                _(
                    "The room '{name}' is open already, in another window. Close it there, or choose another --name."
                ).format(name=self.name)
            ) from None
        except OSError as error:
            raise WorkbookError(
                _("The room's folder {folder} cannot be made: {why}").format(
                    folder=self.folder, why=error.strerror or error
                )
            ) from error

    def free(self) -> None:
        """Let go of it."""
        self._lock.release()

    def secret(self) -> bytes:
        """32 random bytes that no one else knows; made when first asked for."""
        file = self.folder / "secret"
        with contextlib.suppress(FileExistsError):
            made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "w", encoding="ascii") as out:
                out.write(secrets.token_hex(32) + "\n")
                out.flush()
                os.fsync(out.fileno())
        found = bytes.fromhex(file.read_text(encoding="ascii").strip())
        if len(found) != 32:
            raise WorkbookError(_("{file} is broken: move it away; everybody then joins anew.").format(file=file))
        return found

    def delete(self) -> None:
        """Remove the folder and everything in it."""
        self.free()
        shutil.rmtree(self.folder, ignore_errors=True)

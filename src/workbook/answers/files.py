"""Files that survive a power cut, and one clear sentence when the computer says no."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..errors import WorkbookError
from ..i18n import _

_FULL: Final = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN: Final = {errno.EACCES, errno.EPERM, errno.EROFS}


def cannot_write(error: OSError, path: Path) -> WorkbookError:
    """Why nothing was saved at ``path``, in words; what was saved before is untouched."""
    if error.errno in _FULL:
        return WorkbookError(_("Not saved: the disk is full ({path}). Earlier answers are safe.").format(path=path))
    if error.errno in _FORBIDDEN:
        sentence = _("Not saved: no permission to write to {path}. Earlier answers are safe.")
        return WorkbookError(sentence.format(path=path))
    why = error.strerror or str(error)
    return WorkbookError(_("Not saved: {why} ({path}). Earlier answers are safe.").format(why=why, path=path))


def read(path: Path) -> bytes | None:
    """What is in the file, None if there is no file. Raises :class:`WorkbookError`."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return None
    except OSError as error:
        raise WorkbookError(
            _("The answers in {path} cannot be read: {why}.").format(path=path, why=error.strerror or error)
        ) from error


def folders(path: Path) -> list[Path]:
    """The folders in a folder, by name; none if it is not there."""
    try:
        return sorted(inner for inner in path.iterdir() if inner.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise WorkbookError(
            _("The folder {path} cannot be read: {why}.").format(path=path, why=error.strerror or error)
        ) from error


def make(path: Path) -> None:
    """Make a folder that only its owner can read, and the folders above it. Raises OSError."""
    if path.is_dir():
        return
    if path.parent != path:
        make(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    _folder_to_disk(path.parent)


def temp(path: Path) -> Path:
    """The neighbour that is written first. One fixed name: callers hold the lock, and what a killed program left is
    written over instead of piling up."""
    return path.with_name(f".{path.name}.tmp")


def write(path: Path, text: str) -> None:
    """Put ``text`` at ``path`` for good, or leave what was there. Only with the home's lock held."""
    new = temp(path)
    try:
        make(path.parent)
        try:
            # A leftover may belong to a program that is still being killed: a new file, not the same one again.
            new.unlink(missing_ok=True)
            _fill(new, text.encode("utf-8"))
            _replace(new, path)
        except BaseException:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise
        _folder_to_disk(path.parent)
    except OSError as error:
        raise cannot_write(error, path) from error


def _fill(path: Path, data: bytes) -> None:
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        _to_disk(file.fileno())


def _to_disk(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # fsync alone stops at the drive's own memory there
    else:
        os.fsync(descriptor)


def _replace(new: Path, path: Path) -> None:
    # On Windows a file cannot be replaced in the moment another program reads it: a virus scanner, a heartbeat.
    for wait in [0.01] * 50 if sys.platform == "win32" else []:
        try:
            new.replace(path)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    new.replace(path)


def _folder_to_disk(path: Path) -> None:
    if sys.platform == "win32":
        return  # no such thing there; the file system writes its journal itself
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network and FUSE file systems know no fsync for folders.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}:
            raise
    finally:
        os.close(descriptor)


def broken(path: Path) -> list[Path]:
    """The broken files that were set aside beside ``path``, oldest first."""
    found = []
    for beside in path.parent.glob(f"{path.stem}.broken-*{path.suffix}"):
        number = beside.stem.rpartition("-")[2]
        if number.isdigit():
            found.append((int(number), beside))
    return [beside for _number, beside in sorted(found)]


def set_aside(path: Path, data: bytes) -> Path:
    """Keep a broken file's bytes as ``<name>.broken-<n>.json`` beside it; the file itself stays where it is."""
    known = broken(path)
    for beside in known:
        if read(beside) == data:
            return beside
    n = int(known[-1].stem.rpartition("-")[2]) + 1 if known else 1
    beside = path.with_name(f"{path.stem}.broken-{n}{path.suffix}")
    try:
        _fill(beside, data)
        _folder_to_disk(path.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise cannot_write(error, beside) from error
    return beside

"""What several commands share: the course and the answers, questions in the terminal, numbers in arguments."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ..errors import ContentError
from ..i18n import _
from ..places import Session, find_root

PORT = 8866
Run = Callable[[argparse.Namespace], int | None]


class Commands(Protocol):
    """Adds a command: its name, what it runs, and what it is for; returns where its arguments are declared."""

    def __call__(self, name: str, run: Run, help: str) -> argparse.ArgumentParser: ...


def root_here() -> Path:
    """The folder of the course: ``WORKBOOK_ROOT``, or the one around where the command is run."""
    return find_root(os.environ.get("WORKBOOK_ROOT"), Path.cwd())


def session_of(args: argparse.Namespace, *, alone: bool = False) -> Session:
    """Whose answers, of which course and in which home, by arguments and environment."""
    home = getattr(args, "home", None) or os.environ.get("WORKBOOK_HOME", "")
    owner = getattr(args, "owner", None) or os.environ.get("WORKBOOK_OWNER", "")
    return Session(root=root_here(), home=home, owner=owner, alone=alone)


def fresh_build(root: Path) -> None:
    """Keys for feedback after hand-in are derived and not committed: make them, and again after sources changed."""
    from ..release import BUILT, stale

    if stale(root):
        from ..author import build

        print(_("Preparing the course …"), flush=True)
        try:
            build(root)
        except ContentError as error:
            if not (root / BUILT).is_file():
                raise
            print(error, file=sys.stderr)
            print(_("The course is shown as it was last built."), file=sys.stderr)


def asked(question: str) -> str:
    """What is typed after ``question``; nothing where nobody can type."""
    try:
        return input(question)
    except EOFError:
        print()
        return ""


def of_learner(made: argparse.ArgumentParser) -> None:
    """Declare whose answers a command is about."""
    made.add_argument("--home", help=_("folder or database of the answers (default: your own data folder)"))
    made.add_argument("--owner", help=_("whose answers, in a home of many (default: yours)"))


def number_of_days(text: str) -> int:
    """A number of days, as an argument."""
    if not text.isdecimal() or not 0 < int(text) < 3660:
        raise argparse.ArgumentTypeError(_("a number of days, such as 30"))
    return int(text)


def port_number(text: str) -> int:
    """A port, as an argument."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(_("a port is a number from 1 to 65535"))
    return int(text)


@contextmanager
def progress(stopped: str) -> Iterator[Callable[[str, int, int], None]]:
    """Shows how far learners are; on Ctrl-C the command says ``stopped``, which tells what is kept."""
    line = Line()
    try:
        yield line.show
    except KeyboardInterrupt:
        raise KeyboardInterrupt(stopped) from None
    finally:
        line.clear()


class Line:
    """One line on the terminal that says how far it is and how long it will take; nothing where nobody looks on."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()
        self.unit, self.began, self.last = "", 0.0, 0.0

    def show(self, unit: str, done: int, of: int) -> None:
        """Say that ``done`` of ``of`` learners are done."""
        now = time.monotonic()
        if unit != self.unit:
            self.unit, self.began, self.last = unit, now, 0.0
        if not self.shown or not of or (now - self.last < 0.2 and done < of):
            return
        self.last = now
        text = _("{unit}: {done} of {of} learners ({share} %)").format(
            unit=unit, done=done, of=of, share=100 * done // of
        )
        if 0 < done < of:
            left = (now - self.began) * (of - done) / done
            text += ", " + _("about {n} s left").format(n=round(left)) if left < 100 else ""
            text += ", " + _("about {n} min left").format(n=round(left / 60)) if left >= 100 else ""
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self.shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self.shown = False

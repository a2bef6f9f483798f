"""The command ``workbook``: each command reads its arguments and calls one function."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from .. import __version__
from ..errors import ContentError, WorkbookError, near
from ..i18n import _, ngettext
from . import authors, cohort, feedback, learners, marking, rooms, trainers
from .common import Run

GROUPS = (learners, rooms, authors, trainers, cohort, marking, feedback)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 problems found, 2 the command could not be carried out."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a letter is no reason to stop
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    args = parser.parse_args(argv)
    if not hasattr(args, "run"):
        parser.print_help()
        return 2
    try:
        _readable(args)
        result = args.run(args)
        sys.stdout.flush()
        return 0 if result is None else int(result)
    except ContentError as error:
        print(error, file=sys.stderr)
        count = len(error.problems)
        print(ngettext("{n} problem", "{n} problems", count).format(n=count), file=sys.stderr)
        return 1
    except WorkbookError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever was reading, such as `head`, has seen enough
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = error.filename2 or error.filename or _("A file")
        why = error.strerror or error
        print(_("{path} cannot be read or written: {why}.").format(path=where, why=why), file=sys.stderr)
        return 2
    except KeyboardInterrupt as stopped:
        print(stopped if stopped.args else _("Stopped."), file=sys.stderr)
        return 130


def _readable(args: argparse.Namespace) -> None:
    """Refuse names that are not in the terminal's encoding: they would end up in files. Paths may be of any bytes."""
    for name in ("unit", "exercise", "name", "owner", "home"):
        given = getattr(args, name, None)
        if isinstance(given, str) and not given.isprintable():
            raise WorkbookError(_("This cannot be read as text: {given}").format(given=ascii(given)))


class _Parser(argparse.ArgumentParser):
    """Offers the nearest word for a mistyped one."""

    def error(self, message: str) -> NoReturn:
        found = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message)
        if found:
            known = re.findall(r"[\w-]+", found[2])
            text = _("'{word}' is none of these: {known}.").format(word=found[1], known=", ".join(known))
            message = text + near(found[1], known)
        super().error(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="workbook", description=_("The Partnering Workbook."))
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title=_("commands"), metavar=_("command"))

    def command(name: str, run: Run, help: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(run=run)
        return made

    for group in GROUPS:
        group.add(command)
    return parser

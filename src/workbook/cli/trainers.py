"""Commands of trainers: what learners hand in."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from ..errors import WorkbookError
from ..i18n import _
from .common import Commands, root_here


def add(command: Commands) -> None:
    """Declare them."""
    made = command("collect", _collect, _("take learners' files into nbgrader's folder"))
    made.add_argument("sources", nargs="*", help=_("zip files, or folders that hold them"))
    made.add_argument("--room", action="append", default=[], help=_("take what was handed in in this room, too"))
    made.add_argument("--home", help=_("folder or database of the rooms (default: your own data folder)"))


def _collect(args: argparse.Namespace) -> int | None:
    from ..answers.intake import harmless
    from ..cohort.collecting import collect

    if not args.sources and not args.room:
        raise WorkbookError(_("Say what to collect: workbook collect FOLDER, or workbook collect --room NAME"))
    rooms = []
    if args.room:
        from ..cohort.rooms import RoomSource

        home = args.home or os.environ.get("WORKBOOK_HOME", "")
        rooms = [RoomSource(root_here(), home, name) for name in args.room]
    progress = _Progress()
    done = collect([Path(one) for one in args.sources], root_here(), [room.hand_ins() for room in rooms], progress)
    progress.end()
    for room in rooms:
        for remark in room.remarks():
            print(harmless(remark))
        room.close()
    print(done)
    return 0 if done.report.complete else 1


class _Progress:
    """Counts hand-ins on one line of a terminal; says nothing where the output goes to a file."""

    def __init__(self) -> None:
        self.shown = 0.0

    def __call__(self, count: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - self.shown > 0.2:
            self.shown = time.monotonic()
            print("\r" + _("{n} hand-ins …").format(n=count), end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self.shown:
            print(file=sys.stderr)

"""The command of trainers that gives a cohort its feedback."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ..errors import WorkbookError
from ..i18n import _
from .common import Commands, fresh_build, progress, root_here


def add(command: Commands) -> None:
    """Declare it."""
    made = command("feedback", _feedback, _("a page of feedback for each learner and unit"))
    made.add_argument("units", nargs="*", metavar="unit", help=_("such as initiation"))
    made.add_argument("--all", action="store_true", help=_("every unit that somebody has handed in"))
    made.add_argument("--release", action="store_true", help=_("with keys, explanations, model answers and rubrics"))
    made.add_argument("--zip", metavar=_("folder"), help=_("also make a zip of each learner's pages there, to send"))
    made.add_argument("--room", metavar=_("name"), help=_("also put the pages into a room, for each participant alone"))
    made.add_argument("--home", help=_("where the room is kept, as for 'workbook room'"))


def _feedback(args: argparse.Namespace) -> int | None:
    if bool(args.units) == args.all:
        raise WorkbookError(_("Say which units, or --all: workbook feedback building-blocks"))
    from ..cohort.feedback import Wishes, feedback
    from ..cohort.feedback_room import RoomTarget

    root = root_here()
    fresh_build(root)
    home = args.home or os.environ.get("WORKBOOK_HOME", "")
    wishes = Wishes(
        args.release, Path(args.zip) if args.zip else None, RoomTarget(home, args.room) if args.room else None
    )
    with progress(_("Stopped. The pages that were written are whole; run the command again to go on.")) as show:
        reports = feedback(root, args.units, wishes, progress=show)
    if not reports:
        print(_("Nothing was handed in. Take hand-ins in with: workbook collect"))
    for report in reports:
        print("\n".join(report.lines()))
    if any(report.written or report.same for report in reports):
        print(_("The pages are build/feedback/<learner>/<unit>.html."))
    if args.zip:
        print(_("A zip for each learner is in {folder}.").format(folder=args.zip))
    return 1 if any(report.left for report in reports) else 0

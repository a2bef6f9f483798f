"""The command of trainers that marks a cohort."""

from __future__ import annotations

import argparse
from pathlib import Path

from .. import __version__
from ..errors import WorkbookError
from ..i18n import _
from .common import Commands, fresh_build, progress, root_here

ODD = "build/odd.txt"
"""Every remark on every learner, of the last run."""


def add(command: Commands) -> None:
    """Declare it."""
    made = command("mark", _mark, _("mark what was handed in, all learners at once"))
    made.add_argument("units", nargs="*", metavar="unit", help=_("such as initiation"))
    made.add_argument("--all", action="store_true", help=_("every unit that somebody has handed in"))
    made.add_argument("--dry-run", action="store_true", help=_("show whose points would change, and change nothing"))
    made.add_argument("--force", action="store_true", help=_("mark again what has not changed, too"))
    made.add_argument("--jobs", type=_jobs, default=0, help=_("processes that mark (default: one for each processor)"))


def _mark(args: argparse.Namespace) -> int | None:
    if bool(args.units) == args.all:
        raise WorkbookError(_("Say which units to mark, or --all: workbook mark building-blocks"))
    from ..gradebook.bulk import mark

    root = root_here()
    fresh_build(root)
    how = {"jobs": args.jobs, "dry": args.dry_run, "force": args.force, "edition": __version__}
    with progress(_("Stopped. What was marked so far is kept; run the command again to go on.")) as show:
        reports = mark(root, args.units, **how, progress=show)
    if not reports:
        print(_("Nothing was handed in. Take hand-ins in with: workbook collect"))
    for report in reports:
        print("\n".join(report.lines()))
    _keep(root / ODD, [said for report in reports for said in report.all_odd()])
    if args.dry_run and reports:
        print(_("This was a dry run: nothing was changed."))
    return 0 if all(report.complete for report in reports) else 1


def _keep(path: Path, lines: list[str]) -> None:
    """Leave all remarks in a file: the screen names a few learners of each."""
    if lines:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace", newline="\n")
        print(_("Every remark with every name: {path}").format(path=ODD))
    else:
        path.unlink(missing_ok=True)


def _jobs(text: str) -> int:
    """A number of processes, as an argument."""
    if not text.isdecimal() or not 0 < int(text) <= 64:
        raise argparse.ArgumentTypeError(_("a number of processes from 1 to 64"))
    return int(text)

"""Commands of trainers: what learners hand in."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..i18n import _
from .common import Commands, root_here


def add(command: Commands) -> None:
    """Declare them."""
    made = command("collect", _collect, _("take learners' files into nbgrader's folder"))
    made.add_argument("sources", nargs="+", help=_("zip files, or folders that hold them"))


def _collect(args: argparse.Namespace) -> int | None:
    from .. import answers

    report = answers.collect([Path(source) for source in args.sources], root_here())
    print(report)
    return 0 if report.complete else 1

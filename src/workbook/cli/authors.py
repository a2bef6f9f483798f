"""Commands of authors: derived files, mistakes in the content, what is covered, previews, new files."""

from __future__ import annotations

import argparse
import sys

from ..i18n import _, ngettext
from .common import Commands, root_here


def add(command: Commands) -> None:
    """Declare them."""
    made = command("build", _build, _("write all derived files"))
    made.add_argument("--verbose", action="store_true", help=_("list the files that were written"))
    command("check", _check, _("find mistakes in the content"))
    made = command("coverage", _coverage, _("what of the sources is practised where, and what is not yet"))
    made.add_argument("--missing", action="store_true", help=_("only what is not covered"))
    made = command("agenda", _agenda, _("an agenda of the course with its minutes, or all of them"))
    made.add_argument("agenda", nargs="?", help=_("such as workshop-3-days"))
    made = command("preview", _preview, _("one exercise in all its looks"))
    made.add_argument("exercise", help=_("unit/exercise"))
    made.add_argument("--no-browser", action="store_true", help=_("do not open a browser"))
    made = command("new", _new, _("start a unit, lesson, exercise or kind of question"))
    made.add_argument("what", choices=("unit", "lesson", "exercise", "kind"))
    made.add_argument("name", help=_("such as initiation/first-meeting"))
    made.add_argument("--kind", default="single-choice", help=_("for an exercise: its kind of question"))


def _build(args: argparse.Namespace) -> int | None:
    from ..author import build

    built = build(root_here())
    for path in built.touched if args.verbose else ():
        print(path)
    print(
        _("{files} derived files; {touched} written, the others were in step.").format(
            files=built.files, touched=len(built.touched)
        )
    )
    return None


def _check(args: argparse.Namespace) -> int | None:
    from ..author import check, lines

    problems = check(root_here())
    if not problems:
        print(_("No problems."))
        return 0
    print(lines(problems))
    print(ngettext("{n} problem", "{n} problems", len(problems)).format(n=len(problems)), file=sys.stderr)
    return 1


def _coverage(args: argparse.Namespace) -> int | None:
    from ..author import covered

    print("\n".join(covered(root_here(), only_missing=args.missing)))
    return None


def _agenda(args: argparse.Namespace) -> int | None:
    from ..author import agendas, lines

    told, problems = agendas(root_here(), args.agenda or "")
    print("\n".join(told))
    if problems:
        print(lines(problems), file=sys.stderr)
    return 1 if problems else 0


def _preview(args: argparse.Namespace) -> int | None:
    from ..author import preview

    path = preview(root_here(), args.exercise)
    print(_("Open {path} in a browser.").format(path=path))
    if not args.no_browser:
        import webbrowser

        webbrowser.open(path.as_uri())
    return None


def _new(args: argparse.Namespace) -> int | None:
    from ..author import new

    root = root_here()
    made = new(root, args.what, args.name, kind=args.kind)
    for path in made.files:
        print(path.relative_to(root).as_posix())
    print(_("What is left to do:"))
    for number, step in enumerate(made.steps, 1):
        print(f"{number}. {step}")
    return None

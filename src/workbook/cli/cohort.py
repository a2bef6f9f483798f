"""Commands of trainers for a whole cohort: the list of learners, grades as tables."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import WorkbookError
from ..i18n import _
from .common import Commands, asked, root_here


def add(command: Commands) -> None:
    """Declare them."""
    made = command("learners", _learners, _("the list of learners: import, show, export, erase"))
    made.add_argument("what", choices=("import", "add", "remove", "export", "erase", "list"))
    made.add_argument("which", nargs="?", help=_("the file (import, export) or the learner's id (add, remove, erase)"))
    made.add_argument("--skip", action="store_true", help=_("on import: leave out lines with mistakes"))
    for field, help in (
        ("first-name", _("on add: first name")),
        ("last-name", _("on add: last name")),
        ("email", _("on add: e-mail address")),
        ("number", _("on add: the number that your institution or course site has")),
    ):
        made.add_argument(f"--{field}", default="", help=help)
    made.add_argument("--with-hand-ins", action="store_true", help=_("on remove: also with their marks"))
    made.add_argument(
        "--downloads", action="append", default=[], help=_("on erase: delete their zips in this folder, too")
    )
    made.add_argument("--yes", action="store_true", help=_("on erase: do not ask"))

    made = command("export", _export, _("grades as a table, for spreadsheets, Moodle or Canvas"))
    made.add_argument("what", choices=("grades",))
    made.add_argument("file", help=_("the file to write: .csv or .xlsx"))
    made.add_argument("--as", dest="shape", default="", choices=["moodle", "canvas"], help=_("what is to import it"))
    made.add_argument("--units", default="", help=_("only these units, such as welcome,initiation"))


def _learners(args: argparse.Namespace) -> int | None:
    if args.what != "list" and not args.which:
        what = _("which file") if args.what in ("import", "export") else _("which learner, by id")
        raise WorkbookError(_("Say {what}: workbook learners {verb} …").format(what=what, verb=args.what))
    return {
        "import": _import,
        "add": _add,
        "remove": _remove,
        "export": _export_list,
        "erase": _erase,
        "list": _list,
    }[args.what](args)


def _import(args: argparse.Namespace) -> int | None:
    import sys

    from ..cohort import classlist, learners

    found = classlist.read(Path(args.which))
    for remark in found.remarks:
        print(remark)
    if found.problems and args.skip:
        print(*found.problems, sep="\n", file=sys.stderr)
    print(learners.import_list(root_here(), found, skip=args.skip))
    return 1 if found.problems else 0


def _add(args: argparse.Namespace) -> int | None:
    from ..cohort import learners
    from ..gradebook.learners import Listed

    one = Listed(args.which, args.first_name, args.last_name, args.email, args.number)
    print(learners.add(root_here(), one))
    return None


def _remove(args: argparse.Namespace) -> int | None:
    from ..cohort import learners

    learners.remove(root_here(), args.which, with_hand_ins=args.with_hand_ins)
    print(_("'{id}' is no longer in the gradebook.").format(id=args.which))
    return None


def _export_list(args: argparse.Namespace) -> int | None:
    from ..cohort import learners

    print(_("The list of learners is in {path}.").format(path=learners.export_list(root_here(), Path(args.which))))
    return None


def _list(args: argparse.Namespace) -> int | None:
    from ..cohort import learners

    print(learners.table(root_here()))
    return None


def _erase(args: argparse.Namespace) -> int | None:
    from ..cohort import learners

    root = root_here()
    what = learners.erasing(root, args.which, [Path(folder) for folder in args.downloads])
    for path in what.paths:
        print(_("This is deleted: {path}").format(path=path))
    if what.units:
        print(_("Marks are deleted in: {units}").format(units=", ".join(what.units)))
    question = _("Erase everything of '{name}'? It cannot be undone. Type yes: ").format(name=what.name or what.id)
    if not args.yes and asked(question).strip().casefold() != "yes":
        print(_("Nothing was deleted."))
        return 1
    print(learners.erase(root, what))
    return None


def _export(args: argparse.Namespace) -> int | None:
    from ..cohort import export
    from ..cohort.grades import grades

    units = [unit.strip() for unit in args.units.split(",") if unit.strip()]
    found = grades(root_here(), units)
    path = export.export(found, Path(args.file), args.shape)
    print(_("The grades of {n} learners are in {path}.").format(n=len(found.learners), path=path))
    print(_("Points that can be had: {units}. Tests are not counted.").format(units=export.maxima(found)))
    if found.waiting:
        print(_("{n} hand-ins still wait for marks by hand: their points are not final.").format(n=found.waiting))
    return None

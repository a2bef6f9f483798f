"""Commands of learners: the course, their answers, hand-in, paper."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import WorkbookError
from ..i18n import _
from .common import PORT, Commands, asked, fresh_build, of_learner, port_number, session_of


def add(command: Commands) -> None:
    """Declare them."""
    for name, run, help in (
        ("start", _start, _("serve the course for one learner and open the browser")),
        ("lab", _lab, _("open the course in JupyterLab")),
    ):
        made = command(name, run, help)
        of_learner(made)
        number = PORT if name == "start" else PORT + 1
        text = _("port on this computer (default: {port})").format(port=number)
        made.add_argument("--port", type=port_number, default=number, help=text)
        made.add_argument("--no-browser", action="store_true", help=_("do not open a browser"))

    made = command("answers", _answers, _("export, import or delete one learner's answers"))
    made.add_argument("what", choices=("export", "import", "delete"))
    made.add_argument("file", nargs="?", help=_("the file to write or to read"))
    made.add_argument("--newer-wins", action="store_true", help=_("on import: the newer answer wins"))
    made.add_argument("--yes", action="store_true", help=_("on delete: do not ask"))
    of_learner(made)

    made = command("hand-in", _hand_in, _("make the file of a unit's answers that you send to your trainer"))
    made.add_argument("unit", help=_("such as initiation"))
    made.add_argument("--into", default=".", help=_("folder for the file (default: here)"))
    made.add_argument("--name", help=_("the name your trainer knows you by"))
    of_learner(made)

    made = command("paper", _paper, _("an exercise as an A4 form, empty or filled"))
    made.add_argument("exercise", help=_("unit/exercise, or a unit for all its exercises"))
    made.add_argument("--filled", action="store_true", help=_("with your answers"))
    made.add_argument("--into", default=".", help=_("folder for the file (default: here)"))
    of_learner(made)


def _start(args: argparse.Namespace) -> int | None:
    from ..room import serve

    session = session_of(args, alone=True)
    fresh_build(session.root)
    return serve(session, port=args.port, open_browser=not args.no_browser)


def _lab(args: argparse.Namespace) -> int | None:
    from ..room import lab

    session = session_of(args, alone=True)
    fresh_build(session.root)
    return lab(session, port=args.port, open_browser=not args.no_browser)


def _answers(args: argparse.Namespace) -> int | None:
    from ..answers import delete_answers, export_answers, import_answers
    from ..learner import Learner
    from ..room.answered import beside, forget

    session = session_of(args)
    learner = Learner(session)
    name = learner.owner.label or learner.owner.id
    if args.what == "export":
        path = export_answers(learner.home, learner.owner, Path(args.file or "my-answers.json"))
        print(_("Your answers are in {path}.").format(path=path))
    elif args.what == "import":
        if not args.file:
            raise WorkbookError(_("Say which file: workbook answers import FILE"))
        print(import_answers(learner.home, learner.owner, Path(args.file), newer_wins=args.newer_wins))
    else:
        question = _("Delete all answers of '{name}'? Type yes: ").format(name=name)
        for path in beside(session, learner.owner):
            print(_("This is deleted too: {path}").format(path=path))
        if not args.yes and asked(question).strip().casefold() != "yes":
            print(_("Nothing was deleted."))
            return 1
        delete_answers(learner.home, learner.owner)
        forget(session, learner.owner)
        print(_("All answers of '{name}' are deleted.").format(name=name))
    return None


def _hand_in(args: argparse.Namespace) -> int | None:
    from ..learner import Learner

    print(Learner(session_of(args)).hand_in(args.unit, Path(args.into), name=args.name).sentence())
    return None


def _paper(args: argparse.Namespace) -> int | None:
    from ..learner import Learner

    path = Learner(session_of(args)).paper(args.exercise, Path(args.into), filled=args.filled)
    print(_("Open {path} in a browser and print it.").format(path=path))
    return None

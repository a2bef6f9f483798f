"""The command ``workbook``: each command reads its arguments and calls one function."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from . import __version__
from .errors import ContentError, WorkbookError, near
from .i18n import _, ngettext
from .places import Session, find_root

PORT = 8866


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
    except KeyboardInterrupt:
        print(_("Stopped."), file=sys.stderr)
        return 130


def _readable(args: argparse.Namespace) -> None:
    """Refuse names that are not in the terminal's encoding: they would end up in files. Paths may be of any bytes."""
    for name in ("unit", "exercise", "name", "owner", "home"):
        given = getattr(args, name, None)
        if isinstance(given, str) and not given.isprintable():
            raise WorkbookError(_("This cannot be read as text: {given}").format(given=ascii(given)))


def _root() -> Path:
    return find_root(os.environ.get("WORKBOOK_ROOT"), Path.cwd())


def _session(args: argparse.Namespace, *, alone: bool = False) -> Session:
    home = getattr(args, "home", None) or os.environ.get("WORKBOOK_HOME", "")
    owner = getattr(args, "owner", None) or os.environ.get("WORKBOOK_OWNER", "")
    return Session(root=_root(), home=home, owner=owner, alone=alone)


# Learners


def _start(args: argparse.Namespace) -> int | None:
    from .room import serve

    session = _session(args, alone=True)
    _fresh_build(session.root)
    return serve(session, port=args.port, open_browser=not args.no_browser)


def _room(args: argparse.Namespace) -> int | None:
    from .room import delete_room, serve_room

    session = _session(args)
    if args.delete:
        question = _("Delete the room '{name}' with all answers in it? Type yes: ").format(name=args.name)
        if not args.yes and _asked(question).strip().casefold() != "yes":
            print(_("Nothing was deleted."))
            return 1
        delete_room(session, args.name)
        print(_("The room '{name}' and all its data are deleted.").format(name=args.name))
        return None
    _fresh_build(session.root)
    return serve_room(
        session,
        name=args.name,
        units=tuple(unit.strip() for unit in args.units.split(",") if unit.strip()),
        agenda=args.agenda,
        port=args.port,
        status_port=args.status_port,
        host=args.host,
        loopback=args.loopback,
        keeper=args.keeper,
        keep_days=args.keep_days,
        cert=args.cert,
        key=args.key,
        open_browser=not args.no_browser,
    )


def _lab(args: argparse.Namespace) -> int | None:
    from .room import lab

    session = _session(args, alone=True)
    _fresh_build(session.root)
    return lab(session, port=args.port, open_browser=not args.no_browser)


def _fresh_build(root: Path) -> None:
    """Keys for feedback after hand-in are derived and not committed: make them, and again after sources changed."""
    from .release import BUILT, stale

    if stale(root):
        from .author import build

        print(_("Preparing the course …"), flush=True)
        try:
            build(root)
        except ContentError as error:
            if not (root / BUILT).is_file():
                raise
            print(error, file=sys.stderr)
            print(_("The course is shown as it was last built."), file=sys.stderr)


def _answers(args: argparse.Namespace) -> int | None:
    from .answers import delete_answers, export_answers, import_answers
    from .learner import Learner
    from .room.answered import beside, forget

    session = _session(args)
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
        if not args.yes and _asked(question).strip().casefold() != "yes":
            print(_("Nothing was deleted."))
            return 1
        delete_answers(learner.home, learner.owner)
        forget(session, learner.owner)
        print(_("All answers of '{name}' are deleted.").format(name=name))
    return None


def _asked(question: str) -> str:
    """What is typed after ``question``; nothing where nobody can type."""
    try:
        return input(question)
    except EOFError:
        print()
        return ""


def _hand_in(args: argparse.Namespace) -> int | None:
    from .learner import Learner

    print(Learner(_session(args)).hand_in(args.unit, Path(args.into), name=args.name or "").sentence())
    return None


def _paper(args: argparse.Namespace) -> int | None:
    from .learner import Learner

    path = Learner(_session(args)).paper(args.exercise, Path(args.into), filled=args.filled)
    print(_("Open {path} in a browser and print it.").format(path=path))
    return None


# Authors


def _build(args: argparse.Namespace) -> int | None:
    from .author import build

    built = build(_root())
    for path in built.touched if args.verbose else ():
        print(path)
    print(
        _("{files} derived files; {touched} written, the others were in step.").format(
            files=built.files, touched=len(built.touched)
        )
    )
    return None


def _check(args: argparse.Namespace) -> int | None:
    from .author import check, lines

    problems = check(_root())
    if not problems:
        print(_("No problems."))
        return 0
    print(lines(problems))
    print(ngettext("{n} problem", "{n} problems", len(problems)).format(n=len(problems)), file=sys.stderr)
    return 1


def _coverage(args: argparse.Namespace) -> int | None:
    from .author import covered

    print("\n".join(covered(_root(), only_missing=args.missing)))
    return None


def _agenda(args: argparse.Namespace) -> int | None:
    from .author import agendas, lines

    told, problems = agendas(_root(), args.agenda or "")
    print("\n".join(told))
    if problems:
        print(lines(problems), file=sys.stderr)
    return 1 if problems else 0


def _preview(args: argparse.Namespace) -> int | None:
    from .author import preview

    path = preview(_root(), args.exercise)
    print(_("Open {path} in a browser.").format(path=path))
    if not args.no_browser:
        import webbrowser

        webbrowser.open(path.as_uri())
    return None


def _new(args: argparse.Namespace) -> int | None:
    from .author import new

    root = _root()
    made = new(root, args.what, args.name, kind=args.kind)
    for path in made.files:
        print(path.relative_to(root).as_posix())
    print(_("What is left to do:"))
    for number, step in enumerate(made.steps, 1):
        print(f"{number}. {step}")
    return None


# Trainers


def _collect(args: argparse.Namespace) -> int | None:
    from . import answers

    report = answers.collect([Path(source) for source in args.sources], _root())
    print(report)
    return 0 if report.complete else 1


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

    def command(name: str, run: Callable[[argparse.Namespace], int | None], help: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(run=run)
        return made

    def learner(made: argparse.ArgumentParser) -> None:
        made.add_argument("--home", help=_("folder or database of the answers (default: your own data folder)"))
        made.add_argument("--owner", help=_("whose answers, in a home of many (default: yours)"))

    for name, run, help in (
        ("start", _start, _("serve the course for one learner and open the browser")),
        ("lab", _lab, _("open the course in JupyterLab")),
    ):
        made = command(name, run, help)
        learner(made)
        port = PORT if name == "start" else PORT + 1
        text = _("port on this computer (default: {port})").format(port=port)
        made.add_argument("--port", type=_port, default=port, help=text)
        made.add_argument("--no-browser", action="store_true", help=_("do not open a browser"))

    made = command("room", _room, _("open a room: the course for many participants in one network"))
    made.add_argument("--name", default="room", help=_("name of the room, to open it again later (default: room)"))
    chosen = made.add_mutually_exclusive_group()
    chosen.add_argument("--units", default="", help=_("the units that are open at first, such as welcome,initiation"))
    chosen.add_argument("--agenda", default="", help=_("open the units of an agenda, such as workshop-3-days"))
    made.add_argument(
        "--port", type=_port, default=PORT, help=_("port for participants (default: {port})").format(port=PORT)
    )
    made.add_argument("--status-port", type=_port, default=PORT + 2, help=_("port of your own status page"))
    where = made.add_mutually_exclusive_group()
    where.add_argument("--host", default="", help=_("address or name of this computer that participants are told"))
    where.add_argument("--loopback", action="store_true", help=_("on this computer only, to rehearse"))
    made.add_argument("--home", help=_("folder for rooms, or a database such as postgresql://…"))
    made.add_argument("--keeper", default="", help=_("who keeps the data, as participants are told"))
    made.add_argument("--keep-days", type=_days, default=0, help=_("for how many days from today (default: 30)"))
    made.add_argument("--cert", default="", help=_("certificate file, for https"))
    made.add_argument("--key", default="", help=_("key file of the certificate"))
    made.add_argument("--no-browser", action="store_true", help=_("do not open a browser"))
    made.add_argument("--delete", action="store_true", help=_("delete the room with all answers in it"))
    made.add_argument("--yes", action="store_true", help=_("on delete: do not ask"))

    made = command("answers", _answers, _("export, import or delete one learner's answers"))
    made.add_argument("what", choices=("export", "import", "delete"))
    made.add_argument("file", nargs="?", help=_("the file to write or to read"))
    made.add_argument("--newer-wins", action="store_true", help=_("on import: the newer answer wins"))
    made.add_argument("--yes", action="store_true", help=_("on delete: do not ask"))
    learner(made)

    made = command("hand-in", _hand_in, _("make the file of a unit's answers that you send to your trainer"))
    made.add_argument("unit", help=_("such as initiation"))
    made.add_argument("--into", default=".", help=_("folder for the file (default: here)"))
    made.add_argument("--name", help=_("the name your trainer knows you by"))
    learner(made)

    made = command("paper", _paper, _("an exercise as an A4 form, empty or filled"))
    made.add_argument("exercise", help=_("unit/exercise, or a unit for all its exercises"))
    made.add_argument("--filled", action="store_true", help=_("with your answers"))
    made.add_argument("--into", default=".", help=_("folder for the file (default: here)"))
    learner(made)

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

    made = command("collect", _collect, _("take learners' files into nbgrader's folder"))
    made.add_argument("sources", nargs="+", help=_("zip files, or folders that hold them"))
    return parser


def _days(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 3660:
        raise argparse.ArgumentTypeError(_("a number of days, such as 30"))
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(_("a port is a number from 1 to 65535"))
    return int(text)

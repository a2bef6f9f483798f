"""The command of facilitators: a room for many participants in one network."""

from __future__ import annotations

import argparse

from ..errors import WorkbookError
from ..i18n import _
from .common import PORT, Commands, asked, fresh_build, number_of_days, port_number, session_of

PEOPLE = 40
MOST_PEOPLE = 200
"""Participants of a rehearsal, unless said otherwise, and at most: their own processes need the computer too."""


def add(command: Commands) -> None:
    """Declare it."""
    made = command("room", _room, _("open a room: the course for many participants in one network"))
    made.add_argument(
        "what", nargs="?", choices=["rehearse"], help=_("try it with simulated participants, on this computer only")
    )
    made.add_argument("--name", default="room", help=_("name of the room, to open it again later (default: room)"))
    chosen = made.add_mutually_exclusive_group()
    chosen.add_argument("--units", default="", help=_("the units that are open at first, such as welcome,initiation"))
    chosen.add_argument("--agenda", default="", help=_("open the units of an agenda, such as workshop-3-days"))
    made.add_argument(
        "--port", type=port_number, default=PORT, help=_("port for participants (default: {port})").format(port=PORT)
    )
    made.add_argument("--status-port", type=port_number, default=PORT + 2, help=_("port of your own status page"))
    where = made.add_mutually_exclusive_group()
    where.add_argument("--host", default="", help=_("address or name of this computer that participants are told"))
    where.add_argument("--loopback", action="store_true", help=_("on this computer only, to rehearse"))
    made.add_argument("--home", help=_("folder for rooms, or a database such as postgresql://…"))
    made.add_argument("--keeper", default="", help=_("who keeps the data, as participants are told"))
    made.add_argument(
        "--keep-days", type=number_of_days, default=0, help=_("for how many days from today (default: 30)")
    )
    made.add_argument("--cert", default="", help=_("certificate file, for https"))
    made.add_argument("--key", default="", help=_("key file of the certificate"))
    made.add_argument("--no-browser", action="store_true", help=_("do not open a browser"))
    made.add_argument("--delete", action="store_true", help=_("delete the room with all answers in it"))
    made.add_argument("--people", type=number_of_people, help=_("on rehearse: how many participants (default: 40)"))
    made.add_argument("--keep", action="store_true", help=_("on rehearse: keep the room and what was typed in it"))
    made.add_argument("--yes", action="store_true", help=_("on delete: do not ask"))


def number_of_people(text: str) -> int:
    """A number of participants, as an argument."""
    if not text.isdecimal() or not 0 < int(text) <= MOST_PEOPLE:
        raise argparse.ArgumentTypeError(_("a number of people from 1 to {most}").format(most=MOST_PEOPLE))
    return int(text)


def _room(args: argparse.Namespace) -> int | None:
    from ..room import delete_room, rehearse_room, serve_room

    rehearse = args.what == "rehearse"
    if not rehearse and (args.people or args.keep):
        raise WorkbookError(_("--people and --keep belong to a rehearsal: workbook room rehearse --people 40"))
    if rehearse and (args.delete or args.host or args.cert):
        raise WorkbookError(_("A rehearsal is on this computer only: leave out --delete, --host and --cert."))
    session = session_of(args)
    if args.delete:
        question = _("Delete the room '{name}' with all answers in it? Type yes: ").format(name=args.name)
        if not args.yes and asked(question).strip().casefold() != "yes":
            print(_("Nothing was deleted."))
            return 1
        delete_room(session, args.name)
        print(_("The room '{name}' and all its data are deleted.").format(name=args.name))
        return None
    fresh_build(session.root)
    wishes = {
        "name": args.name,
        "units": tuple(unit.strip() for unit in args.units.split(",") if unit.strip()),
        "agenda": args.agenda,
        "port": args.port,
        "status_port": args.status_port,
        "host": args.host,
        "loopback": args.loopback,
        "keeper": args.keeper,
        "keep_days": args.keep_days,
        "cert": args.cert,
        "key": args.key,
        "open_browser": not args.no_browser,
    }
    if rehearse:
        return rehearse_room(session, people=args.people or PEOPLE, keep=args.keep, **wishes)
    return serve_room(session, **wishes)

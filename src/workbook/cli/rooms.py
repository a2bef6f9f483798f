"""The command of facilitators: a room for many participants in one network."""

from __future__ import annotations

import argparse

from ..i18n import _
from .common import PORT, Commands, asked, fresh_build, number_of_days, port_number, session_of


def add(command: Commands) -> None:
    """Declare it."""
    made = command("room", _room, _("open a room: the course for many participants in one network"))
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
    made.add_argument("--yes", action="store_true", help=_("on delete: do not ask"))


def _room(args: argparse.Namespace) -> int | None:
    from ..room import delete_room, serve_room

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

"""A room: one server for many participants, and beside it the facilitator's pages on this computer only."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import ssl
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tornado.httpserver import HTTPServer

from ..answers.participants import Roll
from ..answers.participants import Room as About
from ..errors import WorkbookError, near
from ..i18n import _
from ..places import Session
from . import codes, forks, handlers, join, kernels, network, outline, pages, ports, qr
from .app import Room, open_in_browser
from .desk import Desk, derived
from .desk_doors import application
from .everybody import Everybody, RoomIdentity
from .kept import Place
from .limits import LARGEST, Waits
from .people import People
from .returned import Returned

DAYS: Final = 30
"""Days for which a room's data are kept, unless the facilitator says otherwise."""
PAGES: Final = 6
"""Most pages with forms of one participant at a time."""


@dataclass(frozen=True)
class Wishes:
    """What the facilitator asked for. ``units`` are ids, ``agenda`` the id of one; without either all units are open.

    ``host``: the address or name that participants are told; ``keep_days`` 0: thirty days, or as it was.
    """

    name: str = "room"
    units: tuple[str, ...] = ()
    agenda: str = ""
    port: int = 8866
    status_port: int = 8868
    host: str = ""
    loopback: bool = False
    keeper: str = ""
    keep_days: int = 0
    cert: str = ""
    key: str = ""
    open_browser: bool = True


class Hosted(Room):
    """The server of a room."""

    def __init__(self, session: Session, place: Place, about: About, roll: Roll, wishes: Wishes) -> None:
        work = place.folder / "work"
        work.mkdir(exist_ok=True)
        self.place, self.about, self.roll, self.wishes = place, about, roll, wishes
        self.secret = place.secret()
        super().__init__(session, work, identity_provider_class=RoomIdentity)
        self.cookie_secret = derived(self.secret, "cookies").encode()
        self.desk_socket: socket.socket | None = None
        self.tls: ssl.SSLContext | None = None
        self.link = ""
        self.hints: tuple[str, ...] = ()
        self.desk: Desk | None = None

    def init_settings(self) -> dict[str, Any]:
        settings = super().init_settings()
        settings |= {
            # participants come by this computer's address; a cookie that belongs to that address tells who they are
            "allow_remote_access": True,
            "allow_unauthenticated_access": True,  # every door asks by itself, also those that let everybody in
            "login_url": f"{self.base_url}join",
            "xsrf_cookie_kwargs": {"samesite": "Lax"},
            "waits": Waits(),
            "returned": Returned(self.place.folder),
            "guarded": True,
        }
        return settings

    def _people(self, site: pages.Site) -> People:
        key = bytes.fromhex(derived(self.secret, "return codes"))
        return Everybody(self.roll, self.about, key, self.course_root, self.place.url, site)

    def _kernels(self) -> kernels.Kernels:
        server = None
        if forks.possible():
            path = Path(self.connection_dir) / "forks"
            self.kernel_spec_manager.forks = str(path)
            server = forks.ForkServer(path, self.course_root, self._environment())
        return kernels.Kernels(self.kernel_manager, str(self.folder), server=server, most=PAGES)

    def _environment(self) -> dict[str, str]:
        """What the process that forks kernels is told; each kernel is told its owner besides."""
        told = {"WORKBOOK_ROOT": str(self.course_root), "WORKBOOK_HOME": self.place.url, "WORKBOOK_OWNER": ""}
        return {**os.environ, **told}

    def init_handlers(self) -> list[tuple[Any, ...]]:
        return [*join.handlers(self.base_url), *handlers.handlers(self.base_url)]

    def _listen(self, sock: socket.socket) -> list[HTTPServer]:
        assert self.desk_socket is not None
        settings = self.app.settings
        self.desk = Desk(
            settings["people"],
            settings["frontend"],
            self.secret,
            self.desk_socket.getsockname()[1],
            self.link,
            self.hints,
            settings["kernels"],
            settings["waits"],
            self.stop_serving,
        )
        self.desk.begin()
        participants = HTTPServer(self.app, ssl_options=self.tls, max_body_size=LARGEST)
        participants.add_socket(sock)
        facilitator = HTTPServer(application(self.desk), max_body_size=LARGEST)
        facilitator.add_socket(self.desk_socket)
        return [participants, facilitator]


def open_units(root: Path, wishes: Wishes) -> tuple[str, ...] | None:
    """The units that are to be open at first, in the order of the course; None for all. Raises WorkbookError."""
    course = json.loads((root / "course" / "course.json").read_text(encoding="utf-8"))
    known = [unit["id"] for unit in course["units"]]
    wanted = set(wishes.units)
    for unit in wishes.units:
        if unit not in known:
            raise WorkbookError(_("There is no unit '{unit}'.").format(unit=unit) + near(unit, known))
    if wishes.agenda:
        agendas = {agenda["id"]: agenda for agenda in course.get("agendas", ())}
        if wishes.agenda not in agendas:
            text = _("There is no agenda '{agenda}'.").format(agenda=wishes.agenda)
            raise WorkbookError(text + near(wishes.agenda, agendas))
        for block in agendas[wishes.agenda]["blocks"]:
            wanted |= {id.split("/")[0] for id in (*block.get("lessons", ()), *block.get("exercises", ()))}
    return tuple(unit for unit in known if unit in wanted) if wanted else None


def resumed(roll: Roll, root: Path, wishes: Wishes, today: date) -> tuple[About, bool]:
    """The room as it was left, and whether it is new. Raises WorkbookError.

    Units that were opened or closed by hand stay so: after a power cut the same command is typed again.
    """
    found, at_first = roll.room(), open_units(root, wishes)
    until = (today + timedelta(days=wishes.keep_days or DAYS)).isoformat()
    if found is None:
        about = About(roll.name, codes.new(codes.ROOM), until, wishes.keeper, open=at_first)
        return roll.keep(about), True
    if found.until < today.isoformat() and not wishes.keep_days:
        raise WorkbookError(
            _(
                "Participants were told that the data of the room '{name}' are deleted on {until}. Delete them by "
                "'workbook room --name {name} --delete', or agree on more time with them and give --keep-days."
            ).format(name=roll.name, until=found.until)
        )
    about = dataclasses.replace(
        found,
        until=until if wishes.keep_days else found.until,
        keeper=wishes.keeper or found.keeper,
    )
    return (roll.keep(about) if about != found else found), False


def certificate(wishes: Wishes) -> ssl.SSLContext | None:
    """What TLS needs, when a certificate was given. Raises WorkbookError."""
    if not wishes.cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(wishes.cert, wishes.key or None)
    except (OSError, ssl.SSLError) as error:
        raise WorkbookError(_("The certificate cannot be used: {why}").format(why=error)) from error
    return context


def told_address(wishes: Wishes, found: network.Found) -> tuple[str, str]:
    """The address or name that participants are told, and the address to listen at."""
    if wishes.loopback or (not wishes.host and not found.addresses):
        return wishes.host or ports.HOST, ports.HOST
    if wishes.host in found.addresses:
        return wishes.host, wishes.host
    return wishes.host or found.addresses[0], "0.0.0.0"


def say(room: Hosted, new: bool, link: str, everybody: int) -> None:
    """Tell the facilitator in the terminal how people come in."""
    about = room.about
    desk = room.desk
    assert desk is not None
    words = _("The room '{name}' is open.") if new else _("The room '{name}' is open again, with {n} participants.")
    print(words.format(name=about.name, n=everybody))
    print(_("Participants go to {link} and type the code {code}").format(link=link, code=codes.shown(about.code)))
    print(qr.letters(desk.invitation, sys.stdout.encoding or "ascii"))
    for hint in room.hints:
        print(f"- {hint}")
    status = f"http://{ports.HOST}:{desk.port}/#{desk.key}"
    print(_("Status page and page for the projector, on this computer only: {url}").format(url=status))
    stop = (
        _("To stop, press Ctrl-C here.")
        if desk.delete
        else _("To stop, press Ctrl-C here. The same command opens the room again.")
    )
    print(stop, flush=True)
    if room.wishes.open_browser:
        open_in_browser(status)


def serve(session: Session, wishes: Wishes, today: date, begin: Callable[[Hosted], None] = lambda room: None) -> int:
    """See :func:`workbook.room.serve_room`. ``begin`` is called in the event loop once the room is open."""
    outline.load(session.root)  # says what is wrong before anything starts
    tls = certificate(wishes)
    place = Place(session.home, wishes.name)
    place.take()
    sockets: list[socket.socket] = []
    roll = Roll(place.url, wishes.name)
    try:
        about, new = resumed(roll, session.root, wishes, today)
        found = network.Found((), ()) if wishes.loopback else network.look(wishes.port)
        host, listen = told_address(wishes, found)
        sockets += [ports.take(wishes.port, listen), ports.take(wishes.status_port)]
        room = Hosted(dataclasses.replace(session, home=place.url), place, about, roll, wishes)
        room.desk_socket, room.tls, room.hints = sockets[1], tls, found.hints
        room.link = f"{'https' if tls else 'http'}://{host}:{sockets[0].getsockname()[1]}/"
        people = len(roll.people())

        def ready() -> None:
            begin(room)  # may mean to delete the room
            say(room, new, room.link, people)

        room.ready = ready
        room.serve(sockets[0])
        if room.desk is not None and room.desk.delete:
            erase(place, roll)
            print(_("The room '{name}' and all its data are deleted.").format(name=wishes.name), flush=True)
        else:
            print(_("Stopped. Everything of the room is kept in {place}").format(place=place.folder), flush=True)
    finally:
        for sock in sockets:
            sock.close()
        roll.home.close()
        place.free()
    return 0


def erase(place: Place, roll: Roll) -> None:
    """Delete a room: its people, their answers, its secret."""
    roll.forget()
    roll.home.close()
    place.delete()
    if place.folder.exists():  # Windows keeps a file that somebody reads
        shutil.rmtree(place.folder, ignore_errors=True)


def known(place: Place) -> Sequence[str]:
    """The names of the rooms that are kept beside this one."""
    above = place.folder.parent
    return sorted(one.name for one in above.iterdir() if (one / "secret").is_file()) if above.is_dir() else []


def delete(session: Session, name: str) -> None:
    """See :func:`workbook.room.delete_room`."""
    place = Place(session.home, name)
    if name not in known(place):
        text = _("There is no room '{name}'.").format(name=name)
        raise WorkbookError(text + near(name, known(place)))
    place.take()
    roll = Roll(place.url, name)
    erase(place, roll)

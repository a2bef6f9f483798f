"""The facilitator's pages, on a door of their own that listens on this computer only: status, and the wall's page."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from tornado.web import Application, HTTPError, RequestHandler

from ..i18n import _, ngettext
from . import codes, gather, pages, qr
from .desk import Desk, derived
from .join import sectors

log = logging.getLogger("workbook.room")
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def application(desk: Desk) -> Application:
    """The doors of the facilitator's pages."""
    given = {"desk": desk}
    return Application(
        [
            (r"/", StatusHandler, given),
            (r"/enter", EnterHandler, given),
            (r"/live", LiveHandler, given),
            (r"/act", ActHandler, given),
            (r"/wall", WallHandler, given),
            (r"/hand-ins\.zip", ExportHandler, given),
            (r"/static/([0-9a-f]+)/(.+)", FileHandler, given),
        ],
        cookie_secret=derived(desk.secret, "desk cookie"),
        xsrf_cookies=True,
        xsrf_cookie_name="_workbook_desk",
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
        log_function=lambda handler: None,
        default_handler_class=NothingHandler,
        default_handler_args=given,
    )


class DeskHandler(RequestHandler):  # type: ignore[misc]
    """A door for the facilitator: asked for by this computer's own names, from pages of its own, with its cookie."""

    open = False

    def initialize(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def cookie(self) -> str:
        return f"workbook-desk-{self.desk.everybody.about.name}"

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", POLICY)

    def prepare(self) -> None:
        own = {f"127.0.0.1:{self.desk.port}", f"localhost:{self.desk.port}"}
        if self.request.host not in own:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        origin = self.request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in own:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        if not self.open and not self.known():
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def known(self) -> bool:
        """Whether this browser has shown the key."""
        return bool(self.get_signed_cookie(self.cookie, max_age_days=30))

    def show(self, template: str, **given: Any) -> None:
        """Answer with a page."""
        everybody = self.desk.everybody
        shared = {
            "about": everybody.about,
            "code": codes.shown(everybody.about.code),
            "link": self.desk.link,
            "keeper": everybody.about.keeper or _("The organiser"),
            "sectors": sectors(),
            "xsrf": self.xsrf_token.decode(),
        }
        site = dataclasses.replace(everybody.site, base_url="/", me="")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(pages.render(template, site, **{**shared, **given}))

    def write_error(self, status_code: int, **given: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(_("This is for the facilitator, by the address in the terminal.") + "\n")

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if getattr(value, "status_code", 500) >= 500:
            log.error("%s %s", self.request.method, self.request.path, exc_info=(typ, value, tb))


class NothingHandler(DeskHandler):
    """Every other address."""

    open = True

    def prepare(self) -> None:
        raise HTTPError(HTTPStatus.NOT_FOUND)


class EnterHandler(DeskHandler):
    """Takes the key and gives a cookie."""

    open = True

    def post(self) -> None:
        if not codes.same(self.get_body_argument("key", ""), self.desk.key):
            self.set_status(HTTPStatus.FORBIDDEN)
            self.show("desk_door.html.j2", wrong=True)
            return
        self.set_signed_cookie(self.cookie, "yes", expires_days=30, httponly=True, samesite="Strict")
        self.redirect("/", status=303)


class StatusHandler(DeskHandler):
    """Who is in, and what the facilitator can do."""

    open = True

    async def get(self) -> None:
        if not self.known():
            self.show("desk_door.html.j2", wrong=False)
            return
        notes, self.desk.notes = self.desk.notes, []
        self.show("desk.html.j2", state=await self.desk.state(), notes=notes, hints=self.desk.hints)


class LiveHandler(DeskHandler):
    """The part of the status page that changes."""

    async def get(self) -> None:
        self.show("desk_live.html.j2", state=await self.desk.state())


class WallHandler(DeskHandler):
    """The page for the projector."""

    def get(self) -> None:
        self.show("wall.html.j2", drawing=qr.drawing(self.desk.invitation))


class ExportHandler(DeskHandler):
    """All hand-ins as one file."""

    async def get(self) -> None:
        everybody = self.desk.everybody
        data = await asyncio.to_thread(gather.export, everybody, list(everybody.known.values()))
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="{everybody.about.name}-hand-ins.zip"')
        self.finish(data)


class ActHandler(DeskHandler):
    """Everything that the facilitator can do; what came of it is said on the status page."""

    async def post(self) -> None:
        desk, everybody = self.desk, self.desk.everybody
        act, about = self.get_body_argument("act", ""), everybody.about
        units = [unit.id for unit in everybody.site.course.units]
        unit = self.get_body_argument("unit", "")
        if act in ("open", "close") and unit in units:
            now = {id for id in units if about.shows(id)}
            now = now | {unit} if act == "open" else now - {unit}
            await everybody.set_about(dataclasses.replace(about, open=tuple(id for id in units if id in now)))
            if act == "close":
                await desk.kernels.end_unit(unit)
        elif act == "hand-in":
            done = await asyncio.to_thread(gather.hand_in, everybody, list(everybody.known.values()))
            words = ngettext("{n} hand-in of {people} people.", "{n} hand-ins of {people} people.", done.hand_ins)
            desk.notes += [words.format(n=done.hand_ins, people=done.people), *done.problems]
        elif act == "room-code":
            await everybody.set_about(dataclasses.replace(about, code=codes.new(codes.ROOM)))
            desk.notes.append(_("The room has a new code. Show the page for the projector again."))
        elif act == "clear":
            online = desk.kernels.online()
            idle = [one.id for one in everybody.known.values() if everybody.away(one) and one.owner not in online]
            gone = await everybody.clear(idle)
            desk.notes.append(ngettext("{n} name is removed.", "{n} names are removed.", gone).format(n=gone))
        elif act == "return-code" and (one := everybody.known.get(self.get_body_argument("id", ""))):
            code = codes.shown(await everybody.new_code(one))
            desk.notes.append(_("New return code of {name}: {code}").format(name=one.name, code=code))
        elif act == "stop" or (act == "delete" and self.get_body_argument("sure", "").strip() == about.name):
            desk.delete = act == "delete"
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            await self.finish(_("The room is closed. You can close this window.") + "\n")
            desk.stop()
            return
        elif act == "delete":
            desk.notes.append(_("Nothing was deleted: the name does not fit."))
        self.redirect("/", status=303)


class FileHandler(DeskHandler):
    """Style and script of these pages."""

    open = True

    async def get(self, version: str, path: str) -> None:
        sent = self.desk.frontend.find(path) if path.startswith("own/") else None
        if sent is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", sent.type)
        if sent.encoded:
            self.set_header("Content-Encoding", "gzip")
        self.finish(sent.body)

"""What all doors share: security headers, and errors as pages that people can read."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from ..i18n import _
from . import limits, pages
from .outline import Leaf
from .people import Person

log = logging.getLogger("workbook.room")

# Nothing from any other host, whatever a lesson or a widget asks for, and no script inside a page: text that got into
# one unescaped would do nothing. A widget that is made while a page is open brings its script as text, hence the blob.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' {socket}",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


def message(status: int) -> tuple[str, str]:
    """Title and advice for an error."""
    if status == HTTPStatus.NOT_FOUND:
        return _("This page does not exist"), _("The address may be mistyped, or the lesson has moved.")
    if status == HTTPStatus.FORBIDDEN:
        return _("This is not open to you"), _("Open the course by the address that was shown when it started.")
    if status == HTTPStatus.BAD_REQUEST:
        return _("This could not be read"), _("Go back and try it with less at once. What you saved before is kept.")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return _("This cannot be done here"), _("Go back to the course and try from there.")
    return (
        _("Something went wrong on our side"),
        _("Your saved answers are safe. Reload the page; if it happens again, stop the course and start it anew."),
    )


class Explained(HTTPError):  # type: ignore[misc]
    """A refusal with words of its own: a title and what to do."""

    def __init__(self, status: int, title: str, advice: str) -> None:
        super().__init__(status)
        self.words = (title, advice)


class Base(JupyterHandler):  # type: ignore[misc]
    """A door of the course. It opens to those whom the server knows, unless it is ``for_all``."""

    for_all = False

    @property
    def person(self) -> Person:
        """Whom this request serves."""
        found: Person | None = self.settings["people"].of(self)
        if found is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        return found

    async def spare_memory(self) -> None:
        """In a room, make sure that there is memory for one more. Raises :class:`Explained`."""
        if not self.settings.get("guarded") or not limits.short_of_memory():
            return
        await self.settings["kernels"].end_left()
        if limits.short_of_memory():
            log.warning("Memory runs short: a participant was asked to wait.")
            advice = _(
                "The computer that leads this room has no memory left for one more page. Everything that was saved is "
                "kept, and pages that are open go on. Close pages that you do not need, and try again in a minute, or "
                "use the simple pages: their link stands at the end of the start page."
            )
            raise Explained(HTTPStatus.SERVICE_UNAVAILABLE, _("The room is full just now"), advice)

    def opened(self, path: str) -> Leaf:
        """The lesson ``unit/lesson``, if there is one that is open to this person."""
        leaf = self.person.site.course.find(path)
        if leaf is None and self.settings["site"].course.find(path):
            advice = _("Your facilitator opens it when it is time. What you saved in it is kept.")
            raise Explained(HTTPStatus.FORBIDDEN, _("This unit is not open now"), advice)
        if leaf is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return leaf

    async def prepare(self, **given: Any) -> None:
        await super().prepare(**given)
        if self.for_all or self._finished or self.settings["people"].of(self) is not None:
            return
        if self.request.method in {"GET", "HEAD"} and "text/html" in self.request.headers.get("Accept", ""):
            self.redirect(self.settings["login_url"])
        else:
            raise HTTPError(HTTPStatus.FORBIDDEN)

    @property
    def content_security_policy(self) -> str:
        # older Safari does not count the WebSocket as 'self'
        return POLICY.format(socket=f"ws://{self.request.host} wss://{self.request.host}")

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.clear_header("Server")

    def page(self, html: str) -> None:
        """Answer with a page; pages are always asked for anew, since progress changes."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.write(html)

    def write_error(self, status_code: int, **given: Any) -> None:
        self.clear_header("Content-Encoding")
        error = given.get("exc_info", (None, None, None))[1]
        title, advice = error.words if isinstance(error, Explained) else message(status_code)
        accepts = self.request.headers.get("Accept", "")
        if "text/html" in accepts or "*/*" in accepts or not accepts:
            again = self.request.path if isinstance(error, Explained) and self.request.method == "GET" else ""
            self.page(pages.error(self.settings["site"], status_code, title, advice, again=again))
            self.finish()
        else:
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"message": title}))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if getattr(value, "status_code", 500) >= 500 and not isinstance(value, Explained):
            log.error("%s %s", self.request.method, self.request.path, exc_info=(typ, value, tb))

"""The doors for browsers without script and networks without WebSockets: lessons as plain pages, and no kernel.

What is sent is stored by the same rules, in the same home and for the same owner as what a form with script sends.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from tornado.web import HTTPError

from .. import page
from ..answers import handin
from ..i18n import _
from ..learner import HAND_INS
from ..learner.standings import handed_in
from ..learner.work import learner
from ..places import session
from . import pages, progress
from .lessons import NAME, read
from .outline import Leaf, Outline
from .page_handler import Base, Explained
from .plain_draw import CHECKED, Desk, Look
from .plain_parts import Part, address, fitted, parts
from .plain_posted import take

EXERCISE = "-exercise"
"""A hidden field: the exercise that the page showed."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class Plain(Base):
    """What the doors share: pages that run nothing at all."""

    @property
    def content_security_policy(self) -> str:
        return POLICY


class OverviewHandler(Plain):
    """Units that are open, lessons and the own progress."""

    async def get(self) -> None:
        person = self.person
        counts = progress.counts(person.site.course, await asyncio.to_thread(person.answered))
        resume = progress.resume(person.site.course, await asyncio.to_thread(person.answered), person.visits.last())
        opened = pages.unfolded(person.site.course, resume)
        told = {"counts": counts, "resume": resume, "opened": opened, "address": address}
        self.page(pages.render("plain_home.html.j2", person.site, **told))


class LessonHandler(Plain):
    """One part of a lesson, with its exercise as a plain form."""

    async def get(self, unit: str, name: str, n: str | None = None) -> None:
        leaf, all, at = self._find(unit, name, n)
        if self.get_query_argument("file", ""):
            await self._file(all[at])
            return
        self.person.visits.note(leaf.path)
        look = Look(
            saved=bool(self.get_query_argument("saved", "")),
            checks=tuple(self.get_query_arguments("check")[:100]),
            rows=tuple(self.get_query_arguments("rows")[:100]),
        )
        await self._show(leaf, all, at, look)

    async def post(self, unit: str, name: str, n: str | None = None) -> None:
        leaf, all, at = self._find(unit, name, n)
        form = all[at].form
        sent = {name: [_text(v) for v in values] for name, values in self.request.body_arguments.items()}
        act, _colon, question = "".join(sent.get(page.ACT, [])[:1]).partition(":")
        if form is None or "".join(sent.get(EXERCISE, [])) != self._showing(all[at]):
            title = _("This page was changed while you had it open")
            raise Explained(409, title, _("Go back, copy what you typed, and load the page again."))
        desk = self._desk(leaf, all, at)
        if form.name == "hand_in":
            typed = "".join(sent.get("name", [])[:1])
            done = await asyncio.to_thread(handed_in, desk.learner, form.given[0], typed, sure=act == "sure")
            if done:
                self.redirect(f"{desk.action}?saved=1#hand-in-title", status=303)
            else:
                await self._show(leaf, all, at, Look(empty=True))
            return
        outcome = await asyncio.to_thread(lambda: take(desk.work(form), sent))
        checks = "".join(sent.get(CHECKED, [])[:1]).split()[:100]
        if not outcome.fine:
            self.set_status(503 if outcome.failed else 422)
            await self._show(leaf, all, at, Look(checks=tuple(checks), outcome=outcome))
        elif act == "onward":
            self.redirect(self._next(leaf, all, at)[0], status=303)
        else:
            checks += [question] if act == "check" else []
            told = {"saved": "1", "check": list(dict.fromkeys(checks)), "rows": question if act == "rows" else []}
            place = f"wb-{question}" if question else "saved"
            self.redirect(f"{desk.action}?{urlencode(told, doseq=True)}#{place}", status=303)

    # -- parts ------------------------------------------------------------------------------------------------------

    def _find(self, unit: str, name: str, n: str | None) -> tuple[Leaf, tuple[Part, ...], int]:
        """A lesson that is open to this person, its parts, and which of them is asked for."""
        leaf = self.opened(f"{unit}/{name}")
        try:
            notebook, read_page = read(self.settings["course_root"], leaf.path, self.base_url)
        except FileNotFoundError:
            raise HTTPError(404) from None
        all, at = parts(notebook, read_page), int(n or 1) - 1
        if not 0 <= at < len(all):
            raise HTTPError(404)
        return leaf, all, at

    def _desk(self, leaf: Leaf, all: tuple[Part, ...], at: int) -> Desk:
        # the very words by which a kernel is told whom it serves
        person = self.person
        one = session(person.environment, self.settings["course_root"])
        hidden = {"_xsrf": self.xsrf_token.decode(), EXERCISE: self._showing(all[at])}
        where = address(self.base_url, leaf.path, at + 1)
        return Desk(one, learner(one), where, hidden, person.owner.label)

    def _showing(self, part: Part) -> str:
        return " ".join(part.form.given) if part.form else ""

    async def _show(self, leaf: Leaf, all: tuple[Part, ...], at: int, look: Look) -> None:
        desk, person = self._desk(leaf, all, at), self.person
        html = await asyncio.to_thread(self._drawn, desk, all[at], look, person.site.course)
        before = address(self.base_url, leaf.path, at) if at else self._before(leaf)
        onward = self._next(leaf, all, at)
        given = {"leaf": leaf, "unit": person.site.course.unit(leaf.unit), "n": at + 1, "of": len(all), "html": html}
        form = all[at].form
        goes_on = form is not None and form.name == "form"  # by its own button, which saves
        self.page(
            pages.render(
                "plain_lesson.html.j2",
                person.site,
                **given,
                before=before,
                onward=None if goes_on else onward,
                wrong=look.outcome is not None,
                titled="<h1" in html,
            )
        )

    def _drawn(self, desk: Desk, part: Part, look: Look, course: Outline) -> str:
        drawn = [piece if isinstance(piece, str) else desk.shown(piece, look) for piece in part.pieces]
        html = page.addressed("".join(drawn), lambda lesson: address(self.base_url, lesson))
        return fitted(html, self.base_url, course)

    def _before(self, leaf: Leaf) -> str:
        found = self.person.site.course.beside(leaf)[0]
        return address(self.base_url, found.path) if found else ""

    def _next(self, leaf: Leaf, all: tuple[Part, ...], at: int) -> tuple[str, str]:
        """Address and title of what comes then."""
        if at + 1 < len(all):
            return address(self.base_url, leaf.path, at + 2), leaf.title
        found = self.person.site.course.beside(leaf)[1]
        if found is None:
            return f"{self.base_url}plain/", _("Back to the overview")
        return address(self.base_url, found.path), found.title

    async def _file(self, part: Part) -> None:
        """The file that was handed in."""
        if part.form is None or part.form.name != "hand_in":
            raise HTTPError(404)
        one = learner(session(self.person.environment, self.settings["course_root"]))
        kept = await asyncio.to_thread(one.home.load, one.owner, HAND_INS)
        frozen = kept.of(part.form.given[0]).get("frozen")
        if not isinstance(frozen, dict):
            raise HTTPError(404)
        name, data = handin.packed(frozen)
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.set_header("Cache-Control", "no-store")
        self.finish(data)


def _text(sent: bytes) -> str:
    return sent.decode("utf-8", "replace")


def handlers(base: str) -> list[tuple[Any, ...]]:
    """The doors, for tornado: address and handler."""
    return [
        (rf"{base}plain/?", OverviewHandler),
        (rf"{base}plain/({NAME})/({NAME})(?:/([1-9][0-9]?))?/?", LessonHandler),
    ]

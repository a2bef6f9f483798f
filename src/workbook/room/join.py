"""The doors of a room: joining, coming back, and what is one's own to see, to take home, to change and to delete."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import secrets
import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from tornado.web import HTTPError

from ..answers import export_answers
from ..answers.participants import CHOICES, LONGEST, SECTORS, NameTaken, Participant, about, folded, tidy
from ..i18n import _
from . import codes, pages
from .everybody import Everybody, RoomIdentity
from .limits import Waits
from .page_handler import Base, Explained
from .returned import Returned

FIELDS: Final = ("name", "members", "organisation", "sector", "reach")


def sectors() -> dict[str, str]:
    """Sectors in words."""
    words = (
        _("Government"), _("United Nations"), _("Business"), _("Civil society"), _("Academia"),
        _("Community or faith group"), _("Other"),
    )  # fmt: skip
    return dict(zip(SECTORS, words, strict=True))


def choices() -> dict[str, str]:
    """What a participant may agree to, in words."""
    words = (
        _("My answers may be shown to the group, without my name."),
        _("The organiser may have my plan."),
        _("My figures may be counted in the report."),
        _("My name, organisation and the contact below may stand on the room's contact list."),
    )
    return dict(zip(CHOICES, words, strict=True))


class Door(Base):
    """What the doors of a room share."""

    @property
    def everybody(self) -> Everybody:
        found: Everybody = self.settings["people"]
        return found

    @property
    def identity(self) -> RoomIdentity:
        found: RoomIdentity = self.settings["identity_provider"]
        return found

    @property
    def returned(self) -> Returned:
        found: Returned = self.settings["returned"]
        return found

    @property
    def waits(self) -> Waits:
        found: Waits = self.settings["waits"]
        return found

    def said(self, name: str, most: int = 60) -> str:
        """What was typed in a field, as one harmless line."""
        return tidy(self.get_body_argument(name, ""), most)

    def show(self, template: str, status: int = 200, **given: Any) -> None:
        """Answer with a page of the room."""
        room = self.everybody.about
        me = self.everybody.participant(self)
        self.set_status(status)
        site = dataclasses.replace(self.settings["site"], me=me.name if me else "")
        keeper = room.keeper or _("The organiser")
        shared = {"keeper": keeper, "until": room.until, "xsrf": self.xsrf_token.decode()}
        self.page(pages.render(template, site, **shared, **given))


class JoinHandler(Door):
    """The page on which people join or come back."""

    for_all = True

    def get(self) -> None:
        if self.everybody.participant(self):
            self.redirect(self.base_url)
        else:
            self.form()

    async def post(self) -> None:
        if self.everybody.participant(self):  # sent twice
            self.redirect(self.base_url, status=303)
        elif self.get_body_argument("act", "") == "back":
            await self.come_back()
        else:
            await self.join()

    def form(self, status: int = 200, *, wrong: dict[str, str] | None = None, taken: str = "") -> None:
        """Show the form, with what was typed before and what was wrong with it."""
        given = {name: self.get_body_argument(name, "")[:4000] for name in (*FIELDS, "code", "back-name")}
        ticked = {choice for choice in CHOICES if self.get_body_argument(choice, "")}
        self.show(
            "join.html.j2",
            status,
            given=given,
            ticked=ticked,
            together=bool(self.get_body_argument("together", "")),
            wrong={**dict.fromkeys(("code", "name", "members", "back"), ""), **(wrong or {})},
            taken=taken,
            sectors=sectors(),
            choices=choices(),
            longest=LONGEST,
        )

    async def join(self) -> None:
        """Let somebody in who has the room's code and a name that nobody has yet."""
        wrong = {}
        typed = codes.typed(self.get_body_argument("code", ""))
        if not codes.same(typed, self.everybody.about.code):
            await asyncio.sleep(self.waits.wrong())
            wrong["code"] = _("This is not the code of this room. It stands on the wall, six letters and digits.")
        one = self.participant()
        if not one.name:
            wrong["name"] = _("Please say what you want to be called. Any name will do.")
        if one.kind == "group" and not one.members:
            wrong["members"] = _("Please name who sits at this device, one name on each line.")
        if wrong:
            self.form(HTTPStatus.FORBIDDEN if "code" in wrong else HTTPStatus.BAD_REQUEST, wrong=wrong)
            return
        await self.spare_memory()
        if self.everybody.full():
            advice = _(
                "So many people have joined that nobody else can. Please tell your facilitator, whose page says what "
                "to do."
            )
            raise Explained(HTTPStatus.SERVICE_UNAVAILABLE, _("The list of this room is full"), advice)
        try:
            joined, code = await self.everybody.join(one)
        except NameTaken:
            self.form(HTTPStatus.CONFLICT, taken=one.name)
            return
        self.identity.sign_in(self, joined)
        self.show("joined.html.j2", one=joined, code=codes.shown(code))

    def participant(self) -> Participant:
        """Who wants to join, as far as they said."""
        together = bool(self.get_body_argument("together", ""))
        lines = self.get_body_argument("members", "").splitlines() if together else []
        members = tuple(name for line in lines if (name := tidy(line, LONGEST["name"])))[: LONGEST["members"]]
        agreed = frozenset(choice for choice in CHOICES if self.get_body_argument(choice, ""))
        sector = self.get_body_argument("sector", "")
        return Participant(
            id=f"{'table' if together else 'learner'}-{secrets.token_hex(5)}",
            name=self.said("name", LONGEST["name"]),
            kind="group" if together else "person",
            members=members,
            organisation=self.said("organisation", LONGEST["organisation"]),
            sector=sector if sector in SECTORS else "",
            choices=agreed,
            # a contact is kept only by somebody's own wish to be on the list
            contact=self.said("reach", LONGEST["contact"]) if "contact" in agreed else "",
        )

    async def come_back(self) -> None:
        """Let somebody in again, who has their return code."""
        name, typed = self.said("back-name", LONGEST["name"]), codes.typed(self.get_body_argument("return", ""))
        key = folded(name)
        if wait := self.waits.left(key):
            words = _("Too many wrong codes for this name. Try again in {n} seconds.").format(n=round(wait) + 1)
            self.form(HTTPStatus.TOO_MANY_REQUESTS, wrong={"back": words})
            return
        one = await self.everybody.back(name, typed)
        if one is None:
            await asyncio.sleep(self.waits.wrong(key))
            words = _("Name and return code do not fit. If the code is lost, ask your facilitator for a new one.")
            self.form(HTTPStatus.FORBIDDEN, wrong={"back": words})
            return
        self.waits.right(key)
        self.identity.sign_in(self, one)
        self.redirect(self.base_url, status=303)


class MeHandler(Door):
    """What is stored of whoever asks, and what they can do with it."""

    def get(self) -> None:
        self.mine()

    def mine(self, *, done: str = "", code: str = "", wrong: str = "") -> None:
        """Show it all."""
        one = self.everybody.known[self.person.owner.id]
        units = self.everybody.roll.home.units(one.owner)
        titles = {branch.id: branch.title for branch in self.settings["site"].course.units}
        feedback = {unit: titles.get(unit, unit) for unit in self.returned.units(one.id)}
        given: dict[str, Any] = {"sectors": sectors(), "choices": choices(), "feedback": feedback}
        self.show("me.html.j2", one=one, units=units, done=done, code=code, wrong=wrong, **given)

    async def post(self) -> None:
        one = self.everybody.known[self.person.owner.id]
        act = self.get_body_argument("act", "")
        if act == "choices":
            agreed = frozenset(choice for choice in CHOICES if self.get_body_argument(choice, ""))
            contact = self.said("reach", LONGEST["contact"]) if "contact" in agreed else ""
            await self.everybody.change(dataclasses.replace(one, choices=agreed, contact=contact))
            self.mine(done=_("Your choices are kept."))
        elif act == "code":
            self.mine(code=codes.shown(await self.everybody.new_code(one)))
        elif act == "leave":
            if self.get_body_argument("everywhere", ""):
                await self.everybody.change(dataclasses.replace(one, generation=one.generation + 1))
                await self.settings["kernels"].end_all(one.owner)
            self.identity.sign_out(self)
            self.redirect(f"{self.base_url}join", status=303)
        elif act == "delete" and self.get_body_argument("sure", ""):
            self.identity.sign_out(self)
            await self.settings["kernels"].end_all(one.owner)
            await self.everybody.remove(one)
            self.returned.forget(one.id)
            self.current_user = self._jupyter_current_user = None
            self.show("gone.html.j2")
        else:
            self.mine(wrong=_("Nothing was deleted: tick the box first.") if act == "delete" else "")


class FeedbackHandler(Door):
    """The feedback of whoever asks on one unit; that of others has no address."""

    async def get(self, unit: str) -> None:
        found = await asyncio.to_thread(self.returned.page, self.person.owner.id, unit)
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.page(found)


class TakeHomeHandler(Door):
    """Everything of whoever asks as one file, which 'workbook answers import' reads."""

    async def get(self) -> None:
        one = self.everybody.known[self.person.owner.id]
        self.set_header("Content-Type", "application/json")
        self.set_header("Content-Disposition", 'attachment; filename="my-answers.json"')
        self.set_header("Cache-Control", "no-store")
        self.finish(await asyncio.to_thread(self._whole, one))

    def _whole(self, one: Participant) -> str:
        with tempfile.TemporaryDirectory() as folder:
            file = export_answers(self.everybody.roll.home, one.owner, Path(folder) / "my-answers.json")
            whole = json.loads(file.read_text(encoding="utf-8"))
        return json.dumps({**whole, "participant": about(one)}, ensure_ascii=False, indent=1) + "\n"


def handlers(base: str) -> list[tuple[Any, ...]]:
    """The doors of a room, for tornado: address and handler."""
    return [
        (rf"{base}join", JoinHandler),
        (rf"{base}me", MeHandler),
        (rf"{base}me/my-answers\.json", TakeHomeHandler),
        (rf"{base}me/feedback/([a-z0-9-]+)", FeedbackHandler),
    ]

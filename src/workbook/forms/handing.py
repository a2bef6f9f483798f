"""The widget on which a unit is handed in."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from textwrap import shorten
from typing import Any

from .. import marking, page
from ..answers import handin
from ..errors import WorkbookError
from ..fields import Html, plain
from ..i18n import _, ngettext
from ..kinds import BY_NAME, Malformed
from ..kinds.texts import count, limits
from ..learner import HAND_INS
from ..learner.work import learner
from ..model import Question
from ..places import Session
from .widget import Surface

LONG = 80
"""More of a prompt is cut where it only says which question is meant."""


class HandIn(Surface):
    """What of a unit is done and what is open, a button to hand it in, and the receipt afterwards."""

    def __init__(self, unit: str, session: Session) -> None:
        self.learner = learner(session)
        titles = {u["id"]: u["title"] for u in self.learner.course["units"]}
        if unit not in titles:
            known = ", ".join(titles)
            raise WorkbookError(_("There is no unit '{unit}'. Known: {known}").format(unit=unit, known=known))
        self.unit, self.title = unit, titles[unit]
        super().__init__(unit, session)
        self.seen: tuple[int, ...] = ()
        # Somebody asked to hand in, and there is nothing to hand in.
        self.empty = False
        self.look()

    @property
    def handlers(self) -> Mapping[str, Callable[[dict[str, Any]], dict[str, Any] | None]]:
        """What the browser may ask."""
        return {**super().handlers, "hand-in": self._hand_in, "file": self._file}

    def _hand_in(self, content: dict[str, Any]) -> dict[str, Any]:
        name = content.get("name")
        clean = " ".join("".join(c for c in name if c.isprintable()).split())[:100] if isinstance(name, str) else ""
        frozen = self.learner.freeze(self.unit)
        self.empty = content.get("sure") is not True and not any(e["answers"] for e in frozen["exercises"].values())
        if not self.empty:
            self.learner.hand_in(self.unit, name=clean)
        self.seen = ()
        self.look()
        return {"t": "handed-in"}

    def _file(self, content: dict[str, Any]) -> dict[str, Any]:
        """The file to send, as it was handed in."""
        frozen = self.learner.home.load(self.learner.owner, HAND_INS).of(self.unit).get("frozen")
        if not isinstance(frozen, dict):
            raise WorkbookError(_("nothing was handed in yet."))
        name, data = handin.packed(frozen)
        return {"t": "file", "name": name, "data": base64.b64encode(data).decode("ascii")}

    def look(self) -> None:
        """Draw the page anew when something was stored."""
        home, owner = self.learner.home, self.learner.owner
        seen = home.seq(owner, self.unit), home.seq(owner, HAND_INS)
        if seen != self.seen:
            if self.seen:
                self.empty = False
            self.seen = seen
            self.html = self._page()

    def _page(self) -> Html:
        answers = self.learner.home.load(self.learner.owner, self.unit)
        items = []
        listed = self.learner.listed
        for id, lesson in self.learner.given.items():
            unit, _slash, name = id.partition("/")
            given, about = answers.of(name), listed[id]
            core = about.get("track", "core") == "core"
            # What a later unit shows of this one (a test before and after) is not open here.
            due = lesson.startswith(f"{unit}/") and (core or about.get("purpose") == "marked")
            if unit == self.unit and (due or given):
                items.append(self._standing(id, lesson, given, core))
        about = {"name": self.learner.owner.label, "prefix": self.token}
        given = {"alone": self.learner.session.alone, "empty": self.empty}
        return page.hand_in(self.title, items, self.learner.receipt(self.unit), **about, **given)

    def _standing(self, id: str, lesson: str, values: Mapping[str, Any], core: bool) -> page.Standing:
        exercise = self.learner.exercise(id)
        asked = [q for q in exercise.questions if q.required]
        done = sum(page.answered(q, values.get(q.id)) for q in asked)
        begun = any(values.get(q.id) is not None for q in exercise.questions)
        told = tuple(filter(None, (_remark(q, values.get(q.id)) for q in exercise.questions))) if begun else ()
        return page.Standing(exercise.title, done, len(asked), lesson, core, begun, self._result(id, values), told)

    def _result(self, id: str, values: Mapping[str, Any]) -> str:
        """What a marked exercise earned, for someone alone who has handed it in."""
        whole = self.learner.whole(id)
        if whole is None or whole.purpose != "marked":
            return ""
        earned = marking.total(marking.scores(whole, values))
        text = _("{earned} of {possible} points") if earned.possible > earned.waiting else ""
        own = _("{n} to rate yourself").format(n=f"{earned.waiting:g}") if earned.waiting else ""
        said = text.format(earned=f"{earned.earned:.3g}", possible=f"{earned.possible - earned.waiting:g}")
        return ", ".join(filter(None, (said, own)))


def _remark(question: Question, value: Any) -> str:
    """What is worth a look before an answer is handed in; empty if there is nothing."""
    if page.answered(question, value) or (value is None and not question.required):
        return ""
    said = _unfinished(question, value) if value is not None else _("not answered yet")
    asked = plain(question.prompt).split("\n")[0]
    return f"{shorten(asked, LONG, placeholder=' …')} – {said}"


def _unfinished(question: Question, value: Any) -> str:
    least, most = (getattr(question.ask, f"{name}_words", None) for name in ("least", "most"))
    try:
        written = count(value) if BY_NAME[question.kind].parse(question.ask, value) and isinstance(value, str) else 0
    except Malformed:
        written = 0
    asked = limits(least, most)
    if not asked or not written:
        return _("not finished")
    said = ngettext("{n} word so far; asked for: {limits}", "{n} words so far; asked for: {limits}", written)
    return said.format(n=written, limits=asked[:1].lower() + asked[1:])

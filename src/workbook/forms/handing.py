"""The widget on which a unit is handed in."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from .. import page
from ..answers import handin
from ..errors import WorkbookError
from ..fields import Html
from ..i18n import _
from ..learner import HAND_INS
from ..learner.standings import handed_in, standings
from ..learner.work import learner
from ..places import Session
from .widget import Surface


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
        self.empty = not handed_in(self.learner, self.unit, content.get("name"), sure=content.get("sure") is True)
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
        return page.hand_in(
            self.title,
            standings(self.learner, self.unit),
            self.learner.receipt(self.unit),
            name=self.learner.name,
            alone=self.learner.session.alone,
            empty=self.empty,
            prefix=self.token,
        )

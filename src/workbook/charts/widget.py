"""The widget: a chart that follows the learner's answers."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import traitlets as t
from anywidget import AnyWidget

from ..errors import WorkbookError, near
from ..fields import Html
from ..i18n import _, direction
from ..kinds.markup import words as escaped
from ..learner import Learner
from ..places import Session
from ..plan import Plan
from . import html, words
from .data import SOURCES, Health, Needs, Picture, Risks, Stakeholders

log = logging.getLogger(__name__)
STATIC = Path(__file__).parent.parent / "static"
TITLED: Mapping[str, Picture] = {
    "health": Health(()),
    "stakeholders": Stakeholders(()),
    "needs": Needs((), False),
    "risks": Risks(()),
}
"""An empty picture of each kind, to ask for its title when there is no other yet."""


def _drawing(picture: Picture, id: str) -> str:
    # matplotlib takes half a second and some memory: only kernels that draw pay for it.
    from .draw import svg

    return svg(picture, id)


class Chart(AnyWidget):  # type: ignore[misc]
    """A chart of the learner's own answers: ``health``, ``stakeholders``, ``needs`` or ``risks``.

    The browser asks now and then whether answers have changed ({t: "look"}), or wants it drawn again ({t: "draw"});
    both are answered with {t: "looked", changed, failed}. ``html`` is the chart. Raises :class:`WorkbookError` for a
    name that is none of the four.
    """

    _esm = t.Unicode((STATIC / "chart.js").read_text(encoding="utf-8")).tag(sync=True)
    _css = t.Unicode((STATIC / "chart.css").read_text(encoding="utf-8")).tag(sync=True)
    html = t.Unicode().tag(sync=True)
    words = t.Dict().tag(sync=True)

    def __init__(self, name: str, session: Session) -> None:
        if name not in SOURCES:
            known = ", ".join(SOURCES)
            told = _("There is no chart '{name}'. Known: {known}.").format(name=name, known=known)
            raise WorkbookError(told + near(name, SOURCES))
        self.name, self.source = name, SOURCES[name]
        self.token = "c" + secrets.token_hex(4)
        self.learner = Learner(session)
        self.seen: Mapping[str, int] | None = None
        self.picture: Picture | None = None
        said = {
            "dir": direction(),
            "again": _("Draw again"),
            "drawn": _("Drawn again from your answers."),
            "same": _("This is how your answers stand."),
            "lost": _("No answer. Please load the page again."),
        }
        super().__init__(words=said)
        try:
            self.draw()
        except WorkbookError as error:
            self.html = html.sentence(words.title(TITLED[name]), escaped(str(error)))
        self.on_msg(self._receive)

    def set_state(self, sync_data: Any) -> None:
        """A browser may arrange the widget, but not say what it shows."""
        arranged = {k: v for k, v in dict(sync_data).items() if k in ("layout", "tabbable", "tooltip")}
        super().set_state(arranged)

    # -- following the answers ----------------------------------------------------------------------------------

    def _numbers(self) -> dict[str, int]:
        """The save numbers of the units that the chart rests on: cheap to ask for."""
        return {unit: self.learner.home.seq(self.learner.owner, unit) for unit in self.seen or {}}

    def look(self) -> bool:
        """Draw anew if answers were saved since; whether the chart looks different now."""
        return self._numbers() != self.seen and self.draw()

    def draw(self) -> bool:
        """Read the answers and draw them; whether the chart looks different now."""
        # The numbers first: what is saved while we read is then noticed the next time.
        ids = {*self.learner.related(self.source.exercises), *self.source.exercises}
        seen = {unit: self.learner.home.seq(self.learner.owner, unit) for unit in {id.split("/")[0] for id in ids}}
        plan = self.learner.plan(self.source.exercises)
        picture = self.source.read(plan)
        changed = picture != self.picture
        if changed:
            self.html = self._page(picture, plan)
        self.picture, self.seen = picture, seen
        return changed

    def _page(self, picture: Picture, plan: Plan) -> Html:
        if picture.begun:
            return html.page(picture, self.token, _drawing)
        exercise = plan.exercises[self.source.exercises[0]]
        return html.first(words.title(picture), exercise.title, exercise.lesson, self.learner.title(exercise.lesson))

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Answer one message; whatever it holds, nothing is raised."""
        asked = content.get("t") if isinstance(content, dict) else None
        if asked not in ("look", "draw"):
            return
        try:
            changed, failed = (self.draw() if asked == "draw" else self.look()), ""
        except (WorkbookError, OSError) as error:
            changed, failed = False, str(error)
        except Exception:
            log.exception("A chart could not be drawn")
            changed, failed = False, _("Something went wrong on our side; please try again.")
        self.send({"t": "looked", "asked": asked, "changed": changed, "failed": failed})

"""The widget that shows the learner's whole plan at a glance."""

from __future__ import annotations

from .. import page
from ..learner import chapters
from ..learner.work import learner
from ..places import Session
from .widget import Surface


class PlanOverview(Surface):
    """Every worksheet of the own plan with its rows and open remarks; it follows what is saved, here or elsewhere."""

    def __init__(self, session: Session) -> None:
        self.learner = learner(session)
        super().__init__("plan-overview", session)
        self.seen: dict[str, int] = {}
        self.look()

    def look(self) -> None:
        """Draw the page anew when something was stored."""
        units = (unit["id"] for unit in self.learner.course["units"])
        seen = {unit: self.learner.home.seq(self.learner.owner, unit) for unit in units}
        if seen != self.seen:
            self.html = page.plan_overview(chapters(self.learner), prefix=self.token)
            self.seen = seen

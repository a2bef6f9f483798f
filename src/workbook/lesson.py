"""What a lesson's cells call: forms, charts, hand-in. It learns from the environment whom it serves."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from .errors import WorkbookError
from .places import Session, find_root, session


@cache
def _session() -> Session:
    return session(os.environ, find_root(os.environ.get("WORKBOOK_ROOT"), Path.cwd()))


def form(exercise: str, *others: str) -> Any:
    """The form of an exercise, such as ``form("initiation/partners")``: an ipywidget with the learner's answers.

    Of several exercises each learner gets one, always the same. A lesson that names two the other way round shows
    everybody the other one.
    """
    from .forms import Form, learner

    return _shown(lambda: Form(learner(_session()).drawn((exercise, *others)), _session()))


def chart(name: str) -> Any:
    """A chart of the learner's own answers: ``health``, ``stakeholders``, ``needs`` or ``risks``."""
    from .charts import Chart

    return _shown(lambda: Chart(name, _session()))


def hand_in(unit: str) -> Any:
    """The page on which a unit is handed in, with what is done and what is open."""
    from .forms import HandIn

    return _shown(lambda: HandIn(unit, _session()))


def plan_overview() -> Any:
    """The learner's whole plan at a glance: each worksheet with its rows, and what is still to look at."""
    from .forms import PlanOverview

    return _shown(lambda: PlanOverview(_session()))


class Sentence:
    """A sentence in the place of a widget that cannot be shown: a learner never sees a traceback."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        from html import escape

        return f'<p role="alert">{escape(self.text)}</p>'


def _shown(make: Any) -> Any:
    try:
        return make()
    except WorkbookError as error:
        return Sentence(str(error))

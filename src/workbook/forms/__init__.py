"""Forms as ipywidgets: an exercise with its learner's answers, the pages of hand-in and of the plan at a glance.

A form is one anywidget that holds the page's HTML (two widget models, whatever the number of fields). The browser sends
what was typed; it is stored through a home before the form says "saved". Every message is input from outside.
"""

from ..learner.work import learner
from .handing import HandIn
from .overview import PlanOverview
from .widget import Form

__all__ = ["Form", "HandIn", "PlanOverview", "learner"]

"""An exercise as semantic HTML: for the form with its script, for the plain page without, and for paper.

Everything here is a function from what is known to a string of HTML. Nothing is read, stored or sent.
"""

from .a4 import Sheet, paper, papers
from .fieldset import State, Surface, answered, question, slots
from .handing import Standing, hand_in, points
from .overview import Chapter, Overlooked, plan_overview
from .plain import ACT, Post, Retyped, addressed, retyped
from .preview import preview
from .recall import Recalled
from .remarks import feedback, findings, hint, hint_button, model_answer, right_answer
from .sheet import exercise, plain

__all__ = [
    "ACT",
    "Chapter",
    "Overlooked",
    "Post",
    "Recalled",
    "Retyped",
    "Sheet",
    "Standing",
    "State",
    "Surface",
    "addressed",
    "answered",
    "exercise",
    "feedback",
    "findings",
    "hand_in",
    "hint",
    "hint_button",
    "model_answer",
    "paper",
    "papers",
    "plain",
    "plan_overview",
    "points",
    "preview",
    "question",
    "retyped",
    "right_answer",
    "slots",
]

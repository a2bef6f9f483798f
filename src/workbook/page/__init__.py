"""An exercise as semantic HTML: for the form with its script, for the plain page without, and for paper.

Everything here is a function from what is known to a string of HTML. Nothing is read, stored or sent.
"""

from .a4 import paper, papers
from .fieldset import State, Surface, answered, question, slots
from .preview import preview
from .remarks import feedback, findings, hint, hint_button, model_answer
from .sheet import Standing, exercise, hand_in, plain

__all__ = [
    "Standing",
    "State",
    "Surface",
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
    "preview",
    "question",
    "slots",
]

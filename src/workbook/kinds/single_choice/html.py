"""A single choice as radio buttons."""

from __future__ import annotations

from ...fields import Html
from ..base import Place, Value
from ..choices import options
from . import Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The options, each a radio button with its label, inside the question's own fieldset."""
    return options("radio", ask.options, [value] if value else [], place)

"""A situation's options, each with the three ratings as a group of radio buttons."""

from __future__ import annotations

from ...fields import Html
from ..base import Place, Value
from ..choices import rows
from ..markup import words
from . import Ask, ratings


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The options, each a named group of ratings; named ``<question>.<option>``."""
    return rows(ask.options, {rating: words(text) for rating, text in ratings().items()}, value or {}, place)

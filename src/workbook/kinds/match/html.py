"""A match as one list of categories for each item."""

from __future__ import annotations

from ...fields import Html
from ..base import Place, Value
from ..choices import lists
from . import Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The items, each with a list of the categories; named ``<question>.<item>``."""
    return lists(ask.items, ask.categories, value or {}, place)

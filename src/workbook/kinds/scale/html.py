"""A scale as one group of radio buttons for each row."""

from __future__ import annotations

from ...fields import Html
from ..base import Place, Value
from ..choices import rows
from . import Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The rows, each a named group of the scale's levels; named ``<question>.<row>``."""
    return rows(ask.rows, ask.levels, value or {}, place)

"""A few words as one text field."""

from __future__ import annotations

from ...fields import Html
from ..base import Place, Value
from ..writing import typing
from . import Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """One labelled line, with the limit of words below."""
    return typing(value, place, most=ask.most_words)

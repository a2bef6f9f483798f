"""A text of one's own as a large text field."""

from __future__ import annotations

from ...fields import Html
from ..base import Place, Value
from ..writing import typing
from . import Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """One labelled field of as many lines as the text may need, with the limit of words below."""
    words = ask.most_words or ask.least_words or 80
    return typing(value, place, lines=min(20, max(4, words // 8)), least=ask.least_words, most=ask.most_words)

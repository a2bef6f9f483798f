"""A multiple choice as tick boxes."""

from __future__ import annotations

from ...fields import Html
from ...i18n import _
from ..base import Place, Value
from ..choices import options
from ..markup import tag, words
from . import Ask


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The options, each a tick box with its label, inside the question's own fieldset. All boxes share one name."""
    return tag("p", words(_("Choose all that fit.")), class_="wb-how") + options(
        "checkbox", ask.options, value or [], place
    )

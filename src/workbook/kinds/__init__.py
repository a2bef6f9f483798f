"""All kinds of questions. To add one: a folder beside the others and a line in ``KINDS``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..fields import Html
from .allocate import KIND as ALLOCATE
from .base import Kind, Malformed, Place, Samples
from .long_text import KIND as LONG_TEXT
from .match import KIND as MATCH
from .multiple_choice import KIND as MULTIPLE_CHOICE
from .number import KIND as NUMBER
from .order import KIND as ORDER
from .scale import KIND as SCALE
from .short_text import KIND as SHORT_TEXT
from .single_choice import KIND as SINGLE_CHOICE
from .situational import KIND as SITUATIONAL
from .table import KIND as TABLE

KINDS: tuple[Kind[Any, Any], ...] = (
    SINGLE_CHOICE,
    MULTIPLE_CHOICE,
    NUMBER,
    ORDER,
    MATCH,
    SCALE,
    ALLOCATE,
    SITUATIONAL,
    SHORT_TEXT,
    LONG_TEXT,
    TABLE,
)

BY_NAME = {kind.name: kind for kind in KINDS}


def controls(name: str) -> Callable[[Any, Any, Place], Html]:
    """The function that draws a kind's controls; its module is loaded when a page is drawn, never for marking."""
    module = import_module(f"{__name__}.{name.replace('-', '_')}.html")
    draw: Callable[[Any, Any, Place], Html] = module.controls
    return draw


__all__ = ["BY_NAME", "KINDS", "Kind", "Malformed", "Place", "Samples", "controls"]

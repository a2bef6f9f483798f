"""The Partnering Workbook: what lessons call. Everything heavy is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["chart", "form", "hand_in", "plan_overview"]

if TYPE_CHECKING:
    from .lesson import chart, form, hand_in, plan_overview


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import lesson

        return getattr(lesson, name)
    raise AttributeError(f"module 'workbook' has no attribute '{name}'")

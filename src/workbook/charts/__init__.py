"""Charts of the learner's own answers: health check, stakeholders, needs, risks; each also in words.

Importing this package is cheap: the widget and matplotlib come when a chart is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .widget import Chart

__all__ = ["Chart"]


def __getattr__(name: str) -> Any:
    if name == "Chart":
        from .widget import Chart

        return Chart
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

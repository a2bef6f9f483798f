"""Small, safe building bricks for HTML: every word that is not known to be HTML is escaped."""

from __future__ import annotations

from html import escape
from typing import Any

from ..fields import Html

VOID = {"input", "br", "hr", "img", "col"}


def attributes(given: dict[str, Any]) -> Html:
    """``class_="a", data_row=1, checked=True`` as HTML attributes; None and False are left out."""
    text = ""
    for name, value in given.items():
        if value is None or value is False:
            continue
        known = name.rstrip("_").replace("_", "-")
        text += f" {known}" if value is True else f' {known}="{escape(str(value), quote=True)}"'
    return text


def tag(name: str, /, *inside: Html, **given: Any) -> Html:
    """An element; ``inside`` must be HTML already (use :func:`words` for anything typed)."""
    start = f"<{name}{attributes(given)}>"
    return start if name in VOID else f"{start}{''.join(inside)}</{name}>"


def lesson_link(title: str, lesson: str) -> Html:
    """A link to a lesson of this course. The script fits the address to where the page is shown."""
    return tag("a", words(title), href=f"../{lesson}.ipynb", data_lesson=lesson)


def words(text: Any) -> Html:
    """Any text as HTML."""
    return escape(str(text), quote=False)

"""The course of this checkout, read once for all tests of a process that only look at it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workbook.content.course import Content, load_content

ROOT = Path(__file__).parent.parent


@cache
def course() -> Content:
    """Everything that can be read, with its problems; not to be changed."""
    return load_content(ROOT)

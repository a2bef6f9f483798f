"""A lesson for a page without script: its notebook cut into parts, each with at most one form at its end.

So nothing that was typed is lost when one form is sent, and a page stays small. No cell is run: what a cell calls is
read from its text.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from .lessons import NAME, Page
from .outline import Outline

FORMS = ("form", "hand_in")
CALLS = (*FORMS, "chart", "plan_overview")
HEADING = re.compile(r"<h([1-6])")
SECTION = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)
ALIGNED = re.compile(r' style="text-align:(left|center|right)"')


@dataclass(frozen=True)
class Call:
    """What a cell shows: a function of ``workbook.lesson`` and what it is called with."""

    name: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of a lesson: HTML, calls, and None for a cell that needs a kernel."""

    pieces: tuple[str | Call | None, ...]

    @property
    def form(self) -> Call | None:
        """The form at its end."""
        last = self.pieces[-1] if self.pieces else None
        return last if isinstance(last, Call) and last.name in FORMS else None


def called(source: str) -> Call | None:
    """What a code cell shows; None for one that does anything else."""
    try:
        *_before, last = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in CALLS:
        return None
    given = tuple(a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
    return Call(call.func.id, given) if len(given) == len(call.args) and not call.keywords else None


def parts(notebook: Any, page: Page) -> tuple[Part, ...]:
    """The parts of a lesson, in order; at least one."""
    found: list[Part] = []
    pieces: list[str | Call | None] = []
    section = ""
    for piece in page.pieces:
        # a notebook may hold a cell as text or as lines
        call = called("".join(notebook.cells[piece.index].source)) if piece.code else None
        first = next(iter(HEADING.findall(piece.html)), "")
        if found and not pieces and first > "2":
            pieces.append(section)  # a part of a section says of which
        section = next(reversed([f"<h2>{text}</h2>" for text in SECTION.findall(piece.html)]), section)
        pieces.append(call if piece.code else piece.html)
        if call is not None and call.name in FORMS:
            found.append(Part(tuple(pieces)))
            pieces = []
    if pieces or not found:
        found.append(Part(tuple(pieces)))
    return tuple(found)


def address(base_url: str, lesson: str, n: int = 1) -> str:
    """Where part ``n`` of ``unit/lesson`` is shown without script."""
    return f"{base_url}plain/{lesson}" + (f"/{n}" if n > 1 else "")


def fitted(html: str, base_url: str, course: Outline) -> str:
    """A lesson's text with links to other lessons' plain pages, and nothing that the page's policy forbids."""

    def link(found: re.Match[str]) -> str:
        return f'href="{address(base_url, found[1])}' if course.find(found[1]) else found[0]

    return ALIGNED.sub(r' class="to-\1"', re.sub(rf'href="{re.escape(base_url)}({NAME}/{NAME})(?=["#])', link, html))

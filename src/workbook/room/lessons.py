"""A lesson's notebook as a page's pieces: its text as HTML, its code cells to be run."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import mistune
import nbformat

from ..i18n import _

IMAGES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"}
NAME = r"[a-z0-9][a-z0-9-]*"


@dataclass(frozen=True)
class Piece:
    """Text to show (``html``) or a code cell to run (``code``), with its place among the cells."""

    index: int
    html: str = ""
    code: bool = False


@dataclass(frozen=True)
class Page:
    """A lesson ready to be shown: ``titled`` tells whether its text has its own main heading."""

    pieces: tuple[Piece, ...]
    titled: bool

    @property
    def runs(self) -> bool:
        return any(piece.code for piece in self.pieces)


def address(unit: str, url: str, base_url: str = "/") -> str:
    """Where a link or picture in a lesson of ``unit`` points to on the served site.

    ``other-lesson.md`` and ``.ipynb`` become the lesson's page, pictures under ``course/`` get their own address,
    anything else (another site, a place on the page) stays.
    """
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return url
    path = posixpath.normpath(posixpath.join(unit, unquote(parts.path)))
    stem, ending = posixpath.splitext(path)
    place = f"#{parts.fragment}" if parts.fragment else ""
    if ending in {".md", ".ipynb"} and re.fullmatch(f"{NAME}/{NAME}", stem):
        return f"{base_url}{stem}{place}"
    if ending.lower() in IMAGES and not path.startswith(".."):
        return f"{base_url}figures/{path}"
    return url


# Not Voila's own renderer: that reads "$5 million to $10 million" as a formula and packs pictures into the page.
PLUGINS = ["table", "strikethrough", "def_list", "footnotes", "task_lists"]


class Renderer(mistune.HTMLRenderer):
    """Markdown as the page wants it: headings with an id, own addresses, pictures loaded when they come near."""

    def __init__(self, unit: str, base_url: str) -> None:
        super().__init__(escape=False)
        self.unit, self.base_url = unit, base_url
        self.ids: set[str] = set()

    def heading(self, text: str, level: int, **given: Any) -> str:
        stem = re.sub(r"[^\w]+", "-", re.sub(r"<[^>]*>", "", text).lower()).strip("-") or "part"
        id, n = stem, 2
        while id in self.ids:
            id, n = f"{stem}-{n}", n + 1
        self.ids.add(id)
        return f'<h{level} id="{escape(id)}">{text}</h{level}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        words = f' title="{escape(title)}"' if title else ""
        src = escape(address(self.unit, url, self.base_url))
        # ``text`` is escaped already; a picture without words is decoration and says so by an empty alt
        return f'<img src="{src}" alt="{text}"{words} loading="lazy" decoding="async">'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        to = address(self.unit, url, self.base_url)
        words = f' title="{escape(title)}"' if title else ""
        outside = ' rel="noopener external"' if urlsplit(to).netloc else ""
        if urlsplit(to).scheme.lower() not in {"", "http", "https", "mailto", "tel"}:
            return text
        return f'<a href="{escape(to)}"{words}{outside}>{text}</a>'


def render(notebook: Any, unit: str, base_url: str = "/") -> Page:
    """The pieces of a notebook; empty cells and raw cells are left out."""
    renderer = Renderer(unit, base_url)
    markdown = mistune.create_markdown(renderer=renderer, plugins=PLUGINS)
    # a wide table scrolls by itself (and by keyboard), never the page
    box = f'<div class="room-scroll" tabindex="0" role="group" aria-label="{escape(_("Table"))}">'
    renderer.register("table", lambda self, text: f"{box}<table>{text}</table></div>\n")
    pieces = []
    for index, cell in enumerate(notebook.cells):
        if not str(cell.source).strip():
            continue
        if cell.cell_type == "markdown":
            pieces.append(Piece(index, html=str(markdown(cell.source))))
        elif cell.cell_type == "code":
            pieces.append(Piece(index, code=True))
    return Page(tuple(pieces), titled=any("<h1" in piece.html for piece in pieces))


@lru_cache(maxsize=128)
def _read(file: Path, stamp: tuple[int, int], unit: str, base_url: str) -> tuple[str, Page]:
    text = file.read_text(encoding="utf-8")
    return text, render(nbformat.reads(text, as_version=4), unit, base_url)


def read(course_root: Path, path: str, base_url: str = "/") -> tuple[Any, Page]:
    """A lesson's notebook (a fresh one, to be run) and its page; the page is kept until the file changes."""
    file = course_root / "course" / f"{path}.ipynb"
    stat = file.stat()
    text, page = _read(file, (stat.st_mtime_ns, stat.st_size), path.split("/")[0], base_url)
    notebook = nbformat.v4.reads(text)  # it was looked at when it was first read
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook, page

"""A sheet to draw on, one reading column wide: shapes and words with matplotlib, out comes a small SVG."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from ..i18n import direction
from ..kinds.markup import tag, words
from .fitting import shortened, width
from .words import apart

WIDTH = 330
"""Units across: about the pixels of a small phone, so that a size of 13 is read as such."""
SIZE = 13
INK, SOFT, PAPER, HAIR, EDGE = "#1b2430", "#51606f", "#ffffff", "#d5dce3", "#75828f"
DEEP, PALE = "#1f4e5f", "#dfe9ee"
RING = "#9a4a00"
GREEN, AMBER, RED = "#17663a", "#a86400", "#a3261d"
DASHED = (0, (3, 2))
Style = str | tuple[int, tuple[int, int]]


class Sheet:
    """Shapes and words at units from the top and the reading side (mirrored where that is on the right).

    What people typed never reaches matplotlib, which would look for formulas and missing letters in it: a stand-in is
    drawn, and the words are put in its place as escaped text.
    """

    def __init__(self) -> None:
        self.artists: list[Artist] = []
        self.texts: list[str] = []
        self.mirrored = direction() == "rtl"

    def _x(self, x: float) -> float:
        return WIDTH - x if self.mirrored else x

    # -- words --------------------------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SIZE,
        weight: int = 400,
        color: str = INK,
        at: str = "start",
    ) -> None:
        """One line on the baseline ``y``; ``at``: whether ``x`` is its start, middle or end."""
        if not text:
            return
        sides = {"start": "left", "middle": "center", "end": "right"}
        side = sides[at]
        if self.mirrored:
            side = {"left": "right", "right": "left"}.get(side, side)
        self.texts.append(text)
        stand_in = f"x{len(self.texts) - 1}x"
        kept: dict[str, Any] = {"fontsize": size, "fontweight": weight, "fontfamily": "DejaVu Sans", "usetex": False}
        self.artists.append(Text(self._x(x), y, stand_in, color=color, ha=side, va="baseline", **kept))

    def lines(
        self, x: float, y: float, lines: list[str], *, size: float = SIZE, weight: int = 400, color: str = INK
    ) -> None:
        """Lines under each other, the first one on the baseline ``y``."""
        for n, line in enumerate(lines):
            self.text(x, y + n * round(size * 1.3), line, size=size, weight=weight, color=color)

    # -- shapes -------------------------------------------------------------------------------------------------

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, color: str = HAIR, thick: float = 1, style: Style = "-"
    ) -> None:
        """A straight line."""
        xs = [self._x(x1), self._x(x2)]
        self.artists.append(Line2D(xs, [y1, y2], color=color, linewidth=thick, linestyle=style))

    def box(
        self, x: float, y: float, wide: float, high: float, *, fill: str = "none", edge: str = "none", thick: float = 1,
        style: Style = "-", round: float = 0,
    ) -> None:  # fmt: skip
        """A rectangle from its upper start corner."""
        start = self._x(x + wide) if self.mirrored else x
        shape = f"round,pad=0,rounding_size={round}" if round else "square,pad=0"
        look: dict[str, Any] = {"facecolor": fill, "edgecolor": edge, "linewidth": thick, "linestyle": style}
        self.artists.append(FancyBboxPatch((start, y), wide, high, boxstyle=shape, **look))

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = PAPER,
        edge: str = INK,
        thick: float = 1.2,
        style: Style = "-",
    ) -> None:
        """A circle around its middle."""
        look = {"facecolor": fill, "edgecolor": edge, "linewidth": thick, "linestyle": style}
        self.artists.append(Circle((self._x(x), y), radius, **look))

    def triangle(self, x: float, y: float, radius: float, *, fill: str) -> None:
        """A triangle that stands on its side."""
        x = self._x(x)
        corners = [(x, y - radius), (x + radius, y + 0.8 * radius), (x - radius, y + 0.8 * radius)]
        self.artists.append(Polygon(corners, closed=True, facecolor=fill, edgecolor=fill, linewidth=1))

    # -- out ----------------------------------------------------------------------------------------------------

    def svg(self, high: float, id: str, title: str, about: str) -> str:
        """The sheet as one ``<svg>`` of ``high`` units that says what it is; ids start with ``id``."""
        figure = Figure(figsize=(WIDTH / 72, high / 72), dpi=72)
        figure.patch.set_visible(False)
        turned = Affine2D().scale(1, -1).translate(0, high)
        for artist in self.artists:
            artist.set_transform(turned)
            figure.add_artist(artist)
        out = io.StringIO()
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": id, "path.simplify": False}):
            figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        inside = _lean(out.getvalue())
        inside = re.sub(r">x(\d+)x<", lambda m: f">{words(apart(self.texts[int(m[1])]))}<", inside)
        said = tag("title", words(title), id=f"{id}-title") + tag("desc", words(about), id=f"{id}-desc")
        return tag(
            "svg", said, inside, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {high:g}", role="img",
            aria_labelledby=f"{id}-title {id}-desc", class_="wb-drawing",
        )  # fmt: skip


def _lean(svg: str) -> str:
    """What is drawn, without what would reach into the page around it: ids, style rules, fonts, metadata."""
    inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    inside = re.sub(r"<metadata>.*?</metadata>|<defs>.*?</defs>|<!--.*?-->", "", inside, flags=re.DOTALL)
    inside = re.sub(r' id="[^"]*"| transform="rotate\(-?0 [^"]*"|\s*font-family: [^;"]*;?', "", inside)
    inside = re.sub(r"(\d\.\d)\d+", r"\1", inside)
    return re.sub(r"\s*\n\s*", " ", inside).replace("> <", "><").strip()


class Legend:
    """Signs and what they mean, side by side as far as there is room; :attr:`bottom` is where it ends."""

    def __init__(self, sheet: Sheet, top: float) -> None:
        self.sheet, self.x, self.y = sheet, 0.0, top

    def head(self, text: str) -> None:
        """Words on a line of their own."""
        if self.x:
            self.x, self.y = 0.0, self.y + 32
        self.sheet.text(0, self.y + 18, shortened(text, WIDTH, SIZE))
        self.y += 26

    def add(self, draw: Callable[[float, float], None], text: str) -> None:
        """A sign, drawn by ``draw(x, y)`` around its middle, and what it means."""
        text = shortened(text, WIDTH - 34, SIZE)
        wide = 34 + width(text, SIZE)
        if self.x and self.x + wide > WIDTH:
            self.x, self.y = 0.0, self.y + 32
        draw(self.x + 15, self.y + 15)
        self.sheet.text(self.x + 34, self.y + 20, text)
        self.x += wide + 14

    @property
    def bottom(self) -> float:
        return self.y + (32 if self.x else 0)

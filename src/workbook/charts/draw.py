"""The four charts as drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from ..i18n import _
from . import words
from .canvas import (
    AMBER,
    DASHED,
    DEEP,
    EDGE,
    GREEN,
    HAIR,
    INK,
    PALE,
    PAPER,
    RED,
    RING,
    SIZE,
    SOFT,
    WIDTH,
    Legend,
    Sheet,
)
from .data import DEGREES, LEVELS, STEPS, Health, Need, Needs, Picture, Risk, Risks, Stakeholder, Stakeholders
from .fitting import fit, shortened, width

MOST = 60
"""So many marks at most on a grid, and half as many needs; the words have all."""
OFFERS = 8
LINE = 17
PITCH = 30


def svg(picture: Picture, id: str) -> str:
    """The drawing; ids in it start with ``id``. The same picture always gives the same text."""
    sheet = Sheet()
    match picture:
        case Health():
            high = _health(sheet, picture)
        case Stakeholders():
            high = _stakeholders(sheet, picture)
        case Needs():
            high = _needs(sheet, picture)
        case Risks():
            high = _risks(sheet, picture)
    return sheet.svg(high, id, words.title(picture), words.summary(picture))


# -- health check -------------------------------------------------------------------------------------------------

TEXT, COLUMN = 186, 48


def _level(sheet: Sheet, level: str, x: float, y: float) -> None:
    if level == "green":
        sheet.circle(x, y, 8, fill=GREEN, edge=GREEN)
    elif level == "amber":
        sheet.triangle(x, y, 9, fill=AMBER)
    else:
        sheet.box(x - 7.5, y - 7.5, 15, 15, fill=RED, edge=RED)


def _health(sheet: Sheet, picture: Health) -> float:
    middle = {level: TEXT + COLUMN * (n + 0.5) for n, level in enumerate(LEVELS)}
    y = 0.0
    for block in picture.blocks:
        sheet.text(0, y + 18, shortened(words.block(block.id), TEXT, 15, 700), size=15, weight=700)
        for level, x in middle.items():
            sheet.text(x, y + 18, shortened(words.level(level), COLUMN, 12), size=12, color=SOFT, at="middle")
        y += 26
        for line in block.lines:
            sheet.line(0, y, WIDTH, y)
            lines = fit(line.text, TEXT, SIZE, 3)
            high = max(34, len(lines) * LINE + 14)
            sheet.lines(0, y + (high - len(lines) * LINE) / 2 + 13, lines)
            if line.level:
                _level(sheet, line.level, middle[line.level], y + high / 2)
            else:
                sheet.line(TEXT + 8, y + high / 2, TEXT + 40, y + high / 2, color=EDGE, style=DASHED)
                sheet.line(WIDTH - 40, y + high / 2, WIDTH - 8, y + high / 2, color=EDGE, style=DASHED)
                sheet.text(middle["amber"], y + high / 2 + 4, words.level("").lower(), color=SOFT, at="middle")
            y += high
        sheet.line(0, y, WIDTH, y)
        y += 14
    return y - 8


# -- grids --------------------------------------------------------------------------------------------------------


class Marked(Protocol):
    """Anything that has a place on a grid."""

    @property
    def number(self) -> int: ...


M = TypeVar("M", bound=Marked)


def _grid(
    sheet: Sheet,
    cells: Mapping[tuple[Any, Any], Sequence[M]],
    *,
    across: Mapping[Any, str],
    up: Mapping[Any, str],
    names: tuple[str, str],
    mark: Callable[[Sheet, float, float, M], None],
    fill: Callable[[Any, Any], str],
) -> float:
    """A grid with marks in its cells, as high as the fullest cells need; ``names`` of the axis across and up."""
    sheet.text(0, 16, f"{names[1]} ↑", weight=700)
    start = max(width(label, SIZE) for label in up.values()) + 8
    wide = (WIDTH - start - 1) / len(across)
    beside = max(1, int((wide - 4) // PITCH))
    y = 26.0
    for step in reversed(list(up)):
        rows: int = max(-(-len(cells.get((x, step), ())) // beside) for x in across)
        high: float = max(2 if len(up) == 3 else 1, rows) * PITCH + 8
        sheet.text(start - 8, y + high / 2 + 5, up[step], at="end")
        for n, x in enumerate(across):
            sheet.box(start + n * wide, y, wide, high, fill=fill(x, step), edge=EDGE, thick=0.8)
            here = cells.get((x, step), ())
            for i, one in enumerate(here):
                row, place = divmod(i, beside)
                inrow = min(beside, len(here) - row * beside)
                mark(
                    sheet,
                    start + (n + 0.5) * wide + (place - (inrow - 1) / 2) * PITCH,
                    y + high / 2 + (row - (-(-len(here) // beside) - 1) / 2) * PITCH,
                    one,
                )
        y += high
    for n, label in enumerate(across.values()):
        sheet.text(start + (n + 0.5) * wide, y + 18, label, at="middle")
    sheet.text(WIDTH, y + 38, f"{names[0]} {'←' if sheet.mirrored else '→'}", weight=700, at="end")
    return y + 46


def _cells(marks: Iterable[M], where: Callable[[M], tuple[Any, Any]]) -> dict[tuple[Any, Any], list[M]]:
    cells: dict[tuple[Any, Any], list[M]] = {}
    for one in list(marks)[:MOST]:
        cells.setdefault(where(one), []).append(one)
    return cells


def _number(sheet: Sheet, x: float, y: float, number: int, color: str = INK) -> None:
    size = 12 if number < 100 else 10
    sheet.text(x, y + size * 0.36, str(number), size=size, weight=700, color=color, at="middle")


def _affected(sheet: Sheet, affected: str, unheard: bool, x: float, y: float) -> None:
    """How strongly affected, as a shape: circle, square, ring; a filled ring has little influence."""
    if affected == "high":
        sheet.circle(x, y, 12.5, edge=RING, thick=3)
        sheet.circle(x, y, 9.2, fill=RING if unheard else PAPER, edge="none")
    elif affected == "medium":
        sheet.box(x - 10, y - 10, 20, 20, fill=PAPER, edge=DEEP, thick=1.4, round=2)
    else:
        sheet.circle(x, y, 10.5, edge=DEEP, thick=1.4, style="-" if affected else DASHED)


def _stakeholders(sheet: Sheet, picture: Stakeholders) -> float:
    def mark(sheet: Sheet, x: float, y: float, one: Stakeholder) -> None:
        _affected(sheet, one.affected, one.unheard, x, y)
        _number(sheet, x, y, one.number, PAPER if one.unheard else INK)

    degrees = {id: words.degree(id) for id in DEGREES}
    placed = [one for one in picture.all if one.placed]
    y = _grid(
        sheet,
        _cells(placed, lambda one: (one.interest, one.influence)),
        across=degrees,
        up=degrees,
        names=(_("Interest"), _("Influence")),
        mark=mark,
        fill=lambda _x, _y: "#f5f8fa",
    )
    legend = Legend(sheet, y)
    legend.head(_("How strongly affected:"))
    for id in (*DEGREES, ""):
        if id or any(not one.affected for one in placed):
            legend.add(partial(_affected, sheet, id, False), words.degree(id))
    if any(one.unheard for one in placed):
        legend.add(partial(_affected, sheet, "high", True), _("high, with little influence: work with them"))
    return _more(sheet, len(placed) - MOST, legend.bottom)


def _more(sheet: Sheet, n: int, y: float) -> float:
    """Says how many did not find a place; where the drawing ends then."""
    if n <= 0:
        return y
    sheet.text(0, y + 16, _("and {n} more, see “In words”").format(n=n), color=SOFT)
    return y + 26


# -- risks --------------------------------------------------------------------------------------------------------


def _answered(sheet: Sheet, answered: bool, x: float, y: float) -> None:
    if answered:
        sheet.circle(x, y, 11, edge=DEEP, thick=1.6)
    else:
        sheet.box(x - 11, y - 11, 22, 22, fill=RED, edge=RED)


def _tint(size: int) -> str:
    """From white to grey-blue, darker with likelihood × impact; ink on it stays readable."""
    share = (size - 1) / 24
    white, dark = (255, 255, 255), (176, 196, 206)
    return "#" + "".join(f"{round(w + (d - w) * share):02x}" for w, d in zip(white, dark, strict=True))


def _risks(sheet: Sheet, picture: Risks) -> float:
    def mark(sheet: Sheet, x: float, y: float, one: Risk) -> None:
        _answered(sheet, bool(one.answer), x, y)
        _number(sheet, x, y, one.number, INK if one.answer else PAPER)

    placed = [one for one in picture.all if one.placed]
    steps = {step: str(step) for step in STEPS}
    y = _grid(
        sheet,
        _cells(placed, lambda one: (one.likelihood, one.impact)),
        across=steps,
        up=steps,
        names=(_("Likelihood"), _("Impact")),
        mark=mark,
        fill=lambda x, y: _tint(x * y),
    )
    legend = Legend(sheet, y)
    legend.add(partial(_answered, sheet, True), _("has an answer"))
    legend.add(partial(_answered, sheet, False), _("no answer yet"))
    legend.head(_("The darker, the larger likelihood × impact."))
    return _more(sheet, len(placed) - MOST, legend.bottom)


# -- needs --------------------------------------------------------------------------------------------------------

CHIP, TAG = 26, 56
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "own": {"fill": DEEP, "edge": DEEP},
    "agreed": {"fill": DEEP, "edge": DEEP},
    "asked": {"fill": PALE, "edge": DEEP},
    "assumed": {"fill": PAPER, "edge": DEEP, "style": DASHED},
    "open": {"fill": PAPER, "edge": RED, "style": DASHED, "thick": 2},
}


def _chip(sheet: Sheet, y: float, tag: str, text: str, state: str, said: str) -> float:
    """A bar that says who brings something; the surer, the more solid. How high it is."""
    ink = {"own": PAPER, "agreed": PAPER, "open": RED}.get(state, INK)
    weight = 700 if state == "open" else 400
    room: float = WIDTH - TAG - 20 - (width(said, 12) + 8 if said else 0)
    lines = fit(text, room, SIZE, 2, weight)
    high = CHIP + (len(lines) - 1) * LINE
    sheet.box(TAG, y + 1, WIDTH - TAG - 1, high - 2, round=5, **LOOKS[state])
    sheet.text(0, y + 18, shortened(tag, TAG - 4, 12), size=12, color=SOFT)
    sheet.text(WIDTH - 9, y + 18, said, size=12, color=ink, at="end")
    sheet.lines(TAG + 9, y + 18, lines, weight=weight, color=ink)
    return high


def _chips(need: Need) -> list[tuple[str, str, str, str]]:
    """What is drawn under a need: tag, text, look, status in words."""
    found = [("", _("We have it ourselves"), "own", "")] if need.have == "all" else []
    for offer in need.offers[:OFFERS]:
        tag = {"in-kind": _("in kind"), "cash": _("cash")}.get(offer.kind, "")
        found.append((tag, words.giver(offer), offer.status, words.status(offer.status)))
    if len(need.offers) > OFFERS:
        found.append(("", _("and {n} more").format(n=len(need.offers) - OFFERS), "assumed", ""))
    if need.state == "open":
        text = _("! Open: we have only a part") if need.have == "part" else _("! Open: nobody yet")
        found.append(("", text, "open", ""))
    return found


def _needs(sheet: Sheet, picture: Needs) -> float:
    y: float = 0
    for need in picture.all[: MOST // 2]:
        lines = fit(f"{need.number}. {need.text}", WIDTH, 14, 2, 700)
        sheet.lines(0, y + 16, lines, size=14, weight=700)
        y += len(lines) * 18 + 5
        for tag, text, state, said in _chips(need):
            y += _chip(sheet, y, tag, text, state, said) + 3
        y += 5
        sheet.line(0, y, WIDTH, y, color=HAIR)
        y += 7
    return _more(sheet, len(picture.all) - MOST // 2, y - 4)

"""The learner's whole plan at a glance: what each worksheet holds, and what is still to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from ..fields import Html
from ..i18n import _, direction, ngettext
from ..kinds.markup import lesson_link, tag, words
from ..model import Finding

SHOWN = 2
"""So many remarks of a worksheet stand open; the others are folded."""


@dataclass(frozen=True)
class Overlooked:
    """One worksheet of the own plan.

    ``address``: unit/exercise/question. ``called``: what it asks for. ``rows``: how many the learner has filled.
    ``findings`` are open, ``aside`` so many were answered instead. ``broken``: sentences on rows that are gone.
    """

    address: str
    called: str
    rows: int = 0
    findings: tuple[Finding, ...] = ()
    aside: int = 0
    broken: tuple[str, ...] = ()
    private: bool = False

    @property
    def open(self) -> int:
        return len(self.findings) + len(self.broken)


@dataclass(frozen=True)
class Chapter:
    """An exercise of the own plan: where it is, its worksheets, and how many of its other questions are answered."""

    unit: str
    title: str
    lesson: str
    sheets: tuple[Overlooked, ...]
    answered: int = 0
    asked: int = 0

    @property
    def begun(self) -> bool:
        return self.answered > 0 or any(sheet.rows for sheet in self.sheets)


def plan_overview(chapters: Iterable[Chapter], *, prefix: str = "wb", level: int = 3) -> Html:
    """The page: a sentence on the whole, then unit by unit each exercise with its worksheets. No points."""
    chapters = list(chapters)
    head = tag(f"h{level}", words(_("Your plan at a glance")), class_="wb-title", id=f"{prefix}-title")
    parts = []
    for unit, group in groupby(chapters, key=lambda chapter: chapter.unit):
        listed = tag("ul", *map(_chapter, group), class_="wb-checklist wb-chapters", role="list")
        parts.append(tag(f"h{level + 1}", words(unit), class_="wb-unit") + listed)
    about = {"dir": direction(), "data_live": True, "aria_labelledby": f"{prefix}-title"}
    return tag(
        "section", head, tag("p", words(in_all(chapters)), class_="wb-sum"), *parts, class_="wb wb-overview", **about
    )


def in_all(chapters: Iterable[Chapter]) -> str:
    """The whole plan in a sentence or two."""
    chapters = list(chapters)
    sheets = [sheet for chapter in chapters for sheet in chapter.sheets]
    begun = [sheet for sheet in sheets if sheet.rows]
    if not begun:
        return _("There is nothing in your worksheets yet. Each line below leads to the lesson where one is filled in.")
    rows = sum(sheet.rows for sheet in sheets)
    said = ngettext("{n} row in {begun} of {all} worksheets.", "{n} rows in {begun} of {all} worksheets.", rows)
    told = [said.format(n=rows, begun=len(begun), all=len(sheets))]
    open_, gone = sum(bool(sheet.findings) for sheet in begun), sum(len(sheet.broken) for sheet in sheets)
    if open_:
        text = ngettext("{n} worksheet has remarks to look at.", "{n} worksheets have remarks to look at.", open_)
        told.append(text.format(n=open_))
    if gone:
        text = ngettext("{n} entry names a row that is gone.", "{n} entries name rows that are gone.", gone)
        told.append(text.format(n=gone))
    if not open_ and not gone:
        told.append(_("No remark is open in what you have written."))
    return " ".join(told)


def _chapter(chapter: Chapter) -> Html:
    link = lesson_link(chapter.title, chapter.lesson)
    done = chapter.begun and not any(sheet.open or not sheet.rows for sheet in chapter.sheets)
    said = [_sheet_state(chapter.sheets[0])] if len(chapter.sheets) == 1 else []
    if chapter.asked:
        other, only = _("{done} of {all} other questions answered"), _("{done} of {all} questions answered")
        said.append((other if chapter.sheets else only).format(done=chapter.answered, all=chapter.asked))
    if not chapter.begun:
        said = [_("nothing yet")]
    inside = [tag("span", link), tag("span", words(" · ".join(said)), class_="wb-tags")]
    if len(chapter.sheets) > 1 and chapter.begun:
        inside.append(tag("ul", *map(_part, chapter.sheets), class_="wb-parts", role="list"))
    elif len(chapter.sheets) == 1:
        inside.append(_remarks(chapter.sheets[0]))
    look = "wb-done" if done else "wb-left" if any(sheet.open for sheet in chapter.sheets) else None
    return tag("li", *inside, class_=look)


def _part(sheet: Overlooked) -> Html:
    state = tag("span", words(_sheet_state(sheet)), class_="wb-tags")
    return tag("li", tag("span", words(sheet.called)), " ", state, _remarks(sheet))


def _sheet_state(sheet: Overlooked) -> str:
    if not sheet.rows:
        return _("nothing yet")
    said = [ngettext("{n} row", "{n} rows", sheet.rows).format(n=sheet.rows)]
    if sheet.open:
        said.append(ngettext("{n} remark", "{n} remarks", sheet.open).format(n=sheet.open))
    if sheet.aside:
        said.append(_("{n} set aside").format(n=sheet.aside))
    if sheet.private:
        said.append(_("private"))
    return " · ".join(said)


def _remarks(sheet: Overlooked) -> Html:
    """Rows that are gone first, then what checks say: the first few, the others folded."""
    if not sheet.rows:
        return ""
    told = [tag("li", words(text)) for text in sheet.broken] + [tag("li", found.message) for found in sheet.findings]
    inside = tag("ul", *told[:SHOWN]) if told else ""
    more = len(told) - SHOWN
    if more > 0:
        head = tag("summary", words(ngettext("{n} more remark", "{n} more remarks", more).format(n=more)))
        inside += tag("details", head, tag("ul", *told[SHOWN:]), class_="wb-more")
    return tag("div", inside, class_="wb-remarks", data_check=sheet.address) if inside else ""

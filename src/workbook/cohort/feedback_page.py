"""One learner's unit, marked, as a page of its own: no script, nothing from outside, and as good on paper.

Everything here is a function from what is known to HTML. What a learner may not see never gets in: keys, reasons, model
answers and the words of rubrics only once the unit is released; of a test never which answers were right; private
questions and columns not at all, whatever a file claims.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ..fields import Html
from ..gradebook.marks import Marks, Paper
from ..gradebook.submission import Submission
from ..i18n import _, direction, language, ngettext
from ..kinds.markup import tag, words
from ..model import Exercise
from .feedback_parts import Part, points, said

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
LINK: Final = re.compile(r"</?(?:a|img)\b[^>]*>")
"""Only authors' words have any: learners' and trainers' are escaped."""


@dataclass(frozen=True)
class Unit:
    """What is the same on every learner's page. ``exercises`` with keys, in the order of the course."""

    course: str
    title: str
    exercises: Sequence[Exercise]
    released: bool = False


@dataclass(frozen=True)
class Sent:
    """What is known of one learner: what they handed in and what the gradebook says of it.

    ``at``: UTC. ``uncounted``: ids of exercises that never count: tests, and forms that somebody else drew.
    """

    name: str
    submission: Submission
    marks: Marks
    receipt: str = ""
    at: str = ""
    uncounted: Collection[str] = ()


class UnitPage:
    """A unit, ready to be filled in for one learner after another."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self._parts = [Part(exercise, unit.released) for exercise in unit.exercises]
        self._end = "</main></body></html>\n"
        title = _("Feedback: {unit}").format(unit=unit.title)
        self._head = (
            f'<!DOCTYPE html>\n<html lang="{words(language())}" dir="{direction()}"><head><meta charset="utf-8">'
            + f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            + '<meta name="viewport" content="width=device-width, initial-scale=1">'
            + tag("title", words(f"{title} – {unit.course}"))
            + tag("style", style())
            + "</head><body><main>"
            + tag("p", words(unit.course), class_="course")
            + tag("h1", words(title))
        )

    def draw(self, sent: Sent) -> Html:
        """The page of one learner."""
        drawn = []
        for part in self._parts:
            counts = part.exercise.id not in sent.uncounted
            paper = sent.marks.papers.get(part.exercise.name) if counts else None
            values = part.read(sent.submission.values.get(part.exercise.name, {}))
            if counts or values:
                drawn.append(part.draw(values, sent.submission, paper, counts=counts))
        others = [self._other(name, paper) for name, paper in sent.marks.papers.items() if self._is_other(name)]
        # Links of the course lead nowhere from here.
        return LINK.sub("", "".join((self._head, self._facts(sent), *drawn, *others, self._end)))

    def _is_other(self, name: str) -> bool:
        return all(part.exercise.name != name for part in self._parts)

    def _other(self, name: str, paper: Paper) -> Html:
        """A notebook with code of the trainer's: its points and what was said of it."""
        total = sum(mark.points or 0.0 for mark in paper.marks.values())
        head = tag("h2", words(name))
        whole = points(total, sum(mark.most for mark in paper.marks.values()))
        about = tag("p", words(_("Points: {points}").format(points=whole)), class_="points")
        return tag("section", head, about, *(said(comment) for comment in paper.comments.values()))

    def _facts(self, sent: Sent) -> Html:
        """Whose page it is, and the points of the whole unit."""
        rows = [(_("Name"), sent.name), (_("Receipt"), sent.receipt), (_("Handed in (UTC)"), sent.at)]
        left = {id.partition("/")[2] for id in sent.uncounted}
        papers = [paper for name, paper in sent.marks.papers.items() if name not in left]
        rows += self._sums(papers)
        facts = tag("dl", *(tag("dt", words(k)) + tag("dd", words(v), dir="auto") for k, v in rows if v))
        waiting = sum(mark.waits for paper in papers for mark in paper.marks.values())
        if waiting:
            text = ngettext(
                "{n} part still waits for a person: the points are not final.",
                "{n} parts still wait for a person: the points are not final.",
                waiting,
            )
            facts += tag("p", words(text.format(n=waiting)), class_="notice")
        remarks = [tag("li", words(text), dir="auto") for text in sent.submission.remarks]
        odd = tag("p", words(_("About what you handed in:"))) + tag("ul", *remarks) if remarks else ""
        return facts + (tag("div", odd, class_="notice") if odd else "")

    @staticmethod
    def _sums(papers: Sequence[Paper]) -> list[tuple[str, str]]:
        marks = [mark for paper in papers for mark in paper.marks.values()]
        most, lost = sum(mark.most for mark in marks), sum(paper.penalty for paper in papers)
        earned = sum(mark.points or 0.0 for mark in marks)
        if not marks:
            return []
        rows = [(_("Points"), points(earned, most))]
        if lost:
            rows.append((_("Lost for being late"), f"{lost:g}"))
            rows.append((_("Result"), points(max(0.0, earned - lost), most)))
        return rows


@cache
def style() -> str:
    """The page's own style sheet, in the colours of the course."""
    static = Path(__file__).parent.parent / "static"
    colours = re.findall(r"--wb-[a-z-]+: [^;]+;", (static / "form.css").read_text(encoding="utf-8").split("}")[0])
    own = (static / "feedback.css").read_text(encoding="utf-8")
    return f":root {{ {' '.join(colours)} }}\n{own}"

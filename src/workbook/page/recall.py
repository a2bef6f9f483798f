"""An earlier answer of the learner, shown with the question that recalls it."""

from __future__ import annotations

from dataclasses import dataclass

from ..fields import Html
from ..i18n import _, ngettext
from ..kinds.markup import lesson_link, tag, words
from ..model import Question

MOST = 20
"""So many rows of a worksheet are shown; a hint says how many there are more."""


@dataclass(frozen=True)
class Recalled:
    """What the learner answered earlier: as ``text``, or a worksheet as ``rows``, each with its name and the rest.

    ``lesson`` (unit/lesson) asked for it and is called ``title``. Without text and rows there is no answer yet.
    """

    lesson: str
    title: str
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()

    @property
    def answered(self) -> bool:
        return bool(self.text or self.rows)


def recalled(question: Question, earlier: Recalled | None, here: str, mode: str) -> Html:
    """The earlier answer, folded open; where there is none yet, where it is asked for. ``here`` is this lesson."""
    if question.recall is None:
        return ""
    if earlier is None:
        # A preview has no learner.
        text = _("Here stands what the learner answered to {question}.").format(question=question.recall)
        return tag("p", words(text), class_="wb-recall")
    if mode == "paper":
        return _on_paper(earlier)
    # The script fits the address to where the page is shown.
    link = lesson_link(earlier.title, earlier.lesson)
    if not earlier.answered:
        if earlier.lesson == here:
            return tag(
                "p", words(_("Your answer from further up will stand here. There is none yet.")), class_="wb-recall"
            )
        said = words(
            _("Your answer from an earlier lesson will stand here. There is none yet. It is asked for in: {lesson}")
        )
        return tag("p", said.replace("{lesson}", link), class_="wb-recall")
    place = (
        words(_("From this lesson, further up."))
        if earlier.lesson == here
        else words(_("From the lesson")) + " " + link
    )
    head = tag("summary", words(_("What you wrote earlier")))
    return tag("details", head, _said(earlier), tag("p", place, class_="wb-read"), class_="wb-recall", open=True)


def _on_paper(earlier: Recalled) -> Html:
    if not earlier.answered:
        text = _("Have at hand what you wrote in the lesson “{lesson}”.").format(lesson=earlier.title)
        return tag("p", words(text), class_="wb-recall")
    head = _("What you wrote earlier, in the lesson “{lesson}”").format(lesson=earlier.title)
    return tag("div", tag("p", words(head), class_="wb-recall-title"), _said(earlier), class_="wb-recall")


def _said(earlier: Recalled) -> Html:
    if not earlier.rows:
        return tag("p", words(earlier.text).replace("\n", "<br>"), class_="wb-recalled")
    items = [
        tag("li", tag("strong", words(name)), words(f" – {rest}" if rest else "")) for name, rest in earlier.rows[:MOST]
    ]
    more = len(earlier.rows) - MOST
    if more > 0:
        items.append(tag("li", words(ngettext("and {n} more row", "and {n} more rows", more).format(n=more))))
    return tag("ul", *items, class_="wb-recalled")

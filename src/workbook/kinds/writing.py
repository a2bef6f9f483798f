"""Fields for typing, as HTML: one line or many, with a limit of words, and lines to write on by hand."""

from __future__ import annotations

from ..fields import Html
from ..i18n import _
from .base import Place
from .choices import line
from .markup import tag, words
from .texts import LONGEST, count, limits


def described(place: Place, *more: str) -> str | None:
    """What ``aria-describedby`` says: the question's own help, then ``more`` ids."""
    return " ".join([place.described, *more]).strip() or None


def typing(
    value: str | None, place: Place, *, lines: int = 1, least: int | None = None, most: int | None = None
) -> Html:
    """A labelled text field, of ``lines`` lines, with the limit of words below.

    The limit is ``<p class="wb-words" data-words-for="<id of the field>">`` with ``data-words-least`` and
    ``data-words-most``; a script writes the number of words so far into its ``<span data-words-count>``, in the words
    of ``data-words-text`` (``{n}`` stands for the number).
    """
    limit = limits(least, most)
    if place.mode == "paper":
        asked = tag("p", words(limit), class_="wb-words") if limit else ""
        return asked + written(value, lines)
    said, limited = value or "", f"{place.id}--words" if limit else ""
    label = tag("label", words(_("Your answer")), for_=f"{place.id}--text", class_="wb-label")
    given = {
        "name": place.name,
        "id": f"{place.id}--text",
        "maxlength": LONGEST,
        "aria_describedby": described(place, limited),
        "aria_required": "true" if place.required else None,
    }
    if lines == 1:
        field = tag("input", type="text", value=said, autocomplete="off", **given)
    else:
        field = tag("textarea", words(said), rows=lines, **given)
    so_far = _("{n} so far")
    shown = tag("span", words(so_far.format(n=count(said))), data_words_count=True)
    counted = {
        "data_words_for": f"{place.id}--text",
        "data_words_least": least,
        "data_words_most": most,
        "data_words_text": so_far,
    }
    below = tag("p", words(limit), " · ", shown, class_="wb-words", id=limited, **counted) if limit else ""
    return label + field + below


def written(value: str | None, lines: int) -> Html:
    """On paper: what was written, or ``lines`` empty lines."""
    if value:
        return tag("div", words(value).replace("\n", "<br>"), class_="wb-written")
    return tag("div", *[line(long=True) for _line in range(lines)], class_="wb-lines")

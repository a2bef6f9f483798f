"""Words that learners type: cleaned, counted and compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ..i18n import _, ngettext
from .base import Malformed

LONGEST = 20_000
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def clean(raw: Any, *, lines: bool = True) -> str | None:
    """``raw`` without outer space, control characters, broken code points; None for nothing. One line if not ``lines``.

    Raises Malformed for what is no text and for more than ``LONGEST`` characters.
    """
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise Malformed(_("Write your answer in words."))
    if len(raw) > LONGEST:
        over = _("This text is too long to be stored: {n} characters, and {most} is the most. Please shorten it.")
        raise Malformed(over.format(n=len(raw), most=LONGEST))
    # Half of a character pair can be typed into a file but never stored as UTF-8.
    text = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return (text if lines else " ".join(text.split())).strip() or None


def count(text: str) -> int:
    """How many words: what stands between spaces, as the form's script counts."""
    return len(text.split())


def folded(text: str) -> str:
    """Letters and digits only, without case, so that ``Co-ordinate!`` equals ``coordinate``."""
    same = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in same if char.isalnum() or unicodedata.category(char)[0] == "M")


def limits(least: int | None, most: int | None) -> str:
    """The number of words asked for, in words; '' if there is no limit."""
    if least and most:
        return _("{least} to {most} words").format(least=least, most=most)
    if most:
        return ngettext("At most {n} word", "At most {n} words", most).format(n=most)
    return ngettext("At least {n} word", "At least {n} words", least).format(n=least) if least else ""

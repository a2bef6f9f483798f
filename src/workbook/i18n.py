"""Words of the interface in the learner's language, through gettext."""

from __future__ import annotations

import gettext as _gettext
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
DEFAULT = "en"
_language = DEFAULT


@cache
def _translations(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("workbook", LOCALES, languages=[language], fallback=True)


def use(language: str) -> None:
    """Speak ``language`` (such as ``fr``) from now on; a word without translation stays English."""
    global _language
    _language = language


def language() -> str:
    """The language spoken now, such as ``en``."""
    return _language


def _(message: str) -> str:
    return _translations(_language).gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """The words for ``n`` things: ``one`` or ``many`` in English, as many forms as the language has."""
    return _translations(_language).ngettext(one, many, n)


def direction(language: str | None = None) -> str:
    """``rtl`` for languages written from right to left, else ``ltr``."""
    return "rtl" if (language or _language).split("-")[0] in {"ar", "fa", "he", "ur", "ps", "dv"} else "ltr"

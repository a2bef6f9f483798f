"""Fitting words into a place of a given width, as far as that can be told without the reader's fonts."""

from __future__ import annotations

import unicodedata

NARROW = set("ijltfrI.,;:!|'’()[]·- ")
WIDE = set("mwMWOQGDHNU@%—…")


def clusters(text: str) -> list[str]:
    """The text's letters as people see them: an emoji or an accented letter is not to be cut through."""
    found: list[str] = []
    joined = False
    for c in text:
        belongs = unicodedata.category(c) in ("Mn", "Me", "Mc", "Cf") or "\U0001f3fb" <= c <= "\U0001f3ff"
        if found and (joined or belongs):
            found[-1] += c
        else:
            found.append(c)
        joined = c == "\u200d"
    return found


def width(text: str, size: float, weight: int = 400) -> float:
    """About how wide ``text`` is at ``size``; on the safe side for the fonts of common systems."""
    total = 0.0
    for c in clusters(text):
        first = c[0]
        if unicodedata.east_asian_width(first) in "WF" or unicodedata.category(first) == "So":
            total += 1.15
        elif first in NARROW:
            total += 0.4
        elif first in WIDE:
            total += 0.95
        else:
            total += 0.7 if first.isupper() else 0.61
    return total * size * (1.13 if weight > 500 else 1)


def shortened(text: str, room: float, size: float, weight: int = 400) -> str:
    """``text``, cut with … if it is wider than ``room``."""
    if width(text, size, weight) <= room:
        return text
    kept = ""
    for c in clusters(text):
        if width(kept + c + "…", size, weight) > room:
            break
        kept += c
    return kept.rstrip() + "…"


def fit(text: str, room: float, size: float, most: int, weight: int = 400) -> list[str]:
    """``text`` in at most ``most`` lines, the last one cut with … if need be; a word longer than a line is parted."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size, weight) <= room:
            lines[-1] = longer
        elif width(word, size, weight) <= room:
            lines.append(word)
        else:
            lines[-1:] = _parts(longer, room, size, weight)
        if len(lines) > most:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], shortened(f"{lines[most - 1]} {lines[most]}…", room, size, weight)]
    return lines


def _parts(text: str, room: float, size: float, weight: int) -> list[str]:
    """A line that is too long, parted between letters."""
    parts = [""]
    for c in clusters(text):
        if parts[-1] and width(parts[-1] + c, size, weight) > room:
            parts.append("")
        parts[-1] += c
    return parts

"""How hard a text is to read: sentences, syllables and the Flesch-Kincaid grade (US school years)."""

from __future__ import annotations

import re


def sentences(text: str) -> list[str]:
    """The sentences of prose; a paragraph ends one even without a full stop."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        found += re.split(r"(?<=[.!?:;])[\"')\]]*\s+", " ".join(block.split()))
    return [s for s in found if len(s.split()) > 1]


def syllables(word: str) -> int:
    """A count good enough for averages: groups of vowels, less a silent e."""
    word = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^l])e$|es$|ed$", "", word)))
    return max(1, count)


def grade(text: str) -> float:
    """Flesch-Kincaid grade level of ``text``; 0 for an empty one."""
    said = sentences(text)
    words = [word for s in said for word in re.findall(r"[A-Za-z][A-Za-z'’-]*", s)]
    if not said or not words:
        return 0.0
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59

"""What the kinds share that ask for one choice at each of several parts: match, scale, situational."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..errors import near
from ..fields import Html, Node, plain
from ..i18n import _
from ..model import Note
from .base import Entries, Malformed, first
from .markup import words


def gather(entries: Entries, parts: Collection[str]) -> dict[str, str]:
    """What was sent for each part; parts left blank are left out."""
    sent = {part: first(entries, part) for part in parts}
    return {part: value for part, value in sent.items() if value}


def parse(raw: Any, parts: Collection[str], choices: Collection[str], what: str) -> dict[str, str] | None:
    """``{part: choice}`` in the order of the parts; None if all are blank. ``what`` tells the learner what to do."""
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or len(raw) > len(parts):
        raise Malformed(what)
    given = {}
    for part, choice in raw.items():
        if not isinstance(part, str) or part not in parts:
            raise Malformed(what)
        if choice is None or choice == "":
            continue
        if not isinstance(choice, str) or choice not in choices:
            raise Malformed(what, part)
        given[part] = choice
    return {part: given[part] for part in parts if part in given} or None


def astray(node: Node, key: Mapping[str, str], choices: Collection[str], what: str) -> None:
    """Report every entry of a key that is none of the choices; ``node`` holds the key."""
    for part, choice in key.items():
        if choice not in choices:
            node.at(part).wrong(f"is not {what} of this question.{near(choice, choices)}")


def guarded(right: int, wrong: int, choices: int, all: int) -> float:
    """The share earned; each wrong one takes away what a guess among ``choices`` gains: guessing earns nothing."""
    return max(0.0, (right * (choices - 1) - wrong) / (all * (choices - 1)))


def tally(right: int, all: int) -> Note:
    """How many parts are right, as a note on the whole."""
    return Note("", right == all, words(_("{right} of {all} are right.").format(right=right, all=all)))


def lines(parts: Mapping[str, Html], value: Mapping[str, Any], names: Mapping[str, Html] | None = None) -> str:
    """``part: choice`` in words, a line for each part; a dash where nothing was chosen."""

    def said(part: str) -> str:
        given = value.get(part)
        return "–" if given is None else plain(names[given]) if names else str(given)

    return "\n".join(f"{plain(text)}: {said(part)}" for part, text in parts.items())

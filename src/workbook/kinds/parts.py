"""What the kinds share that ask for one choice at each of several parts: match, scale, situational."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..errors import near
from ..fields import Html, Node, plain
from ..i18n import _
from ..model import Marked, Note
from .base import Entries, Malformed, first, must_be
from .markup import words

NAMED = 3
"""So many parts left open are named; more are counted."""


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


def complete(value: Mapping[str, Any] | None, parts: Collection[str]) -> bool:
    """Whether each part has its choice."""
    return value is not None and len(value) == len(parts)


def verify(node: Node, key: Any, parts: Collection[str], part: str, choices: Collection[str], choice: str) -> None:
    """Report parts and choices of a key's answer that are not there; ``part``, ``choice``: what one is called."""
    answer = node.at("key").at("answer")
    must_be(answer, key.answer, parts, part)
    for id, chosen in key.answer.items():
        if chosen not in choices:
            answer.at(id).wrong(f"is not {choice} of this question.{near(chosen, choices)}")
    explained(node, key, parts, part)


def explained(node: Node, key: Any, parts: Collection[str], part: str) -> None:
    """Report feedback for parts that are not there."""
    if key.feedback:
        must_be(node.at("key").at("feedback"), key.feedback, parts, part)


def guarded(notes: Sequence[Note], choices: int, all: int) -> float:
    """The share earned; each wrong one takes away what a guess among ``choices`` gains: guessing earns nothing."""
    right, wrong = (sum(note.right is said for note in notes) for said in (True, False))
    return max(0.0, (right * (choices - 1) - wrong) / (all * (choices - 1)))


def marked(fraction: float, notes: Sequence[Note], right: Html | None, asked: Mapping[str, Html]) -> Marked:
    """The share with its notes, led by ``right`` when all is right, else by how many of ``asked`` are, and are open."""
    if fraction == 1:
        return Marked(fraction, (Note("", True, right or ""), *notes))
    hits, given = sum(note.right is True for note in notes), [note.part for note in notes]
    tally = _("{right} of {all} are right.").format(right=hits, all=len(asked))
    left = [plain(text) for part, text in asked.items() if part not in given]
    if len(left) > NAMED:
        tally += " " + _("{n} are left open.").format(n=len(left))
    elif left:
        tally += " " + _("Left open: {parts}.").format(parts="; ".join(left))
    return Marked(fraction, (Note("", hits == len(asked), words(tally)), *notes))


def malformed(parts: Collection[str], choices: Collection[str]) -> list[Any]:
    """What is no answer to any such question."""
    part, choice = next(iter(parts)), next(iter(choices))
    return [{part: "no-such-choice"}, {"no-such-part": choice}, {part: 3}, {part: [choice]}, [part], "a", 3]


def reversed_parts(value: Mapping[str, Any]) -> tuple[Any, Any]:
    """The same answer given in another order, and as it is stored."""
    return dict(reversed(list(value.items()))), value


def lines(parts: Mapping[str, Html], value: Mapping[str, Any], names: Mapping[str, Html] | None = None) -> str:
    """``part: choice`` in words, a line for each part; a dash where nothing was chosen."""

    def said(part: str) -> str:
        given = value.get(part)
        return "–" if given is None else plain(names[given]) if names else str(given)

    return "\n".join(f"{plain(text)}: {said(part)}" for part, text in parts.items())

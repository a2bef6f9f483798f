"""What was measured in a rehearsal, and what that means in plain words."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any, Final

from ..i18n import _, ngettext
from . import limits

PATIENT: Final = 5.0
"""Seconds that a page may take at worst when everybody opens it at the same moment."""
MOST: Final = 300
"""More people are never promised: nobody has tried it."""
TROUBLES: Final = 5
"""Most kinds of trouble that are told."""
MB: Final = 1_000_000


@dataclass
class Seen:
    """What was measured. Times in seconds, memory in bytes; ``before`` is the memory that was free before they came."""

    people: int
    joined: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    kernels: int = 0
    memory: int = 0
    shared: int = 0
    before: int = 0
    least: int = 0
    page: tuple[str, int, int] = ("", 0, 0)
    done: bool = False

    @property
    def each(self) -> float:
        """Memory that one participant's page takes."""
        return self.memory / self.kernels if self.kernels else 0.0

    def take(self, news: dict[str, Any]) -> None:
        """Note what the simulated participants tell."""
        at = news["at"]
        if at in ("joined", "open", "saved"):
            {"joined": self.joined, "open": self.opened, "saved": self.saved}[at].append(news["seconds"])
        elif at == "trouble":
            self.troubles.append(news["text"])
        elif at == "page":
            self.page = (news["lesson"], news["n"], news["of"])
        elif at == "done":
            self.done = True

    def weigh(self, kernels: list[int], shared: int, free: int) -> None:
        """Note how much is in use, by each kernel and by what they share; what is kept is the most of it."""
        if len(kernels) >= self.kernels:
            self.kernels, self.memory, self.shared = len(kernels), sum(kernels), shared
        self.least = min(self.least or free, free)


def slow(seconds: list[float]) -> float:
    """What all but a twentieth stay below."""
    return sorted(seconds)[max(0, -(-len(seconds) * 95 // 100) - 1)]


def carries(seen: Seen) -> int:
    """How many people this computer seems to carry: so many that all have memory and nobody waits too long.

    Pages that are opened at the same moment come one after the other: the slowest takes as long as there are people.
    """
    if not seen.opened or not seen.each:
        return 0
    by_memory = (seen.before - seen.shared - limits.LEAST) / seen.each
    by_time = seen.people * PATIENT / slow(seen.opened)
    return max(0, min(MOST, int(by_memory), int(by_time)))


def summary(seen: Seen) -> list[str]:
    """What came of it, in plain words."""
    stopped = [] if seen.done else [_("It was stopped before the end.")]
    if not seen.opened:
        return [_("No page was opened, so there is nothing to tell of pages."), *_troubles(seen), *stopped]
    said = [
        _("{n} of {people} participants came in; {pages} pages were opened.").format(
            n=len(seen.joined), people=seen.people, pages=len(seen.opened)
        ),
        _("A page took {median} s (the median), the slowest {slowest} s, with everybody opening it at once.").format(
            median=_seconds(statistics.median(seen.opened)), slowest=_seconds(max(seen.opened))
        ),
    ]
    if seen.saved:
        said.append(
            _("{n} answers were saved: acknowledged after {median} s (the median), the slowest {slowest} s.").format(
                n=len(seen.saved), median=_seconds(statistics.median(seen.saved)), slowest=_seconds(max(seen.saved))
            )
        )
    said.append(
        _(
            "Memory: {each} MB for each participant, {all} MB for all {n} and what they share. "
            "Free: {before} MB before they came, {least} MB at the least."
        ).format(
            each=round(seen.each / MB),
            all=(seen.memory + seen.shared) // MB,
            n=seen.kernels,
            before=seen.before // MB,
            least=seen.least // MB,
        )
    )
    said += _troubles(seen) + stopped
    most = carries(seen)
    said.append(
        _("This computer seems to carry {n} people or more.").format(n=most)
        if most >= MOST
        else ngettext(
            "This computer seems to carry about {n} person, if nobody is to wait longer than {seconds} s for a page.",
            "This computer seems to carry about {n} people, if nobody is to wait longer than {seconds} s for a page.",
            most,
        ).format(n=most, seconds=round(PATIENT))
    )
    said.append(
        _("The simulated participants ran on it too, so a real room may be a little faster. Wi-Fi was not tried.")
    )
    return said


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.2f}"


def _troubles(seen: Seen) -> list[str]:
    """What went wrong, each kind once."""
    if not seen.troubles:
        return [_("Nothing went wrong.")]
    kinds = {text: seen.troubles.count(text) for text in seen.troubles}
    often = sorted(kinds, key=lambda text: -kinds[text])
    said = [
        ngettext("{what} (once)", "{what} ({n} times)", kinds[text]).format(n=kinds[text], what=text)
        for text in often[:TROUBLES]
    ]
    if (more := len(often) - TROUBLES) > 0:
        said.append(ngettext("{n} other thing", "{n} other things", more).format(n=more))
    return [_("What went wrong:"), *(f"- {text}" for text in said)]

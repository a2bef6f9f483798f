"""Guessing made slow, and what one computer can carry. A room is one address to the server: nothing counts addresses.

Each name has a wait of its own that doubles with every wrong code. All wrong codes together slow down the answer to
wrong codes, and nobody who types the right one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

import psutil

LARGEST: Final = 1_000_000
"""Most bytes that a browser may send in one request."""
PEOPLE: Final = 5000
"""Most people in one room, so that somebody who lets a machine join cannot fill the memory with names."""
LEAST = 300_000_000
"""Bytes of memory below which nobody new is let in and no new form is made: those who work need what is left."""
FREE: Final = 4
"""Wrong codes for one name that cost no wait: people mistype."""
LONGEST: Final = 60.0
"""Seconds of the longest wait for one name: an attacker can keep somebody out of a second device for so long only."""
FORGET: Final = 900.0
"""Seconds without a wrong code after which a name starts anew."""
NAMES: Final = 5000
"""Most names whose waits are kept."""
USUAL: Final = 30
"""Wrong codes of all together in a minute that are nothing unusual."""
SLOWEST: Final = 3.0
"""Seconds after which a wrong code is answered at the latest."""


def short_of_memory() -> bool:
    """Whether this computer has no memory to spare."""
    return bool(psutil.virtual_memory().available < LEAST)


class Waits:
    """Counts wrong codes. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}
        self._all: deque[float] = deque(maxlen=10 * USUAL)

    def left(self, name: str) -> float:
        """Seconds until a code for ``name`` is looked at again; 0 for now."""
        count, last = self._wrong.get(name, (0, 0.0))
        if count <= FREE:
            return 0.0
        wait = min(LONGEST, 2.0 ** min(count - FREE, 10))
        return max(0.0, last + wait - self._clock())

    def wrong(self, name: str = "") -> float:
        """A wrong code was given, for ``name`` if there was one; returns how many seconds its answer should take."""
        now = self._clock()
        if name:
            count, last = self._wrong.pop(name, (0, now))
            self._wrong[name] = (1 if now - last > FORGET else count + 1, now)
            while len(self._wrong) > NAMES:  # the one that was silent longest
                del self._wrong[next(iter(self._wrong))]
        self._all.append(now)
        return min(SLOWEST, max(0, self.lately() - USUAL) * 0.05)

    def right(self, name: str) -> None:
        """The right code was given: this name starts anew."""
        self._wrong.pop(name, None)

    def lately(self) -> int:
        """Wrong codes of the last minute (up to 300)."""
        since = self._clock() - 60
        return sum(at > since for at in self._all)

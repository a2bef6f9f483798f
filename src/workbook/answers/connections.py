"""Connections to a database that are given back when nobody needs them.

PostgreSQL has a hundred for everybody, and a room of sixty people can have more pages open than that. A page asks every
two seconds what is new, so each gives its connection back in between, and waits a little when all are taken.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

REST: Final = 0.5
"""Seconds after its last use when connections are given back."""
TAKEN: Final = ("too many clients", "connection slots", "too many connections")
"""How PostgreSQL says that all its connections are taken."""


class Connections:
    """The connections of one process to one database. ``resting``: they are given back soon; ``wait``: most seconds
    until one is free."""

    def __init__(self, engine: sa.Engine, *, resting: bool, wait: float) -> None:
        self.engine, self._resting, self._wait = engine, resting, wait
        self._fresh()

    def _fresh(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._busy, self._used = 0, 0.0
        self._timer: threading.Timer | None = None

    @contextmanager
    def begin(self, **options: Any) -> Iterator[sa.Connection]:
        """A connection in a transaction, which ends with the block. Raises what SQLAlchemy raises."""
        if self._process != os.getpid():
            # After a fork the parent's connections are not ours to use nor to close, and its threads are not here.
            self.engine.dispose(close=False)
            self._fresh()
        with self._lock:
            self._busy += 1
        try:
            with self._connected().execution_options(**options) as connection, connection.begin():
                yield connection
        finally:
            with self._lock:
                self._busy -= 1
                self._used = time.monotonic()
                if self._resting and not self._busy and self._timer is None:
                    self._look_in(REST)

    def _connected(self) -> sa.Connection:
        end = time.monotonic() + self._wait
        while True:
            try:
                return self.engine.connect()
            except sa.exc.OperationalError as error:
                if time.monotonic() > end or not any(words in str(error) for words in TAKEN):
                    raise
            time.sleep(random.uniform(0.05, 0.15))

    def _look_in(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        """Give all connections back, unless one is in use or was just now."""
        with self._lock:
            self._timer = None
            left = self._used + REST - time.monotonic()
            if self._busy:
                return  # its end looks again
            if left > 0:
                self._look_in(left)
            else:
                self.engine.dispose()

    def close(self) -> None:
        """Give all connections back now; they can be had again afterwards."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self.engine.dispose()

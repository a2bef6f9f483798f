"""Several processes that mark; all of it in this one where that is quicker."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Final

from ..errors import WorkbookError
from ..i18n import _
from .worker import Plan, Result, Task, mark

AHEAD: Final = 4
"""Chunks for each process that may be under way: the rest of the cohort is not in memory."""


class Processes:
    """``jobs`` processes, started when the block is entered; none with one job."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Processes:
        if self.jobs > 1:
            # A new interpreter for each: a fork of a process with threads may hang, and Windows has none.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.jobs, mp_context=context, initializer=_begin)
            for _process in range(self.jobs):
                self._pool.submit(int)  # they start while this process reads nbgrader
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=error is None, cancel_futures=True)

    def run(self, plan: Plan, chunks: Iterable[list[Task]]) -> Iterator[list[Result]]:
        """The results of each chunk, in order. Raises :class:`WorkbookError`."""
        if self._pool is None:
            yield from (mark(plan, chunk) for chunk in chunks)
            return
        under_way: deque[Future[list[Result]]] = deque()
        try:
            for chunk in chunks:
                under_way.append(self._pool.submit(mark, plan, chunk))
                if len(under_way) >= AHEAD * self.jobs:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BrokenProcessPool:
            text = _("A process that was marking has been ended from outside; the computer may have run out of memory.")
            again = _("What was marked before is safe. Run the command again, with --jobs 1 if it happens again.")
            raise WorkbookError(f"{text} {again}") from None


def _begin() -> None:
    """Ctrl-C is for the process that started this one; when that one is killed, this one ends too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

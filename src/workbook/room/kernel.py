"""The process of a learner's kernel: ``python -m workbook.room.kernel -f <connection file>``.

A plain IPython kernel without what a form never needs (history file, completion by jedi, the user's own profile), which
ends with its server even when that is killed with -9.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import signal
import sys
from functools import cache
from typing import Any

# What a lesson's first form would import; loaded while the kernel waits for its page.
AHEAD = ("ipywidgets", "anywidget", "workbook.forms")


def end_with_server(parent: int) -> None:
    """Ask Linux to kill this process when process ``parent`` ends; elsewhere ipykernel's own polling (1 s) does it."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        set_parent_death_signal = 1
        _library().prctl(set_parent_death_signal, signal.SIGKILL)
        if parent and os.getppid() != parent:  # it ended before we could ask
            os._exit(1)


@cache
def _library() -> Any:
    """Linux's own functions; found once for all kernels that are forked from this process."""
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def without_debugger() -> None:
    """Nobody debugs a form: the debugger would cost 100 modules, 10 MB and some threads in each kernel."""
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]


def one_line(record: logging.LogRecord) -> bool:
    """What did not fit a widget is told to its page as one line: a traceback would tell it where things are kept."""
    if record.exc_info and record.exc_info[1]:
        error = record.exc_info[1]
        record.msg, record.args = f"{record.getMessage()[:200]}: {type(error).__name__}: {str(error)[:200]}", ()
        record.exc_info = record.exc_text = None
    return True


def make_ahead() -> None:
    """Make what a forked kernel will be, as far as that needs no sockets and no threads."""
    from .lean import LeanKernelApp

    LeanKernelApp.of_this_process().make_ahead()


def run(argv: list[str]) -> None:
    """Run the kernel until it is told to end; ``argv`` names its connection file."""
    without_debugger()
    from .lean import LeanKernelApp

    app = LeanKernelApp.of_this_process()
    app.initialize(argv)
    for name in ("Comm", "ipykernel.comm"):
        logging.getLogger(name).addFilter(one_line)
    # After the shell exists: ipywidgets imported before it never registers its comm targets.
    for name in AHEAD:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if ipywidgets := sys.modules.get("ipywidgets"):  # imported before, it has not told this shell yet
        ipywidgets.load_ipython_extension(app.shell)
    app.start()


def main() -> None:
    """Run the kernel of this process until it is told to end or its server ends."""
    end_with_server(int(os.environ.get("JPY_PARENT_PID") or 0))
    run(sys.argv[1:])


if __name__ == "__main__":
    main()

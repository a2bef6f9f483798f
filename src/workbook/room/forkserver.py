"""The process that makes kernels: ``python -m workbook.room.forkserver <socket> <course>``.

Starting a kernel costs three quarters of a second, nearly all of it imports. This process imports once and forks: a
kernel is there in a twentieth of a second and shares what was imported. It ends when its standard input closes, which
also happens when the server is killed with -9; its kernels end with it, or when their connection to the server closes.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, NoReturn

from ..kinds import BY_NAME
from ..places import Session
from . import kernel

# What a kernel, its first form and its first chart were seen to import; what is missing here each kernel imports anew.
AHEAD = (
    *kernel.AHEAD,
    "ipykernel.kernelapp", "ipykernel.zmqshell", "ipykernel.eventloops", "ipykernel.parentpoller", "ipykernel.subshell",
    "IPython.core.completer", "IPython.core.completerlib", "IPython.core.crashhandler", "IPython.core.debugger",
    "IPython.core.oinspect", "IPython.core.shellapp", "IPython.terminal.pt_inputhooks", "IPython.utils.wildcard",
    "tornado.platform.asyncio", "tornado.queues", "zmq.utils.garbage", "psutil", "faulthandler", "filelock", "runpy",
    "encodings.ascii", "encodings.idna", "encodings.latin_1", "encodings.utf_16_le",
    "workbook.lesson", "workbook.forms.widget", "workbook.learner.work", "workbook.learner.standings",
    "workbook.forms.handing",
    "workbook.answers.folder", "workbook.answers.handin", "workbook.kinds.table.paper",
    *(f"workbook.kinds.{name.replace('-', '_')}.html" for name in BY_NAME),
)  # fmt: skip
# What every kernel needs besides whose answers are kept in a database, as a room's are.
DATABASE = ("workbook.answers.database", "sqlalchemy.dialects.sqlite", "psycopg")
# What only charts need: loaded while nobody waits for a kernel.
LATER = (
    "workbook.charts.widget", "workbook.charts.draw", "matplotlib.figure", "matplotlib.backends.backend_svg",
)  # fmt: skip
IDLE = 1.0
"""Seconds without a request after which ``LATER`` begins to be loaded; a request comes before the next of it."""
PATIENCE = 5.0
"""Seconds a request may take to arrive; it comes from the server on this machine at once."""


def prepare(root: Path) -> None:
    """Load what every kernel needs, and the course itself; nothing here may start a thread."""
    kernel.without_debugger()
    in_database = "://" in os.environ.get("WORKBOOK_HOME", "")
    for name in (*AHEAD, *(DATABASE if in_database else ())):
        load(name)
    kernel.make_ahead()
    from ..learner import course_data

    course = root / "course" / "course.json"
    with contextlib.suppress(OSError, ValueError):
        course_data(root, course.stat().st_mtime)
    with contextlib.suppress(Exception):  # what is wrong with a course is said where it is met, not here
        rehearse(root)
    keep_shared()


def rehearse(root: Path) -> None:
    """Draw a form for nobody, so that kernels share what that compiles and remembers (a twentieth of their work)."""
    from .. import page
    from ..learner import open_home
    from ..learner.work import Work, learner

    with tempfile.TemporaryDirectory() as empty:
        nobody = Session(root=root, home=empty, owner="nobody", alone=False)
        for exercise in [*learner(nobody).listed][:1]:
            for _n in range(3):  # Python makes code faster that it meets again, by writing into it
                work = Work(exercise, nobody)
                states = {id: work.state(question, "w") for id, question in work.questions.items()}
                page.exercise(work.exercise, states, work.surface("w"), work.banner())
    learner.cache_clear()
    open_home.cache_clear()


def load(name: str) -> None:
    """Import a module, if it is installed."""
    with contextlib.suppress(ImportError):
        importlib.import_module(name)


def keep_shared() -> None:
    """What is shared with children stays shared: their collectors of garbage do not touch it."""
    gc.collect()
    gc.freeze()


def become(door: socket.socket, line: socket.socket, asked: dict[str, Any], parent: int) -> NoReturn:
    """Turn this forked process into the kernel that was asked for."""
    status = 1
    try:
        os.setsid()
        door.close()
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        kernel.end_with_server(parent)
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        random.seed()
        line.sendall(f"{os.getpid()}\n".encode())
        threading.Thread(target=watch, args=(line,), daemon=True).start()
        kernel.run(asked["argv"])
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def watch(line: socket.socket) -> None:
    """End this kernel when the server's end of ``line`` closes."""
    with contextlib.suppress(OSError):
        line.settimeout(None)
        line.recv(1)
    os._exit(0)


def answer(door: socket.socket) -> None:
    """Fork for one request: a line of JSON with ``argv``, ``env`` and ``cwd``; the child answers with its number."""
    line, _address = door.accept()
    with line:
        line.settimeout(PATIENCE)
        try:
            with line.makefile("rb") as words:
                asked = json.loads(words.readline())
        except (OSError, ValueError):
            return
        parent = os.getpid()
        if os.fork() == 0:
            become(door, line, asked, parent)


def main(path: str, root: str) -> None:
    """Fork a kernel for each request on the socket at ``path`` until standard input closes."""
    kernel.end_with_server(os.getppid())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels leave no zombies
    with socket.socket(socket.AF_UNIX) as door:
        prepare(Path(root))
        door.bind(path)
        Path(path).chmod(0o600)
        door.listen(128)
        later, patience = list(LATER), IDLE
        while True:
            ready = select.select([door.fileno(), 0], [], [], patience if later else None)[0]
            patience = IDLE if ready else 0.0
            if not ready:
                load(later.pop(0))
                keep_shared()
            if 0 in ready and not os.read(0, 1):
                return
            if door.fileno() in ready:
                answer(door)


if __name__ == "__main__":
    main(*sys.argv[1:])

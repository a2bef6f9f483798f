"""What all tests share: settings of hypothesis, and a PostgreSQL server where a test asks for one."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from line import Line
from workbook import grammars

grammars.leave_out()
# No time limit for a single example: the machine may be busy with other things.
settings.register_profile("workbook", deadline=None, derandomize=True, database=None)
settings.load_profile("workbook")


LONG = (
    "course_browser", "form_browser", "units_graded", "kinds", "course", "cli", "mark_runs", "cutoff_browser", "attacks",
    "gradebook", "room", "reliability", "mark", "cohort_hostile", "frontend_browser", "tavara_plan", "plain", "home", "rooms",
    "room_postgres", "author", "feedback", "marking_browser", "form_lab", "room_browser", "charts_browser", "packaging",
)  # fmt: skip
"""Files of a minute and more, or nearly: first, so that none is left for the end, when the other processes are idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {f"test_{name}.py": n for n, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.name, len(LONG)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Name what failed in the last lines: what a browser says of a page is long, and a log may be cut."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    for report in [*reporter.stats.get("failed", ()), *reporter.stats.get("error", ())] if reporter else ():
        reporter.write_line(f"{report.outcome}: {report.nodeid}")


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a private PostgreSQL server that listens on a socket in a temporary folder only."""
    binaries = _binaries()
    assert binaries is not None, "no PostgreSQL server is installed: make test does that"
    folder = Path(tempfile.mkdtemp(prefix="wb-pg-"))
    user = None
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # the server refuses to run as root
        user = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        shutil.chown(folder, user)
    data = folder / "data"
    quiet = {"user": user, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "workbook", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True, **quiet,
    )  # fmt: skip
    server = subprocess.Popen([binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="], **quiet)
    try:
        for _ in range(100):
            ready = [binaries / "pg_isready", "-q", "-h", folder, "-U", "workbook"]
            if subprocess.run(ready, check=False, **quiet).returncode == 0:
                break
            time.sleep(0.1)
        yield f"postgresql://workbook@/{{name}}?host={folder}"
    finally:
        server.send_signal(signal.SIGQUIT)  # nothing in it is needed again
        server.wait(20)
        shutil.rmtree(folder)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    import psycopg

    name = f"t{time.time_ns()}"
    with psycopg.connect(postgres.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield postgres.format(name=name)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Line]]:
    """Widgets made in the test talk to a line that is written down; they are closed after it."""
    import comm
    import ipywidgets

    monkeypatch.setattr(comm, "create_comm", Line)
    Line.sent.clear()
    yield Line
    ipywidgets.Widget.close_all()

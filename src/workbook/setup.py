"""Set-up of the workbook in its own folder ``.venv``: ``python3 src/workbook/setup.py [--dev]``.

Runs before anything is installed, so it needs Python's own library only. Says in plain words what it does and what is
wrong. Does nothing, in well under a second, when nothing has changed; goes on where it was stopped.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
NEWEST_TRIED = (3, 13)
ROOT = Path(__file__).resolve().parents[2]
STAMP = "workbook-setup.txt"
LOG = "workbook-setup.log"
PAUSE = 3
"""Seconds before a second try."""

# What pip says, and what that means for a person.
TROUBLES = (
    (r"No space left on device|Errno 28|not enough space on the disk", "disk"),
    (
        r"Temporary failure in name resolution|Name or service not known|getaddrinfo failed|nodename nor servname|"
        r"Failed to establish a new connection|NewConnectionError|Network is unreachable|ConnectTimeout|"
        r"Connection refused|Read timed out|ProxyError|Max retries exceeded|RemoteDisconnected|Connection reset",
        "network",
    ),
    (r"Permission denied|Errno 13|Access is denied", "rights"),
    (r"CERTIFICATE_VERIFY_FAILED|SSLError", "certificate"),
    (r"No matching distribution found|Could not find a version", "missing"),
)
ADVICE = {
    "disk": "The disk is full. The workbook needs about 1 GB: free some space, then start again.",
    "network": (
        "The packages could not be fetched: there is no connection to the internet, or it broke off. "
        "Connect, then start again; what has arrived already is kept."
    ),
    "rights": "This account may not write to {venv}. Move the workbook to a folder of your own, then start again.",
    "certificate": (
        "The connection was not trusted. Often this computer's clock is wrong, or the network has a sign-in page or a "
        "proxy: see to that, then start again."
    ),
    "missing": (
        "A package is not offered for this computer's Python {version}. Python {oldest} to {newest} work: "
        "install one of them, then start again."
    ),
    "unfound": (
        "{package} could not be found where packages are fetched, though this Python fits. Such gaps often pass: wait "
        "a minute, then start again; what has arrived is kept. If it stays, all that was said is in {log}."
    ),
    "other": "The set-up did not succeed. All that was said is in {log}; its last lines are:\n{tail}",
}


class SetupError(Exception):
    """Something that a person can put right; the text says what to do."""


def say(text: str = "", end: str = "\n") -> None:
    """Print at once, also when nobody looks through a terminal."""
    print(text, end=end, flush=True)


def version_text(major: int, minor: int) -> str:
    """``3.11``."""
    return f"{major}.{minor}"


def venv_python(venv: Path) -> Path:
    """The environment's Python, here and on Windows."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def newer_python() -> str | None:
    """Another Python on this computer that is new enough, or None."""
    for minor in range(NEWEST_TRIED[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            code = f"import sys, ensurepip, venv; sys.exit(sys.version_info < {OLDEST})"
            if subprocess.run([found, "-c", code], capture_output=True, check=False).returncode == 0:
                return found
    return None


def wanted(root: Path, dev: bool, python: str) -> str:
    """What the set-up depends on, as one short text: lock files, pyproject and Python."""
    digest = hashlib.sha256(python.encode())
    for name in ("requirements.lock", *(("requirements-dev.lock",) if dev else ()), "pyproject.toml"):
        digest.update(name.encode() + (root / name).read_bytes())
    digest.update(str(root).encode())  # a moved folder needs a new environment: its scripts hold the old path
    return digest.hexdigest()


def current(venv: Path, root: Path, dev: bool) -> bool:
    """Whether the environment is what the files ask for. One with the developers' tools serves learners too."""
    stamp = venv / STAMP
    if not stamp.is_file() or not venv_python(venv).exists():
        return False
    lines = stamp.read_text(encoding="utf-8").splitlines()
    python = lines[0] if lines else ""
    return any(wanted(root, level, python) in lines[1:] for level in ({dev, True}))


def make_venv(venv: Path) -> None:
    """Make the environment, or mend one that was left half made."""
    python = venv_python(venv)
    if python.exists():
        works = (
            subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
        )
        code = f"import sys; sys.exit(sys.version_info < {OLDEST})"
        if works and subprocess.run([str(python), "-c", code], capture_output=True, check=False).returncode == 0:
            return
    say("Making a place for the workbook's packages (.venv) ...")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        if "ensurepip" in done.stdout or "No module named venv" in done.stdout:
            raise SetupError(
                "Python is here, but its part that makes environments is not. On Debian and Ubuntu run\n"
                f"    sudo apt install python{version_text(*sys.version_info[:2])}-venv\n"
                "then start again."
            )
        raise trouble(done.stdout, venv)


def trouble(text: str, venv: Path) -> SetupError:
    """The error that fits what pip or venv said."""
    kind = next((kind for pattern, kind in TROUBLES if re.search(pattern, text)), "other")
    if kind == "missing" and sys.version_info[:2] <= NEWEST_TRIED:
        kind = "unfound"
    package = re.search(r"No matching distribution found for (\S+)", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return SetupError(
        ADVICE[kind].format(
            venv=venv,
            package=package[1] if package else "A package",
            log=venv / LOG,
            tail="\n".join(f"    {line}" for line in lines[-6:]),
            version=version_text(*sys.version_info[:2]),
            oldest=version_text(*OLDEST),
            newest=version_text(*NEWEST_TRIED),
        )
    )


class Progress:
    """Tells how far pip has come: one line that counts in a terminal, a line now and then elsewhere."""

    def __init__(self, total: int) -> None:
        self.total, self.seen = total, 0
        self.terminal = sys.stdout.isatty()
        self.last = time.monotonic()

    def hear(self, line: str) -> None:
        """``line`` is one line of pip's output."""
        name = r"(?:\S*[/\\])?([A-Za-z0-9._]+(?:-(?!\d)[A-Za-z0-9._]+)*)"
        found = re.match(f"(?:Collecting|Requirement already satisfied:|Processing) {name}", line)
        if found and "(from -r" in line:
            self.seen = min(self.seen + 1, self.total)
            text = f"Fetching {self.seen} of {self.total}: {found[1]}"
            if self.terminal:
                say(f"\r\033[K{text}"[: shutil.get_terminal_size().columns + 3], end="")
            elif self.seen in {1, self.total} or time.monotonic() - self.last > 5:
                self.last = time.monotonic()
                say(text)
        elif line.startswith("Installing collected packages"):
            say(("\r\033[K" if self.terminal else "") + "Installing them. This takes about a minute ...")


def pip(venv: Path, *args: str, progress: Progress | None = None) -> None:
    """Run pip in the environment, a second time where the network may have failed; raises SetupError saying what."""
    said = _pip(venv, *args, progress=progress)
    if said and any(re.search(pattern, said) for pattern, kind in TROUBLES if kind in {"network", "missing"}):
        say("The connection failed. Trying once more ...")
        time.sleep(PAUSE)
        said = _pip(venv, *args, progress=progress)
    if said:
        raise trouble(said, venv)


def _pip(venv: Path, *args: str, progress: Progress | None) -> str:
    """What pip said if it failed, else nothing."""
    command = [str(venv_python(venv)), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--retries", "3", *args]
    said: list[str] = []
    with (
        (venv / LOG).open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            log.write(line)
            if progress:
                progress.hear(line)
    if process.returncode and progress and progress.terminal:
        say()
    return "".join(said) if process.returncode else ""


def pinned(lock: Path) -> int:
    """How many packages a lock file has."""
    return len(re.findall(r"^[A-Za-z0-9]", lock.read_text(encoding="utf-8"), re.MULTILINE))


def set_up(root: Path = ROOT, *, dev: bool = False) -> bool:
    """Bring ``root/.venv`` in step with the lock files; False when there was nothing to do."""
    venv = root / ".venv"
    if current(venv, root, dev):
        return False
    began = time.monotonic()
    locks = [root / "requirements.lock", *([root / "requirements-dev.lock"] if dev else [])]
    try:
        first = not (venv / STAMP).exists()
        (venv / STAMP).unlink(missing_ok=True)
        make_venv(venv)
        if first:
            say("Setting up the workbook. The first time this takes a few minutes; later starts take seconds.")
        else:
            say("The workbook has changed: bringing its packages up to date.")
        total = sum(map(pinned, locks))
        pip(venv, *(part for lock in locks for part in ("-r", str(lock))), progress=Progress(total))
        pip(venv, "--no-deps", "--no-build-isolation", "--editable", str(root))
        python = version_text(*sys.version_info[:2])
        levels = [wanted(root, level, python) for level in ((False, True) if dev else (False,))]
        (venv / STAMP).write_text("\n".join([python, *levels]) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise trouble(str(error), venv) from error
    say(f"Ready after {time.monotonic() - began:.0f} seconds.")
    return True


def main(args: list[str]) -> int:
    """Set up; returns the exit code. ``--dev`` adds what tests and checks need."""
    if sys.version_info < OLDEST:
        other = newer_python()
        if other:
            return subprocess.call([other, str(Path(__file__).resolve()), *args])
        say(
            f"This computer's Python is {version_text(*sys.version_info[:2])}; "
            f"the workbook needs {version_text(*OLDEST)} or newer. "
            "Get it from python.org, or on Debian and Ubuntu by 'sudo apt install python3 python3-venv', "
            "then start again."
        )
        return 1
    try:
        set_up(dev="--dev" in args)
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Start again to go on from here: what has been fetched is kept.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Writes ``requirements.lock`` and ``requirements-dev.lock``: the newest versions that fit ``pyproject.toml``.

``make lock`` runs it. pip finds the versions (``pip install --dry-run``); only names and versions are written, never
where they came from. ``make lock`` with ``KEEP=1`` in the environment keeps versions that still fit.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What installing the project itself needs, since it is built without isolation (no second download).
BUILD = ["hatchling", "editables"]
HEAD = "# Made by 'make lock' from pyproject.toml; do not edit. Python 3.11 or newer.\n"


def resolve(wanted: list[str], keep: list[str]) -> dict[str, str]:
    """Name to version of everything that ``wanted`` brings with it."""
    with tempfile.TemporaryDirectory() as folder:
        report, constraints = Path(folder, "report.json"), Path(folder, "constraints.txt")
        constraints.write_text("\n".join(keep), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
        command += ["--disable-pip-version-check", "--report", str(report), "-c", str(constraints), *wanted]
        subprocess.run(command, check=True)
        items = json.loads(report.read_text(encoding="utf-8"))["install"]
    found = {re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower(): item["metadata"]["version"] for item in items}
    return dict(sorted(found.items()))


def write(file: Path, versions: dict[str, str]) -> None:
    """Write one lock file."""
    text = HEAD + "".join(f"{name}=={version}\n" for name, version in versions.items())
    file.write_text(text, encoding="utf-8", newline="\n")
    print(f"{file.name}: {len(versions)} packages")


def main() -> None:
    """Write both lock files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock, dev_lock = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
    keep: list[str] = []
    if os.environ.get("KEEP"):
        for file in (lock, dev_lock):
            if file.is_file():
                keep += [line for line in file.read_text(encoding="utf-8").splitlines() if "==" in line]
    runtime = resolve([*project["dependencies"], *BUILD], keep)
    pins = [f"{name}=={version}" for name, version in runtime.items()]
    everything = resolve([*pins, *project["optional-dependencies"]["dev"]], keep)
    write(lock, runtime)
    write(dev_lock, {name: version for name, version in everything.items() if name not in runtime})


if __name__ == "__main__":
    main()

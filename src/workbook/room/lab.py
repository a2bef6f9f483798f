"""The course in JupyterLab: copies of lessons and exercises in the learner's folder; the checkout stays as it is."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import WorkbookError
from ..i18n import _
from ..places import Session
from . import outline, ports
from .answered import own_folder, told
from .lessons import IMAGES

RECORD = ".copies.json"
# What is no use to a learner: a question about Jupyter's news, nbgrader's menus for trainers (who start JupyterLab
# themselves, beside nbgrader_config.py).
HIDDEN = ("@jupyterlab/apputils-extension:announcements", "@jupyter/nbgrader")


def shown(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook as it is copied: a first cell that says how to begin, code folded, nothing run yet."""
    cells = []
    for cell in notebook["cells"]:
        made = {**cell, "metadata": dict(cell.get("metadata", {}))}
        if cell["cell_type"] == "code":
            made["metadata"]["jupyter"] = {**made["metadata"].get("jupyter", {}), "source_hidden": True}
            made |= {"outputs": [], "execution_count": None}
        cells.append(made)
    if any(cell["cell_type"] == "code" for cell in cells):
        text = _(
            "> **To begin, choose Run > Run All Cells** in the menu above: the exercises appear. "
            "Your answers are saved by themselves; they are the same as in the browser edition of the course."
        )
        cells.insert(0, {"cell_type": "markdown", "id": "how-to-begin", "metadata": {}, "source": text})
    return {**notebook, "cells": cells}


def content_of(text: str) -> str:
    """A fingerprint of what people write in a notebook: kinds and texts of cells, no outputs or numbers of runs."""
    try:
        cells = [
            (cell["cell_type"], "".join(cell["source"]))  # a list of lines in some editors, one text in others
            for cell in json.loads(text)["cells"]
        ]
    except (ValueError, KeyError, TypeError):
        cells = [("broken", text)]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _sources(course_root: Path) -> Iterator[tuple[Path, Path]]:
    """Notebooks and pictures: file and its place in the copy."""
    for top in ("course", "exercises"):
        folder = course_root / top
        for file in sorted(folder.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
            if not hidden and file.is_file() and (file.suffix == ".ipynb" or file.suffix.lower() in IMAGES):
                yield file, Path(top) / file.relative_to(folder)


def _beside(target: Path) -> Path:
    """Where the new version of an edited notebook goes: ``partners (new version).ipynb``."""
    return target.with_name(f"{target.stem} ({_('new version')}){target.suffix}")


def copy(course_root: Path, folder: Path) -> list[Path]:
    """Bring the copies in ``folder`` in step with the course; returns new versions put beside edited notebooks.

    A copy is made anew when its source changed, unless the learner edited it: then it stays, and the new version is
    put beside it.
    """
    record_file = folder / RECORD
    try:
        record: dict[str, dict[str, str]] = json.loads(record_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        record = {}
    beside = []
    for source, place in _sources(course_root):
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix != ".ipynb":
            if not target.exists() or target.read_bytes() != source.read_bytes():
                shutil.copyfile(source, target)
            continue
        text = json.dumps(shown(json.loads(source.read_text(encoding="utf-8"))), ensure_ascii=False, indent=1) + "\n"
        new, key = content_of(text), place.as_posix()
        known = record.get(key, {})
        if target.exists():
            now = content_of(target.read_text(encoding="utf-8"))
            if now == new or known.get("source") == new:  # in step, or the learner's edits are based on it
                record[key] = {"source": new, "copy": known.get("copy", now)}
                continue
            if now != known.get("copy"):
                target = _beside(target)
                beside.append(target)
        target.write_text(text, encoding="utf-8", newline="\n")
        # after an edit the record follows the source, so that one change puts one new version beside it
        record[key] = {"source": new, "copy": new if target == folder / place else known.get("copy", "")}
    record_file.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
    return beside


def _settings(folder: Path) -> dict[str, str]:
    """The environment in which JupyterLab leaves out what is HIDDEN, whatever else is set up on this computer."""
    place = folder / ".jupyter"
    file = place / "labconfig" / "page_config.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"disabledExtensions": dict.fromkeys(HIDDEN, True)}, indent=1)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")
    before = os.environ.get("JUPYTER_CONFIG_PATH", "")
    return {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, (str(place), before)))}


def lab(session: Session, port: int, *, open_browser: bool) -> int:
    """See :func:`workbook.room.lab`."""
    course = outline.load(session.root)
    folder = own_folder(session) / "notebooks"
    ports.take(port).close()  # a taken port gets its sentence here; JupyterLab itself would hop to another
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in copy(session.root, folder):
            print(_("You edited a lesson that has changed since; its new version is {path}").format(path=path))
        settings = _settings(folder)
    except OSError as error:
        raise WorkbookError(
            _("The notebooks cannot be copied to {folder}: {error}.").format(folder=folder, error=error.strerror)
        ) from error
    first = f"/tree/course/{course.lessons[0].path}.ipynb" if course.lessons else ""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    command += [f"--ServerApp.ip={ports.HOST}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += ["--ServerApp.answer_yes=True"]  # Ctrl-C ends it without asking back: answers are saved already
    command += [f"--LabApp.default_url=/lab{first}", "--LabApp.news_url=None", "--log-level=WARN"]
    command += ["--LabApp.extension_manager=readonly"]  # the other one asks a package registry
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.append("--allow-root")  # in a container there is often nobody else; it listens to this machine only
    if not open_browser:
        command.append("--no-browser")
    print(_("JupyterLab opens copies of the lessons in {folder}").format(folder=folder), flush=True)
    process = subprocess.Popen(command, env={**os.environ, **told(session), **settings}, cwd=folder)
    try:
        return process.wait()
    except KeyboardInterrupt:
        # JupyterLab got the same Ctrl-C from the terminal and ends its kernels
        with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            process.wait(15)
        if process.poll() is None:
            process.terminate()
            process.wait()
        return 0

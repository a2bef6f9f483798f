"""The whole set-up and every test without a browser, on each Python that is found here (``make soak``)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from workbook import setup

ROOT = Path(__file__).resolve().parents[1]
TWO = ("-n", "2", "--dist", "loadfile")
MINORS = range(setup.OLDEST[1], setup.NEWEST_TRIED[1] + 1)


def found(minor: int) -> str | None:
    """A Python 3.``minor`` that runs: on the path, or one of pyenv's, whose own command may point to none."""
    name = f"python3.{minor}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    places = [*sorted(pyenv.glob(f"3.{minor}.*/bin/{name}"), reverse=True), shutil.which(name)]
    for place in filter(None, map(str, filter(None, places))):
        code = f"import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, {minor}))"
        if subprocess.run([place, "-c", code], capture_output=True, check=False).returncode == 0:
            return place
    return None


def test_browser_tests_say_that_they_need_one() -> None:
    for file in sorted((ROOT / "tests" / "browser").glob("test_*.py")):
        assert "pytestmark = pytest.mark.browser\n" in file.read_text(encoding="utf-8"), file.name


@pytest.mark.soak
@pytest.mark.parametrize("minor", MINORS, ids=lambda minor: f"3.{minor}")
def test_set_up_and_tests_on_another_python(minor: int, tmp_path: Path) -> None:
    python = found(minor)
    if python is None:
        pytest.skip(f"There is no Python 3.{minor} on this computer")
    clone = tmp_path / "clone"
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("WORKBOOK_", "PYTHON", "PYTEST"))
    }
    steps = (
        ["git", "clone", "--quiet", str(ROOT), str(clone)],
        [python, str(clone / "src/workbook/setup.py"), "--dev"],
        [str(setup.venv_python(clone / ".venv")), "-m", "pytest", "-m", "not browser and not soak", "-x", "-q", *TWO],
    )
    for step in steps:
        done = subprocess.run(
            step, check=False, cwd=clone if clone.exists() else tmp_path, env=clean, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout

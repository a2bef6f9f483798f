"""Packaging and set-up: lock files, conda, licences, and the set-up's own decisions."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from workbook import setup

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
# Where conda-forge's name is another one.
CONDA = {"matplotlib": "matplotlib-base", "jupyter-server": "jupyter_server"}


def _split(requirement: str) -> tuple[str, str]:
    found = re.fullmatch(r"([A-Za-z0-9._-]+)\s*(.*)", requirement)
    assert found
    return found[1].lower(), found[2]


def _pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    assert all(len(pin) == 2 for pin in pins), "every line is name==version"
    return {pin[0]: pin[1] for pin in pins}


def test_conda_asks_for_the_same_as_pyproject() -> None:
    found = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = dict(_split(item) for item in found["dependencies"] if isinstance(item, str))
    python = listed.pop("python")
    assert python.startswith(PROJECT["requires-python"])
    assert listed.pop("pip") == "" and listed.pop("hatchling") == ""
    wanted = dict(map(_split, PROJECT["dependencies"]))
    assert listed == {CONDA.get(name, name): version for name, version in wanted.items()}
    assert found["dependencies"][-1] == {"pip": ["--editable ."]}
    assert found["name"] == PROJECT["name"]


def test_lock_files_cover_pyproject_and_fit_it() -> None:
    from packaging.requirements import Requirement

    runtime, dev = (_pins(name) for name in LOCKS)
    assert not runtime.keys() & dev.keys()
    for text in [*PROJECT["dependencies"], "hatchling", "editables"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(runtime[wanted.name.replace(".", "-").lower()]), text
    for text in PROJECT["optional-dependencies"]["dev"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains((runtime | dev)[wanted.name.lower()]), text


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_name_no_place_to_fetch_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|@ ", text)


def test_supported_pythons_are_the_same_everywhere() -> None:
    classifiers = [text for text in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", text)]
    tried = range(setup.OLDEST[1], setup.NEWEST_TRIED[1] + 1)
    assert classifiers == [f"Programming Language :: Python :: 3.{minor}" for minor in tried]
    assert PROJECT["requires-python"] == f">=3.{setup.OLDEST[1]}"


def test_licences_stand_where_the_metadata_says() -> None:
    code, content = (ROOT.joinpath(name).read_text(encoding="utf-8") for name in PROJECT["license-files"])
    assert PROJECT["license"] == "BSD-3-Clause" and code.startswith("BSD 3-Clause License")
    assert "CC-BY-4.0" in content and "stay with their owners" in content


def test_ci_calls_make_test_and_can_be_run() -> None:
    file = ROOT / ".ci" / "run"
    assert "exec make test" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & stat.S_IXUSR


def test_every_command_of_the_issue_is_a_make_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("start", "lab", "test", "check", "bench", "soak", "build", "clean"):
        assert re.search(rf"^{target}:", text, re.MULTILINE), target
        assert re.search(rf"^#   make {target}\s+\S", text, re.MULTILINE), f"{target} is not explained"


# The set-up


def _project(root: Path) -> Path:
    for name in (*LOCKS, "pyproject.toml"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    python = setup.venv_python(root / ".venv")
    python.parent.mkdir(parents=True)
    python.write_text("", encoding="utf-8")
    return root


def _stamp(root: Path, *levels: bool) -> None:
    lines = ["3.12", *(setup.wanted(root, level, "3.12") for level in levels)]
    (root / ".venv" / setup.STAMP).write_text("\n".join(lines), encoding="utf-8")


def test_set_up_is_done_once_and_again_after_a_change(tmp_path: Path) -> None:
    root = _project(tmp_path)
    venv = root / ".venv"
    assert not setup.current(venv, root, dev=False)
    _stamp(root, False)
    assert setup.current(venv, root, dev=False)
    assert not setup.current(venv, root, dev=True), "developers' tools are not there yet"
    _stamp(root, False, True)
    assert setup.current(venv, root, dev=False) and setup.current(venv, root, dev=True)
    with (root / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("new==1\n")
    assert not setup.current(venv, root, dev=False)


def test_a_moved_folder_is_set_up_again(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    _stamp(_project(here), False)
    here.rename(there)
    assert not setup.current(there / ".venv", there, dev=False)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "no connection"),
        (
            "WARNING: Retrying: NewConnectionError\nERROR: No matching distribution found for alembic==1.20.1",
            "no connection",
        ),
        ("ERROR: No matching distribution found for numpy==9.9", "numpy==9.9 could not be found"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", "may not write"),
        ("SSLError(SSLCertVerificationError CERTIFICATE_VERIFY_FAILED)", "clock"),
        ("something never seen before", "its last lines are:\n    something never seen before"),
    ],
)
def test_what_pip_says_becomes_advice(said: str, told: str) -> None:
    assert told in str(setup.trouble(said, Path(".venv")))


def test_a_python_newer_than_any_tried_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup.sys, "version_info", (*setup.NEWEST_TRIED[:1], setup.NEWEST_TRIED[1] + 1, 0))
    said = str(setup.trouble("ERROR: No matching distribution found for numpy==9.9", Path(".venv")))
    assert "not offered for this computer's Python" in said


def test_progress_counts_each_package_once(capsys: pytest.CaptureFixture[str]) -> None:
    progress = setup.Progress(3)
    for line in (
        "Collecting alembic==1.20.1 (from -r /home/x/requirements.lock (line 2))",
        "  Downloading alembic-1.20.1-py3-none-any.whl (270 kB)",
        "Processing /wheels/jupyter_client-8.1-py3-none-any.whl (from -r /home/x/requirements.lock (line 3))",
        "Collecting mako (from alembic==1.20.1->-r requirements.lock (line 2))",
        "Requirement already satisfied: jupyter-core==5.9 in x (from -r requirements.lock (line 4)) (5.9)",
        "Installing collected packages: a, b",
    ):
        progress.hear(line)
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "Fetching 1 of 3: alembic",
        "Fetching 3 of 3: jupyter-core",
        "Installing them. This takes about a minute ...",
    ]


def test_an_unfinished_environment_without_network_gets_one_clear_sentence(tmp_path: Path) -> None:
    for name in ("requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "requirements.lock").write_text("six==1.17.0\n", encoding="utf-8")
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import setup\n"
        "setup.ROOT = pathlib.Path(sys.argv[2])\n"
        "try: setup.set_up(setup.ROOT)\n"
        "except setup.SetupError as error: print(error); sys.exit(7)\n"
    )
    # No package index but one that nobody listens at: the state of a computer without network.
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": "/dev/null", "PIP_NO_CACHE_DIR": "1"}
    offline = {"PIP_RETRIES": "0", "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "src" / "workbook"), str(tmp_path)],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=nowhere | offline,
        timeout=120,
    )
    assert done.returncode == 7, done.stdout + done.stderr
    assert "Trying once more" in done.stdout
    assert "no connection to the internet" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr

"""The folder home when the computer says no: full disk, no permission, broken files, odd paths."""

import contextlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbook.answers import Home, Owner, open_home
from workbook.errors import WorkbookError

from .conftest import ANNA

U, V = "initiation", "v"
ME = Owner("me")
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def home(root: Path) -> Home:
    return open_home(root)


def everything(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file() and p.name != ".lock"
    }


def test_where_answers_lie(home: Home, root: Path) -> None:
    home.save(ME, U, "e", "q", {"value": 1}, V)
    home.save(ANNA, U, "e", "q", {"value": 1}, V)
    home.save(Owner("table-3", "group"), U, "e", "q", {"value": 1}, V)
    files = {path for path in everything(root) if path.endswith("answers.json")}
    assert files == {f"{U}/answers.json", f"people/anna/{U}/answers.json", f"groups/table-3/{U}/answers.json"}
    assert not list(root.rglob("*.tmp"))


@pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")
def test_nobody_else_can_read_them(home: Home, root: Path) -> None:
    home.save(ANNA, U, "e", "q", {"value": 1}, V)
    for path in [root, *root.rglob("*")]:
        if path.name != ".lock":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize("name", ["with space", "Ordner für Übungen", "工作簿 📓", "back'quote\"s", "deep/er/still"])
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    home = open_home(str(tmp_path / name))
    home.save(ME, U, "e", "q", {"value": 1}, V)
    assert open_home(tmp_path / name).load(ME, U).of("e") == {"q": 1}


MANGLED = {
    "empty": b"", "truncated": None, "no json": b"hello", "binary": bytes(range(256)), "a list": b"[]", "null": b"null",
    "another program's": b'{"cells": [], "metadata": {}}', "deep": b"[" * 100_000,
    "not utf-8": b'{"seq": 3, "x": "\xff"}',
    "another unit": b'{"seq": 9, "format": 1, "unit": "elsewhere", "exercises": {"e": {"q": {"value": 1}}}}',
    "exercises is text": b'{"seq": 9, "format": 1, "unit": "initiation", "exercises": "no"}',
    "zeros": b"\x00" * 4096,
}  # fmt: skip


@pytest.mark.parametrize("what", MANGLED)
@pytest.mark.parametrize("first", ["load", "save", "seq"])
def test_a_broken_file_is_set_aside_and_said(home: Home, root: Path, what: str, first: str) -> None:
    home.save(ME, U, "e", "old", {"value": "before"}, V)
    path = root / U / "answers.json"
    broken = MANGLED[what] if MANGLED[what] is not None else path.read_bytes()[:-20]
    path.write_bytes(broken)
    if first == "save":
        home.save(ME, U, "e", "new", {"value": "after"}, V)
    elif first == "load":
        assert home.load(ME, U).exercises == {}
    else:
        assert home.seq(ME, U) >= 0
    home.save(ME, U, "e", "new", {"value": "after"}, V)
    answers = home.load(ME, U)
    assert answers.of("e") == {"new": "after"}
    assert (root / U / "answers.broken-1.json").read_bytes() == broken
    assert len(answers.notices) == 1 and "answers.broken-1.json" in answers.notices[0]
    assert open_home(root).load(ME, U).notices == answers.notices


def test_what_is_whole_in_a_broken_file_is_kept(home: Home, root: Path) -> None:
    home.save(ME, U, "e", "good", {"value": "kept"}, V)
    home.save(ME, U, "e", "bad", {"value": "x"}, V)
    home.save(ME, U, "table", "t", {"cells": [["r1", "c", 1]]}, V)
    path = root / U / "answers.json"
    document = json.loads(path.read_bytes())
    document["exercises"]["e"]["bad"] = ["mangled"]
    document["exercises"]["other"] = 7
    path.write_text(json.dumps(document), encoding="utf-8")
    before = home.seq(ME, U)
    answers = home.load(ME, U)
    assert answers.values() == {
        "e": {"good": "kept"},
        "table": {"t": {"rows": [{"id": "r1", "cells": {"c": 1}}], "aside": {}}},
    }
    assert len(answers.notices) == 1
    assert home.seq(ME, U) > before, "open windows have to see that something changed"


def test_breaking_again_and_again_loses_no_broken_file(home: Home, root: Path) -> None:
    path = root / U / "answers.json"
    for n in (1, 2, 3):
        home.save(ME, U, "e", "q", {"value": n}, V)
        path.write_bytes(b"broken %d" % n)
        home.load(ME, U)
    found = [(root / U / f"answers.broken-{n}.json").read_bytes() for n in (1, 2, 3)]
    assert found == [b"broken 1", b"broken 2", b"broken 3"]
    assert len(home.load(ME, U).notices) == 3


def test_a_newer_editions_file_is_left_alone(home: Home, root: Path) -> None:
    home.save(ME, U, "e", "q", {"value": 1}, V)
    path = root / U / "answers.json"
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2'))
    before = everything(root)
    for act in (lambda: home.load(ME, U), lambda: home.save(ME, U, "e", "q", {"value": 2}, V)):
        with pytest.raises(WorkbookError, match="newer edition"):
            act()
    assert everything(root) == before


def test_a_broken_owner_file_is_kept_and_costs_no_answer(home: Home, root: Path) -> None:
    home.save(ME, U, "e", "q", {"value": 1}, V)
    (root / "owner.json").write_bytes(b"{")
    assert open_home(root).load(ME, U).of("e") == {"q": 1}
    me = open_home(root).me()
    assert open_home(root).load(me, U).of("e") == {"q": 1}
    assert (root / "owner.broken-1.json").read_bytes() == b"{"


def test_a_leftover_of_a_killed_program_is_cleared_away(home: Home, root: Path) -> None:
    home.save(ME, U, "e", "q", {"value": 1}, V)
    leftover = root / U / ".answers.json.tmp"
    leftover.write_bytes(b"half a fi")
    home.save(ME, U, "e", "q", {"value": 2}, V)
    assert home.load(ME, U).of("e") == {"q": 2}
    assert not leftover.exists()


def test_notebooks_in_the_home_are_no_answers(home: Home, root: Path) -> None:
    home.save(ME, U, "e", "q", {"value": 1}, V)
    (root / U / "lesson.ipynb").write_text("{}", encoding="utf-8")
    (root / "stray.json").write_text("{}", encoding="utf-8")
    (root / "empty-unit").mkdir()
    assert home.units(ME) == [U]
    home.delete(ME)
    assert set(everything(root)) == {f"{U}/lesson.ipynb", "stray.json"}


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 256 kB, where we may make one."""
    folder = Path(tempfile.mkdtemp(prefix="wb-small-"))
    mounted = ROOT and sys.platform == "linux" and shutil.which("mount")
    if (
        not mounted
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=False).returncode
    ):
        folder.rmdir()
        pytest.skip("only root can make a small disk; the test with a file size limit stands in for it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def test_a_full_disk_is_said_and_harms_nothing(small_disk: Path) -> None:
    home = open_home(small_disk / "home")
    home.save(ME, U, "e", "q", {"value": "before"}, V)
    with pytest.raises(WorkbookError, match="disk is full"):
        for n in range(100):
            home.save(ME, U, "e", f"q{n}", {"value": "x" * 20_000}, V)
    known = home.load(ME, U)
    assert known.of("e")["q"] == "before" and known.notices == ()
    assert not list((small_disk / "home").rglob("*.tmp"))
    with pytest.raises(WorkbookError, match="disk is full"):
        home.save(ME, U, "e", "one-more", {"value": "x" * 60_000}, V)
    assert home.load(ME, U) == known
    # A broken file on a full disk cannot be set aside: it stays where it is until there is room.
    path, ballast = small_disk / "home" / U / "answers.json", small_disk / "ballast"
    with path.open("r+b") as file:
        file.write(b"broken")
    broken = path.read_bytes()
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(b"x" * 1024):
            pass
    with pytest.raises(WorkbookError, match="disk is full"):
        home.load(ME, U)
    assert path.read_bytes() == broken
    assert not list((small_disk / "home").rglob("*.broken-*"))
    ballast.unlink()
    assert len(home.load(ME, U).notices) == 1
    assert path.with_name("answers.broken-1.json").read_bytes() == broken


LIMITED = """
import resource, sys
from workbook.answers import Owner, open_home
from workbook.errors import WorkbookError
home = open_home(sys.argv[1])
home.save(Owner("me"), "initiation", "e", "q", {"value": "before"}, "v")
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    home.save(Owner("me"), "initiation", "e", "q", {"value": "x" * 50_000}, "v")
except WorkbookError as error:
    print(error)
print(home.load(Owner("me"), "initiation").of("e"))
"""


@pytest.mark.skipif(os.name == "nt", reason="no file size limit there")
def test_a_file_that_cannot_grow_is_said_and_harms_nothing(root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED, root], capture_output=True, text=True, check=True)
    said, kept = done.stdout.splitlines()
    assert said.startswith("Not saved: the disk is full") and str(root) in said
    assert kept == "{'q': 'before'}"
    assert not list(root.rglob("*.tmp"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX file modes")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("locked", ["unit", "all"])
def test_a_read_only_home_can_be_read_and_says_that_it_cannot_be_written(locked: str) -> None:
    # Below /tmp itself: root may write everywhere, so a root's child becomes somebody else, who has to get there.
    base = Path(tempfile.mkdtemp(prefix="wb-ro-"))
    try:
        home = open_home(base / "home")
        home.save(ME, U, "e", "q", {"value": "before"}, V)
        if ROOT:
            for path in [base, *base.rglob("*")]:
                os.chown(path, 65534, 65534)
        for path in [base / "home" / U] if locked == "unit" else [base / "home", *(base / "home").rglob("*")]:
            path.chmod(0o500 if path.is_dir() else 0o400)
        before = everything(base)
        out, back = os.pipe()
        child = os.fork()
        if child == 0:
            said = "nothing"
            try:
                if ROOT:
                    os.setgroups([])
                    os.setresgid(65534, 65534, 65534)
                    os.setresuid(65534, 65534, 65534)
                said = f"{home.load(ME, U).of('e')} {home.seq(ME, U)}\n"
                home.save(ME, U, "e", "q", {"value": "after"}, V)
            except BaseException as error:
                said += f"{type(error).__name__}: {error}"
            finally:
                os.write(back, said.encode())
                os._exit(0)
        os.waitpid(child, 0)
        os.close(back)
        with os.fdopen(out) as told:
            kept, said = told.read().splitlines()
        assert kept == "{'q': 'before'} 1"
        assert said.startswith("WorkbookError: Not saved: no permission to write to")
        assert said.endswith("Earlier answers are safe.")
        assert everything(base) == before
    finally:
        for path in [base, *base.rglob("*")]:
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(base)


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("I am a file", encoding="utf-8")
    home = open_home(tmp_path / "home")
    assert home.load(ME, U).exercises == {}
    with pytest.raises(WorkbookError, match="Not saved"):
        home.save(ME, U, "e", "q", {"value": 1}, V)
    assert (tmp_path / "home").read_text(encoding="utf-8") == "I am a file"


def test_someone_who_keeps_the_lock_is_said(home: Home, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    from workbook.answers import folder

    home.save(ME, U, "e", "q", {"value": 1}, V)
    monkeypatch.setattr(folder, "WAIT", 0.2)
    other = FileLock(root / ".lock")
    with other, pytest.raises(WorkbookError, match="locked"):
        home.save(ME, U, "e", "q", {"value": 2}, V)
    assert home.load(ME, U).of("e") == {"q": 1}
    home.save(ME, U, "e", "q", {"value": 3}, V)

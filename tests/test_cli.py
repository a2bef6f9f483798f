"""The command as a person types it: every command, right and wrong input, never a traceback."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import sample
from serving import Server, free_port, workbook
from workbook.answers import Owner, open_home
from workbook.cli import main
from workbook.release import stale

ROOT = Path(__file__).parent.parent


@dataclass
class Desk:
    """Someone in a folder with a course, and a home for answers."""

    root: Path
    home: Path

    def run(self, *words: str, says: str = "", cwd: Path | None = None, **environment: str) -> tuple[int, str]:
        """Exit code and everything that was written; a traceback fails at once."""
        done = subprocess.run(
            [sys.executable, "-m", "workbook", *words],
            check=False,
            cwd=cwd or self.root,
            env={**self.environment, **environment},
            input=says,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
        )
        said = done.stdout + done.stderr
        assert "Traceback" not in said and "Error:" not in said.replace("error:", ""), said
        return done.returncode, said

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKBOOK_")}
        return {**kept, "WORKBOOK_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}

    def answer(self, owner: Owner | None = None) -> Owner:
        """Answer both exercises."""
        home = open_home(self.home)
        who = owner or home.me()
        home.save(who, "harbour", "nets", "first", {"value": "ask"}, "")
        home.save(who, "harbour", "boats", "which", {"value": "broad"}, "")
        return who

    def stored(self) -> dict[str, str]:
        """Every answer of the home's person."""
        home = open_home(self.home)
        return {name: home.load(home.me(), "harbour").of(name) for name in ("nets", "boats")}  # type: ignore[misc]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = sample.write(tmp_path_factory.mktemp("built"))
    assert Desk(root, root / "home").run("build") == (0, "15 derived files; 15 written, the others were in step.\n")
    return root


@pytest.fixture
def desk(built: Path, tmp_path: Path) -> Desk:
    shutil.copytree(built, tmp_path / "course-folder")
    return Desk(tmp_path / "course-folder", tmp_path / "home")


@pytest.fixture
def checkout(tmp_path: Path) -> Desk:
    return Desk(ROOT, tmp_path / "home")


# Right input


def test_without_a_command_it_says_what_there_is(desk: Desk) -> None:
    code, said = desk.run()
    assert code == 2
    for name in ("start", "lab", "answers", "hand-in", "paper", "build", "check", "preview", "new", "collect"):
        assert re.search(rf"^ +{name} +\S", said, re.MULTILINE), name
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", desk.run("--version")[1])


def test_build_writes_what_has_changed_only(desk: Desk) -> None:
    file = desk.root / "solutions/harbour/nets.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("title: Nets", "title: Good nets"), encoding="utf-8")
    code, said = desk.run("build", "--verbose")
    assert code == 0 and "exercises/harbour/nets.json" in said and "boats" not in said
    assert desk.run("build")[1] == "15 derived files; 0 written, the others were in step.\n"


def test_check_says_where_to_look_and_its_code_is_one(desk: Desk) -> None:
    assert desk.run("check") == (0, "No problems.\n")
    file = desk.root / "solutions/harbour/nets.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("answer: ask", "answer: aks"), encoding="utf-8")
    code, said = desk.run("check")
    assert code == 1 and said.endswith("1 problem\n")
    assert "solutions/harbour/nets.yml:17: questions[1].key.answer: is not an option of this question." in said
    code, said = desk.run("build")
    assert code == 1 and "nets.yml:17:" in said


def test_preview_is_one_page_with_every_look(desk: Desk) -> None:
    code, said = desk.run("preview", "harbour/boats", "--no-browser")
    file = desk.root / "build/preview/harbour/boats.html"
    page = file.read_text(encoding="utf-8")
    assert code == 0 and str(file) in said
    assert re.findall(r'data-look="(\w+)"', page) == ["form", "plain", "paper", "trainer"]
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 10
    shown, private = page.split('data-look="trainer"')
    assert shown.count("Which boat does the plan need?") == 3 and shown.count('type="radio"') == 6
    for text in (
        "A broad boat for waste",
        "It carries what the plan has to move away.",
        "Speed is no need of this plan",
    ):
        assert text in private
    assert "It carries" not in shown
    assert "http" not in page.split("</style>")[1]


def test_paper_blank_and_filled_of_an_exercise_and_a_unit(desk: Desk) -> None:
    desk.answer()
    into = desk.root / "to print"
    for words, name, ticked in (
        (["harbour/boats"], "harbour-boats.html", 0),
        (["harbour/boats", "--filled"], "harbour-boats-filled.html", 1),
        (["harbour"], "harbour.html", 0),
        (["harbour", "--filled"], "harbour-filled.html", 2),
    ):
        code, said = desk.run("paper", *words, "--into", str(into))
        page = (into / name).read_text(encoding="utf-8")
        assert code == 0 and str(into / name) in said
        assert page.count("wb-paper") - page.split("</style>")[0].count("wb-paper") == (1 if "/" in words[0] else 2)
        assert page.count("☒") == ticked
        assert "<input" not in page and "It carries what" not in page


def test_hand_in_and_collect(desk: Desk) -> None:
    desk.answer()
    code, said = desk.run("hand-in", "harbour", "--name", "Zoë Díaz", "--into", "out")
    assert code == 0
    receipt = re.search(r"Receipt: (\S+)", said)
    (file,) = (desk.root / "out").iterdir()
    assert receipt and file.name in said
    with zipfile.ZipFile(file) as packed:
        assert any(receipt[1] in packed.read(name).decode() for name in packed.namelist())
    code, said = desk.run("collect", "out")
    assert code == 0 and "1 taken" in said
    (kept,) = (desk.root / "build/submitted").glob("*/harbour/answers.json")
    answers = json.loads(kept.read_text(encoding="utf-8"))["exercises"]
    assert "broad" in json.dumps(answers["boats"]) and "ask" in json.dumps(answers["nets"])
    assert (kept.parent / "boats.ipynb").is_file()
    assert "1 here already" in desk.run("collect", "out")[1]
    shutil.copyfile(desk.root / "course/course.yml", desk.root / "out/no.zip")
    code, said = desk.run("collect", "out")
    assert code == 1 and "no.zip: not taken" in said


def test_answers_travel_and_are_deleted_with_what_lies_beside_them(desk: Desk, tmp_path: Path) -> None:
    who = desk.answer()
    assert desk.run("answers", "export", "mine.json")[0] == 0
    visit, notebook = desk.home / "visits" / f"{who.id}.json", desk.home / "notebooks/course/harbour/needs.ipynb"
    for kept in (visit, notebook, desk.home / "notebooks-of-mine.txt"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("{}", encoding="utf-8")
    for refused in ("", "no\n"):
        code, said = desk.run("answers", "delete", says=refused)
        assert code == 1 and "Nothing was deleted." in said
        assert str(visit) in said and str(desk.home / "notebooks") in said
    assert desk.stored()["boats"] == {"which": "broad"}
    assert desk.run("answers", "delete", says="yes\n")[0] == 0
    left = {path.relative_to(desk.home).as_posix() for path in desk.home.rglob("*")}
    assert left <= {"notebooks-of-mine.txt", ".lock"}
    code, said = desk.run("answers", "import", "mine.json")
    assert code == 0 and "2 answers added" in said
    assert desk.stored() == {"nets": {"first": "ask"}, "boats": {"which": "broad"}}
    assert desk.run("answers", "delete", "--yes")[0] == 0


def test_deleting_one_of_many_leaves_the_others_and_the_notebooks(desk: Desk) -> None:
    for name in ("amina", "boris"):
        desk.answer(Owner(name))
        (desk.home / "visits").mkdir(exist_ok=True)
        (desk.home / "visits" / f"{name}.json").write_text("{}", encoding="utf-8")
    (desk.home / "notebooks").mkdir()
    assert desk.run("answers", "delete", "--owner", "amina", "--yes")[0] == 0
    home = open_home(desk.home)
    assert home.units(Owner("amina")) == [] and home.units(Owner("boris")) == ["harbour"]
    assert [path.name for path in (desk.home / "visits").iterdir()] == ["boris.json"]
    assert (desk.home / "notebooks").is_dir()


def test_an_import_never_overwrites_unasked(desk: Desk) -> None:
    who = desk.answer()
    desk.run("answers", "export", "mine.json")
    open_home(desk.home).save(who, "harbour", "nets", "first", {"value": "buy"}, "")
    code, said = desk.run("answers", "import", "mine.json")
    assert code == 2 and "harbour/nets/first" in said
    code, said = desk.run("answers", "import", "mine.json", "--newer-wins")
    assert code == 0 and "1 newer ones kept" in said and desk.stored()["nets"] == {"first": "buy"}


def test_commands_work_on_the_course_itself(checkout: Desk, tmp_path: Path) -> None:
    code, said = checkout.run("paper", "initiation", "--into", str(tmp_path))
    assert code == 0 and (tmp_path / "initiation.html").stat().st_size > 50_000, said
    code, said = checkout.run("hand-in", "building-blocks", "--into", str(tmp_path), cwd=ROOT / "docs")
    assert code == 0 and "Receipt:" in said
    code, said = checkout.run("paper", "initiation/partner")
    assert code == 2 and "Did you mean 'initiation/partners'?" in said


# Starting and stopping


@pytest.mark.parametrize("name", ["start", "lab"])
def test_a_taken_port_is_one_clear_sentence(desk: Desk, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = desk.run(name, "--port", str(port), "--no-browser")
    assert code == 2
    (sentence,) = said.splitlines()
    assert f"Port {port} is taken" in sentence and f"PORT={port + 10}" in sentence


def test_start_makes_what_is_missing_serves_and_ends_on_ctrl_c(desk: Desk) -> None:
    shutil.rmtree(desk.root / "build")
    server = Server(desk.root, desk.home, workbook("start"))
    server.start()
    with urllib.request.urlopen(server.url, timeout=30) as page:
        assert "The harbour" in page.read().decode()
    assert server.process is not None
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=20) == 0
    said = (desk.home.parent / "server.log").read_text(encoding="utf-8")
    assert "Preparing the course" in said and f"The course is open at {server.url}/" in said
    assert "Stopped." in said and "Traceback" not in said


def test_start_says_what_is_wrong_in_the_content(desk: Desk) -> None:
    shutil.rmtree(desk.root / "build")
    file = desk.root / "solutions/harbour/nets.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("minutes: 3", "minutes: three"), encoding="utf-8")
    code, said = desk.run("start", "--no-browser", "--port", str(free_port()))
    assert code == 1
    assert "solutions/harbour/nets.yml:6: minutes: needs a whole number, found 'three'" in said


@pytest.mark.parametrize("name", ["course/harbour/needs.md", "course/course.yml", "solutions/harbour/nets.yml"])
def test_start_notices_that_any_source_has_changed(desk: Desk, name: str) -> None:
    assert not stale(desk.root)
    file = desk.root / name
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert stale(desk.root)
    code, said = desk.run("build")
    assert code == 0, said
    assert not stale(desk.root)
    file.unlink()
    assert stale(desk.root)


def test_start_shows_the_course_as_last_built_while_an_author_is_in_the_middle_of_a_change(desk: Desk) -> None:
    file = desk.root / "solutions/harbour/nets.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("minutes: 3", "minutes: three"), encoding="utf-8")
    server = Server(desk.root, desk.home, workbook("start"))
    server.start()
    with urllib.request.urlopen(server.url, timeout=30) as page:
        assert "The harbour" in page.read().decode()
    server.stop()
    said = (desk.home.parent / "server.log").read_text(encoding="utf-8")
    assert "nets.yml:6: minutes: needs a whole number" in said and "as it was last built" in said


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"units": 3}', "\xff"])
def test_start_says_what_is_wrong_in_a_broken_derived_file(desk: Desk, broken: str) -> None:
    (desk.root / "course/course.json").write_bytes(broken.encode("latin-1"))
    code, said = desk.run("start", "--no-browser", "--port", str(free_port()))
    assert code == 2 and "workbook build" in said


def test_ctrl_c_while_it_asks(desk: Desk) -> None:
    desk.answer()
    command = [sys.executable, "-u", "-m", "workbook", "answers", "delete"]
    with subprocess.Popen(
        command, cwd=desk.root, env=desk.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = b""
        while b"Type yes" not in said:
            said += process.stdout.read(1)
        time.sleep(0.5)  # a signal between the question and the waiting for an answer would be missed
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
        process.kill()
        said += process.stdout.read()
        assert process.returncode == 130
    assert b"Stopped." in said and b"Traceback" not in said
    assert desk.stored()["nets"] == {"first": "ask"}


def test_whoever_reads_may_stop_reading(desk: Desk) -> None:
    (desk.root / "course/course.json").unlink()
    command = [sys.executable, "-m", "workbook", "check"]
    with subprocess.Popen(
        command, cwd=desk.root, env=desk.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


# Wrong input: one or two clear sentences, code 2

WRONG = [
    (["chek"], "'chek' is none of these: start, lab, .*Did you mean 'check'"),
    (["answers", "exprot"], "Did you mean 'export'"),
    (["new", "exercize", "harbour/x"], "Did you mean 'exercise'"),
    (["start", "--port", "0"], "a port is a number from 1 to 65535"),
    (["lab", "--port", "many"], "a port is a number from 1 to 65535"),
    (["hand-in", "harbor"], "There is no unit 'harbor' with exercises. Did you mean 'harbour'"),
    (["hand-in", "xyz"], "There is no unit 'xyz' with exercises. Known: harbour"),
    (["hand-in", "harbour", "--into", "afile"], "afile.*cannot be written"),
    (["hand-in", "harbour", "--into", "afile/below"], "afile/below.*cannot be written: Not a directory"),
    (["hand-in", "harbour", "--owner", "../x"], "'../x' cannot name a person"),
    (["hand-in", "harbour", "--home", "afile"], "Not saved: Not a directory"),
    (["hand-in", "harbour", "--home", "foo://x"], "SQLite or PostgreSQL, not in 'foo'"),
    (["hand-in", "harbour", "--name", "Zo\udcff"], "cannot be read as text"),
    (["hand-in", "harb\udcffour"], "cannot be read as text"),
    (["hand-in", "har\nbour"], "cannot be read as text"),
    (["paper", "harbour/net"], "no exercise or unit 'harbour/net'. Did you mean 'harbour/nets'"),
    (["paper", "nets"], "Did you mean 'harbour/nets'"),
    (["paper", ""], "no exercise or unit ''"),
    (["paper", "../course"], "no exercise or unit '../course'"),
    (["paper", "harbour", "--into", "afile"], "afile cannot be read or written: File exists"),
    (["preview", "harbour/nest", "--no-browser"], "no exercise 'harbour/nest'. Did you mean 'harbour/nets'"),
    (["preview", "nets", "--no-browser"], "Did you mean 'harbour/nets'"),
    (["preview", "../course/course", "--no-browser"], "no exercise"),
    (["answers", "import"], "Say which file: workbook answers import FILE"),
    (["answers", "import", "nowhere.json"], "There is no file nowhere.json"),
    (["answers", "import", "course"], "cannot be read: Is a directory"),
    (["answers", "import", "afile"], "is not a file that 'workbook answers export' has made"),
    (["answers", "export", "course"], "Is a directory"),
    (["answers", "export", "afile/x.json"], "Not a directory|File exists"),
    (["new", "unit", "My Unit"], "must look like unit-name"),
    (["new", "unit", "nul"], "must look like unit-name"),
    (["new", "unit", "u" * 300], "must look like unit-name"),
    (["new", "lesson", "harbour"], "must look like unit-name/lesson-name"),
    (["new", "lesson", "harbor/x"], "There is no unit 'harbor'. Did you mean 'harbour'"),
    (["new", "lesson", "harbour/needs"], "course/harbour/needs.md exists already; nothing was written"),
    (["new", "exercise", "harbour/x", "--kind", "tabel"], "no kind 'tabel'. Did you mean 'table'"),
    (["new", "kind", "slider"], "A kind is code"),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=[ascii(" ".join(w))[:50] for w, _s in WRONG])
def test_wrong_input(
    desk: Desk, words: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk.root / "afile").write_text("no answers", encoding="utf-8")
    before = sorted(path for path in desk.root.rglob("*"))
    monkeypatch.chdir(desk.root)
    monkeypatch.setenv("WORKBOOK_HOME", str(desk.home))
    # In this process, since there are many; anything but a clear end would be an exception here.
    try:
        code: object = main(words)
    except SystemExit as ended:
        code = ended.code
    said = "".join(capsys.readouterr())
    assert code == 2
    assert re.search(sentence, said)
    assert len([line for line in said.splitlines() if not re.match(r"usage:| ", line)]) <= 2
    assert sorted(path for path in desk.root.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows passes no such bytes")
def test_a_name_of_bytes_that_are_no_text(desk: Desk) -> None:
    code, said = desk.run("hand-in", "harbour", "--name", "Zo\udcff")
    assert (code, said) == (2, "This cannot be read as text: 'Zo\\udcff'\n")


def test_a_folder_in_which_nobody_may_write(desk: Desk) -> None:
    forbidden = desk.root / "closed"
    forbidden.mkdir(mode=0o500)
    if os.access(forbidden, os.W_OK):  # root may write anywhere but into the kernel's own folder
        forbidden = Path("/proc/workbook")
    for words in (["paper", "harbour"], ["hand-in", "harbour"]):
        code, said = desk.run(*words, "--into", str(forbidden))
        assert code == 2 and str(forbidden) in said and len(said.splitlines()) == 1
    for words in (["answers", "export", "mine.json"], ["hand-in", "harbour"]):
        code, said = desk.run(*words, "--home", str(forbidden / "home"))
        assert code == 2 and "Not saved" in said and len(said.splitlines()) == 1


def test_outside_a_course(desk: Desk, tmp_path: Path) -> None:
    for words in (["start"], ["check"], ["new", "unit", "x"]):
        assert desk.run(*words, cwd=tmp_path) == (
            2,
            "There is no course here. Go to the folder of the workbook and try again.\n",
        )
    code, said = desk.run("check", WORKBOOK_ROOT=str(tmp_path / "gone"))
    assert code == 2 and said.startswith("There is no course in ")


def test_a_course_that_is_not_built(desk: Desk) -> None:
    (desk.root / "course/course.json").unlink()
    for words in (["paper", "harbour"], ["hand-in", "harbour"]):
        assert desk.run(*words) == (2, "The course has not been built yet. Run: workbook build\n")
    code, said = desk.run("check")
    assert code == 1 and "course/course.json:1: (whole file): is not in step with its source" in said


def test_content_of_every_broken_sort_is_told_in_lines(desk: Desk) -> None:
    (desk.root / "solutions/harbour/nets.yml").write_bytes(b"title: \xff\n")
    (desk.root / "solutions/harbour/boats.yml").write_text("just words\n", encoding="utf-8")
    (desk.root / "solutions/harbour/empty.yml").write_text("", encoding="utf-8")
    (desk.root / "solutions/harbour/folder.yml").mkdir()
    (desk.root / "course/harbour/needs.md").write_bytes(b"# \xff\n")
    (desk.root / "course/harbour/folder.md").mkdir()
    for words in (["check"], ["build"]):
        code, said = desk.run(*words)
        assert code == 1
        lines = said.splitlines()
        assert all(re.match(r"[\w./-]+:\d+: .+: .+", line) for line in lines[:-1]), said
        for name in ("nets.yml", "boats.yml", "empty.yml", "folder.yml", "needs.md"):
            assert any(name in line for line in lines), name


def test_a_terminal_without_the_letters_is_no_reason_to_stop(desk: Desk) -> None:
    file = desk.root / "solutions/harbour/nets.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("answer: ask", "answer: Ä…"), encoding="utf-8")
    code, said = desk.run("check", PYTHONIOENCODING="ascii")
    assert code == 1 and "nets.yml:17" in said

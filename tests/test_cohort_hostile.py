"""The corpus of hostile hand-ins, through collecting, marking and exporting: it earns nothing, harms nothing, is told."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import hostile
import sample
from hostile import CANARY, UNIT
from test_gradebook import nbgrader, scores
from workbook import author

CHECKOUT = Path(__file__).parent.parent
SUMS = """\
title: Sums
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: marked
minutes: 5
questions:
  - id: many
    kind: number
    prompt: How many boats are six and six?
    points: 2
    key: {answer: 12, right: Six and six are twelve.}
  - id: why
    kind: long-text
    prompt: Why so many?
    rubric:
      - {id: need, points: 2, full: Names a need, part: Names a wish}
  - id: who
    kind: table
    own-plan: true
    prompt: Who sails them?
    columns:
      name: {type: text}
"""
FILES = sample.FILES | {
    "solutions/harbour/sums.yml": SUMS,
    "course/harbour/wishes.md": sample.WISHES.replace('boats")', 'boats"); form("harbour/sums")'),
}
MEMORY = 700
"""Most MB that collecting or marking may need; ten million bytes of nothing but brackets are 300 MB of lists."""
RUN = "import resource, sys; from workbook.cli import main; code = main(sys.argv[1:]); print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr); sys.exit(code)"  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """The corpus after it went through everything; ``said`` by command, ``peak`` in MB by command."""

    root: Path
    cases: tuple[hostile.Case, ...]
    said: dict[str, str]
    peak: dict[str, int]
    before: dict[Path, bytes]
    above: Path


def workbook(root: Path, *words: str) -> tuple[str, int]:
    """Run a command as a trainer does, in a home of its own; returns what it said and the memory that it took."""
    env = os.environ | {"PYTHONPATH": str(CHECKOUT / "src"), "HOME": str(root.parent / "home"), "PYTHONIOENCODING": "utf-8"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], cwd=root, env=env, capture_output=True, timeout=400, check=False
    )
    said = (done.stdout + done.stderr).decode()
    assert "Traceback" not in said and done.returncode in (0, 1), said[-3000:]
    return said, max(map(int, re.findall(r"\d+", said.rpartition("peak")[2])))


def outside(above: Path) -> dict[Path, bytes]:
    """Everything that is not below ``build/``, links and pipes not followed."""
    found = {}
    for folder, folders, files in os.walk(above):
        folders[:] = [one for one in folders if Path(folder, one) != above / "course" / "build"]
        for name in [*files, *folders]:
            path = Path(folder, name)
            plain = path.is_file() and not path.is_symlink()
            found[path] = path.read_bytes() if plain and path.stat().st_size < 10_000_000 else b""
    return found


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    above = tmp_path_factory.mktemp("hostile")
    root = sample.write(above / "course", FILES)
    shutil.copy(CHECKOUT / "nbgrader_config.py", root)
    author.build(root)
    nbgrader(root, "generate_assignment", UNIT, "--force")
    (above / "home").mkdir()
    downloads = above / "Downloads"
    cases = [*hostile.cases(downloads)]
    honest = {**hostile.WRONG, "boats": {"which": "broad"}}
    (downloads / "zz-honest.zip").write_bytes(hostile.archive(("answers.json", hostile.good("honest", values=honest))))
    submitted = root / "build" / "submitted"
    cases += hostile.placed(submitted, root / "exercises" / UNIT)
    before = outside(above)
    said, peak = {}, {}
    said["collect"], peak["collect"] = workbook(root, "collect", str(downloads))
    said["mark"], peak["mark"] = workbook(root, "mark", UNIT)
    odd = root / "build" / "odd.txt"
    said["mark"] += odd.read_text(encoding="utf-8")
    return Ran(root, tuple(cases), said, peak, before, above)


def test_the_corpus_is_big_enough(ran: Ran) -> None:
    assert len(ran.cases) >= 80 and len({case.name for case in ran.cases}) == len(ran.cases)
    assert sum(bool(case.words) for case in ran.cases) >= 50


def test_nothing_is_earned_but_by_the_honest_one(ran: Ran) -> None:
    with sqlite3.connect(ran.root / "build" / "gradebook.db") as gradebook:
        students = [row[0] for row in gradebook.execute("select distinct student_id from submitted_assignment")]
    gradebook.close()
    assert len(students) > 40
    earned = {student: sum(points or 0 for points in scores(ran.root, student).values()) for student in students}
    assert {student: points for student, points in earned.items() if points} == {"honest": 2.0}


def test_nothing_is_written_run_or_changed_outside_build(ran: Ran) -> None:
    after = outside(ran.above)
    ours = {path for path in after if ".cache" in path.parts or "home" in path.parts or ".jupyter" in path.parts}
    assert {path for path in after.keys() ^ ran.before.keys() if path not in ours} == set()
    assert [path for path in ran.before if after[path] != ran.before[path]] == []
    assert not list(ran.above.rglob(CANARY)) and not Path("/tmp", CANARY).exists()
    inside = {path for path in (ran.root / "build" / "submitted").rglob("*") if "placed-" not in str(path)}
    assert {path.suffix for path in inside if path.is_file()} == {".json", ".ipynb", ".txt"}
    released = {path.name: path.read_bytes() for path in (ran.root / "exercises" / UNIT).glob("*.ipynb")}
    taken = [path for path in inside if path.suffix == ".ipynb"]
    assert len(taken) > 100 and all(path.read_bytes() == released[path.name] for path in taken)


def test_memory_is_bounded(ran: Ran) -> None:
    assert max(ran.peak.values()) < MEMORY, ran.peak


def told(ran: Ran, case: hostile.Case) -> str:
    """What was said of a case: where its file is named, and of its learner."""
    lines = ran.said["collect"].splitlines()
    name = "".join(c if c.isprintable() else "\ufffd" for c in str(case.file))
    found, on = [], False
    for line in lines:
        on = line.startswith(f"{name}") or (on and line.startswith("    "))
        found += [line] if on else []
    if case.id:
        found += [line for line in ran.said["mark"].splitlines() if case.id in line]
        for path in (ran.root / "build" / "autograded" / case.id / UNIT).glob("*.ipynb"):
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(found)


def test_each_is_told_in_plain_words(ran: Ran) -> None:
    missing = {case.name: told(ran, case)[:300] for case in ran.cases if not re.search(case.words, told(ran, case))}
    assert missing == {}


def test_what_is_printed_moves_no_cursor_and_turns_no_line(ran: Ran) -> None:
    for said in ran.said.values():
        odd = [line for line in said.splitlines() if not line.replace("\t", "").isprintable()]
        assert odd == []
        assert max(map(len, said.splitlines())) < 2000
    assert len(ran.said["collect"].splitlines()) < 200, "one file of many bad ones fills no screen"
    assert re.search(r"case-009.*\n    answers.json is empty\n … and \d+ more like these", ran.said["collect"])


def test_no_markup_of_theirs_lives_in_what_people_read(ran: Ran) -> None:
    """In marked notebooks, where formgrader shows Markdown and HTML, and in the pages of feedback."""
    name = next(case.id for case in ran.cases if case.name == "script in every field")
    folders = [folder.name for folder in (ran.root / "build" / "autograded").iterdir() if name[-3:] in folder.name]
    assert folders
    nbgrader(ran.root, "generate_feedback", UNIT, f"--student={folders[0]}")
    pages = [*(ran.root / "build" / "autograded").rglob("*.ipynb"), *(ran.root / "build" / "feedback").rglob("*.html")]
    assert any(page.suffix == ".html" and CANARY in page.read_text(encoding="utf-8") for page in pages)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert f"alert('{CANARY}')</script>" not in text and "onerror=alert(1)>" not in text, page
        assert ('href="javascript' if page.suffix == ".html" else "[x](javascript:alert") not in text, page


def test_names_are_tame_in_exports(ran: Ran) -> None:
    file = ran.root / "grades.csv"
    workbook(ran.root, "export", "grades", str(file))
    text = file.read_text(encoding="utf-8-sig")
    file.unlink()
    assert "\"'=cmd|'/c calc'!A1\"" in text and '"=cmd' not in text


@pytest.fixture(autouse=True)
def no_canary() -> Iterator[None]:
    """The trial could not see code that runs if the file was there before."""
    yield
    assert not Path("/tmp", CANARY).exists()

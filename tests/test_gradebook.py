"""Stock nbgrader on our exercises: generate, mark, feedback, with learners who are right, half right and mangled."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

import sample
from workbook import answers, author, content, marking
from workbook.answers import freezing, handin
from workbook.gradebook.feedback import HidePrivate
from workbook.gradebook.submission import Submission
from workbook.gradebook.template import Template
from workbook.kinds import BY_NAME
from workbook.model import Exercise

CHECKOUT = Path(__file__).parent.parent
UNIT = "harbour"
RUN = "from workbook.grammars import leave_out; leave_out(); from nbgrader.apps.nbgraderapp import main; main()"
"""nbgrader as it is installed, without a grammar that jsonschema compiles for seconds at each start."""


def nbgrader(root: Path, *args: str, ok: bool = True) -> str:
    """Run a stock nbgrader command as a trainer does; returns what it printed."""
    command = [sys.executable, "-c", RUN, *args]
    env = os.environ | {"PYTHONPATH": str(CHECKOUT / "src"), "JUPYTER_CONFIG_DIR": str(root / ".jupyter")}
    # A new gradebook calls `alembic` from PATH.
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def course(root: Path) -> dict[str, Exercise]:
    """The sample course, built, with nbgrader set up as in the checkout and its unit generated."""
    sample.write(root)
    shutil.copy(CHECKOUT / "nbgrader_config.py", root)
    author.build(root)
    nbgrader(root, "generate_assignment", UNIT, "--force")
    return content.load(root).exercises


def hand_in(root: Path, student: str, exercises: dict[str, Exercise], values: dict[str, dict[str, Any]]) -> Path:
    """A submission as ``workbook hand-in`` and ``workbook collect`` make it; returns its folder."""
    home = answers.open_home(root / "homes" / student)
    owner = answers.Owner(student)
    for name, given in values.items():
        for question in exercises[f"{UNIT}/{name}"].questions:
            if question.id in given:
                home.save(owner, UNIT, name, question.id, {"value": given[question.id]}, question.version)
    frozen = freezing.freeze(home.load(owner, UNIT), exercises, {})
    folder = root / "build" / "submitted" / student / UNIT
    shutil.copytree(root / "exercises" / UNIT, folder)
    (folder / "answers.json").write_text(handin.text(frozen), encoding="utf-8")
    return folder


def scores(root: Path, student: str, unit: str = UNIT) -> dict[tuple[str, str], float | None]:
    """Points in the gradebook: (notebook, cell) to points, None where a person has to mark."""
    query = """
        select n.name, c.name, g.auto_score, g.needs_manual_grade
        from grade g join base_cell c on c.id = g.cell_id
        join submitted_notebook sn on sn.id = g.notebook_id join notebook n on n.id = sn.notebook_id
        join submitted_assignment sa on sa.id = sn.assignment_id join assignment a on a.id = sa.assignment_id
        where sa.student_id = ? and a.name = ?"""
    with sqlite3.connect(root / "build" / "gradebook.db") as gradebook:
        rows = gradebook.execute(query, (student, unit)).fetchall()
    gradebook.close()
    return {(nb, cell): None if manual else score for nb, cell, score, manual in rows}


def right(exercises: dict[str, Exercise]) -> dict[str, dict[str, Any]]:
    values: dict[str, dict[str, Any]] = {}
    for exercise in exercises.values():
        for question in exercise.questions:
            if question.key is not None:
                value = BY_NAME[question.kind].samples(question.ask, question.key).right[0]
                values.setdefault(exercise.name, {})[question.id] = value
    return values


def autograded(root: Path, student: str, name: str) -> str:
    return (root / "build" / "autograded" / student / UNIT / f"{name}.ipynb").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Exercise], str]:
    root = tmp_path_factory.mktemp("course")
    exercises = course(root)
    whole = right(exercises)
    hand_in(root, "ann", exercises, whole)
    hand_in(root, "bo", exercises, {"boats": {"which": "fast"}})
    for name, spoil in MANGLED.items():
        spoil(hand_in(root, name, exercises, whole))
    log = nbgrader(root, "autograde", UNIT)
    return root, exercises, log


def rewrite(change: Callable[[dict[str, Any]], Any], *, honest: bool = True) -> Callable[[Path], object]:
    """A change of ``answers.json``; ``honest``: with its checksum put right."""

    def spoil(folder: Path) -> None:
        path = folder / "answers.json"
        data = json.loads(path.read_text(encoding="utf-8"))
        data = change(data) or data
        if honest and isinstance(data, dict):
            data["sha256"] = handin.checksum(data)
        path.write_text(json.dumps(data), encoding="utf-8")

    return spoil


def raw(data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / "answers.json").write_bytes(data)


def notebook(change: Callable[[Any], Any], name: str = "boats") -> Callable[[Path], object]:
    def spoil(folder: Path) -> None:
        path = folder / f"{name}.ipynb"
        nb = nbformat.read(path, as_version=4)
        change(nb)
        path.write_text(json.dumps(nb), encoding="utf-8")

    return spoil


def answer(value: Any) -> Callable[[Path], object]:
    return rewrite(lambda d: d["exercises"]["boats"]["answers"]["which"].update(value=value))


def both(*spoils: Callable[[Path], object]) -> Callable[[Path], object]:
    def spoil(folder: Path) -> None:
        for one in spoils:
            one(folder)

    return spoil


def score_cell(nb: Any) -> Any:
    return next(c for c in nb.cells if c.metadata.nbgrader.grade_id == "score-which")


def fake_output(nb: Any) -> None:
    score_cell(nb).outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)]


FULL, NOTHING = 2.0, 0.0
# What comes back mangled: how, the points for the question in "boats", and the reason beside the score ("" for none).
CASES: dict[str, tuple[Callable[[Path], object], float, str]] = {
    "m01": (lambda f: (f / "answers.json").unlink(), NOTHING, "answers.json is missing"),
    "m02": (raw(b""), NOTHING, "answers.json is empty"),
    "m03": (raw(b'{"what": "partnering'), NOTHING, "answers.json is broken"),
    "m04": (raw(b"\xff\xfe\x00bad"), NOTHING, "answers.json is broken"),
    "m05": (raw(b"[1, 2, 3]"), NOTHING, "not a file that was handed in"),
    "m06": (raw(b'{"hello": "world"}'), NOTHING, "not a file that was handed in"),
    "m07": (raw(b"[" * 100_000), NOTHING, "answers.json is broken"),
    "m08": (raw(b" " * 10_000_001), NOTHING, "larger than"),
    "m09": (rewrite(lambda d: d.update(unit="other")), NOTHING, "belongs to the unit"),
    "m10": (rewrite(lambda d: d.update(format=99)), NOTHING, "newer edition"),
    "m11": (rewrite(lambda d: d.update(owner={"id": "ann", "kind": "person", "label": "Ann"})), NOTHING, "handed in by Ann"),
    "m12": (rewrite(lambda d: d.update(exercises=[])), NOTHING, "no answers in it"),
    "m13": (rewrite(lambda d: d["exercises"].update(boats=3)), NOTHING, "were left out"),
    "m14": (answer("no-such-boat"), NOTHING, "cannot be used"),
    "m15": (answer(["broad"]), NOTHING, "cannot be used"),
    "m16": (answer({"broad": True}), NOTHING, "cannot be used"),
    "m17": (answer(None), NOTHING, "No answer"),
    "m18": (rewrite(lambda d: d["exercises"]["boats"]["answers"]["which"].update(version="0ld")), FULL, "older version of the question"),
    "m19": (rewrite(lambda d: d["exercises"]["boats"]["answers"].update(gone={"value": 1})), FULL, "not in this version"),
    "m20": (rewrite(lambda d: d.update(at="2001-01-01"), honest=False), FULL, "changed after they were handed in"),
    "m21": (notebook(lambda nb: nb.cells.remove(score_cell(nb))), FULL, "Cells were deleted"),
    "m22": (notebook(lambda nb: nb.cells.append(dict(score_cell(nb), id="twice"))), FULL, "Cells were doubled"),
    "m23": (notebook(lambda nb: score_cell(nb).update(source="2")), FULL, "Cells were changed"),
    "m24": (lambda f: (f / "boats.ipynb").rename(f / "my boats.ipynb"), FULL, "The notebook was missing"),
    "m25": (lambda f: (f / "boats.ipynb").write_text("{", encoding="utf-8"), FULL, "could not be read"),
    "m26": (lambda f: (f / "boats.ipynb").unlink(), FULL, "The notebook was missing"),
    "m27": (both(notebook(fake_output), answer("fast")), NOTHING, ""),
    "m28": (notebook(lambda nb: nb.cells.append(nbformat.v4.new_code_cell("import os; os._exit(3)"))), FULL, "cells of its own"),
    "m29": (lambda f: (f / "boats.json").write_text('{"stolen": 1}', encoding="utf-8"), FULL, ""),
    "m30": (notebook(lambda nb: nb.update(nbformat=9)), FULL, "could not be read"),
}  # fmt: skip
MANGLED = {name: case[0] for name, case in CASES.items()}


def test_generate_assignment_changes_no_byte(tmp_path: Path) -> None:
    sample.write(tmp_path)
    shutil.copy(CHECKOUT / "nbgrader_config.py", tmp_path)
    author.build(tmp_path)
    before = {p.name: p.read_bytes() for p in (tmp_path / "exercises" / UNIT).iterdir()}
    for _time in range(2):
        nbgrader(tmp_path, "generate_assignment", UNIT, "--force")
        assert {p.name: p.read_bytes() for p in (tmp_path / "exercises" / UNIT).iterdir()} == before


def test_gradebook_equals_pure_marking(marked: tuple[Path, dict[str, Exercise], str]) -> None:
    root, exercises, _log = marked
    expected = {}
    for exercise in exercises.values():
        for score in marking.scores(exercise, right(exercises)[exercise.name]):
            expected[exercise.name, f"score-{score.question}"] = score.earned
    assert scores(root, "ann") == expected
    assert scores(root, "bo") == {("boats", "score-which"): 0.0, ("nets", "score-first"): 0.0}


@pytest.mark.parametrize("name", CASES)
def test_mangled_submission_is_marked_and_says_why(marked: tuple[Path, dict[str, Exercise], str], name: str) -> None:
    root, _exercises, _log = marked
    _spoil, points, reason = CASES[name]
    assert scores(root, name)["boats", "score-which"] == points
    told = nbformat.reads(autograded(root, name, "boats"), as_version=4)
    text = "\n".join(cell.source for cell in told.cells if cell.cell_type == "markdown").replace("&#95;", "_")
    assert reason in text


def test_answers_and_keys_stand_beside_each_other(marked: tuple[Path, dict[str, Exercise], str]) -> None:
    root, _exercises, _log = marked
    cells = nbformat.reads(autograded(root, "bo", "boats"), as_version=4).cells
    texts = {cell.id: cell.source for cell in cells}
    assert "A fast boat for visitors" in texts["workbook-answer-which"]
    assert "A broad boat for waste" in texts["workbook-key-which"] and "0 of 2" in texts["workbook-points-which"]


def test_feedback_hides_keys_until_the_unit_is_released(marked: tuple[Path, dict[str, Exercise], str]) -> None:
    root, _exercises, _log = marked
    page = root / "build" / "feedback" / "bo" / UNIT / "boats.html"
    nbgrader(root, "generate_feedback", UNIT)
    hidden = page.read_text(encoding="utf-8")
    assert "A fast boat for visitors" in hidden and "0 of 2" in hidden
    assert "Speed is no need" not in hidden and ">Key<" not in hidden
    nbgrader(root, "generate_feedback", UNIT, "--force", f"--HidePrivate.released={UNIT}")
    released = page.read_text(encoding="utf-8")
    assert ">Key<" in released and "Speed is no need" in released


@pytest.mark.parametrize("released", [[], [UNIT]])
def test_feedback_on_a_test_never_tells_which_answers_were_right(
    marked: tuple[Path, dict[str, Exercise], str], released: list[str]
) -> None:
    root, exercises, _log = marked
    boats = exercises[f"{UNIT}/boats"]
    for purpose, told in (("marked", True), ("test", False)):
        released_text = (root / "exercises" / UNIT / "boats.ipynb").read_text(encoding="utf-8")
        template = Template(dataclasses.replace(boats, purpose=purpose), released_text)
        nb = nbformat.reads(template.mark(Submission({"boats": {"which": "fast"}})).text, as_version=4)
        assert "Points: 0 of 2" in str(nb.cells), "trainers see the points"
        shown, _resources = HidePrivate(released=released).preprocess(nb, {"nbgrader": {"assignment": UNIT}})
        text = str(shown.cells)
        assert [words in text for words in ("Points: 0 of 2", "A fast boat for visitors")] == [told, told]
        assert ("<strong>Key</strong>" in text) == (told and bool(released))
        assert ("looks at the course" in text) == (not told)


def test_a_notebook_with_real_code_runs_in_a_kernel(tmp_path: Path) -> None:
    sample.write(tmp_path)
    shutil.copy(CHECKOUT / "nbgrader_config.py", tmp_path)
    meta = {
        "grade": True,
        "grade_id": "sum",
        "locked": True,
        "points": 3,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    cell = nbformat.v4.new_code_cell(
        "import os\nassert os.getpid() > 1 and sum(range(4)) == 6", metadata={"nbgrader": meta}
    )
    own = nbformat.v4.new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    (tmp_path / "solutions" / UNIT / "sums.ipynb").write_text(nbformat.writes(own), encoding="utf-8")
    author.build(tmp_path)
    nbgrader(tmp_path, "generate_assignment", UNIT, "--force")
    folder = tmp_path / "build" / "submitted" / "cy" / UNIT
    shutil.copytree(tmp_path / "exercises" / UNIT, folder)
    nbgrader(tmp_path, "autograde", UNIT)
    assert scores(tmp_path, "cy")["sums", "sum"] == 3.0
    assert "execution_count" in autograded(tmp_path, "cy", "sums")

"""Marking a unit: ours, without a kernel, beside stock nbgrader on the same notebooks with the same scores.

The stock side gets notebooks whose score cells compute the same points when they run: that is how one would mark forms with
nbgrader alone. Both run `Autograde` in a warm process, so that starting Python and importing counts for neither.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
UNIT = "building-blocks"
LEARNERS = 15

MARK = """
import sys, time
from pathlib import Path
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config, PyFileConfigLoader
import nbgrader.converters.autograde, nbgrader.preprocessors, nbclient, jupyter_client.manager
from workbook.gradebook import configure, marker, exporter
config = Config()
configure(config, Path.cwd())
config.Autograde.log_level = config.NbGraderAPI.log_level = 50
if {stock}:
    for name in ("exporter_class", "pre_convert_hook", "autograde_preprocessors"):
        config.Autograde.pop(name)
api = NbGraderAPI(config=config)
start = time.perf_counter()
from nbgrader.converters import Autograde
app = Autograde(coursedir=api.coursedir, parent=api, config=config)
api.coursedir.assignment_id, api.coursedir.student_id = "{unit}", "*"
app.start()
print(time.perf_counter() - start)
"""

COMPUTED = """
import json
from pathlib import Path
from workbook import content, marking

exercise = content.load_released(Path(r"{keys}"))
given = json.loads(Path("answers.json").read_text(encoding="utf-8"))["exercises"].get("{name}", {{}}).get("answers", {{}})
values = {{question: answer["value"] for question, answer in given.items()}}
next(s.earned for s in marking.scores(exercise, values) if s.question == "{question}" and not s.criterion)
"""


def run() -> list[tuple[str, float, float, str]]:
    """Rows of (what, ours, stock, unit)."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ours, stock = _course(root / "ours", stock=False), _course(root / "stock", stock=True)
        seconds = [_mark(ours, stock=False), _mark(stock, stock=True)]
        mine, theirs = _scores(ours), _scores(stock)
        assert mine == theirs, "the two sides must give the same scores"
        assert len(mine) > LEARNERS and sum(mine.values()) > 0
    notebooks = len({notebook for _student, notebook, _cell in mine}) * LEARNERS
    return [(f"marking {notebooks} notebooks of {LEARNERS} learners", seconds[0], seconds[1], "s")]


def _course(root: Path, *, stock: bool) -> Path:
    for name in ("course", "solutions", "exercises"):
        shutil.copytree(CHECKOUT / name, root / name)
    shutil.copy(CHECKOUT / "nbgrader_config.py", root)
    from workbook import author

    author.build(root)
    if stock:
        for path in (root / "build" / "source" / UNIT).glob("*.ipynb"):
            _compute(path, root)
    _nbgrader(root, "generate_assignment", UNIT, "--force")
    for number in range(LEARNERS):
        _hand_in(root, f"learner{number:02}", number)
    return root


def _compute(path: Path, root: Path) -> None:
    """Score cells that work the points out when they run, in the place of ours."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    keys = root / "build" / "keys" / UNIT / f"{path.stem}.json"
    for cell in notebook["cells"]:
        id = cell["metadata"]["nbgrader"]["grade_id"]
        if id.startswith("score-"):
            code = COMPUTED.format(keys=keys, name=path.stem, question=id.removeprefix("score-"))
            cell["source"] = code.strip().splitlines(keepends=True)
        elif cell["cell_type"] == "code":
            cell["source"] = ["pass"]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _hand_in(root: Path, student: str, number: int) -> None:
    """Every third learner right, every third wrong, every third without half of the answers."""
    from workbook import content
    from workbook.answers import handin
    from workbook.kinds import BY_NAME

    handed: dict[str, Any] = {}
    for path in sorted((root / "build" / "keys" / UNIT).glob("*.json")):
        exercise = content.load_released(path)
        given = {}
        for place, question in enumerate(exercise.questions):
            if question.key is None or (number % 3 == 2 and place % 2):
                continue
            samples = BY_NAME[question.kind].samples(question.ask, question.key)
            value = (samples.wrong if number % 3 == 1 and samples.wrong else samples.right)[0]
            given[question.id] = {"value": value, "version": question.version, "at": ""}
        handed[exercise.name] = {"version": exercise.version, "answers": given}
    owner = {"id": student, "kind": "person", "label": ""}
    data = {"what": handin.WHAT, "format": handin.FORMAT, "unit": UNIT, "owner": owner, "at": "", "course": ""}
    data |= {"exercises": handed, "referred": {}}
    folder = root / "build" / "submitted" / student / UNIT
    shutil.copytree(root / "exercises" / UNIT, folder)
    (folder / "answers.json").write_text(handin.text({**data, "sha256": handin.checksum(data)}), encoding="utf-8")


def _environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PYTHONPATH": str(CHECKOUT / "src"), "PATH": path}


def _nbgrader(root: Path, *args: str) -> None:
    subprocess.run([sys.executable, "-m", "nbgrader", *args], cwd=root, env=_environment(), check=True, capture_output=True)


def _mark(root: Path, *, stock: bool) -> float:
    code = MARK.format(stock=stock, unit=UNIT)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return float(done.stdout.split()[-1])


def _scores(root: Path) -> dict[tuple[str, str, str], float]:
    query = """select sa.student_id, n.name, c.name, g.auto_score from grade g join base_cell c on c.id = g.cell_id
        join submitted_notebook sn on sn.id = g.notebook_id join notebook n on n.id = sn.notebook_id
        join submitted_assignment sa on sa.id = sn.assignment_id where g.auto_score is not null"""
    with sqlite3.connect(root / "build" / "gradebook.db") as gradebook:
        found = {(student, nb, cell): score for student, nb, cell, score in gradebook.execute(query)}
    gradebook.close()
    return found


if __name__ == "__main__":
    for what, ours, stock, unit in run():
        print(f"{what}: {ours:.1f} {unit}, stock {stock:.1f} {unit}, {stock / ours:.1f} times")

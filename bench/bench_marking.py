"""Marking a unit: ours, without a kernel, beside stock nbgrader on the same notebooks with the same scores.

The stock side gets notebooks whose score cells compute the same points when they run: that is how one would mark forms
with nbgrader alone. Both run `Autograde` in a warm process, so that starting Python and importing counts for neither.
Both mark the same few notebooks of the unit; ``python bench/bench_marking.py all`` takes the whole unit (ten minutes).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import ROOT, RUNS, Row, command

UNIT = "building-blocks"
LEARNERS = 15
NOTEBOOKS = 3

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
handed = json.loads(Path("answers.json").read_text(encoding="utf-8"))["exercises"]
given = handed.get("{name}", {{}}).get("answers", {{}})
values = {{question: answer["value"] for question, answer in given.items()}}
next(s.earned for s in marking.scores(exercise, values) if s.question == "{question}" and not s.criterion)
"""


def run(notebooks: int | None = NOTEBOOKS) -> list[Row]:
    """Ours is the median of several markings; stock's one marking runs 45 kernels, one after another."""
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as folder:
        root = Path(folder)
        _build(root / "ours", notebooks)
        shutil.copytree(root / "ours", root / "stock")
        ours, stock = _release(root / "ours", stock=False), _release(root / "stock", stock=True)
        again = [shutil.copytree(ours, root / f"ours-{n}") for n in range(RUNS)]
        theirs, mine = _mark(stock, stock=True), statistics.median(_mark(course, stock=False) for course in again)
        scores = _scores(stock)
        assert all(_scores(course) == scores for course in again), "the two sides must give the same scores"
    assert len({student for student, *_rest in scores}) == LEARNERS and sum(scores.values()) > 0
    marked = len({notebook for _student, notebook, _cell in scores}) * LEARNERS
    return [Row(f"marking {marked} notebooks of {LEARNERS} learners", mine, theirs, "s", ratio_least=8)]


def _build(root: Path, notebooks: int | None) -> None:
    """The course, with no more than the first few notebooks of the unit that mark themselves."""
    for name in ("course", "solutions", "exercises"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    from workbook import author

    author.build(root)
    made = sorted((root / "build" / "source" / UNIT).glob("*.ipynb"))
    for path in [path for path in made if _scored(path)][notebooks:] + [path for path in made if not _scored(path)]:
        path.unlink()
    shutil.rmtree(root / "exercises" / UNIT)


def _release(root: Path, *, stock: bool) -> Path:
    """The unit given out by nbgrader and handed in by every learner; returns the course."""
    if stock:
        for path in (root / "build" / "source" / UNIT).glob("*.ipynb"):
            _compute(path, root)
    command(["-m", "nbgrader", "generate_assignment", UNIT, "--force"], root)
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


def _scored(path: Path) -> bool:
    """Whether a notebook has a cell that marks itself."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return any(cell["metadata"]["nbgrader"]["grade_id"].startswith("score-") for cell in cells)


def _mark(root: Path, *, stock: bool) -> float:
    """Seconds of `Autograde` alone, as its process prints them."""
    printed: list[str] = []
    command(["-c", MARK.format(stock=stock, unit=UNIT)], root, printed=printed)
    return float(printed[-1].split()[-1])


def _scores(root: Path) -> dict[tuple[str, str, str], float]:
    query = """select sa.student_id, n.name, c.name, g.auto_score from grade g join base_cell c on c.id = g.cell_id
        join submitted_notebook sn on sn.id = g.notebook_id join notebook n on n.id = sn.notebook_id
        join submitted_assignment sa on sa.id = sn.assignment_id where g.auto_score is not null"""
    with sqlite3.connect(root / "build" / "gradebook.db") as gradebook:
        found = {(student, nb, cell): score for student, nb, cell, score in gradebook.execute(query)}
    gradebook.close()
    return found


if __name__ == "__main__":
    from measure import table

    print(table(run(None if sys.argv[1:] == ["all"] else NOTEBOOKS)))

"""Marking a unit of ten exercises: a cohort by ``workbook mark``, beside stock nbgrader on some of the same hand-ins.

The stock side gets notebooks whose score cells compute the same points when they run: that is how one would mark forms
with nbgrader alone. It marks a sample, for a whole cohort would take hours: compared is the time of one notebook. Ours
is the whole command, with the start of Python and the notebooks that formgrader opens; of stock only its marking
counts, in a warm process. Both must give the same scores. ``nbgrader autograde`` with our preprocessor stands between.

``python bench/bench_marking.py growth`` marks 1,000, 5,000 and 20,000 learners instead, and looks at memory too.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "src")]

import hand_ins  # noqa: E402
from measure import ROOT, Row, command, environment, table  # noqa: E402
from workbook import author, content  # noqa: E402
from workbook.model import Exercise  # noqa: E402

UNIT = "initiation"
EXERCISES = 10
LEARNERS = 1000
SAMPLE = 4
"""Learners that the stock side marks, in three of the ten exercises."""
ODD = 0.05
"""The share of hand-ins that came back mangled."""

AUTOGRADE = """
import time
from pathlib import Path
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
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


def run() -> list[Row]:
    """A thousand learners by ours, twelve notebooks by stock."""
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as folder:
        root = Path(folder)
        exercises = _course(root / "ours")
        few = [name for name, exercise in exercises.items() if any(q.key and q.graded for q in exercise.questions)][:3]
        for side in ("stock", "autograde"):
            shutil.copytree(root / "ours", root / side)
            _only(root / side, few, stock=side == "stock")
        for side in ("ours", "stock", "autograde"):
            command(["-m", "nbgrader", "generate_assignment", UNIT, "--force"], root / side)
        for number in range(LEARNERS):
            _hand_in(root / "ours", number, exercises)
        for side in ("stock", "autograde"):
            for number in range(SAMPLE):
                _hand_in(root / side, number, exercises, odd=False)
        mine, _memory = _mark(root / "ours")
        stock, between = _autograde(root / "stock", stock=True), _autograde(root / "autograde", stock=False)
        theirs = _scores(root / "stock")
        mark = _scores(root / "ours")
        assert theirs == _scores(root / "autograde"), "the two sides must give the same scores"
        assert all(mark[place] == score for place, score in theirs.items()), "the two sides must give the same scores"
        assert len(theirs) >= SAMPLE * len(few) and sum(theirs.values()) > 0
        assert len(list((root / "ours/build/autograded").glob("*/*/*.ipynb"))) == LEARNERS * EXERCISES
    notebook = mine / LEARNERS / EXERCISES
    one = f"marking {LEARNERS:,} learners × {EXERCISES} exercises (stock: by its sample)"
    return [
        Row(one, mine, stock / SAMPLE / len(few) * LEARNERS * EXERCISES, "s", most=12),
        Row("marking one notebook", notebook * 1e3, stock / SAMPLE / len(few) * 1e3, "ms", ratio_least=500),
        Row(
            "… by autograde with our preprocessor",
            between / SAMPLE / len(few) * 1e3,
            stock / SAMPLE / len(few) * 1e3,
            "ms",
        ),
    ]


def growth(sizes: tuple[int, ...] = (1000, 5000, 20000)) -> list[Row]:
    """Cohorts of several sizes: seconds, milliseconds a notebook, and most memory of all processes together."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="wb-bench-") as folder:
            root = Path(folder)
            exercises = _course(root)
            command(["-m", "nbgrader", "generate_assignment", UNIT, "--force"], root)
            for number in range(size):
                _hand_in(root, number, exercises, link=True)
            seconds, memory = _mark(root)
            again, _memory = _mark(root)
        rows.append(Row(f"{size:,} learners", seconds, None, "s"))
        rows.append(Row(f"{size:,} learners: a notebook", seconds / size / EXERCISES * 1e3, None, "ms"))
        rows.append(Row(f"{size:,} learners: most memory", memory / 1e6, None, "MB"))
        rows.append(Row(f"{size:,} learners: again, nothing changed", again, None, "s"))
        print(table(rows), file=sys.stderr, flush=True)
    return rows


def _course(root: Path) -> dict[str, Exercise]:
    """The course with ten exercises of one unit: those first that have points."""
    for name in ("course", "solutions", "exercises"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    author.build(root)
    keys = sorted((root / "build" / "keys" / UNIT).glob("*.json"))
    exercises = {path.stem: content.load_released(path) for path in keys}
    marked = [name for name, exercise in exercises.items() if any(q.graded for q in exercise.questions)]
    _only(root, marked[:EXERCISES])
    return {name: exercises[name] for name in marked[:EXERCISES]}


def _only(root: Path, names: list[str], *, stock: bool = False) -> None:
    """Leave only these exercises in the unit; with ``stock`` their score cells compute the points."""
    for place in ("source", "keys"):
        for path in (root / "build" / place / UNIT).iterdir():
            if path.stem not in names:
                path.unlink()
    shutil.rmtree(root / "exercises" / UNIT, ignore_errors=True)
    for path in (root / "build" / "source" / UNIT).glob("*.ipynb") if stock else ():
        _compute(path, root)


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


def _hand_in(root: Path, number: int, exercises: dict[str, Exercise], *, odd: bool = True, link: bool = False) -> None:
    """The hand-in of learner ``number``, the same on all sides; the sample has no mangled one."""
    chance, student = random.Random(number), f"learner{number:05}"
    data = hand_ins.handed(student, UNIT, exercises, hand_ins.values(chance, exercises))
    notebooks = sorted((root / "exercises" / UNIT).glob("*.ipynb"))
    folder = hand_ins.write(root / "build" / "submitted" / student / UNIT, data, notebooks, link=link)
    if odd and number >= SAMPLE and chance.random() < ODD:
        hand_ins.spoil(chance, folder)


def _mark(root: Path) -> tuple[float, float]:
    """Seconds of ``workbook mark`` from start to end, and the most bytes that its processes held together."""
    words = [sys.executable, "-m", "workbook", "mark", UNIT]
    began = time.perf_counter()
    process = subprocess.Popen(words, cwd=root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    most = [0.0]
    watch = threading.Thread(target=_watch, args=(process.pid, most), daemon=True)
    watch.start()
    said, _nothing = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"workbook mark failed:\n{said.decode()}")
    return seconds, most[0]


def _watch(pid: int, most: list[float]) -> None:
    """Keep the most memory that a process and its children hold for themselves, until it ends."""
    try:
        process = psutil.Process(pid)
        while True:
            family = [process, *process.children(recursive=True)]
            most[0] = max(most[0], sum(float(one.memory_full_info().uss) for one in family))
            time.sleep(0.5)
    except psutil.Error:
        return


def _autograde(root: Path, *, stock: bool) -> float:
    """Seconds of `Autograde` alone, as its process prints them."""
    printed: list[str] = []
    command(["-c", AUTOGRADE.format(stock=stock, unit=UNIT)], root, printed=printed)
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
    print(table(growth() if sys.argv[1:] == ["growth"] else run()))

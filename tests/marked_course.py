"""A few units of the real course, cut down to one exercise each, marked by ``workbook mark`` and by ``nbgrader autograde``."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbook import author, content
from workbook.model import Exercise

CHECKOUT = Path(__file__).parent.parent
PIPELINE = """
from workbook.grammars import leave_out; leave_out()
import functools, json, sys
from pathlib import Path
import jsonschema
import nbgrader.api
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.generate_assignment import GenerateAssignment
from sqlalchemy import event
from sqlalchemy.engine import Engine
from traitlets.config import PyFileConfigLoader

@event.listens_for(Engine, "connect")
def quick(connection, record):
    connection.execute("pragma synchronous=off")  # it waits for the disk after every mark of every learner

@functools.cache
def validator(schema):
    return jsonschema.validators.validator_for(json.loads(schema))(json.loads(schema))

def validate(instance, schema):
    for error in validator(json.dumps(schema)).iter_errors(instance):
        raise error

nbgrader.api.create_engine = functools.cache(nbgrader.api.create_engine)  # and compiles every statement anew each time
jsonschema.validate = validate  # and checks its own schema for each cell: a quarter of all work

what, students, force, units = sys.argv[1], sys.argv[2], sys.argv[3] == "force", sys.argv[4:]
config = PyFileConfigLoader("nbgrader_config.py", path=str(Path.cwd())).load_config()
config.NbGraderAPI.log_level = 50
api = NbGraderAPI(config=config)
for unit in units:
    api.coursedir.assignment_id = unit
    if what == "generate":
        app = GenerateAssignment(coursedir=api.coursedir, parent=api)
        app.force = True
    else:
        api.coursedir.student_id = students
        app = Autograde(coursedir=api.coursedir, parent=api, force=force)
    app.start()
"""
"""nbgrader's own pipeline for several units in one process: its commands start Python anew for each."""


def build(root: Path, exercises: Sequence[str], config: str = "") -> dict[str, Exercise]:
    """The course in ``root`` with these exercises (``unit/name``) only, known to the gradebook; by id."""
    for name in ("course", "solutions", "exercises"):
        shutil.copytree(CHECKOUT / name, root / name)
    settings = (CHECKOUT / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(settings + config, encoding="utf-8")
    author.build(root)
    units = sorted({id.partition("/")[0] for id in exercises})
    for unit in units:
        for place in ("source", "keys"):
            for path in (root / "build" / place / unit).iterdir():
                if f"{unit}/{path.stem}" not in exercises:
                    path.unlink()
        shutil.rmtree(root / "exercises" / unit)
    nbgrader(root, "generate", units)
    return {id: content.load_released(root / "build" / "keys" / f"{id}.json") for id in exercises}


def nbgrader(root: Path, what: str, units: Sequence[str], students: str = "*", *, force: bool = False) -> None:
    """``generate`` units or ``autograde`` them, as nbgrader does."""
    run(root, "-c", PIPELINE, what, students, "force" if force else "", *units)


def mark(root: Path, *args: str, ok: bool = True) -> str:
    """``workbook mark`` as a trainer runs it; returns what it printed."""
    return run(root, "-m", "workbook", "mark", *args, ok=ok)


def environment(root: Path) -> dict[str, str]:
    """For the commands of a trainer in ``root``."""
    env = os.environ | {"PYTHONPATH": str(CHECKOUT / "src"), "JUPYTER_CONFIG_DIR": str(root / ".jupyter")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    return env


def run(root: Path, *words: str, ok: bool = True) -> str:
    """A Python command in ``root``; returns what it printed."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=root,
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
        timeout=3000,
    )
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


FROM = """ from {table} x join base_cell c on c.id = x.cell_id join submitted_notebook sn on sn.id = x.notebook_id
    join notebook n on n.id = sn.notebook_id join submitted_assignment sa on sa.id = sn.assignment_id
    join assignment a on a.id = sa.assignment_id """
TABLES = {
    "student": "select id, first_name, last_name, email, lms_user_id from student",
    "submission": "select sa.student_id, a.name, sa.timestamp, sa.extension from submitted_assignment sa "
    "join assignment a on a.id = sa.assignment_id",
    "notebook": "select sa.student_id, n.name, sn.flagged, sn.late_submission_penalty from submitted_notebook sn "
    "join notebook n on n.id = sn.notebook_id join submitted_assignment sa on sa.id = sn.assignment_id",
    "grade": "select sa.student_id, a.name, n.name, c.name, c.type, x.auto_score, x.manual_score, x.extra_credit, "
    "x.needs_manual_grade" + FROM.format(table="grade"),
    "comment": "select sa.student_id, a.name, n.name, c.name, x.auto_comment, x.manual_comment"
    + FROM.format(table="comment"),
}
"""Everything in the gradebook that belongs to learners, without ids, which are made at random."""


def gradebook(root: Path) -> dict[str, list[Any]]:
    """What the gradebook says of learners, table by table, sorted; its file is sound, and no row stands twice."""
    with sqlite3.connect(root / "build" / "gradebook.db") as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        # nbgrader gives a course without a name no row of its own; every other row has those that it belongs to.
        assert {row[0] for row in database.execute("pragma foreign_key_check")} <= {"assignment"}
        found = {name: sorted(database.execute(query).fetchall(), key=repr) for name, query in TABLES.items()}
    database.close()
    # Databases add points in any order: the last digit of a sum is chance.
    found["notebook"] = [(*row[:3], None if row[3] is None else round(row[3], 9)) for row in found["notebook"]]
    for rows in found.values():
        assert len({row[:5] for row in rows}) == len(rows)
    return found


def notebooks(root: Path) -> dict[str, bytes]:
    """The marked notebooks and times, by their place."""
    folder = root / "build" / "autograded"
    found = [*folder.rglob("*.ipynb"), *folder.rglob("timestamp.txt")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def sql(root: Path, *statements: str) -> None:
    """Change the gradebook, as formgrader and nbgrader's own commands do."""
    with sqlite3.connect(root / "build" / "gradebook.db") as database:
        for statement in statements:
            assert database.execute(statement).rowcount, statement
    database.close()

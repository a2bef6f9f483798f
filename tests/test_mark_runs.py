"""Runs of ``workbook mark`` that are stopped, meet each other, run out of room, or come again after something changed."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import nbformat
import psutil
import pytest
from filelock import FileLock

import hand_ins
import marked_course
import sample
from workbook import author, content
from workbook.errors import WorkbookError
from workbook.gradebook import bulk
from workbook.gradebook.outcome import Report
from workbook.model import Exercise

UNIT = "harbour"
MANY = 600
"""Learners in the runs that are stopped: three batches."""


def course(root: Path) -> dict[str, Exercise]:
    """The sample course, known to the gradebook."""
    root.mkdir(parents=True, exist_ok=True)
    sample.write(root)
    shutil.copy(marked_course.CHECKOUT / "nbgrader_config.py", root)
    author.build(root)
    marked_course.nbgrader(root, "generate", [UNIT])
    return {exercise.name: exercise for exercise in content.load(root).exercises.values()}


def hand_in(root: Path, exercises: dict[str, Exercise], student: str, **answers: str) -> Path:
    """A submission; without answers, some made-up ones."""
    chance = random.Random(student)
    given = {"boats": answers} if answers else hand_ins.values(chance, exercises)
    data = hand_ins.handed(student, UNIT, exercises, given)
    released = sorted((root / "exercises" / UNIT).glob("*.ipynb"))
    return hand_ins.write(root / "build" / "submitted" / student / UNIT, data, released)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Exercise]]:
    """Three learners, not marked yet."""
    root = tmp_path_factory.mktemp("small") / "course"
    exercises = course(root)
    for student, which in (("ann", "broad"), ("bo", "fast"), ("cy", "none")):
        hand_in(root, exercises, student, which=which)
    return root, exercises


@pytest.fixture
def few(small: tuple[Path, dict[str, Exercise]], tmp_path: Path) -> tuple[Path, dict[str, Exercise]]:
    shutil.copytree(small[0], tmp_path / "few")
    return tmp_path / "few", small[1]


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A cohort that was handed in, and the same marked without any trouble."""
    root = tmp_path_factory.mktemp("cohort")
    exercises = course(root / "handed")
    for number in range(MANY):
        folder = hand_in(root / "handed", exercises, f"l{number:03}")
        if number % 20 == 0:
            hand_ins.spoil(random.Random(number), folder)
    shutil.copytree(root / "handed", root / "calm")
    marked_course.mark(root / "calm", UNIT)
    return root / "handed", root / "calm"


def mark(root: Path, *, dry: bool = False, force: bool = False) -> Report:
    """Mark the unit in this process."""
    author.build(root)
    (report,) = bulk.mark(root, [UNIT], jobs=1, dry=dry, force=force)
    return report


def said(report: Report) -> str:
    return "\n".join(report.lines())


def score(root: Path, student: str, cell: str = "score-which") -> tuple[float, float | None, int]:
    """What the machine gave, what a person gave, and whether somebody has to look."""
    (row,) = [r for r in marked_course.gradebook(root)["grade"] if (r[0], r[3]) == (student, cell)]
    return row[5], row[6], row[8]


def stored(root: Path) -> int:
    """How many submissions stand in the gradebook as marked."""
    with sqlite3.connect(root / "build" / "gradebook.db", timeout=30) as database:
        try:
            found = database.execute("select count(*) from workbook_marked").fetchone()[0]
        except sqlite3.OperationalError:  # the table is not there yet
            found = 0
    database.close()
    return int(found)


def same(root: Path, calm: Path) -> None:
    """Nothing is lost, nothing is there twice, and nothing else lies around."""
    assert marked_course.gradebook(root) == marked_course.gradebook(calm)
    assert marked_course.notebooks(root) == marked_course.notebooks(calm)
    assert list((root / "build" / "autograded").rglob(".*")) == []


def test_a_run_that_was_killed_is_run_again(cohort: tuple[Path, Path], tmp_path: Path) -> None:
    handed, calm = cohort
    root = tmp_path / "killed"
    shutil.copytree(handed, root)
    words = [sys.executable, "-m", "workbook", "mark", UNIT, "--jobs", "2"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(words, cwd=root, env=marked_course.environment(root), **quiet)
    while not stored(root):
        assert process.poll() is None
        time.sleep(0.01)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    assert 0 < stored(root) < MANY
    _gone, alive = psutil.wait_procs(family, timeout=20)
    assert not alive, "the processes that mark end with the one that started them"
    left = root / "build" / "autograded" / "l599" / UNIT / ".boats.ipynb.part"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_text("half a note", encoding="utf-8")
    left.chmod(0o444)
    told = marked_course.mark(root, UNIT)
    assert f"{MANY - stored_first(told)} learners marked" in told
    same(root, calm)


def stored_first(told: str) -> int:
    """How many learners a run found marked already."""
    return int(told.split(" unchanged")[0].rsplit(" ", 1)[1])


def test_a_full_disk_stops_the_run_and_the_next_one_goes_on(cohort: tuple[Path, Path], tmp_path: Path) -> None:
    handed, calm = cohort
    root = tmp_path / "full"
    shutil.copytree(handed, root)
    room = (calm / "build" / "gradebook.db").stat().st_size * 2 // 3

    def less_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    words = [sys.executable, "-m", "workbook", "mark", UNIT]
    done = subprocess.run(
        words, cwd=root, env=marked_course.environment(root), preexec_fn=less_room, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "the disk is full" in done.stderr and "run the command again" in done.stderr.replace("Make room and ", "")
    assert 0 < stored(root) < MANY
    marked_course.mark(root, UNIT)
    same(root, calm)


def test_notebooks_that_cannot_be_written_stop_the_run(few: tuple[Path, dict[str, Exercise]]) -> None:
    root, _exercises = few
    (root / "build" / "autograded").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(WorkbookError, match=r"cannot be written to .*autograded.*run the command again"):
        mark(root)
    assert not stored(root)
    (root / "build" / "autograded").unlink()
    assert mark(root).counts == Counter(marked=3)


def test_two_runs_at_once_are_refused(few: tuple[Path, dict[str, Exercise]]) -> None:
    root, _exercises = few
    with FileLock(root / "build" / "marking.lock"):
        told = marked_course.mark(root, UNIT, ok=False)
    assert "Another 'workbook mark' is at work" in told and "Traceback" not in told
    assert not stored(root)
    assert mark(root).counts == Counter(marked=3)


def test_only_what_changed_is_marked(few: tuple[Path, dict[str, Exercise]]) -> None:
    root, exercises = few
    assert mark(root).counts == Counter(marked=3)
    before = marked_course.gradebook(root)
    assert mark(root).counts == Counter(unchanged=3)
    shutil.rmtree(root / "build" / "submitted" / "bo")
    hand_in(root, exercises, "bo", which="broad")
    report = mark(root)
    assert report.counts == Counter(marked=1, unchanged=2)
    assert [str(change) for change in report.changes] == ["bo: 0 → 2 (+2)"]
    assert score(root, "bo")[0] == 2.0 and score(root, "ann")[0] == 2.0 and score(root, "cy")[0] == 0.0
    (root / "build" / "autograded" / "cy" / UNIT / "boats.ipynb").unlink()
    assert mark(root).counts == Counter(marked=1, unchanged=2)
    assert len(marked_course.gradebook(root)["grade"]) == len(before["grade"])
    os.utime(root / "build" / "submitted" / "ann" / UNIT / "answers.json")
    assert mark(root).counts == Counter(unchanged=3)
    marked_course.sql(root, "update assignment set duedate = '2026-02-01 00:00:00'")
    assert mark(root).counts == Counter(marked=3)


def test_a_corrected_key_is_shown_before_it_is_done(few: tuple[Path, dict[str, Exercise]]) -> None:
    root, _exercises = few
    mark(root)
    by_hand = "(select g.id from {} g join submitted_notebook n on n.id = g.notebook_id join submitted_assignment a on "
    by_hand += "a.id = n.assignment_id join base_cell c on c.id = g.cell_id where a.student_id = 'cy' and c.name = 'score-which')"
    marked_course.sql(
        root, f"update grade set manual_score = 1.5, extra_credit = 0.5 where id in {by_hand.format('grade')}"
    )
    solution = root / "solutions" / UNIT / "boats.yml"
    solution.write_text(solution.read_text(encoding="utf-8").replace("answer: broad", "answer: none"), encoding="utf-8")
    corrected = solution.read_text(encoding="utf-8").replace("none: The survey", "broad: The survey")
    solution.write_text(corrected, encoding="utf-8")
    before = marked_course.gradebook(root), marked_course.notebooks(root)
    report = mark(root, dry=True)
    assert "would have other points" in said(report) and "ann: 2 → 0 (-2)" in said(report)
    assert "bo:" not in said(report) and "cy:" not in said(report)
    assert "boats, which: 1 learner" in said(report) and "1 mark of a person stays" in said(report)
    assert (marked_course.gradebook(root), marked_course.notebooks(root)) == before
    report = mark(root)
    assert "ann: 2 → 0 (-2)" in said(report)
    assert score(root, "ann") == (0.0, None, 0)
    assert score(root, "cy") == (2.0, 1.5, 1), "the person's points stay, and somebody is asked to look"
    assert "It carries what the plan" in (root / "build/autograded/cy" / UNIT / "boats.ipynb").read_text(
        encoding="utf-8"
    )


def test_notebooks_with_code_are_left_for_nbgrader(tmp_path: Path) -> None:
    root = tmp_path
    sample.write(root)
    shutil.copy(marked_course.CHECKOUT / "nbgrader_config.py", root)
    told = {"grade": True, "grade_id": "sum", "locked": True, "points": 3, "schema_version": 3, "solution": False}
    cell = nbformat.v4.new_code_cell("assert sum(range(4)) == 6", metadata={"nbgrader": {**told, "task": False}})
    own = nbformat.v4.new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    (root / "solutions" / UNIT / "sums.ipynb").write_text(nbformat.writes(own), encoding="utf-8")
    author.build(root)
    marked_course.nbgrader(root, "generate", [UNIT])
    exercises = {exercise.name: exercise for exercise in content.load(root).exercises.values()}
    hand_in(root, exercises, "ann", which="broad")
    report = mark(root)
    command = f"nbgrader autograde {UNIT} --notebook=sums"
    assert command in said(report) and report.complete
    assert score(root, "ann", "sum") == (None, None, 1)
    ours = marked_course.notebooks(root)
    assert not any("sums" in place for place in ours)
    marked_course.run(root, "-m", *command.split())
    assert score(root, "ann", "sum")[0] == 3.0 and score(root, "ann")[0] == 2.0
    assert mark(root).counts == Counter(unchanged=1)
    assert ours.items() <= marked_course.notebooks(root).items()


def test_one_bad_submission_never_stops_the_run(few: tuple[Path, dict[str, Exercise]], tmp_path: Path) -> None:
    root, exercises = few
    secret = tmp_path / "secret.json"
    shutil.copy(root / "build" / "submitted" / "ann" / UNIT / "answers.json", secret)
    linked = hand_in(root, exercises, "dee", which="broad")
    (linked / "answers.json").unlink()
    (linked / "answers.json").symlink_to(secret)
    (root / "build" / "submitted" / "eve").symlink_to(root / "build" / "submitted" / "ann")
    pipe = hand_in(root, exercises, "fay", which="broad")
    (pipe / "answers.json").unlink()
    os.mkfifo(pipe / "answers.json")
    (hand_in(root, exercises, "gus", which="broad") / "timestamp.txt").write_text("the 30th of May", encoding="utf-8")
    (root / "build" / "submitted" / "hal" / UNIT).mkdir(parents=True)
    (root / "build" / "submitted" / ".hidden" / UNIT).mkdir(parents=True)
    hand_in(root, exercises, "ivo; rm -rf ~", which="broad")
    report = mark(root)
    assert report.counts == Counter(marked=7, failed=1, nothing=1) and not report.complete
    text = said(report)
    assert "link to another file" in text and "eve" in text and "timestamp.txt holds no time" in text and "hal" in text
    assert score(root, "dee")[0] == 0.0 and score(root, "fay")[0] == 0.0 and score(root, "gus")[0] == 2.0
    people = {row[0] for row in marked_course.gradebook(root)["student"]}
    assert people == {"ann", "bo", "cy", "dee", "fay", "gus", "ivo; rm -rf ~"}


def test_a_unit_that_the_gradebook_does_not_know(few: tuple[Path, dict[str, Exercise]]) -> None:
    root, _exercises = few
    (root / "build" / "gradebook.db").unlink()
    report = mark(root)
    assert not report.complete and f"nbgrader generate_assignment {UNIT} --force" in said(report)
    with pytest.raises(WorkbookError, match="Did you mean 'harbour'"):
        bulk.mark(root, ["harbor"])


def test_learners_stand_in_no_order_of_names(cohort: tuple[Path, Path]) -> None:
    _handed, calm = cohort
    with sqlite3.connect(calm / "build" / "gradebook.db") as database:
        names = [row[0] for row in database.execute("select student_id from submitted_assignment order by id")]
    database.close()
    assert len(names) == MANY and names != sorted(names) and names[:5] != sorted(names)[:5]


def test_what_is_added_after_marking_is_not_sent_to_nbgrader_which_refuses_it(
    few: tuple[Path, dict[str, Exercise]],
) -> None:
    root, _exercises = few
    assert mark(root).complete
    path, lesson = root / "solutions" / UNIT / "boats.yml", root / "course" / UNIT / "wishes.md"
    whole, text = path.read_text(encoding="utf-8"), lesson.read_text(encoding="utf-8")
    start = whole.index("  - id: which")

    def refused(name: str) -> None:
        report = mark(root)
        assert not report.complete and report.fixed == (name,)
        assert "generate_assignment" not in said(report) and "no new question" in said(report)
        with pytest.raises(AssertionError, match="NbGraderException"):  # what "generate_assignment" would come to
            marked_course.nbgrader(root, "generate", [UNIT])

    path.write_text(whole + whole[start:].replace("id: which", "id: again", 1), encoding="utf-8")
    refused("boats")
    path.write_text(whole, encoding="utf-8")
    shutil.copy(path, path.with_name("rowing.yml"))
    shown = '```{code-cell}\nfrom workbook import form; form("harbour/rowing")\n```\n'
    lesson.write_text(f"{text}\n{shown}", encoding="utf-8")
    refused("rowing")
    path.with_name("rowing.yml").unlink()
    lesson.write_text(text, encoding="utf-8")
    assert mark(root).complete

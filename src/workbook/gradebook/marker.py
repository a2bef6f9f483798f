"""nbgrader's marking step for exercises of ours: scores and readable answers, without a kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from .. import marking
from ..content import load_released
from ..model import Exercise, Question, Score
from . import PRIVATE_TAG, TEST_TAG
from .readable import answer_text, criterion_text, key_text, points_text, remark_text
from .submission import Submission, read_submission

TEST_NOTE = "This test looks at the course. Which answers were right is not shown, and no certificate depends on it."


class MarkAnswers(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts each score where nbgrader looks for it, and the answers where people read them."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Mark an exercise of ours from ``answers.json``; run anything else in a kernel, as nbgrader does."""
        known = resources["nbgrader"]
        ours = resources.get("workbook")
        if ours is None:
            ran: tuple[Any, Any] = Execute(parent=self.parent).preprocess(nb, resources)
            return ran
        _nothing_earned(nb)
        folder = Path(resources["metadata"]["path"])
        submission = read_submission(folder, known["assignment"], known["student"])
        remarks = [*submission.remarks, *ours["remarks"]]
        try:
            exercise = load_released(ours["keys"])
            remarks += submission.changed(exercise)
            write(nb, exercise, submission)
            _wait_for_a_person(nb, resources["nbgrader"])
        except Exception as error:  # one bad file never stops the run, and never earns points
            self.log.exception("Could not mark %s of %s", known["notebook"], known["student"])
            _nothing_earned(nb)
            remarks.append(f"Marking stopped ({type(error).__name__}: {error}). Nothing was earned here; please look.")
        for remark in remarks:
            self.log.warning("%s, %s: %s", known["student"], known["notebook"], remark)
        if remarks:
            nb.cells.insert(1, _text("remarks", remark_text(remarks)))
        return nb, resources


def write(nb: Any, exercise: Exercise, submission: Submission) -> None:
    """Put scores, answers, keys and rubrics of ``exercise`` into the released notebook ``nb``."""
    values = submission.values.get(exercise.name, {})
    scored = {(s.question, s.criterion): s for s in marking.scores(exercise, values)}
    cells = []
    for cell in nb.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if id == "form":
            continue  # there is nothing to fill in any more
        for question in exercise.questions:
            for line in question.rubric:
                if id == f"rubric-{question.id}-{line.id}":
                    cells.append(_text(f"criterion-{question.id}-{line.id}", criterion_text(line), PRIVATE_TAG))
        cells.append(cell)
        for question in exercise.questions:
            if id == f"score-{question.id}":
                _earned(cell, scored[question.id, ""])
            elif id == f"question-{question.id}":
                cells += _beside(question, values.get(question.id), scored.get((question.id, "")), submission)
    nb.cells = cells
    if exercise.purpose == "test":
        for cell in nb.cells:
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), TEST_TAG]
        nb.cells.insert(0, _text("test", TEST_NOTE))


def _beside(question: Question, value: Any, score: Score | None, submission: Submission) -> list[Any]:
    shown = [_text(f"answer-{question.id}", answer_text(question, value, submission.labels))]
    if score is not None:
        shown.append(_text(f"points-{question.id}", points_text(score)))
    key = key_text(question, score)
    if key:
        shown.append(_text(f"key-{question.id}", key, PRIVATE_TAG))
    return shown


def _wait_for_a_person(nb: Any, known: Any) -> None:
    """nbgrader gives 0 for good to every rubric line of a notebook that was missing; it still waits for a person."""
    place = known["notebook"], known["assignment"], known["student"]
    with Gradebook(known["db_url"]) as gradebook:
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("task"):
                grade = gradebook.find_grade(cell.metadata.nbgrader.grade_id, *place)
                if grade.manual_score is None:
                    grade.auto_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()


def _nothing_earned(nb: Any) -> None:
    """Zero in every score cell: nbgrader gives full marks to a cell without output."""
    for cell in nb.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"):
            _put(cell, 0.0)


def _earned(cell: Any, score: Score) -> None:
    _put(cell, score.earned or 0.0)


def _put(cell: Any, points: float) -> None:
    cell.outputs = [new_output("execute_result", {"text/plain": repr(float(points))}, execution_count=1)]
    cell.execution_count = 1


def _text(id: str, html: str, *tags: str) -> Any:
    cell = new_markdown_cell(html, id=f"workbook-{id}"[:64])
    cell.metadata["tags"] = list(tags)
    return cell

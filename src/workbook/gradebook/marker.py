"""nbgrader's marking step for exercises of ours: scores and readable answers, without a kernel."""

from __future__ import annotations

from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from ..content import load_released
from .submission import read_submission
from .template import Template


class MarkAnswers(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts each score where nbgrader looks for it, and the answers where people read them."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Mark an exercise of ours from ``answers.json``; run anything else in a kernel, as nbgrader does."""
        known = resources["nbgrader"]
        ours = resources.get("workbook")
        if ours is None:
            ran: tuple[Any, Any] = Execute(parent=self.parent).preprocess(nb, resources)
            return ran
        submission = read_submission(ours["submitted"], known["assignment"], known["student"])
        paper = Template(load_released(ours["keys"]), ours["released"]).mark(submission, ours["remarks"])
        if paper.error is not None:
            self.log.error("Could not mark %s of %s", known["notebook"], known["student"], exc_info=paper.error)
        for remark in paper.remarks:
            self.log.warning("%s, %s: %s", known["student"], known["notebook"], remark)
        marked = nbformat.reads(paper.text, as_version=4)
        _wait_for_a_person(marked, known)
        return marked, resources


def _wait_for_a_person(nb: Any, known: Any) -> None:
    """nbgrader gives 0 for good to every rubric line of a notebook that was missing; it still waits for a person."""
    place = known["notebook"], known["assignment"], known["student"]
    with Gradebook(known["db_url"]) as gradebook:
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("task"):
                grade = gradebook.find_grade(cell.metadata.nbgrader.grade_id, *place)
                grade.auto_score, grade.needs_manual_grade = None, grade.manual_score is None
        gradebook.db.commit()

"""The bridge to nbgrader, the only home of nbgrader's API: stock commands mark answers without a kernel.

``configure`` is all that ``nbgrader_config.py`` calls. An exercise of ours is marked from ``answers.json`` alone: the
notebook that came back is not trusted for anything, so cells that were deleted, doubled or changed cost nobody a mark.
A notebook of the trainer's own, with real code cells, runs in a kernel as nbgrader always does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import grammars

grammars.leave_out()

PRIVATE_TAG = "workbook-private"
"""Cells of a marked notebook that only trainers may see, until their unit is released."""

TEST_TAG = "workbook-test"
"""Cells of a test: only trainers ever see them, for points of single questions tell its key."""


def configure(config: Any, root: Path) -> None:
    """Set nbgrader up for the course in ``root``; a trainer's own settings may follow."""
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = ""
    config.CourseDirectory.source_directory = "build/source"
    config.CourseDirectory.release_directory = "exercises"
    config.CourseDirectory.submitted_directory = "build/submitted"
    config.CourseDirectory.autograded_directory = "build/autograded"
    config.CourseDirectory.feedback_directory = "build/feedback"
    config.CourseDirectory.db_url = f"sqlite:///{(root / 'build' / 'gradebook.db').as_posix()}"
    config.Autograde.exporter_class = "workbook.gradebook.exporter.AnswersExporter"
    config.Autograde.pre_convert_hook = "workbook.gradebook.exporter.expect_all_notebooks"
    config.Autograde.autograde_preprocessors = [
        "workbook.gradebook.marker.MarkAnswers",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    config.GenerateFeedback.preprocessors = [
        "workbook.gradebook.feedback.HidePrivate",
        "nbgrader.preprocessors.GetGrades",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]


__all__ = ["PRIVATE_TAG", "configure"]

"""nbgrader for this course: stock commands, run in this folder, mark the answers that learners handed in.

Your own settings go below the call; they win.
"""

from pathlib import Path

from workbook.gradebook import configure

c = get_config()  # noqa: F821  (given by nbgrader)
configure(c, Path(__file__).resolve().parent)

# Once a unit may show its key, model answers and rubrics in the feedback, name it here:
# c.HidePrivate.released = ["building-blocks"]

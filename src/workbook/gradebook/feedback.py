"""What learners may not see yet is taken out of their feedback."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode

from . import PRIVATE_TAG


class HidePrivate(NbGraderPreprocessor):  # type: ignore[misc]
    """Removes key, model and rubric from feedback unless the unit stands in ``released``."""

    released = List(
        Unicode(),
        help="Units whose keys, model answers and rubrics stand in the feedback, such as ['building-blocks'].",
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave out the cells that carry the private tag."""
        if resources["nbgrader"]["assignment"] not in self.released:
            nb.cells = [cell for cell in nb.cells if PRIVATE_TAG not in cell.metadata.get("tags", [])]
        return nb, resources

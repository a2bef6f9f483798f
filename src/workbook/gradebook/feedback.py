"""What learners may not see yet is taken out of their feedback."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List, Unicode

from . import PRIVATE_TAG, TEST_TAG
from .nbconfig import Nbgrader


class HidePrivate(NbGraderPreprocessor):  # type: ignore[misc]
    """Removes key, model and rubric from feedback unless the unit stands in ``released``, and tests in any case."""

    released = List(
        Unicode(),
        help="Units whose keys, model answers and rubrics stand in the feedback, such as ['building-blocks'].",
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave out the cells that carry a tag of what is not for learners."""
        released = resources["nbgrader"]["assignment"] in self.released
        hidden = {TEST_TAG} if released else {TEST_TAG, PRIVATE_TAG}
        nb.cells = [cell for cell in nb.cells if hidden.isdisjoint(cell.metadata.get("tags", []))]
        return nb, resources


class Settings(Nbgrader):
    """What a trainer set in ``nbgrader_config.py``, as far as feedback goes."""

    @property
    def released(self) -> frozenset[str]:
        """The units whose keys, model answers and rubrics may be shown."""
        return frozenset(HidePrivate(parent=self._places.parent).released)

"""nbgrader's own settings, as its commands read them: the trainer's ``nbgrader_config.py`` counts here too."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from ..errors import WorkbookError
from ..i18n import _
from .book import Gradebook


class Nbgrader:
    """Folders, gradebook and rule for late submissions of the course in ``root``."""

    def __init__(self, root: Path) -> None:
        from nbgrader.apps import NbGrader
        from nbgrader.preprocessors import AssignLatePenalties

        app = NbGrader(log_level=40)
        app.load_cwd_config = False  # the course's own settings count, wherever the command is run
        try:
            app.initialize([], root=str(root))
            rule = AssignLatePenalties(parent=app)
            rule.init_plugin()
        except SystemExit:
            raise WorkbookError(_("nbgrader_config.py cannot be used: see above.")) from None
        self._places: Any = app.coursedir
        self._plugin: Any = rule.plugin_inst
        self.submitted = self._folder(app.coursedir.submitted_directory)
        self.autograded = self._folder(app.coursedir.autograded_directory)
        self.mode = 0o664 if app.coursedir.groupshared else 0o444

    def _folder(self, step: str) -> Path:
        """The folder of learners for one of nbgrader's steps."""
        whole = Path(self._places.format_path(step, "LEARNER", "UNIT"))
        if whole.parts[-2:] != ("LEARNER", "UNIT"):
            text = _(
                "CourseDirectory.directory_structure must end with {student_id}/{assignment_id} (nbgrader_config.py)."
            )
            raise WorkbookError(text)
        return whole.parent.parent

    @property
    def terms(self) -> str:
        """The rule for late submissions, in a form that changes when it does."""
        kind = type(self._plugin)
        values = {name: getattr(self._plugin, name) for name in sorted(kind.class_own_traits(config=True))}
        return hashlib.sha256(f"{kind.__module__}.{kind.__qualname__} {values}".encode()).hexdigest()

    def gradebook(self) -> Gradebook:
        """The gradebook, made if there is none."""
        # A new gradebook calls `alembic` from PATH; it lies beside this Python, in an active environment or not.
        before = os.environ.get("PATH", "")
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
        try:
            return Gradebook(self._places.db_url, self._places.course_id, self._plugin.late_submission_penalty)
        finally:
            os.environ["PATH"] = before

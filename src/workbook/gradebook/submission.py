"""A submitted unit as it came: its answers as far as they can be used, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..model import Exercise


@dataclass(frozen=True)
class Submission:
    """Values by exercise name and question id; the content version of each answer; remarks for the trainer."""

    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def changed(self, exercise: Exercise) -> list[str]:
        """Remarks on answers given to another version of a question, or to questions that are not there."""
        known = {q.id: q.version for q in exercise.questions}
        given = self.versions.get(exercise.name, {})
        old = [id for id, version in given.items() if id in known and version and version != known[id]]
        gone = [id for id in self.values.get(exercise.name, {}) if id not in known]
        found = []
        if old:
            found.append(f"Answered in an older version of the question: {', '.join(old)}. Marked by today's key.")
        if gone:
            found.append(f"Answers to questions that are not in this version were left out: {', '.join(gone)}.")
        return found

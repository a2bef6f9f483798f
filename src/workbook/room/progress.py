"""How far a learner has come: pure counting, and the last page visited."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from .outline import Leaf, Outline

# What was answered: exercise id -> question id -> when (ISO 8601, UTC).
Answered = Mapping[str, Mapping[str, str]]
Reader = Callable[[], Answered]


@dataclass(frozen=True)
class Count:
    """Answered questions of all that are asked."""

    done: int
    of: int

    def __add__(self, other: Count) -> Count:
        return Count(self.done + other.done, self.of + other.of)

    @property
    def complete(self) -> bool:
        return self.of > 0 and self.done >= self.of


def count(leaf: Leaf, answered: Answered) -> Count:
    """Answered questions of one lesson; optional questions do not count."""
    done = sum(question in answered.get(task.id, {}) for task in leaf.tasks for question in task.questions)
    return Count(done, sum(len(task.questions) for task in leaf.tasks))


def counts(course: Outline, answered: Answered) -> dict[str, Count]:
    """Counts by lesson (``unit/lesson``) and by unit (its id)."""
    found: dict[str, Count] = {}
    for unit in course.units:
        found[unit.id] = Count(0, 0)
        for leaf in unit.lessons:
            found[leaf.path] = count(leaf, answered)
            found[unit.id] += found[leaf.path]
    return found


def resume(course: Outline, answered: Answered, visited: tuple[str, str] | None) -> Leaf | None:
    """The lesson to go on with: that of the last answer or of the last page visited, whichever is later.

    ``visited`` is a lesson's path and when; None for somebody who has not begun.
    """
    candidates = [visited] if visited else []
    for leaf in course.lessons:
        times = [when for task in leaf.tasks for when in answered.get(task.id, {}).values()]
        if times:
            candidates.append((leaf.path, max(times)))
    for path, _when in sorted(candidates, key=lambda pair: pair[1], reverse=True):
        leaf_found = course.find(path)
        if leaf_found:
            return leaf_found
    return None


class Visited(Protocol):
    """Remembers the last page that somebody visited."""

    def last(self) -> tuple[str, str] | None:
        """A lesson's path and when (ISO 8601, UTC); None for somebody who has not begun."""
        ...

    def note(self, path: str) -> None:
        """They are at this lesson now."""
        ...


class Visits:
    """Remembers the last page in the learner's home; a home that cannot be written to is no reason to show no page."""

    def __init__(self, home: Path, owner: str) -> None:
        self.file = home / "visits" / f"{owner}.json"

    def last(self) -> tuple[str, str] | None:
        try:
            data: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
            return str(data["path"]), str(data["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def note(self, path: str) -> None:
        text = json.dumps({"path": path, "at": datetime.now(UTC).isoformat(timespec="seconds")})
        beside = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text + "\n", encoding="utf-8", newline="\n")
            beside.replace(self.file)
        except OSError:
            beside.unlink(missing_ok=True)

"""Problems in content, and the one error that people are meant to read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]


class WorkbookError(Exception):
    """Something a person can put right; its text says what, where and what to do."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a content file, shown as ``file:line: field: message``."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class ContentError(WorkbookError):
    """Content that cannot be used; ``problems`` has every mistake found, not the first only."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def dotted(path: Path) -> str:
    """A path as authors read it: ``questions[2].options.needs``."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "(whole file)"


@dataclass
class Problems:
    """Collects the problems of one file while it is read."""

    file: str
    line_of: Callable[[Path], int] = lambda path: 1
    found: list[Problem] = field(default_factory=list)

    def add(self, path: Path, message: str) -> None:
        self.found.append(Problem(self.file, self.line_of(path), dotted(path), message))


def near(word: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` when a known word is close to ``word``, or ends with it (``unit/word``), else nothing."""
    known = list(known)
    match = difflib.get_close_matches(str(word), known, n=1, cutoff=0.6)
    match = match or [one for one in known if one.endswith(f"/{word}")]
    return f" Did you mean '{match[0]}'?" if match else ""

"""A submitted unit as it came: its answers as far as they can be used, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..answers import handin
from ..model import Exercise


@dataclass(frozen=True)
class Submission:
    """Values and content versions by exercise and question; labels of rows it refers to; remarks for the trainer."""

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


def read_submission(folder: Path, unit: str, student: str) -> Submission:
    """The answers in ``folder``; without any where they are missing, unusable or somebody else's, and why."""
    return understood(answers_file(folder), unit, student)


def answers_file(folder: Path) -> bytes | str:
    """The bytes of ``answers.json`` in ``folder``, one more than the limit if it has more; or why there are none."""
    path = folder / handin.FILE
    if path.is_symlink():
        return "answers.json is a link to another file: it was not opened, there is nothing to mark."
    if not path.is_file():
        return "answers.json is missing: there is nothing to mark."
    try:
        with path.open("rb") as file:
            return file.read(handin.LIMIT + 1)
    except OSError as error:
        return f"answers.json cannot be opened: {error.strerror}."


def understood(found: bytes | str, unit: str, student: str) -> Submission:
    """What :func:`answers_file` found, as far as it can be used."""
    if isinstance(found, str):
        return Submission(remarks=(found,))
    handed = handin.read(found, unit)
    if not handed.usable:
        return Submission(remarks=handed.problems)
    if not handed.belongs_to(student):
        name = handed.owner.label or handed.owner.id
        theirs = (
            f"These answers were handed in by {name}, not by {student}. Nothing was marked. If they are {student}'s "
            f"after all, name the folder {handed.student} and mark again."
        )
        return Submission(remarks=(*handed.problems, theirs))
    return Submission(handed.values, handed.versions, _labels(handed), handed.problems)


def _labels(handed: handin.HandIn) -> dict[str, str]:
    """Row id to the first words in the row, for rows of other worksheets and of the unit's own."""
    labels: dict[str, str] = {}
    for rows in handed.referred.values():
        labels |= {row.id: _first_words(row.cells) for row in rows}
    for answers in handed.values.values():
        for value in answers.values():
            own = value.get("rows") if isinstance(value, dict) else None
            for row in own if isinstance(own, list) else ():
                if isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("cells"), dict):
                    labels.setdefault(row["id"], _first_words(row["cells"]))
    # A row may be named by a reference to another row: partners are some of the stakeholders.
    return {id: labels.get(text, text) for id, text in labels.items() if text}


def _first_words(cells: Mapping[str, Any]) -> str:
    return next((value for value in cells.values() if isinstance(value, str) and value.strip()), "")

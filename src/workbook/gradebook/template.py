"""The marked notebook of an exercise: the released one with answers, points and keys in it. The only home of its form.

What is the same for every learner is made once, as text; then filling in one learner's answers is a matter of joining
pieces. The text has the bytes that nbformat would write (a test compares them), so formgrader opens it as its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import marking
from ..model import Exercise, Question, Score
from . import PRIVATE_TAG, TEST_TAG
from .readable import answer_text, criterion_text, key_text, points_text, remark_text, why_text
from .submission import Submission

TEST_NOTE = "This test looks at the course. Which answers were right is not shown, and no certificate depends on it."
_POINTS = "workbook-points-go-here"


@dataclass(frozen=True)
class Filling:
    """What one learner's notebook is made of: values by question, labels of rows they refer to, scores by question."""

    values: Mapping[str, Any]
    labels: Mapping[str, str]
    scores: Mapping[str, Score]


@dataclass(frozen=True)
class Paper:
    """One learner's exercise, marked: the notebook's text, points by score cell, remarks for the trainer.

    ``error``: what stopped the marking, if anything did; then nothing was earned.
    """

    text: str
    points: Mapping[str, float]
    remarks: tuple[str, ...] = ()
    error: Exception | None = None


Piece = str | Callable[[Filling], str]
"""A cell as JSON, or how it is made for one learner."""


class Template:
    """One exercise, ready to be filled in; ``released`` is the text of its released notebook."""

    def __init__(self, exercise: Exercise, released: str) -> None:
        self.exercise = exercise
        notebook = json.loads(released)
        released_cells = notebook.pop("cells")
        rest = json.dumps({**notebook, "cells": []}, ensure_ascii=False, indent=1, sort_keys=True)
        self._head, self._tail = rest.split("[]", 1)
        self._no_points = {name: 0.0 for name in cells(exercise) if name.startswith("score-")}
        self._tags = (TEST_TAG,) if exercise.purpose == "test" else ()
        self._pieces: list[Piece] = [] if exercise.purpose != "test" else [text_cell("test", TEST_NOTE)]
        self._pieces += [piece for cell in released_cells for piece in self._of(cell)]
        self._nothing: list[Piece] = [_zero(cell) for cell in released_cells]

    def mark(self, submission: Submission, remarks: Sequence[str] = ()) -> Paper:
        """One learner's answers, marked. Never raises: what cannot be marked earns nothing, and says so.

        ``remarks``: what was wrong with the notebook that came along.
        """
        said = [*submission.remarks, *remarks]
        values = submission.values.get(self.exercise.name, {})
        try:
            said += submission.changed(self.exercise)
            scores = {s.question: s for s in marking.scores(self.exercise, values) if not s.criterion}
            text = self.fill(Filling(values, submission.labels, scores), said)
        except Exception as error:  # one bad file never stops the run, and never earns points
            said.append(f"Marking stopped ({type(error).__name__}: {error}). Nothing was earned here; please look.")
            return Paper(self.nothing(said), self._no_points, tuple(said), error)
        return Paper(text, {f"score-{id}": score.earned or 0.0 for id, score in scores.items()}, tuple(said))

    def fill(self, filling: Filling, remarks: Sequence[str] = ()) -> str:
        """The marked notebook of one learner."""
        return self._whole(self._pieces, filling, remarks)

    def nothing(self, remarks: Sequence[str]) -> str:
        """The notebook of somebody whose answers could not be marked: no points anywhere, and why."""
        return self._whole(self._nothing, Filling({}, {}, {}), remarks)

    def _whole(self, pieces: Sequence[Piece], filling: Filling, remarks: Sequence[str]) -> str:
        filled = [piece if isinstance(piece, str) else piece(filling) for piece in pieces]
        if remarks:
            filled.insert(1, text_cell("remarks", remark_text(remarks)))
        return "".join((self._head, "[\n", ",\n".join(filled), "\n ]", self._tail, "\n"))

    def _of(self, cell: dict[str, Any]) -> Iterator[Piece]:
        """The pieces that stand in the place of a released cell."""
        id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if id == "form":
            return  # there is nothing to fill in any more
        for question in self.exercise.questions:
            for line in question.rubric:
                if id == f"rubric-{question.id}-{line.id}":
                    name = f"criterion-{question.id}-{line.id}"
                    yield text_cell(name, criterion_text(line), PRIVATE_TAG, *self._tags)
        if self._tags:
            metadata = cell["metadata"]
            cell = cell | {"metadata": metadata | {"tags": [*metadata.get("tags", []), *self._tags]}}
        scored = next((q for q in self.exercise.questions if id == f"score-{q.id}"), None)
        yield element(cell) if scored is None else _score_piece(cell, scored.id)
        for question in self.exercise.questions:
            if id == f"question-{question.id}":
                yield self._beside(question)

    def _beside(self, question: Question) -> Piece:
        """What stands below a question: the answer, its points, and for trainers why, the key and the model answer."""
        answer = _around(f"answer-{question.id}", *self._tags)
        points = _around(f"points-{question.id}", *self._tags)
        key = _around(f"key-{question.id}", PRIVATE_TAG, *self._tags)
        same_for_all = key_text(question)

        def made(filling: Filling) -> str:
            score = filling.scores.get(question.id)
            cells = [answer(answer_text(question, filling.values.get(question.id), filling.labels))]
            if score is not None:
                cells.append(points(points_text(score)))
            told = why_text(score) + same_for_all
            if told:
                cells.append(key(told))
            return ",\n".join(cells)

        return made


def cells(exercise: Exercise) -> dict[str, float]:
    """The cells of an exercise that points are given in, by a machine or by a person, and the most of each."""
    found: dict[str, float] = {}
    for question in exercise.questions:
        if question.graded and question.key is not None and question.points:
            found[f"score-{question.id}"] = question.points
        if question.graded:
            found |= {f"rubric-{question.id}-{line.id}": line.points for line in question.rubric}
    return found


def element(cell: Mapping[str, Any]) -> str:
    """A cell as it stands in a notebook file."""
    return "  " + json.dumps(cell, ensure_ascii=False, indent=1, sort_keys=True).replace("\n", "\n  ")


def text_cell(id: str, html: str, *tags: str) -> str:
    """A cell of text that is not in the released notebook."""
    return _around(id, *tags)(html)


def _around(id: str, *tags: str) -> Callable[[str], str]:
    """How a text becomes a cell of this id and these tags."""
    cell = {"cell_type": "markdown", "id": f"workbook-{id}"[:64], "metadata": {"tags": list(tags)}, "source": []}
    head, tail = element(cell).rsplit("[]", 1)
    quoted = json.encoder.encode_basestring

    def made(html: str) -> str:
        lines = ",\n".join(f"    {quoted(line)}" for line in html.splitlines(keepends=True))
        return f"{head}[\n{lines}\n   ]{tail}" if lines else f"{head}[]{tail}"

    return made


def _score_piece(cell: dict[str, Any], question: str) -> Piece:
    head, tail = element(_output(cell, _POINTS)).split(_POINTS)
    return lambda filling: f"{head}{_points(filling.scores[question].earned)}{tail}"


def _zero(cell: dict[str, Any]) -> Piece:
    """Zero in a score cell: nbgrader gives full marks to a cell without output."""
    scored = cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade")
    return element(_output(cell, _points(None)) if scored else cell)


def _points(earned: float | None) -> str:
    return repr(float(earned or 0.0))


def _output(cell: dict[str, Any], points: str) -> dict[str, Any]:
    """A score cell with its points as an output, where nbgrader reads them."""
    told = {
        "data": {"text/plain": [points]},
        "execution_count": 1,
        "metadata": {},
        "output_type": "execute_result",
    }
    return cell | {"outputs": [told], "execution_count": 1}

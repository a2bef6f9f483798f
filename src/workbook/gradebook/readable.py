"""Answers, keys and rubrics as text for people who mark: safe HTML that Markdown and MathJax leave alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from .. import page
from ..fields import Html, plain
from ..kinds import BY_NAME, Malformed
from ..kinds.table import KIND as TABLE
from ..model import Criterion, Question, Score

LOOK = "border-inline-start: 4px solid #6b7f99; padding: 4px 12px; margin: 6px 0; background: #f4f6f9"


def safe(text: str) -> Html:
    """Typed words as HTML on one line: nothing in them can become markup, a formula or a Markdown block."""
    shown = escape(text, quote=True)
    for sign in "$*_`[]\\":
        shown = shown.replace(sign, f"&#{ord(sign)};")
    return "<br>".join(line for line in shown.splitlines() if line.strip())


def answer_text(question: Question, value: Any, labels: Mapping[str, str]) -> Html:
    """What was answered, in words; refs to rows by their label where it came along."""
    kind = BY_NAME[question.kind]
    try:
        parsed = kind.parse(question.ask, value)
        text = "No answer." if parsed is None else _in_words(question, parsed, labels)
    except Malformed as error:
        return _block("Answer", f"<em>It cannot be used: {safe(str(error))}</em><br>{safe(str(value)[:2000])}")
    return _block("Answer", safe(text))


def _in_words(question: Question, value: Any, labels: Mapping[str, str]) -> str:
    if question.kind != TABLE.name:
        return BY_NAME[question.kind].readable(question.ask, value)
    choices = {column.source: labels for column in question.ask.columns.values() if column.type == "ref"}
    return TABLE.readable(question.ask, value, choices)


def points_text(score: Score) -> Html:
    """The points of one question."""
    return _block(f"Points: {score.earned:g} of {score.possible:g}", "")


def why_text(score: Score | None) -> Html:
    """Why an answer earned these points: for trainers, and for learners once released."""
    if score is None or not any(note.text for note in score.notes):
        return ""
    notes = "".join(f"<li>{_sign(note.right)} {safe(plain(note.text))}</li>" for note in score.notes if note.text)
    return _block("Why", f"<ul>{notes}</ul>")


def key_text(question: Question) -> Html:
    """The key and the model answer, the same for everybody: for trainers, and for learners once released."""
    right = page.right_answer(question)
    key = _block("Key", safe(right)) if right else ""
    return key + (_block("Model answer", safe(plain(question.model))) if question.model else "")


def criterion_text(line: Criterion) -> Html:
    """What earns the points of one line of a rubric."""
    part = f"<li>{line.points / 2:g}: {safe(plain(line.part))}</li>" if line.part else ""
    return _block("Rubric", f"<ul><li>{line.points}: {safe(plain(line.full))}</li>{part}</ul>")


def remark_text(remarks: Iterable[str]) -> Html:
    """What was wrong with a submission, beside its score."""
    return _block("About this submission", f"<ul>{''.join(f'<li>{safe(remark)}</li>' for remark in remarks)}</ul>")


def _block(head: str, inside: Html) -> Html:
    return f'<div style="{LOOK}"><strong>{escape(head)}</strong><br>{inside}</div>'


def _sign(right: bool | None) -> str:
    return {True: "✓", False: "✗", None: "–"}[right]

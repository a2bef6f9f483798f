"""Answers, keys and rubrics as text for people who mark: safe HTML that Markdown and MathJax leave alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from ..fields import Html, plain
from ..kinds import BY_NAME, Malformed
from ..kinds.table import KIND as TABLE
from ..model import Question, Score


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


def key_text(question: Question, score: Score | None) -> Html:
    """Why these points, the key, the model answer and the rubric: for trainers, and for learners once released."""
    parts = []
    if score is not None and any(note.text for note in score.notes):
        notes = "".join(f"<li>{_sign(note.right)} {safe(plain(note.text))}</li>" for note in score.notes if note.text)
        parts.append(_block("Why", f"<ul>{notes}</ul>"))
    right = _right_answer(question)
    if right:
        parts.append(_block("Key", safe(right)))
    if question.model:
        parts.append(_block("Model answer", safe(plain(question.model))))
    if question.rubric:
        lines = "".join(
            f"<li>{line.points}: {safe(plain(line.full))}"
            + (f"; {line.points / 2:g}: {safe(plain(line.part))}" if line.part else "")
            + "</li>"
            for line in question.rubric
        )
        parts.append(_block("Rubric", f"<ul>{lines}</ul>"))
    return "".join(parts)


def _right_answer(question: Question) -> str:
    if question.key is None:
        return ""
    kind = BY_NAME[question.kind]
    right = list(kind.samples(question.ask, question.key).right)[:1]
    return kind.readable(question.ask, kind.parse(question.ask, right[0])) if right else ""


def remark_text(remarks: Iterable[str]) -> Html:
    """What was wrong with a submission, beside its score."""
    return _block("About this submission", f"<ul>{''.join(f'<li>{safe(remark)}</li>' for remark in remarks)}</ul>")


def _block(head: str, inside: Html) -> Html:
    return f"<div><strong>{escape(head)}</strong><br>{inside}</div>"


def _sign(right: bool | None) -> str:
    return {True: "✓", False: "✗", None: "–"}[right]

"""One exercise on a page of feedback: what was asked, what was answered, and what is to be said about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .. import marking
from ..fields import Html
from ..gradebook.marks import Mark, Paper
from ..gradebook.submission import Submission
from ..gradebook.template import TEST_NOTE
from ..i18n import _
from ..kinds import BY_NAME, Malformed
from ..kinds.markup import tag, words
from ..kinds.table import KIND as TABLE
from ..kinds.table import Ask
from ..model import Criterion, Exercise, Finding, Question
from ..page.fieldset import split_prompt
from ..page.remarks import part_name
from ..plan import Plan

NOTHING = Paper()


@dataclass(frozen=True)
class Given:
    """An answer as far as it can be used: its ``value`` (None: no answer), and why some or all of it cannot."""

    value: Any = None
    wrong: tuple[str, ...] = ()


def points(have: float, most: float) -> str:
    """``2 of 3``."""
    return _("{n} of {most}").format(n=f"{have:g}", most=f"{most:g}")


def said(comment: str) -> Html:
    """What a trainer wrote, as it was typed."""
    head = tag("p", words(_("Your trainer says:")), class_="label")
    return tag("div", head, tag("div", words(comment), class_="typed", dir="auto"), class_="comment")


class Part:
    """An exercise, ready to be filled in for one learner after another."""

    def __init__(self, exercise: Exercise, released: bool) -> None:
        self.exercise = replace(exercise, questions=tuple(_open(q) for q in exercise.questions if _public(q)))
        self._whole = exercise
        self.released = released and exercise.purpose != "test"
        self._keys = {q.id: _key(q) if self.released else "" for q in self.exercise.questions}
        self._asked = {q.id: _asked(q) for q in self.exercise.questions}

    def read(self, values: Any) -> dict[str, Given]:
        """The answers of one learner that are for others to see; none where there is none."""
        given = values if isinstance(values, Mapping) else {}
        found = {q.id: _read(q, given.get(q.id)) for q in self.exercise.questions if given.get(q.id) is not None}
        return {id: one for id, one in found.items() if one.value is not None or one.wrong}

    def draw(self, given: Mapping[str, Given], submission: Submission, paper: Paper | None, *, counts: bool) -> Html:
        """The exercise of one learner. ``paper``: its marks; None where it has none. ``counts``: whether it may."""
        drawn: list[Html] = [tag("h2", words(self.exercise.title))]
        marks, comments = (paper.marks, paper.comments) if paper is not None else ({}, {})
        drawn += [tag("p", words(text), class_="notice", dir="auto") for text in self._notices(submission, counts)]
        if not given and not self.released and not comments:
            drawn.append(tag("p", words(_("Nothing was handed in here.")), class_="soft"))
            most = sum(mark.most for mark in marks.values())
            drawn.append(_line(_("Points: {points}").format(points=points(0, most)), "wrong") if most else "")
            return tag("section", *drawn)
        findings = self._findings(given)
        for question in self.exercise.questions:
            one = given.get(question.id, Given())
            inside = [self._asked[question.id], _answer(question, one, submission.labels)]
            inside += _found(findings.get(question.id, ()))
            if counts and question.graded:
                inside += self._marked(question, paper or NOTHING)
            if self.released and question.graded:
                inside += [_why(question, one), self._keys[question.id]]
            drawn.append(tag("div", *inside, class_="question"))
        drawn += [said(text) for cell, text in comments.items() if cell not in self._cells]
        return tag("section", *drawn)

    def _notices(self, submission: Submission, counts: bool) -> Iterator[str]:
        yield from submission.changed(self._whole) if self.exercise.name in submission.versions else ()
        if self.exercise.purpose == "test":
            yield TEST_NOTE

    # -- marks ----------------------------------------------------------------------------------------------------

    @property
    def _cells(self) -> set[str]:
        """The cells whose comments stand beside their points."""
        lines = {f"rubric-{q.id}-{line.id}" for q in self.exercise.questions for line in q.rubric}
        return lines | {f"score-{q.id}" for q in self.exercise.questions}

    def _marked(self, question: Question, paper: Paper) -> Iterator[Html]:
        """The points of a question: by machine, and line by line by a person."""
        cell = f"score-{question.id}"
        if question.key is not None and question.points:
            yield _mark(paper.marks.get(cell))
        if cell in paper.comments:
            yield said(paper.comments[cell])
        lines = [
            tag("li", *_criterion(question, n, line, paper, self.released)) for n, line in enumerate(question.rubric, 1)
        ]
        if lines:
            yield tag("ul", *lines, class_="rubric")

    # -- findings -------------------------------------------------------------------------------------------------

    def _findings(self, given: Mapping[str, Given]) -> Mapping[str, tuple[Finding, ...]]:
        """What the checks of the own plan's worksheets say, as far as this exercise alone shows it."""
        sheets = [
            q.id for q in self.exercise.questions if q.own_plan and isinstance(q.ask, Ask) and _begun(given.get(q.id))
        ]
        if not sheets:
            return {}
        plan = Plan({self.exercise.id: self.exercise}, {self.exercise.id: {id: g.value for id, g in given.items()}})
        return {id: plan.findings(self.exercise.id, id).open for id in sheets}


def _begun(given: Given | None) -> bool:
    return given is not None and isinstance(given.value, Mapping) and bool(given.value.get("rows"))


# -- what learners alone may see --------------------------------------------------------------------------------------


def _public(question: Question) -> bool:
    return question.visibility != "private"


def _open(question: Question) -> Question:
    """A question whose worksheet has only those checks that can be judged here: with what is handed in, which has
    nothing private, and without other worksheets, of which only some rows came along."""
    ask = question.ask
    if not isinstance(ask, Ask):
        return question
    here = {
        id
        for id, column in ask.columns.items()
        if column.visibility != "private"
        and column.from_ is None
        and not column.shown
        and not column.counted
        and (column.of is None or all(ask.columns[used].visibility != "private" for used in column.of.columns))
    }
    checks = tuple(
        check for check in ask.checks if not check.needs_others and all(used in here for _at, used, _t in check.uses())
    )
    return replace(question, ask=replace(ask, checks=checks))


def _read(question: Question, value: Any) -> Given:
    """An answer as far as it can be used, without its private columns."""
    try:
        mended, wrong = BY_NAME[question.kind].mend(question.ask, value)
    except Malformed as error:
        return Given(None, (str(error),))
    if isinstance(question.ask, Ask) and isinstance(mended, Mapping):
        open_ = {id for id, column in question.ask.columns.items() if column.visibility != "private"}
        rows = [
            {**row, "cells": {id: cell for id, cell in row["cells"].items() if id in open_}}
            for row in mended.get("rows", ())
        ]
        # What was set aside is the learner's note to themselves; it may be about a private column.
        mended = {**mended, "rows": rows, "aside": {}}
    return Given(mended, tuple(wrong))


# -- pieces -----------------------------------------------------------------------------------------------------------


def _asked(question: Question) -> Html:
    first, rest = split_prompt(question.prompt)
    return tag("h3", first) + (tag("div", rest, class_="soft") if rest else "")


def _answer(question: Question, given: Given, labels: Mapping[str, str]) -> Html:
    """The answer in words, and what of it could not be used."""
    wrong = [
        tag("p", words(_("This could not be used: {why}").format(why=why)), class_="soft", dir="auto")
        for why in given.wrong
    ]
    if given.value is None:
        text = "" if wrong else tag("p", words(_("No answer.")), class_="soft")
    else:
        text = tag("div", words(_in_words(question, given.value, labels)), class_="typed", dir="auto")
    return tag("div", tag("p", words(_("Your answer")), class_="label"), text, *wrong, class_="answer")


def _in_words(question: Question, value: Any, labels: Mapping[str, str]) -> str:
    ask = question.ask
    if not isinstance(ask, Ask):
        return BY_NAME[question.kind].readable(ask, value)
    choices = {column.source: labels for column in ask.columns.values() if column.type == "ref"}
    return TABLE.readable(ask, value, choices, private=False)


def _found(findings: tuple[Finding, ...]) -> Iterator[Html]:
    if findings:
        head = tag("p", words(_("Still to look at")), class_="label")
        lines = [tag("li", finding.message, dir="auto") for finding in findings]
        yield tag("div", head, tag("ul", *lines), class_="findings")


def _mark(mark: Mark | None) -> Html:
    """The points of one cell, in words; the look says the same once more."""
    if mark is None:
        return _line(_("Not marked yet."), "waits")
    if mark.points is None:
        return _line(_("Worth {most}: still waits for a person.").format(most=f"{mark.most:g}"), "waits")
    text = _("Points: {points}").format(points=points(mark.points, mark.most))
    if mark.extra:
        text += ". " + _("Of these extra: {n}").format(n=f"{mark.extra:g}")
    if mark.waits:
        return _line(text + ". " + _("A person will look at it again."), "waits")
    look = "right" if mark.points >= mark.most else "partly" if mark.points > 0 else "wrong"
    return _line(text, look)


def _line(text: str, look: str) -> Html:
    return tag("p", words(text), class_=f"points {look}")


def _criterion(question: Question, n: int, line: Criterion, paper: Paper, released: bool) -> Iterator[Html]:
    """One line of a rubric: its words once they are released, its points, and what the trainer says."""
    cell = f"rubric-{question.id}-{line.id}"
    if len(question.rubric) > 1:
        yield tag("p", words(_("Part {n} of {all}").format(n=n, all=len(question.rubric))), class_="label")
    if released:
        yield tag("p", line.full)
        if line.part:
            yield tag("p", words(_("For half of the points:")), " ", line.part, class_="soft")
    yield _mark(paper.marks.get(cell))
    if cell in paper.comments:
        yield said(paper.comments[cell])


def _why(question: Question, given: Given) -> Html:
    """Why the answer earned its points by the key, part by part."""
    marked = marking.mark(question, given.value) if given.value is not None else None
    notes = [note for note in marked.notes if note.text] if marked is not None else []
    if not notes:
        return ""
    sign = {True: _("Right"), False: _("Not right"), None: ""}
    lines = []
    for note in notes:
        named = [
            tag("span", words(sign[note.right]), class_="label"),
            tag("strong", part_name(question.ask, note.part)),
        ]
        lines.append(tag("li", " ".join([*named, note.text]), dir="auto"))
    return tag("div", tag("p", words(_("Why")), class_="label"), tag("ul", *lines), class_="key")


def _key(question: Question) -> Html:
    """The right answer and the model answer, the same for everybody."""
    inside = ""
    if question.key is not None and question.graded:
        kind = BY_NAME[question.kind]
        right = list(kind.samples(question.ask, question.key).right)[:1]
        text = kind.readable(question.ask, kind.parse(question.ask, right[0])) if right else ""
        inside += tag("p", words(_("A right answer")), class_="label") + tag("div", words(text), class_="typed")
    if question.model:
        inside += tag("p", words(_("A model answer")), class_="label") + question.model
    return tag("div", inside, class_="key") if inside else ""

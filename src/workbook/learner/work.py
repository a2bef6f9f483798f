"""One learner at work on one exercise: what is stored, what may be stored, and what is said about it. No widget."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

from .. import marking, page
from ..answers import Answer, Saved
from ..errors import WorkbookError
from ..fields import Html
from ..i18n import _
from ..kinds import BY_NAME, Malformed
from ..kinds.markup import tag, words
from ..kinds.table import Ask, Table
from ..model import Question
from ..places import Session
from . import HAND_INS, Learner

LARGEST = 200_000
"""Most characters in one message: more than a person types or pastes at once."""
SELF = "-self-rating"
"""Ends the name under which someone's rating of the own answer is stored, beside the answer itself."""
LEVELS = ("full", "part", "none")


@cache
def learner(session: Session) -> Learner:
    """Whom this process serves: made once for all forms of a page."""
    return Learner(session)


class Refused(WorkbookError):
    """What was typed cannot be used: part of the question's name to what to do about it."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        self.parts = dict(parts)
        super().__init__(" ".join(parts.values()))


class Work:
    """An exercise, its owner's answers, and the rules for both."""

    def __init__(self, exercise: str, session: Session) -> None:
        self.learner = learner(session)
        self.exercise = self.learner.exercise(exercise)
        self.questions = {q.id: q for q in self.exercise.questions}
        # Numbers of our own saves: what else changes was changed elsewhere.
        self.own: set[int] = set()
        # Ids of the rows that a table offers empty: the same each time it is drawn anew.
        tables = [q for q, question in self.questions.items() if isinstance(question.ask, Ask)]
        self.offered = {q: [f"n{secrets.token_hex(5)}" for _n in range(20)] for q in tables}
        self.needed = [self.exercise.id, *self.learner.recalls([self.exercise])]
        related = self.learner.related(self.needed)
        self.units = sorted({id.partition("/")[0] for id in [*related, self.exercise.id]} | {HAND_INS})
        self.load()

    # -- what is stored -----------------------------------------------------------------------------------------

    def seqs(self) -> dict[str, int]:
        """The save numbers of all units that this exercise looks at."""
        return {unit: self.learner.home.seq(self.learner.owner, unit) for unit in self.units}

    def load(self) -> None:
        """Read the answers anew."""
        self.seen = self.seqs()
        self.answers = self.learner.home.load(self.learner.owner, self.exercise.unit)
        self.plan = self.learner.plan(self.needed)
        self.recalled = self.learner.recalled(self.exercise, self.plan)
        self.receipt = self.learner.receipt(self.exercise.unit)
        self.whole = self.learner.whole(self.exercise.id) if self.receipt else None

    def fresh(self) -> tuple[set[str], set[str]]:
        """Load what was stored since: the questions that others changed, and those that have to be drawn anew.

        Cheap when there is nothing new.
        """
        if self.seqs() == self.seen:
            return set(), set()
        before, was = self.answers.seq, self.around()
        self.load()
        changed = {q for name, q in self.answers.since(before) if name == self.exercise.name and q in self.questions}
        elsewhere = {q for q in changed if self.answer(q).seq not in self.own}
        now = self.around()
        return elsewhere, {q for q in self.questions if now[q] != was[q]} - elsewhere

    def around(self) -> dict[str, Any]:
        """What is drawn of each question beside its value; when it changes, the question is drawn anew."""
        handed = bool(self.receipt), self.whole is not None
        choices, extra = self.plan.choices(self.exercise.id), self.plan.extra(self.exercise.id)
        found: dict[str, Any] = {id: (handed, self.recalled.get(id)) for id in self.questions}
        for id, question in self.questions.items():
            if isinstance(question.ask, Ask):
                sources = {c.source for c in question.ask.columns.values() if c.type == "ref"}
                known = [(choices.get(s), extra["removed"].get(s), extra["outside"].get(s)) for s in sorted(sources)]
                found[id] = (*found[id], known, extra["computed"].get(id), self.plan.findings(self.exercise.id, id))
        return found

    def stored(self, question: str) -> Answer | None:
        return self.answers.exercises.get(self.exercise.name, {}).get(question)

    def answer(self, question: str) -> Answer:
        """The stored answer, or an empty one."""
        return self.stored(question) or Answer(None, 0, "", "")

    def value(self, question: Question) -> Any:
        """The stored value as far as this version of the question can use it."""
        return self.read(question)[0]

    def read(self, question: Question) -> tuple[Any, str]:
        """The value, and a notice where the content changed since it was given."""
        answer = self.stored(question.id)
        if answer is None or answer.value is None:
            return None, ""
        kind = BY_NAME[question.kind]
        try:
            value = (
                kind.mend(question.ask, answer.value)[0]
                if isinstance(kind, Table)
                else kind.parse(question.ask, answer.value)
            )
        except Malformed:
            changed = _(
                "This question was changed after you answered, and your answer no longer fits. It is kept: {answer}"
            )
            return None, changed.format(answer=_short(answer.value))
        if answer.version and answer.version != question.version:
            return value, _("This question was changed after you answered; please look again. Your answer is kept.")
        return value, ""

    def values(self) -> dict[str, Any]:
        """Every answered question's value."""
        found = {id: self.value(q) for id, q in self.questions.items()}
        return {id: value for id, value in found.items() if value is not None}

    # -- storing ------------------------------------------------------------------------------------------------

    def parse(self, question: Question, entries: Any) -> Any:
        """The value in what a browser sent for a whole question. Raises :class:`Refused`."""
        kind = BY_NAME[question.kind]
        try:
            return kind.parse(question.ask, kind.gather(question.ask, self.entries(question.id, entries)))
        except Malformed as error:
            raise Refused({error.part: str(error)}) from error

    @staticmethod
    def entries(question: str, sent: Any) -> dict[str, list[str]]:
        """Names and values as kinds read them; whatever is not of that shape is left out."""
        found = {}
        for name, values in sent.items() if isinstance(sent, dict) else ():
            if (
                isinstance(name, str)
                and isinstance(values, list)
                and (name == question or name.startswith(question + "."))
            ):
                found[name[len(question) + 1 :]] = [v for v in values if isinstance(v, str)]
        return found

    def put(self, question: Question, value: Any) -> Saved:
        """Store a whole value. Raises :class:`WorkbookError` when it cannot be stored."""
        kind = BY_NAME[question.kind]
        if isinstance(kind, Table):
            return self.store(question.id, kind.difference(self.value(question), value), question.version)
        return self.store(question.id, {"value": value}, question.version)

    def change(self, question: Question, message: Any) -> tuple[Saved | None, dict[str, str]]:
        """Store what changed in a table. What cannot be used is left out and said; the rest is kept all the same."""
        kind, wrong = BY_NAME[question.kind], {}
        if not isinstance(kind, Table) or not isinstance(message, dict):
            raise Refused({"": _("This change cannot be read. Load the page again.")})
        parts = {part: message.get(part) or {} for part in ("cells", "aside")}
        if not all(isinstance(held, dict) for held in parts.values()):
            raise Refused({"": _("This change cannot be read. Load the page again.")})
        message = {**message, **{part: dict(held) for part, held in parts.items()}}
        while True:
            try:
                change = kind.parse_change(question.ask, message, self.value(question), self.choices())
                break
            except Malformed as error:
                wrong[error.part] = str(error)
                if not self._without(message, error.part):
                    raise Refused(wrong) from error
        if not any(change[part] for part in change if part != "start"):  # type: ignore[literal-required]
            return None, wrong
        return self.store(question.id, change, question.version), wrong

    @staticmethod
    def _without(message: dict[str, Any], part: str) -> bool:
        """Take the named cell or finding out of a change; False where there is none such."""
        kind, _dot, rest = part.partition(".")
        held = message["cells"] if kind == "row" else message["aside"] if kind == "aside" else {}
        return held.pop(rest if kind == "row" else rest.rpartition(".")[0] or rest, held) is not held

    def choices(self) -> Mapping[str, Mapping[str, str]]:
        """Rows that refs of this exercise may name."""
        return self.plan.choices(self.exercise.id)

    def store(self, name: str, change: Mapping[str, Any], version: str) -> Saved:
        saved = self.learner.home.save(
            self.learner.owner, self.exercise.unit, self.exercise.name, name, change, version
        )
        self.own.add(saved.seq)
        return saved

    # -- rating oneself -----------------------------------------------------------------------------------------

    def rate(self, question: Question, entries: Any) -> Saved:
        """Store someone's rating of the own answer: criterion to ``full``, ``part`` or ``none``."""
        sent = self.entries(f"{question.id}.self", entries)
        known = {c.id for c in (self.whole or self.exercise).question(question.id).rubric}
        rated = {c: v[0] for c, v in sent.items() if c in known and v and v[0] in LEVELS}
        return self.store(question.id + SELF, {"value": rated or None}, question.version)

    # -- what is said -------------------------------------------------------------------------------------------

    @property
    def practice(self) -> bool:
        return self.exercise.purpose == "practice"

    def feedback(self, question: Question, prefix: str) -> Html | None:
        """What is said of the stored answer in practice, or None where nobody may ask.

        Own words are not judged: once there are some, the model answer and the rubric to rate oneself are shown.
        """
        if not self.practice:
            return None
        value = self.value(question)
        if question.key is not None:
            return self._said(question, value)
        if value is None:
            return tag("p", words(_("Write your own answer first; then compare it.")))
        return page.model_answer(question, self.answer(question.id + SELF).value, prefix) or None

    def _said(self, keyed: Question, value: Any) -> Html:
        marked = marking.mark(keyed, value) if value is not None else None
        return page.feedback(self.exercise, keyed, marked, self._titles(), told=not self.practice)

    def after(self, question: Question, prefix: str) -> Html:
        """What stands below an answer once someone alone has handed it in: feedback, model, rubric."""
        asked = next((q for q in self.whole.questions if q.id == question.id), None) if self.whole else None
        if asked is None or self.practice:
            return ""
        value = self.value(question)
        said = self._said(asked, value) if value is not None and asked.key is not None and not asked.own_plan else ""
        return said + page.model_answer(asked, self.answer(question.id + SELF).value, prefix)

    def state(self, question: Question, prefix: str) -> page.State:
        """Everything a page shows of a question."""
        value, notice = self.read(question)
        recalled = self.recalled.get(question.id)
        plain = page.State(value=value, notice=notice, after=self.after(question, prefix), recalled=recalled)
        if not isinstance(question.ask, Ask):
            return plain
        found = self.plan.findings(self.exercise.id, question.id)
        taken = {row["id"] for row in (value or {}).get("rows", ())} | set(self.answer(question.id).removed)
        fresh = [id for id in self.offered[question.id] if id not in taken]
        extra = {**self.plan.extra(self.exercise.id), "fresh": fresh}
        return dataclasses.replace(plain, findings=(*found.open, *found.aside), extra=extra)

    def banner(self) -> Html:
        """What stands under the title: broken answers, and that the unit was handed in."""
        said = list(self.answers.notices)
        if self.receipt and self.exercise.purpose in ("marked", "test"):
            done = (
                _("Handed in. Receipt {id}.")
                if self.learner.session.alone
                else _("Handed in: your trainer marks it. Receipt {id}.")
            )
            said.append(done.format(id=self.receipt.get("id", "")))
        return "".join(tag("p", words(text)) for text in said)

    def warning(self, question: Question, row: Any) -> str:
        """What to say before a row goes that other answers refer to."""
        return self.plan.warning(self.exercise.id, question.id, row) if isinstance(row, str) else ""

    def surface(self, prefix: str) -> page.Surface:
        """Where the form is shown."""
        return page.Surface(
            mode="form", prefix=prefix, choices=self.choices(), checks=self.practice, lessons=self._titles()
        )

    def _titles(self) -> Mapping[str, str]:
        asked = {q.read or self.exercise.lesson for q in self.exercise.questions}
        return {lesson: self.learner.title(lesson) for lesson in asked}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 200 else text[:200] + " …"

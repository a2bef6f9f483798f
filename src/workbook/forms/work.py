"""One learner at work on one exercise: what is stored, what may be stored, and what is said about it. No widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from .. import marking, page
from ..answers import Answer, Home, Owner, Saved, UnitAnswers, open_home
from ..content import load_course, load_released
from ..errors import WorkbookError
from ..fields import Html
from ..i18n import _
from ..kinds import BY_NAME, Malformed
from ..kinds.table import Table
from ..model import Exercise, Question
from ..places import Session

LARGEST = 200_000
"""Most characters in one message: more than a person types or pastes at once."""
SELF = "-self-rating"
"""Ends the name under which someone's rating of the own answer is stored, beside the answer itself."""
LEVELS = ("full", "part", "none")

open_home = cache(open_home)


@cache
def lesson_titles(root: Path) -> Mapping[str, str]:
    """Lesson to title; empty where the course cannot be read (a link then says the lesson's id)."""
    try:
        course = load_course(root)
    except WorkbookError:
        return {}
    return {f"{unit.id}/{lesson.id}": lesson.title for unit, lesson in course.lessons()}


class Refused(WorkbookError):
    """What was typed cannot be used: part of the question's name to what to do about it."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        self.parts = dict(parts)
        super().__init__(" ".join(parts.values()))


@dataclass
class Work:
    """An exercise, its owner's answers, and the rules for both."""

    exercise: Exercise
    session: Session
    home: Home = field(init=False)
    owner: Owner = field(init=False)
    answers: UnitAnswers = field(init=False)
    own: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.home = open_home(self.session.home)
        self.owner = Owner(self.session.owner)
        self.questions = {q.id: q for q in self.exercise.questions}
        self.load()

    @classmethod
    def on(cls, exercise: str, session: Session) -> Work:
        """The work on ``unit/exercise``. Raises :class:`WorkbookError` where there is no such exercise."""
        unit, _slash, name = exercise.partition("/")
        return cls(load_released(session.root / "exercises" / unit / f"{name}.json"), session)

    # -- what is stored -----------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the answers anew."""
        self.answers = self.home.load(self.owner, self.exercise.unit)

    def fresh(self) -> set[str]:
        """Load what others stored since; the questions they changed. Cheap when there is nothing."""
        before = self.answers.seq
        if self.home.seq(self.owner, self.exercise.unit) == before:
            return set()
        self.load()
        changed = {q for name, q in self.answers.since(before) if name == self.exercise.name}
        return {q for q in changed if self.stored(q) is None or self.answer(q).seq not in self.own}

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
        return {}

    def store(self, name: str, change: Mapping[str, Any], version: str) -> Saved:
        saved = self.home.save(self.owner, self.exercise.unit, self.exercise.name, name, change, version)
        self.own.add(saved.seq)
        return saved

    # -- rating oneself -----------------------------------------------------------------------------------------

    def rate(self, question: Question, entries: Any) -> Saved:
        """Store someone's rating of the own answer: criterion to ``full``, ``part`` or ``none``."""
        sent = self.entries(f"{question.id}.self", entries)
        known = {c.id for c in (self.whole() or self.exercise).question(question.id).rubric}
        rated = {c: v[0] for c, v in sent.items() if c in known and v and v[0] in LEVELS}
        return self.store(question.id + SELF, {"value": rated or None}, question.version)

    # -- what is said -------------------------------------------------------------------------------------------

    @property
    def practice(self) -> bool:
        return self.exercise.purpose == "practice"

    def receipt(self) -> Mapping[str, Any] | None:
        """What was handed in of this unit, or None."""
        return None

    def whole(self) -> Exercise | None:
        """The exercise with its keys, for someone alone who has handed in; never a test's."""
        if not self.session.alone or self.exercise.purpose == "test" or self.receipt() is None:
            return None
        try:
            return load_released(self.session.keys / self.exercise.unit / f"{self.exercise.name}.json")
        except WorkbookError:
            return None

    def keyed(self, question: Question) -> Question | None:
        """The question with its key, where the learner may ask whether the answer is right."""
        if self.practice:
            return question if question.key is not None else None
        whole = self.whole()
        found = next((q for q in whole.questions if q.id == question.id), None) if whole else None
        return found if found is not None and found.key is not None else None

    def feedback(self, question: Question) -> Html | None:
        """What the key says of the stored answer, or None where nobody may ask."""
        keyed = self.keyed(question)
        if keyed is None:
            return None
        value = self.value(question)
        marked = marking.mark(keyed, value) if value is not None else None
        return page.feedback(self.exercise, keyed, marked, lesson_titles(self.session.root))

    def after(self, question: Question, prefix: str) -> Html:
        """What stands below an answer once it was handed in by someone alone."""
        whole = self.whole()
        if whole is None or not any(q.id == question.id for q in whole.questions):
            return ""
        asked = whole.question(question.id)
        said = (self.feedback(question) or "") if self.value(question) is not None and not question.own_plan else ""
        return said + page.model_answer(asked, self.answer(question.id + SELF).value, prefix)

    def state(self, question: Question, prefix: str) -> page.State:
        """Everything a page shows of a question."""
        value, notice = self.read(question)
        return page.State(value=value, notice=notice, after=self.after(question, prefix))

    def surface(self, prefix: str) -> page.Surface:
        return page.Surface(
            mode="form",
            prefix=prefix,
            checks=self.practice or self.whole() is not None,
            lessons=lesson_titles(self.session.root),
        )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 200 else text[:200] + " …"

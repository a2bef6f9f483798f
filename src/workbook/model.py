"""The nouns of the course, as authors write them. A field here, in YAML and in the docs has the same name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .fields import Flag, Html, Line, ListOf, MapOf, Name, Number, OneOf, Pattern, Prose, RecordOf, Text, spec

PURPOSES = ("practice", "marked", "test", "plan", "survey")
TRACKS = ("core", "more", "home")
VISIBILITIES = ("private", "group", "plan")
BLOCKS = ("screen", "talk", "break")

LESSON = Pattern(r"[a-z0-9-]+/[a-z0-9-]+", "unit/lesson")
ANSWER = Pattern(r"[a-z0-9-]+/[a-z0-9-]+/[a-z0-9-]+", "unit/exercise/question")
EXERCISE = Pattern(r"[a-z0-9-]+/[a-z0-9-]+", "unit/exercise")
COLUMN = Pattern(r"[a-z0-9-]+/[a-z0-9-]+(/[a-z0-9-]+)?\.[a-z0-9-]+", "unit/exercise.column")


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One line of a rubric: what a person marks, with points for full and for part."""

    id: str = spec(Name(), "Name of the criterion")
    points: int = spec(Number(1, 20, whole=True), "Points for full")
    full: Html = spec(Line(), "What earns all points")
    part: Html | None = spec(Line(), "What earns half of the points", default=None)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of an exercise. ``ask`` and ``key`` are its kind's; without key or rubric it is not marked."""

    id: str = spec(Name(), "Name of the question, unique in the exercise; never changed, answers hang on it")
    kind: str = spec(Name(), "Kind of question")
    prompt: Html = spec(Prose(), "What is asked")
    help: Html | None = spec(Prose(), "A word of help, shown under the prompt", default=None)
    required: bool = spec(Flag(), "Whether the exercise is unfinished without it", default=True)
    own_plan: bool = spec(Flag(), "Goes into the learner's own plan: findings, never points", default=False)
    visibility: str = spec(
        OneOf(VISIBILITIES), "Who may see the answer: private stays with the learner", default="plan"
    )
    cite: tuple[str, ...] = spec(ListOf(Text(), lone=True), "Document and place", default=())
    recall: str | None = spec(ANSWER, "An earlier answer of the learner to show beside it", default=None)
    read: str | None = spec(LESSON, "Lesson to read again; by default the exercise's lesson", default=None)
    hints: tuple[Html, ...] = spec(ListOf(Prose(), lone=True), "Hints, shown one after another on request", default=())
    points: int = spec(Number(0, 100, whole=True), "Points for a fully right answer (a rubric has its own)", default=0)
    rubric: tuple[Criterion, ...] = spec(ListOf(RecordOf(Criterion)), "What a person marks", default=(), trainer=True)
    model: Html | None = spec(Prose(), "A model answer", default=None, trainer=True)
    # Not in files as such: read by the kind from the same fields (ask) and from ``key``.
    ask: Any = None
    key: Any = None
    version: str = ""
    # unit/exercise/question where it is written, if that is another exercise; known from sources, not from releases.
    taken: str = ""

    @property
    def marks_itself(self) -> bool:
        return self.key is not None

    @property
    def graded(self) -> bool:
        """Whether it has points of its own: a learner's own plan never has."""
        return not self.own_plan and (self.points > 0 or bool(self.rubric))


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What only one role of a role play knows: a card of its own on paper, folded away on a screen."""

    role: str = spec(Text(), "Who reads it")
    text: Html = spec(Prose(), "What this role wants, knows and may not say")


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """A page of questions with one objective, about some supplied material or the learner's own plan."""

    title: str = spec(Text(), "Title, as the learner reads it")
    lesson: str = spec(LESSON, "The lesson that shows it")
    objective: str = spec(Name(), "Which objective of the unit it serves (its id in course.yml)")
    cite: tuple[str, ...] = spec(ListOf(Text(), lone=True, least=1), "Documents and places it rests on")
    purpose: str = spec(
        OneOf(PURPOSES),
        "practice: feedback at once; marked: counts; test: before and after; plan: own plan; survey: for oneself",
    )
    minutes: int = spec(Number(1, 90, whole=True), "Minutes a learner needs")
    track: str = spec(OneOf(TRACKS), "core: in every workshop; more: if there is time; home: alone", default="core")
    covers: tuple[str, ...] = spec(
        ListOf(Text(), lone=True), "What of the sources it practises, such as task:1.4", default=()
    )
    material: Html | None = spec(Prose(), "The supplied case or text the questions are about", default=None)
    content_note: Html | None = spec(Prose(), "What may be hard to read, said before it", default=None)
    avoid_in: tuple[str, ...] = spec(ListOf(Text(), lone=True), "Countries where it may hurt or divide", default=())
    briefs: Mapping[str, Brief] = spec(MapOf(RecordOf(Brief)), "Private briefs of a role play, by role", default={})
    questions: tuple[Question, ...] = ()
    # Known from the file's place, not from its text.
    unit: str = ""
    name: str = ""
    version: str = ""

    @property
    def id(self) -> str:
        return f"{self.unit}/{self.name}"

    def question(self, id: str) -> Question:
        return next(q for q in self.questions if q.id == id)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One page of a unit: text, figures and forms."""

    id: str = spec(Name(), "File name of the lesson without ending")
    title: str = spec(Text(), "Title")
    minutes: int = spec(Number(1, 180, whole=True), "Minutes, exercises included")
    covers: tuple[str, ...] = spec(ListOf(Text(), lone=True), "What of the sources it deals with", default=())


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A part of the course that is handed in and marked as a whole."""

    id: str = spec(Name(), "Folder name of the unit")
    title: str = spec(Text(), "Title")
    summary: str = spec(Text(), "One or two sentences for the home page")
    objectives: Mapping[str, str] = spec(
        MapOf(Text(), least=1), "What one can do afterwards: id and sentence with a verb"
    )
    lessons: tuple[Lesson, ...] = spec(ListOf(RecordOf(Lesson), least=1), "Lessons in order")

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A stretch of a day: work on screens, work without them, or a break."""

    day: int = spec(Number(1, 60, whole=True), "Which day (in a course of weeks: which week)")
    title: str = spec(Text(), "What happens")
    minutes: int = spec(Number(1, 480, whole=True), "Minutes")
    kind: str = spec(OneOf(BLOCKS), "screen: people work at a screen; talk: they do not; break")
    lessons: tuple[str, ...] = spec(ListOf(LESSON, lone=True), "Lessons it is about", default=())
    exercises: tuple[str, ...] = spec(
        ListOf(EXERCISE, lone=True), "Exercises done in it: on screen, or on paper in a talk", default=()
    )


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """A way through parts of the course with a group, and what it must not exceed."""

    id: str = spec(Name(), "Name of the agenda")
    title: str = spec(Text(), "Title")
    core_only: bool = spec(Flag(), "Whether it may use exercises of the track 'core' only", default=False)
    most_screen: int | None = spec(Number(1, whole=True), "Most minutes on screen in all", default=None)
    most_block: int | None = spec(Number(1, whole=True), "Most minutes of one block on screen", default=None)
    most_worksheets: int | None = spec(Number(0, whole=True), "Most worksheets of the own plan", default=None)
    blocks: tuple[Block, ...] = spec(ListOf(RecordOf(Block), least=1), "Blocks in order of time")

    def minutes(self, kind: str | None = None) -> int:
        """Minutes of all blocks, or of one kind."""
        return sum(block.minutes for block in self.blocks if kind in (None, block.kind))


@dataclass(frozen=True, kw_only=True)
class Course:
    """The order of everything: the only place that has it."""

    title: str = spec(Text(), "Title of the course")
    units: tuple[Unit, ...] = spec(ListOf(RecordOf(Unit), least=1), "Units in order")
    agendas: tuple[Agenda, ...] = spec(ListOf(RecordOf(Agenda)), "Ways through the course with a group", default=())

    def unit(self, id: str) -> Unit:
        return next(u for u in self.units if u.id == id)

    def lessons(self) -> list[tuple[Unit, Lesson]]:
        """All lessons of the course in reading order, each with its unit."""
        return [(unit, lesson) for unit in self.units for lesson in unit.lessons]


@dataclass(frozen=True)
class Row:
    """One row of a worksheet: its stable id and what stands in its cells, by column id."""

    id: str
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Note:
    """Feedback on one part of an answer: an option, row or cell (``part`` is empty for the whole)."""

    part: str
    right: bool | None
    text: Html


@dataclass(frozen=True)
class Marked:
    """What a kind says of an answer: the share earned, 0 to 1, and the feedback to show."""

    fraction: float
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What a check says of a worksheet: ``message`` is what is missing and why it matters; ``rows`` are row ids."""

    check: str
    message: Html
    cite: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """Points of one question (``criterion`` names the rubric line; ``earned`` is None until a person has marked)."""

    question: str
    criterion: str
    earned: float | None
    possible: float
    notes: tuple[Note, ...] = ()

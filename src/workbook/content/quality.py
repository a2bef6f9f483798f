"""What a careful editor would say of the course: item-writing slips, citations, reading ease, minutes, private text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import Path as Place
from ..errors import Problem
from ..fields import Html, plain
from ..kinds import BY_NAME
from ..model import Exercise, Question
from .course import Content
from .reading import grade, sentences

DOCUMENTS = (
    "Guidebook",
    "Guidelines",
    "2030 Agenda",
    "Accelerator page",
    "Governance forum",
    "EGM report",
    "General Assembly resolution",
    "Global Compact",
    "COVID news",
    "COVID study",
    "COVID survey",
    "UN response framework",
    "UN SDG:Learn",
    "UN in Samoa",
    "Samoa appeal",
    "SIDS",
    "TPI",
    "GNDR",
    "PEP",
    "Web page",
    "This course",
)
"""The short names that a citation may begin with; docs/authors.md says what each stands for."""

LESSON_GRADE = 11.0
SENTENCE_WORDS = 20.0
NAMED_PLACES = 4
CATCH_ALL = re.compile(r"\b(all|none|both) of (the|these) (above|others?)\b|\ball of these\b", re.I)
ABSOLUTE = re.compile(r"\b(always|never|only|every(one|body)?|nobody|must)\b", re.I)


def slips(content: Content) -> list[Problem]:
    """Everything found, sorted by file and line."""
    before = len(content.problems)
    for id, exercise in content.exercises.items():
        for place, message in _exercise_slips(exercise):
            content.wrong(id, place, message)
    _lesson_slips(content)
    _course_slips(content)
    found = content.problems[before:]
    del content.problems[before:]
    return sorted(set(found))


Found = Iterator[tuple[Place, str]]


def _exercise_slips(exercise: Exercise) -> Found:
    for i, cite in enumerate(exercise.cite):
        if not cite.startswith(DOCUMENTS):
            yield ("cite", i), f"'{cite}' must begin with a known document: {', '.join(DOCUMENTS)}"
    for i, question in enumerate(exercise.questions):
        place: Place = ("questions", i)
        marked = question.key is not None or bool(question.rubric)
        if question.own_plan and question.points:
            yield (*place, "points"), "a learner's own plan gets findings, never points"
        if exercise.purpose == "plan" and question.key is not None:
            yield (*place, "key"), "an exercise with purpose 'plan' has no keys"
        if (
            exercise.purpose in ("marked", "test")
            and not question.own_plan
            and question.key is not None
            and not question.points
        ):
            yield place, "'points' is missing: a marked question with a key needs some"
        if question.points and question.key is None:
            yield (*place, "points"), "has points but no key: give it a key, or give points to the criteria of a rubric"
        if exercise.purpose == "practice" and not marked and question.visibility == "plan" and not question.own_plan:
            yield (
                place,
                "a practice question needs a key, or a rubric and a model; a free note is 'visibility: private'",
            )
        if question.taken:
            # What is wrong with the question itself is told where it is written.
            continue
        if question.rubric and question.model is None:
            yield place, "a rubric needs a 'model' answer beside it"
        if question.key is not None:
            yield from _item_slips(question, place)
            if not BY_NAME[question.kind].samples(question.ask, question.key).right:
                yield (*place, "key"), "shows no answer that earns all points: give it an 'example'"


def _item_slips(question: Question, place: Place) -> Found:
    options = getattr(question.ask, "options", None)
    for id, text in (options or {}).items():
        if CATCH_ALL.search(plain(text)):
            yield (*place, "options", id), "no 'all of the above': it tests reading, not judgement"
    if not isinstance(options, Mapping) or question.kind not in ("single-choice", "multiple-choice"):
        return
    key = question.key
    right = {key.answer} if question.kind == "single-choice" else set(key.answers)
    lengths = {id: len(plain(text)) for id, text in options.items()}
    others = [n for id, n in lengths.items() if id not in right]
    if question.kind == "single-choice" and others:
        longest = lengths[key.answer]
        if longest > 1.25 * max(others) and longest - max(others) > 8:
            yield (
                (*place, "options", key.answer),
                "the key is the longest option by far: a guesser sees it; even them out",
            )
        if max(lengths.values()) > 2.5 * max(1, min(lengths.values())) and max(lengths.values()) > 40:
            yield (*place, "options"), "options differ too much in length: give them a like length and shape"
        absolute = [id for id, text in options.items() if ABSOLUTE.search(plain(text))]
        if len(others) > 1 and set(absolute) == set(options) - right:
            yield (
                (*place, "options"),
                "every wrong option has 'always', 'never', 'only' or the like: the key gives itself away",
            )
        missing = [id for id in options if id not in right and id not in key.feedback]
        if missing:
            yield (
                (*place, "key"),
                f"'feedback' is missing for {', '.join(missing)}: each wrong option teaches something",
            )
        if not key.right:
            yield (*place, "key"), "'right' is missing: say why the best answer is best"
    doubled = [text for text, n in Counter(plain(t).casefold() for t in options.values()).items() if n > 1]
    if doubled:
        yield (*place, "options"), f"two options say the same: {doubled[0]}"


def _lesson_slips(content: Content) -> None:
    for id, lesson in content.lessons.items():
        for line in _formulas(lesson.text):
            message = "two amounts with $ in one paragraph read as a formula in JupyterLab: write \\$"
            content.problems.append(Problem(lesson.file, line, "text", message))
        text = lesson_words(lesson.text)
        said = sentences(text)
        if len(said) < 5:
            continue
        words = sum(len(s.split()) for s in said) / len(said)
        if words > SENTENCE_WORDS:
            content.problems.append(
                _about(lesson.file, f"sentences have {words:.1f} words on average; keep them under 20")
            )
        level = grade(text)
        if level > LESSON_GRADE:
            content.problems.append(
                _about(lesson.file, f"reading grade is {level:.1f}; no lesson above {LESSON_GRADE:.0f}")
            )
        longest = max((len(part.split()) for part in _between_forms(lesson.text)), default=0)
        if longest > 900:
            content.problems.append(
                _about(lesson.file, f"{longest} words without anything to do; put an exercise in after about 600")
            )
        if content.course and not any(f"{u.id}/{one.id}" == id for u, one in content.course.lessons()):
            continue


def _formulas(text: str) -> Iterator[int]:
    """The line of each paragraph with two dollar signs that are neither escaped nor code."""
    code, begins, dollars = False, 0, 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.startswith("```"):
            code = not code
        if code or not line.strip():
            if dollars > 1:
                yield begins
            dollars = 0
            continue
        found = len(re.findall(r"(?<!\\)\$", re.sub(r"`[^`]*`", "", line)))
        begins = begins if dollars else number
        dollars += found


def _about(file: str, message: str) -> Problem:
    return Problem(file, 1, "text", message)


def lesson_words(text: str) -> str:
    """The prose of a lesson: without front matter, code, tables, markup."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    text = re.sub(r"^```.*?^```\n?", "\n", text, flags=re.S | re.M)
    text = re.sub(r"^(\|.*|#.*|\+\+\+.*|:::.*|!\[.*)$", "", text, flags=re.M)
    text = re.sub(r"^\s*([-*>]|\d+\.)\s+", "\n", text, flags=re.M)
    return re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("*", "").replace("`", "")


def _between_forms(text: str) -> list[str]:
    return [lesson_words(part) for part in re.split(r"^```\{code-cell\}.*?^```$", text, flags=re.S | re.M)]


def _course_slips(content: Content) -> None:
    """Where keys stand, minutes against course.yml, objectives without practice or marked items, duplicates."""
    if content.course is None:
        return
    for i, unit in enumerate(content.course.units):
        for j, lesson in enumerate(unit.lessons):
            shown = [content.exercises[e] for e in content.shown(f"{unit.id}/{lesson.id}") if e in content.exercises]
            core = {e.id: e.minutes for e in shown if e.track == "core"}  # the rest is for those with more time
            draws = content.draws(f"{unit.id}/{lesson.id}")
            # Of several to draw from, a learner does one.
            needed = sum(core.values()) - sum(_spared([core.get(id, 0) for id in group]) for group in draws)
            if needed > lesson.minutes:
                message = f"says {lesson.minutes} minutes, but its exercises alone take {needed}"
                content.wrong("course.yml", ("units", i, "lessons", j, "minutes"), message)
        for objective in unit.objectives:
            purposes = {e.purpose for e in content.exercises.values() if e.unit == unit.id and e.objective == objective}
            for purpose in ("practice", "marked"):
                if purpose not in purposes:
                    place = ("units", i, "objectives", objective)
                    content.wrong("course.yml", place, f"has no {purpose} exercise")
        _key_places(content, i, unit.id)
    prompts: dict[str, str] = {}
    for id, exercise in content.exercises.items():
        for i, question in enumerate(exercise.questions):
            if question.taken:
                continue
            said = plain(question.prompt).casefold()
            if len(said) > 30 and said in prompts and prompts[said] != id:
                content.wrong(id, ("questions", i, "prompt"), f"asks the same as a question of {prompts[said]}")
            prompts.setdefault(said, id)


def _spared(minutes: list[int]) -> int:
    return sum(minutes) - max(minutes)


def _key_places(content: Content, i: int, unit: str) -> None:
    choices = [q for e in content.exercises.values() if e.unit == unit for q in e.questions if _single(q)]
    if len(choices) < 6:
        return
    checks: list[tuple[str, Callable[[Question], bool]]] = [
        (
            "the longest option",
            lambda q: q.key.answer == max(q.ask.options, key=lambda o: len(plain(q.ask.options[o]))),
        ),
        (
            "the shortest option",
            lambda q: q.key.answer == min(q.ask.options, key=lambda o: len(plain(q.ask.options[o]))),
        ),
    ]
    for place in range(NAMED_PLACES):
        checks.append((f"option {place + 1}", lambda q, place=place: list(q.ask.options).index(q.key.answer) == place))  # type: ignore[misc]
    for name, holds in checks:
        share = sum(map(holds, choices)) / len(choices)
        if share > 0.5:
            message = f"the key is {name} in {share:.0%} of the unit's {len(choices)} single choices: spread them"
            content.wrong("course.yml", ("units", i), message)


def _single(question: Question) -> bool:
    return question.kind == "single-choice" and question.key is not None and not question.taken


def private_texts(exercise: Exercise) -> Iterator[tuple[str, Html]]:
    """Every text of 25 characters or more that only trainers may see, with the field it stands in."""
    if exercise.purpose == "practice":
        return
    from .exercise import released

    whole, shown = released(exercise, private=True), released(exercise, private=False)
    public = set(_texts(shown))
    for text in _texts(whole):
        if len(text) >= 25 and text not in public:
            yield exercise.id, text


def public_texts(content: Content) -> Iterator[str]:
    """Every text that learners may read in some exercise."""
    from .exercise import released

    for exercise in content.exercises.values():
        yield from _texts(released(exercise, private=False))


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _texts(value)
    elif isinstance(data, str):
        yield plain(data)

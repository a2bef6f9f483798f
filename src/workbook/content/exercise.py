"""An exercise from plain data, whether it came from an author's YAML or from a released JSON file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import near
from ..fields import NOTHING, Node, read, read_fields, release, specs, unknown_fields
from ..kinds import BY_NAME
from ..model import Exercise, Question

RIGHT_AWAY = ("practice",)
"""Purposes whose keys travel with the learner's version: feedback at once, never in the gradebook."""
Take = Callable[[Node, str, Any], list[Any]]
"""From an entry that stands for questions of another exercise, the id and the purpose of this one, to the questions."""


def read_question(node: Node, exercise: str = "") -> Any:
    """A question of ``exercise`` with its kind's ``ask`` and ``key``; ``NOTHING`` after every mistake was reported."""
    data = node.data
    if not isinstance(data, Mapping):
        node.wrong("needs a group of fields: id, kind, prompt")
        return NOTHING
    kind = BY_NAME.get(data.get("kind", "")) if isinstance(data.get("kind"), str) else None
    if kind is None:
        where = node.at("kind") if "kind" in data else node
        found = str(data.get("kind", "nothing"))
        meant = near(found, BY_NAME) or " Known: " + ", ".join(BY_NAME)
        where.wrong(f"must be a kind of question, found '{found}'.{meant}")
        return NOTHING
    known = [s.name for s in specs(Question)] + [s.name for s in specs(kind.ask_type)] + ["key", "version"]
    unknown_fields(node, known)
    values = read_fields(Question, node)
    asked = read_fields(kind.ask_type, node)
    key: Any = None
    if "key" in data:
        if kind.key_type is None:
            node.at("key").wrong(f"a {kind.name} question is marked by a person: give it a rubric and a model instead")
            key = NOTHING
        else:
            key = read(kind.key_type, node.at("key"))
    if NOTHING in values.values() or NOTHING in asked.values() or key is NOTHING:
        return NOTHING
    ask = kind.placed(kind.ask_type(**asked), f"{exercise}/{values['id']}" if exercise else "")
    before = len(node.problems.found)
    kind.verify(ask, key, node)
    if len(node.problems.found) > before:
        return NOTHING
    question = Question(**values, ask=ask, key=key)
    return dataclasses.replace(question, version=str(data.get("version") or question_version(question)))


def read_exercise(node: Node, unit: str, name: str, take: Take | None = None) -> Any:
    """An exercise of ``unit``, or ``NOTHING`` after every mistake was reported.

    ``take`` finds questions that are written elsewhere; a released file has none such.
    """
    data = node.data
    if not isinstance(data, Mapping):
        if not node.problems.found:
            node.wrong("needs the fields of an exercise: title, lesson, objective, cite, purpose, minutes, questions")
        return NOTHING
    unknown_fields(node, [s.name for s in specs(Exercise)] + ["questions", "version"])
    values = read_fields(Exercise, node)
    questions = _questions(node, f"{unit}/{name}", take)
    if NOTHING in values.values() or NOTHING in questions or not questions:
        return NOTHING
    exercise = Exercise(**values, questions=tuple(questions), unit=unit, name=name)
    return dataclasses.replace(exercise, version=str(data.get("version") or _short(released(exercise, private=True))))


def _questions(node: Node, exercise: str, take: Take | None) -> list[Any]:
    """The questions of an exercise; ``NOTHING`` among them, or none at all, after a mistake was reported."""
    data = node.data.get("questions")
    if take is not None and isinstance(data, str):
        return take(node.at("questions"), exercise, node.data.get("purpose"))
    if not isinstance(data, list) or not data:
        (node.at("questions") if "questions" in node.data else node).wrong(
            "'questions' needs a list with at least one question"
        )
        return []
    found: list[Any] = []
    seen: dict[str, int] = {}
    for i, entry in enumerate(data):
        asked = node.at("questions").at(i)
        if take is not None and isinstance(entry, Mapping) and "same" in entry:
            found += take(asked, exercise, node.data.get("purpose"))
            id = found[-1].id if isinstance(found[-1], Question) else None
        else:
            found.append(read_question(asked, exercise))
            id = entry.get("id") if isinstance(entry, Mapping) else None
        if isinstance(id, str) and id in seen:
            place = asked.at("id" if "id" in entry else "same")
            place.wrong(f"is used by question {seen[id]} already: ids are unique in an exercise")
        elif isinstance(id, str):
            seen[id] = i + 1
    return found


def released_question(question: Question, *, private: bool) -> dict[str, Any]:
    """A question as plain data from an allow-list of fields; key, rubric and model only when ``private``."""
    kind = BY_NAME[question.kind]
    data = {**release(question, private=private), **release(question.ask, private=private)}
    if private and question.key is not None:
        data["key"] = release(question.key, private=True)
    if question.version:
        data["version"] = question.version
    assert kind.name == question.kind
    return data


def released(exercise: Exercise, *, private: bool) -> dict[str, Any]:
    """An exercise as plain data: the learner's version, or the whole (``private``) for those who mark."""
    shown = private or exercise.purpose in RIGHT_AWAY
    data = release(exercise, private=shown)
    data["questions"] = [released_question(q, private=shown) for q in exercise.questions]
    if exercise.version:
        data["version"] = exercise.version
    return data


def question_version(question: Question) -> str:
    """Changes when what the learner reads or chooses from changes; keys, points and feedback do not count."""
    data = released_question(dataclasses.replace(question, version=""), private=False)
    return _short({k: v for k, v in data.items() if k not in ("points", "hints", "cite", "read")})


def _short(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]

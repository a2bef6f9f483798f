"""JSON Schema of the YAML files, so that an editor completes and underlines while one writes."""

from __future__ import annotations

from typing import Any

from ..fields import schema
from ..kinds import KINDS
from ..model import ANSWER, EXERCISE, Course, Exercise, Question

DRAFT = "http://json-schema.org/draft-07/schema#"


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by name: ``exercise`` for ``solutions/*/*.yml``, ``course`` for ``course/course.yml``."""
    exercise = _closed(schema(Exercise))
    same = {**ANSWER.schema(), "description": "This question stands as it is written there"}
    taken = {"type": "object", "properties": {"same": same}, "additionalProperties": False}
    entry = {"if": {"type": "object", "required": ["same"]}, "then": taken, "else": _question()}
    listed = {"minItems": 1, "items": entry, "description": "The questions, or unit/exercise: all of that exercise"}
    exercise["properties"]["questions"] = {
        **listed,
        "type": ["array", "string"],
        "pattern": EXERCISE.schema()["pattern"],
    }
    exercise["required"].append("questions")
    return {
        "course": {"$schema": DRAFT, "title": "Course", **_closed(schema(Course))},
        "exercise": {"$schema": DRAFT, "title": "Exercise", **exercise},
    }


def _closed(made: dict[str, Any]) -> dict[str, Any]:
    return {**made, "additionalProperties": False}


def _question() -> dict[str, Any]:
    """One closed branch for each kind: the common fields, the kind's own, and its key."""
    branches = []
    for kind in KINDS:
        common, own = schema(Question), schema(kind.ask_type)
        properties = {
            **common["properties"],
            **own["properties"],
            "kind": {"const": kind.name, "description": kind.summary},
        }
        if kind.key_type is not None:
            properties["key"] = {**_closed(schema(kind.key_type)), "description": "What the trainer knows"}
        branch = {"type": "object", "properties": properties, "required": common["required"] + own["required"]}
        branches.append({"if": {"properties": {"kind": {"const": kind.name}}}, "then": _closed(branch)})
    kinds = {"enum": [kind.name for kind in KINDS], "description": "Kind of question"}
    return {"type": "object", "required": ["kind"], "properties": {"kind": kinds}, "allOf": branches}

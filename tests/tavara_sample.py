"""The made-up plan of Clean Coast Tavara as a file that ``workbook answers import`` takes: docs/tavara-plan.json.

It is derived from fixtures/tavara-plan.json. After a change there:

    python tests/tavara_sample.py
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbook.answers import document, export, merge

ROOT = Path(__file__).parents[1]
FIXTURE = ROOT / "tests" / "fixtures" / "tavara-plan.json"
SAMPLE = ROOT / "docs" / "tavara-plan.json"
AT = "2020-01-01T00:00:00Z"
"""Older than any answer of a person: on import with ``--newer-wins`` theirs are kept."""


def text() -> str:
    """The file, one exercise a line."""
    units: dict[str, list[str]] = {}
    for id, values in json.loads(FIXTURE.read_text(encoding="utf-8")).items():
        unit, _slash, name = id.partition("/")
        units.setdefault(unit, []).append(f"{_json(name)}: {_json(stored(values))}")
    whole = [
        "{",
        *(f"{_json(name)}: {_json(value)}," for name, value in about().items()),
        '"units": {',
        ",\n".join(f"{_json(unit)}: {_unit(unit, exercises)}" for unit, exercises in units.items()),
        "}}\n",
    ]
    return "\n".join(whole)


def about() -> Mapping[str, Any]:
    owner = {"id": "clean-coast-tavara", "kind": "group", "label": "Clean Coast Tavara (made up)"}
    return {"what": export.WHAT, "format": export.FORMAT, "at": AT, "owner": owner}


def stored(values: Mapping[str, Any]) -> merge.Document:
    """An exercise's answers as a home stores them."""
    entries: merge.Document = {}
    for question, value in values.items():
        entries = merge.apply(entries, question, {"value": value}, 1, AT, "")
    return entries


def _unit(unit: str, exercises: list[str]) -> str:
    head = _json({**document.empty(unit, 1), "exercises": 0}).removesuffix("0}")
    return head + "{\n" + ",\n".join(exercises) + "\n}}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    SAMPLE.write_text(text(), encoding="utf-8", newline="\n")

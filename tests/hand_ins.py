"""Hand-ins of made-up learners: realistic ones, and ones that came back mangled. The same seed gives the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbook.answers import handin
from workbook.kinds import BY_NAME
from workbook.model import Exercise, Question

WORDS = [
    "the",
    "partners",
    "water",
    "office",
    "district",
    "we",
    "need",
    "two",
    "who",
    "meets",
    "farmers",
    "because",
    "budget",
    "trust",
    "time",
    "before",
    "after",
    "plan",
    "<b>",
    "women",
    "youth",
    "data",
    "roads",
    "“clinic”",
    "équipe",
    "港",
    "مياه",
    "not",
    "yet",
    "agreed",
    "$cost$",
    "*maybe*",
    "_later_",
    "[1]",
    "`x`",
    "&",
    "more\n",
]


def text(chance: random.Random, least: int = 20, most: int = 90) -> str:
    """Some words, with signs in them that mean something to HTML, Markdown or MathJax."""
    return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))


def value(chance: random.Random, question: Question) -> Any:
    """An answer as a learner might give it; None for none."""
    if chance.random() < 0.06:
        return None
    if question.kind == "long-text":
        return text(chance)
    samples = BY_NAME[question.kind].samples(question.ask, question.key)
    return chance.choice([*samples.right, *samples.right, *samples.wrong])


def values(chance: random.Random, exercises: Mapping[str, Exercise]) -> dict[str, dict[str, Any]]:
    """Answers to all exercises: by name and question."""
    return {name: {q.id: value(chance, q) for q in exercise.questions} for name, exercise in exercises.items()}


def handed(student: str, unit: str, exercises: Mapping[str, Exercise], given: Mapping[str, Mapping[str, Any]]) -> Any:
    """The ``answers.json`` of a learner as data, with its checksum."""
    answers: dict[str, Any] = {}
    for name, found in given.items():
        versions = {q.id: q.version for q in exercises[name].questions}
        answers[name] = {
            "version": exercises[name].version,
            "answers": {
                id: {"value": value, "version": versions.get(id, ""), "at": ""}
                for id, value in found.items()
                if value is not None
            },
        }
    owner = {"id": student, "kind": "person", "label": ""}
    data = {"what": handin.WHAT, "format": handin.FORMAT, "unit": unit, "owner": owner, "at": "2026-03-01T10:00:00Z"}
    return sealed({**data, "course": "", "exercises": answers, "referred": {}})


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """The data with a checksum that fits."""
    return {**data, "sha256": handin.checksum(data)}


def write(folder: Path, data: Any, notebooks: Sequence[Path] = (), *, link: bool = False) -> Path:
    """A submission as ``workbook collect`` makes it; ``link``: notebooks are linked, which saves room."""
    folder.mkdir(parents=True)
    for notebook in notebooks:
        if link:
            (folder / notebook.name).hardlink_to(notebook)
        else:
            (folder / notebook.name).write_bytes(notebook.read_bytes())
    (folder / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC\n", encoding="utf-8")
    (folder / handin.FILE).write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    return folder


# Mangled ones: each takes chance, the folder and the data as handed in.
Spoil = Callable[[random.Random, Path, Any], object]
STRANGE = (
    None, True, 0, -1, 1e308, float("nan"), float("inf"), 10**30, "", " ", "no-such-option", "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0", "\u202e\x00\x1b", "x" * 5000, "\ud800", [], {}, [[]], [None], ["a", "a"], {"rows": []}, {"rows": 3},
    {"rows": [{"id": "r1"}]}, {"rows": [{"id": "r1", "cells": {"x": 1}}] * 300}, {"rows": [], "aside": []},
    {"a": {"b": {"c": {}}}},
)  # fmt: skip


def _strange(chance: random.Random, folder: Path, data: Any) -> None:
    """Some answers become something that no form would send."""
    for exercise in data["exercises"].values():
        for answer in exercise["answers"].values():
            if chance.random() < 0.4:
                answer["value"] = _deep(chance) if chance.random() < 0.05 else chance.choice(STRANGE)
    _again(folder, data)


def _mixed(chance: random.Random, folder: Path, data: Any) -> None:
    """Answers change places: each is an answer, but to another question."""
    found = [answer for exercise in data["exercises"].values() for answer in exercise["answers"].values()]
    shuffled = [answer["value"] for answer in found]
    chance.shuffle(shuffled)
    for answer, value in zip(found, shuffled, strict=True):
        answer["value"] = value
    _again(folder, data)


def _bent(chance: random.Random, folder: Path, data: Any) -> None:
    """Something inside an answer is taken out, doubled or exchanged."""
    for exercise in data["exercises"].values():
        for answer in exercise["answers"].values():
            answer["value"] = _bend(chance, answer["value"])
    _again(folder, data)


def _bend(chance: random.Random, value: Any) -> Any:
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value))
        return {**value, key: _bend(chance, value[key])} if chance.random() < 0.7 else {**value, "zz": value[key]}
    if isinstance(value, list) and value:
        place = chance.randrange(len(value))
        bent = [value[place], _bend(chance, value[place])] if chance.random() < 0.7 else []
        return value[:place] + bent + value[place + 1 :]
    return chance.choice(STRANGE) if chance.random() < 0.5 else value


def _deep(chance: random.Random) -> Any:
    value: Any = "deep"
    for _level in range(chance.choice([5, 50, 400])):
        value = [value] if chance.random() < 0.5 else {"rows": value}
    return value


def _again(folder: Path, data: Any) -> None:
    whole = json.dumps(sealed(data) if isinstance(data, dict) else data, sort_keys=True)
    (folder / handin.FILE).write_text(whole, encoding="utf-8")


def _part(chance: random.Random, folder: Path, data: Any) -> None:
    """A part of the file is of another type, or gone."""
    place = chance.choice(["what", "format", "unit", "owner", "at", "course", "exercises", "referred", "sha256"])
    data[place] = chance.choice(STRANGE)
    if chance.random() < 0.3:
        del data[place]
    (folder / handin.FILE).write_text(json.dumps(data), encoding="utf-8")


def _bytes(chance: random.Random, folder: Path, data: Any) -> None:
    """Bytes of the file are cut off or changed."""
    whole = bytearray((folder / handin.FILE).read_bytes())
    if chance.random() < 0.5:
        del whole[chance.randrange(len(whole)) :]
    for _change in range(chance.randint(0, 5)):
        if whole:
            whole[chance.randrange(len(whole))] = chance.randrange(256)
    (folder / handin.FILE).write_bytes(whole)


def _gone(chance: random.Random, folder: Path, data: Any) -> None:
    """One file or several are missing."""
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".ipynb") and chance.random() < 0.3:
            path.unlink()
    if chance.random() < 0.3:
        (folder / handin.FILE).unlink()
    if chance.random() < 0.3:
        (folder / "timestamp.txt").unlink()


def _notebook(chance: random.Random, folder: Path, data: Any) -> None:
    """A notebook is changed, has forged points in it, or is no notebook."""
    path = chance.choice(sorted(folder.glob("*.ipynb")))
    nb = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    cell = chance.choice(nb["cells"])
    change = chance.randrange(6)
    if change == 0:
        nb["cells"].remove(cell)
    elif change == 1:
        nb["cells"].append(cell)
    elif change == 2:
        cell["source"] = ["import os; os._exit(3)"]
    elif change == 3:
        cell["metadata"]["nbgrader"] = chance.choice([{}, {"grade_id": ["x"]}, {"grade_id": "zz", "points": 99}, 7])
    elif change == 4:
        for one in nb["cells"]:
            if one["cell_type"] == "code":
                one["outputs"] = [
                    {
                        "output_type": "execute_result",
                        "data": {"text/plain": ["99"]},
                        "metadata": {},
                        "execution_count": 1,
                    }
                ]
    text = json.dumps(nb) if change < 5 else chance.choice(["", "{", "[]", '{"cells": 1}', "\x00"])
    path.write_text(text, encoding="utf-8")


def _somebody_else(chance: random.Random, folder: Path, data: Any) -> None:
    """The answers are those of another learner."""
    data["owner"] = chance.choice([{"id": "somebody"}, {"id": "../x"}, {"id": "learner-aaaaaa", "label": "A"}])
    _again(folder, data)


SPOILS: tuple[Spoil, ...] = (
    _strange, _mixed, _bent, _strange, _mixed, _bent, _part, _bytes, _gone, _notebook, _somebody_else
)  # fmt: skip


def spoil(chance: random.Random, folder: Path) -> str:
    """Mangle a submission in one of many ways; returns the name of the way."""
    data = json.loads((folder / handin.FILE).read_text(encoding="utf-8"))
    way = chance.choice(SPOILS)
    way(chance, folder, data)
    return str(getattr(way, "__name__", way))

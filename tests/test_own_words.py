"""Our words are ours: no eight words in a row stand both in the course and in the documents it teaches from.

The documents are not here. ``fixtures/source-shingles.bin`` holds one-way fingerprints of their runs of eight words
(made by ``.ci/shingles.py``). Names and titles that may be repeated are in ``course/own-words-allow.txt``.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from workbook.content.source import read_yaml

ROOT = Path(__file__).parent.parent
FINGERPRINT = ROOT / "tests" / "fixtures" / "source-shingles.bin"
ALLOWED = ROOT / "course" / "own-words-allow.txt"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shingles", ROOT / ".ci" / "shingles.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


shingles = load_script()


def texts() -> Iterator[tuple[str, str]]:
    """Each text of the course with the place it stands in: lessons, facilitator notes, and each string of YAML."""
    for path in sorted((ROOT / "course").glob("*/*.md")):
        yield path.relative_to(ROOT).as_posix(), lesson_text(path.read_text(encoding="utf-8"))
    for path in sorted([*(ROOT / "course").glob("*.yml"), *(ROOT / "solutions").glob("*/*.yml")]):
        shown = path.relative_to(ROOT).as_posix()
        for place, text in strings(read_yaml(path, shown).data):
            yield f"{shown}: {place}", unmarked(text)


def lesson_text(text: str) -> str:
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    return unmarked(re.sub(r"^```.*?^```\n?", "\n", text, flags=re.S | re.M))


def unmarked(text: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"<[^>]+>", " ", text)).replace("*", "").replace("`", "")


def strings(data: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from strings(value, f"{place}.{key}" if place else str(key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from strings(value, f"{place}[{i + 1}]")
    elif isinstance(data, str):
        yield place, data


def allowed(text: str) -> list[list[str]]:
    """Names and titles, one on a line; lines that begin with # are remarks."""
    return [shingles.words(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def without(names: list[list[str]], text: str) -> str:
    """A text with each allowed name in it replaced by a word that no source has."""
    said = " ".join(shingles.words(text))
    for name in sorted(names, key=len, reverse=True):
        said = re.sub(rf"\b{' '.join(name)}\b", "qqnameqq", said)
    return said


def shared(text: str, runs: frozenset[bytes], names: list[list[str]]) -> list[str]:
    """The stretches of ``text`` that stand in the sources, each as long as it goes."""
    said = without(names, text)
    listed = said.split()
    found: list[tuple[int, int]] = []
    for i, run in shingles.shingles(said):
        if run in runs:
            if found and i <= found[-1][1]:
                found[-1] = (found[-1][0], i + shingles.LENGTH)
            else:
                found.append((i, i + shingles.LENGTH))
    return [" ".join(listed[start:end]) for start, end in found]


SOURCE = "The boats of the harbour leave before dawn, when the tide is high and the multi-\nstakeholder quay is empty."


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Boats of the harbour leave before dawn, when it rains", ["boats of the harbour leave before dawn when"]),
        ("of the harbour leave before dawn when it rains", []),  # seven in a row
        ("They leave BEFORE dawn, when the tide is high and fair", ["leave before dawn when the tide is high and"]),
        ("the tide is high and the multistakeholder quay", ["the tide is high and the multistakeholder quay"]),
        ("the tide is high and the multi-stakeholder quay", ["the tide is high and the multistakeholder quay"]),
        ("The Harbour’s boats leave", []),
    ],
)
def test_eight_words_in_a_row_are_found_and_seven_are_not(said: str, wanted: list[str]) -> None:
    runs = shingles.load(shingles.fingerprint([SOURCE]))
    assert shared(said, runs, []) == wanted


def test_a_name_may_be_repeated_and_breaks_a_run() -> None:
    runs = shingles.load(shingles.fingerprint([SOURCE]))
    said = "the tide is high and the multi-stakeholder quay"
    assert shared(said, runs, allowed("# names\n\nMulti-stakeholder quay\n")) == []


def test_the_fingerprint_is_small_sorted_and_of_the_five_documents() -> None:
    data = FINGERPRINT.read_bytes()
    runs = shingles.load(data)
    assert len(data) < 600_000 and len(data) % shingles.BYTES == 0
    assert len(runs) > 20_000 and b"".join(sorted(runs)) == data
    # The title of one document, which anybody may say: proof that the file is about these sources.
    title = "Multi-stakeholder partnerships on implementing the 2030 Agenda: Improving accountability and transparency"
    assert all(run in runs for _, run in shingles.shingles(title))


def test_no_eight_words_stand_both_in_the_course_and_in_the_sources() -> None:
    runs = shingles.load(FINGERPRINT.read_bytes())
    names = allowed(ALLOWED.read_text(encoding="utf-8"))
    read = list(texts())
    assert len(read) > 1000
    assert [f"{place}: {run}" for place, text in read for run in shared(text, runs, names)] == []

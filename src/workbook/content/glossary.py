"""The terms of the course (course/glossary.yml): data for pages, and terms a lesson uses without a word on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Problem, Problems
from ..fields import Flag, Html, Line, ListOf, MapOf, RecordOf, Text, read, spec
from .course import Content
from .reading import sentences
from .source import read_yaml

GLOSSARY = "course/glossary.yml"
DATA = "course/glossary.json"

ALWAYS_CUES = ("means", "that is", "in other words", "is called")
"""Words that explain any term."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A term in plain words."""

    means: Html = spec(Line(), "What it means, in plain words of ours")
    see: str = spec(Text(), "Where it comes from, or where we explain it")
    term: str = spec(Text(), "The term as it is written (default: its id)", default="")
    forms: tuple[str, ...] = spec(ListOf(Text(), lone=True), "Other forms of it", default=())
    explain: bool = spec(Flag(), "Whether each lesson that uses it has to explain it", default=False)
    cues: tuple[str, ...] = spec(ListOf(Text(), lone=True), "Words that show that it is being explained", default=())


@dataclass(frozen=True, kw_only=True)
class Glossary:
    """All terms by id."""

    terms: Mapping[str, Term] = spec(MapOf(RecordOf(Term), least=1), "Terms by id")

    def written(self, id: str) -> str:
        return self.terms[id].term or id.replace("-", " ")


def read_glossary(root: Path) -> tuple[Glossary | None, Problems]:
    """The glossary with its problems; None when there is no such file or it cannot be used."""
    path = root / GLOSSARY
    if not path.is_file():
        return None, Problems(GLOSSARY)
    source = read_yaml(path, GLOSSARY)
    glossary = read(Glossary, source.node()) if source.data is not None else None
    if not isinstance(glossary, Glossary):
        return None, source.problems
    for id, term in glossary.terms.items():
        if term.explain and not term.cues:
            source.problems.add(("terms", id), "'cues' is missing: which words show that a lesson explains it?")
    return glossary, source.problems


def data(content: Content) -> dict[str, Any] | None:
    """What pages need, in the order of the alphabet: ``{"terms": [{"id", "term", "forms", "means", "see"}]}``."""
    glossary, problems = read_glossary(content.root)
    if glossary is None or problems.found:
        return None
    terms = [
        {"id": id, "term": glossary.written(id), "forms": list(term.forms), "means": term.means, "see": term.see}
        for id, term in glossary.terms.items()
    ]
    return {"terms": sorted(terms, key=lambda term: str(term["term"]).casefold())}


def slips(content: Content) -> list[Problem]:
    """Mistakes in the glossary, and terms that a lesson uses first without explaining them."""
    glossary, problems = read_glossary(content.root)
    if glossary is None or problems.found:
        return list(problems.found)
    found = []
    for lesson in content.lessons.values():
        said = sentences(prose(lesson.text))
        for id, term in glossary.terms.items():
            names = (glossary.written(id), *term.forms)
            if term.explain and not explained(said, names, (*term.cues, *ALWAYS_CUES)):
                line = _line(lesson.text, names)
                message = f"'{glossary.written(id)}' is used without a word on what it is: explain it at its first use"
                found.append(Problem(lesson.file, line, "glossary", message))
    return found


def explained(said: list[str], names: tuple[str, ...], cues: tuple[str, ...]) -> bool:
    """Whether the first sentence with one of ``names`` sets it off, or it or the next has a cue; or none has a name."""
    name = re.compile("|".join(rf"\b{re.escape(n)}\b" for n in names), re.I)
    set_off = re.compile("|".join(rf"\*{re.escape(n)}\*" for n in names), re.I)
    cue = re.compile("|".join(rf"\b{re.escape(c)}\b" for c in cues), re.I)
    first = next((i for i, sentence in enumerate(said) if name.search(sentence)), None)
    if first is None:
        return True
    near = " ".join(said[first : first + 2])
    return bool(set_off.search(said[first]) or cue.search(name.sub(" ", near)))


def prose(text: str) -> str:
    """What a lesson says in sentences, emphasis kept: no front matter, cells, tables, headings or list of sources."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)
    text = re.split(r"^(?:## Sources|\*\*Sources\.\*\*)", text, maxsplit=1, flags=re.M)[0]
    text = re.sub(r"^```.*?^```\n?", "\n", text, flags=re.S | re.M)
    text = re.sub(r"^(\|.*|#.*|:::.*|!\[.*)$", "", text, flags=re.M)
    text = re.sub(r"^\s*([-*>]|\d+\.)\s+", "\n", text, flags=re.M)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def _line(text: str, names: tuple[str, ...]) -> int:
    found = re.search("|".join(rf"\b{re.escape(name)}\b".replace(r"\ ", r"\s+") for name in names), text, re.I)
    return text[: found.start()].count("\n") + 1 if found else 1

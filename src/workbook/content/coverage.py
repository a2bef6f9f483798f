"""What has to be covered (course/coverage.yml), what is covered, by which exercise, how, and who marks it.

Exercises and lessons name rows in their ``covers``. Only an exercise covers a row: a lesson alone tells of it, and
telling is enough for optional rows only. ``course/covered.txt`` remembers each row that was ever covered; what is
lost is a problem, and a row is given up by taking its line out of that file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..errors import Path as Place
from ..errors import Problem, Problems, near
from ..fields import Either, Flag, ListOf, MapOf, Name, Pattern, RecordOf, Text, read, spec
from ..model import Exercise
from .course import Content
from .source import read_yaml

REGISTRY = "course/coverage.yml"
BASELINE = "course/covered.txt"
PAGE = "docs/coverage.md"

ID = Pattern(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9.()-]*", "task:1.4(1)(a)")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing to cover."""

    label: str = spec(Text(), "What it is, in our words")
    optional: bool = spec(Flag(), "Of low value: for the lesson on reading sources with care", default=False)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows of one sort."""

    id: str = spec(Name(), "Name of the group")
    title: str = spec(Text(), "Title")
    see: str = spec(Text(), "The documents behind it")
    rows: Mapping[str, Row | str] = spec(
        MapOf(Either((Text(), RecordOf(Row)), "a label, or a label with 'optional'"), least=1, keys=ID), "Rows by id"
    )

    def row(self, id: str) -> Row:
        held = self.rows[id]
        return held if isinstance(held, Row) else Row(label=held)


@dataclass(frozen=True, kw_only=True)
class Registry:
    """All rows in groups, and other names for some of them."""

    groups: tuple[Group, ...] = spec(ListOf(RecordOf(Group), least=1), "Groups in order")
    aliases: Mapping[str, tuple[str, ...]] = spec(
        MapOf(ListOf(ID, least=1), keys=Text()), "Other names, each with the rows it stands for", default={}
    )

    @cached_property
    def rows(self) -> dict[str, Row]:
        return {id: group.row(id) for group in self.groups for id in group.rows}

    def meant(self, name: str) -> tuple[str, ...]:
        """The rows a ``covers`` entry stands for; none when it is unknown."""
        return self.aliases.get(name, (name,) if name in self.rows else ())


@dataclass
class Coverage:
    """Rows to the exercises that practise them and to the lessons that tell of them."""

    registry: Registry
    exercises: dict[str, list[Exercise]] = field(default_factory=dict)
    lessons: dict[str, list[str]] = field(default_factory=dict)

    def parts(self, id: str) -> list[str]:
        """The rows that a row is made of: ``task:1.4(1)(a)`` is a part of ``task:1.4(1)`` and of ``task:1.4``."""
        rows = self.registry.rows
        return [other for other in rows if other.startswith(f"{id}(") and not rows[other].optional]

    def covered(self, id: str) -> bool:
        if self.exercises.get(id):
            return True
        if self.registry.rows[id].optional and self.lessons.get(id):
            return True
        parts = self.parts(id)
        return bool(parts) and all(self.exercises.get(part) or self.parts(part) for part in parts)

    def missing(self) -> list[str]:
        return [id for id in self.registry.rows if not self.covered(id)]


def read_registry(root: Path) -> tuple[Registry | None, Problems]:
    """The registry with its problems; None when there is no such file or it cannot be used."""
    path = root / REGISTRY
    if not path.is_file():
        return None, Problems(REGISTRY)
    source = read_yaml(path, REGISTRY)
    registry = read(Registry, source.node()) if source.data is not None else None
    if not isinstance(registry, Registry):
        return None, source.problems
    seen: set[str] = set()
    for i, group in enumerate(registry.groups):
        for id in group.rows:
            if id in seen:
                source.problems.add(("groups", i, "rows", id), f"'{id}' stands in two groups")
            seen.add(id)
    for name, meant in registry.aliases.items():
        for k, id in enumerate(meant):
            if id not in seen:
                source.problems.add(("aliases", name, k), f"there is no row '{id}'.{near(id, seen)}")
        if name in seen:
            source.problems.add(("aliases", name), f"'{name}' is a row already")
    return registry, source.problems


def coverage(content: Content, registry: Registry) -> Coverage:
    """Who covers what, exercises in the order of the course."""
    found = Coverage(registry)
    for exercise in content.in_order() if content.course else ():
        for id in dict.fromkeys(id for name in exercise.covers for id in registry.meant(name)):
            found.exercises.setdefault(id, []).append(exercise)
    for unit, lesson in content.course.lessons() if content.course else ():
        for id in dict.fromkeys(id for name in lesson.covers for id in registry.meant(name)):
            found.lessons.setdefault(id, []).append(f"{unit.id}/{lesson.id}")
    return found


def slips(content: Content) -> list[Problem]:
    """Mistakes in the registry, names in ``covers`` that it does not have, and rows that were covered once."""
    registry, problems = read_registry(content.root)
    if registry is None or problems.found:
        return list(problems.found)
    before = len(content.problems)
    known = [*registry.rows, *registry.aliases]
    for id, place, name in _named(content):
        if not registry.meant(name):
            content.wrong(id, place, f"'{name}' is not in {REGISTRY}.{near(name, known)}")
    found = content.problems[before:]
    del content.problems[before:]
    return found + lost(content, registry)


def _named(content: Content) -> Iterator[tuple[str, Place, str]]:
    for id, exercise in content.exercises.items():
        for k, name in enumerate(exercise.covers):
            yield id, ("covers", k), name
    for i, unit in enumerate(content.course.units if content.course else ()):
        for j, lesson in enumerate(unit.lessons):
            for k, name in enumerate(lesson.covers):
                yield "course.yml", ("units", i, "lessons", j, "covers", k), name


def remembered(root: Path) -> list[str]:
    """The rows of ``course/covered.txt``."""
    path = root / BASELINE
    return path.read_text(encoding="utf-8").split() if path.is_file() else []


def lost(content: Content, registry: Registry) -> list[Problem]:
    """Rows that were covered once and are not any more."""
    now = coverage(content, registry)
    found = []
    for number, id in enumerate(remembered(content.root), 1):
        if id not in registry.rows or not now.covered(id):
            message = f"'{id}' was covered and is not any more: cover it again, or take this line out on purpose"
            found.append(Problem(BASELINE, number, "covers", message))
    return found


def files(content: Content) -> dict[str, str]:
    """The derived files by path: the page of the docs, and what is to be remembered."""
    registry, problems = read_registry(content.root)
    if registry is None or problems.found:
        return {}
    found = coverage(content, registry)
    once = set(remembered(content.root))
    kept = [id for id in registry.rows if id in once or found.covered(id)]
    kept += sorted(once - set(registry.rows))
    return {BASELINE: "".join(f"{id}\n" for id in kept), PAGE: page(found)}


def kinds(exercise: Exercise) -> str:
    """How an exercise practises: its kinds of question and its purpose."""
    return f"{', '.join(dict.fromkeys(q.kind for q in exercise.questions))} ({exercise.purpose})"


def markers(exercise: Exercise) -> str:
    """Who says whether an answer is good."""
    found = []
    for question in exercise.questions:
        if question.key is not None:
            found.append("key")
        elif question.rubric:
            found.append("trainer" if exercise.purpose in ("marked", "test") else "own eyes, beside a model")
        elif getattr(question.ask, "checks", ()):
            found.append("checks")
    return ", ".join(dict.fromkeys(found)) or "nobody"


def counted(found: Coverage) -> list[tuple[str, int, int]]:
    """Title, covered and all rows of each group (tasks and their requirements apart), optional rows last."""
    counts: list[tuple[str, int, int]] = []
    optional: list[str] = []
    for group in found.registry.groups:
        rows = [id for id in group.rows if not group.row(id).optional]
        optional += [id for id in group.rows if group.row(id).optional]
        heads = [id for id in rows if "(" not in id]
        requirements = [id for id in rows if "(" in id]
        counts.append((group.title, sum(map(found.covered, heads)), len(heads)))
        if requirements:
            counts.append((f"{group.title}: parts", sum(map(found.covered, requirements)), len(requirements)))
    if optional:
        counts.append(("Optional rows", sum(map(found.covered, optional)), len(optional)))
    return counts


def lines(found: Coverage, *, only_missing: bool = False) -> list[str]:
    """The report for a terminal."""
    told = []
    for group in found.registry.groups:
        rows = [id for id in group.rows if not only_missing or not found.covered(id)]
        if rows:
            told += ["", group.title]
        for id in rows:
            row = group.row(id)
            told.append(f"  {id}  {row.label}" + (" (optional)" if row.optional else ""))
            if not only_missing:
                told += [f"      {where}" for where in _where(found, id)]
    told.append("")
    told += [f"{have:4} of {all:4}  {title}" for title, have, all in counted(found)]
    return told[1:] if told[0] == "" else told


def _where(found: Coverage, id: str) -> list[str]:
    told = [
        f"{exercise.lesson}: {exercise.id} – {kinds(exercise)} – {markers(exercise)}"
        for exercise in found.exercises.get(id, ())
    ]
    if not told and found.covered(id) and not found.lessons.get(id):
        told.append("by its parts")
    told += [f"{lesson}: told" for lesson in found.lessons.get(id, ())]
    return told or ["not covered"]


def page(found: Coverage) -> str:
    """``docs/coverage.md``: the counts, then each group as a table."""
    text = ["# What the course covers", ""]
    text += ["Written by `workbook build` from `course/coverage.yml` and from `covers` of exercises and lessons.", ""]
    text += ["| | Covered | Of |", "| --- | ---: | ---: |"]
    text += [f"| {title} | {have} | {all} |" for title, have, all in counted(found)]
    for group in found.registry.groups:
        text += ["", f"## {group.title}", "", f"See: {group.see}.", ""]
        text += ["| Id | What | Where | How | Who marks |", "| --- | --- | --- | --- | --- |"]
        for id in group.rows:
            text.append("| " + " | ".join(_cells(found, group.row(id), id)) + " |")
    return "\n".join(text) + "\n"


def _cells(found: Coverage, row: Row, id: str) -> tuple[str, ...]:
    label = row.label + (" (optional)" if row.optional else "")
    exercises = found.exercises.get(id, [])
    if not exercises:
        return f"`{id}`", label, "<br>".join(_where(found, id)), "", ""
    where = [f"{exercise.lesson}: {exercise.id.split('/')[1]}" for exercise in exercises]
    where += [f"{lesson}: told" for lesson in found.lessons.get(id, ())]
    how, who = [kinds(e) for e in exercises], [markers(e) for e in exercises]
    return f"`{id}`", label, "<br>".join(where), "<br>".join(how), "<br>".join(who)

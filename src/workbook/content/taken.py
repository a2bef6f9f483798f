"""Questions that are written in one exercise and taken over by others: ``{same: unit/exercise/question}``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ..errors import Problems, near
from ..fields import NOTHING, Node
from ..kinds import BY_NAME
from ..model import ANSWER, EXERCISE, Question
from .exercise import read_question
from .source import Source, read_yaml

OPENNESS: Final[Mapping[str, int]] = {"test": 0, "marked": 1, "plan": 1, "survey": 1, "practice": 2}
"""How soon learners may see the keys of an exercise, by its purpose: never, after hand-in, at once."""


class Circle(Exception):
    """Questions that are taken over from each other, so that they are written nowhere."""


@dataclass(frozen=True)
class Written:
    """A question where it is written: its place in that file, its id, and its exercise."""

    node: Node
    id: str
    exercise: str


class Library:
    """The exercise files of a checkout, each read once, when it is asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.paths = {f"{p.parent.name}/{p.stem}": p for p in sorted((root / "solutions").glob("*/*.yml"))}
        self.source = cache(self._source)

    def _source(self, id: str) -> Source:
        path = self.paths[id]
        return read_yaml(path, path.relative_to(self.root).as_posix())

    def take(self, node: Node, exercise: str, purpose: Any) -> list[Any]:
        """The questions that a node of ``exercise`` stands for: ``{same: …}`` for one, ``unit/exercise`` for all.

        ``NOTHING`` stands in their place after a mistake was reported.
        """
        whole = not isinstance(node.data, Mapping)
        if not whole:
            beside = [key for key in node.data if key != "same"]
            for key in beside:
                node.at(key).wrong("cannot stand beside 'same': the question is taken over as it is written there")
            if beside:
                return [NOTHING]
            node = node.at("same")
        reference = (EXERCISE if whole else ANSWER).read(node)
        if reference is NOTHING:
            return [NOTHING]
        written = self._written(node, reference if whole else reference.rpartition("/")[0], reference, exercise)
        return [self._read(one, node, exercise, purpose) for one in written] or [NOTHING]

    def _written(self, node: Node, id: str, reference: str, exercise: str) -> list[Written]:
        """The questions that a reference means; none after a mistake was reported."""
        if id == exercise:
            node.wrong("names this exercise itself")
            return []
        if id not in self.paths:
            node.wrong(f"there is no exercise '{id}'.{near(id, self.paths)}")
            return []
        try:
            found = list(self._all(id)) if id == reference else [one for one in [self._one(reference)] if one]
        except Circle:
            node.wrong("goes round in a circle: these exercises take the question over from each other")
            return []
        if not found:
            name = reference.rpartition("/")[2]
            asked = near(name, self._names(id)) if id != reference else ""
            node.wrong(f"'{id}' has no question{f' {name!r}.{asked}' if id != reference else 's'}")
        return found

    def _listed(self, id: str) -> Any:
        data = self.source(id).data
        return data.get("questions") if isinstance(data, Mapping) else None

    def _entries(self, id: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        listed = self._listed(id)
        for i, entry in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(entry, Mapping):
                yield i, entry

    def _names(self, id: str) -> list[str]:
        return [str(entry.get("id") or str(entry.get("same")).rpartition("/")[2]) for _i, entry in self._entries(id)]

    def _all(self, id: str, trail: tuple[str, ...] = ()) -> Iterator[Written]:
        """Every question of an exercise; entries that mean nothing are told in its own file."""
        if id in trail:
            raise Circle
        listed = self._listed(id)
        if isinstance(listed, str) and listed in self.paths:
            yield from self._all(listed, (*trail, id))
        for i, entry in self._entries(id):
            if "same" in entry:
                one = self._one(entry["same"])
                if one is not None:
                    yield one
            elif isinstance(entry.get("id"), str):
                yield self._here(id, i, entry["id"])

    def _one(self, reference: Any, trail: tuple[Any, ...] = ()) -> Written | None:
        """One question, through others that take it over; None if there is none such."""
        if reference in trail:
            raise Circle
        id, _slash, name = str(reference).rpartition("/")
        if id not in self.paths:
            return None
        for i, entry in self._entries(id):
            if entry.get("id") == name:
                return self._here(id, i, name)
            if str(entry.get("same")).rpartition("/")[2] == name:
                return self._one(entry["same"], (*trail, reference))
        listed = self._listed(id)
        return self._one(f"{listed}/{name}", (*trail, reference)) if isinstance(listed, str) else None

    def _here(self, id: str, i: int, name: str) -> Written:
        # Mistakes in it are told where its own exercise is read.
        whole = dataclasses.replace(self.source(id).node(), problems=Problems(""))
        return Written(whole.at("questions").at(i), name, id)

    def _read(self, written: Written, node: Node, exercise: str, purpose: Any) -> Any:
        question = read_question(written.node, written.exercise)
        if not isinstance(question, Question):
            node.wrong(f"'{written.id}' has mistakes where it is written, in {written.exercise}")
            return NOTHING
        at_home = str((self.source(written.exercise).data or {}).get("purpose"))
        private = question.key is not None or question.rubric or question.model
        if private and OPENNESS.get(str(purpose), 0) > OPENNESS.get(at_home, 2):
            node.wrong(f"its key is kept longer where it is written ({at_home}) than here ({purpose})")
            return NOTHING
        kind = BY_NAME[question.kind]
        own = getattr(question.ask, "own", None)
        if own is not None and any(map(own, kind.refers(question.ask))):
            node.wrong("is a worksheet that refers to its own rows: it can stand only where it is written")
            return NOTHING
        ask = kind.placed(question.ask, f"{exercise}/{question.id}")
        return dataclasses.replace(question, ask=ask, taken=f"{written.exercise}/{written.id}")

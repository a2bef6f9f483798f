"""What a kind of question is: the contract that every folder in ``kinds/`` keeps.

A kind knows its fields (``Ask`` for learners, ``Key`` for trainers), how to read what was filled in, and what share of
the points an answer earns. It knows no points, files, widgets or languages. Its HTML stands beside it in ``html.py``.

An answer has one form everywhere (form, plain page, file, gradebook): the *value*, plain JSON data with ids, never
positions. ``None`` is no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from ..errors import WorkbookError, near
from ..fields import Node
from ..model import Marked

A = TypeVar("A")
K = TypeVar("K")
Value = Any
Entries = Mapping[str, Sequence[str]]
"""What a browser sends for one question: field name without the question's id ('' for the whole) to its values."""


class Malformed(WorkbookError):
    """A value that is no answer to this question; the text tells the learner what to do."""

    def __init__(self, message: str, part: str = "") -> None:
        """``part``: the control it is about, as its name goes on after the question's id (empty for the whole)."""
        self.part = part
        super().__init__(message)


@dataclass(frozen=True)
class Samples:
    """Answers a kind makes for any of its questions, so that one test can try them all.

    ``right`` and ``wrong`` are values as stored: complete answers that earn all points (without a key: any complete
    answer), and answers that earn less or are incomplete. ``typed`` pairs other ways to write an answer with the value
    that is stored for each. ``malformed`` is refused.
    """

    right: Sequence[Value]
    wrong: Sequence[Value] = ()
    malformed: Sequence[Any] = ()
    typed: Sequence[tuple[Any, Value]] = ()


@dataclass(frozen=True)
class Place:
    """Where a question is drawn: names and ids for its controls, and what the surface can do.

    ``mode``: ``form`` (script at hand), ``plain`` (no script), ``paper`` (print; nothing to click).
    ``choices``: for worksheets, the rows that a ``ref`` column may name: ``unit/exercise.column`` to {row id: label}.
    """

    name: str
    id: str
    mode: str = "form"
    described: str = ""
    required: bool = True
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def every(entries: Entries, name: str = "") -> list[str]:
    """All values sent under ``name``; none for what is no list of texts."""
    sent = entries.get(name) or ()
    return [value for value in sent if isinstance(value, str)] if isinstance(sent, (list, tuple)) else []


def first(entries: Entries, name: str = "") -> str:
    """The first value sent under ``name``, or ''."""
    return next(iter(every(entries, name)), "")


def must_be(node: Node, ids: Iterable[str], known: Iterable[str], what: str) -> None:
    """Report each of ``ids`` that is not ``known``; ``node`` holds them, as a list or as the names of its fields."""
    known = list(known)
    listed = isinstance(node.data, list)
    for place, id in enumerate(ids):
        if id not in known:
            node.at(place if listed else id).wrong(f"is not {what} of this question.{near(id, known)}")


def must_have(node: Node, ids: Iterable[str], known: Iterable[str], what: str) -> None:
    """Report to ``node`` which of ``known`` are not among ``ids``."""
    ids = list(ids)
    left_out = [id for id in known if id not in ids]
    if left_out:
        node.wrong(f"leaves out {what} {', '.join(left_out)}")


class Kind(Generic[A, K]):
    """Base of all kinds. ``key_type`` is None for a kind that only a person can mark."""

    name: ClassVar[str]
    summary: ClassVar[str]
    ask_type: ClassVar[type]
    key_type: ClassVar[type | None] = None

    def placed(self, ask: A, address: str) -> A:
        """``ask`` for a question at ``unit/exercise/question``, where a kind needs to know its place."""
        return ask

    def verify(self, ask: A, key: K | None, node: Node) -> None:
        """Report to ``node`` (the question) what the fields alone cannot show, such as a key that is no option."""

    def refers(self, ask: A) -> Iterable[str]:
        """The columns of other worksheets that this question needs (``unit/exercise.column``)."""
        return ()

    def gather(self, ask: A, entries: Entries) -> Any:
        """The raw value in what a browser sent; ``parse`` has the last word on it."""
        raise NotImplementedError

    def parse(self, ask: A, raw: Any) -> Value:
        """The value in ``raw`` (from a browser or an answers file), None for no answer. Raises :class:`Malformed`."""
        raise NotImplementedError

    def mend(self, ask: A, raw: Any) -> tuple[Value, list[str]]:
        """Like :meth:`parse`, for answers older than the content: parts that cannot be used are left out, and said."""
        return self.parse(ask, raw), []

    def complete(self, ask: A, value: Value) -> bool:
        """Whether nothing is left open in ``value``."""
        return value is not None

    def mark(self, ask: A, key: K, value: Value) -> Marked:
        """The share of the points that ``value`` (parsed, not None) earns, and the feedback to show."""
        raise NotImplementedError

    def readable(self, ask: A, value: Value) -> str:
        """``value`` in words, for a person who marks (plain text, a line for each part)."""
        raise NotImplementedError

    def samples(self, ask: A, key: K | None) -> Samples:
        """Right, wrong and malformed answers to this question."""
        raise NotImplementedError

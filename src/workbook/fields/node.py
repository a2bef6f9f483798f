"""What every field is made of: a piece of a file with its place, and what a type does with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any, Final

from ..errors import Path, Problems

Html = str
"""Text with markup, already rendered and safe to put into a page."""

IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
NOTHING: Final = object()


@dataclass(frozen=True)
class Node:
    """A piece of a content file: its data, where it stands, and who hears of mistakes.

    ``prose`` and ``line`` turn an author's Markdown into HTML; a released file holds HTML already and passes ``None``.
    """

    data: Any
    path: Path
    problems: Problems
    prose: Callable[[str], Html] | None = None
    line: Callable[[str], Html] | None = None

    def at(self, key: str | int) -> Node:
        return Node(self.data[key], (*self.path, key), self.problems, self.prose, self.line)

    def wrong(self, message: str) -> None:
        self.problems.add(self.path, message)


class Type:
    """What a field may hold. ``read`` reports to the node and returns ``NOTHING`` for what cannot be used."""

    def read(self, node: Node) -> Any:
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def release(self, value: Any, *, private: bool) -> Any:
        """``value`` as plain data; trainers' fields only when ``private``."""
        return value


def found(data: Any) -> str:
    """What stands there, in words for a message."""
    if data is None:
        return "nothing"
    if isinstance(data, bool):
        return f"'{str(data).lower()}'"
    if isinstance(data, Mapping):
        return "a group of fields"
    return "a list" if isinstance(data, list) else f"'{data}'"


@lru_cache(4096)
def plain(html: Html) -> str:
    """HTML as plain words, for readable text and for counting."""
    text = re.sub(r"</(p|li|h\d|tr|div)>|<br ?/?>", "\n", html)
    return unescape(re.sub(r"<[^>]+>", "", text)).strip()

"""Types that hold one thing: words, ids, numbers, flags."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ..errors import near
from .node import IDENTIFIER, NOTHING, Node, Type, found


@dataclass(frozen=True)
class Text(Type):
    """Plain words on one or more lines, without markup."""

    def read(self, node: Node) -> Any:
        if isinstance(node.data, (int, float)) and not isinstance(node.data, bool):
            return str(node.data)
        if not isinstance(node.data, str) or not node.data.strip():
            node.wrong(f"needs some text, found {found(node.data)}")
            return NOTHING
        return node.data.strip()

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number"]}


@dataclass(frozen=True)
class Prose(Text):
    """Paragraphs in Markdown."""

    def read(self, node: Node) -> Any:
        text = super().read(node)
        return text if text is NOTHING or node.prose is None else node.prose(text)


@dataclass(frozen=True)
class Line(Text):
    """One line in Markdown: bold, emphasis, links."""

    def read(self, node: Node) -> Any:
        text = super().read(node)
        return text if text is NOTHING or node.line is None else node.line(text)


@dataclass(frozen=True)
class Name(Type):
    """An id: small letters, digits and hyphens. Ids are never translated and never shown."""

    def read(self, node: Node) -> Any:
        if not isinstance(node.data, str) or not IDENTIFIER.fullmatch(node.data):
            node.wrong(
                f"an id has small letters, digits and single hyphens, like 'first-meeting'; found {found(node.data)}"
            )
            return NOTHING
        return node.data

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"}


@dataclass(frozen=True)
class Pattern(Type):
    """Text of one shape, such as ``unit/exercise``."""

    pattern: str
    like: str

    def read(self, node: Node) -> Any:
        if not isinstance(node.data, str) or not re.fullmatch(self.pattern, node.data):
            node.wrong(f"must look like {self.like}, found {found(node.data)}")
            return NOTHING
        return node.data

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^({self.pattern})$"}


@dataclass(frozen=True)
class Number(Type):
    """A number, whole if ``whole``, not under ``least`` nor over ``most``."""

    least: float | None = None
    most: float | None = None
    whole: bool = False

    def read(self, node: Node) -> Any:
        value = node.data
        right = isinstance(value, int) or (not self.whole and isinstance(value, float) and math.isfinite(value))
        if not right or isinstance(value, bool):
            node.wrong(f"needs a {'whole ' if self.whole else ''}number, found {found(value)}")
            return NOTHING
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            least = f"at least {self.least:g}" if self.least is not None else ""
            most = f"at most {self.most:g}" if self.most is not None else ""
            node.wrong(f"must be {' and '.join(filter(None, (least, most)))}, found {value}")
            return NOTHING
        return value

    def schema(self) -> dict[str, Any]:
        limits = {"minimum": self.least, "maximum": self.most}
        return {"type": "integer" if self.whole else "number"} | {k: v for k, v in limits.items() if v is not None}


@dataclass(frozen=True)
class Flag(Type):
    """``true`` or ``false``."""

    def read(self, node: Node) -> Any:
        if not isinstance(node.data, bool):
            node.wrong(f"must be true or false, found {found(node.data)}")
            return NOTHING
        return node.data

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class OneOf(Type):
    """One of a few known words."""

    words: tuple[str, ...]

    def read(self, node: Node) -> Any:
        if node.data not in self.words:
            known = ", ".join(self.words)
            node.wrong(f"must be one of {known}; found {found(node.data)}.{near(str(node.data), self.words)}")
            return NOTHING
        return node.data

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}

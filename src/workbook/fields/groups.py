"""Types that hold several things: lists, and fields that the author names."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import Problems
from .node import NOTHING, Node, Type, found
from .scalars import Name


@dataclass(frozen=True)
class ListOf(Type):
    """A list; at least ``least`` entries. A single entry may stand without the list when ``lone``."""

    of: Type
    least: int = 0
    lone: bool = False

    def read(self, node: Node) -> Any:
        data = node.data
        if self.lone and data is not None and not isinstance(data, list):
            value = self.of.read(node)
            return NOTHING if value is NOTHING else (value,)
        if not isinstance(data, list):
            node.wrong(f"needs a list, found {found(data)}")
            return NOTHING
        if len(data) < self.least:
            node.wrong(f"needs at least {self.least} entries, found {len(data)}")
        values = [self.of.read(node.at(i)) for i in range(len(data))]
        return tuple(v for v in values if v is not NOTHING)

    def schema(self) -> dict[str, Any]:
        whole = {"type": "array", "items": self.of.schema(), "minItems": self.least}
        return {"anyOf": [self.of.schema(), whole]} if self.lone else whole

    def release(self, value: Any, *, private: bool) -> Any:
        return [self.of.release(v, private=private) for v in value]


@dataclass(frozen=True)
class MapOf(Type):
    """Fields named by the author: ids (or, with ``keys``, words of another type) to values of one type."""

    of: Type
    least: int = 0
    keys: Type = field(default_factory=Name)

    def read(self, node: Node) -> Any:
        if not isinstance(node.data, Mapping):
            node.wrong(f"needs fields of the form 'id: value', found {found(node.data)}")
            return NOTHING
        if len(node.data) < self.least:
            node.wrong(f"needs at least {self.least} entries, found {len(node.data)}")
        values = {}
        for key in node.data:
            inner = node.at(key)
            name = self.keys.read(dataclasses.replace(inner, data=key))
            value = self.of.read(inner)
            if name is not NOTHING and value is not NOTHING:
                values[name] = value
        return values

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": self.of.schema(),
            "minProperties": self.least,
            "propertyNames": self.keys.schema(),
        }

    def release(self, value: Any, *, private: bool) -> Any:
        return {k: self.of.release(v, private=private) for k, v in value.items()}


@dataclass(frozen=True)
class Either(Type):
    """Any of several types; the first that fits without a mistake is taken."""

    of: tuple[Type, ...]
    like: str

    def read(self, node: Node) -> Any:
        for kind in self.of:
            trial = dataclasses.replace(node, problems=Problems(""))
            value = kind.read(trial)
            if value is not NOTHING and not trial.problems.found:
                return value
        node.wrong(f"must be {self.like}, found {found(node.data)}")
        return NOTHING

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [kind.schema() for kind in self.of]}

    def release(self, value: Any, *, private: bool) -> Any:
        return list(value) if isinstance(value, tuple) else value

"""Nouns: frozen dataclasses whose fields are declared with :func:`spec`, read, released and described from that."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..errors import near
from .node import NOTHING, Node, Type, found
from .scalars import OneOf

_SPEC: Final = "workbook"


@dataclass(frozen=True)
class Spec:
    """What is known of one field."""

    name: str
    type: Type
    help: str
    default: Any
    trainer: bool
    attribute: str

    @property
    def required(self) -> bool:
        return self.default is dataclasses.MISSING


def spec(type: Type, help: str, *, default: Any = dataclasses.MISSING, name: str = "", trainer: bool = False) -> Any:
    """Declare a field of a noun: its type, its line in the docs, its default, and whether only trainers may see it."""
    known = {"type": type, "help": help, "name": name, "trainer": trainer}
    if isinstance(default, (dict, list)):
        return field(default_factory=default.copy, metadata={_SPEC: known})
    return field(default=default, metadata={_SPEC: known})


_NOUNS: Final[dict[type, tuple[Spec, ...]]] = {}


def specs(noun: type) -> tuple[Spec, ...]:
    """The declared fields of ``noun``, in order; a Python name ``own_plan`` is written ``own-plan`` in files."""
    if noun not in _NOUNS:
        _NOUNS[noun] = tuple(_declared(noun))
    return _NOUNS[noun]


def _declared(noun: type) -> Iterator[Spec]:
    for f in dataclasses.fields(noun):
        known = f.metadata.get(_SPEC)
        if known:
            default = f.default if f.default_factory is dataclasses.MISSING else f.default_factory()
            name = known["name"] or f.name.replace("_", "-")
            yield Spec(name, known["type"], known["help"], default, known["trainer"], f.name)


def read_fields(noun: type, node: Node) -> dict[str, Any]:
    """The values of ``noun``'s fields found in a mapping node, by attribute; ``NOTHING`` where one cannot be used."""
    values: dict[str, Any] = {}
    for s in specs(noun):
        if s.name in node.data:
            values[s.attribute] = s.type.read(node.at(s.name))
        elif s.required:
            node.wrong(f"'{s.name}' is missing: {s.help}")
            values[s.attribute] = NOTHING
    return values


def unknown_fields(node: Node, known: list[str]) -> None:
    """Report every field of a mapping node that is not among ``known``, with a near match."""
    for key in node.data:
        if key not in known:
            node.at(key).wrong(f"is not a field here.{near(str(key), known) or ' Known: ' + ', '.join(known) + '.'}")


def read(noun: type, node: Node, also: tuple[str, ...] = ()) -> Any:
    """A noun from a node, or ``NOTHING`` after every mistake in it was reported. ``also``: fields read elsewhere."""
    if not isinstance(node.data, Mapping):
        node.wrong(f"needs a group of fields, found {found(node.data)}")
        return NOTHING
    unknown_fields(node, [s.name for s in specs(noun)] + list(also))
    values = read_fields(noun, node)
    if any(v is NOTHING for v in values.values()):
        return NOTHING
    return noun(**values)


def release(value: Any, *, private: bool) -> dict[str, Any]:
    """A noun as plain data: the fields for learners, and the trainers' too if ``private``. Defaults are left out."""
    data = {}
    for s in specs(type(value)):
        held = getattr(value, s.attribute)
        if (s.trainer and not private) or held is None or (not s.required and held == s.default):
            continue
        data[s.name] = s.type.release(held, private=private)
    return data


def schema(noun: type) -> dict[str, Any]:
    """JSON Schema of a noun, with the help texts as descriptions."""
    properties = {s.name: {**s.type.schema(), "description": s.help} for s in specs(noun)}
    required = [s.name for s in specs(noun) if s.required]
    return {"type": "object", "properties": properties, "required": required}


@dataclass(frozen=True)
class RecordOf(Type):
    """A noun: a dataclass declared with :func:`spec`."""

    noun: type

    def read(self, node: Node) -> Any:
        return read(self.noun, node)

    def schema(self) -> dict[str, Any]:
        return schema(self.noun)

    def release(self, value: Any, *, private: bool) -> Any:
        return release(value, private=private)


@dataclass(frozen=True)
class Tagged(Type):
    """One of several nouns, told apart by the word under ``tag``."""

    tag: str
    nouns: Mapping[str, type]

    def read(self, node: Node) -> Any:
        if not isinstance(node.data, Mapping):
            node.wrong(f"needs a group of fields with '{self.tag}', found {found(node.data)}")
            return NOTHING
        if self.tag not in node.data:
            node.wrong(f"'{self.tag}' is missing: one of {', '.join(self.nouns)}")
            return NOTHING
        word = OneOf(tuple(self.nouns)).read(node.at(self.tag))
        return NOTHING if word is NOTHING else read(self.nouns[word], node, also=(self.tag,))

    def schema(self) -> dict[str, Any]:
        branches = []
        for word, noun in self.nouns.items():
            branch = schema(noun)
            branch["properties"] = {self.tag: {"const": word}, **branch["properties"]}
            branches.append({"if": {"properties": {self.tag: {"const": word}}, "required": [self.tag]}, "then": branch})
        return {
            "type": "object",
            "required": [self.tag],
            "properties": {self.tag: {"enum": list(self.nouns)}},
            "allOf": branches,
        }

    def release(self, value: Any, *, private: bool) -> Any:
        word = next(word for word, noun in self.nouns.items() if noun is type(value))
        return {self.tag: word, **release(value, private=private)}

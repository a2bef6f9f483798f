"""The exercise file, field by field: one declaration reads it, checks it, releases it and describes it.

A noun is a frozen dataclass whose fields are made by :func:`spec`. From that one declaration come the reader (every
mistake is reported, never the first only), the learner's version (an allow-list: what is not marked for learners is
not written), the JSON Schema for editors and the reference in the docs.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from .errors import Path, Problems, near

Html = str
"""Text with markup, already rendered and safe to put into a page."""

IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
NOTHING: Final = object()
_SPEC: Final = "workbook"


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
        return dataclasses.replace(self, data=self.data[key], path=(*self.path, key))

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


def _found(data: Any) -> str:
    if data is None:
        return "nothing"
    if isinstance(data, bool):
        return f"'{str(data).lower()}'"
    if isinstance(data, Mapping):
        return "a group of fields"
    return "a list" if isinstance(data, list) else f"'{data}'"


@dataclass(frozen=True)
class Text(Type):
    """Plain words on one or more lines, without markup."""

    def read(self, node: Node) -> Any:
        if isinstance(node.data, (int, float)) and not isinstance(node.data, bool):
            return str(node.data)
        if not isinstance(node.data, str) or not node.data.strip():
            node.wrong(f"needs some text, found {_found(node.data)}")
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
                f"an id has small letters, digits and single hyphens, like 'first-meeting'; found {_found(node.data)}"
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
            node.wrong(f"must look like {self.like}, found {_found(node.data)}")
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
            node.wrong(f"needs a {'whole ' if self.whole else ''}number, found {_found(value)}")
            return NOTHING
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            node.wrong(f"must lie between {self.least} and {self.most}, found {value}")
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
            node.wrong(f"must be true or false, found {_found(node.data)}")
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
            node.wrong(f"must be one of {known}; found {_found(node.data)}.{near(str(node.data), self.words)}")
            return NOTHING
        return node.data

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


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
            node.wrong(f"needs a list, found {_found(data)}")
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
            node.wrong(f"needs fields of the form 'id: value', found {_found(node.data)}")
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
        node.wrong(f"must be {self.like}, found {_found(node.data)}")
        return NOTHING

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [kind.schema() for kind in self.of]}

    def release(self, value: Any, *, private: bool) -> Any:
        return list(value) if isinstance(value, tuple) else value


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
            node.wrong(f"needs a group of fields with '{self.tag}', found {_found(node.data)}")
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


@dataclass(frozen=True)
class Spec:
    """What is known of one field."""

    name: str
    type: Type
    help: str
    default: Any
    trainer: bool

    @property
    def required(self) -> bool:
        return self.default is dataclasses.MISSING


def spec(type: Type, help: str, *, default: Any = dataclasses.MISSING, name: str = "", trainer: bool = False) -> Any:
    """Declare a field of a noun: its type, its line in the docs, its default, and whether only trainers may see it."""
    known = {"type": type, "help": help, "name": name, "trainer": trainer}
    if isinstance(default, (dict, list)):
        return field(default_factory=default.copy, metadata={_SPEC: known})
    return field(default=default, metadata={_SPEC: known})


def specs(noun: type) -> list[Spec]:
    """The declared fields of ``noun``, in order; a Python name ``own_plan`` is written ``own-plan`` in files."""
    found = []
    for f in dataclasses.fields(noun):
        known = f.metadata.get(_SPEC)
        if known:
            default = f.default if f.default_factory is dataclasses.MISSING else f.default_factory()
            found.append(
                Spec(known["name"] or f.name.replace("_", "-"), known["type"], known["help"], default, known["trainer"])
            )
    return found


def _attribute(noun: type, s: Spec) -> str:
    for f in dataclasses.fields(noun):
        if f.metadata and (f.metadata[_SPEC]["name"] or f.name.replace("_", "-")) == s.name:
            return f.name
    raise KeyError(s.name)


def read_fields(noun: type, node: Node) -> dict[str, Any]:
    """The values of ``noun``'s fields found in a mapping node, by attribute; ``NOTHING`` where one cannot be used."""
    values: dict[str, Any] = {}
    for s in specs(noun):
        if s.name in node.data:
            values[_attribute(noun, s)] = s.type.read(node.at(s.name))
        elif s.required:
            node.wrong(f"'{s.name}' is missing: {s.help}")
            values[_attribute(noun, s)] = NOTHING
    return values


def unknown_fields(node: Node, known: list[str]) -> None:
    """Report every field of a mapping node that is not among ``known``, with a near match."""
    for key in node.data:
        if key not in known:
            node.at(key).wrong(f"is not a field here.{near(str(key), known) or ' Known: ' + ', '.join(known) + '.'}")


def read(noun: type, node: Node, also: tuple[str, ...] = ()) -> Any:
    """A noun from a node, or ``NOTHING`` after every mistake in it was reported. ``also``: fields read elsewhere."""
    if not isinstance(node.data, Mapping):
        node.wrong(f"needs a group of fields, found {_found(node.data)}")
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
        held = getattr(value, _attribute(type(value), s))
        if (s.trainer and not private) or held is None or (not s.required and held == s.default):
            continue
        data[s.name] = s.type.release(held, private=private)
    return data


def schema(noun: type) -> dict[str, Any]:
    """JSON Schema of a noun, with the help texts as descriptions."""
    properties = {s.name: {**s.type.schema(), "description": s.help} for s in specs(noun)}
    required = [s.name for s in specs(noun) if s.required]
    return {"type": "object", "properties": properties, "required": required}


def plain(html: Html) -> str:
    """HTML as plain words, for readable text and for counting."""
    import html as _html

    text = re.sub(r"</(p|li|h\d|tr|div)>|<br ?/?>", "\n", html)
    return cast(str, _html.unescape(re.sub(r"<[^>]+>", "", text))).strip()

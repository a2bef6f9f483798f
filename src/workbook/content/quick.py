"""YAML files without anything unusual, read by libyaml: the same data and lines as ruamel's, many times as fast.

ruamel has the last word. What libyaml refuses, and whatever the two might understand differently (anchors, tags, merged
keys, numbers and dates in rare forms, keys that are no words, a key that stands twice), is left to it; so are machines
without libyaml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from ruamel.yaml.resolver import implicit_resolvers

try:
    import yaml
    from yaml.cyaml import CParser
except ImportError:  # pragma: no cover
    CParser = None

Lines = Any
"""Where the parts of a mapping or list stand: by key, or in order, pairs of a line (from 0) and the lines inside."""
RARE: Final = re.compile("[\t\r\x85\u2028\u2029\ufeff]" + r"""|[|>][-+0-9]*\#|^\.\.\.|["']:(?=\S)""", re.MULTILINE)
"""What the two understand differently: ends of lines, a remark right behind ``|``, the end of a document, ``"a":b``."""
KNOWN: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
WHOLE: Final = re.compile(r"-?[1-9][0-9]*|0")
DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NO_WORDS: Final[Mapping[str, list[Any]]] = {
    first: [pattern for versions, _tag, pattern, firsts in implicit_resolvers if (1, 2) in versions and first in firsts]
    for first in {
        sign for versions, _tag, _pattern, firsts in implicit_resolvers if (1, 2) in versions for sign in firsts
    }
}
"""By their first sign, the plain scalars that YAML 1.2 does not take as words."""


class Unusual(Exception):
    """Something that is left to ruamel."""


def read(text: str) -> tuple[Any, Lines] | None:
    """The data in ``text`` and the lines of its parts, or None where ruamel has to read it."""
    if CParser is None or RARE.search(text):
        return None
    parser = CParser(text)
    try:
        return _document(parser)
    except (Unusual, yaml.YAMLError, RecursionError):
        return None
    finally:
        parser.dispose()


def _document(parser: Any) -> tuple[Any, Lines]:
    parser.get_event()
    begin = parser.get_event()
    if not isinstance(begin, yaml.DocumentStartEvent) or begin.version or begin.tags:
        raise Unusual
    found = _node(parser, parser.get_event())
    parser.get_event()
    if not isinstance(parser.get_event(), yaml.StreamEndEvent):
        raise Unusual
    return found


def _node(parser: Any, event: Any) -> tuple[Any, Lines]:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag is not None:
        raise Unusual
    if isinstance(event, yaml.ScalarEvent):
        if not event.value.strip() and event.style in ("|", ">"):
            raise Unusual  # What follows may be a remark, or its text.
        return (plain(event.value) if event.implicit[0] else event.value), None
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(parser)
    values, lines = [], []
    while not isinstance(event := parser.get_event(), yaml.SequenceEndEvent):
        value, inside = _node(parser, event)
        values.append(value)
        lines.append((event.start_mark.line, inside))
    return values, lines


def _mapping(parser: Any) -> tuple[Any, Lines]:
    values: dict[str, Any] = {}
    lines = {}
    while not isinstance(event := parser.get_event(), yaml.MappingEndEvent):
        key, _inside = _node(parser, event)
        if not isinstance(key, str) or key in values:
            raise Unusual
        values[key], inside = _node(parser, parser.get_event())
        lines[key] = (event.start_mark.line, inside)
    return values, lines


@lru_cache(maxsize=10_000)
def plain(value: str) -> Any:
    """What a scalar without quotes means in YAML 1.2. Raises :class:`Unusual` where that takes more thought."""
    if value in KNOWN:
        return KNOWN[value]
    if not any(pattern.match(value) for pattern in NO_WORDS.get(value[0], ())):
        return value
    if WHOLE.fullmatch(value):
        return int(value)
    if DECIMAL.fullmatch(value):
        return float(value)
    if DAY.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise Unusual from None
    raise Unusual

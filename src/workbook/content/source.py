"""The only reader of YAML: plain data, and the line on which each piece of it stands."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ..errors import Path as Place
from ..errors import Problem, Problems
from ..fields import Html, Node
from .quick import Lines
from .quick import read as quick_read


@dataclass(frozen=True)
class Source:
    """A YAML file as plain data with its problems so far (``data`` is None when it could not be parsed)."""

    data: Any
    problems: Problems

    def node(self) -> Node:
        return Node(self.data, (), self.problems, prose, line)


def _plain(data: Any) -> tuple[Any, Lines]:
    """What ruamel has read as plain data, and the lines of its parts as far as it knows them."""
    if isinstance(data, CommentedMap):
        values, lines = {}, {}
        for key, held in data.items():
            name = _scalar(key)
            values[name], inside = _plain(held)
            if key in (data.lc.data or ()):  # What is merged in from elsewhere has no line here.
                lines[name] = (data.lc.key(key)[0], inside)
        return values, lines
    if isinstance(data, CommentedSeq):
        parts = [_plain(held) for held in data]
        return [value for value, _inside in parts], [
            (data.lc.item(i)[0], inside) for i, (_value, inside) in enumerate(parts)
        ]
    return _scalar(data), None


def _scalar(data: Any) -> Any:
    if isinstance(data, (datetime.date, datetime.datetime)):
        return data.isoformat()
    if isinstance(data, bool) or data is None:
        return data
    return next((base(data) for base in (int, float, str) if isinstance(data, base)), str(data))


def _line_of(lines: Lines, place: Place) -> int:
    line = 0
    for part in place:
        try:
            line, lines = lines[part]
        except (KeyError, IndexError, TypeError):
            break
    return line + 1


def read_yaml(path: Path, shown: str) -> Source:
    """The data of a YAML 1.2 file; ``shown`` is the name that messages use for it."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        bad = path.read_bytes()[: error.start].count(b"\n") + 1
        return _failed(shown, bad, "is not UTF-8 text: save the file as UTF-8")
    except OSError as error:
        return _failed(shown, 1, f"cannot be read: {error.strerror}")
    quick = quick_read(text)
    if quick is not None:
        return _source(shown, *quick)
    yaml = YAML(typ="rt", pure=True)
    yaml.version = None
    try:
        data = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = str(error.problem or error.context or "is not YAML").split("\n")[0]
        return _failed(shown, mark.line + 1 if mark else 1, f"is not valid YAML here: {what}")
    except YAMLError as error:
        return _failed(shown, 1, f"is not valid YAML: {str(error).splitlines()[0]}")
    return _source(shown, *_plain(data))


def _source(shown: str, data: Any, lines: Lines) -> Source:
    return Source(data, Problems(shown, lambda place: _line_of(lines, place)))


def _failed(shown: str, line: int, message: str) -> Source:
    problems = Problems(shown)
    problems.found.append(Problem(shown, line, "(whole file)", message))
    return Source(None, problems)


@cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def prose(text: str) -> Html:
    """Paragraphs of Markdown as HTML; raw HTML is shown as typed, never passed on."""
    return str(_markdown().render(text)).strip()


def line(text: str) -> Html:
    """One line of Markdown as HTML."""
    return str(_markdown().renderInline(" ".join(text.split())))

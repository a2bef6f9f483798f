"""What a page may say to its kernel: messages of widgets, whole and of a sensible size. Nothing else passes.

Jupyter's own filter looks at the type of a message alone. This one reads the whole message before the kernel does: a
browser asks for no code, opens nothing but the widgets' control channel, and cannot make the kernel stumble over a
broken message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ..i18n import _

LARGEST: Final = 1_000_000
"""Most bytes of one message: a form sends what a person types, with much to spare."""
DEEPEST: Final = 40
"""Most lists and objects inside each other; our forms need seven."""
BUFFERS: Final = 16
"""Most binary parts of one message."""
CONTROL: Final = "jupyter.widget.control"
"""The only channel that a page opens: all other widgets are made by lessons."""
HEADER: Final = {"msg_id", "session", "username", "msg_type", "version", "date"}
METHODS: Final = ("update", "custom", "request_state", "request_states")
V1: Final = "v1.kernel.websocket.jupyter.org"
"""The protocol in which our pages speak; without a name the older one is meant, JSON with binary parts behind it."""
_ID = re.compile(r"[\w.-]{1,100}")


class Unfit(ValueError):
    """A message that no page of ours sends."""


@dataclass(frozen=True)
class Message:
    """A message as it came: ``header`` and ``content`` are plain data, ``channel`` names the kernel's socket and
    ``buffers`` counts the binary parts."""

    channel: str
    header: Mapping[str, Any]
    content: Mapping[str, Any]
    buffers: int


def checked(sent: bytes | str, protocol: str | None) -> Message:
    """The message in ``sent``, if it is fit for a kernel. Raises :class:`Unfit`."""
    message = read(sent, protocol)
    if len(sent) > LARGEST:
        raise Unfit("too long")
    if message.channel != "shell":
        raise Unfit("another channel")
    if not message.header.keys() <= HEADER or not _id(message.header.get("msg_id")):
        raise Unfit("header")
    kind = message.header.get("msg_type")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Unfit("type")
    KINDS[kind](message)
    return message


def read(sent: bytes | str, protocol: str | None) -> Message:
    """The message in ``sent``, whatever it asks for. Raises :class:`Unfit` when it is broken."""
    try:
        channel, parts, buffers = (_v1 if protocol == V1 else _older)(sent)
    except Unfit:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:  # also what is no text or no JSON
        raise Unfit("broken") from error
    if not isinstance(channel, str) or not all(isinstance(part, dict) for part in parts):
        raise Unfit("broken")
    if any(_too_deep(part) for part in parts):
        raise Unfit("too deep")
    header, _parent, _metadata, content = parts
    return Message(channel, header, content, buffers)


def _v1(sent: bytes | str) -> tuple[str, list[Any], int]:
    if isinstance(sent, str):
        raise Unfit("text")
    count = int.from_bytes(sent[:8], "little")
    if not 6 <= count <= 6 + BUFFERS:
        raise Unfit("count")
    at = [int.from_bytes(sent[8 * n : 8 * n + 8], "little") for n in range(1, count + 1)]
    if at[0] != 8 * (count + 1) or at[-1] != len(sent) or at != sorted(at):
        raise Unfit("offsets")
    channel, *parts = (sent[start:end].decode() for start, end in pairwise(at[:6]))
    return channel, [_plain(part) for part in parts], count - 6


def _older(sent: bytes | str) -> tuple[str, list[Any], int]:
    buffers = 0
    if isinstance(sent, bytes):
        count = int.from_bytes(sent[:4], "big")
        if not 1 <= count <= 1 + BUFFERS:
            raise Unfit("count")
        at = [int.from_bytes(sent[4 * n : 4 * n + 4], "big") for n in range(1, count + 1)] + [len(sent)]
        if at[0] != 4 * (count + 1) or at != sorted(at):
            raise Unfit("offsets")
        sent, buffers = sent[at[0] : at[1]].decode(), count - 1
    whole = _plain(sent)
    if not isinstance(whole, dict) or whole.get("buffers"):
        raise Unfit("buffers")  # they stand behind the text, not in it
    return whole["channel"], [whole[part] for part in ("header", "parent_header", "metadata", "content")], buffers


def _number(name: str) -> Any:
    raise Unfit(f"{name} is no JSON")


def _plain(text: str) -> Any:
    found = json.loads(text, parse_constant=_number)
    if "\\ud" in text.lower():  # half of a pair can be written in JSON, but no more in UTF-8 afterwards
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _too_deep(part: Any) -> bool:
    level = [part]
    for _level in range(DEEPEST):
        held = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))]
        level = [one for inside in held for one in inside]
        if not level:
            return False
    return True


def _id(value: Any) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _opened(message: Message) -> None:
    if message.content.get("target_name") != CONTROL or not _id(message.content.get("comm_id")):
        raise Unfit("target")


def _told(message: Message) -> None:
    data = message.content.get("data")
    if not _id(message.content.get("comm_id")) or not isinstance(data, dict) or data.get("method") not in METHODS:
        raise Unfit("content")
    state, paths = data.get("state", {}), data.get("buffer_paths", [])
    if not isinstance(state, dict) or not isinstance(paths, list) or len(paths) > message.buffers:
        raise Unfit("state")
    if not all(_leads(state, path) for path in paths):
        raise Unfit("buffers")


def _leads(state: Any, path: Any) -> bool:
    """Whether a path leads to a place in a state where a binary part can be put."""
    if not isinstance(path, list) or not path:
        return False
    for step in path[:-1]:
        state = state.get(step) if isinstance(state, dict) and isinstance(step, str) else _item(state, step)
    last = path[-1]
    return isinstance(last, str) if isinstance(state, dict) else _item(state, last, absent=False) is not False


def _item(held: Any, at: Any, absent: Any = None) -> Any:
    return held[at] if isinstance(held, list) and type(at) is int and 0 <= at < len(held) else absent


def _closed(message: Message) -> None:
    if not _id(message.content.get("comm_id")):
        raise Unfit("content")


def _asked(_message: Message) -> None:
    """Nothing in it matters."""


KINDS: Final = {"comm_open": _opened, "comm_msg": _told, "comm_close": _closed, "comm_info_request": _asked}
"""The types of message that a page sends, each with what is looked at in its content."""


def too_much(message: Message) -> Mapping[str, Any] | None:
    """What to tell a form whose message was too long, in the form's own words; None where no form asked."""
    data = message.content.get("data")
    said = data.get("content") if isinstance(data, dict) and data.get("method") == "custom" else None
    if (
        message.header.get("msg_type") != "comm_msg"
        or not isinstance(said, dict)
        or not _id(message.content.get("comm_id"))
    ):
        return None
    why = _("This is too much at once. Please save it in smaller parts.")
    known = {name: said[name] for name in ("id", "question") if isinstance(said.get(name), (int, str))}
    answer = {**known, "t": "refused", "part": "", "message": why}
    return {"comm_id": message.content["comm_id"], "data": {"method": "custom", "content": answer}}

"""A unit's answers as one JSON document: written, read back as far as it can be, and shown as nouns.

``{"seq": 12, "format": 1, "unit": "initiation", "exercises": {exercise: {question: entry}}}``; entries: see
:mod:`.merge`. ``seq`` comes first in the text so that a heartbeat reads it from the first bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ..errors import WorkbookError
from ..fields import IDENTIFIER
from ..i18n import _
from . import Answer, Owner, UnitAnswers, merge

FORMAT: Final = 1
_SEQ: Final = re.compile(rb'\s*\{\s*"seq": ?(\d{1,15})[,}\s]')


def now() -> str:
    """The time in UTC, to the second: ``2027-01-31T10:32:05Z``. For people to read; never used to decide what wins."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def name(kind: str, id: str) -> str:
    """``id`` if it can name a unit, exercise or question (it may become a folder's name). Raises WorkbookError."""
    if not isinstance(id, str) or len(id) > 100 or not IDENTIFIER.fullmatch(id):
        raise WorkbookError(_("'{id}' is not the name of a {kind}.").format(id=id, kind=kind))
    return id


def empty(unit: str, seq: int = 0) -> dict[str, Any]:
    """A document without answers."""
    return {"seq": seq, "format": FORMAT, "unit": unit, "exercises": {}}


def text(document: Mapping[str, Any]) -> str:
    """The document as JSON, its save number first."""
    return json.dumps({"seq": document["seq"], **document}, ensure_ascii=False, allow_nan=False) + "\n"


def head_seq(head: bytes) -> int | None:
    """The save number in the first bytes of a document's text, or None."""
    found = _SEQ.match(head)
    return int(found[1]) if found else None


def read(data: bytes, unit: str) -> tuple[dict[str, Any], list[str]]:
    """The document in ``data``, with what could not be read left out, and what that was (empty: all is well).

    Raises :class:`WorkbookError` only for a document of a newer edition: it is whole, this program is too old for it.
    """
    # Numbering goes on from a broken file's own number, so that open windows see that something changed.
    seq = head_seq(data[:64]) or 0
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return empty(unit, seq), [_("it is not complete JSON")]
    if not isinstance(found, dict) or not isinstance(found.get("exercises"), dict) or "format" not in found:
        return empty(unit, seq), [_("it is not a file of the workbook")]
    if isinstance(found["format"], int) and found["format"] > FORMAT:
        raise WorkbookError(
            _("The answers of {unit} were saved by a newer edition of the workbook. Please update it.").format(
                unit=unit
            )
        )
    if found.get("unit") != unit:
        return empty(unit, seq), [_("it belongs to the unit '{other}'").format(other=found.get("unit"))]
    problems = []
    if not isinstance(found.get("seq"), int) or isinstance(found["seq"], bool) or found["seq"] < 0:
        found["seq"] = seq
        problems.append(_("its save number is missing"))
    found["exercises"] = {
        exercise: whole
        for exercise, answers in found["exercises"].items()
        if (whole := _exercise(exercise, answers, problems)) is not None
    }
    return found, problems


def _exercise(exercise: str, answers: Any, problems: list[str]) -> dict[str, Any] | None:
    if not isinstance(answers, dict):
        problems.append(_("the answers of '{name}' are broken").format(name=exercise))
        return None
    whole = {}
    for question, entry in answers.items():
        if why := merge.mistake(entry):
            place = f"{exercise}/{question}"
            problems.append(_("the answer '{name}' is broken ({why})").format(name=place, why=why))
        else:
            whole[question] = entry
    return whole


def view(document: Mapping[str, Any], owner: Owner, notices: tuple[str, ...] = ()) -> UnitAnswers:
    """The document as nouns."""
    exercises = {
        exercise: {question: _answer(entry) for question, entry in answers.items()}
        for exercise, answers in document["exercises"].items()
    }
    return UnitAnswers(owner, document["unit"], document["seq"], exercises, notices)


def _answer(entry: Mapping[str, Any]) -> Answer:
    entry = dict(entry)
    seq = entry.get("seq", 0)
    stamp = (seq if isinstance(seq, int) else 0, str(entry.get("at", "")), str(entry.get("version", "")))
    return Answer(merge.value(entry), *stamp, removed=merge.removed(entry))

"""A unit handed in: frozen answers (see :mod:`.freezing`), what they refer to, a checksum and a receipt.

``answers.json`` of a hand-in::

    {"what": "partnering-workbook-hand-in", "format": 1, "unit", "owner": {"id", "kind", "label"}, "at", "course",
     "exercises": {exercise: {"version", "answers": {question: {"value", "version", "at"}}}},
     "referred": {"unit/exercise/question": [{"id", "cells"}]}, "sha256"}

The checksum shows damage on the way. It is no signature: whoever can write the file can also write the checksum.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..errors import WorkbookError
from ..fields import IDENTIFIER
from ..i18n import _
from ..model import Row
from . import Owner, safe, safe_id, slug

WHAT: Final = "partnering-workbook-hand-in"
FORMAT: Final = 1
LIMIT: Final = 10_000_000
"""Most bytes of a hand-in: a hundred times what a diligent learner writes."""
FILE, RECEIPT, RECEIPT_TEXT = "answers.json", "receipt.json", "receipt.txt"
_TIME: Final = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ", re.ASCII)
Referred = Mapping[str, Sequence[Row]]
"""``unit/exercise/question`` to the rows of that worksheet that answers refer to."""


@dataclass(frozen=True)
class HandIn:
    """What was handed in, as far as it can be used; ``problems`` says in plain words what could not.

    ``values`` and ``versions``: exercise to question to value and to the content version the learner saw. ``data``: the
    file's bytes as they came.
    """

    unit: str
    owner: Owner
    at: str = ""
    course: str = ""
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    referred: Referred = field(default_factory=dict)
    sha256: str = ""
    problems: tuple[str, ...] = ()
    usable: bool = True
    data: bytes = field(default=b"", repr=False)

    @property
    def receipt(self) -> str:
        """A short number for people, from the checksum: ``3F9A-21C0-77B4``."""
        return "-".join(self.sha256[i : i + 4].upper() for i in (0, 4, 8))

    @property
    def student(self) -> str:
        """A folder name for this learner, the same in every unit, different for two learners of one name."""
        id = self.owner.id if self.owner.kind == "person" else f"group-{self.owner.id}"
        name = slug(self.owner.label)[:40].strip("-")
        return f"{name}-{id[-6:]}" if name and id.startswith("learner-") else id

    def belongs_to(self, student: str) -> bool:
        """Whether ``student`` is a folder name that ``collect`` gives to this learner."""
        if self.owner.id.startswith("learner-"):
            return student == self.owner.id or student.endswith(f"-{self.owner.id[-6:]}")
        return student in (self.student, self.apart)

    @property
    def apart(self) -> str:
        """The folder name if somebody else of the same id was there first."""
        who = f"{self.owner.kind}/{self.owner.id}/{self.owner.label}"
        return f"{self.student}-{hashlib.sha256(who.encode()).hexdigest()[:6]}"


def checksum(data: Mapping[str, Any]) -> str:
    """SHA-256 of the data in one fixed form, without its own ``sha256``."""
    whole = {name: part for name, part in data.items() if name != "sha256"}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def text(frozen: Mapping[str, Any]) -> str:
    """A frozen hand-in as the text of its ``answers.json``."""
    return json.dumps(frozen, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def receipt(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """What the learner keeps: number, unit, name, time, checksum and counts."""
    handed = read(text(frozen).encode("utf-8"))
    return {
        "id": handed.receipt,
        "unit": handed.unit,
        "owner": dict(frozen["owner"]),
        "at": handed.at,
        "sha256": handed.sha256,
        "exercises": len(handed.values),
        "answers": sum(len(given) for given in handed.values.values()),
        "referred": sum(len(rows) for rows in handed.referred.values()),
    }


def receipt_text(receipt: Mapping[str, Any]) -> str:
    """The receipt in words."""
    lines = [
        _("The Partnering Workbook: receipt {id}").format(id=receipt["id"]),
        "",
        _("Unit: {unit}").format(unit=receipt["unit"]),
        _("Name: {name}").format(name=receipt["owner"]["label"] or receipt["owner"]["id"]),
        _("Handed in (UTC): {at}").format(at=receipt["at"]),
        _("{answers} answers in {exercises} exercises").format(
            answers=receipt["answers"], exercises=receipt["exercises"]
        ),
        _("Checksum (SHA-256): {sha256}").format(sha256=receipt["sha256"]),
        "",
        _("Send the zip file to your trainer and keep this text."),
    ]
    return "\n".join(lines) + "\n"


def packed(frozen: Mapping[str, Any]) -> tuple[str, bytes]:
    """The name ``<unit>-<student>.zip`` and the bytes of the file to send; the same hand-in gives the same bytes."""
    handed = read(text(frozen).encode("utf-8"))
    data = text(frozen), json.dumps(receipt(frozen), ensure_ascii=False, indent=1) + "\n", receipt_text(receipt(frozen))
    if len(data[0].encode("utf-8")) > LIMIT:
        raise WorkbookError(_("These answers are too large to be handed in ({n} bytes).").format(n=len(data[0])))
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in zip((FILE, RECEIPT, RECEIPT_TEXT), data, strict=True):
            # A fixed time and no compression: zlib's bytes differ from one version to the next.
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o644 << 16
            member.create_system = 3
            archive.writestr(member, content.encode("utf-8"))
    return f"{handed.unit}-{handed.student}.zip", whole.getvalue()


def pack(frozen: Mapping[str, Any], folder: Path) -> Path:
    """Write the file to send into ``folder`` and return its path."""
    name, data = packed(frozen)
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise WorkbookError(
            _("The file {path} cannot be written: {why}").format(path=path, why=error.strerror or error)
        ) from error
    return path


def read(data: bytes, unit: str | None = None) -> HandIn:
    """The hand-in in the bytes of an ``answers.json``. Never raises: what cannot be used is left out and said.

    ``unit``: the unit it should be; another one makes it unusable.
    """
    if len(data) > LIMIT:
        return unusable(_("answers.json is larger than {n} MB").format(n=LIMIT // 1_000_000))
    twice: list[str] = []
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=lambda pairs: _once(pairs, twice))
    except (ValueError, RecursionError):
        return unusable(_("answers.json is empty") if not data.strip() else _("answers.json is broken"))
    if not isinstance(found, dict) or found.get("what") != WHAT:
        return unusable(_("answers.json is not a file that was handed in from the workbook"))
    if not isinstance(found.get("format"), int) or found["format"] > FORMAT:
        return unusable(_("answers.json comes from a newer edition of the workbook"))
    handed = found.get("unit")
    if not isinstance(handed, str) or not IDENTIFIER.fullmatch(handed) or len(handed) > 100:
        return unusable(_("answers.json names no unit"))
    if unit is not None and handed != unit:
        return unusable(_("answers.json belongs to the unit '{unit}'").format(unit=handed))
    problems = [_("The file says some things twice; the later one was taken.")] if twice else []
    try:
        right = checksum(found)
    except (ValueError, RecursionError):
        right = ""
    if found.get("sha256") != right:
        problems.append(_("The answers were changed after they were handed in, or damaged on the way (checksum)."))
    if b"\\ud" in data.lower():
        # Half characters (a lone surrogate) can be said in JSON but never be written to a notebook.
        found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    values, versions = _answers(found.get("exercises"), problems)
    owner, at = _owner(found.get("owner"), problems), _time(found.get("at"), problems)
    referred = _rows(found.get("referred", {}), problems)
    course = _words(found.get("course"))
    return HandIn(handed, owner, at, course, values, versions, referred, right, tuple(problems), data=data)


def _once(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    """An object of JSON; ``twice`` gets a name that is in it twice."""
    found = dict(pairs)
    if len(found) < len(pairs) and not twice:
        twice.append(pairs[0][0])
    return found


def unusable(why: str) -> HandIn:
    """A hand-in of which nothing can be used."""
    return HandIn("", Owner("unknown"), problems=(why,), usable=False)


def _words(data: Any) -> str:
    return data[:100].encode("utf-8", "replace").decode() if isinstance(data, str) else ""


def _time(data: Any, problems: list[str]) -> str:
    if isinstance(data, str) and _TIME.fullmatch(data):
        return data
    problems.append(_("The time of the hand-in is missing."))
    return ""


def _owner(data: Any, problems: list[str]) -> Owner:
    data = data if isinstance(data, dict) else {}
    id, kind = data.get("id"), data.get("kind", "person")
    if not isinstance(id, str) or not safe(id):
        problems.append(_("The learner's id is missing or unusual; a new one was made from it."))
        id = safe_id(str(id)[:200] if id else "unknown")
    label = "".join(c for c in _words(data.get("label")) if c.isprintable())
    return Owner(id, kind if kind in ("person", "group") else "person", label)


def _answers(data: Any, problems: list[str]) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, str]]]:
    values: dict[str, dict[str, Any]] = {}
    versions: dict[str, dict[str, str]] = {}
    if not isinstance(data, dict):
        problems.append(_("There are no answers in it."))
        return values, versions
    for exercise, given in data.items():
        answers = given.get("answers") if isinstance(given, dict) else None
        if not isinstance(answers, dict):
            problems.append(_("The answers of '{name}' are broken and were left out.").format(name=_words(exercise)))
            continue
        values[exercise], versions[exercise] = {}, {}
        for question, answer in answers.items():
            if not isinstance(answer, dict) or "value" not in answer:
                place = _words(f"{exercise}/{question}")
                problems.append(_("The answer '{name}' is broken and was left out.").format(name=place))
                continue
            values[exercise][question] = answer["value"]
            versions[exercise][question] = _words(answer.get("version"))
    return values, versions


def _rows(data: Any, problems: list[str]) -> dict[str, tuple[Row, ...]]:
    if not isinstance(data, dict):
        problems.append(_("The rows it refers to are broken and were left out."))
        return {}
    found = {}
    for place, rows in data.items():
        whole = [row for row in rows if _is_row(row)] if isinstance(rows, list) else []
        if not isinstance(rows, list) or len(whole) < len(rows):
            problems.append(_("Some rows of '{name}' are broken and were left out.").format(name=_words(place)))
        found[place] = tuple(Row(row["id"], row["cells"]) for row in whole)
    return found


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("cells"), dict)

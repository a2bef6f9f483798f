"""What of a learner's answers is handed in: only what is known to be for others. Nothing private is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from ..model import Exercise, Question, Row
from . import UnitAnswers, document, handin


def freeze(
    answers: UnitAnswers,
    exercises: Mapping[str, Exercise],
    referred: handin.Referred,
    *,
    course: str = "",
    at: str = "",
) -> dict[str, Any]:
    """The ``answers.json`` of a hand-in, as plain data.

    ``exercises``: by ``unit/exercise``, those of the unit and those that ``referred`` names. Questions and columns that
    are private, or that the exercises do not know, are left out: only what is known to be for others goes to others.
    """
    handed: dict[str, Any] = {}
    secret = _secret(exercises)
    for name, given in answers.exercises.items():
        exercise = exercises.get(f"{answers.unit}/{name}")
        if exercise is None:
            continue
        open_to_others = {q.id: q for q in exercise.questions if q.visibility != "private"}
        kept = {
            id: {"value": value, "version": answer.version, "at": answer.at}
            for id, answer in given.items()
            if id in open_to_others and (value := _public(open_to_others[id], answer.value, secret)) is not None
        }
        handed[name] = {"version": exercise.version, "answers": kept}
    owner = {"id": answers.owner.id, "kind": answers.owner.kind, "label": answers.owner.label}
    data = {
        "what": handin.WHAT,
        "format": handin.FORMAT,
        "unit": answers.unit,
        "owner": owner,
        "at": at or document.now(),
        "course": course,
        "exercises": handed,
        "referred": {
            place: rows for place, found in referred.items() if (rows := _public_rows(place, found, exercises))
        },
    }
    return {**data, "sha256": handin.checksum(data)}


def _secret(exercises: Mapping[str, Exercise]) -> frozenset[str]:
    """The columns that are private in any worksheet: what may lie behind a ref."""
    asked = ((q.visibility, getattr(q.ask, "columns", {})) for e in exercises.values() for q in e.questions)
    return frozenset(id for whole, columns in asked for id, c in columns.items() if "private" in (whole, c.visibility))


def _public(question: Question, value: Any, secret: frozenset[str] = frozenset()) -> Any:
    """A value without its private columns, and without findings set aside that are about them.

    ``secret``: columns that a check must not name behind a ref (``activity.end``).
    """
    columns = getattr(question.ask, "columns", None)
    if columns is None or not isinstance(value, dict):
        return value
    shown = {id for id, column in columns.items() if column.visibility != "private"}
    # What other worksheets say is worked out there anew, wherever it is read; content says that it is not private.
    elsewhere = {id for id in shown if columns[id].shown or columns[id].counted}
    # What is computed from a private column tells of it.
    here = {id for id in shown if columns[id].of is None or shown.issuperset(columns[id].of.columns)} - elsewhere
    checks = [
        check
        for check in getattr(question.ask, "checks", ())
        if all(_told(used, here | elsewhere, secret) for _at, used, _types in check.uses())
    ]
    rows = [
        {"id": row["id"], "cells": {c: v for c, v in row["cells"].items() if c in here}}
        for row in value.get("rows", [])
    ]
    known = {check.name for check in checks}
    return {"rows": rows, "aside": {c: said for c, said in value.get("aside", {}).items() if c in known}}


def _told(used: str, shown: set[str], secret: Set[str]) -> bool:
    """Whether a check on this column may be told of."""
    id, dot, far = used.partition(".")
    return id in shown and not (dot and far in secret)


def _public_rows(place: str, rows: Sequence[Row], exercises: Mapping[str, Exercise]) -> list[dict[str, Any]]:
    exercise, _slash, question = place.rpartition("/")
    found = (
        next((q for q in exercises[exercise].questions if q.id == question), None) if exercise in exercises else None
    )
    if found is None or found.visibility == "private":
        return []
    plain = {"rows": [{"id": row.id, "cells": dict(row.cells)} for row in rows]}
    public: list[dict[str, Any]] = _public(found, plain)["rows"]
    return public

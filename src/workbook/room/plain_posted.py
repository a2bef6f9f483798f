"""What a page without script sent, compared with what it was drawn with, and stored as far as it can be.

A page says what stood in its fields when it was drawn (``marks``). What was left alone is not stored, so that it cannot
overwrite what another device stored meanwhile; what both changed is not stored either, but shown to be decided.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import WorkbookError
from ..i18n import _
from ..kinds import BY_NAME, Malformed
from ..kinds.table import Ask, Table, in_words
from ..learner.work import SELF, Refused, Work
from ..model import Question

BASE, SURE = "-base", "-sure"
"""Hidden fields: the marks of what was drawn, and rows that go although others refer to them."""
SHOWN = 300
"""More characters of what another device stored are not repeated."""
Sent = Mapping[str, Sequence[str]]


@dataclass
class Outcome:
    """What came of it. ``wrong``: question to part to what to do; ``sure``: rows to be removed when sent once more.

    ``failed`` says why nothing at all was stored.
    """

    sent: Sent
    wrong: dict[str, dict[str, str]] = field(default_factory=dict)
    sure: list[str] = field(default_factory=list)
    failed: str = ""

    @property
    def fine(self) -> bool:
        return not self.wrong and not self.failed


def mark(value: Any) -> str:
    """A short sign of a value: another value has another one."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


NOTHING = mark(None)


def marks(work: Work, outcome: Outcome | None = None) -> str:
    """The marks of all questions as they are drawn now, as text for a hidden field.

    Where nothing of what was sent could be stored, the fields show it again, and the marks stay those that came along.
    """
    found = {}
    before = _read(outcome.sent) if outcome is not None else {}
    for id, question in work.questions.items():
        stays = outcome is not None and (
            outcome.failed or (isinstance(question.ask, Ask) and "" in outcome.wrong.get(id, {}))
        )
        found[id] = before[id] if stays and id in before else _marks(work, question)
    return json.dumps(found, separators=(",", ":"))


def _marks(work: Work, question: Question) -> Any:
    value = work.value(question)
    if not isinstance(question.ask, Ask):
        return mark(value)
    held = _cells(question, value)
    cells = {row: {id: mark(cell) for id, cell in cells.items()} for row, cells in held.items()}
    return {"rows": cells, "aside": {check: mark(said) for check, said in (value or {}).get("aside", {}).items()}}


def _cells(question: Question, value: Any) -> dict[str, dict[str, Any]]:
    """What can be typed in a worksheet as it stands, by row and column."""
    given = value or {"rows": [{"id": row.id, "cells": row.cells} for row in question.ask.supplied.values()]}
    own = {id for id, column in question.ask.columns.items() if not column.given}
    return {row["id"]: {id: cell for id, cell in row["cells"].items() if id in own} for row in given["rows"]}


def take(work: Work, sent: Sent) -> Outcome:
    """Store what was changed on the page; whatever was sent, nothing is raised and nothing is lost."""
    outcome = Outcome(sent)
    drawn = _read(sent)
    try:
        for question in work.questions.values():
            if isinstance(question.ask, Ask):
                wrong = _table(work, question, drawn.get(question.id), outcome)
            else:
                wrong = _whole(work, question, drawn.get(question.id), sent)
            _rating(work, question, sent)
            if wrong:
                outcome.wrong[question.id] = wrong
    except WorkbookError as error:
        outcome.failed = str(error)
    work.load()
    return outcome


def _read(sent: Sent) -> Mapping[str, Any]:
    try:
        found = json.loads("".join(sent.get(BASE, ())[:1]) or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(work: Work, question: Question, drawn: Any, sent: Sent) -> dict[str, str]:
    """Store an answer that is no worksheet; returns what is wrong, by part."""
    try:
        value = work.parse(question, dict(sent))
    except Refused as error:
        return error.parts
    now = work.value(question)
    if value == now or mark(value) == drawn:
        return {}
    if drawn is not None and mark(now) != drawn:
        said = BY_NAME[question.kind].readable(question.ask, now) if now is not None else ""
        return {"": _elsewhere(said)}
    work.put(question, value)
    return {}


def _elsewhere(now: str) -> str:
    if not now:
        return _("Another device emptied this meanwhile. To keep what you typed here, save again.")
    said = _("Another device changed this meanwhile; it says now: “{now}”. To keep what you typed here, save again.")
    return said.format(now=now if len(now) <= SHOWN else now[:SHOWN] + " …")


def _rating(work: Work, question: Question, sent: Sent) -> None:
    """Store someone's rating of the own answer, where the page asked for it."""
    start = f"{question.id}.self."
    rated = {name[len(start) :]: values[0] for name, values in sent.items() if name.startswith(start) and values}
    if rated and rated != work.answer(question.id + SELF).value:
        work.rate(question, dict(sent))


def _table(work: Work, question: Question, drawn: Any, outcome: Outcome) -> dict[str, str]:
    """Store what changed in a worksheet; returns what is wrong, by part. All else of it is stored."""
    kind = BY_NAME[question.kind]
    assert isinstance(kind, Table)
    wrong: dict[str, str] = {}

    def note(error: Malformed) -> None:
        wrong.setdefault(error.part, str(error))

    value, entries = work.value(question), work.entries(question.id, dict(outcome.sent))
    try:
        change = kind.posted(question.ask, value, entries, note)
    except Malformed as error:
        return {error.part: str(error)}
    if not isinstance(drawn, dict) or not all(isinstance(drawn.get(part), dict) for part in ("rows", "aside")):
        drawn = {"rows": {}, "aside": {}}
    now = _cells(question, value)
    change["cells"] = [cell for cell in change["cells"] if _changed(work, question, drawn["rows"], now, cell, wrong)]
    touched = {row for row, _column, _cell in change["cells"]}
    # A row that the page had and that is gone was removed elsewhere: it comes back only if something was typed in it.
    gone = {row for row in drawn["rows"] if row not in now}
    change["restore"] = [row for row in drawn["rows"] if row in gone & touched]
    change["add"] = [pair for pair in change["add"] if pair[0] not in gone]
    change["aside"] = {c: a for c, a in change["aside"].items() if mark(a) != drawn["aside"].get(c, NOTHING)}
    change["remove"] = [row for row in change["remove"] if _may_go(work, question, row, outcome, wrong)]
    change["move"] = []  # there is no way to move a row here
    if any(done for part, done in change.items() if part != "start"):
        work.store(question.id, change, question.version)
    return wrong


def _changed(
    work: Work, question: Question, drawn: Mapping[str, Any], now: Mapping[str, Any], cell: Any, wrong: dict[str, str]
) -> bool:
    """Whether a cell was changed on this page, and by nobody else."""
    row, id, new = cell
    known = drawn.get(row)
    if not isinstance(known, dict):
        return True  # a new row
    before = known.get(id, NOTHING)
    empty = new is None or new == ""
    if mark(new) == before or (empty and before in (NOTHING, mark(""))):
        return False
    if row in now and mark(now[row].get(id)) != before:
        said = in_words(question.ask.columns[id], now[row].get(id), work.choices())
        wrong[f"row.{row}.{id}"] = _elsewhere(said)
        return False
    return True


def _may_go(work: Work, question: Question, row: str, outcome: Outcome, wrong: dict[str, str]) -> bool:
    """Whether a ticked row may be removed: one that others refer to only when asked for twice."""
    name = f"{question.id}.{row}"
    warning = work.warning(question, row)
    if not warning or name in "".join(outcome.sent.get(SURE, ())[:1]).split():
        return True
    outcome.sure.append(name)
    again = _("To remove it all the same, save again; to keep it, take the tick away.")
    wrong[f"row.{row}.-remove"] = f"{warning} {again}"
    return False

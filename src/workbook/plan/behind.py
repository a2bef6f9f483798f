"""What only all worksheets together show to authors: whether checks and computed columns find what refs lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..checks import Condition
from ..checks.links import Covers
from ..errors import Path
from ..kinds.table import Ask, Column
from ..kinds.table.reach import STEPS, Missing, find
from ..kinds.table.uses import holds_many, misfits, tells_private, unknown_values, uses
from ..model import Exercise
from . import references
from .references import Unresolved, resolve

Found = Iterator[tuple[Path, str]]
Other = Callable[[str], Ask | None]


def dangling(exercises: Mapping[str, Exercise]) -> Iterator[tuple[str, Path, str]]:
    """References in content, and steps behind them, that lead nowhere: exercise id, path in its file, and a message."""
    yield from references.dangling(exercises)

    def other(reference: str) -> Ask | None:
        try:
            address, _column = resolve(exercises, reference)
        except Unresolved:
            return None
        return _ask(exercises, address)

    for exercise in exercises.values():
        for n, question in enumerate(exercise.questions):
            if isinstance(question.ask, Ask):
                for found in (_columns(exercises, question.ask, other), _checks(question.ask, other)):
                    for path, message in found:
                        yield exercise.id, ("questions", n, *path), message


def _ask(exercises: Mapping[str, Exercise], address: str) -> Ask:
    id, _slash, question = address.rpartition("/")
    ask: Ask = exercises[id].question(question).ask
    return ask


def _columns(exercises: Mapping[str, Exercise], ask: Ask, other: Other) -> Found:
    for id, column in ask.columns.items():
        place: Path = ("columns", id)
        if column.from_ and (target := other(column.from_)) is not None:
            yield from _where(target, column.where, (*place, "where"), other)
        if column.counted:
            yield from (((*place, "of", "count"), message) for message in _count(exercises, ask, column))
        if column.shown:
            yield from _shown(exercises, ask, id, (*place, "of", "shown"), other)


def _count(exercises: Mapping[str, Exercise], ask: Ask, counting: Column) -> Iterator[str]:
    try:
        address, id = resolve(exercises, counting.counted)
    except Unresolved as error:
        yield str(error)
        return
    column = _ask(exercises, address).columns[id]
    secret = _secret(exercises, counting, _ask(exercises, address), column)
    if secret:
        yield secret
    if column.type != "ref" or not column.from_:
        yield f"'{id}' of {address} is of type {column.type}; rows are counted by a ref that points to this worksheet"
        return
    try:
        pointed = resolve(exercises, column.from_)[0]
    except Unresolved:
        return
    if pointed != ask.address:
        yield f"'{id}' of {address} points to {pointed}, not to this worksheet"


def _shown(exercises: Mapping[str, Exercise], ask: Ask, id: str, place: Path, other: Other) -> Found:
    column = ask.columns[id]
    try:
        found = find(ask, column.shown, other, STEPS - 1)
    except Missing as error:
        yield place, str(error)
        return
    if found is None:
        return
    secret = _secret(exercises, column, found[0], found[0].columns[found[1]])
    if secret:
        yield place, secret


def _secret(exercises: Mapping[str, Exercise], column: Column, sheet: Ask, behind: Column) -> str:
    """Why a computed column may not tell of ``behind`` (a column of ``sheet``); empty if it may."""
    id, _slash, question = sheet.address.rpartition("/")
    return tells_private(column, behind.visibility, exercises[id].question(question).visibility)


def _where(target: Ask, conditions: Mapping[str, Condition], place: Path, other: Other) -> Found:
    """Conditions on rows of another worksheet."""
    for name, condition in conditions.items():
        try:
            found = find(target, name, other)
        except Missing as error:
            yield (*place, name), str(error)
            continue
        if found is not None:
            for message in unknown_values(condition, found[0].columns[found[1]]):
                yield (*place, name), message


def _checks(ask: Ask, other: Other) -> Found:
    """What the checks name behind refs to other worksheets; the rest was looked at when the worksheet was read."""
    for i, check in enumerate(ask.checks):
        place: Path = ("checks", i)
        for use in uses(check):
            if not _behind(ask, use.column):
                continue
            try:
                found = find(ask, use.column, other)
            except Missing as error:
                yield (*place, *use.path), str(error)
                continue
            if found is not None:
                column = found[0].columns[found[1]]
                for message in misfits(use, column, holds_many(ask, use.column, column)):
                    yield (*place, *use.path), message
        target = other(check.covers) if isinstance(check, Covers) else None
        if target is not None:
            yield from _where(target, check.where, (*place, "where"), other)


def _behind(ask: Ask, name: str) -> bool:
    """Whether a name leads to a column of another worksheet."""
    return find(ask, name, lambda reference: None) is None

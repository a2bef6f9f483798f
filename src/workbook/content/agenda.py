"""Agendas of course.yml: what is wrong with them, and how they print."""

from __future__ import annotations

from itertools import pairwise

from ..errors import Path as Place
from ..errors import Problem, WorkbookError, near
from ..kinds import BY_NAME
from ..model import Agenda, Block, Exercise
from .course import Content


def slips(content: Content) -> list[Problem]:
    """Exercises that are unknown, twice or not allowed, and sums over an agenda's limits."""
    before = len(content.problems)
    for i, agenda in enumerate(content.course.agendas if content.course else ()):
        _check(content, agenda, ("agendas", i))
    found = content.problems[before:]
    del content.problems[before:]
    return found


def worksheets(content: Content, agenda: Agenda) -> list[str]:
    """The exercises of an agenda that go into the learner's own plan."""
    return [e.id for block in agenda.blocks for e in _exercises(content, block) if any(q.own_plan for q in e.questions)]


def _exercises(content: Content, block: Block) -> list[Exercise]:
    return [content.exercises[id] for id in block.exercises if id in content.exercises]


def _needed(content: Content, id: str) -> set[str]:
    """The exercises whose rows an exercise offers to choose from."""
    asked = content.exercises[id].questions if id in content.exercises else ()
    columns = {column for q in asked for column in BY_NAME[q.kind].refers(q.ask)}
    return {"/".join(column.split(".")[0].split("/")[:2]) for column in columns} - {id}


def _check(content: Content, agenda: Agenda, place: Place) -> None:
    def wrong(where: Place, message: str) -> None:
        content.wrong("course.yml", (*place, *where), message)

    assert content.course is not None
    lessons = {f"{unit.id}/{lesson.id}" for unit, lesson in content.course.lessons()}
    seen: set[str] = set()
    for j, block in enumerate(agenda.blocks):
        at: Place = ("blocks", j)
        for k, id in enumerate(block.lessons):
            if id not in lessons:
                wrong((*at, "lessons", k), f"there is no lesson '{id}'.{near(id, lessons)}")
        for k, id in enumerate(block.exercises):
            if id not in content.exercises:
                wrong((*at, "exercises", k), f"there is no exercise '{id}'.{near(id, content.exercises)}")
            elif agenda.core_only and content.exercises[id].track != "core":
                track = content.exercises[id].track
                wrong((*at, "exercises", k), f"'{id}' is on the track '{track}'; this agenda uses core only")
            if id in seen:
                wrong((*at, "exercises", k), f"'{id}' stands twice in the agenda")
            for earlier in _needed(content, id) - seen:
                wrong((*at, "exercises", k), f"'{id}' builds on '{earlier}', which does not stand before it")
            seen.add(id)
        needed = sum(e.minutes for e in _exercises(content, block))
        if block.kind == "break" and block.exercises:
            wrong((*at, "exercises"), "a break has no exercises")
        elif needed > block.minutes:
            wrong((*at, "minutes"), f"says {block.minutes} minutes, but its exercises take {needed}")
        if block.kind == "screen" and not block.exercises:
            wrong(at, "a block on screen needs 'exercises'")
        if agenda.most_block is not None and block.kind == "screen" and block.minutes > agenda.most_block:
            wrong((*at, "minutes"), f"{block.minutes} minutes on screen in one block; at most {agenda.most_block}")
    for j, (one, other) in enumerate(pairwise(agenda.blocks), 1):
        if other.day < one.day:
            wrong(("blocks", j, "day"), f"day {other.day} comes after day {one.day}: blocks stand in order of time")
        if agenda.most_block is not None and one.kind == other.kind == "screen" and one.day == other.day:
            wrong(("blocks", j), "follows another block on screen: put a talk or a break between them")
    screen, sheets = agenda.minutes("screen"), worksheets(content, agenda)
    if agenda.most_screen is not None and screen > agenda.most_screen:
        wrong(("most-screen",), f"the agenda has {screen} minutes on screen; at most {agenda.most_screen}")
    if agenda.most_worksheets is not None and len(sheets) > agenda.most_worksheets:
        wrong(("most-worksheets",), f"{len(sheets)} worksheets of the own plan; at most {agenda.most_worksheets}")


def lines(content: Content, id: str = "") -> list[str]:
    """The agenda ``id`` by days, with totals; or one line for each agenda."""
    agendas = {agenda.id: agenda for agenda in (content.course.agendas if content.course else ())}
    if not id:
        return [f"{agenda.id}: {agenda.title}. {_totals(content, agenda)}" for agenda in agendas.values()]
    if id not in agendas:
        known = near(id, agendas) or (f" Known: {', '.join(agendas)}." if agendas else " course.yml has no agendas.")
        raise WorkbookError(f"There is no agenda '{id}'.{known}")
    agenda = agendas[id]
    told = [agenda.title]
    for day in dict.fromkeys(block.day for block in agenda.blocks):
        blocks = [block for block in agenda.blocks if block.day == day]
        screen = sum(block.minutes for block in blocks if block.kind == "screen")
        told += ["", f"Day {day}: {sum(b.minutes for b in blocks)} minutes, {screen} of them on screen"]
        for block in blocks:
            told.append(f"  {block.minutes:4}  {block.kind:6}  {block.title}")
            if block.lessons:
                told.append(f"                lessons: {', '.join(block.lessons)}")
            told += [f"                {e.id} ({e.minutes}, {e.purpose})" for e in _exercises(content, block)]
    return [*told, "", _totals(content, agenda)]


def _totals(content: Content, agenda: Agenda) -> str:
    def of(limit: int | None) -> str:
        return "" if limit is None else f" (at most {limit})"

    days = len({block.day for block in agenda.blocks})
    longest = max((block.minutes for block in agenda.blocks if block.kind == "screen"), default=0)
    return (
        f"Days: {days}. Minutes: {agenda.minutes()}."
        f" On screen: {agenda.minutes('screen')}{of(agenda.most_screen)}."
        f" Longest block on screen: {longest}{of(agenda.most_block)}."
        f" Exercises: {sum(len(block.exercises) for block in agenda.blocks)}."
        f" Worksheets of the own plan: {len(worksheets(content, agenda))}{of(agenda.most_worksheets)}."
    )

"""Handing in for everybody in a room, and all hand-ins as one file. Own plans go out only by their owner's consent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..answers import handin
from ..answers.participants import Participant
from ..errors import WorkbookError
from ..learner import HAND_INS, Learner
from .everybody import Everybody

CONSENT = "organiser"
"""The choice by which somebody gives the organiser their plan."""


@dataclass(frozen=True)
class Gathered:
    """How many hand-ins of how many people; ``problems`` says in plain words which could not be made."""

    hand_ins: int
    people: int
    problems: tuple[str, ...] = ()


def without_plan(frozen: Mapping[str, Any], learner: Learner) -> dict[str, Any]:
    """A hand-in without every question of the own plan, and without the rows of worksheets it referred to."""
    kept = {}
    for name, given in frozen["exercises"].items():
        own = {q.id for q in learner.exercise(f"{frozen['unit']}/{name}").questions if q.own_plan}
        answers = {id: answer for id, answer in given["answers"].items() if id not in own}
        if answers:
            kept[name] = {**given, "answers": answers}
    left = {**frozen, "exercises": kept, "referred": {}}
    return {**left, "sha256": handin.checksum(left)}


def hand_in(everybody: Everybody, people: Iterable[Participant]) -> Gathered:
    """Hand in every unit in which these people have answers; takes a while, so call it in a thread."""
    hand_ins, handed, problems = 0, set(), []
    for one in people:
        learner = Learner(everybody.session(one))
        units = {unit["id"] for unit in learner.course["units"]}
        for unit in learner.home.units(learner.owner):
            if unit not in units:
                continue
            try:
                frozen = learner.freeze(unit)
                if not one.agrees(CONSENT):
                    frozen = without_plan(frozen, learner)
                if not any(given["answers"] for given in frozen["exercises"].values()):
                    continue
                for question, value in (("frozen", frozen), ("receipt", handin.receipt(frozen))):
                    learner.home.save(learner.owner, HAND_INS, unit, question, {"value": value}, "")
            except WorkbookError as error:
                problems.append(f"{one.name}, {unit}: {error}")
                continue
            hand_ins += 1
            handed.add(one.id)
    return Gathered(hand_ins, len(handed), tuple(problems))


def export(everybody: Everybody, people: Iterable[Participant]) -> bytes:
    """A zip of everybody's last hand-in of each unit, as ``workbook collect`` takes it; call it in a thread."""
    whole = io.BytesIO()
    names: set[str] = set()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in people:
            learner = Learner(everybody.session(one))
            kept = learner.home.load(learner.owner, HAND_INS).values()
            for unit in sorted(kept):
                frozen = kept[unit].get("frozen")
                if not isinstance(frozen, dict):
                    continue
                if not one.agrees(CONSENT):
                    frozen = without_plan(frozen, learner)
                name, data = handin.packed(frozen)
                name = name if name not in names else f"{one.id}-{name}"
                names.add(name)
                archive.writestr(name, data)
    return whole.getvalue()

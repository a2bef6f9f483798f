"""What every surface needs of one learner: exercises, answers, the plan that grows from them, hand-in, progress."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from .. import answers, page
from ..answers import Home, Owner, freezing, handin
from ..content import load_released
from ..errors import WorkbookError, near
from ..i18n import _
from ..model import Exercise, Row
from ..page import Recalled
from ..places import Session, drawn
from ..plan import Plan
from . import earlier
from .overview import chapters

__all__ = ["HAND_INS", "HandedIn", "Learner", "chapters", "course_data", "open_home"]
HAND_INS = "hand-ins"
"""The unit under which receipts and frozen answers are kept, beside the answers themselves."""

open_home = cache(answers.open_home)


@cache
def course_data(root: Path, changed: float) -> Mapping[str, Any]:
    """``course/course.json`` as plain data; ``changed`` is its time, so that a new build is read again."""
    data: Mapping[str, Any] = json.loads((root / "course" / "course.json").read_text(encoding="utf-8"))
    return data


@cache
def _exercise(path: Path, changed: float) -> Exercise:
    return load_released(path)


@dataclass(frozen=True)
class HandedIn:
    """A unit that was handed in: the file to send and its receipt."""

    file: Path | None
    receipt: Mapping[str, Any]
    text: str
    name: str
    data: bytes

    def sentence(self) -> str:
        """What to do with it; without answers, that it holds none."""
        said = _("{file} is ready. Send it to your trainer. Receipt: {id}").format(
            file=self.file or self.name, id=self.receipt["id"]
        )
        return said if self.receipt.get("answers") else said + "\n" + _("It holds no answers: none was given yet.")


class Learner:
    """One owner of answers in one course."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.home: Home = open_home(session.home)
        self.owner: Owner = Owner(session.owner, session.kind) if session.owner else self.home.me()

    # -- content ------------------------------------------------------------------------------------------------

    @property
    def course(self) -> Mapping[str, Any]:
        """Units, lessons and what stands in them, in order (see ``release.course_data``)."""
        path = self.session.root / "course" / "course.json"
        try:
            return course_data(self.session.root, path.stat().st_mtime)
        except FileNotFoundError:
            raise WorkbookError(_("The course has not been built yet. Run: workbook build")) from None
        except (OSError, ValueError) as error:
            raise WorkbookError(
                _("The course cannot be read ({why}). Run: workbook build").format(why=error)
            ) from error

    def exercise(self, id: str) -> Exercise:
        """The learner's version of ``unit/exercise``."""
        unit, _slash, name = id.partition("/")
        path = self.session.root / "exercises" / unit / f"{name}.json"
        return _exercise(path, path.stat().st_mtime if path.is_file() else 0.0)

    def whole(self, id: str) -> Exercise | None:
        """The exercise with its key and model, for someone alone who has handed it in; never a test."""
        unit, _slash, name = id.partition("/")
        path = self.session.keys / unit / f"{name}.json"
        if not self.session.alone or self.receipt(unit) is None or not path.is_file():
            return None
        exercise = _exercise(path, path.stat().st_mtime)
        return None if exercise.purpose == "test" else exercise

    @property
    def listed(self) -> Mapping[str, Mapping[str, Any]]:
        """Every exercise of the course in order: id to what ``course.json`` says of it."""
        found: dict[str, Mapping[str, Any]] = {}
        for _lesson, about in self._shown():
            found.setdefault(about["id"], about)
        return found

    @property
    def given(self) -> Mapping[str, str]:
        """The exercises that this learner gets, in order, each with the lesson that shows it: of several, the drawn."""
        found: dict[str, str] = {}
        for lesson, about in self._shown():
            if self.drawn(about.get("drawn-from") or [about["id"]]) == about["id"]:
                found.setdefault(about["id"], lesson)
        return found

    def _shown(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for unit in self.course["units"]:
            for lesson in unit["lessons"]:
                for about in lesson.get("exercises", ()):
                    yield f"{unit['id']}/{lesson['id']}", about

    def drawn(self, ids: Sequence[str]) -> str:
        """The one of ``ids`` that this learner gets, always the same one."""
        return drawn(ids, self.owner.id)

    def related(self, ids: Iterable[str]) -> list[str]:
        """The exercises that ``ids`` refer to, and those that refer to them, through any chain; in course order."""
        listed = self.listed
        wanted = [id for id in listed if id in set(ids)]
        wanted += [id for id, about in listed.items() if set(about.get("refers", ())) & set(wanted)]
        found: dict[str, None] = {}
        while wanted:
            id = wanted.pop()
            if id not in found and id in listed:
                found[id] = None
                wanted += listed[id].get("refers", ())
        return [id for id in listed if id in found]

    # -- answers ------------------------------------------------------------------------------------------------

    def plan(self, ids: Iterable[str]) -> Plan:
        """The plan as far as ``ids`` touch it: their worksheets, what they refer to and what refers to them."""
        ids = list(ids)
        exercises = {id: self.exercise(id) for id in self.related(ids)}
        exercises |= {id: self.exercise(id) for id in ids if id not in exercises}
        units = {unit: self.home.load(self.owner, unit) for unit in {e.unit for e in exercises.values()}}
        values: dict[str, dict[str, Any]] = {}
        removed: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        for id, exercise in exercises.items():
            given = units[exercise.unit].exercises.get(exercise.name, {})
            values[id] = {question: answer.value for question, answer in given.items()}
            removed |= {f"{id}/{question}": answer.removed for question, answer in given.items() if answer.removed}
        return Plan(exercises, values, removed)

    def values(self, id: str) -> dict[str, Any]:
        """The values of one exercise by question."""
        unit, _slash, name = id.partition("/")
        return self.home.load(self.owner, unit).of(name)

    def recalls(self, exercises: Iterable[Exercise]) -> list[str]:
        """The exercises of the course whose answers questions of ``exercises`` recall: the plan has to know them."""
        return [id for id in earlier.recalled(exercises) if id in self.listed]

    def recalled(self, exercise: Exercise, plan: Plan) -> dict[str, Recalled]:
        """Question id to the earlier answer that is shown with it. For the learner's own pages only."""
        found = {}
        for question in exercise.questions:
            place = earlier.find(plan, question.recall) if question.recall else None
            if place and question.recall:
                lesson = self.given.get(place[0].id, place[0].lesson)
                text, rows = earlier.in_words(plan, question.recall, place[1])
                found[question.id] = Recalled(lesson, self.title(lesson), text, rows)
        return found

    # -- handing in ---------------------------------------------------------------------------------------------

    def receipt(self, unit: str) -> Mapping[str, Any] | None:
        """The receipt of the last hand-in of ``unit``, or None."""
        found = self.home.load(self.owner, HAND_INS).of(unit).get("receipt")
        return found if isinstance(found, Mapping) else None

    def freeze(self, unit: str) -> dict[str, Any]:
        """The unit's answers with every row they refer to, without anything private."""
        ids = [id for id in self.listed if id.startswith(f"{unit}/")]
        if not ids:
            known = [u["id"] for u in self.course["units"]]
            text = _("There is no unit '{unit}' with exercises.").format(unit=unit)
            raise WorkbookError(text + (near(unit, known) or " " + _("Known: {known}").format(known=", ".join(known))))
        plan = self.plan(ids)
        rows: dict[str, list[Row]] = {}
        for address, needed in plan.needed(unit).items():
            rows[address] = [plan.rows[address][id] for id in needed]
        return freezing.freeze(self.home.load(self.owner, unit), plan.exercises, rows)

    @property
    def name(self) -> str:
        """What the trainer calls this learner; empty where nobody said so."""
        return self.owner.label or self.home.load(self.owner, HAND_INS).owner.label

    def hand_in(self, unit: str, into: Path | None = None, *, name: str | None = None) -> HandedIn:
        """Freeze ``unit``, keep the receipt beside the answers, and write the file to send if ``into`` is a folder.

        ``name`` is the name the trainer knows, kept for the next time; someone alone may take it back by an empty one.
        Handing in again replaces nothing, the trainer takes the later one.
        """
        if name is not None and (name or self.session.alone) and name != self.name:
            self.owner = self.home.rename(self.owner, name)
        frozen = self.freeze(unit)
        receipt = handin.receipt(frozen)
        for question, value in (("frozen", frozen), ("receipt", receipt)):
            self.home.save(self.owner, HAND_INS, unit, question, {"value": value}, "")
        file = handin.pack(frozen, into) if into is not None else None
        made = handin.packed(frozen)
        return HandedIn(file, receipt, handin.receipt_text(receipt), made[0], made[1])

    # -- how far ------------------------------------------------------------------------------------------------

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        units = self.course["units"]
        return {f"{u['id']}/{lesson['id']}": lesson["title"] for u in units for lesson in u["lessons"]}

    def title(self, lesson: str) -> str:
        """A lesson's title, or its id where the course does not have it."""
        return self._titles.get(lesson, lesson)

    # -- paper --------------------------------------------------------------------------------------------------

    def paper(self, id: str, into: Path, *, filled: bool) -> Path:
        """Write ``unit/exercise`` (or all of a unit) as an A4 page to print, empty or with the answers."""
        given = self.given if filled else self.listed
        ids = [id] if "/" in id else [one for one in given if one.startswith(f"{id}/")]
        if not ids or any(one not in self.listed for one in ids):
            units = [u["id"] for u in self.course["units"]]
            text = _("There is no exercise or unit '{id}'.").format(id=id)
            raise WorkbookError(text + near(id, [*units, *self.listed]))
        into.mkdir(parents=True, exist_ok=True)
        target = into / f"{id.replace('/', '-')}{'-filled' if filled else ''}.html"
        target.write_text(self.paper_page(ids, filled=filled), encoding="utf-8", newline="\n")
        return target

    def paper_page(self, ids: list[str], *, filled: bool) -> str:
        """The A4 page of some exercises."""
        plan = self.plan([*ids, *self.recalls(self.exercise(id) for id in ids)])
        sheets = []
        for id in ids:
            exercise, values = plan.exercises[id], plan.values.get(id) if filled else None
            recalled = self.recalled(exercise, plan)
            if not filled:
                recalled = {question: Recalled(one.lesson, one.title) for question, one in recalled.items()}
            sheets.append(page.Sheet(exercise, values, plan.choices(id), plan.extra(id), recalled))
        return page.papers(sheets)

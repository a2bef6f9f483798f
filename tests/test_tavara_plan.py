"""A complete made-up plan, Clean Coast Tavara: it satisfies every check of the own plan's worksheets; checks bite."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import whole
from workbook.kinds import BY_NAME
from workbook.model import Exercise
from workbook.plan import Plan, dangling

ROOT = Path(__file__).parents[1]
FIXTURE = ROOT / "tests" / "fixtures" / "tavara-plan.json"
INITIATION = (
    "start", "challenge", "affected", "support", "needs", "stakeholders", "partners", "screening", "understanding",
    "objectives", "scope", "alignment", "baseline", "resources", "value-risks", "harm", "governance", "agreement",
    "completion-check",
)  # fmt: skip
FORMATION = (
    "results", "components", "activities", "leadership", "component-leads", "decision-rules", "talk-and-quarrel",
    "mobilisation", "running-cost", "second-reading", "before-we-start",
)  # fmt: skip
LATER = (
    "implementation/rhythm", "implementation/nested", "implementation/care", "implementation/watching",
    "implementation/reporting", "review/our-reviews", "review/our-revisions", "review/our-lessons", "renewal/scaling",
    "renewal/moving-on", "accountability/three-questions", "platforms/our-entry", "convening/my-meeting",
    "capstone/my-threads", "capstone/commitments",
)  # fmt: skip
ORDER = (*(f"initiation/{name}" for name in INITIATION), *(f"formation/{name}" for name in FORMATION), *LATER)
MAY_GO: Mapping[str, tuple[str, set[str]]] = {
    # Rows to which no other worksheet refers; each removed alone, no check has to speak, for the reason given.
    "initiation/challenge/past": ("Two are asked for", {"past-clean-ups", "past-truck", "past-bag-rule"}),
    "initiation/challenge/goals": ("One of each kind is asked for", {"goal-14", "goal-11", "goal-8", "goal-5"}),
    "initiation/support/backing": ("One from politics is asked for", {"back-ministry", "back-council"}),
    "initiation/support/way-to-yes": ("Two are asked for; one signs", {"way-note", "way-legal", "way-vote"}),
    "initiation/stakeholders/stakeholders": ("No partner, nobody's only voice", {"s-cruise", "s-pickers"}),
    "initiation/screening/screening": ("Two looks at one partner", {"look-company-conduct", "look-company-bags"}),
    "initiation/alignment/targets": ("Two targets of one objective", {"line-sea", "line-city"}),
    "initiation/alignment/links": ("Two are asked for", {"link-poverty", "link-climate", "link-health"}),
    "initiation/harm/harm": ("A group that is not left out", {"x-families"}),
    "convening/my-meeting/guests": ("Three are asked for; these two neither decide nor bear it", {"mg-host", "mg-health"}),
    "convening/my-meeting/parts": ("Three are asked for, one in small groups", {"mp-boat", "mp-hour", "mp-late"}),
}  # fmt: skip


@cache
def exercises() -> Mapping[str, Exercise]:
    """The worksheets of the own plan, from their YAML, in the order in which one fills them."""
    found = whole.course().exercises
    return {id: found[id] for id in ORDER}


@cache
def tavara() -> dict[str, dict[str, Any]]:
    plan: dict[str, dict[str, Any]] = json.loads(FIXTURE.read_text(encoding="utf-8"))
    return plan


def open_findings(plan: Plan) -> list[str]:
    found = []
    for exercise, question in tables():
        said = plan.findings(exercise.id, question.id).open
        found += [f"{exercise.id}/{question.id}: {finding.check}: {finding.message}" for finding in said]
    return found


def rows(*, fixed: bool) -> list[tuple[str, str]]:
    found = [(e, q) for e, q in tables() if q.ask.fixed is fixed]
    return [(f"{e.id}/{q.id}", row["id"]) for e, q in found for row in tavara()[e.id][q.id]["rows"]]


def tables() -> list[tuple[Exercise, Any]]:
    return [(e, q) for e in exercises().values() for q in e.questions if q.kind == "table"]


def without(address: str, row: str) -> Plan:
    values = copy.deepcopy(tavara())
    exercise, _slash, question = address.rpartition("/")
    table = values[exercise][question]
    table["rows"] = [r for r in table["rows"] if r["id"] != row]
    return Plan(exercises(), values)


def test_every_worksheet_of_the_own_plan_is_in_it_in_the_order_of_the_course() -> None:
    course = json.loads((ROOT / "course" / "course.json").read_text(encoding="utf-8"))
    shown = [e["id"] for unit in course["units"] for lesson in unit["lessons"] for e in lesson.get("exercises", ())]
    own = {id for id, e in whole.course().exercises.items() if any(q.own_plan for q in e.questions)}
    assert own <= set(shown)
    assert list(ORDER) == [id for id in dict.fromkeys(shown) if id in own]
    assert list(tavara()) == list(ORDER)


def test_every_question_of_the_own_plan_is_answered_and_read_without_loss() -> None:
    asked = {e.id: {q.id for q in e.questions} for e in exercises().values()}
    assert {id: set(values) for id, values in tavara().items()} == asked
    for exercise in exercises().values():
        for question in exercise.questions:
            kind, given = BY_NAME[question.kind], tavara()[exercise.id][question.id]
            read = kind.parse(question.ask, given)
            assert kind.complete(question.ask, read), f"{exercise.id}/{question.id} is not complete"
            if question.kind != "table":
                assert read == given
                continue
            stored = {row["id"]: row["cells"] for row in read["rows"]}
            for row in given["rows"]:
                lost = {c: v for c, v in row["cells"].items() if stored[row["id"]].get(c) != v}
                assert not lost, f"{exercise.id}/{question.id}, row {row['id']}: {lost}"


def test_a_complete_plan_leaves_nothing_to_say() -> None:
    plan = Plan(exercises(), tavara())
    assert open_findings(plan) == []
    assert plan.broken() == ()


def test_every_reference_of_the_worksheets_leads_somewhere_earlier_in_the_order() -> None:
    assert list(dangling(exercises())) == []
    plan = Plan(exercises(), tavara())
    for exercise, question in tables():
        for column in question.ask.columns.values():
            if column.from_:
                target = plan.resolve(column.from_)[0].rpartition("/")[0]
                assert ORDER.index(target) <= ORDER.index(exercise.id)


def test_an_empty_table_says_what_is_missing() -> None:
    for exercise, question in tables():
        values = copy.deepcopy(tavara())
        values[exercise.id][question.id] = None
        assert Plan(exercises(), values).findings(exercise.id, question.id).open, f"{exercise.id}/{question.id}"


def test_every_finding_says_why_and_where_it_comes_from() -> None:
    for exercise, question in tables():
        for check in question.ask.checks:
            assert check.why and check.cite and check.id, f"{exercise.id}/{question.id}: {check.name}"


@pytest.mark.parametrize(("address", "row"), rows(fixed=False))
def test_a_missing_row_is_noticed(address: str, row: str) -> None:
    plan = without(address, row)
    silent = not open_findings(plan)
    _why, may_go = MAY_GO.get(address, ("", set()))
    assert silent == (row in may_go)
    exercise, _slash, question = address.rpartition("/")
    used = Plan(exercises(), tavara()).uses(exercise, question, row)
    assert {(link.exercise, link.question, link.row) for link in plan.broken()} == {
        (link.exercise, link.question, link.row) for link in used
    }


@pytest.mark.parametrize(("address", "row"), rows(fixed=True))
def test_a_row_that_stands_there_from_the_start_is_noticed_when_it_is_empty(address: str, row: str) -> None:
    values = copy.deepcopy(tavara())
    exercise, _slash, question = address.rpartition("/")
    for one in values[exercise][question]["rows"]:
        if one["id"] == row:
            one["cells"] = {}
    found = open_findings(Plan(exercises(), values))
    assert any(finding.startswith(f"{address}: ") for finding in found)


def test_only_rows_that_are_there_may_go() -> None:
    known = set(rows(fixed=False))
    assert {(address, row) for address, (_why, may_go) in MAY_GO.items() for row in may_go} <= known
    assert all(why for why, _may_go in MAY_GO.values())


def test_an_untouched_own_plan_can_be_looked_at() -> None:
    plan = Plan(exercises(), {})
    assert open_findings(plan)
    assert plan.sections("private") == ()


def test_what_is_private_is_in_no_plan_of_others() -> None:
    plan = Plan(exercises(), tavara())
    shown = "\n".join(section.text for section in plan.sections("plan"))
    own = "\n".join(section.text for section in plan.sections("private"))
    for private in ("Settled a wage case", "Plant manager, public company line", "relatives of officials"):
        assert private in own
        assert private not in shown
    assert "Women's savings network" in shown

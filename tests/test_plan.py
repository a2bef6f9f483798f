"""The plan: worksheets that refer to each other, what is missing, what breaks, and who may see what."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.content.exercise import read_exercise
from workbook.errors import Problems
from workbook.fields import Node
from workbook.kinds import Place, controls
from workbook.kinds.table import source
from workbook.model import Exercise
from workbook.plan import Plan, Unresolved, dangling, may_see, resolve


def exercise(id: str, *questions: dict[str, Any]) -> Exercise:
    unit, name = id.split("/")
    asked = [{"kind": "table", "own-plan": True, "prompt": "Fill it in.", **q} for q in questions]
    fields = {"title": name.title(), "lesson": f"{unit}/one", "objective": "o", "cite": ["G"], "purpose": "plan"}
    problems = Problems("a.yml")
    read = read_exercise(Node({**fields, "minutes": 5, "questions": asked}, (), problems), unit, name)
    assert problems.found == []
    assert isinstance(read, Exercise)
    return read


NEEDS = exercise(
    "start/needs",
    {
        "id": "needs",
        "one": "need",
        "columns": {"need": {"type": "text"}, "kind": {"type": "choice", "options": ["hard", "soft"]}},
    },
    {"id": "why", "kind": "long-text"},
)
FOLK = exercise(
    "start/folk",
    {
        "id": "folk",
        "one": "stakeholder",
        "columns": {
            "name": {"type": "text"},
            "joins": {"type": "yes-no-unknown"},
            "power": {"type": "choice", "options": ["low", "high"], "visibility": "private"},
            "nickname": {"type": "text", "visibility": "private"},
        },
    },
)
PARTNERS = exercise(
    "start/partners",
    {
        "id": "partners",
        "one": "partner",
        "columns": {
            "name": {"type": "ref", "from": "start/folk.name", "where": {"joins": {"not": "no"}}},
            "meets": {"type": "ref", "from": "start/needs.need", "many": True},
            "alias": {"type": "ref", "from": "start/folk.nickname"},
        },
        "checks": [
            {"rows": {"min": 2}},
            {"covers": "start/needs.need", "by": "meets", "where": {"kind": "hard"}, "id": "hard-needs"},
            {"filled": "name"},
        ],
    },
)
WORK = exercise(
    "later/work",
    {
        "id": "tasks",
        "columns": {
            "task": {"type": "text"},
            "lead": {"type": "ref", "from": "start/partners.name"},
            "after": {"type": "ref", "from": "later/work/tasks.task", "many": True},
        },
        "checks": [{"acyclic": "after"}, {"refers": "lead"}],
    },
    {
        "id": "notes",
        "visibility": "private",
        "columns": {"task": {"type": "text"}, "who": {"type": "ref", "from": "start/folk.name"}},
    },
)
COURSE = {e.id: e for e in (NEEDS, FOLK, PARTNERS, WORK)}


def table(**rows: dict[str, Any]) -> dict[str, Any]:
    return {"rows": [{"id": id, "cells": cells} for id, cells in rows.items()], "aside": {}}


VALUES: dict[str, dict[str, Any]] = {
    "start/needs": {
        "needs": table(n1={"need": "Boats", "kind": "hard"}, n2={"need": "Trust", "kind": "soft"}),
        "why": "Because we cannot fish alone.",
    },
    "start/folk": {
        "folk": table(
            s1={"name": "Town", "joins": "yes", "power": "high", "nickname": "The wall"},
            s2={"name": "Harbour", "joins": "no"},
            s3={"joins": "unknown"},
        )
    },
    "start/partners": {"partners": table(p1={"name": "s1", "meets": ["n1", "n9"], "alias": "s1"}, p2={"name": "s2"})},
    "later/work": {
        "tasks": table(t1={"task": "Plan", "lead": "p1"}, t2={"task": "Do", "lead": "p7", "after": ["t1"]}),
        "notes": table(x1={"task": "Call", "who": "s3"}),
    },
}
GONE = {"start/needs/needs": {"n9": {"need": "Ropes"}}, "start/partners/partners": {"p7": {"name": "s2"}}}
PLAN = Plan(COURSE, VALUES, GONE)


def changed(exercise: str, question: str, value: Any) -> Plan:
    return Plan(COURSE, {**VALUES, exercise: {**VALUES[exercise], question: value}}, GONE)


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("start/needs.need", ("start/needs/needs", "need")),
        ("later/work.lead", ("later/work/tasks", "lead")),
        ("later/work/notes.task", ("later/work/notes", "task")),
    ],
)
def test_references_are_resolved(reference: str, found: tuple[str, str]) -> None:
    assert PLAN.resolve(reference) == resolve(COURSE, reference) == found


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("later/work.task", "may be any of several worksheets: write later/work/tasks.task or later/work/notes.task."),
        ("start/need.need", "there is no exercise 'start/need'. Did you mean 'start/needs'?"),
        ("start/needs.needs", "no worksheet of 'start/needs' has a column 'needs'. Did you mean 'need'?"),
        ("start/needs/why.need", "'start/needs' has no worksheet 'why'."),
    ],
)
def test_references_that_cannot_be_resolved(reference: str, message: str) -> None:
    with pytest.raises(Unresolved) as refused:
        PLAN.resolve(reference)
    assert message in str(refused.value)
    assert PLAN.other(reference) is None


def test_labels_go_through_chains_and_name_a_row_without_one() -> None:
    assert PLAN.labels("start/folk/folk", "name") == {"s1": "Town", "s2": "Harbour", "s3": "Stakeholder 3"}
    assert PLAN.labels("start/partners/partners", "name") == {"p1": "Town", "p2": "Harbour"}
    assert PLAN.labels("start/partners/partners", "name", removed=True) == {"p7": "Harbour"}


def test_choices_keep_the_where_and_the_page_knows_the_rest() -> None:
    narrowed = PARTNERS.question("partners").ask.columns["name"].source
    assert narrowed != source("start/folk.name", {})
    choices, extra = PLAN.choices("start/partners"), PLAN.extra("start/partners")
    assert choices[narrowed] == {"s1": "Town", "s3": "Stakeholder 3"}
    assert choices["start/needs.need"] == {"n1": "Boats", "n2": "Trust"}
    assert extra["outside"][narrowed] == {"s2": "Harbour"}
    assert extra["removed"]["start/needs.need"] == {"n9": "Ropes"}
    assert extra["empty"][narrowed].title == "Folk"
    html = controls("table")(
        PARTNERS.question("partners").ask,
        PLAN.value("start/partners/partners"),
        Place("q", "q", choices=choices, extra=extra),
    )
    assert "(removed) Ropes" in html and "(no longer in the list) Harbour" in html


def test_findings_look_at_other_worksheets() -> None:
    (broken,) = PLAN.findings("start/partners", "partners").open
    assert (broken.check, broken.rows) == ("hard-needs", ("p1",))
    assert broken.message == "“Meets” points to something that was removed: Partner 1 (Town)."
    mended = changed("start/partners", "partners", table(p1={"name": "s1", "meets": ["n1"]}, p2={"name": "s2"}))
    assert mended.findings("start/partners", "partners").open == ()
    without = changed("start/partners", "partners", table(p1={"name": "s1"}))
    assert [f.message for f in without.findings("start/partners", "partners").open] == [
        "Rows so far: 1. Asked for: at least 2.",
        "No row has this in “Meets” yet: Boats.",
    ]
    (gone,) = PLAN.findings("later/work", "tasks").open
    assert gone.message == "“Lead” points to something that was removed: Row 2 (Do)."
    assert gone.rows == ("t2",)


def test_what_was_set_aside_is_listed_apart() -> None:
    value = table(p1={"name": "s1"}) | {"aside": {"hard-needs": {"as": "not-known"}}}
    found = changed("start/partners", "partners", value).findings("start/partners", "partners")
    assert [f.check for f in found.open] == ["rows"]
    assert [f.check for f in found.aside] == ["hard-needs"]


def test_an_empty_worksheet_gets_two_findings_at_most() -> None:
    found = Plan(COURSE, {}).findings("start/partners", "partners").open
    assert [f.check for f in found] == ["rows"]
    assert len(changed("start/partners", "partners", None).findings("start/partners", "partners").open) == 2


def test_rows_are_named_by_what_they_refer_to() -> None:
    circle = table(t1={"lead": "p1", "after": ["t2"]}, t2={"task": "Do", "lead": "p1", "after": ["t1"]})
    (found,) = changed("later/work", "tasks", circle).findings("later/work", "tasks").open
    assert "Row 1 (Town) → Row 2 (Do), and back" in found.message


def test_broken_references_are_found_with_the_name_of_what_is_gone() -> None:
    assert [(str(link), link.row, link.to, link.label) for link in PLAN.broken()] == [
        ("start/partners/partners.meets", "p1", "n9", "Ropes"),
        ("later/work/tasks.lead", "t2", "p7", "Harbour"),
    ]
    assert [link.to for link in PLAN.broken("later/work")] == ["p7"]


def test_who_refers_to_a_row() -> None:
    assert [str(link) for link in PLAN.uses("start/folk", "folk", "s1")] == [
        "start/partners/partners.name",
        "start/partners/partners.alias",
    ]
    warning = PLAN.warning("start/folk", "folk", "s1")
    assert warning.startswith("Other answers refer to this row: Partners: Partner 1 (Town).")
    assert PLAN.warning("start/needs", "needs", "n2") == ""
    # Rows of two worksheets may have the same id.
    assert PLAN.uses("start/needs", "needs", "s1") == ()


def test_a_hand_in_takes_along_what_it_refers_to_but_nothing_private() -> None:
    assert PLAN.needed("later") == {
        "start/needs/needs": ("n1",),
        "start/folk/folk": ("s1",),
        "start/partners/partners": ("p1",),
    }
    assert PLAN.needed("start") == {}


def test_the_plan_in_words() -> None:
    sections = {f"{s.exercise.id}/{s.question.id}": s for s in PLAN.sections("private")}
    assert list(sections) == [
        "start/needs/needs",
        "start/needs/why",
        "start/folk/folk",
        "start/partners/partners",
        "later/work/tasks",
        "later/work/notes",
    ]
    assert sections["start/needs/why"].text == "Because we cannot fish alone."
    partners = sections["start/partners/partners"]
    assert partners.heads == ("Name", "Meets", "Alias")
    assert partners.rows[0] == ("Town", "Boats; (removed) Ropes", "The wall")
    assert sections["later/work/tasks"].text.split("\n")[1] == "Task: Do; Lead: (removed) Harbour; After: Plan"


def test_what_is_private_is_dropped_wherever_it_would_show() -> None:
    for audience in ("plan", "group"):
        sections = PLAN.sections(audience)
        text = repr([(s.text, s.heads, s.rows) for s in sections])
        for private in ("The wall", "high", "Power", "Nickname", "Call"):
            assert private not in text
        assert [s.question.id for s in sections] == ["needs", "why", "folk", "partners", "tasks"]
    assert may_see("private", "private") and may_see("group", "plan") and not may_see("plan", "group")


def test_references_that_lead_nowhere_are_told_to_the_author() -> None:
    bad = exercise(
        "later/bad",
        {
            "id": "bad",
            "columns": {
                "a": {"type": "ref", "from": "start/nedes.need"},
                "b": {"type": "ref", "from": "start/folk.name", "where": {"join": "yes"}},
                "c": {"type": "ref", "from": "later/work.task"},
                "d": {"type": "text"},
            },
            "checks": [
                {"covers": "start/needs.nead", "by": "d"},
                {"covers": "start/needs.need", "by": "d", "where": {"x": "y"}, "id": "x"},
            ],
        },
    )
    found = [(path, message) for _id, path, message in dangling({**COURSE, bad.id: bad})]
    assert [".".join(map(str, path)) for path, _message in found] == [
        "questions.0.columns.a.from",
        "questions.0.columns.c.from",
        "questions.0.checks.0.covers",
        "questions.0.columns.b.where.join",
        "questions.0.checks.1.where.x",
    ]
    assert "Did you mean 'start/needs'?" in found[0][1]
    assert "Did you mean 'joins'?" in found[3][1]
    assert list(dangling(COURSE)) == []


def test_worksheets_that_refer_to_each_other_in_a_circle_do_no_harm() -> None:
    one = exercise("u/one", {"id": "t", "columns": {"a": {"type": "ref", "from": "u/two.b"}, "x": {"type": "text"}}})
    two = exercise("u/two", {"id": "t", "columns": {"b": {"type": "ref", "from": "u/one.a"}}})
    values = {"u/one": {"t": table(r1={"a": "q1"})}, "u/two": {"t": table(q1={"b": "r1"})}}
    plan = Plan({"u/one": one, "u/two": two}, values)
    assert set(plan.choices("u/one")["u/two.b"]) == {"q1"}
    assert len(plan.sections()) == 2
    assert plan.needed("u") == {}
    assert plan.broken() == ()


def test_thirty_worksheets_of_thirty_rows_are_gathered_at_once() -> None:
    course = {f"u/e{n}": exercise(f"u/e{n}", {
        "id": "t",
        "columns": {"name": {"type": "text"}, "to": {"type": "ref", "from": f"u/e{max(0, n - 1)}.name", "many": True}},
    }) for n in range(30)}  # fmt: skip
    rows = {f"r{i}": {"name": f"Row {i}", "to": [f"r{i}", f"r{(i + 1) % 30}"]} for i in range(30)}
    plan = Plan(course, {id: {"t": table(**rows)} for id in course})
    begin = time.perf_counter()
    assert len(plan.links) == 30 * 30 * 2
    assert plan.broken() == ()
    # A bound that only a wrong kind of loop can reach, not a measurement.
    assert time.perf_counter() - begin < 2


JUNK = (
    st.none() | st.text(max_size=3) | st.sampled_from(["n1", "s1", "p1", "t1", "yes"]) | st.lists(st.text(max_size=2))
)
ROWS = st.dictionaries(
    st.sampled_from(["n1", "s1", "p1", "t1", "t2"]),
    st.dictionaries(st.sampled_from(["name", "need", "meets", "joins", "lead", "after", "task", "old"]), JUNK),
)


@settings(max_examples=100, deadline=None)
@given(st.fixed_dictionaries({"needs": ROWS, "folk": ROWS, "partners": ROWS, "tasks": ROWS}))
def test_whatever_is_stored_the_plan_can_be_gathered(rows: Any) -> None:
    stored = {name: table(**given) for name, given in rows.items()}
    values = {
        "start/needs": {"needs": stored["needs"]},
        "start/folk": {"folk": stored["folk"]},
        "start/partners": {"partners": stored["partners"]},
        "later/work": {"tasks": stored["tasks"]},
    }
    plan = Plan(COURSE, json.loads(json.dumps(values)))
    for id in COURSE:
        plan.choices(id), plan.extra(id)
    for address in plan.tables:
        plan.findings(*address.rsplit("/", 1))
    broken, needed = plan.broken(), plan.needed("later")
    assert all(link.to not in plan.rows[link.target] for link in broken)
    assert all(set(ids) <= set(plan.rows[address]) for address, ids in needed.items())
    assert len(plan.sections("private")) >= len(plan.sections("plan"))

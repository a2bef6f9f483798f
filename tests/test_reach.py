"""Through a ref: what checks see in the row that it points to, and what computed columns show and count."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample
from workbook import author, page
from workbook.answers import Owner, freezing, open_home
from workbook.checks import BY_VERB
from workbook.checks.columns import Several, filled, values
from workbook.content.course import load_content
from workbook.content.exercise import read_exercise, released
from workbook.errors import Problems
from workbook.fields import Node
from workbook.kinds import BY_NAME
from workbook.model import Exercise
from workbook.page import State, Surface
from workbook.plan import Plan, dangling


def read(id: str, *questions: dict[str, Any], purpose: str = "plan") -> tuple[Any, list[str]]:
    unit, name = id.split("/")
    asked = [{"kind": "table", "prompt": "Fill it in.", **q} for q in questions]
    fields = {"title": name.title(), "lesson": f"{unit}/one", "objective": "o", "cite": ["G"], "purpose": purpose}
    problems = Problems("a.yml")
    exercise = read_exercise(Node({**fields, "minutes": 5, "questions": asked}, (), problems), unit, name)
    return exercise, [f"{p.field}: {p.message}" for p in problems.found]


def exercise(id: str, *questions: dict[str, Any]) -> Exercise:
    found, problems = read(id, *[{"own-plan": True, **q} for q in questions])
    assert problems == []
    assert isinstance(found, Exercise)
    return found


ACTIVITIES = {
    "id": "activities",
    "one": "activity",
    "columns": {
        "activity": {"type": "text"},
        "begin": {"type": "date"},
        "end": {"type": "date"},
        "kind": {"type": "choice", "options": {"learn": "Learn", "build": "Build it"}},
        "note": {"type": "long"},
        "days": {"type": "number", "unit": "days"},
        "lead": {"type": "ref", "from": "work/folk.name"},
        "worry": {"type": "text", "visibility": "private"},
        "after": {"type": "ref", "from": "work/activities.activity", "many": True},
    },
}
FOLK = {"id": "folk", "columns": {"name": {"type": "text"}, "born": {"type": "date"}}}
STEPS = {
    "id": "steps",
    "one": "step",
    "columns": {
        "step": {"type": "text"},
        "activity": {"type": "ref", "from": "work/activities.activity"},
        "parts": {"type": "ref", "from": "work/activities.activity", "many": True},
        "on": {"type": "date"},
        "who": {"type": "ref", "from": "work/folk.name"},
        "share": {"type": "number"},
    },
}


ANA = Owner("learner-ana")


def table(**rows: dict[str, Any]) -> dict[str, Any]:
    return {"rows": [{"id": id, "cells": cells} for id, cells in rows.items()], "aside": {}}


A = {
    "a1": {
        "activity": "Survey",
        "begin": "2027-01-01",
        "end": "2027-03-01",
        "kind": "learn",
        "days": "10",
        "lead": "f1",
    },
    "a2": {"activity": "Pier", "begin": "2027-04-01", "kind": "build", "note": "one two three", "days": "30"},
    "a3": {"activity": "Nets", "end": "2027-02-01", "kind": "build", "lead": "f2"},
}
F = {"f1": {"name": "Ana"}, "f2": {"name": "Bo"}}


def plan(check: Any, *rows: dict[str, Any], activities: dict[str, Any] = ACTIVITIES, steps: Any = STEPS) -> Plan:
    course = [
        exercise("work/activities", activities),
        exercise("work/folk", FOLK),
        exercise("work/steps", {**steps, "checks": [check] if check else steps.get("checks", [])}),
    ]
    given = table(**{f"s{n}": cells for n, cells in enumerate(rows, 1)})
    values = {
        "work/activities": {"activities": table(**A)},
        "work/folk": {"folk": table(**F)},
        "work/steps": {"steps": given},
    }
    gone = {"work/activities/activities": {"a9": {"activity": "Gone", "end": "2027-09-09"}}}
    return Plan({e.id: e for e in course}, values, gone)


def said(check: Any, *rows: dict[str, Any]) -> list[str]:
    made = plan(check, *rows)
    assert list(dangling(made.exercises)) == []
    return [f.message for f in made.findings("work/steps", "steps").open]


SEEN = [
    (
        {"before": ["activity.end", "on"]},
        [{"activity": "a1", "on": "2027-02-01"}, {"activity": "a2", "on": "2020-01-01"}],
        "Step 1 (Survey): “End of Activity” (2027-03-01) comes after “On” (2027-02-01).",
    ),
    (
        {"before": ["parts.end", "on"]},
        [{"step": "x", "parts": ["a3", "a1"], "on": "2027-02-15"}, {"step": "y", "parts": ["a3"], "on": "2027-02-15"}],
        "Step 1 (x): “End of Parts” (2027-03-01) comes after “On” (2027-02-15).",
    ),
    (
        {"filled": "activity.end"},
        [{"activity": "a1"}, {"activity": "a2"}, {"step": "none"}, {"activity": "a9"}],
        "“End of Activity” is still empty: Step 2 (Pier), Step 3 (none), Step 4 ((removed) Gone).",
    ),
    (
        {"filled": "parts.end"},
        [{"step": "x", "parts": ["a1", "a3"]}, {"step": "y", "parts": ["a1", "a2"]}, {"step": "z", "parts": ["a1", "a9"]}],
        "“End of Parts” is still empty: Step 2 (y), Step 3 (z).",
    ),
    (
        {"filled": "on", "when": {"activity.kind": "learn"}},
        [{"activity": "a1"}, {"activity": "a2"}, {"step": "none"}],
        "“On” is still empty where “Kind of Activity” is “Learn”: Step 1 (Survey).",
    ),
    (
        {"rows": {"min": 2}, "where": {"activity.kind": {"not": "learn"}}},
        [{"activity": "a1"}, {"activity": "a2"}, {"step": "none"}],
        "Rows where “Kind of Activity” is not “Learn” so far: 1. Asked for: at least 2.",
    ),
    (
        {"filled": "on", "when": {"parts.days": {"at-least": 25}}},
        [{"step": "x", "parts": ["a1", "a2"]}, {"step": "y", "parts": ["a1", "a3"]}],
        "“On” is still empty where “Days of Parts” is at least 25: Step 1 (x).",
    ),
    (
        {"every-row": {"parts.kind": "build"}},
        [{"step": "x", "parts": ["a1", "a2"]}, {"step": "y", "parts": ["a2", "a3"]}, {"step": "z"}],
        "In every row: “Kind of Parts” is “Build it”. Not yet so: Step 1 (x), Step 3 (z).",
    ),
    (
        {"words": {"column": "activity.note", "min": 5}},
        [{"activity": "a1"}, {"activity": "a2"}],
        "Words in “Note of Activity”: Step 2 (Pier): 3 (at least 5).",
    ),
    (
        {"one-of": {"column": "activity.kind", "values": ["learn"]}},
        [{"activity": "a1"}, {"activity": "a2"}],
        "“Kind of Activity” takes one of these: Learn. Something else stands in: Step 2 (Pier).",
    ),
    (
        {"distinct": {"column": "activity.kind", "min": 2}},
        [{"activity": "a2"}, {"activity": "a3"}],
        "Different answers in “Kind of Activity” so far: 1. Asked for: at least 2.",
    ),
    (
        {"per": "activity.kind", "max": 1},
        [{"activity": "a2"}, {"activity": "a3"}, {"activity": "a1"}],
        "Rows for each “Kind of Activity”: Build it: 2 (at most 1).",
    ),
    ({"sum": "parts.days", "max": 39}, [{"step": "x", "parts": ["a1", "a2"]}], "“Days of Parts” adds up to 40. Asked for: at most 39."),
    (
        {"differ": ["who", "activity.lead"]},
        [{"who": "f1", "activity": "a1"}, {"who": "f2", "activity": "a1"}, {"who": "f1", "activity": "a2"}],
        "The same stands in “Who” and “Lead of Activity”: Step 1 (Survey).",
    ),
    (
        {"differ": ["who", "parts.lead"]},
        [{"step": "x", "who": "f2", "parts": ["a1", "a3"]}, {"step": "y", "who": "f2", "parts": ["a1"]}],
        "The same stands in “Who” and “Lead of Parts”: Step 1 (x).",
    ),
    (
        {"unique": ["activity.lead"]},
        [{"activity": "a1"}, {"step": "y", "activity": "a1"}, {"activity": "a3"}],
        "The same in “Lead of Activity”: Step 1 (Survey), Step 2 (y).",
    ),
    (
        {"covers": "work/folk.name", "by": "activity.lead"},
        [{"activity": "a1"}],
        "No row has this in “Lead of Activity” yet: Bo.",
    ),
    ({"refers": "activity.lead"}, [{"activity": "a1"}, {"activity": "a2"}], "“Lead of Activity” points to nothing yet: Step 2 (Pier)."),
    (
        {"chosen": {"column": "parts.activity", "min": 2}},
        [{"step": "x", "parts": ["a1"]}, {"step": "y", "parts": ["a1", "a2"]}, {"step": "z"}],
        "Chosen in “Activity of Parts”: Step 1 (x): 1 (at least 2).",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "rows", "message"), SEEN, ids=lambda given: next(iter(given), None) if isinstance(given, dict) else ""
)
def test_checks_see_what_stands_behind_a_ref(check: Any, rows: list[Any], message: str) -> None:
    assert said(check, *rows) == [message]


def test_every_verb_but_those_about_the_rows_themselves_was_tried() -> None:
    tried = {verb for check, _rows, _message in SEEN for verb in check}
    assert tried >= set(BY_VERB) - {"acyclic"}


def test_the_name_of_a_check_has_no_dot_since_controls_are_called_by_it() -> None:
    made = plan({"before": ["activity.end", "on"]}, {"activity": "a1", "on": "2027-01-01"})
    (found,) = made.findings("work/steps", "steps").open
    assert found.check == "before-activity-end-on"


def test_a_ref_to_the_own_worksheet_and_the_narrowing_of_refs() -> None:
    activities = {**ACTIVITIES, "checks": [{"before": ["after.end", "begin"]}]}
    course = {"work/activities": exercise("work/activities", activities), "work/folk": exercise("work/folk", FOLK)}
    rows = {**A, "a2": {**A["a2"], "begin": "2027-02-15", "after": ["a1", "a3"]}}
    made = Plan(course, {"work/activities": {"activities": table(**rows)}})
    (found,) = made.findings("work/activities", "activities").open
    assert found.message.startswith("Activity 2 (Pier): “End of After” (2027-03-01) comes after “Begin” (2027-02-15).")
    columns = {
        **STEPS["columns"],
        "activity": {"type": "ref", "from": "work/activities.activity", "where": {"lead.name": "Ana"}},
    }  # type: ignore[dict-item]
    narrowed = plan(None, steps={**STEPS, "columns": columns})
    assert list(dangling(narrowed.exercises)) == []
    (choices,) = [rows for source, rows in narrowed.choices("work/steps").items() if "lead.name" in source]
    assert choices == {"a1": "Survey"}


def test_covers_narrows_the_other_worksheet_through_its_refs() -> None:
    assert said(
        {"covers": "work/activities.activity", "by": "activity", "where": {"lead.name": "Bo"}}, {"activity": "a1"}
    ) == ["No row has this in “Activity” yet: Nets."]


# On supplied material


MATERIAL = {
    "id": "plan",
    "points": 3,
    "columns": {
        "job": {"type": "text", "locked": True},
        "end": {"type": "date"},
        "begin": {"type": "date"},
        "after": {"type": "ref", "from": "work/material.job"},
        "needs": {"type": "computed", "of": {"shown": "after.end"}},
        "held-up": {"type": "computed", "of": {"count": "work/material.after"}},
    },
    "start": {"one": {"job": "Dig", "end": "2027-03-01"}, "two": {"job": "Build"}},
    "key": {
        "cells": {"two": {"after": "one"}},
        "checks": [
            {"filled": ["begin", "after.end"], "when": {"job": "Build"}},
            {"before": ["after.end", "begin"], "when": {"begin": "filled"}, "id": "in-order"},
            {"rows": {"min": 1}, "where": {"held-up": {"at-least": 1}}, "id": "one-waits"},
            {"before": ["needs", "begin"], "when": {"needs": "filled"}, "id": "shown-in-order"},
        ],
        "example": {"two": {"begin": "2027-03-02", "after": "one"}},
    },
}


def test_marking_follows_refs_to_the_own_rows() -> None:
    made, problems = read("work/material", MATERIAL, purpose="marked")
    assert problems == []
    ask, key, kind = made.questions[0].ask, made.questions[0].key, BY_NAME["table"]
    right, late = (
        kind.parse(ask, table(one={}, two={"after": "one", "begin": begin})) for begin in ("2027-03-02", "2027-02-01")
    )
    assert kind.mark(ask, key, right).fraction == 1
    notes = {note.part: note for note in kind.mark(ask, key, late).notes}
    assert not notes["in-order"].right and not notes["shown-in-order"].right and notes["one-waits"].right
    assert "“End of After” (2027-03-01) comes after “Begin” (2027-02-01)" in notes["in-order"].text
    assert kind.samples(ask, key).right
    assert "Needs: 2027-03-01" in kind.readable(ask, right)
    # The released version, which learners and markers read, says the same.
    again, problems = read("work/material", released(made, private=True)["questions"][0], purpose="marked")
    assert problems == [] and again.questions[0].ask == ask and again.questions[0].key == key


@pytest.mark.parametrize(
    ("column", "check", "message"),
    [
        ({}, {"filled": "other.end"}, "'other.end' stands in another worksheet, so no check on it can earn points"),
        ({"seen": {"type": "computed", "of": {"shown": "other.end"}}}, {"filled": "seen"}, "'seen' stands in another"),
        ({"n": {"type": "computed", "of": {"count": "work/x.y"}}}, {"filled": "n"}, "'n' stands in another"),
        (
            {
                "n": {"type": "computed", "of": {"count": "work/x.y"}},
                "m": {"type": "computed", "of": {"sum": ["n", "n"]}},
            },
            {"sum": "m", "min": 1},
            "'m' stands in another",
        ),
    ],
)
def test_marking_cannot_look_at_other_worksheets(column: Any, check: Any, message: str) -> None:
    columns = {"a": {"type": "text"}, "other": {"type": "ref", "from": "work/activities.activity"}, **column}
    key = {"checks": [check, {"rows": {"min": 2}}]}
    _made, problems = read("work/here", {"id": "t", "points": 1, "columns": columns, "key": key}, purpose="marked")
    assert [p for p in problems if p.startswith(f"questions[1].key.checks[1]: {message}")], problems


# What authors get wrong


def here(**columns: Any) -> dict[str, Any]:
    return {"id": "t", "columns": {"a": {"type": "text"}, "me": {"type": "ref", "from": "work/here.a"}, **columns}}


def shows(column: str, **more: Any) -> dict[str, Any]:
    return {"s": {"type": "computed", "of": {"shown": column}, **more}}


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (here() | {"checks": [{"filled": "mee.a"}]}, "checks[1].filled: 'mee' is not a column. Did you mean 'me'?"),
        (here() | {"checks": [{"filled": "a.me"}]}, "checks[1].filled: 'a' is of type text; only a ref leads to"),
        (here() | {"checks": [{"filled": "me.b"}]}, "checks[1].filled: 'me' points to work/here.a, and 'b' is not a"),
        (here() | {"checks": [{"filled": "me.a.b"}]}, "checks[1].filled: must look like ref.column, through one ref"),
        (here() | {"checks": [{"sum": "me.a", "is": 1}]}, "checks[1].sum: 'me.a' is of type text; this check needs"),
        (here() | {"checks": [{"acyclic": "me.me"}]}, "checks[1].acyclic: an id has small letters"),
        (
            here(c={"type": "choice", "options": ["x", "y"]}) | {"checks": [{"filled": "a", "when": {"me.c": "z"}}]},
            "checks[1].when.me.c: 'z' is no value of this column",
        ),
        (here() | {"checks": [{"chosen": {"column": "me", "min": 2}}]}, "checks[1].chosen.column: a cell of 'me' holds one"),
        (here() | {"checks": [{"chosen": {"column": "a", "min": 2}}]}, "checks[1].chosen.column: a cell of 'a' holds one"),
        (here(**shows("me")), "columns.s.of.shown: must look like ref.column"),
        (here(**shows("a.me")), "columns.s.of.shown: 'a' is of type text"),
        (here(**shows("me.x")), "columns.s.of.shown: 'me' points to work/here.a, and 'x' is not a column there"),
        (here(**shows("me.s")), "columns.s.of.shown: 's' comes from what stands behind another ref"),
        (here(**shows("me.a", unit="days")), "columns.s.unit: only numbers have a unit"),
        (
            here(p={"type": "text", "visibility": "private"}, **shows("me.p")),
            "columns.s.of.shown: would tell of what is private: give this column 'visibility: private' too",
        ),
        (here(n={"type": "computed", "of": {"count": "here.a"}}), "columns.n.of.count: must look like unit/exercise.column"),
        (here(n={"type": "computed", "of": {"count": "work/here.a"}}), "columns.n.of.count: must be a ref column that points"),
        (
            here(n={"type": "computed", "of": {"sum": ["s", "s"]}}, **shows("me.a")),
            "columns.n.of: 's' is no column of numbers (or computed further up)",
        ),
    ],
)  # fmt: skip
def test_mistakes_in_one_worksheet(question: Any, message: str) -> None:
    _made, problems = read("work/here", {**question, "own-plan": True})
    assert problems and problems[0].startswith(f"questions[1].{message}"), problems


SOURCE = """\
title: Steps
lesson: harbour/needs
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: plan
minutes: 5
questions:
  - id: steps
    kind: table
    own-plan: true
    prompt: Which steps?
    columns:
      step: {type: text}
      net: {type: ref, from: harbour/nets.net, where: {use.name: Crabs}}
      nets: {type: ref, from: harbour/nets.net, many: true}
      seen: {type: computed, of: {shown: net.made}}
      times: {type: computed, of: {count: harbour/nets.step}}
    checks:
      - {filled: net.made, id: made}
      - {covers: harbour/nets.net, by: net, where: {use.name: filled}}
      - {chosen: {column: nets.use, min: 2}}
"""
NET = """\
title: Nets
lesson: harbour/needs
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: plan
minutes: 5
questions:
  - id: nets
    kind: table
    own-plan: true
    prompt: Which nets?
    columns:
      net: {type: text}
      made: {type: date}
      secret: {type: text, visibility: private}
      use: {type: ref, from: harbour/nets/uses.name}
      step: {type: ref, from: harbour/steps.step}
      other: {type: ref, from: harbour/nets/uses.name}
  - id: uses
    kind: table
    own-plan: true
    prompt: Which uses?
    columns:
      name: {type: text}
      far: {type: computed, of: {count: harbour/nets/nets.use}}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", ""),
        ("shown: net.made", "shown: net.maid", "16: questions[1].columns.seen.of.shown: 'net' points to harbour/nets.net, and 'maid' is not a column there. Did you mean 'made'?"),
        ("shown: net.made", "shown: net.secret", "16: questions[1].columns.seen.of.shown: would tell of what is private"),
        ("count: harbour/nets.step", "count: harbour/nets.stop", "17: questions[1].columns.times.of.count: no worksheet of 'harbour/nets' has a column 'stop'"),
        ("count: harbour/nets.step", "count: harbour/nets.made", "17: questions[1].columns.times.of.count: 'made' of harbour/nets/nets is of type date"),
        ("count: harbour/nets.step", "count: harbour/nets.use", "17: questions[1].columns.times.of.count: 'use' of harbour/nets/nets points to harbour/nets/uses, not to this worksheet"),
        ("filled: net.made", "filled: net.maid", "19: questions[1].checks[1].filled: 'net' points to harbour/nets.net, and 'maid' is not a"),
        ("filled: net.made", "before: [net.made, net.net]", "19: questions[1].checks[1].before: 'net.net' is of type text; this check needs date"),
        ("use.name: filled", "use.nam: filled", "20: questions[1].checks[2].where.use.nam: 'use' points to harbour/nets/uses.name, and 'nam' is"),
        ("use.name: Crabs", "uze.name: Crabs", "14: questions[1].columns.net.where.uze.name: 'uze' is not a column. Did you mean 'use'?"),
        ("nets.use", "net.use", "21: questions[1].checks[3].chosen.column: a cell of 'net.use' holds one entry at most"),
    ],
)  # fmt: skip
def test_mistakes_between_worksheets_are_told_with_their_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    files = {
        **sample.FILES,
        "solutions/harbour/steps.yml": SOURCE.replace(old, new, 1),
        "solutions/harbour/nets.yml": NET,
    }
    lesson = sample.NEEDS + '\n```{code-cell}\nfrom workbook import form; form("harbour/steps")\n```\n'
    content = load_content(sample.write(tmp_path, {**files, "course/harbour/needs.md": lesson}))
    assert content.problems == []
    found = [
        str(p) for p in author.check(tmp_path) if ": checks[" not in str(p) and "solutions/harbour/steps.yml" in str(p)
    ]
    assert [p for p in found if p.startswith(f"solutions/harbour/steps.yml:{message}")] if message else not found, found


# Computed columns


SHOWING = {
    **STEPS,
    "columns": {
        **STEPS["columns"],  # type: ignore[dict-item]
        "what": {"type": "computed", "label": "What kind", "of": {"shown": "activity.kind"}},
        "days": {"type": "computed", "of": {"shown": "activity.days"}},
        "ends": {"type": "computed", "of": {"shown": "parts.end"}},
        "lead": {"type": "computed", "of": {"shown": "activity.lead"}},
        "twice": {"type": "computed", "of": {"sum": ["days", "share"]}},
    },
    "checks": [{"filled": "what"}, {"before": ["ends", "on"]}, {"sum": "twice", "max": 1}, {"differ": ["who", "lead"]}],
}
COUNTING = {
    **ACTIVITIES,
    "columns": {
        **ACTIVITIES["columns"],  # type: ignore[dict-item]
        "steps": {"type": "computed", "of": {"count": "work/steps.parts"}},
        "effort": {"type": "computed", "of": {"product": ["days", "steps"]}},
        "held-up": {"type": "computed", "of": {"count": "work/activities.after"}},
    },
    "checks": [{"every-row": {"steps": {"at-least": 1}}}],
}
ROWS = [
    {"activity": "a1", "parts": ["a1", "a3"], "on": "2027-01-01", "share": "5", "who": "f1"},
    {"step": "Later", "activity": "a9", "parts": ["a1"]},
    {"step": "Free"},
]


def showing() -> Plan:
    return plan(None, *ROWS, steps=SHOWING, activities=COUNTING)


def test_computed_columns_hold_what_is_shown_and_counted() -> None:
    made = showing()
    rows = made.rows["work/steps/steps"]
    assert rows["s1"].cells["what"] == "learn" and rows["s1"].cells["twice"] == "15"
    assert values(rows["s1"].cells["ends"]) == ("2027-03-01", "2027-02-01")
    assert not {"what", "days", "lead"} & {*rows["s2"].cells, *rows["s3"].cells}
    activities = made.rows["work/activities/activities"]
    assert [(row.cells["steps"], row.cells.get("effort")) for row in activities.values()] == [
        ("2", "20"),
        ("0", "0"),
        ("1", None),
    ]
    assert [row.cells["held-up"] for row in activities.values()] == ["0", "0", "0"]


def test_checks_use_computed_columns_like_any() -> None:
    made = showing()
    assert list(dangling(made.exercises)) == []
    assert [f.message for f in made.findings("work/steps", "steps").open] == [
        "“What kind” is still empty: Step 2 (Later), Step 3 (Free).",
        "Step 1 (Survey): “Ends” (2027-03-01) comes after “On” (2027-01-01).",
        "“Twice” adds up to 15. Asked for: at most 1.",
        "The same stands in “Who” and “Lead”: Step 1 (Survey).",
    ]
    (found,) = made.findings("work/activities", "activities").open
    assert found.message == "In every row: “Steps” is at least 1. Not yet so: Activity 2 (Pier)."


def test_the_plan_says_them_in_words_and_refs_may_be_called_by_them() -> None:
    made = showing()
    assert made.labels("work/steps/steps", "what") == {"s1": "Learn", "s2": "Step 2 (Later)", "s3": "Step 3 (Free)"}
    (section,) = [s for s in made.sections() if s.question.id == "steps"]
    row = dict(zip(section.heads, section.rows[0], strict=True))
    assert (row["What kind"], row["Days"], row["Ends"], row["Lead"]) == (
        "Learn",
        "10 days",
        "2027-03-01; 2027-02-01",
        "Ana",
    )
    removed = Plan(made.exercises, made.values, {"work/steps/steps": {"s8": {"activity": "a2"}}})
    assert removed.labels("work/steps/steps", "what", removed=True) == {"s8": "Build it"}


@pytest.mark.parametrize("mode", ["form", "plain", "paper"])
def test_pages_show_them(mode: str) -> None:
    made = showing()
    for id, question, shown in (
        ("work/steps", "steps", ["Learn", "10 days", "2027-03-01; 2027-02-01", "Ana", "15"]),
        ("work/activities", "activities", ["2", "20", "0"]),
    ):
        exercise = made.exercises[id]
        asked = exercise.question(question)
        state = State(value=made.value(f"{id}/{question}"), extra=made.extra(id))
        html = page.question(exercise, asked, state, Surface(mode=mode, choices=made.choices(id)))
        for text in shown:
            assert f">{text}</output>" in html or f"<td>{text}</td>" in html, (text, html)
        if mode == "form":
            slots = page.slots(asked, state, Surface(choices=made.choices(id)))
            assert (
                slots["row.s1.what" if question == "steps" else "row.a1.effort"]
                == shown[0 if question == "steps" else 1]
            )


def test_a_page_alone_shows_what_it_can() -> None:
    made, _problems = read("work/material", MATERIAL, purpose="marked")
    ask = made.questions[0].ask
    value = BY_NAME["table"].parse(ask, table(one={}, two={"after": "one"}))
    html = page.question(made, made.questions[0], State(value=value))
    assert ">2027-03-01</output>" in html and ">1</output>" in html
    steps = exercise("work/steps", SHOWING)
    html = page.question(steps, steps.question("steps"), State(value=table(s1=ROWS[0])))
    assert ">–</output>" in html


def test_what_is_private_is_not_told_by_what_shows_it() -> None:
    columns = {
        **STEPS["columns"],
        "worry": {"type": "computed", "visibility": "private", "of": {"shown": "activity.worry"}},
    }  # type: ignore[dict-item]
    made = plan(None, {"activity": "a1"}, steps={**STEPS, "columns": columns})
    assert list(dangling(made.exercises)) == []
    careless = {**columns, "worry": {"type": "computed", "of": {"shown": "activity.worry"}}}
    made = plan(None, {"activity": "a1"}, steps={**STEPS, "columns": careless})
    assert [path[-1] for _id, path, _message in dangling(made.exercises)] == ["shown"]
    told = {"work/activities": {"activities": table(a1={"activity": "Survey", "worry": "SECRET"})}}
    made = Plan(made.exercises, {**made.values, **told})
    assert "SECRET" not in repr([s.rows for s in made.sections()]) and "SECRET" in repr(
        [s.rows for s in made.sections("private")]
    )


def test_worksheets_that_show_and_count_each_other_do_no_harm() -> None:
    one = exercise("u/one", {"id": "t", "columns": {
        "a": {"type": "text"}, "to": {"type": "ref", "from": "u/two.b"},
        "seen": {"type": "computed", "of": {"shown": "to.n"}}, "n": {"type": "computed", "of": {"count": "u/two.to"}},
    }})  # fmt: skip
    two = exercise("u/two", {"id": "t", "columns": {
        "b": {"type": "text"}, "to": {"type": "ref", "from": "u/one.a"},
        "seen": {"type": "computed", "of": {"shown": "to.n"}}, "n": {"type": "computed", "of": {"count": "u/one.to"}},
    }})  # fmt: skip
    stored = {
        "u/one": {"t": table(r1={"a": "A", "to": "q1"}, r2={"to": "q1"})},
        "u/two": {"t": table(q1={"b": "B", "to": "r1"})},
    }
    for order in itertools.permutations([one, two]):
        made = Plan({e.id: e for e in order}, stored)
        assert list(dangling(made.exercises)) == []
        cells = {id: row.cells for rows in made.rows.values() for id, row in rows.items()}
        assert [cells[id].get("n") for id in ("r1", "r2", "q1")] == ["1", "0", "2"]
        assert [cells[id].get("seen") for id in ("r1", "r2", "q1")] == ["2", "2", "1"]


JUNK = (
    st.none()
    | st.sampled_from(["a1", "a9", "s1", "2027-01-01", "x", "5"])
    | st.lists(st.sampled_from(["a1", "a2", "a9"]), max_size=3)
)
CELLS = st.dictionaries(st.sampled_from([*STEPS["columns"], "old"]), JUNK)  # type: ignore[misc]


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, max_size=3))
def test_whatever_stands_in_a_ref_the_checks_can_look_behind_it(rows: list[dict[str, Any]]) -> None:
    checks = [{**check, "id": f"c{n}"} for n, (check, _rows, _message) in enumerate(SEEN)]
    made = plan(None, *json.loads(json.dumps(rows)), steps={**SHOWING, "checks": checks})
    made.findings("work/steps", "steps")
    made.extra("work/steps"), made.sections("private")


def test_several_cells_are_filled_when_each_is() -> None:
    assert filled(Several(["a", ("b",)])) and not filled(Several(["a", None])) and not filled(Several())
    assert values(Several(["a", None, ["b", "c"]])) == ("a", "b", "c")


def test_what_was_set_aside_about_a_ref_is_handed_in_unless_something_private_stands_behind_it(tmp_path: Path) -> None:
    checks = [{"filled": "activity.end"}, {"filled": "activity.worry"}, {"filled": "what"}]
    made = plan(None, *ROWS, steps={**SHOWING, "checks": checks})
    home = open_home(tmp_path / "home")
    aside = {name: {"as": "not-known"} for name in ("filled-activity-end", "filled-activity-worry", "filled-what")}
    home.save(ANA, "work", "steps", "steps", {"cells": [["s1", "step", "Go"]], "aside": aside}, "v")
    rows = {"work/steps/steps": list(made.rows["work/steps/steps"].values())}
    frozen = freezing.freeze(home.load(ANA, "work"), made.exercises, rows)
    answer = frozen["exercises"]["steps"]["answers"]["steps"]["value"]
    assert set(answer["aside"]) == {"filled-activity-end", "filled-what"}
    assert "what" not in frozen["referred"]["work/steps/steps"][0]["cells"]

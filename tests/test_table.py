"""The worksheet: cells, whole values, changes from a browser and from a page without script, marking, HTML."""

from __future__ import annotations

import copy
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asks import ASKS, read_ask
from drawn import Form
from workbook.answers import merge
from workbook.kinds import Malformed, Place, controls
from workbook.kinds.table import KIND, Ask, Key, initial, shown, source
from workbook.kinds.table.cells import computed, parse_cell
from workbook.kinds.table.columns import Column, Formula
from workbook.kinds.table.html import slots
from workbook.kinds.table.rows import cell_name
from workbook.model import Marked, Note
from workbook.page import feedback

QUICK = settings(max_examples=100, deadline=None)
draw = controls("table")


def ask_of(fields: dict[str, Any]) -> tuple[Any, Any]:
    ask, key, found = read_ask(KIND, copy.deepcopy(fields))
    assert found == []
    return ask, key


OPEN, _NONE = ask_of(ASKS["table"][0])
FIXED, FIXED_KEY = ask_of(ASKS["table"][1])
STEPS, STEPS_KEY = ask_of(ASKS["table"][2])


def value(*rows: tuple[str, dict[str, Any]], aside: Any = None) -> Any:
    return {"rows": [{"id": id, "cells": cells} for id, cells in rows], "aside": aside or {}}


# Cells

CHOICE = Column(type="choice", options={"un": "United Nations", "ngo": "NGO <em>or</em> club"})
MANY = Column(type="choice", many=True, options={"un": "United Nations", "ngo": "NGO"})
REF = Column(type="ref", from_="a/b.c", many=True)


@pytest.mark.parametrize(
    ("column", "raw", "stored"),
    [
        (Column(type="text"), "  two\r\nlines\x00 ", "two lines"),
        (Column(type="long"), "  two\r\nlines ", "two\nlines"),
        (Column(type="text"), ["one"], "one"),
        (Column(type="text"), "   ", None),
        (Column(type="text"), [], None),
        (Column(type="number"), "40,2", "40.2"),
        (Column(type="number", unit="days"), "1 200 days", "1200"),
        (Column(type="number"), 12.5, "12.5"),
        (Column(type="date"), "2027-1-3", "2027-01-03"),
        (Column(type="date"), "31.12.2027", "2027-12-31"),
        (CHOICE, "ngo", "ngo"),
        (CHOICE, "united nations", "un"),
        (CHOICE, "NGO or club", "ngo"),
        (MANY, ["ngo", "un", "ngo"], ["un", "ngo"]),
        (MANY, "NGO; United Nations", ["un", "ngo"]),
        (Column(type="yes-no-unknown"), "Not known yet", "unknown"),
        (Column(type="goal"), "SDG 4", "4"),
        (Column(type="goal"), "04 Quality education", "4"),
        (Column(type="goal"), "Climate action", "13"),
        (Column(type="target"), "3.A", "3.a"),
        (Column(type="target"), "17.16 The Global Partnership", "17.16"),
        (Column(type="target", many=True), "17.16; 4.1, 8.10", ["4.1", "8.10", "17.16"]),
        (Column(type="target", many=True), "4.1 Free, good primary and secondary education", ["4.1"]),
        (Column(type="target", many=True), "4.1 4.2", ["4.1", "4.2"]),
        (Column(type="goal", many=True), ["13, 4 Quality education"], ["4", "13"]),
        (REF, ["r2", "r1"], ["r2", "r1"]),
        (REF, "Boats; Storage", ["r1", "r2"]),
        (REF, ["gone"], ["gone"]),
    ],
)
def test_cells_are_read(column: Column, raw: Any, stored: Any) -> None:
    choices = {"a/b.c": {"r1": "Boats", "r2": "Storage"}}
    assert parse_cell(column, raw, choices) == stored
    assert parse_cell(column, stored, choices) == stored


@pytest.mark.parametrize(
    ("column", "raw", "message"),
    [
        (Column(type="text"), "x" * 501, "501 characters; at most 500"),
        (Column(type="text"), {"a": 1}, "cannot be read"),
        (Column(type="text"), ["a", "b"], "one answer only"),
        (Column(type="number"), "many", "in digits"),
        (Column(type="number"), "1,200", "two ways"),
        (Column(type="date"), "2027-02-30", "“2027-02-30” is no date"),
        (Column(type="date"), "tomorrow", "year-month-day"),
        (Column(type="date"), "0207-01-01", "outside 1900"),
        (CHOICE, "business", "none of the choices: United Nations, NGO or club"),
        (Column(type="yes-no-unknown"), "perhaps", "yes, no or not known yet"),
        (Column(type="goal"), "18", "no SDG goal"),
        (Column(type="goal"), "4.1", "no SDG goal"),
        (Column(type="target"), "4.99", "no SDG target"),
        (Column(type="target"), "17.1.2", "no SDG target"),
        (Column(type="target"), "17.1; 4.1", "no SDG target"),
        (Column(type="goal"), "4, 13", "no SDG goal"),
        (REF, "No such row!", "not in the list"),
        (REF, [f"r{n}" for n in range(101)], "at most 100"),
    ],
)
def test_cells_that_cannot_be_read(column: Column, raw: Any, message: str) -> None:
    with pytest.raises(Malformed, match=re.escape(message)):
        parse_cell(column, raw)


def test_computed_cells_follow_from_numbers_and_from_each_other() -> None:
    number = Column(type="number")
    columns = {
        "a": number,
        "b": number,
        "product": Column(type="computed", of=Formula("product", ("a", "b"))),
        "sum": Column(type="computed", of=Formula("sum", ("product", "a"))),
        "left": Column(type="computed", of=Formula("difference", ("a", "b"))),
    }
    assert computed(columns, {"a": "0.1", "b": "3"}) == {"product": "0.3", "sum": "0.4", "left": "-2.9"}
    assert computed(columns, {"a": "2"}) == {"sum": "2"}
    assert computed(columns, {"a": "x", "b": None}) == {}


# Whole values


def test_defaults_and_supplied_cells_stand_in_a_row_until_they_are_emptied() -> None:
    read = KIND.parse(OPEN, value(("r1", {"name": "A"}), ("r2", {"name": "B", "status": ""}), ("r3", {})))
    assert read == value(("r1", {"name": "A", "status": "assumed"}), ("r2", {"name": "B", "status": ""}))
    steps = KIND.parse(STEPS, value(("plan", {"ends": ""}), ("do", {})))
    assert steps["rows"][0]["cells"] == {"step": "Plan", "begins": "2027-02-01", "ends": ""}


def test_locked_cells_and_supplied_rows_cannot_be_changed() -> None:
    read = KIND.parse(FIXED, value(("crew", {"kind": "Mine", "who": ["town"]})))
    assert [row["id"] for row in read["rows"]] == ["cash", "office", "crew"]
    assert read["rows"][2]["cells"] == {"kind": "A crew", "who": ["town"]}
    with pytest.raises(Malformed, match="rows of this worksheet are given"):
        KIND.parse(FIXED, value(("mine", {"word": "x"})))


def test_an_untouched_worksheet_is_no_answer() -> None:
    for ask in (OPEN, FIXED, STEPS):
        assert KIND.parse(ask, initial(ask)) is None
    assert KIND.parse(OPEN, value(("r1", {}), ("r2", {"status": "assumed"}))) is None
    assert KIND.parse(STEPS, value()) == value()
    assert KIND.readable(STEPS, value()) == "No rows."


def test_a_mistake_names_row_and_column() -> None:
    with pytest.raises(Malformed) as refused:
        KIND.parse(OPEN, value(("r1", {"name": "A"}), ("r2", {"from-day": "soon"})))
    assert str(refused.value).startswith("Partner 2, From day: “soon” is no date.")
    assert refused.value.part == "row.r2.from-day"


def test_mending_keeps_what_can_be_used() -> None:
    raw = value(("r1", {"name": "A", "sector": "gone", "old-column": "x"}), ("B!", {"name": "B"}))
    mended, said = KIND.mend(OPEN, raw)
    assert mended == value(("r1", {"name": "A", "status": "assumed"}))
    assert len(said) == 2 and "Sector" in said[0]
    assert KIND.mend(OPEN, mended) == (mended, [])


def test_an_aside_is_read_and_an_unknown_check_is_left_out() -> None:
    given = {"rows": {"as": "not-known", "text": " The clerk asks ", "by": "31.1.2027"}, "gone": {"as": "not-for-us"}}
    read = KIND.parse(OPEN, value(aside=given))
    assert read["aside"] == {"rows": {"as": "not-known", "text": "The clerk asks", "by": "2027-01-31"}}
    assert KIND.readable(OPEN, read) == "Set aside (rows): not known yet; The clerk asks; 2027-01-31"


def test_readable_says_refs_by_label_and_keeps_private_columns_back() -> None:
    key = source("initiation/needs.need", {})
    row = {"name": "A", "meets": ["n1", "n9"], "likelihood": "2", "impact": "3", "note": "secret\nline"}
    text = KIND.readable(OPEN, value(("r1", row)), {key: {"n1": "Boats"}})
    assert "Meets it: Boats; n9; " in text
    assert "Risk: 6; " in text
    assert "secret line" in text
    assert "\n" not in text
    assert "secret" not in KIND.readable(OPEN, value(("r1", row)), private=False)


# Changes


def change(ask: Any, message: dict[str, Any], stored: Any = None) -> Any:
    return KIND.parse_change(ask, message, stored)


def test_a_change_is_read() -> None:
    message = {
        "cells": {"r2.goals": ["13", "4"], "r1.name": [" A "], "r1.status": [""], "r1.note": [""]},
        "add": [["r2", "r1"]],
        "remove": ["r9", "r9"],
        "move": [["r1", None]],
        "aside": {"rows": {"as": "not-for-us", "text": "We are two."}, "covers-meets": None},
    }
    assert change(OPEN, message) == {
        "start": [],
        "cells": [["r2", "goals", ["4", "13"]], ["r1", "name", "A"], ["r1", "status", ""], ["r1", "note", None]],
        "add": [["r2", "r1"]],
        "remove": ["r9"],
        "move": [["r1", None]],
        "aside": {"rows": {"as": "not-for-us", "text": "We are two."}, "covers-meets": None},
    }
    assert change(FIXED, {})["start"] == ["cash", "office", "crew"]
    assert change(OPEN, {"restore": ["r1"]})["restore"] == ["r1"]


@pytest.mark.parametrize(
    ("ask", "message", "part", "text"),
    [
        (OPEN, {"cells": {"r1.nam": ["A"]}}, "row.r1.nam", "Partner 1 (Boats Ltd): there is no column “nam”."),
        (OPEN, {"cells": {"r1.risk": ["9"]}}, "row.r1.risk", "Partner 1 (Boats Ltd), Risk: this is supplied"),
        (OPEN, {"cells": {"r1.from-day": ["x"]}}, "row.r1.from-day", "Partner 1 (Boats Ltd), From day: “x” is no date"),
        (OPEN, {"cells": {"new.impact": ["x"]}}, "row.new.impact", "Partner, Impact: Write one number"),
        (FIXED, {"cells": {"cash.kind": ["Mine"]}}, "row.cash.kind", "Row 1 (A gift in cash), Kind: this is supplied"),
        (FIXED, {"cells": {"mine.word": ["x"]}}, "row.mine.word", "The rows of this worksheet are given"),
        (FIXED, {"remove": ["cash"]}, "", "The rows of this worksheet are given"),
        (FIXED, {"move": [["cash", None]]}, "", "The rows of this worksheet are given"),
        (OPEN, {"add": [[f"x{n}", None] for n in range(200)]}, "", "A worksheet has at most 200 rows."),
        (OPEN, {"add": [["UPPER", None]]}, "", "This change cannot be read."),
        (OPEN, {"add": [["x" * 25, None]]}, "", "This change cannot be read."),
        (OPEN, {"move": [["r1", "r1"]]}, "", "This change cannot be read."),
        (OPEN, {"cells": {"r1": ["A"]}}, "", "This change cannot be read."),
        (OPEN, {"cells": ["r1"]}, "", "This change cannot be read."),
        (OPEN, {"remove": "r1"}, "", "This change cannot be read."),
        (OPEN, {"aside": {"no-such": None}}, "", "This change cannot be read."),
        (OPEN, {"aside": {"rows": {"as": "maybe"}}}, "aside.rows.as", "Choose “not known yet” or “not for us”."),
        (OPEN, {"aside": {"rows": {"as": "not-known", "by": "x"}}}, "aside.rows.by", "“x” is no date"),
        (OPEN, "add", "", "This change cannot be read."),
    ],
)
def test_a_change_that_cannot_be_used(ask: Ask, message: Any, part: str, text: str) -> None:
    stored = value(("r1", {"name": "Boats Ltd"})) if ask is OPEN else None
    with pytest.raises(Malformed) as refused:
        KIND.parse_change(ask, message, stored)
    assert str(refused.value).startswith(text)
    assert refused.value.part == part


def saved(ask: Ask, stored: dict[str, Any], made: Any, seq: int = 1) -> dict[str, Any]:
    return merge.apply(stored, "q", made, seq, "2027-01-01T00:00:00Z", "v1")


def held(ask: Ask, stored: dict[str, Any]) -> Any:
    return KIND.parse(ask, merge.value(stored["q"])) if "q" in stored else None


IDS = st.sampled_from(["r1", "r2", "r3", "r4", "r5", "r6"])
CELLS = st.fixed_dictionaries(
    {"name": st.sampled_from(["A", "B", "C"])},
    optional={
        "sector": st.sampled_from(["un", "business"]),
        "goals": st.lists(st.sampled_from(["4", "13", "17"]), unique=True),
        "status": st.sampled_from(["assumed", "asked", ""]),
        "note": st.text(max_size=6),
    },
)
TABLES = st.dictionaries(IDS, CELLS, max_size=6).flatmap(lambda rows: st.permutations(sorted(rows.items())))
TABLE_VALUES = TABLES.map(lambda rows: KIND.parse(OPEN, value(*rows)))


@QUICK
@given(TABLE_VALUES, TABLE_VALUES)
def test_the_difference_of_two_values_leads_from_one_to_the_other(old: Any, new: Any) -> None:
    made = KIND.difference(old, new)
    begun = saved(OPEN, {}, {"value": old or value()})
    # Rows come back under ids that were removed before; only a whole value can do that.
    kept = {row["id"] for row in (old or value())["rows"]}
    assert not {row for row, _after in made["add"]} & kept
    assert held(OPEN, saved(OPEN, begun, made, 2)) == new
    assert KIND.difference(new, new) == {"cells": [], "add": [], "remove": [], "move": [], "aside": {}}


@QUICK
@given(st.permutations(["r1", "r2", "r3", "r4", "r5"]))
def test_moves_are_as_few_as_can_be(order: list[str]) -> None:
    old = value(*[(id, {"name": id}) for id in sorted(order)])
    new = value(*[(id, {"name": id}) for id in order])
    rising = max(
        sum(1 for _id in run)
        for n in range(32)
        if (run := [id for i, id in enumerate(order) if n >> i & 1]) == sorted(run)
    )
    assert len(KIND.difference(old, new)["move"]) == len(order) - rising


# A page without script


def entries(ask: Ask, stored: Any, fresh: tuple[str, ...] = ()) -> dict[str, list[str]]:
    place = Place(name="q", id="q", mode="plain", extra={"fresh": fresh})
    return Form(draw(ask, stored, place)).entries("q")


def post(ask: Ask, stored: dict[str, Any], sent: dict[str, list[str]], seq: int = 9) -> dict[str, Any]:
    return saved(ask, stored, KIND.posted(ask, held(ask, stored), sent), seq)


def test_a_page_sent_as_it_came_changes_nothing() -> None:
    for ask, stored in ((OPEN, value(("r1", {"name": "A", "goals": ["4"]}))), (FIXED, None), (STEPS, None)):
        before = KIND.parse(ask, stored)
        made = KIND.posted(ask, before, entries(ask, before))
        assert not any(made[part] for part in ("cells", "add", "remove", "move", "aside"))


def test_a_page_adds_removes_and_empties() -> None:
    stored = saved(OPEN, {}, {"value": value(("r1", {"name": "A", "goals": ["4"]}), ("r2", {"name": "B"}))})
    sent = entries(OPEN, held(OPEN, stored), ("x1", "x2", "x3"))
    del sent["row.r1.goals"]
    sent["row.r2.-remove"] = ["yes"]
    sent["row.x2.name"] = ["C"]
    after = post(OPEN, stored, sent)
    assert [(row["id"], row["cells"]["name"]) for row in held(OPEN, after)["rows"]] == [("r1", "A"), ("x2", "C")]
    assert "goals" not in held(OPEN, after)["rows"][0]["cells"]
    assert held(OPEN, post(OPEN, after, sent, 10)) == held(OPEN, after), "the same page sent twice"


def test_a_page_leaves_rows_alone_that_came_while_it_was_open() -> None:
    stored = saved(OPEN, {}, {"value": value(("r1", {"name": "A"}), ("r2", {"name": "B"}))})
    sent = entries(OPEN, held(OPEN, stored))
    stored = saved(OPEN, stored, {"add": [["r3", "r1"]], "cells": [["r3", "name", "Other"]]}, 2)
    sent["row.r2.name"] = ["Better"]
    after = held(OPEN, post(OPEN, stored, sent))
    assert [row["cells"]["name"] for row in after["rows"]] == ["A", "Other", "Better"]


def test_rows_called_new_get_an_id_that_follows_from_what_was_sent() -> None:
    sent = {"row.new1.name": ["A"], "row.new2.name": [""], "row.new2.status": ["assumed"], "row.new3.name": ["A"]}
    one, two = (KIND.gather(OPEN, sent) for _n in range(2))
    ids = [row["id"] for row in one["rows"]]
    assert one == two
    assert len(set(ids)) == 2 and all(re.fullmatch(r"n[0-9a-f]{12}", id) for id in ids)


def test_supplied_rows_are_sent_with_their_place() -> None:
    sent = entries(STEPS, None)
    sent["row.do.ends"] = ["2027-05-01"]
    sent["row.plan.step"] = [""]
    after = held(STEPS, post(STEPS, {}, sent))
    assert [row["id"] for row in after["rows"]] == ["plan", "do"]
    assert after["rows"][0]["cells"]["step"] == ""
    assert after["rows"][1]["cells"]["ends"] == "2027-05-01"


# Marking


def test_what_an_untouched_worksheet_passes_earns_nothing() -> None:
    marked = KIND.mark(STEPS, STEPS_KEY, KIND.parse(STEPS, value(("plan", {"step": "Plan!"}), ("do", {}))))
    assert marked.fraction == 0
    right = KIND.parse(STEPS, value(("plan", {"ends": "2027-03-01"}), ("do", {})))
    assert KIND.mark(STEPS, STEPS_KEY, right).fraction == 1
    half = KIND.parse(STEPS, value(("plan", {"ends": "2027-02-15"}), ("do", {})))
    assert KIND.mark(STEPS, STEPS_KEY, half).fraction == 0.5


def test_weights_and_feedback() -> None:
    given = value(
        ("cash", {"decision": "ask"}), ("office", {"days": "30", "word": " Agreement! "}), ("crew", {"who": ["town"]})
    )
    marked = KIND.mark(FIXED, FIXED_KEY, KIND.parse(FIXED, given))
    # Cells: cash, days, word right, who wrong; the check (2 points) asks for 30 days.
    assert marked.fraction == 5 / 6
    assert [(note.part, note.right) for note in marked.notes] == [
        ("cash.decision", True),
        ("office.days", True),
        ("office.word", True),
        ("crew.who", False),
        ("sum-days", True),
    ]
    wrong = KIND.mark(
        FIXED, FIXED_KEY, KIND.parse(FIXED, value(("cash", {"decision": "keep"}), ("crew", {"who": ["town"]})))
    )
    assert {note.part: note.text for note in wrong.notes if note.text} == {
        "cash.decision": "Cash with strings is a loan.",
        "sum-days": "Count the days again.",
    }
    assert wrong.fraction == 0


def test_feedback_names_the_cells_that_are_not_right() -> None:
    assert cell_name(FIXED, "office.days") == 'Row 2 (An office for "free" & heated): Days'
    assert cell_name(FIXED, "sum-days") == cell_name(FIXED, "office.nothing") == ""
    marked = Marked(0.5, (Note("cash.decision", True, ""), Note("office.days", False, "Count <b>again</b>.")))
    question = SimpleNamespace(kind="table", ask=FIXED, read="")
    said = feedback(SimpleNamespace(lesson="a/b"), question, marked)  # type: ignore[arg-type]
    assert "Row 2 (An office for" in said and "Count <b>again</b>." in said and "Row 1" not in said


def test_breaking_what_was_right_at_the_start_costs() -> None:
    ask, key = ask_of(
        {
            "columns": {"name": {"type": "text"}, "role": {"type": "text"}},
            "start": {"a": {"name": "Ana"}, "b": {"name": "Bo"}},
            "key": {"checks": [{"filled": "role"}, {"unique": "name"}]},
        }
    )
    filled = {"role": "Chair"}
    assert KIND.mark(ask, key, KIND.parse(ask, value(("a", filled), ("b", filled)))).fraction == 1
    same = value(("a", filled), ("b", {**filled, "name": "Ana"}))
    assert KIND.mark(ask, key, KIND.parse(ask, same)).fraction == 0


FIXED_CELLS = st.fixed_dictionaries(
    {},
    optional={
        "decision": st.sampled_from(["keep", "drop", "ask", ""]),
        "days": st.sampled_from(["3", "30", "31", "0"]),
        "word": st.sampled_from(["agreement", "none"]),
        "who": st.lists(st.sampled_from(["town", "company", "university"]), unique=True),
    },
)
ANSWERS = st.fixed_dictionaries(dict.fromkeys(("cash", "office", "crew"), FIXED_CELLS))


@QUICK
@given(ANSWERS, st.sampled_from(["cash", "office", "crew"]))
def test_putting_a_key_cell_right_never_lowers_the_share(given: Any, row: str) -> None:
    before = KIND.parse(FIXED, value(*given.items()))
    right = {
        "cash": {"decision": "ask"},
        "office": {"days": "31", "word": "agreement"},
        "crew": {"who": ["company", "town"]},
    }
    after = KIND.parse(FIXED, value(*{**given, row: {**given[row], **right[row]}}.items()))
    shares = [KIND.mark(FIXED, FIXED_KEY, v).fraction if v else 0.0 for v in (before, after)]
    assert 0 <= shares[0] <= shares[1] <= 1


# What authors get wrong


def problems(fields: dict[str, Any], **more: Any) -> list[str]:
    return read_ask(KIND, json.loads(json.dumps({**fields, **more})))[2]


TEXT = {"a": {"type": "text"}}
START = {"columns": TEXT, "start": {"r1": {"a": "x"}}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"columns": {"a": {"type": "choice"}}}, "columns.a: a column of type choice needs 'options'"),
        ({"columns": {"a": {"type": "txt"}}}, "columns.a.type: must be one of text"),
        (
            {"columns": {"a": {"type": "text", "options": ["x", "y"]}}},
            "columns.a.options: only a column of type choice",
        ),
        ({"columns": {"a": {"type": "ref", "from": "needs"}}}, "columns.a.from: must look like unit/exercise.column"),
        ({"columns": {"a": {"type": "ref"}}}, "columns.a: a column of type ref needs 'from'"),
        (
            {"columns": {"a": {"type": "date", "many": True}}},
            "columns.a.many: only choice, ref, goal, target may hold many",
        ),
        ({"columns": {"a": {"type": "date", "unit": "days"}}}, "columns.a.unit: only numbers have a unit"),
        ({"columns": {"a": {"type": "date", "default": "soon"}}}, "columns.a.default: “soon” is no date"),
        ({"columns": {"a": {"type": "text", "locked": True}}}, "columns.a.locked: no row under 'start' supplies"),
        (
            {"columns": {"n": {"type": "number"}, "a": {"type": "computed", "of": {"sum": ["n", "m"]}}}},
            "columns.a.of: 'm' is no column of numbers",
        ),
        (
            {"columns": {"n": {"type": "number"}, "a": {"type": "computed", "of": {"summ": ["n", "n"]}}}},
            "columns.a.of.summ: must be one of product, sum, difference, shown, count. Did you mean 'sum'?",
        ),
        ({"columns": TEXT, "fixed": True}, "fixed: needs supplied rows under 'start'"),
        ({"columns": TEXT, "start": {"r1": {"aa": "x"}}}, "start.r1.aa: 'aa' is not a column. Did you mean 'a'?"),
        ({"columns": TEXT, "start": {"r" * 25: {"a": "x"}}}, f"start.{'r' * 25}: the id of a row has at most 24"),
        ({"columns": TEXT, "checks": [{"filled": "aa"}]}, "checks[1].filled: 'aa' is not a column. Did you mean 'a'?"),
        (
            {"columns": TEXT, "checks": [{"sum": "a", "is": 3}]},
            "checks[1].sum: 'a' is of type text; this check needs number",
        ),
        ({"columns": TEXT, "checks": [{"rows": {}}]}, "checks[1].rows: needs 'min', 'max' or both"),
        ({"columns": TEXT, "checks": [{"per": "a", "min": 1}]}, "checks[1].per: rows make the groups, so each has one"),
        (
            {"columns": TEXT, "checks": [{"filled": "a"}, {"filled": "a"}]},
            "checks[1]: two checks are called 'filled-a'",
        ),
        (
            {
                "columns": {"c": {"type": "choice", "options": ["yes", "no"]}},
                "checks": [{"rows": {"min": 1}, "where": {"c": "yess"}}],
            },
            "checks[1].where.c: 'yess' is no value of this column. Did you mean 'yes'?",
        ),
        (
            {"columns": {"m": {"type": "ref", "from": "a/b.c"}}, "checks": [{"covers": "a/x.c", "by": "m"}]},
            "checks[1].by: this column refers to a/b.c, not to a/x.c",
        ),
        (
            {"columns": TEXT, "start": {"crew": {"a": "x"}}, "key": {"cells": {"crow": {"a": "y"}}}},
            "key.cells.crow: is not a row under 'start'. Did you mean 'crew'?",
        ),
        ({**START, "key": {"cells": {"r1": {"a": "X!"}}}}, "key.cells.r1.a: the supplied row has this already"),
        ({**START, "key": {}}, "key: needs 'cells', 'checks' or both"),
        ({**START, "key": {"checks": [{"rows": {"min": 1}}]}}, "key: there is nothing to earn"),
        (
            {**START, "key": {"checks": [{"covers": "a/b.c", "by": "a"}, {"rows": {"min": 2}}]}},
            "key.checks[1]: 'covers' looks at another worksheet",
        ),
        (
            {**START, "key": {"cells": {"r1": {"a": "y"}}, "feedback": {"r2": "No"}}},
            "key.feedback.r2: is no row or check",
        ),
    ],
)
def test_mistakes_of_authors(fields: dict[str, Any], expected: str) -> None:
    found = problems(fields)
    assert found and found[0].startswith(expected), found


def test_one_mistake_in_a_check_hides_no_other_and_breaks_nothing() -> None:
    found = problems({"columns": TEXT, "checks": [{"fild": "a"}, {"filled": "b"}, {"rows": {"min": 1}, "sum": "a"}]})
    assert [p.split(":")[0] for p in found] == ["checks[1].fild", "checks[3]"]


# HTML

PLACE = Place(name="q", id="wb-q", choices={"initiation/needs.need": {"n1": "Boats & nets", "n2": "Storage"}})


def test_the_table_is_a_table() -> None:
    html = draw(OPEN, value(("r1", {"name": "A"}), ("r2", {"name": "B"})), PLACE)
    assert html.count("<table") == 1 and "<caption" in html
    columns = len(OPEN.columns)
    assert html.count('<th scope="col"') == columns + 2
    rows = re.findall(r'<tr data-row="([^"]+)">(.*?)</tr>', html.split("<template")[0], re.DOTALL)
    assert [id for id, _row in rows][:2] == ["r1", "r2"]
    assert len(rows) == 3, "two filled and one offered empty"
    for _id, row in rows:
        assert row.count("<td") == columns + 1 and row.count("data-label=") == columns
        assert row.count('data-act="remove-row"') == row.count('data-act="row-up"') == 1
    assert '<th scope="row" class="wb-row-name"><span id="wb-q--row-r2">Partner <span data-row-number>2</span>' in html
    assert 'aria-labelledby="wb-q--row-r2 wb-q--column-name"' in html


def test_the_template_names_its_row_everywhere_the_same() -> None:
    template = re.search(r"<template data-row-template>(.*)</template>", draw(OPEN, None, PLACE), re.DOTALL)
    assert template
    made = template[1].replace("__row__", "r77")
    names = re.findall(r' name="([^"]+)"', made)
    assert {name.rpartition(".")[2] for name in names} == {
        id for id, column in OPEN.columns.items() if not column.given
    }
    assert all(name.startswith("q.row.r77.") for name in names)
    assert '<tr data-row="r77">' in made
    assert len(re.findall(r' id="([^"]+)"', made)) == len(set(re.findall(r' id="([^"]+)"', made)))


def test_rows_offered_empty_have_new_ids_on_every_page() -> None:
    one, two = (set(re.findall(r'data-row="([^"_]+)"', draw(OPEN, None, PLACE))) for _n in range(2))
    assert len(one) == len(two) == 3
    assert not one & two


def test_fixed_rows_have_no_buttons() -> None:
    html = draw(FIXED, None, PLACE)
    assert "data-row-template" not in html and "remove-row" not in html and "add-row" not in html
    assert "-remove" not in draw(FIXED, None, Place(name="q", id="q", mode="plain"))
    assert 'data-act="paste"' not in html and "wb-actions" not in html


def test_a_ref_to_a_row_that_is_gone_stays_and_is_flagged() -> None:
    stored = value(("r1", {"name": "A", "meets": ["n1", "n7", "n8", "n9"], "sector": "charity"}))
    extra = {
        "removed": {"initiation/needs.need": {"n7": "Ships"}},
        "outside": {"initiation/needs.need": {"n8": "Rope"}},
    }
    html = draw(OPEN, stored, Place(name="q", id="wb-q", choices=PLACE.choices, extra=extra))
    row = html.split('data-row="r1"')[1].split("</tr>")[0]
    sent = Form(f"<table><tr>{row.partition('>')[2]}</tr></table>").entries("q")
    assert set(sent["row.r1.meets"]) == {"n1", "n7", "n8", "n9"}
    for text in ("(removed) Ships", "(no longer in the list) Rope", "(removed) a row", "(no longer offered) charity"):
        assert text in row
    assert "Boats &amp; nets" in row
    assert row.count("wb-broken") == 2


def test_what_was_typed_is_text_everywhere() -> None:
    nasty = '"><script>alert(1)</script>'
    stored = value(("r1", {"name": nasty, "note": f"</textarea>{nasty}", "meets": ["n1"]}))
    for mode in ("form", "plain", "paper"):
        choices = {"initiation/needs.need": {"n1": nasty, "n2": nasty}}
        html = draw(OPEN, stored, Place(name="q", id="q", mode=mode, choices=choices))
        assert "<script" not in html
    assert "<script" not in "".join(slots(OPEN, stored, Place(name="q", id="q", choices=choices)).values())


def test_slots_are_on_the_page() -> None:
    stored = value(("r1", {"name": "A", "likelihood": "2", "impact": "3", "meets": ["n1"], "goals": ["4"]}))
    filled = slots(OPEN, stored, PLACE)
    assert filled == {"row.r1.goals": "4 Quality education", "row.r1.meets": "Boats &amp; nets", "row.r1.risk": "6"}
    html = draw(OPEN, stored, PLACE)
    assert all(f'data-slot="{slot}"' in html for slot in filled)


def test_where_there_is_nothing_to_choose_from_the_page_says_what_to_do_first() -> None:
    first = SimpleNamespace(title="<Needs>", lesson="initiation/needs")
    extra = {"empty": {"initiation/needs.need": first}}
    html = draw(OPEN, None, Place(name="q", id="q", extra=extra))
    assert '“<a href="../initiation/needs.ipynb" data-lesson="initiation/needs">&lt;Needs&gt;</a>”' in html


def test_paper_offers_rows_and_options() -> None:
    html = draw(OPEN, None, Place(name="q", id="q", mode="paper", choices=PLACE.choices))
    assert html.count('<th scope="row"') == 4, "as many as the check asks for"
    assert html.count("☐") == 4 * (2 + 2 + 3 + 2), "sector, needs, yes-no-unknown, status"
    assert "17 Partnerships for the goals" in html and "17.16" not in html
    filled = draw(OPEN, value(("r1", {"name": "A", "sector": "un"})), Place(name="q", id="q", mode="paper"))
    assert "<td>United Nations</td>" in filled and "☐" not in filled


def test_datalist_stands_once() -> None:
    html = draw(OPEN, None, PLACE)
    assert html.count("<datalist") == 1
    assert html.count('<option value="17.16"') == 1
    assert 'list="wb-q--targets"' in html and 'id="wb-q--targets"' in html


def test_shown_and_key_types() -> None:
    assert isinstance(FIXED_KEY, Key)
    assert [row.id for row in shown(FIXED, None)] == ["cash", "office", "crew"]


def test_a_number_within_limits() -> None:
    column = Column(type="number", least=1, most=5)
    for typed, stored in (("1", "1"), ("5,0", "5"), (" 2.5 ", "2.5")):
        assert parse_cell(column, typed) == stored
    for typed in ("0", "5.01", "-1", "6"):
        with pytest.raises(Malformed, match=rf"^{typed} does not fit here: 1 to 5\.$"):
            parse_cell(column, typed)
    with pytest.raises(Malformed, match=r"at least 0\.$"):
        parse_cell(Column(type="number", least=0), "-3")
    with pytest.raises(Malformed, match=r"at most 100\.$"):
        parse_cell(Column(type="number", most=100), "100.5")
    found = problems({"columns": {"a": {"type": "text", "least": 1}, "b": {"type": "number", "least": 3, "most": 2}}})
    assert any("only a column of type number has 'least'" in said for said in found)
    assert any("is smaller than 'least'" in said for said in found)

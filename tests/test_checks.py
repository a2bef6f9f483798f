"""Every verb of the check vocabulary: what it finds, what it says, and that nothing in a cell makes it fall over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.checks import BY_VERB, NOUNS, CheckType, Other, Sheet, evaluate
from workbook.checks.conditions import ConditionType
from workbook.content.source import read_yaml
from workbook.errors import Problems
from workbook.fields import Node, release
from workbook.goals import goal_of, goals, targets
from workbook.model import Row

DOCS = Path(__file__).parent.parent / "docs" / "checks.md"
LABELS = {"name": "Name", "sector": "Sector", "status": "Status", "meets": "Meets", "share": "Share",
          "reason": "Reason", "after": "After", "ask": "We ask on", "answer": "Answer by", "goal": "Goal"}  # fmt: skip


def read_check(data: Any, *, marked: bool = False) -> tuple[Any, list[str]]:
    problems = Problems("a.yml")
    check = CheckType(marked).read(Node(data, (), problems))
    return check, [f"{p.field}: {p.message}" for p in problems.found]


def sheet(*cells: dict[str, Any], other: Other | None = None) -> Sheet:
    rows = tuple(Row(f"r{n}", given) for n, given in enumerate(cells, start=1))
    names = {row.id: f"Row {row.id[1:]}" + (f" ({row.cells['name']})" if row.cells.get("name") else "") for row in rows}
    return Sheet(rows, names, LABELS, sources={"meets": "a/b.c"}, others=lambda reference: other)


def said(data: Any, *cells: dict[str, Any], other: Other | None = None) -> str:
    check, problems = read_check(data)
    assert problems == []
    found = evaluate([check], sheet(*cells, other=other))
    assert len(found) <= 1
    return found[0].message if found else ""


NEEDS = Other(
    "need",
    (Row("n1", {"need": "Boats", "class": "human"}), Row("n2", {"need": "Storage", "class": "other"})),
    {"n1": "Boats", "n2": "Storage"},
)

FOUND = [
    ({"rows": {"min": 2}}, [{"name": "A"}], "Rows so far: 1. Asked for: at least 2."),
    ({"rows": {"max": 1}}, [{"name": "A"}, {"name": "B"}], "Rows so far: 2. Asked for: at most 1."),
    (
        {"rows": {"min": 1}, "where": {"sector": ["un", "business"]}},
        [{"sector": "donor"}],
        "Rows where “Sector” is “un” or “business” so far: 0. Asked for: at least 1.",
    ),
    ({"filled": "sector"}, [{"name": "A"}, {"sector": "un"}], "“Sector” is still empty: Row 1 (A)."),
    (
        {"filled": ["sector", "reason"], "when": {"status": "agreed"}},
        [{"status": "agreed", "name": "A"}, {"status": "asked"}],
        "Still empty where “Status” is “agreed”: Row 1 (A): Sector + Reason.",
    ),
    (
        {"distinct": {"column": "sector", "min": 2}},
        [{"sector": "un"}, {"sector": "un"}],
        "Different answers in “Sector” so far: 1. Asked for: at least 2.",
    ),
    (
        {"unique": "name"},
        [{"name": "Town Council"}, {"name": "x"}, {"name": "town  council"}],
        "The same in “Name”: Row 1 (Town Council), Row 3 (town  council).",
    ),
    ({"refers": "meets"}, [{"name": "A"}], "“Meets” points to nothing yet: Row 1 (A)."),
    ({"refers": "meets"}, [{"meets": ["n1", "gone"]}], "“Meets” points to something that was removed: Row 1."),
    ({"covers": "a/b.c", "by": "meets"}, [{"meets": ["n1"]}], "No row has this in “Meets” yet: Storage."),
    (
        {"covers": "a/b.c", "by": "meets", "where": {"class": "human"}},
        [{"meets": ["n2"]}],
        "No row has this in “Meets” yet: Boats.",
    ),
    ({"covers": "a/b.c", "by": "name"}, [{"name": "Boats"}], "No row has this in “Name” yet: Storage."),
    (
        {"per": "sector", "exactly": 1, "where": {"status": "agreed"}},
        [{"sector": "un", "status": "agreed"}, {"sector": "donor"}],
        "Rows where “Status” is “agreed” for each “Sector”: donor: 0 (exactly 1).",
    ),
    (
        {"before": ["ask", "answer"]},
        [{"ask": "2027-03-01", "answer": "2027-02-01"}],
        "Row 1: “We ask on” (2027-03-01) comes after “Answer by” (2027-02-01).",
    ),
    (
        {"sum": "share", "is": 100},
        [{"share": "60.5"}, {"share": "30"}],
        "“Share” adds up to 90.5. Asked for: exactly 100.",
    ),
    ({"sum": "share", "min": 1}, [], "“Share” adds up to 0. Asked for: at least 1."),
    (
        {"differ": ["name", "reason"]},
        [{"name": "Boats", "reason": "Boats"}, {"name": "Boats"}],
        "The same stands in “Name” and “Reason”: Row 1 (Boats).",
    ),
    (
        {"filled": ["reason"], "when": {"share": {"at-least": 15}}},
        [{"share": "15"}, {"share": "14.9"}, {"share": "much"}, {}],
        "“Reason” is still empty where “Share” is at least 15: Row 1.",
    ),
    (
        {"acyclic": "after"},
        [{"after": ["r2"]}, {"after": ["r3", "r9"]}, {"after": ["r2"]}],
        "“After” goes round in a circle: Row 2 → Row 3, and back to the start.",
    ),
    (
        {"words": {"column": "reason", "min": 2, "max": 3}},
        [{"reason": "one"}, {"reason": "a b c d"}, {"reason": "a b"}, {}],
        "Words in “Reason”: Row 1: 1 (at least 2), Row 2: 4 (at most 3).",
    ),
    (
        {"covers": "a/b.c", "by": "meets"},
        [{"meets": ["n1", "n2"]}, {"meets": ["gone"]}],
        "“Meets” points to something that was removed: Row 2.",
    ),
    (
        {"covers": "a/b.c", "by": "meets"},
        [{"meets": ["n1", "gone"]}],
        "No row has this in “Meets” yet: Storage. “Meets” points to something that was removed: Row 1.",
    ),
    (
        {"chosen": {"column": "meets", "min": 2, "max": 2}},
        [{"meets": ["n1"]}, {"meets": ["n1", "n2"]}, {"meets": ["n1", "n2", "n3"]}, {}],
        "Chosen in “Meets”: Row 1: 1 (at least 2), Row 3: 3 (at most 2).",
    ),
    (
        {"every-row": {"status": {"not": "assumed"}}},
        [{"status": "assumed"}, {}],
        "In every row: “Status” is not “assumed”. Not yet so: Row 1.",
    ),
    (
        {"every-row": {"status": "agreed"}},
        [{"status": "agreed"}, {}],
        "In every row: “Status” is “agreed”. Not yet so: Row 2.",
    ),
    (
        {"one-of": {"column": "goal", "values": "targets"}},
        [{"goal": "17.16"}, {"goal": ["4.1", "4.99"]}],
        "“Goal” takes one of these: SDG targets. Something else stands in: Row 2.",
    ),
]


@pytest.mark.parametrize(("data", "cells", "message"), FOUND)
def test_what_a_check_says(data: Any, cells: list[dict[str, Any]], message: str) -> None:
    assert said(data, *cells, other=NEEDS) == message


PASSED = [
    ({"rows": {"min": 1, "max": 2}}, [{"name": "A"}]),
    ({"filled": ["sector"], "when": {"status": {"not": "agreed"}}}, [{"status": "agreed"}, {}]),
    ({"filled": ["sector"], "when": {"sector": "filled"}}, [{}]),
    ({"distinct": {"column": "meets", "min": 2}}, [{"meets": ["n1", "n2"]}]),
    ({"unique": ["name", "sector"]}, [{"name": "A", "sector": "un"}, {"name": "A", "sector": "donor"}, {"name": "A"}]),
    ({"refers": "meets"}, [{"meets": ["n1"]}]),
    ({"covers": "a/b.c", "by": "meets"}, [{"meets": ["n1"]}, {"meets": ["n2"]}]),
    ({"per": "sector", "max": 1}, [{"sector": "un"}, {"sector": "donor"}, {}]),
    (
        {"before": ["ask", "answer"]},
        [{"ask": "2027-03-01", "answer": "2027-03-01"}, {"ask": "2027-03-01"}, {"ask": "soon"}],
    ),
    ({"sum": "share", "is": 0.3}, [{"share": "0.1"}, {"share": "0.2"}, {"share": "much"}]),
    ({"acyclic": "after"}, [{"after": ["r2"]}, {"after": ["r3"]}, {}]),
    ({"words": {"column": "reason", "max": 3}}, [{"reason": ""}, {}]),
    ({"every-row": {"status": {"not": "assumed"}}}, [{}, {"status": "asked"}]),
    ({"one-of": {"column": "goal", "values": ["1", 2]}}, [{"goal": "2"}, {}]),
    ({"differ": ["name", "reason"]}, [{"name": "Boats", "reason": "Nets"}, {"name": "Boats"}, {}]),
    ({"every-row": {"share": {"at-least": 0, "at-most": 5}}}, [{"share": "0"}, {"share": "5"}]),
]


@pytest.mark.parametrize(("data", "cells"), PASSED)
def test_what_a_check_lets_pass(data: Any, cells: list[dict[str, Any]]) -> None:
    assert said(data, *cells, other=NEEDS) == ""


def test_a_row_that_waits_for_itself_is_a_circle() -> None:
    assert "Row 1, and back" in said({"acyclic": "after"}, {"after": "r1"})


def test_a_long_chain_is_no_circle_and_takes_no_time() -> None:
    chain = [{"after": [f"r{n + 1}", f"r{n + 2}"]} for n in range(1, 2000)]
    assert said({"acyclic": "after"}, *chain) == ""


def test_an_unknown_worksheet_is_no_fault_of_the_learner() -> None:
    assert said({"covers": "a/b.c", "by": "meets"}) == ""
    assert said({"refers": "meets"}, {"meets": ["whatever"]}) == ""
    assert said({"covers": "a/b.c", "by": "meets"}, other=Other("need", (), {})) == ""


def test_many_rows_are_counted_not_listed() -> None:
    message = said({"filled": "sector"}, *[{"name": f"N{n}"} for n in range(30)])
    assert message.count("Row ") == 6
    assert message.endswith(", 24 more.")


def test_a_finding_says_why_and_where_it_comes_from_and_escapes_what_was_typed() -> None:
    data = {"unique": "name", "why": "Once is <em>enough</em>.", "cite": "Guidelines, task 1.4", "id": "once"}
    check, _problems = read_check(data)
    (found,) = evaluate([check], sheet({"name": "<b>A&B"}, {"name": "<b>a&b"}))
    assert found.check == "once"
    assert found.cite == ("Guidelines, task 1.4",)
    assert found.rows == ("r1", "r2")
    assert found.message.endswith("Row 2 (&lt;b&gt;a&amp;b). Once is <em>enough</em>.")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"fild": "a"}, "fild: is not a check. Did you mean 'filled'?"),
        ({"colour": "a"}, "colour: is not a check. Known: rows, filled"),
        ({"why": "a"}, "(whole file): has no check: one of rows, filled"),
        (
            {"rows": {"min": 1}, "filled": "a"},
            "(whole file): has 2 checks (rows, filled): give each an entry of its own",
        ),
        ({"filled": "a", "point": 2}, "point: is not a field here. Did you mean 'points'?"),
        ({"filled": "a", "points": 2}, "points: only a check under 'key' has points"),
        ({"before": ["activity.end.day", "ask"]}, "before[1]: must look like ref.column, through one ref"),
        ({"filled": "a", "when": {"b.c.d": "x"}}, "when.b.c.d: must look like ref.column, through one ref"),
        ({"rows": {"mim": 3}}, "rows.mim: is not a field here. Did you mean 'min'?"),
        ({"covers": "needs", "by": "a"}, "covers: must look like unit/exercise.column, found 'needs'"),
        ({"filled": "a", "when": {"b": True}}, "when.b: must be a value, a list of values"),
        ("rows", "(whole file): needs a check such as"),
    ],
)
def test_mistakes_are_named(data: Any, problem: str) -> None:
    _check, problems = read_check(data)
    assert len(problems) == 1 and problems[0].startswith(problem)


@pytest.mark.parametrize(("data", "cells", "message"), FOUND)
def test_a_released_check_reads_back_the_same(data: Any, cells: Any, message: str) -> None:
    check, _problems = read_check(data | {"points": 3}, marked=True)
    assert read_check(release(check, private=True), marked=True) == (check, [])
    assert "points" not in release(check, private=False)


def test_every_verb_is_in_the_docs_and_its_example_is_right(tmp_path: Path) -> None:
    sections = re.split(r"^## ", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    named = {section.split("\n")[0]: section for section in sections}
    assert list(named) == ["Conditions", "Through a ref", *BY_VERB]
    for verb in BY_VERB:
        file = tmp_path / f"{verb}.yml"
        file.write_text(re.findall(r"```yaml\n(.*?)```", named[verb], re.DOTALL)[0], encoding="utf-8")
        node = read_yaml(file, "a.yml").node()
        check = CheckType().read(node)
        assert node.problems.found == []
        assert type(check) is BY_VERB[verb]
        assert list(check.slips()) == []
        assert "Says:" in named[verb]


def test_schema_knows_every_verb() -> None:
    schema = CheckType().schema()
    assert list(schema["properties"]) == [noun.verb for noun in NOUNS]
    assert all(noun.summary.endswith(".") for noun in NOUNS)


def test_seventeen_goals_and_169_targets() -> None:
    assert list(goals()) == [str(n) for n in range(1, 18)]
    assert len(targets()) == 169
    counts = [sum(goal_of(code) == goal for code in targets()) for goal in goals()]
    assert counts == [7, 8, 13, 10, 9, 8, 5, 12, 8, 10, 10, 11, 5, 10, 12, 12, 19]
    assert {"4.1", "17.16", "3.a", "8.10", "16.10"} <= set(targets())
    assert all(title and title == title.strip() for title in [*goals().values(), *targets().values()])
    assert len(set(targets().values())) == 169


VALUES = st.none() | st.text(max_size=8) | st.sampled_from(["r1", "r2", "un", "5", "NaN", "1e999", "2027-02-30", "4.1"])
CELLS = st.dictionaries(
    st.sampled_from(list(LABELS)), VALUES | st.lists(VALUES, max_size=3) | st.integers() | st.booleans(), max_size=10
)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELLS, max_size=5))
def test_no_cell_makes_a_check_fall_over(cells: list[Any]) -> None:
    for data, _cells, _message in FOUND:
        check, _problems = read_check(data)
        for finding in evaluate([check], sheet(*cells, other=NEEDS)):
            assert finding.message
            assert set(finding.rows) <= {f"r{n}" for n in range(1, len(cells) + 1)}


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=2), st.lists(st.sampled_from(["a", "b", "c"]), min_size=1))
def test_a_condition_and_its_contrary_never_both_hold(cell: list[str], wanted: list[str]) -> None:
    yes = ConditionType().read(Node(wanted, (), Problems("")))
    no = ConditionType().read(Node({"not": wanted}, (), Problems("")))
    assert (yes.holds(cell) or no.holds(cell)) == bool(cell)
    assert not (yes.holds(cell) and no.holds(cell))
    assert yes.broken(cell) == (not yes.holds(cell))
    assert no.broken(cell) == yes.holds(cell)

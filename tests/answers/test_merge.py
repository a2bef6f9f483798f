"""Merging saves: any order of arrival, any repetition, nothing lost."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.answers import merge

ROWS, COLUMNS = ["r1", "r2", "r3", "s1"], ["name", "sector"]
rows, columns = st.sampled_from(ROWS), st.sampled_from(COLUMNS)
texts = st.none() | st.text("aé ", max_size=3) | st.lists(rows, max_size=2)
after = st.none() | rows | st.just("never-heard-of")
aside = st.none() | st.fixed_dictionaries(
    {"as": st.sampled_from(["not-known", "not-for-us"]), "text": st.text("aé ", max_size=3)}
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "cells": st.lists(st.tuples(rows, columns, texts).map(list), max_size=3),
        "add": st.lists(st.tuples(rows, after).map(list), max_size=2),
        "remove": st.lists(rows, max_size=1),
        "restore": st.lists(rows, max_size=1),
        "move": st.lists(st.tuples(rows, after).map(list), max_size=2),
        "aside": st.dictionaries(st.sampled_from(["rows", "covers"]), aside, max_size=2),
        "start": st.just(["s1"]),
    },
).filter(bool)


def play(stream: list[dict[str, Any]], document: dict[str, Any] | None = None, first: int = 1) -> dict[str, Any]:
    document = document or {}
    for seq, change in enumerate(stream, first):
        document = merge.apply(document, "t", change, seq, f"at {seq}", "v")
    return document


def shown(document: dict[str, Any]) -> Any:
    return merge.value(document["t"]) if "t" in document else None


@given(st.lists(changes, min_size=1, max_size=12))
def test_every_cell_has_its_last_write_and_no_row_is_lost(stream: list[dict[str, Any]]) -> None:
    cells: dict[tuple[str, str], Any] = {}
    named, gone, asides = set(), set(), {}
    for change in stream:
        for row, column, value in change.get("cells", []):
            cells[row, column] = value
        named |= {c[0] for c in change.get("cells", [])} | {a[0] for a in change.get("add", [])}
        named |= set(change.get("start", [])) | set(change.get("remove", []))
        gone = (gone - set(change.get("restore", []))) | set(change.get("remove", []))
        asides.update(change.get("aside", {}))
    entry = play(stream)["t"]
    stored = {row["id"]: row for row in entry["rows"]}
    assert len(stored) == len(entry["rows"])
    assert set(stored) == named
    assert {id for id, row in stored.items() if "removed" in row} == gone
    found = {(id, c): cell["value"] for id, row in stored.items() for c, cell in row["cells"].items()}
    assert found == cells
    value = merge.value(entry) or {"rows": [], "aside": {}}
    assert {row["id"] for row in value["rows"]} == named - gone
    assert value["aside"] == {check: answer for check, answer in asides.items() if answer is not None}
    assert merge.mistake(entry) == ""


@given(st.lists(changes, max_size=6), changes)
def test_the_same_message_twice_changes_nothing_more(stream: list[dict[str, Any]], change: dict[str, Any]) -> None:
    once = play([*stream, change])
    assert shown(play([change], once, 99)) == shown(once) or moves_twice(change)


def moves_twice(change: dict[str, Any]) -> bool:
    """Moves of one message may build on each other; sent alone, as the form does, one move is idempotent."""
    return len(change.get("move", [])) > 1 or ("move" in change and "add" in change)


@given(st.lists(changes, max_size=6), rows, after)
def test_one_move_twice_is_one_move(stream: list[dict[str, Any]], row: str, place: str | None) -> None:
    once = play([*stream, {"move": [[row, place]]}])
    assert shown(play([{"move": [[row, place]]}], once, 99)) == shown(once)


@given(st.lists(changes, min_size=1, max_size=5), st.lists(changes, min_size=1, max_size=5), st.data())
def test_windows_that_write_different_cells_do_not_disturb_each_other(
    left: list[dict[str, Any]], right: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Two windows, each with its own columns; in whatever order their saves arrive, each finds what it wrote last."""
    left = [only(change, "name") for change in left]
    right = [only(change, "sector") for change in right]
    turns = data.draw(st.permutations([0] * len(left) + [1] * len(right)))
    queues = [list(left), list(right)]
    entry = play([queues[turn].pop(0) for turn in turns]).get("t", {"rows": []})
    found = {(row["id"], c): cell["value"] for row in entry["rows"] for c, cell in row["cells"].items()}
    for window in (left, right):
        last = {(r, c): v for change in window for r, c, v in change["cells"]}
        assert all(found[key] == value for key, value in last.items())


def only(change: dict[str, Any], column: str) -> dict[str, Any]:
    return {**change, "cells": [[row, column, value] for row, _column, value in change.get("cells", [])]}


@given(st.lists(changes, max_size=8))
def test_nothing_given_is_changed_and_all_is_json(stream: list[dict[str, Any]]) -> None:
    document: dict[str, Any] = {}
    for seq, change in enumerate(stream, 1):
        before, given_change = copy.deepcopy(document), copy.deepcopy(change)
        after = merge.apply(document, "t", change, seq, "at", "v")
        assert document == before and change == given_change
        document = after
    assert json.loads(json.dumps(document)) == document


@given(st.lists(changes, max_size=6), st.lists(changes, max_size=3))
def test_a_whole_table_says_exactly_what_was_sent(stream: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    sent = shown(play(other)) or {"rows": [], "aside": {}}
    document = play([*stream, {"value": sent}])
    assert (shown(document) or {"rows": [], "aside": {}}) == sent
    before = play(stream).get("t", {"rows": []})
    assert {row["id"] for row in before["rows"]} <= {row["id"] for row in document["t"]["rows"]}


def test_a_late_add_puts_a_row_where_it_belongs_once() -> None:
    stream: list[dict[str, Any]] = [
        {"add": [["a", None], ["b", "a"]]},
        {"cells": [["new", "name", "came first"]]},
        {"add": [["new", "a"]]},
    ]
    document = play(stream)
    assert [row["id"] for row in shown(document)["rows"]] == ["a", "new", "b"]
    document = play([{"move": [["new", None]]}, {"add": [["new", "a"]]}], document, 9)
    assert [row["id"] for row in shown(document)["rows"]] == ["new", "a", "b"]


def test_rows_the_content_supplies_can_be_moved_and_removed() -> None:
    start = ["s1", "s2", "s3"]
    document = play([{"start": start, "remove": ["s1"]}, {"start": [*start, "s4"], "move": [["s3", None]]}])
    assert [row["id"] for row in shown(document)["rows"]] == ["s3", "s2", "s4"]
    assert merge.removed(document["t"]) == {"s1": {}}
    document = play([{"remove": ["s2", "s3", "s4"]}], document, 9)
    assert shown(document) == {"rows": [], "aside": {}}, "an emptied table is not an untouched one"


def test_unknown_things_are_carried_along() -> None:
    document = {
        "gone-question": {"value": "kept", "seq": 1, "later": True},
        "t": {"rows": [{"id": "r1", "cells": {"old": {"value": 1, "seq": 1, "by": "x"}}, "colour": "red"}], "new": [1]},
    }
    document = merge.apply(document, "t", {"cells": [["r1", "name", "A"]], "add": [["r2", "r1"]]}, 2, "at", "v")
    assert document["gone-question"] == {"value": "kept", "seq": 1, "later": True}
    assert document["t"]["new"] == [1]
    assert document["t"]["rows"][0]["colour"] == "red"
    assert document["t"]["rows"][0]["cells"]["old"] == {"value": 1, "seq": 1, "by": "x"}


def test_a_question_that_became_a_table_keeps_its_text_and_back() -> None:
    document = merge.apply({}, "q", {"value": "words"}, 1, "at", "v1")
    document = merge.apply(document, "q", {"cells": [["r1", "c", 1]]}, 2, "at", "v2")
    document = merge.apply(document, "q", {"value": "again"}, 3, "at", "v3")
    assert merge.value(document["q"]) == "again"
    assert [merge.value(old) for old in document["q"]["former"]] == [
        "words",
        {"rows": [{"id": "r1", "cells": {"c": 1}}], "aside": {}},
    ]


@pytest.mark.parametrize(
    "entry",
    [
        None, [], "text", {}, {"rows": 1}, {"rows": [1]}, {"rows": [{"id": "r"}]},
        {"rows": [{"id": "r", "cells": {"c": 1}}]},
        {"rows": [{"id": "r", "cells": {}}, {"id": "r", "cells": {}}]}, {"rows": [], "aside": []},
        {"rows": [], "aside": {"c": 1}},
    ],
)  # fmt: skip
def test_a_broken_entry_is_seen(entry: Any) -> None:
    assert merge.mistake(entry)

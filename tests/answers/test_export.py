"""One's own answers: taken out whole, brought back without harm, deleted for good."""

import json
from pathlib import Path

import pytest

from workbook.answers import Home, Owner, delete_answers, export_answers, import_answers, open_home
from workbook.answers.export import Differing
from workbook.errors import WorkbookError

from .conftest import ANNA, BEN, TABLE3

U, V = "initiation", "v"


@pytest.fixture
def filled(home: Home) -> Home:
    home.save(ANNA, U, "e", "q", {"value": "private or not, all of it: é 😀"}, "v3")
    home.save(
        ANNA, U, "e", "t", {"add": [["r1", None], ["r2", "r1"]], "cells": [["r1", "c", "A"], ["r2", "c", "B"]]}, V
    )
    home.save(ANNA, U, "e", "t", {"remove": ["r2"], "aside": {"rows": {"as": "not-known"}}}, V)
    home.save(ANNA, "building-blocks", "e", "q", {"value": ["a", "b"]}, V)
    home.save(BEN, U, "e", "q", {"value": "Ben's own"}, V)
    return home


def test_export_and_import_bring_everything_to_another_home(filled: Home, tmp_path: Path) -> None:
    path = export_answers(filled, ANNA, tmp_path / "my answers" / "anna.json")
    assert "Ben" not in path.read_text(encoding="utf-8")
    other = open_home(tmp_path / "new home")
    done = import_answers(other, Owner("me"), path)
    assert len(done.added) == 3 and str(done).startswith("3 answers added")
    for unit in (U, "building-blocks"):
        before, after = filled.load(ANNA, unit), other.load(Owner("me"), unit)
        assert after.values() == before.values()
        for exercise, answers in before.exercises.items():
            for question, answer in answers.items():
                copy = after.exercises[exercise][question]
                assert (copy.at, copy.version, copy.removed) == (answer.at, answer.version, answer.removed)
    # A late save to a row that was removed elsewhere does not bring it back here either.
    other.save(Owner("me"), U, "e", "t", {"cells": [["r2", "c", "late"]]}, V)
    assert [row["id"] for row in other.load(Owner("me"), U).of("e")["t"]["rows"]] == ["r1"]


def test_importing_twice_adds_nothing(filled: Home, tmp_path: Path) -> None:
    path = export_answers(filled, ANNA, tmp_path / "anna.json")
    seq = filled.seq(ANNA, U)
    done = import_answers(filled, ANNA, path)
    assert (len(done.same), done.added, done.replaced) == (3, (), ())
    assert filled.seq(ANNA, U) == seq


def test_an_import_that_would_overwrite_writes_nothing_and_says_what(filled: Home, tmp_path: Path) -> None:
    path = export_answers(filled, ANNA, tmp_path / "anna.json")
    filled.save(ANNA, U, "e", "q", {"value": "changed since"}, V)
    filled.delete(BEN)
    before = {unit: filled.document(ANNA, unit) for unit in filled.units(ANNA)}
    with pytest.raises(Differing, match="initiation/e/q") as said:
        import_answers(filled, ANNA, path)
    assert said.value.places == ["initiation/e/q"]
    assert {unit: filled.document(ANNA, unit) for unit in filled.units(ANNA)} == before


def test_the_newer_answer_wins_if_asked(filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbook.answers import document

    path = export_answers(filled, ANNA, tmp_path / "anna.json")
    monkeypatch.setattr(document, "now", lambda: "2099-01-01T00:00:00Z")
    filled.save(ANNA, U, "e", "q", {"value": "newer here"}, V)
    monkeypatch.setattr(document, "now", lambda: "1999-01-01T00:00:00Z")
    filled.save(ANNA, "building-blocks", "e", "q", {"value": ["older here"]}, V)
    done = import_answers(filled, ANNA, path, newer_wins=True)
    assert (done.kept, done.replaced) == (("initiation/e/q",), ("building-blocks/e/q",))
    assert filled.load(ANNA, U).of("e")["q"] == "newer here"
    assert filled.load(ANNA, "building-blocks").of("e")["q"] == ["a", "b"]
    assert filled.load(ANNA, "building-blocks").since(1) == [("e", "q")], "open windows see the import"


def test_a_group_plan_goes_to_each_member(filled: Home, tmp_path: Path) -> None:
    filled.save(TABLE3, U, "plan", "q", {"value": "ours"}, V)
    path = export_answers(filled, TABLE3, tmp_path / "table.json")
    import_answers(filled, ANNA, path)
    import_answers(filled, BEN, path)
    assert filled.load(ANNA, U).of("plan") == filled.load(BEN, U).of("plan") == {"q": "ours"}
    assert filled.load(BEN, U).of("e") == {"q": "Ben's own"}


def test_deleted_is_deleted(filled: Home, spec: str, tmp_path: Path) -> None:
    delete_answers(filled, ANNA)
    assert filled.units(ANNA) == []
    assert filled.load(BEN, U).of("e") == {"q": "Ben's own"}
    if "://" not in spec:
        left = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert not any(b"private or not" in data for data in left)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"what": "else"}',
     b'{"what": "partnering-workbook-answers", "units": {}}',
     b'{"what": "partnering-workbook-answers", "format": 99, "units": {}}',
     b'{"what": "partnering-workbook-answers", "format": 1, "units": {"../x": {}}}',
     b'{"what": "partnering-workbook-answers", "format": 1, "units": {"u": {"seq": 1, "format": 1, "unit": "u",'
     b' "exercises": {"../x": {"q": {"value": 1}}}}}}'],
)  # fmt: skip
def test_a_file_that_is_no_export_is_refused(filled: Home, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    before = filled.document(ANNA, U)
    with pytest.raises(WorkbookError):
        import_answers(filled, ANNA, path)
    assert filled.document(ANNA, U) == before


def test_a_damaged_export_gives_what_is_whole_and_says_the_rest(filled: Home, tmp_path: Path) -> None:
    path = export_answers(filled, ANNA, tmp_path / "anna.json")
    data = json.loads(path.read_bytes())
    data["units"][U]["exercises"]["e"]["q"] = "mangled"
    path.write_text(json.dumps(data), encoding="utf-8")
    other = open_home(tmp_path / "other")
    done = import_answers(other, ANNA, path)
    assert set(done.added) == {"initiation/e/t", "building-blocks/e/q"}
    assert len(done.problems) == 1 and "e/q" in done.problems[0]


def test_there_is_no_such_file(home: Home, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="no file"):
        import_answers(home, ANNA, tmp_path / "nothing.json")

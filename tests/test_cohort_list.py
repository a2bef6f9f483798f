"""The list of learners: read as spreadsheets write it, kept in nbgrader's gradebook, erased from everything."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from gradebook_sample import graded, with_gradebook
from workbook.answers import Owner, handin, safe
from workbook.cohort import classlist, learners
from workbook.errors import ContentError, WorkbookError
from workbook.gradebook.access import connected, path_of
from workbook.gradebook.learners import LONGEST, Listed, due, listed, rename, submissions


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course with an empty gradebook."""
    return with_gradebook(tmp_path / "root")


HEAD = "id,first name,last name,e-mail,number\n"


def read(tmp_path: Path, data: bytes | str) -> classlist.ClassList:
    file = tmp_path / "list.csv"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return classlist.read(file)


ANNA = Listed("anna", "Anna", "Díaz", "anna@example.org", "4711")
READ: dict[str, str | bytes] = {
    "as documented": f"{HEAD}anna,Anna,Díaz,anna@example.org,4711\n",
    "semicolons, mark and Windows": f"\ufeff{HEAD}anna,Anna,Díaz,anna@example.org,4711\n".replace(",", ";").replace("\n", "\r\n"),
    "tabs in UTF-16": f"{HEAD}anna,Anna,Díaz,anna@example.org,4711\n".replace(",", "\t").encode("utf-16"),
    "old Mac": f"{HEAD}anna,Anna,Díaz,anna@example.org,4711\n".replace("\n", "\r"),
    "Excel's hint": f"sep=;\r\n{HEAD}anna,Anna,Díaz,anna@example.org,4711\r\n".replace(",", ";"),
    "any order, other names": "Email address,Surname,USERNAME,Given name,ID number\nanna@example.org,Díaz,anna,Anna,4711",
    "quoted, empty rows": f'{HEAD}\n,,,,\n"anna"," Anna ","Díaz","anna@example.org","4711"\n;\n'.replace("\n;", ""),
    "accent as two characters": f"{HEAD}anna,Anna,Di\u0301az,anna@example.org,4711\n",
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_a_list_is_read_however_a_spreadsheet_writes_it(tmp_path: Path, what: str) -> None:
    found = read(tmp_path, READ[what])
    assert (found.learners, found.problems, found.remarks) == ((ANNA,), (), ())


WRONG: dict[str, tuple[str, int, str, str]] = {
    "no id": (f"{HEAD},Anna,,,\n", 2, "id", "give each learner an id"),
    "a path": (f"{HEAD}../anna,Anna,,,\n", 2, "id", "cannot name a folder"),
    "a device of Windows": (f"{HEAD}nul,Anna,,,\n", 2, "id", "cannot name a folder"),
    "an address as id": (f"{HEAD}anna@example.org,Anna,,,\n", 2, "id", "such as anna-example-org"),
    "twice": (f"{HEAD}anna,Anna,,,\nben,Ben,,,\nAnna,Ann,,,\n", 4, "id", "stands in line 2 already"),
    "no address": (f"{HEAD}anna,Anna,,anna at home,\n", 2, "e-mail", "write one such as anna@example.org"),
    "two addresses": (f"{HEAD}anna,Anna,,a@b.org;c@d.org,\n", 2, "e-mail", "is no e-mail address"),
    "long": (f"{HEAD}anna,{'A' * (LONGEST + 1)},,,\n", 2, "first name", "write it anew"),
    "damaged": (f"{HEAD}anna,An\x00na,,,\n", 2, "first name", "write it anew"),
    "after a name of two lines": (f'{HEAD}ben,"Ben\nBo",,,\n../x,,,,\n', 4, "id", "cannot name a folder"),
    "too many cells": (f"{HEAD}anna,Díaz, Anna,a@b.org,1,2\n", 2, "(whole row)", "quotation marks"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_mistake_is_named_with_its_line_and_what_to_do(tmp_path: Path, what: str) -> None:
    text, line, field, words = WRONG[what]
    (problem,) = read(tmp_path, text).problems
    assert (problem.file, problem.line, problem.field) == (str(tmp_path / "list.csv"), line, field)
    assert words in problem.message


def test_every_mistake_is_told_and_good_lines_are_known(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEAD}../x,,,nothing,\nben,Ben,,,\n,,,no,\n")
    assert [(p.line, p.field) for p in found.problems] == [(2, "id"), (2, "e-mail"), (4, "id"), (4, "e-mail")]
    assert [one.id for one in found.learners] == ["ben"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"first name,last name\nAnna,D\n", "has no column 'id'"),
        ("id,first name\nanna,Díaz".encode("latin-1"), "list.csv:2: (whole file): is not in UTF-8"),
        (b"PK\x03\x04rest", "save it as 'CSV UTF-8'"),
        (b'id,first name\nanna,"Anna\nben,Ben\n', "list.csv:2: (whole row): the row cannot be read"),
        (b"id\n" + b"x" * classlist.LARGEST, "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_list_gets_one_clear_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(WorkbookError, match=r".") as caught:
        read(tmp_path, data)
    assert words in str(caught.value)


def test_what_is_changed_or_left_out_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, "ID,Department,First name\nS-123,Water,Anna\n")
    assert found.learners == (Listed("s-123", "Anna", number="S-123"),)
    assert found.remarks == (
        "The column 'Department' was not used.",
        "'S-123' is kept as 's-123': ids are folder names, in small letters.",
    )


def test_letters_of_all_scripts_stay_and_marks_that_turn_text_go(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEAD}a1,\u202eمی\u200cخواهم,王,,\nb2,ক্ষ,Ōkubo,,\n")
    assert [(one.first, one.last) for one in found.learners] == [("می\u200cخواهم", "王"), ("ক্ষ", "Ōkubo")]
    assert found.problems == ()


def test_nothing_is_imported_when_a_line_is_wrong_unless_told(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEAD}anna,Anna,,,\n../x,X,,,\n")
    with pytest.raises(ContentError) as caught:
        learners.import_list(tmp_path, found)
    assert len(caught.value.problems) == 1 and listed(tmp_path) == {} and not path_of(tmp_path).exists()
    assert str(learners.import_list(tmp_path, found, skip=True)).startswith("1 learners are new")
    assert list(listed(tmp_path)) == ["anna"]


def test_nbgrader_has_them_and_importing_again_changes_what_differs(root: Path) -> None:
    from nbgrader.api import Gradebook

    first = read(root, f"{HEAD}anna,Anna,Díaz,anna@example.org,4711\nben,Ben,,,\n")
    assert learners.import_list(root, first) == learners.Imported(2, 0, 0)
    second = read(root, f"{HEAD}anna,Ann,,,\nben,Ben,,,\ncleo,Cleo,,,\n")
    assert learners.import_list(root, second) == learners.Imported(1, 1, 1)
    with Gradebook(f"sqlite:///{path_of(root)}", "") as gradebook:
        anna = gradebook.find_student("anna")
        assert (anna.first_name, anna.last_name, anna.email, anna.lms_user_id) == (
            "Ann", "Díaz", "anna@example.org", "4711",
        )  # fmt: skip
        assert len(gradebook.students) == 3


def test_a_list_comes_back_as_it_was_exported(root: Path) -> None:
    odd = Listed("odd", "=cmd|'/c calc'!A1", '"Q", the; 2nd', "odd@example.org", "+49")
    for one in (ANNA, odd):
        learners.add(root, one)
    file = learners.export_list(root, root / "out.csv")
    assert b"\"'=cmd" in file.read_bytes() and b'"\'+49"' in file.read_bytes()
    assert {one.id: one for one in classlist.read(file).learners} == listed(root) == {"anna": ANNA, "odd": odd}


def test_one_learner_is_added_and_checked_like_a_line(root: Path) -> None:
    learners.add(root, ANNA)
    with pytest.raises(WorkbookError, match=r"^id: '\.\./x' cannot name a folder"):
        learners.add(root, Listed("../x"))
    with pytest.raises(WorkbookError, match=r"^e-mail: "):
        learners.add(root, Listed("ben", email="ben"))
    assert listed(root) == {"anna": ANNA}


def test_a_gradebook_that_is_broken_or_busy_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learners.add(root, ANNA)
    monkeypatch.setattr("workbook.gradebook.access.WAIT", 0.1)
    other = sqlite3.connect(path_of(root), isolation_level=None)
    other.execute("begin exclusive")
    with pytest.raises(WorkbookError, match="Another program is writing to it"):
        learners.add(root, Listed("ben"))
    other.execute("rollback")
    other.close()
    assert list(listed(root)) == ["anna"]
    path_of(root).write_bytes(b"not a database " * 100)
    with pytest.raises(WorkbookError, match=r"gradebook\.db cannot be used: .*Put a copy that you kept in its place"):
        listed(root)


def test_a_failed_import_leaves_the_list_as_it_was(root: Path) -> None:
    learners.add(root, ANNA)
    with pytest.raises(RuntimeError), connected(root) as gradebook:
        gradebook.execute("delete from student")
        raise RuntimeError("power cut")
    assert list(listed(root)) == ["anna"]


# Whoever handed in


def test_somebody_of_the_list_is_found_by_what_they_typed(tmp_path: Path) -> None:
    people = [
        Listed("s1", "Anna", "Díaz", "anna@example.org"),
        Listed("s2", "Ben", "Okoye"),
        Listed("s3", "Li", "Wei", number="77"),
        Listed("s4", "Sam", "Lee"),
        Listed("s5", "Lee", "Sam"),
    ]
    typed = {
        "a": Owner("learner-aaaaaaaaaa", label="DIAZ, Anna"),
        "b": Owner("learner-bbbbbbbbbb", label="Ben"),  # no full name
        "c": Owner("learner-cccccccccc", label="77"),
        "d": Owner("learner-dddddddddd", label="Sam Lee"),  # two fit
        "e": Owner("s2"),
        "f": Owner("g-1", "group", "Ben Okoye"),
    }
    assert {at: one.id for at, one in learners.linked(people, typed).items()} == {"a": "s1", "c": "s3", "e": "s2"}
    twice = {"a": typed["a"], "z": Owner("learner-zzzzzzzzzz", label="anna@example.org")}
    assert learners.linked(people, twice) == {}, "two claim to be Anna: nobody is guessed"


def test_a_new_id_takes_over_what_the_list_said(root: Path) -> None:
    for one in (ANNA, Listed("ben", "Ben"), Listed("ben-222222")):
        learners.add(root, one)
    rename(root, {"anna": "anna-111111", "ben": "ben-222222"})
    assert listed(root) == {
        "ben-222222": Listed("ben-222222", "Ben"),
        "anna-111111": Listed("anna-111111", "Anna", "Díaz", "anna@example.org", "4711"),
    }
    assert learners.import_list(root, classlist.parse("x", f"{HEAD}4711,Ann,,,\n")).changed == 1
    assert listed(root)["anna-111111"].first == "Ann", "the list's id is their number now"


# Removing and erasing


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A gradebook with marks of two learners, and their files in every folder of nbgrader."""
    root = graded(tmp_path / "course", {"anna-111111": {"nets": [2.0]}, "anna-1111112": {"nets": [1.0]}})
    for name in ("anna-111111", "anna-1111112"):
        for step in ("submitted", "autograded", "feedback", "set-aside"):
            folder = root / "build" / step / name / "harbour"
            folder.mkdir(parents=True)
            folder.joinpath("nets.ipynb").write_text(f"by {name}", encoding="utf-8")
        root.joinpath("build", "feedback", f"{name}.zip").write_bytes(b"zip")
    unit = root / "build" / "keys" / "anna-111111"  # a unit may have the name of a learner
    unit.mkdir(parents=True)
    return root


def test_removing_somebody_with_hand_ins_has_to_be_meant(marked: Path) -> None:
    with pytest.raises(WorkbookError, match="has handed in harbour"):
        learners.remove(marked, "anna-111111")
    assert "anna-111111" in listed(marked)
    learners.remove(marked, "anna-111111", with_hand_ins=True)
    assert list(listed(marked)) == ["anna-1111112"] == list(submissions(marked))
    assert (marked / "build" / "submitted" / "anna-111111").is_dir()
    with pytest.raises(WorkbookError, match=r"There is no learner 'anna-111111'\. Did you mean 'anna-1111112'"):
        learners.remove(marked, "anna-111111")


def zipped(owner: dict[str, str], folder: Path, **more: Any) -> Path:
    data = {"what": handin.WHAT, "format": 1, "unit": "harbour", "owner": owner, "at": "2026-02-01T10:00:00Z"}
    data |= {"course": "", "exercises": {}, "referred": {}, **more}
    return handin.pack({**data, "sha256": handin.checksum(data)}, folder)


def test_erasing_leaves_nothing_of_one_and_everything_of_others(marked: Path, tmp_path: Path) -> None:
    downloads = tmp_path / "Downloads"
    anna = {"id": "learner-aaaa111111", "kind": "person", "label": "Anna"}
    ben = {"id": "learner-bbbb222222", "kind": "person", "label": "Ben"}
    mine = zipped(anna, downloads)
    other = zipped(ben, downloads)
    both = downloads / "all"
    both.mkdir()
    both.joinpath("all.zip").write_bytes(_together(mine, other))
    folder = marked / "build" / "submitted" / "anna-111111" / "harbour"
    folder.joinpath("answers.json").write_bytes(next(handed.data for _n, handed in learners.unpack(mine)))
    with connected(marked) as gradebook:
        gradebook.execute("update grade set manual_score = 1.5")
        gradebook.execute(
            "insert into comment select 'c' || id, notebook_id, cell_id, null, 'told in secret' from grade"
        )
        gradebook.execute("create table workbook_marked (submission_id varchar primary key, digest varchar)")
        gradebook.execute("insert into workbook_marked select id, 'digest' from submitted_assignment")
        gradebook.execute("update student set email = 'secret-' || id || '@example.org'")

    marked.joinpath("build", "odd.txt").write_text("harbour, anna-111111: strange\n", encoding="utf-8")

    what = learners.erasing(marked, "anna-111111", [downloads])
    assert what.units == ("harbour",) and what.shared == (both / "all.zip",)
    assert set(what.paths) == {
        *(marked / "build" / step / "anna-111111" for step in ("submitted", "autograded", "feedback", "set-aside")),
        marked / "build" / "feedback" / "anna-111111.zip",
        marked / "build" / "odd.txt",
        mine,
    }
    assert b"secret-anna-111111@" in path_of(marked).read_bytes()
    said = learners.erase(marked, what)
    assert "backups" in said and "all.zip: others' hand-ins are in it too" in said
    assert not any(path.exists() for path in what.paths)
    assert (marked / "build" / "keys" / "anna-111111").is_dir() and other.is_file()
    assert (marked / "build" / "submitted" / "anna-1111112" / "harbour" / "nets.ipynb").is_file()
    assert (marked / "build" / "feedback" / "anna-1111112.zip").is_file()
    data = path_of(marked).read_bytes()
    assert b"secret-anna-111111@" not in data and b"secret-anna-1111112@" in data
    with connected(marked) as gradebook:
        for table, left in (
            ("student", 1),
            ("submitted_assignment", 1),
            ("submitted_notebook", 1),
            ("grade", 2),
            ("workbook_marked", 1),
        ):
            assert gradebook.execute(f"select count(*) from {table}").fetchone() == (left,), table
        assert gradebook.execute("select count(*) from comment").fetchone() == (2,)
        assert gradebook.execute("pragma integrity_check").fetchone() == ("ok",)
        assert gradebook.execute("pragma foreign_key_check").fetchall() == []
    with pytest.raises(WorkbookError, match="There is no learner"):
        learners.erasing(marked, "anna-111111", [downloads])


def _together(*files: Path) -> bytes:
    import io
    import zipfile

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for file in files:
            archive.write(file, file.name)
    return whole.getvalue()


@pytest.mark.parametrize("id", ["..", ".", "../submitted", "*", "", "anna-*", "/etc", "\x1b[2J"])
def test_no_id_erases_more_than_one_learner(marked: Path, id: str) -> None:
    before = set(marked.rglob("*"))
    with pytest.raises(WorkbookError, match="There is no learner") as caught:
        learners.erasing(marked, id)
    assert "\x1b" not in str(caught.value)
    assert set(marked.rglob("*")) == before


def test_hand_ins_without_a_gradebook_can_be_erased(tmp_path: Path) -> None:
    folder = tmp_path / "build" / "submitted" / "ben-222222" / "harbour"
    folder.mkdir(parents=True)
    learners.erase(tmp_path, learners.erasing(tmp_path, "ben-222222"))
    assert not folder.exists() and not path_of(tmp_path).exists()


def test_dates_and_extensions_are_nbgraders(marked: Path) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{path_of(marked)}", "") as gradebook:
        gradebook.update_or_create_assignment("harbour", duedate="2026-02-01 12:00:00 UTC")
        gradebook.grant_extension("harbour", "anna-111111", days=2, hours=3)
    found = due(marked)
    assert found.of("harbour", "anna-1111112").isoformat() == "2026-02-01T12:00:00+00:00"  # type: ignore[union-attr]
    assert found.of("harbour", "anna-111111").isoformat() == "2026-02-03T15:00:00+00:00"  # type: ignore[union-attr]
    assert found.of("quay", "anna-111111") is None


def test_the_table_shows_everybody_and_moves_no_cursor(marked: Path) -> None:
    learners.add(marked, Listed("ben", "Ben", "Okoye", "ben@example.org", "12"))
    with connected(marked) as gradebook:
        gradebook.execute("update student set first_name = 'An\x1b[2Jna' where id = 'anna-111111'")
    said = learners.table(marked)
    assert "ben  Ben Okoye  ben@example.org  (12)  nothing handed in yet" in said
    assert "anna-111111  An\ufffd[2Jna  harbour" in said and said.endswith("3 learners")
    assert json.dumps(said).count("\\u001b") == 0
    assert all(safe(line.split("  ")[0]) for line in said.splitlines()[:-1])

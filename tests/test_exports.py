"""Grades as tables: the right sums, files that open harmlessly in LibreOffice, and what Moodle and Canvas read."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradebook_sample import graded, with_gradebook
from workbook.answers import handin
from workbook.cohort import export, tables
from workbook.cohort.grades import Counted, grades
from workbook.errors import WorkbookError
from workbook.gradebook.access import connected, path_of
from workbook.gradebook.learners import Listed, keep
from workbook.places import drawn

ROOT = Path(__file__).parent.parent
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def exercise(id: str, purpose: str = "marked", *forms: str) -> dict[str, Any]:
    return {"id": id, "purpose": purpose} | ({"drawn-from": list(forms)} if forms else {})


FORMS = ("harbour/form-a", "harbour/form-b")
COURSE = {
    "title": "T",
    "units": [
        {"id": "quay", "lessons": [{"id": "one", "exercises": [exercise("quay/walls")]}]},
        {
            "id": "harbour",
            "lessons": [
                {"id": "one", "exercises": [exercise("harbour/nets"), exercise("harbour/before", "test")]},
                {"id": "two", "exercises": [exercise(form, "marked", *FORMS) for form in FORMS]},
                {"id": "end", "exercises": [exercise(t, "test", "harbour/t-a", "harbour/t-b") for t in ("harbour/t-a", "harbour/t-b")]},
            ],
        },
    ],
}  # fmt: skip
OWNERS = {"anna": "learner-aaaaaaaaaa", "ben": "learner-bbbbbbbbb3"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two units; nobody's tests count, and each learner's other form neither."""
    marks = {
        "anna": {"nets": [2.0, None], "before": [2.0], "form-a": [1.0], "form-b": [0.0, 0.0], "t-a": [2.0]},
        "ben": {"nets": [0.5, None], "before": [0.0], "form-a": [1.0], "form-b": [1.0, 1.0], "t-b": [2.0, 2.0, 2.0]},
        "cleo": {},
    }
    root = graded(tmp_path / "course", marks, COURSE)
    graded(root, {"anna": {"walls": [1.5]}}, COURSE, unit="quay", most=4.0)
    for student, owner in OWNERS.items():
        data = {"what": handin.WHAT, "format": 1, "unit": "harbour", "owner": {"id": owner, "kind": "person"}}
        folder = root / "build" / "submitted" / student / "harbour"
        folder.mkdir(parents=True)
        folder.joinpath("answers.json").write_text(json.dumps(data), encoding="utf-8")
    return root


def test_sums_leave_out_tests_and_forms_that_were_not_drawn(root: Path) -> None:
    found = grades(root)
    assert found.units == ("quay", "harbour"), "in the order of the course"
    most = {"form-a": 4.0, "form-b": 6.0}  # `graded` adds one cell of two points to each notebook
    points = {"anna": {"form-a": 1.0, "form-b": 0.0}, "ben": {"form-a": 1.0, "form-b": 2.0}}
    nets = {"anna": 2.0, "ben": 0.5}
    seen = set()
    for student, owner in OWNERS.items():
        form = drawn(FORMS, owner).partition("/")[2]
        seen.add(form)
        grade = found.of[student, "harbour"]
        assert (grade.most, grade.points, grade.waiting) == (6.0 + most[form], nets[student] + points[student][form], 1)
    assert seen == {"form-a", "form-b"}, "the two learners were given different forms"
    assert not found.of["cleo", "harbour"].handed_in and not found.of["ben", "quay"].handed_in
    assert found.of["anna", "quay"].points == 1.5 and found.waiting == 2


def test_where_nothing_is_left_out_the_sums_are_nbgraders(root: Path) -> None:
    """Marks by hand, extra credit, penalties: side by side with nbgrader's own export."""
    from nbgrader.api import Gradebook
    from nbgrader.plugins import CsvExportPlugin

    with connected(root) as gradebook:
        gradebook.execute("update grade set manual_score = 1.25 where needs_manual_grade")
        gradebook.execute("update grade set extra_credit = 0.5 where auto_score = 2")
        gradebook.execute("update submitted_notebook set late_submission_penalty = 0.75")
    course = root / "course" / "course.json"
    text = course.read_text(encoding="utf-8").replace('"test"', '"marked"').replace("drawn-from", "not-drawn")
    course.write_text(text, encoding="utf-8")
    keep(root, [Listed("ben", "Ben", "Okoye", "ben@example.org")])
    with Gradebook(f"sqlite:///{path_of(root)}", "") as gradebook:
        CsvExportPlugin(to=str(root / "theirs.csv")).export(gradebook)
    ours = export.export(grades(root), root / "ours.csv")

    def numbers(path: Path) -> dict[tuple[str, str], list[Any]]:
        words = ("timestamp", "last_name", "email")
        points = ("raw_score", "late_submission_penalty", "score", "max_score")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {
                (row["assignment"], row["student_id"]): [row[w] for w in words] + [float(row[p]) for p in points]
                for row in csv.DictReader(file)
            }

    assert numbers(ours) == numbers(root / "theirs.csv")
    assert numbers(ours)["harbour", "anna"][3] > 5


def test_the_courses_own_tests_never_count() -> None:
    counted = Counted.of(ROOT)
    assert counted.left_out("welcome", "learner-1") == {
        "welcome/test-a", "welcome/test-b", "welcome/test-workshop",
    }  # fmt: skip
    assert counted.left_out("initiation", "learner-1") == set()
    assert {id.partition("/")[0] for id in counted.tests} == {"welcome", "capstone"}


def test_what_there_is_not_is_said(root: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"There is no unit 'harbor'\. Did you mean 'harbour'"):
        grades(root, ["harbor"])
    assert grades(root, ["quay"]).units == ("quay",)
    found = grades(root)
    for name, shape in (("grades.ods", ""), ("grades", ""), ("grades.xlsx", "moodle")):
        with pytest.raises(WorkbookError, match=r"must end with one of: \.csv"):
            export.export(found, tmp_path / name, shape)
    with pytest.raises(WorkbookError, match="There are no grades yet"):
        grades(graded(with_gradebook(tmp_path / "new"), {}, unit="nothing"))


def test_a_file_that_cannot_be_written_leaves_the_old_one(root: Path, tmp_path: Path) -> None:
    old = tmp_path / "grades.csv"
    old.mkdir()
    with pytest.raises(WorkbookError, match=r"grades\.csv cannot be written"):
        export.export(grades(root), old)
    assert [path.name for path in tmp_path.iterdir() if path.name != "course"] == ["grades.csv"]


# What course sites read


def rows_of(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == data.count(b"\n")
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.fixture
def named(root: Path) -> Path:
    keep(root, [Listed("anna", "Anna", "Díaz, M.", "anna@example.org", "4711"), Listed("ben", "Ben"), Listed("cleo")])
    return root


def test_moodle_finds_people_by_number_or_address(named: Path, tmp_path: Path) -> None:
    head, *rows = rows_of(export.export(grades(named), tmp_path / "m.csv", "moodle"))
    assert head == ["First name", "Last name", "ID number", "Email address", "quay", "harbour"]
    assert ["Anna", "Díaz, M.", "4711", "anna@example.org", "1.5"] in [row[:5] for row in rows]
    assert ["", "", "cleo", "", "", ""] in rows, "no grade is no zero"


def test_canvas_has_its_five_columns_and_the_points(named: Path, tmp_path: Path) -> None:
    """As ``lib/gradebook_importer.rb`` asks: these titles at these places, and a row of possible points."""
    head, possible, *rows = rows_of(export.export(grades(named), tmp_path / "c.csv", "canvas"))
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "quay", "harbour"]
    assert possible[:6] == ["Points Possible", "", "", "", "", "8"] and len({len(row) for row in rows}) == 1
    assert ["Díaz, M., Anna", "", "4711", "anna@example.org", "", "1.5"] in [row[:6] for row in rows]
    assert ["cleo", "", "cleo", "", "", "", ""] in rows


# Spreadsheets


NUMBERS = ("0012", "1E5", "TRUE", "2026-01-01")
NASTY = (
    "=cmd|'/c calc'!A1", "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "'=1+1", "''=1+1",
    "\u00a0=1+1", "＝1+1", "\u200c=1+1", 'a"b', "a,b", "a;b", "a\nb", "a\r\nb", '"', '";=1+1;"', "<b>&amp;</b>", "]]>",
    "\x00\x07\x1b[2J", "\ud800", "\ufffe", "مرحبا", "ক্ষ", "𐐷", *NUMBERS, "=HYPERLINK(\"http://x\")",
    "x" * 40_000,
)  # fmt: skip


def harmless_rows() -> tuple[tuple[tables.Cell, ...], ...]:
    return (("=title", "second", "sum"), *((text, n, 0.1 + 0.2) for n, text in enumerate(NASTY)))


def test_no_text_begins_a_formula_and_every_row_stays_a_row() -> None:
    text = tables.csv_text(harmless_rows())
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(NASTY) + 1 and {len(row) for row in rows} == {3}
    for first, *_rest in rows:
        assert not first.lstrip(" '\u00a0\u200c").startswith(tuple("=+-@＝＋－＠")) or first.startswith("'")
        assert not set(first) & set("\t\r\n\x00\x1b")
    assert rows[1][0] == "'=cmd|'/c calc'!A1" and {row[2] for row in rows[1:]} == {"0.3"}
    text.encode("utf-8")


@given(st.text(max_size=40))
def test_any_text_is_tame_and_comes_back(text: str) -> None:
    tame = tables.tame(text)
    assert not tame.startswith(tuple(tables.TRIGGERS)) and tables.tame(tame) in (tame, f"'{tame}")
    if all(c.isprintable() for c in text) and text == " ".join(text.split()):
        assert tables.bare(tame) == tables.bare(text) or tables.bare(tame) == text


def test_a_workbook_holds_texts_as_texts() -> None:
    data = tables.xlsx([tables.Sheet("A & <B> ]x" * 5, harmless_rows()), tables.Sheet("Two", (("only",),))])
    assert data == tables.xlsx([tables.Sheet("A & <B> ]x" * 5, harmless_rows()), tables.Sheet("Two", (("only",),))])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        trees = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    assert not [cell for tree in trees.values() for cell in tree.iter(f"{MAIN}f")], "there is no formula"
    cells = {cell.get("r"): cell for cell in trees["xl/worksheets/sheet1.xml"].iter(f"{MAIN}c")}
    assert cells["A2"].get("t") == "inlineStr" and "".join(cells["A2"].itertext()) == NASTY[0]
    assert cells["B2"].get("t") is None and cells["C2"].findtext(f"{MAIN}v") == "0.3"
    widths = [float(one.get("width") or 0) for one in trees["xl/worksheets/sheet1.xml"].iter(f"{MAIN}col")]
    assert len(widths) == len(harmless_rows()[0]) and max(widths) > 8 and min(widths) >= 8
    assert tables._letters(0) == "A" and tables._letters(26) == "AA" and tables._letters(701) == "ZZ"


def opened(path: Path, into: Path) -> dict[str, list[list[str]]]:
    """What LibreOffice shows of each sheet of a file: what a formula comes to, were there any."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed: make test does that")
    # Separator, quotation mark, UTF-8, first line; every text quoted; each sheet into a file of its own.
    how = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,true,false,false,-1"
    reading = ["--infilter=CSV:44,34,76,1"] if path.suffix == ".csv" else []
    home = f"-env:UserInstallation={(into / 'profile').as_uri()}"
    done = subprocess.run(
        ["soffice", home, "--headless", *reading, "--convert-to", how, "--outdir", str(into / "out"), str(path)],
        check=False, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = {}
    for file in sorted((into / "out").glob(f"{path.stem}*.csv")):
        with file.open(encoding="utf-8", newline="") as sheet:
            found[file.stem.removeprefix(path.stem).lstrip("-")] = list(csv.reader(sheet))
    assert found, done.stdout + done.stderr
    return found


def test_libreoffice_runs_what_is_a_formula(tmp_path: Path) -> None:
    """The trial can fail: an unguarded formula is worked out."""
    file = tmp_path / "bad.csv"
    file.write_text('"=1+1"\r\n', encoding="utf-8")
    (rows,) = opened(file, tmp_path).values()
    assert rows == [["2"]]
    file = tmp_path / "worse.csv"
    file.write_text("'=1+1,text\r\n", encoding="utf-8")
    (rows,) = opened(file, tmp_path).values()
    assert rows == [["'=1+1", "text"]]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_exports_open_harmlessly_in_libreoffice(root: Path, tmp_path: Path, suffix: str) -> None:
    people = [Listed(f"p{n}", text[:128], text[:128], "", text[:128]) for n, text in enumerate(NASTY)]
    keep(root, [Listed(*(part.encode("utf-8", "replace").decode() for part in vars(one).values())) for one in people])
    file = export.export(grades(root, ["harbour"]), tmp_path / f"grades.{suffix}")
    found = opened(file, tmp_path)
    sheet = found["Grades"] if suffix == "xlsx" else next(iter(found.values()))
    at = sheet[0].index("First name" if suffix == "xlsx" else "first_name")
    shown = {row[0 if suffix == "xlsx" else 3]: row[at] for row in sheet[1:]}
    assert len(sheet) == len(NASTY) + 4 + (suffix == "xlsx"), "a line break begins no new row"
    for one in people:
        text = tables._line(one.first.encode("utf-8", "replace").decode())
        if suffix == "csv" and text in NUMBERS:
            continue  # CSV cannot say that it is a text; a workbook can
        assert shown[one.id] == (text if suffix == "xlsx" else tables.tame(text))

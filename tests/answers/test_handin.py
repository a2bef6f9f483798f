"""Hand-in and collecting: nothing private leaves, nothing hostile enters, no run stops."""

import io
import json
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbook.answers import Home, Owner, collect, freezing, handin, open_home
from workbook.answers.intake import Report, unpack
from workbook.content import load_released
from workbook.model import Exercise, Row

U, V = "harbour", "v"
ANNA = Owner("learner-aaaa111111", label="Anna Díaz")
SECRET = "nobody but me may read this"


def table(**more: Any) -> dict[str, Any]:
    columns = {
        "name": {"type": "text"},
        "role": {"type": "text"},
        "contact": {"type": "text", "visibility": "private"},
        "power": {"type": "number", "visibility": "private"},
        "size": {"type": "number"},
        "score": {"type": "computed", "of": {"product": ["power", "size"]}},
        "doubled": {"type": "computed", "of": {"sum": ["size", "size"]}},
    }
    checks = [{"filled": ["contact"], "id": "reach"}, {"rows": {"min": 2}, "id": "enough"}]
    return {
        "id": "t",
        "kind": "table",
        "prompt": "Who?",
        "own-plan": True,
        "columns": columns,
        "checks": checks,
        **more,
    }


def text(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "short-text", "prompt": "What?", **more}


EXERCISES = {
    "harbour/nets": [text("open"), text("hidden", visibility="private"), text("group", visibility="group")],
    "harbour/people": [table(), {**table(visibility="private"), "id": "hidden"}],
    "quay/people": [table(), {**table(visibility="private"), "id": "hidden"}],
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The released exercises of two units, with a notebook each."""
    root = tmp_path / "course"
    for id, questions in EXERCISES.items():
        path = root / "exercises" / f"{id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        fixed = {
            "title": "T",
            "lesson": "harbour/one",
            "objective": "tell",
            "cite": ["x"],
            "purpose": "plan",
            "minutes": 3,
        }
        path.write_text(json.dumps({**fixed, "questions": questions}), encoding="utf-8")
        path.with_suffix(".ipynb").write_text(f'{{"cells": [], "name": "{id}"}}', encoding="utf-8")
    return root


@pytest.fixture
def exercises(course: Path) -> dict[str, Exercise]:
    return {id: load_released(course / "exercises" / f"{id}.json") for id in EXERCISES}


CELLS = {
    "name": "Fishers",
    "role": "advise",
    "contact": SECRET,
    "power": "55555",
    "size": "3",
    "score": "166665",
    "no-such": SECRET,
}
FOREIGN = {
    "quay/people/t": [Row("q1", CELLS)],
    "quay/people/hidden": [Row("q2", CELLS)],
    "gone/gone/t": [Row("q3", CELLS)],
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = open_home(tmp_path / "home")
    for question in ("open", "hidden", "group", "not-in-the-course"):
        home.save(ANNA, U, "nets", question, {"value": "fine" if question in ("open", "group") else SECRET}, "v7")
    home.save(ANNA, U, "no-such-exercise", "q", {"value": SECRET}, V)
    aside = {check: {"as": "not-for-us", "text": "fine"} for check in ("enough", "reach", "unknown")}
    for question in ("t", "hidden"):
        cells = [["r1", column, value] for column, value in CELLS.items()]
        home.save(ANNA, U, "people", question, {"cells": [*cells, ["gone", "name", SECRET]], "aside": aside}, V)
        home.save(ANNA, U, "people", question, {"remove": ["gone"]}, V)
    return home


@pytest.fixture
def frozen(home: Home, exercises: dict[str, Exercise]) -> dict[str, Any]:
    return freezing.freeze(home.load(ANNA, U), exercises, FOREIGN, course="c1", at="2026-01-31T10:32:05Z")


def test_only_what_is_known_to_be_for_others_is_handed_in(frozen: dict[str, Any]) -> None:
    text = handin.text(frozen)
    assert SECRET not in text and "55555" not in text and "166665" not in text
    handed = handin.read(text.encode())
    shown = {"name": "Fishers", "role": "advise", "size": "3"}
    assert handed.values == {
        "nets": {"open": "fine", "group": "fine"},
        "people": {
            "t": {"rows": [{"id": "r1", "cells": shown}], "aside": {"enough": {"as": "not-for-us", "text": "fine"}}}
        },
    }
    assert handed.versions["nets"]["open"] == "v7"
    assert handed.referred == {"quay/people/t": (Row("q1", shown),)}
    assert (handed.problems, handed.usable, handed.unit, handed.course) == ((), True, U, "c1")
    assert handed.owner == ANNA and handed.owner.label == "Anna Díaz"


def test_freezing_changes_nothing_stored(home: Home, exercises: dict[str, Exercise]) -> None:
    before = home.document(ANNA, U)
    freezing.freeze(home.load(ANNA, U), exercises, FOREIGN)
    assert home.document(ANNA, U) == before


def test_the_same_hand_in_gives_the_same_bytes(frozen: dict[str, Any], tmp_path: Path) -> None:
    first, second = handin.pack(frozen, tmp_path / "a"), handin.pack(json.loads(json.dumps(frozen)), tmp_path / "b")
    assert first.name == "harbour-anna-diaz-111111.zip"
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        told = archive.read("receipt.txt").decode()
        receipt = json.loads(archive.read("receipt.json"))
    assert receipt["sha256"] == frozen["sha256"] and receipt["answers"] == 3 and receipt["referred"] == 1
    assert receipt["id"] in told and "Anna Díaz" in told and "2026-01-31T10:32:05Z" in told


def outcomes(report: Report) -> list[str]:
    return [one.outcome for one in report.found]


def submitted(course: Path) -> set[str]:
    folder = course / "build" / "submitted"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_zip_becomes_a_submission_of_nbgrader(frozen: dict[str, Any], course: Path, tmp_path: Path) -> None:
    path = handin.pack(frozen, tmp_path)
    report = collect([path], course)
    assert outcomes(report) == ["taken"] and report.complete
    base = "anna-diaz-111111/harbour/"
    assert submitted(course) == {base + n for n in ("answers.json", "nets.ipynb", "people.ipynb", "timestamp.txt")}
    folder = course / "build" / "submitted" / base
    assert folder.joinpath("timestamp.txt").read_text(encoding="utf-8") == "2026-01-31 10:32:05 UTC\n"
    handed = handin.read(folder.joinpath("answers.json").read_bytes(), U)
    assert handed.values["nets"]["open"] == "fine" and handed.belongs_to("anna-diaz-111111")
    assert not handed.belongs_to("ben") and not handed.belongs_to("learner-bbbb222222")
    assert outcomes(collect([path], course)) == ["again"]


def again(frozen: dict[str, Any], **change: Any) -> dict[str, Any]:
    """A whole, honest hand-in that differs in ``change``."""
    data = {**frozen, **change}
    return {**data, "sha256": handin.checksum(data)}


def test_the_later_hand_in_wins_and_the_older_one_is_kept_aside(
    frozen: dict[str, Any], course: Path, tmp_path: Path
) -> None:
    times = ["2026-02-02T10:00:00Z", "2026-02-03T10:00:00Z", "2026-02-01T10:00:00Z"]
    packed = [handin.pack(again(frozen, at=at), tmp_path / at[8:10]) for at in times]
    report = collect(packed, course)
    assert outcomes(report) == ["taken", "taken", "older"]
    answers = course / "build" / "submitted" / "anna-diaz-111111" / U / "answers.json"
    assert handin.read(answers.read_bytes()).at == times[1]
    aside = (course / "build" / "set-aside").rglob("answers.json")
    assert sorted(handin.read(path.read_bytes()).at for path in aside) == sorted([times[0], times[2]])


def test_learners_of_one_name_are_kept_apart(frozen: dict[str, Any], course: Path, tmp_path: Path) -> None:
    owners = [
        {"id": "learner-aaaa111111", "kind": "person", "label": "Anna"},
        {"id": "learner-bbbb222222", "kind": "person", "label": "Anna"},
        {"id": "anna", "kind": "person", "label": "Anna Adams"},
        {"id": "anna", "kind": "person", "label": "Anna Brown"},
        {"id": "anna", "kind": "group", "label": "Anna"},
    ]
    packed = [handin.pack(again(frozen, owner=owner), tmp_path / str(n)) for n, owner in enumerate(owners)]
    report = collect(packed, course)
    assert outcomes(report) == ["taken", "taken", "taken", "problem", "taken"]
    students = [one.student for one in report.found]
    assert students[:3] == ["anna-111111", "anna-222222", "anna"] and students[4] == "group-anna"
    assert students[3].startswith("anna-") and len(set(students)) == 5
    for student, owner in zip(students, owners, strict=True):
        handed = handin.read((course / "build" / "submitted" / student / U / "answers.json").read_bytes())
        assert handed.owner.label == owner["label"] and handed.belongs_to(student)
    # Their next unit goes to the same folders, in any order, and after a change of name.
    next_unit = [{**owner, "label": owner["label"] + "-New"} if n < 2 else owner for n, owner in enumerate(owners)]
    packed = [handin.pack(again(frozen, owner=o, unit="quay"), tmp_path / f"next{n}") for n, o in enumerate(next_unit)]
    assert [one.student for one in collect(reversed(packed), course).found] == students[::-1]


def archive(*members: tuple[str, bytes], **options: Any) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same name twice is the point
        for name, data in members:
            member = zipfile.ZipInfo(name)
            member.external_attr = options.get("mode", 0o644) << 16
            made.writestr(member, data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def lying(data: bytes) -> bytes:
    """A zip whose directory says that its first member has 10 bytes."""
    place = data.rfind(b"PK\x01\x02")
    return data[: place + 24] + (10).to_bytes(4, "little") + data[place + 28 :]


def locked(data: bytes) -> bytes:
    place = data.rfind(b"PK\x01\x02")
    return data[: place + 8] + b"\x01" + data[place + 9 :]


Good = bytes
REFUSED: dict[str, Callable[[Good], bytes]] = {
    "no zip": lambda good: b"hello",
    "empty file": lambda good: b"",
    "truncated zip": lambda good: archive(("answers.json", good))[:-30],
    "damaged zip": lambda good: archive(("answers.json", good)).replace(good[:0] + b"PK\x05\x06", b"PK\x05\x07"),
    "damaged content": lambda good: (z := archive(("answers.json", good)))[:60] + b"\xff" * 40 + z[100:],
    "empty zip": lambda good: archive(),
    "no answers in it": lambda good: archive(("letter.txt", b"hello")),
    "path up": lambda good: archive(("../../answers.json", good)),
    "windows path up": lambda good: archive(("..\\..\\answers.json", good)),
    "absolute path": lambda good: archive(("/etc/answers.json", good)),
    "drive": lambda good: archive(("C:\\x\\answers.json", good)),
    "link": lambda good: archive(("answers.json", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777),
    "bomb": lambda good: archive(("answers.json", b"0" * 60_000_000)),
    "bomb that lies": lambda good: lying(archive(("answers.json", b"[" + b"0" * 60_000_000))),
    "too many files": lambda good: archive(*((f"{n}", b"") for n in range(20_001))),
    "password": lambda good: locked(archive(("answers.json", good))),
    "empty answers": lambda good: archive(("answers.json", b"")),
    "broken answers": lambda good: archive(("answers.json", good[:-30])),
    "deep answers": lambda good: archive(("answers.json", b"[" * 100_000)),
    "huge number": lambda good: archive(("answers.json", b"9" * 10_000)),
    "a list": lambda good: archive(("answers.json", b"[]")),
    "a notebook": lambda good: archive(("answers.json", b'{"cells": []}')),
    "a home's own file": lambda good: archive(("answers.json", b'{"seq": 1, "format": 1, "unit": "harbour"}')),
    "foreign unit": lambda good: archive(("answers.json", changed(good, unit="no-such-unit"))),
    "unit is a path": lambda good: archive(("answers.json", changed(good, unit="../../etc"))),
    "unit is a list": lambda good: archive(("answers.json", changed(good, unit=["harbour"]))),
    "newer edition": lambda good: archive(("answers.json", changed(good, format=99))),
}  # fmt: skip
TAKEN: dict[str, Callable[[Good], bytes]] = {
    "wrong checksum": lambda good: archive(("answers.json", good.replace(b"fine", b"good"))),
    "no checksum": lambda good: archive(("answers.json", changed(good, sha256=None))),
    "foreign receipt": lambda good: archive(("answers.json", good), ("receipt.json", b'{"sha256": "0000"}')),
    "twice": lambda good: archive(("answers.json", changed(good, at="x")), ("answers.json", good)),
    "owner is a path": lambda good: archive(("answers.json", changed(good, owner={"id": "../../x", "label": "../x"}))),
    "owner is a list": lambda good: archive(("answers.json", changed(good, owner=["anna"]))),
    "no time": lambda good: archive(("answers.json", changed(good, at={"x": 1}))),
    "exercises is a list": lambda good: archive(("answers.json", changed(good, exercises=[]))),
    "an answer is a list": lambda good: archive(("answers.json", changed(good, exercises={"n": {"answers": {1: 1}}}))),
    "rows are text": lambda good: archive(("answers.json", changed(good, referred={"a/b/c": "rows", "d": [1]}))),
    "half characters": lambda good: archive(("answers.json", good.replace(b'"fine"', b'"\\ud800"'))),
}  # fmt: skip
FINE: dict[str, Callable[[Good], bytes]] = {
    "in a folder": lambda good: archive(("my files/answers.json", good)),
    "from a Mac": lambda good: archive(("x/answers.json", good), ("__MACOSX/x/answers.json", b"junk")),
    "zip in a zip": lambda good: archive(("Anna_123/file.zip", archive(("answers.json", good)))),
    "broken receipt": lambda good: archive(("answers.json", good), ("receipt.json", b"[")),
    "other files": lambda good: archive(("answers.json", good), ("../../evil.sh", b"rm"), ("nets.ipynb", b"import os")),
    "byte order mark": lambda good: archive(("answers.json", b"\xef\xbb\xbf" + good)),
}  # fmt: skip


def changed(good: bytes, **change: Any) -> bytes:
    return json.dumps({**json.loads(good), **change}).encode()


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def taken(data: bytes, course: Path, tmp_path: Path, frozen: dict[str, Any]) -> Report:
    """Collect one strange zip between two good ones; nothing may be written anywhere else."""
    others = [again(frozen, owner={"id": id, "kind": "person", "label": ""}) for id in ("ben", "cleo")]
    before, after = (handin.pack(other, tmp_path / "others") for other in others)
    strange = tmp_path / "strange.zip"
    strange.write_bytes(data)
    outside = {path for path in everything(tmp_path) if not path.startswith("course/build")}
    report = collect([before, strange, after], course)
    assert {path for path in everything(tmp_path) if not path.startswith("course/build")} == outside
    assert report.found[0].outcome == report.found[-1].outcome == "taken"
    assert {path.name for path in (course / "build" / "submitted" / "cleo" / U).iterdir()} == {
        "answers.json", "nets.ipynb", "people.ipynb", "timestamp.txt",
    }  # fmt: skip
    str(report)
    return Report(report.found[1:-1])


@pytest.mark.parametrize("what", REFUSED)
def test_hostile_and_broken_files_are_refused_with_a_reason(
    what: str, course: Path, tmp_path: Path, frozen: dict[str, Any]
) -> None:
    report = taken(REFUSED[what](handin.text(frozen).encode()), course, tmp_path, frozen)
    assert set(outcomes(report)) == {"refused"} and not report.complete
    assert all(one.reasons and all(one.reasons) for one in report.found)
    assert {path.name for path in (course / "build" / "submitted").iterdir()} == {"ben", "cleo"}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_wrong_but_usable_is_taken_with_a_reason(
    what: str, course: Path, tmp_path: Path, frozen: dict[str, Any]
) -> None:
    report = taken(TAKEN[what](handin.text(frozen).encode()), course, tmp_path, frozen)
    assert outcomes(report) == ["problem"] and report.complete
    assert report.found[0].reasons
    folder = course / "build" / "submitted" / report.found[0].student
    assert folder.parent == course / "build" / "submitted" and (folder / U / "answers.json").is_file()
    handed = handin.read((folder / U / "answers.json").read_bytes(), U)
    json.dumps(handed.values, ensure_ascii=False).encode()


@pytest.mark.parametrize("what", FINE)
def test_harmless_variations_are_simply_taken(what: str, course: Path, tmp_path: Path, frozen: dict[str, Any]) -> None:
    report = taken(FINE[what](handin.text(frozen).encode()), course, tmp_path, frozen)
    assert outcomes(report) == ["taken"] and report.found[0].student == "anna-diaz-111111"
    assert not [path for path in everything(tmp_path) if "evil" in path]


def test_a_folder_of_downloads(course: Path, tmp_path: Path, frozen: dict[str, Any]) -> None:
    downloads = tmp_path / "Downloads"
    handin.pack(frozen, downloads)
    folder = downloads / "from Ben" / "answers"
    folder.mkdir(parents=True)
    ben = again(frozen, owner={"id": "ben", "kind": "person", "label": "Ben"})
    folder.joinpath("answers.json").write_text(handin.text(ben), encoding="utf-8")
    (downloads / "holiday.zip").write_bytes(archive(("photo.jpg", b"x")))
    (downloads / "letter.txt").write_text("hello", encoding="utf-8")
    (downloads / "loop").symlink_to(downloads, target_is_directory=True)
    (downloads / "half.zip").write_bytes(b"PK\x03\x04 cut")
    report = collect([downloads, tmp_path / "not there"], course)
    assert sorted(outcomes(report)) == ["refused", "refused", "taken", "taken"]
    assert {one.source.rpartition("/")[2] for one in report.found if one.outcome == "refused"} == {
        "half.zip",
        "not there",
    }
    assert next(unpack(tmp_path / "not there"))[1].problems
    assert str(collect([], course)) == "No hand-in was found."


def test_what_a_trainer_put_there_by_hand_is_kept_aside(course: Path, tmp_path: Path, frozen: dict[str, Any]) -> None:
    there = course / "build" / "submitted" / "anna-diaz-111111" / U
    there.mkdir(parents=True)
    there.joinpath("nets.ipynb").write_text("by hand", encoding="utf-8")
    assert outcomes(collect([handin.pack(frozen, tmp_path)], course)) == ["taken"]
    kept = [p.read_text(encoding="utf-8") for p in (course / "build" / "set-aside").rglob("nets.ipynb")]
    assert kept == ["by hand"]


def test_a_thousand_answers_of_text_fit(course: Path, exercises: dict[str, Exercise], tmp_path: Path) -> None:
    home = open_home(tmp_path / "big")
    home.save(ANNA, U, "nets", "open", {"value": "long " * 100_000}, V)
    frozen = freezing.freeze(home.load(ANNA, U), exercises, {})
    assert outcomes(collect([handin.pack(frozen, tmp_path)], course)) == ["taken"]


def test_zips_in_zips_cannot_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbook.answers import unpacking

    monkeypatch.setattr(unpacking, "UNPACKED", 3_000_000)
    inner = archive(*((f"{n}/answers.json", b" " * 400_000) for n in range(4)))
    path = tmp_path / "bomb.zip"
    path.write_bytes(archive(*((f"{n}.zip", inner) for n in range(50))))
    found = [handed.problems for _name, handed in unpack(path)]
    assert found.count(("answers.json is empty",)) == 8
    assert set(found) == {("answers.json is empty",), ("there is more in the zip than 3 MB",)}

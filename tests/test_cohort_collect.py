"""Collecting from folders, zips and rooms: what is late, double, partial or unknown is said; nothing private comes."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import sample
from gradebook_sample import with_gradebook
from workbook import author
from workbook.answers import handin
from workbook.answers.participants import Participant, Roll, Room
from workbook.cli import main
from workbook.cohort import learners
from workbook.cohort.collecting import Gathered, alike, collect, length, wanted
from workbook.cohort.rooms import RoomSource
from workbook.errors import WorkbookError
from workbook.gradebook.access import connected
from workbook.gradebook.learners import Listed, listed
from workbook.learner import HAND_INS, Learner
from workbook.places import Session
from workbook.room.kept import Place

SECRET = "nobody but me may read this"
PLAN = """\
title: Our plan
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: plan
minutes: 5
questions:
  - id: aim
    kind: short-text
    own-plan: true
    prompt: What do you want?
  - id: view
    kind: short-text
    prompt: What do you think of it?
  - id: fear
    kind: short-text
    visibility: private
    prompt: What are you afraid of?
"""
HIDDEN = PLAN.replace("Our plan", "For me").split("  - id: aim")[0] + PLAN[PLAN.index("  - id: fear") :]
MORE = sample.BOATS.replace("title: Boats", "title: More boats").replace("minutes: 5", "minutes: 5\ntrack: more")
WISHES = sample.WISHES.replace(
    'form("harbour/boats")', 'form("harbour/boats"); form("harbour/plan"); form("harbour/hidden"); form("harbour/more")'
)
FILES = sample.FILES | {
    "course/harbour/wishes.md": WISHES,
    "solutions/harbour/plan.yml": PLAN,
    "solutions/harbour/hidden.yml": HIDDEN,
    "solutions/harbour/more.yml": MORE,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = sample.write(tmp_path_factory.mktemp("built"), FILES)
    author.build(root)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    import shutil

    shutil.copytree(built, tmp_path / "course-folder")
    return with_gradebook(tmp_path / "course-folder")


def hand_in(folder: Path, name: str, id: str, at: str = "2026-02-01T10:00:00Z", exercises: tuple[str, ...] = ("nets", "boats", "plan"), **more: Any) -> Path:  # fmt: skip
    """A zip as a learner sends it, with an answer in each of these exercises."""
    answers = {one: {"version": "", "answers": {"q": {"value": "x", "version": "", "at": at}}} for one in exercises}
    data = {"what": handin.WHAT, "format": 1, "unit": "harbour", "owner": {"id": id, "kind": "person", "label": name}}
    data |= {"at": at, "course": "", "exercises": answers, "referred": {}, **more}
    return handin.pack({**data, "sha256": handin.checksum(data)}, folder)


ANNA, ANNA_ID = ("Anna Díaz", "learner-aaaa111111"), "anna-diaz-111111"


def outcomes(done: Gathered) -> list[str]:
    return [one.outcome for one in done.report.found]


def remarks(done: Gathered, word: str) -> list[str]:
    return [remark for remark in done.remarks if word in remark]


def test_what_is_right_is_taken_without_a_word(root: Path, tmp_path: Path) -> None:
    done = collect([hand_in(tmp_path, *ANNA)], root)
    assert str(done) == "1 taken, 0 here already, 0 older, 0 to look at, 0 not taken."
    assert listed(root) == {ANNA_ID: Listed(ANNA_ID, "Anna Díaz")}
    assert str(collect([tmp_path], root)).startswith("0 taken, 1 here already")


def test_late_is_counted_from_the_date_in_the_gradebook(root: Path, tmp_path: Path) -> None:
    with connected(root) as gradebook:
        gradebook.execute(
            "insert into assignment (id, name, duedate, course_id) values ('a', 'harbour', '2026-01-30 07:00:00', 'c')"
        )
    done = collect([hand_in(tmp_path, *ANNA), hand_in(tmp_path, "Ben", "ben", "2026-01-30T06:59:59Z")], root)
    assert remarks(done, "late") == [f"{ANNA_ID}, harbour: late by 2 days, 3 hours (due 2026-01-30 07:00 UTC)."]
    folder = root / "build" / "submitted" / ANNA_ID / "harbour"
    assert (folder / "timestamp.txt").read_text(encoding="utf-8") == "2026-02-01 10:00:00 UTC\n"


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(days=1, minutes=5), "1 day, 5 minutes"),
        (timedelta(hours=1, minutes=1, seconds=9), "1 hour, 1 minute"),
        (timedelta(seconds=59), "less than a minute"),
    ],
)
def test_a_length_of_time_in_words(time: timedelta, words: str) -> None:
    assert length(time) == words


def test_of_several_the_newest_sound_one_counts_and_none_is_lost(root: Path, tmp_path: Path) -> None:
    """Whatever comes first: an old one, the newest, a newer one that was changed, one from a clock that is wrong."""
    ahead = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    files = [
        hand_in(tmp_path / "old", *ANNA),
        hand_in(tmp_path / "new", *ANNA, "2026-02-03T10:00:00Z"),
        hand_in(tmp_path / "changed", *ANNA, "2026-02-04T10:00:00Z", unit="harbour", course="by hand"),
        hand_in(tmp_path / "ahead", *ANNA, ahead),
    ]
    with zipfile.ZipFile(files[2]) as archive:
        data = archive.read("answers.json").replace(b"by hand", b"by Hand")
    with zipfile.ZipFile(files[2], "w") as archive:
        archive.writestr("answers.json", data)
    for order in (files, files[::-1]):
        done = collect(order, root)
        right = root / "build" / "submitted" / ANNA_ID / "harbour" / "answers.json"
        assert handin.read(right.read_bytes()).at == "2026-02-03T10:00:00Z"
        aside = root / "build" / "set-aside" / ANNA_ID / "harbour"
        kept = {handin.read((one / "answers.json").read_bytes()).at for one in aside.iterdir()}
        assert kept == {"2026-02-01T10:00:00Z", "2026-02-04T10:00:00Z", ahead}
        double = f"{ANNA_ID}, harbour: handed in 4 times; the one of 2026-02-03 10:00:00 UTC counts, "
        assert remarks(done, "handed in") == [double + "3 others are kept in build/set-aside/anna-diaz-111111/harbour."]
    assert "lies in the future" in str(done) and "changed after they were handed in" in str(done)
    assert outcomes(collect(files, root)) == ["older", "again", "older", "older"]
    assert not (root / "build" / "set-aside" / ".incoming").exists()


def test_a_disk_that_fills_leaves_what_was_there(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    collect([hand_in(tmp_path, *ANNA)], root)
    folder = root / "build" / "submitted" / ANNA_ID / "harbour"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", full)
        done = collect([hand_in(tmp_path, *ANNA, "2026-03-01T10:00:00Z")], root)
    assert outcomes(done) == ["refused"] and "No space left" in str(done)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert outcomes(collect([tmp_path], root)) == ["taken"], "the next run takes it"


def test_partial_counts_what_everybody_is_asked_for(root: Path, tmp_path: Path) -> None:
    asked = wanted(root)["harbour"]
    assert asked.of("x") == ["nets", "boats", "plan"], "neither the private one nor the one if there is time"
    done = collect([hand_in(tmp_path, *ANNA, exercises=("boats", "more"))], root)
    assert remarks(done, "partial") == [
        f"{ANNA_ID}, harbour: partial, 1 of 3 exercises have answers. Empty: nets, plan."
    ]


def test_partial_asks_for_the_drawn_form_only(root: Path) -> None:
    file = root / "course" / "course.json"
    course = json.loads(file.read_text(encoding="utf-8"))
    for lesson in course["units"][0]["lessons"]:
        for about in lesson["exercises"]:
            if about["id"] in ("harbour/nets", "harbour/boats"):
                about["drawn-from"] = ["harbour/nets", "harbour/boats"]
    file.write_text(json.dumps(course), encoding="utf-8")
    drawn = {tuple(wanted(root)["harbour"].of(f"learner-{n}")) for n in range(20)}
    assert drawn == {("nets", "plan"), ("boats", "plan")}


def test_one_name_and_two_ids_are_asked_about(root: Path, tmp_path: Path) -> None:
    first = collect([hand_in(tmp_path / "1", *ANNA)], root)
    second = collect([hand_in(tmp_path / "2", "DIAZ Anna", "learner-bbbb222222")], root)
    assert remarks(first, "same name") == []
    assert remarks(second, "same name") == [
        "anna-diaz-111111, diaz-anna-222222 have the same name. Are they 2 people, or one who used 2 devices?"
    ]
    assert list(alike([], {"a": Listed("a", "X"), "b": Listed("b", "X")})) == [], "old news is not told again"


def test_the_imported_list_meets_the_hand_ins(root: Path, tmp_path: Path) -> None:
    for one in (Listed("s1", "Anna", "Díaz", "anna@example.org"), Listed("s2", "Ben", "Okoye", number="12")):
        learners.add(root, one)
    done = collect([hand_in(tmp_path, *ANNA), hand_in(tmp_path, "Zoe", "learner-cccc333333")], root)
    assert "Anna Díaz (s1) of your list handed in as anna-diaz-111111." in done.remarks
    assert remarks(done, "Not in your list") == [
        "Not in your list of learners: zoe-333333. 'workbook learners list' shows everybody."
    ]
    assert listed(root)[ANNA_ID] == Listed(ANNA_ID, "Anna", "Díaz", "anna@example.org", "s1")
    assert set(listed(root)) == {ANNA_ID, "s2", "zoe-333333"}
    assert "s2  Ben Okoye  (12)  nothing handed in yet" in learners.table(root)
    # A name that was given in the gradebook stays, also when the learner types another one.
    learners.add(root, Listed("zoe-333333", "Zoë", "Adler"))
    again = collect([hand_in(tmp_path / "next", "Z.", "learner-cccc333333", "2026-03-01T10:00:00Z")], root)
    assert outcomes(again) == ["taken"] and listed(root)["zoe-333333"].name == "Zoë Adler"


# Rooms


def room(root: Path, url: str, name: str = "kigali") -> Roll:
    """A room: Amina agrees that the organiser gets her plan, Ben does not, Chipo has not handed in."""
    roll = Roll(url, name)
    roll.keep(Room(name, "CDFGHJ", "2026-12-22"))
    for id, who, agreed in (
        ("learner-aaaaaaaaaa", "Amina", frozenset({"organiser"})),
        ("learner-bbbbbbbbbb", "Ben", frozenset[str]()),
        ("learner-cccccccccc", "Chipo", frozenset[str]()),
    ):
        one = roll.join(Participant(id, who, choices=agreed), "x")
        for question, text in (("aim", f"plan of {who}"), ("view", f"view of {who}"), ("fear", SECRET)):
            roll.home.save(one.owner, "harbour", "plan", question, {"value": text}, "1")
        if who != "Chipo":
            Learner(Session(root, url, id)).hand_in("harbour")
    return roll


def close(*opened: Roll | RoomSource) -> None:
    for one in opened:
        one.home.close() if isinstance(one, Roll) else one.close()


def test_a_room_gives_what_was_handed_in_and_nothing_private(root: Path, tmp_path: Path) -> None:
    place = Place(str(tmp_path / "home"), "kigali")
    place.folder.mkdir(parents=True)
    roll = room(root, place.url)
    source = RoomSource(root, str(tmp_path / "home"), "kigali")
    done = collect([], root, [source.hand_ins()])
    assert outcomes(done) == ["taken", "taken"]
    assert list(source.remarks()) == ["Chipo has answers in harbour that were not handed in."]
    written = {path: path.read_text(encoding="utf-8") for path in (root / "build" / "submitted").rglob("answers.json")}
    text = {path.parent.parent.name: words for path, words in written.items()}
    assert set(text) == {"amina-aaaaaa", "ben-bbbbbb"} and SECRET not in "".join(text.values())
    assert "plan of Amina" in text["amina-aaaaaa"] and "view of Amina" in text["amina-aaaaaa"]
    assert "plan of" not in text["ben-bbbbbb"] and "view of Ben" in text["ben-bbbbbb"]
    assert listed(root)["amina-aaaaaa"].first == "Amina"
    # The same from the file that the status page gives out.
    file = tmp_path / "all.zip"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n, (_name, handed) in enumerate(source.hand_ins()):
            archive.writestr(f"{n}/answers.json", handed.data)
    file.write_bytes(packed.getvalue())
    assert outcomes(collect([file], root, [source.hand_ins()])) == ["again"] * 4
    close(roll, source)


def test_what_is_stored_as_a_hand_in_is_judged_like_a_file(root: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'room.db'}"
    roll = room(root, url)
    amina, ben, _chipo = roll.people()
    source = RoomSource(root, url, "kigali")
    frozen = roll.home.load(amina.owner, HAND_INS).of("harbour")["frozen"]
    for n, value in enumerate(({**frozen, "owner": None}, "text", {"what": 1}, frozen, None, {**frozen, "exercises": {"gone": {"answers": {"q": {}}}}})):  # fmt: skip
        roll.home.save(ben.owner, HAND_INS, "harbour", "frozen", {"value": value}, "")
        found = list(source.hand_ins())
        assert not found[1][1].usable and found[1][1].problems[0], n
    assert "somebody else" in str(found) or "cannot be read" in str(found)
    assert [one.outcome for one in collect([], root, [found]).report.found] == ["taken", "refused"]
    close(roll, source)


def test_a_room_in_postgresql(root: Path, database: str) -> None:
    roll = room(root, database)
    source = RoomSource(root, database, "kigali")
    assert outcomes(collect([], root, [source.hand_ins()])) == ["taken", "taken"]
    with pytest.raises(WorkbookError, match="There is no room 'kampala'"):
        RoomSource(root, database, "kampala")
    close(roll, source)


def test_a_room_that_is_not_there_makes_nothing(root: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="There is no room 'kigali' in "):
        RoomSource(root, str(tmp_path / "home"), "kigali")
    assert not (tmp_path / "home").exists()


# As trainers type it


def test_the_commands_say_what_they_did(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.delenv("WORKBOOK_ROOT", raising=False)
    place = Place(str(tmp_path / "home"), "kigali")
    place.folder.mkdir(parents=True)
    room(root, place.url).home.close()

    def run(*words: str, code: int = 0) -> str:
        assert main(words) == code
        said = capsys.readouterr()
        return said.out + said.err

    assert "Say what to collect" in run("collect", code=2)
    said = run("collect", str(hand_in(tmp_path / "d", *ANNA)), "--room", "kigali", "--home", str(tmp_path / "home"))
    assert "Chipo has answers in harbour" in said and said.endswith("3 taken, 0 here already, 0 older, 0 to look at, 0 not taken.\n")  # fmt: skip
    (root / "list.csv").write_text("id;first name\nzoe;Zoe\n../x;X\n", encoding="utf-8")
    assert run("learners", "import", "list.csv", code=1).startswith("list.csv:3: id: '../x' cannot name a folder")
    assert "zoe" not in run("learners", "list")
    assert "1 learners are new" in run("learners", "import", "list.csv", "--skip", code=1)
    assert "zoe  Zoe  nothing handed in yet" in run("learners", "list")
    run(
        "learners",
        "add",
        "yan",
        "--first-name",
        "Yan",
        "--last-name",
        "Xu",
        "--email",
        "y@example.org",
        "--number",
        "7",
    )
    assert "yan,Yan,Xu" in run("learners", "export", "out.csv") or '"yan","Yan","Xu"' in (root / "out.csv").read_text("utf-8-sig")  # fmt: skip
    assert "no longer" in run("learners", "remove", "yan")
    assert "--with-hand-ins" in run("learners", "remove", ANNA_ID, code=2)
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    assert "Nothing was deleted." in run("learners", "erase", ANNA_ID, code=1)
    assert (root / "build" / "submitted" / ANNA_ID).is_dir()
    said = run("learners", "erase", ANNA_ID, "--downloads", str(tmp_path / "d"), "--yes")
    assert "backups" in said and not (root / "build" / "submitted" / ANNA_ID).exists()
    assert not list((tmp_path / "d").glob("*.zip"))
    assert "which learner, by id" in run("learners", "erase", code=2)
    assert "There are no grades yet" in run("export", "grades", "grades.csv", code=2)

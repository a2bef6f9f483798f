"""``workbook feedback``: what stands on a learner's page, what never does, and how the pages reach people."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import feedback_sample as made
import marked_course
import room_many
from feedback_sample import ANN, PRIVATE, SECRETS, TESTS, UNIT
from room_many import Browser, Participant
from workbook import i18n
from workbook.answers.participants import Roll
from workbook.cli import main
from workbook.cohort import feedback_page
from workbook.cohort.feedback import Report, Wishes, feedback
from workbook.cohort.feedback_room import RoomTarget
from workbook.errors import WorkbookError
from workbook.gradebook.marks import marks
from workbook.model import Exercise
from workbook.room.kept import Place
from workbook.room.returned import Returned

Course = tuple[Path, dict[str, Exercise]]


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Ann handed in everything, Bo one answer; both are marked by machine, Ann partly by a person too."""
    root = tmp_path_factory.mktemp("course")
    exercises = made.build(root)
    made.hand_in(root, "ann", exercises, ANN, {"label": "Ann <b>Díaz</b>"})
    made.hand_in(root, "bo", exercises, {"boats": {"which": "broad"}})
    made.mark(root)
    made.by_hand(root, "ann", "manual_score", "1.5, needs_manual_grade = 0", "rubric-letter-need")
    made.by_hand(root, "ann", "manual_comment", f"'Good **start**. {made.EVIL}'", "rubric-letter-need", "comment")
    made.by_hand(root, "ann", "extra_credit", "0.5", "score-first")
    late = "select s.id from submitted_notebook s join notebook n on n.id = s.notebook_id where n.name = 'boats'"
    marked_course.sql(root, f"update submitted_notebook set late_submission_penalty = 0.5 where id in ({late})")
    return root, exercises


@pytest.fixture
def course(marked: Course, tmp_path: Path) -> Course:
    """The same, for a test that changes something."""
    shutil.copytree(marked[0], tmp_path / "course", ignore=shutil.ignore_patterns("feedback"))
    return tmp_path / "course", marked[1]


def page(root: Path, student: str = "ann") -> str:
    return (root / "build" / "feedback" / student / f"{UNIT}.html").read_text(encoding="utf-8")


PLAIN = Wishes()


def write(root: Path, wishes: Wishes = PLAIN, **more: Any) -> Report:
    (report,) = feedback(root, [UNIT], wishes, **more)
    return report


def words(html: str) -> str:
    """What people read, tags taken out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)))


def section(html: str, title: str) -> str:
    return words(html.split(f"<h2>{title}</h2>")[1].split("</section>")[0])


# What stands on a page


def test_answers_points_and_comments_stand_beside_the_questions(marked: Course) -> None:
    root, _exercises = marked
    assert write(root).written == 2
    html = page(root)
    assert "Ann &lt;b&gt;Díaz&lt;/b&gt;" in html and re.search(r"Receipt.{1,40}[0-9A-F]{4}-[0-9A-F]{4}-", html)
    boats, letter = section(html, "Boats"), section(html, "A letter")
    assert "Which boat does the plan need?" in boats and "A fast boat for visitors" in boats
    assert "Points: 0 of 2" in boats
    assert "Dear all," in letter and "مرحبا" in letter
    assert "Part 1 of 2 Points: 1.5 of 2" in letter and "Good **start**." in letter
    assert "Part 2 of 2 Worth 1: still waits for a person." in letter
    assert "1 part still waits for a person: the points are not final." in words(html)
    assert "Points: 1.5 of 1. Of these extra: 0.5" in section(html, "Nets")


def test_the_sum_is_as_nbgrader_counts_without_tests(marked: Course) -> None:
    root, _exercises = marked
    write(root)
    head = words(page(root)).split("Boats")[0]
    # 1 and 0.5 extra for the nets, 0 for the boat, 1.5 by hand for the letter; the test and its 2 points count for nothing
    assert "Points 3 of 6" in head and "Lost for being late 0.5" in head and "Result 2.5 of 6" in head
    assert "Points 2 of 6" in words(page(root, "bo")) and "Result 1.5 of 6" in words(page(root, "bo"))


def test_keys_reasons_models_and_rubrics_come_only_when_released(course: Course) -> None:
    root, _exercises = course
    report = write(root)
    assert not report.released and "without key" in "".join(report.lines())
    for student in ("ann", "bo"):
        assert [text for text in SECRETS if text in page(root, student)] == []
    config = root / "nbgrader_config.py"
    settings = config.read_text(encoding="utf-8")
    config.write_text(f'{settings}\nc.HidePrivate.released = ["{UNIT}"]\n', encoding="utf-8")
    report = write(root)
    assert report.released and report.written == 2
    told = section(page(root), "Boats") + section(page(root), "A letter")
    assert (
        "A right answer A broad boat for waste" in told
        and "Not right A fast boat for visitors Speed is no need" in told
    )
    assert "Names the need behind the boat" in told and "Names only the boat" in told and "Dear harbour" in told
    by_settings = page(root)
    config.write_text(settings, encoding="utf-8")
    assert write(root).written == 2 and "Speed is no need" not in page(root)
    assert write(root, Wishes(release=True)).released and page(root) == by_settings


@pytest.mark.parametrize("release", [False, True])
def test_a_test_never_tells_which_answers_were_right(marked: Course, release: bool) -> None:
    root, _exercises = marked
    write(root, Wishes(release=release))
    told = section(page(root), "Before")
    assert "A wide boat" in told and "Which answers were right is not shown" in told
    assert "Points" not in told and "Right" not in told and [text for text in TESTS if text in page(root)] == []
    assert "<h2>Before</h2>" not in page(root, "bo"), "of a test that was not taken there is nothing to say"


@pytest.mark.parametrize("release", [False, True])
def test_the_own_plan_has_findings_and_no_points(marked: Course, release: bool) -> None:
    root, _exercises = marked
    write(root, Wishes(release=release))
    told = section(page(root), "Our people")
    assert "Name: Amina; Task: Steers" in told and "Nobody sails without a task." in told
    assert "Points" not in told and "Power" not in told


@pytest.mark.parametrize("release", [False, True])
def test_what_is_private_is_never_there(marked: Course, release: bool) -> None:
    root, _exercises = marked
    write(root, Wishes(release=release))
    assert [text for text in (*PRIVATE, "doubt") if text in page(root)] == []
    answers = root / "build" / "submitted" / "ann" / UNIT / "answers.json"
    assert all(text in answers.read_text(encoding="utf-8") for text in PRIVATE), "though the file had it"


def test_a_page_runs_nothing_and_asks_for_nothing(marked: Course) -> None:
    root, _exercises = marked
    write(root, Wishes(release=True))
    html = page(root)
    assert "&lt;script&gt;alert(1)" in html and html.count("&lt;img src=x") == 2
    assert not re.search(
        r"<(script|img|link|iframe|a|form|object|svg)\b|\bon\w+\s*=\s*[\"']|url\(|@import|https?://", html
    )
    assert "default-src 'none'" in html and "Look at the needs first." in html


def test_a_page_is_in_the_language_spoken_and_everybodys_words_in_theirs(marked: Course) -> None:
    root, _exercises = marked
    i18n.use("ar")
    try:
        write(root)
    finally:
        i18n.use("en")
    html = page(root)
    assert '<html lang="ar" dir="rtl">' in html and html.count('class="typed" dir="auto"') >= 5
    assert not re.search(
        r"(?<![-\w])(left|right): |margin-(left|right)|text-align: (left|right)", feedback_page.style()
    )


def test_the_look_is_that_of_the_course() -> None:
    static = Path(feedback_page.__file__).parent.parent / "static" / "form.css"
    colours = set(re.findall(r"--wb-[a-z-]+: #[0-9a-f]+;", static.read_text(encoding="utf-8")))
    assert len(colours) > 10 and all(colour in feedback_page.style() for colour in colours)
    used = set(re.findall(r"var\((--wb-[a-z-]+)\)", feedback_page.style()))
    assert all(f"{name}:" in feedback_page.style() for name in used)


# Many


def test_only_what_changed_is_written_and_a_stopped_run_goes_on(course: Course) -> None:
    root, _exercises = course
    stopped = []

    def stop(unit: str, done: int, of: int) -> None:
        if done == 1:
            stopped.append(of)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(root, progress=stop)
    assert stopped == [2] and len(list((root / "build" / "feedback").rglob("*.*"))) == 1
    again = write(root)
    assert (again.written, again.same) == (1, 1)
    assert (write(root).written, write(root).same) == (0, 2)
    made.by_hand(root, "bo", "manual_score", "1, needs_manual_grade = 0", "rubric-letter-season")
    assert (write(root).written, write(root).same) == (1, 2)


def test_who_has_no_sound_marks_gets_no_page_and_is_named(course: Course) -> None:
    root, exercises = course
    made.hand_in(root, "new", exercises, ANN)
    made.hand_in(root, "cy", exercises, ANN, {"id": "somebody-else", "label": "Zed Nobody"})
    made.mark(root)
    made.hand_in(root, "dee", exercises, ANN)
    (root / "build" / "submitted" / "new" / UNIT / "timestamp.txt").write_text("2026-03-02 10:00:00 UTC\n")
    (root / "build" / "submitted" / "eve").symlink_to(root / "build" / "submitted" / "ann")
    report = write(root)
    told = "\n".join(report.lines())
    assert report.written == 2
    assert re.search("Not marked yet .* – dee, eve", told) and re.search("Handed in again .* – new", told)
    assert re.search("by somebody else – cy", told)
    assert {path.parent.name for path in (root / "build" / "feedback").rglob("*.html")} == {"ann", "bo"}


def test_an_unreadable_hand_in_says_so_on_its_page(course: Course) -> None:
    root, exercises = course
    (made.hand_in(root, "flo", exercises, ANN) / "answers.json").write_text("{", encoding="utf-8")
    made.mark(root)
    assert write(root).written == 3
    assert "answers.json is broken" in page(root, "flo") and "Points 0 of 6" in words(page(root, "flo"))


def test_marks_of_some_learners_only(marked: Course) -> None:
    root, _exercises = marked
    found = marks(root, UNIT, ["bo", "nobody"])
    assert list(found) == ["bo"] and set(found["bo"].papers) == {"nets", "boats", "letter", "plan", "before"}
    assert found["bo"].papers["boats"].marks["score-which"].points == 2.0
    assert marks(root, "other", ["bo"]) == marks(root / "nowhere", UNIT, ["bo"]) == {}


# On the way


def test_nbgraders_own_feedback_is_still_made(course: Course) -> None:
    root, _exercises = course
    write(root)
    marked_course.run(root, "-m", "nbgrader", "generate_feedback", UNIT)
    assert (root / "build" / "feedback" / "ann" / UNIT / "boats.html").is_file()
    assert write(root).same == 2


def test_a_zip_for_each_learner(course: Course, tmp_path: Path) -> None:
    root, exercises = course
    made.hand_in(root, "José Díaz", exercises, ANN, {"id": "José Díaz"})
    made.mark(root)
    folder = tmp_path / "zips"
    write(root, Wishes(zips=folder))
    names = sorted(path.name for path in folder.iterdir())
    assert names[:2] == ["ann.zip", "bo.zip"] and all(re.fullmatch(r"[a-z0-9-]+\.zip", name) for name in names)
    with zipfile.ZipFile(folder / "ann.zip") as archive:
        assert archive.namelist() == [f"{UNIT}.html"] and archive.read(f"{UNIT}.html").decode() == page(root)
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    write(root, Wishes(zips=folder))
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_the_command(course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    root, _exercises = course
    monkeypatch.setenv("WORKBOOK_ROOT", str(root))
    assert main(["feedback"]) == 2 and "Say which units" in capsys.readouterr().err
    assert main(["feedback", "habour"]) == 2 and "Did you mean 'harbour'" in capsys.readouterr().err
    assert main(["feedback", "--all"]) == 0 and "harbour: 2 pages written" in capsys.readouterr().out
    assert main(["feedback", UNIT, "--room", "nowhere", "--home", str(root)]) == 2
    assert "no room 'nowhere'" in capsys.readouterr().err


# In a room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[room_many.RoomServer]:
    server = room_many.new(tmp_path / "room")
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.said


def test_a_participant_finds_their_own_feedback_and_nobody_elses(course: Course, room: room_many.RoomServer) -> None:
    root, exercises = course
    amina, ben = Participant(room, "Amina"), Participant(room, "Ben")
    place = Place(str(room.home), "kigali")
    roll = Roll(place.url, "kigali")
    ids = {one.name: one.id for one in roll.people()}
    roll.home.close()
    assert "Feedback from your trainer" not in amina.get("/me").text
    made.hand_in(root, ids["Amina"], exercises, ANN, {"label": "Amina"})
    made.mark(root)
    report = write(root, Wishes(room=RoomTarget(str(room.home), "kigali")))
    assert (report.written, report.given) == (3, 1), "Ann and Bo are not in the room"

    address = f"/me/feedback/{UNIT}"
    assert f'href="{address}"' in amina.get("/me").text
    assert amina.get(address).text == page(root, ids["Amina"])
    assert address not in ben.get("/me").text and ben.get(address).status == 404
    assert Browser(room.url).get(address).url.endswith("/join")
    for other in (f"/me/feedback/{ids['Amina']}", f"/me/feedback/..%2f{ids['Amina']}%2f{UNIT}", f"{address}.html"):
        assert ben.get(other).status == 404, other
    amina.submit("/me", {"act": "delete", "sure": "yes"})
    assert not (place.folder / "feedback" / ids["Amina"]).exists()


@pytest.mark.parametrize("id", ["../x", "learner-1/..", "", "secret"])
def test_no_other_folder_of_a_room_can_be_named(tmp_path: Path, id: str) -> None:
    with pytest.raises(WorkbookError):
        Returned(tmp_path).put(id, UNIT, b"")
    assert Returned(tmp_path).page("learner-12", "../../secret") is None

"""The pages without script, against a real room over plain HTTP: every kind of question, two devices, handing in."""

from __future__ import annotations

import gzip
import io
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import form_sample
import room_many
from plain_page import Plain, plain
from room_many import Browser, Facilitator, Participant, RoomServer
from serving import Server
from test_room import command
from workbook import page
from workbook.answers import Answer, Owner, open_home
from workbook.answers.participants import Roll
from workbook.room import lessons, outline, plain_parts
from workbook.room.kept import Place

ROOT = Path(__file__).parents[1]
NEEDS, COUNTS, PLAN, HAND_IN = (f"/plain/harbour/{part}" for part in ("needs", "wishes", "wishes/2", "wishes/3"))
LARGEST = 50 * 1024
EVIL = '</textarea><script>alert("x")</script>&lt;'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomServer]:
    with room_many.running(room_many.new(tmp_path_factory.mktemp("plain"), course=form_sample.build)) as server:
        yield server


@pytest.fixture
def someone(server: RoomServer, request: pytest.FixtureRequest) -> Participant:
    return Participant(server, re.sub(r"\W+", " ", request.node.name)[-60:].strip())


def stored(server: RoomServer, who: Participant, exercise: str) -> dict[str, Answer]:
    """What the room's home holds of somebody."""
    roll = Roll(Place(str(server.home), "kigali").url, "kigali")
    id = next(one.id for one in roll.people() if one.name == (re.findall(r'/me">([^<]*)', who.get("/plain/").text)[0]))
    owner = next(one.owner for one in roll.people() if one.id == id)
    found = dict(roll.home.load(owner, "harbour").exercises.get(exercise, {}))
    roll.home.close()
    return found


def rows(answer: Answer) -> list[dict[str, Any]]:
    return [row["cells"] for row in answer.value["rows"]]


def fresh(sheet: Plain, question: str) -> list[str]:
    """The rows of a worksheet that are offered empty."""
    return [n.split(".")[2] for n, v in sheet.fields.items() if n.startswith(f"{question}.row.") and v == ["new"]]


# Every kind

KINDS: dict[str, tuple[dict[str, str | list[str]], Any]] = {
    "first": ({"first": "ask"}, "ask"),
    "groups": ({"groups": ["traders", "fishers"]}, ["fishers", "traders"]),
    "depth": ({"depth": " 8,5 m"}, "8.5"),
    "steps": ({"steps.meet": "1", "steps.agree": "2", "steps.fund": "3"}, ["meet", "agree", "fund"]),
    "kinds": (
        {"kinds.pump": "thing", "kinds.song": "voice", "kinds.licence": "rule"},
        {"pump": "thing", "song": "voice", "licence": "rule"},
    ),
    "feel": ({"feel.open": "some"}, {"open": "some"}),
    "shares": (
        {"shares.depth": "30", "shares.ice": "50", "shares.school": "20"},
        {"depth": 30, "ice": 50, "school": 20},
    ),
    "gift": (
        {"gift.ask": "fitting", "gift.take": "acceptable", "gift.refuse": "harmful"},
        {"ask": "fitting", "take": "acceptable", "refuse": "harmful"},
    ),
    "word": ({"word": "Stakeholders"}, "Stakeholders"),
    "why": ({"why": f"Two lines,\r\nthe second {EVIL} of them"}, f"Two lines,\nthe second {EVIL} of them"),
}


@pytest.mark.parametrize("question", KINDS)
def test_every_kind_is_answered_checked_and_shown_again(
    server: RoomServer, someone: Participant, question: str
) -> None:
    typed, value = KINDS[question]
    sheet = plain(someone, NEEDS)
    act = f"check:{question}" if question != "feel" else ""
    after = sheet.send(typed, act)
    assert after.answer.status == 200 and "?saved=1" in after.answer.url and "Saved." in after.text
    assert {id: answer.value for id, answer in stored(server, someone, "every").items()} == {question: value}
    if question == "why":
        assert "The families at the far end carry water" in after.text
    elif act:
        assert "Right." in after.text and after.text.count("wb-verdict") == 1
    assert "<script" not in after.text and "alert(&quot;" not in re.sub(r"<textarea.*?</textarea>", "", after.text)
    first = stored(server, someone, "every")[question]
    assert plain(someone, NEEDS).send().answer.status == 200
    assert stored(server, someone, "every")[question] == first, "a page sent as it came stores nothing"


def test_all_kinds_are_in_the_sample(server: RoomServer, someone: Participant) -> None:
    from workbook.kinds import BY_NAME

    drawn = re.findall(r'data-kind="([^"]+)"', plain(someone, NEEDS).text + plain(someone, PLAN).text)
    assert set(drawn) == set(BY_NAME)


def test_answers_already_checked_stay_so(server: RoomServer, someone: Participant) -> None:
    after = plain(someone, NEEDS).send({"first": "buy"}, "check:first").send({"depth": "8.5"}, "check:depth")
    assert after.text.count("wb-verdict") == 2 and "Not right yet." in after.text and "Right." in after.text
    assert "Nobody knows yet which nets." in after.text


def test_an_answer_is_taken_back(server: RoomServer, someone: Participant) -> None:
    plain(someone, NEEDS).send({"groups": ["fishers"], "word": "Some"})
    plain(someone, NEEDS).send({"groups": [], "word": " "})
    assert [answer.value for answer in stored(server, someone, "every").values()] == [None, None]


def test_what_cannot_be_used_stays_in_its_field_and_says_why(server: RoomServer, someone: Participant) -> None:
    bad = {"depth": "very", "steps.meet": "1", "steps.agree": "1", "shares.ice": "half", "kinds.pump": "thing"}
    after = plain(someone, NEEDS).send({**bad, "first": "ask"}, "check:first")
    assert after.answer.status == 422 and "Not everything could be saved" in after.text
    for name, value in bad.items():
        assert after.fields[name] == [value], name
    assert after.control("depth")["aria-invalid"] == "true"
    assert "wb-depth-error" in after.control("depth")["aria-describedby"] and after.told("wb-depth-error")
    assert "Place 1 is given twice" in after.told("wb-steps-error")
    for place in ("wb-depth", "wb-steps", "wb-shares"):
        assert f'href="#{place}"' in after.text and f'id="{place}"' in after.text
    assert set(stored(server, someone, "every")) == {"first", "kinds"}, "all else is saved"
    right = after.send({"depth": "8.5", "steps.agree": "2", "steps.fund": "3", "shares.ice": "50"})
    assert right.answer.status == 200
    assert stored(server, someone, "every")["steps"].value == ["meet", "agree", "fund"]


def test_a_reload_posts_nothing_again(server: RoomServer, someone: Participant) -> None:
    after = plain(someone, NEEDS).send({"first": "ask"})
    seq = stored(server, someone, "every")["first"].seq
    assert someone.get(after.answer.url.removeprefix(server.url)).status == 200
    assert stored(server, someone, "every")["first"].seq == seq


def test_saving_goes_on_to_what_comes_next(server: RoomServer, someone: Participant) -> None:
    after = plain(someone, NEEDS).send({"first": "ask"}, "onward")
    assert after.answer.url.endswith(COUNTS) and "What counts" in after.text
    assert plain(someone, COUNTS).send({"which": "fast"}, "onward").answer.url.endswith(PLAN)
    assert "Speed is no need" not in plain(someone, COUNTS).text, "what counts says nothing before it is marked"


# Worksheets


def test_rows_are_added_and_more_offered(server: RoomServer, someone: Participant) -> None:
    sheet = plain(someone, PLAN)
    one, two = fresh(sheet, "needs")
    after = sheet.send({f"needs.row.{one}.need": "Ice", f"needs.row.{two}.need": "Nets"}, "rows:needs")
    assert [cells["need"] for cells in rows(stored(server, someone, "plan")["needs"])] == ["Ice", "Nets"]
    assert len(fresh(after, "needs")) > 2 and after.answer.url.endswith("#wb-needs")
    partner = fresh(after, "partners")[0]
    ids = [row["id"] for row in stored(server, someone, "plan")["needs"].value["rows"]]
    told = {f"partners.row.{partner}.name": "Ice works", f"partners.row.{partner}.meets": ids}
    assert "covered" not in after.send(told).text
    assert rows(stored(server, someone, "plan")["partners"]) == [{"name": "Ice works", "meets": ids}]
    before = stored(server, someone, "plan")
    assert plain(someone, PLAN).send().answer.status == 200
    assert stored(server, someone, "plan") == before, "a page sent as it came stores nothing"


def test_a_row_that_others_refer_to_goes_only_when_asked_twice(server: RoomServer, someone: Participant) -> None:
    sheet = plain(someone, PLAN)
    need = fresh(sheet, "needs")[0]
    sheet = sheet.send({f"needs.row.{need}.need": "Ice"})
    partner = fresh(sheet, "partners")[0]
    sheet = sheet.send({f"partners.row.{partner}.name": "Works", f"partners.row.{partner}.meets": [need]})
    box = f"needs.row.{need}.-remove"
    asked = sheet.send({box: "yes"})
    assert asked.answer.status == 422 and "Other answers refer to this row" in asked.text
    assert asked.fields[box] == ["yes"] and rows(stored(server, someone, "plan")["needs"])
    assert asked.send().answer.status == 200
    assert rows(stored(server, someone, "plan")["needs"]) == []


def test_a_row_is_emptied(server: RoomServer, someone: Participant) -> None:
    sheet = plain(someone, PLAN)
    one, two = fresh(sheet, "needs")
    typed = {f"needs.row.{one}.need": "Ice", f"needs.row.{two}.need": "Nets", f"needs.row.{one}.class": "thing"}
    sheet.send(typed).send({f"needs.row.{one}.need": "", f"needs.row.{one}.class": ""})
    shown = plain(someone, PLAN).fields
    assert f"needs.row.{one}.need" not in shown and shown[f"needs.row.{two}.need"] == ["Nets"]


def test_a_wrong_cell_keeps_what_was_typed_and_no_other_cell_waits_for_it(
    server: RoomServer, someone: Participant
) -> None:
    sheet = plain(someone, PLAN)
    one, two = fresh(sheet, "needs")
    bad, only = f"needs.row.{one}.likely", f"needs.row.{two}.likely"
    after = sheet.send({f"needs.row.{one}.need": "Ice", bad: "often", only: "never"})
    assert after.answer.status == 422
    for name in (bad, only):
        assert after.control(name)["aria-invalid"] == "true"
        about = after.control(name)["aria-describedby"].split()[-1]
        assert after.told(about) and "Likely" in after.told(about)
    assert after.fields[bad] == ["often"] and after.fields[only] == ["never"]
    assert rows(stored(server, someone, "plan")["needs"]) == [{"need": "Ice"}]
    after.send({bad: "3", only: ""})
    assert rows(stored(server, someone, "plan")["needs"]) == [{"need": "Ice", "likely": "3"}]
    assert plain(someone, PLAN).send({bad: "again"}).answer.status == 422
    assert rows(stored(server, someone, "plan")["needs"]) == [{"need": "Ice", "likely": "3"}], "what stood there stays"


def test_a_remark_is_set_aside(server: RoomServer, someone: Participant) -> None:
    sheet = plain(someone, PLAN)
    sheet = sheet.send({f"needs.row.{fresh(sheet, 'needs')[0]}.need": "Ice"})
    check = next(name.split(".")[2] for name in sheet.fields if name.startswith("needs.aside."))
    sheet.send({f"needs.aside.{check}.as": "not-known", f"needs.aside.{check}.text": "Amina asks"})
    assert stored(server, someone, "plan")["needs"].value["aside"][check] == {"as": "not-known", "text": "Amina asks"}


# Two devices


def test_a_field_left_alone_overwrites_nothing(server: RoomServer, someone: Participant) -> None:
    old = plain(someone, NEEDS)
    plain(someone, NEEDS).send({"first": "ask", "groups": ["fishers"]})
    assert old.send({"word": "Groups"}).answer.status == 200
    found = stored(server, someone, "every")
    assert (found["first"].value, found["groups"].value, found["word"].value) == ("ask", ["fishers"], "Groups")


def test_what_both_devices_changed_is_decided_by_the_person(server: RoomServer, someone: Participant) -> None:
    old = plain(someone, NEEDS)
    plain(someone, NEEDS).send({"why": "From the telephone, in the field"})
    asked = old.send({"why": "From the laptop", "first": "ask"})
    assert asked.answer.status == 422 and asked.fields["why"] == ["From the laptop"]
    assert "From the telephone, in the field" in asked.told("wb-why-error")
    found = stored(server, someone, "every")
    assert (found["why"].value, found["first"].value) == ("From the telephone, in the field", "ask")
    asked.send()
    assert stored(server, someone, "every")["why"].value == "From the laptop"


def test_worksheets_of_two_devices_are_merged_by_cell(server: RoomServer, someone: Participant) -> None:
    sheet = plain(someone, PLAN)
    one, two = fresh(sheet, "needs")
    cell = "needs.row.{}.{}".format
    sheet.send({cell(one, "need"): "Ice", cell(two, "need"): "Nets"})
    old, new = plain(someone, PLAN), plain(someone, PLAN)
    added = fresh(new, "needs")[0]
    new.send({cell(one, "need"): "Much ice", cell(added, "need"): "Boats", cell(two, "-remove"): "yes"})
    assert old.send({cell(one, "class"): "thing"}).answer.status == 200
    found = rows(stored(server, someone, "plan")["needs"])
    assert found == [{"need": "Much ice", "class": "thing"}, {"need": "Boats"}]
    asked = old.send({cell(one, "need"): "Little ice", cell(two, "need"): "Strong nets"})
    assert asked.answer.status == 422 and "Much ice" in asked.text and asked.fields[cell(one, "need")] == ["Little ice"]
    found = rows(stored(server, someone, "plan")["needs"])
    assert {"need": "Strong nets"} in found, "a row comes back when something is typed in it"
    assert {"need": "Much ice", "class": "thing"} in found
    asked.send()
    assert {"need": "Little ice", "class": "thing"} in rows(stored(server, someone, "plan")["needs"])


def test_what_cannot_be_stored_now_stays_in_its_fields(server: RoomServer, someone: Participant) -> None:
    sheet = plain(someone, PLAN)
    name = f"needs.row.{fresh(sheet, 'needs')[0]}.need"
    with closing(sqlite3.connect(server.home / "rooms" / "kigali" / "room.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # as a backup that takes its time
        after = sheet.send({name: "Ice"})
    assert after.answer.status == 503 and "Nothing was saved" in after.text and after.fields[name] == ["Ice"]
    assert after.send().answer.status == 200
    assert rows(stored(server, someone, "plan")["needs"]) == [{"need": "Ice"}]


# Handing in


def test_a_unit_is_handed_in(server: RoomServer, someone: Participant) -> None:
    asked = plain(someone, HAND_IN).send(act="hand-in")
    assert "You have not answered anything" in asked.text and 'value="sure"' in asked.text
    plain(someone, COUNTS).send({"which": "broad"})
    done = plain(someone, HAND_IN).send({"name": "Amina <b>"}, "hand-in")
    assert "Handed in. Receipt" in done.text and "Amina &lt;b&gt;" in done.text
    (link,) = re.findall(r'href="([^"]+)"[^>]* download', done.text)
    file = someone.get(link)
    assert "attachment" in file.headers["Content-Disposition"]
    assert any("broad" in part for part in _texts(file.body))
    assert "Handed in" in plain(someone, COUNTS).text


def _texts(packed: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return [archive.read(name).decode() for name in archive.namelist()]


def test_the_overviews_show_what_was_done(server: RoomServer, someone: Participant) -> None:
    sheet = plain(someone, PLAN)
    sheet.send({f"needs.row.{fresh(sheet, 'needs')[0]}.need": "Ice"})
    assert "1 row in 1 of 2 worksheets" in someone.get("/plain/harbour/wishes/4").text
    home = someone.get("/plain/").text
    assert f'<a href="{NEEDS}">Needs</a> <small>0 of ' in home and "Go on where you stopped" in home
    assert f'href="{PLAN.removesuffix("/2")}"><strong>' in home


# Who may


def test_it_belongs_to_those_who_joined(server: RoomServer, someone: Participant) -> None:
    stranger = Browser(server.url)
    assert stranger.get(NEEDS).url.endswith("/join")
    sheet = plain(someone, NEEDS)
    fields = {**sheet.fields, "first": ["buy"]}
    assert stranger.post(NEEDS, fields).status == 403
    assert someone.post(NEEDS, {name: v for name, v in fields.items() if name != "_xsrf"}).status == 403
    other = Participant(server, "Somebody else")
    assert plain(other, NEEDS).send({"first": "wait"}).answer.status == 200
    assert stored(server, someone, "every") == {}


def test_a_closed_unit_is_closed_here_too(server: RoomServer, someone: Participant) -> None:
    sheet, desk = plain(someone, NEEDS), Facilitator(server)
    desk.act("close", unit="harbour")
    try:
        assert someone.get(NEEDS).status == 403 and "not open now" in someone.get(NEEDS).text
        assert "/plain/harbour" not in someone.get("/plain/").text
        assert someone.post(NEEDS, {**sheet.fields, "first": ["ask"]}).status == 403
    finally:
        desk.act("open", unit="harbour")
    assert stored(server, someone, "every") == {}


def test_what_no_browser_sends_does_no_harm(server: RoomServer, someone: Participant) -> None:
    sheet = plain(someone, PLAN)
    for base in ("[]", "{" * 5000, '{"needs": 3}', '{"needs": {"rows": {"x": 3}, "aside": []}}', "null"):
        row = {"needs.row.x1.-row": "new", "needs.row.x1.need": "Ice", "needs.row.x1.no-column": "a", "zzz.row": "b"}
        assert someone.post(PLAN, {**sheet.fields, **row, "-base": base}).status in (200, 422)
    assert someone.post(PLAN, {**sheet.fields, "-exercise": "harbour/every"}).status == 409
    assert someone.post(PLAN, {**sheet.fields, "partners.row.y.name": "x" * 300_000}).status == 422
    assert someone.post(PLAN, {**sheet.fields, "partners.row.y.name": "x" * 2_000_000}).status == 413
    assert [someone.get(f"/plain/harbour/{p}").status for p in ("needs/2", "needs/0", "nothing")] == [404] * 3
    assert rows(stored(server, someone, "plan")["needs"]) == [{"need": "Ice"}]


# Light, still, and for everybody


def test_no_kernel_is_started_and_nothing_may_run(server: RoomServer, someone: Participant) -> None:
    kernels = json.loads(someone.get("/health").text)["kernels"]
    for path in ("/plain/", NEEDS, COUNTS, PLAN, HAND_IN):
        answer = someone.get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert "<script" not in answer.text and " style=" not in answer.text
    assert json.loads(someone.get("/health").text)["kernels"] == kernels


def test_charts_stand_there_in_words(tmp_path: Path) -> None:
    """Of the real course, since the charts are; the server never loads what draws."""
    server = room_many.new(tmp_path, course=lambda folder: ROOT)
    server.start()
    try:
        someone = Participant(server, "Amina")
        leaf = next(leaf for leaf in outline.load(ROOT).lessons if leaf.path == "building-blocks/health-check")
        cut = plain_parts.parts(*lessons.read(ROOT, leaf.path))
        at = {piece: n for n, part in enumerate(cut, 1) for piece in part.pieces if isinstance(piece, plain_parts.Call)}
        chart = plain_parts.address("/", leaf.path, at[plain_parts.Call("chart", ("health",))])
        form = plain_parts.address("/", leaf.path, at[plain_parts.Call("form", ("building-blocks/my-health-check",))])
        assert "Nothing to show yet" in someone.get(chart).text
        sheet = plain(someone, form)
        first = next(name for name in sheet.form.radios if name.startswith("ratings."))
        sheet.send({first: "red"})
        shown = someone.get(chart).text
        assert "Only you see this chart." in shown and "Red: 1" in shown and "<svg" not in shown
    finally:
        server.stop()
    loaded = "import sys, workbook.room.plain; sys.exit(bool({'matplotlib', 'anywidget'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_the_way_in_tells_of_them(server: RoomServer, someone: Participant) -> None:
    assert "simple pages" in Browser(server.url).get("/join").text
    assert 'href="/plain/"' in someone.get("/").text


def test_each_part_of_the_course_is_light(tmp_path: Path) -> None:
    """Read over the wire by somebody who has answered nothing; pictures are not counted."""
    course = outline.load(ROOT)
    server = room_many.new(tmp_path, course=lambda folder: ROOT)
    server.start()
    try:
        reader, heavy = Participant(server, "Reader"), {}
        style = re.findall(r'href="([^"]+plain\.css)"', reader.get("/plain/").text)[0]
        css = len(reader.get(style, Accept_Encoding="gzip").body)
        for leaf in course.lessons:
            of = len(plain_parts.parts(*lessons.read(ROOT, leaf.path)))
            for n in range(1, of + 1):
                answer = reader.get(plain_parts.address("/", leaf.path, n), Accept_Encoding="gzip")
                body = gzip.decompress(answer.body) if answer.headers["Content-Encoding"] == "gzip" else answer.body
                text = body.decode()
                assert answer.status == 200, leaf.path
                for never in ("<script", ".ipynb", 'role="alert"', "needs the page with script", " style="):
                    assert never not in text, (leaf.path, n, never)
                if len(answer.body) + css > LARGEST:
                    heavy[leaf.path, n] = len(answer.body)
        assert heavy == {}
    finally:
        server.stop()


# Parts


def test_what_a_cell_shows_is_read_from_its_text() -> None:
    call = plain_parts.called
    assert call('from workbook import form; form("a/b", "a/c")') == plain_parts.Call("form", ("a/b", "a/c"))
    assert call("from workbook import plan_overview\nplan_overview()") == plain_parts.Call("plan_overview")
    for other in ("1 + 1", "form(x)", 'form(exercise="a")', "x = form('a')", "form(", "", "print('form')", "\0"):
        assert call(other) is None


def test_a_part_ends_with_its_form() -> None:
    class Cell:
        def __init__(self, source: str) -> None:
            self.source = source

    class Notebook:
        cells = [Cell(s) for s in ("", 'chart("x")', 'form("a/b")', "", "1 + 1", 'hand_in("a")')]

    pieces = tuple(lessons.Piece(n, "" if c.source else "text", bool(c.source)) for n, c in enumerate(Notebook.cells))
    found = plain_parts.parts(Notebook, lessons.Page(pieces, True))
    chart, form, hand_in = (plain_parts.called(Notebook.cells[n].source) for n in (1, 2, 5))
    assert [part.pieces for part in found] == [("text", chart, form), ("text", None, hand_in)]
    assert [part.form for part in found] == [form, hand_in]
    assert plain_parts.parts(Notebook, lessons.Page((), True)) == (plain_parts.Part(()),)


def test_what_was_typed_goes_back_into_every_field() -> None:
    html = (
        '<input type="hidden" name="q.row.r.-row" value="kept"><input type="text" name="q.row.r.a" value="old &amp;">'
        '<textarea name="q.row.r.b" rows="2">\nold &lt;b&gt;</textarea><input type="checkbox" name="q.row.r.c" '
        'value="1" checked><select name="q.row.r.d"><option value="">–</option><option value="x" selected>X</option>'
        '</select><input type="radio" name="p" value="1" checked><input type="checkbox" name="q.row.s.c" checked>'
    )
    sent = {"q.row.r.-row": ["kept"], "q.row.r.a": ['"<'], "q.row.r.b": ["\nnew"], "q.row.r.d": [""]}
    wrong = {"q.row.r.a": "Not <so>."}
    back = page.retyped(html, page.Retyped(("q", "q."), sent, wrong), "wb")
    assert back == (
        '<input type="hidden" name="q.row.r.-row" value="kept">'
        '<input type="text" name="q.row.r.a" value="&quot;&lt;" aria-invalid="true" '
        'aria-describedby="wb-q--row--r--a--error">'
        '<p class="wb-error" id="wb-q--row--r--a--error">Not &lt;so&gt;.</p>'
        '<textarea name="q.row.r.b" rows="2">\n\nnew</textarea><input type="checkbox" name="q.row.r.c" value="1">'
        '<select name="q.row.r.d"><option value="" selected>–</option><option value="x">X</option></select>'
        '<input type="radio" name="p" value="1" checked><input type="checkbox" name="q.row.s.c" checked>'
    )
    assert page.retyped(html, page.Retyped((), {}), "wb") == html, "a page with nothing wrong stays as it is"


def test_links_stay_among_plain_pages() -> None:
    course = outline.load(ROOT)
    known = course.lessons[0].path
    html = f'<a href="/r/{known}#why">A</a> <a href="/r/no/such">B</a> <td style="text-align:right">1</td>'
    assert plain_parts.fitted(html, "/r/", course) == (
        f'<a href="/r/plain/{known}#why">A</a> <a href="/r/no/such">B</a> <td class="to-right">1</td>'
    )
    link = '<a href="../harbour/needs.ipynb" data-lesson="harbour/needs">N</a>'
    assert page.addressed(link, lambda lesson: f"/plain/{lesson}") == '<a href="/plain/harbour/needs">N</a>'


def test_someone_alone_has_them_too_with_model_answers_to_rate_the_own_by(tmp_path: Path) -> None:
    root = form_sample.build(tmp_path / "course-folder")
    server = Server(root, tmp_path / "home", lambda port: command(root, tmp_path / "home", port), ready="/health")
    server.start()
    try:
        alone = Browser(server.url)
        plain(alone, COUNTS).send({"reason": "The waste has to go"})
        assert "before the season" not in plain(alone, COUNTS).text
        plain(alone, HAND_IN).send(act="hand-in")
        after = plain(alone, COUNTS)
        assert "before the season" in after.text
        after = after.send({"reason.self.need": "part"})
        assert after.answer.status == 200 and ("reason.self.need", "part") in after.form.sent
    finally:
        server.stop()
    home = open_home(server.home)
    given = home.load(Owner("amina"), "harbour").exercises["counts"]
    assert given["reason-self-rating"].value == {"need": "part"}

"""A room for many: joining, coming back, what belongs to whom, the facilitator's page, and attacks that fail."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import signal
import stat
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

import room_many
import room_sample
from apart import run
from room_many import Browser, Facilitator, Participant, RoomServer, owner
from workbook import learner
from workbook.answers import intake, open_home
from workbook.answers.participants import Participant as Joined
from workbook.answers.participants import Roll
from workbook.errors import WorkbookError
from workbook.room import codes, gather, hosting, network, outline, pages, qr
from workbook.room.everybody import Everybody
from workbook.room.kept import Place
from workbook.room.limits import FREE, SLOWEST, USUAL, Waits

ROOT = Path(__file__).parents[1]
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomServer]:
    with room_many.running(room_many.new(tmp_path_factory.mktemp("rooms"))) as server:
        yield server


def kernel_of(page: str) -> str:
    return re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", page)[0]


# Parts


def test_codes_are_read_aloud_and_typed_in_any_way() -> None:
    code = codes.new(codes.RETURN)
    assert len(code) == 8 and not set(code) & set("0O1IL5S2Z8BAEIUV")
    assert codes.typed(f" {codes.shown(code).lower()} ") == code
    assert codes.hashed(b"k", "a", code) != codes.hashed(b"k", "b", code) != codes.hashed(b"other", "b", code)


def test_each_name_waits_for_itself_and_longer_each_time() -> None:
    now = [1000.0]
    waits = Waits(lambda: now[0])
    for _ in range(FREE):
        waits.wrong("amina")
    assert waits.left("amina") == 0, "people mistype"
    lasting = []
    for _ in range(12):
        waits.wrong("amina")
        lasting.append(waits.left("amina"))
        now[0] += lasting[-1]
    assert lasting[:4] == [2, 4, 8, 16] and lasting[-1] == 60 and waits.left("ben") == 0
    waits.right("amina")
    assert waits.left("amina") == 0
    assert waits.wrong() == 0
    assert max(waits.wrong(f"name-{n}") for n in range(USUAL * 5)) == SLOWEST, "many names together slow each other"


def test_networks_that_phones_reach_come_first() -> None:
    networks = {
        "lo": ["127.0.0.1"],
        "docker0": ["172.17.0.1"],
        "eth0": ["10.1.2.3", "169.254.3.4", "fe80::1"],
        "wlan0": ["192.168.1.5"],
    }
    assert network.usable(networks, "192.168.1.5") == ["192.168.1.5", "10.1.2.3"]
    assert network.usable({"docker0": ["172.17.0.1"]}) == ["172.17.0.1"], "better than nothing"
    assert any("several networks" in hint for hint in network.hints(networks, ["192.168.1.5", "10.1.2.3"], 8866))
    assert "firewall" in network.hints(networks, ["10.1.2.3"], 8866, "win32")[0].lower()
    assert "8866" in network.hints(networks, ["10.1.2.3"], 8866, "linux")[0]
    assert "no address" in network.hints({"wlan0": ["169.254.3.4"]}, [], 8866)[0]
    assert "rehearsal" in network.hints({}, [], 8866)[-1]


def test_qr_codes_are_drawn_and_lettered() -> None:
    assert qr.drawing("http://10.1.2.3:8866/join#CDFGHJ").startswith("<svg")
    assert "█" in qr.letters("x", "utf-8") and qr.letters("x", "ascii") == ""


def test_a_room_opens_the_units_that_were_asked_for(tmp_path: Path) -> None:
    root = room_sample.make(tmp_path / "r")
    data = room_sample.course_data() | {"agendas": [{"id": "day", "blocks": [{"lessons": ["second/end"]}, {}]}]}
    (root / "course" / "course.json").write_text(json.dumps(data), encoding="utf-8")
    assert hosting.open_units(root, hosting.Wishes()) is None
    assert hosting.open_units(root, hosting.Wishes(units=("second", "first"))) == ("first", "second")
    assert hosting.open_units(root, hosting.Wishes(agenda="day")) == ("second",)
    with pytest.raises(WorkbookError, match="Did you mean 'first'"):
        hosting.open_units(root, hosting.Wishes(units=("firts",)))
    with pytest.raises(WorkbookError, match="no agenda 'dya'"):
        hosting.open_units(root, hosting.Wishes(agenda="dya"))


def test_a_room_past_its_day_is_not_opened_again_by_chance(tmp_path: Path) -> None:
    roll = Roll(f"sqlite:///{tmp_path / 'room.db'}", "kigali")
    root = room_sample.make(tmp_path / "r")
    about, new = hosting.resumed(roll, root, hosting.Wishes(), date(2026, 3, 1))
    assert new and about.until == "2026-03-31"
    assert hosting.resumed(roll, root, hosting.Wishes(units=("first",)), date(2026, 3, 31))[0].open == about.open
    with pytest.raises(WorkbookError, match="--delete"):
        hosting.resumed(roll, root, hosting.Wishes(), date(2026, 4, 1))
    again, new = hosting.resumed(roll, root, hosting.Wishes(keep_days=5), date(2026, 4, 1))
    assert not new and again.until == "2026-04-06" and again.code == about.code and again.open == about.open
    roll.home.close()


def test_a_room_is_opened_once_and_its_secret_is_private(tmp_path: Path) -> None:
    place = Place(str(tmp_path), "kigali")
    place.take()
    assert place.secret() == Place(str(tmp_path), "kigali").secret()
    assert stat.S_IMODE((place.folder / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    with pytest.raises(WorkbookError, match="open already"):
        Place(str(tmp_path), "kigali").take()
    with pytest.raises(WorkbookError, match="cannot name a room"):
        Place(str(tmp_path), "../elsewhere")
    place.delete()
    assert not place.folder.exists()


# Joining


def test_whoever_has_not_joined_sees_the_join_page_and_nothing_else(server: RoomServer) -> None:
    stranger = Browser(server.url)
    for path in ("/", "/first/needs", "/me", "/me/my-answers.json", "/figures/first/figures/pump.svg"):
        answer = stranger.get(path)
        assert answer.url.endswith("/join") and "Code of the room" in answer.text, path
        assert stranger.get(path, Accept="application/json").status == 403, path
    assert server.code not in stranger.get("/join").text
    assert stranger.get("/progress.json", Accept="*/*").status == 403
    assert stranger.get("/health").status == 200 and stranger.get("/voila/api/contents").status == 404


def test_people_join_by_code_and_nothing_is_agreed_unless_ticked(server: RoomServer) -> None:
    page = Browser(server.url).get("/join").text
    assert page.count('type="checkbox"') == 5 and "checked" not in page
    assert "The Ministry keeps what you type" in page and re.search(r"until \d{4}-\d\d-\d\d", page)
    amina = Participant(server, "Amina", organisation="Ministry of Water", sector="government")
    assert "Amina" in amina.get("/").text and amina.get("/").url.endswith("/")
    mine = amina.get("/me").text
    assert "Ministry of Water" in mine and "Government" in mine and "checked" not in mine
    cookie = next(cookie for cookie in amina.jar if cookie.name == "workbook-kigali")
    assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "Lax"
    assert "Amina" not in (cookie.value or "")


def test_what_is_wrong_with_the_form_is_said_and_what_was_typed_stays(server: RoomServer) -> None:
    someone = Browser(server.url)
    answer = someone.submit("/join", {"act": "join", "code": "CCCCCC", "name": "Kofi", "organisation": "A & B"})
    assert answer.status == 403 and "not the code of this room" in answer.text
    assert 'value="Kofi"' in answer.text and 'value="A &amp; B"' in answer.text
    assert someone.submit("/join", {"act": "join", "code": server.code, "name": "\u202e "}).status == 400
    table = {"act": "join", "code": server.code, "name": "Table 9", "together": "yes"}
    assert "who sits at this device" in someone.submit("/join", table).text
    assert "workbook-kigali" not in someone.cookies()


def test_a_taken_name_is_handled_kindly(server: RoomServer) -> None:
    first = Participant(server, "Grace")
    other = Browser(server.url)
    answer = other.submit("/join", {"act": "join", "code": server.code.lower(), "name": " GRACE "})
    assert answer.status == 409 and "is called GRACE already" in answer.text and "add something" in answer.text
    wrong = other.submit("/join", {"act": "back", "back-name": "Grace", "return": "CCCC-CCCC"})
    assert wrong.status == 403 and "do not fit" in wrong.text
    back = other.submit("/join", {"act": "back", "back-name": "grace", "return": first.code.lower()})
    assert back.status == 200 and back.url == server.url + "/" and "Grace" in back.text
    assert first.get("/me").url.endswith("/me"), "two devices of one person are fine"


def test_a_table_is_a_group_that_owns_its_answers(server: RoomServer) -> None:
    table = Participant(server, "Table 3", together="yes", members="Ben\n\n Chipo \r\nDédé")
    assert "Ben, Chipo, Dédé" in table.get("/me").text
    assert owner(server, "Table 3").kind == "group"
    page = table.get("/second/who").text
    assert f"{owner(server, 'Table 3').id} group  ." in page, "the kernel was told whom it serves, and no keys"


# Nobody's but mine


def test_two_people_get_kernels_and_answers_of_their_own(server: RoomServer) -> None:
    one, other = Participant(server, "Ines"), Participant(server, "Jamal")
    ids = [kernel_of(one.get("/first/needs").text), kernel_of(other.get("/first/needs").text)]
    assert ids[0] != ids[1]
    ines = owner(server, "Ines")
    home = open_home(Place(str(server.home), "kigali").url)
    home.save(ines, "first", "list", "a", {"value": "a wish of Ines"}, "1")
    assert json.loads(one.get("/progress.json").text)["first/needs"]["done"] == 1
    assert json.loads(other.get("/progress.json").text)["first/needs"]["done"] == 0
    assert "a wish of Ines" in one.get("/me/my-answers.json").text
    assert "a wish of Ines" not in other.get("/me/my-answers.json").text
    for browser, status in ((one, 200), (other, 404), (Browser(server.url), 403)):
        assert browser.get(f"/api/kernels/{ids[0]}", Accept="application/json").status == status
    assert other.post(f"/goodbye/{ids[0]}", Origin=server.url).status == 404
    assert Browser(server.url).post(f"/goodbye/{ids[0]}", Origin=server.url).status == 403
    assert one.get(f"/api/kernels/{ids[0]}", Accept="application/json").status == 200, "it lives on"
    assert run(_websocket(server, ids[0], other.header())) == 404
    assert run(_websocket(server, ids[0], "")) in (403, 404)
    assert run(_websocket(server, ids[0], one.header(), origin="http://evil.example.org")) == 403
    assert run(_websocket(server, ids[0], one.header())) == 101
    for path in ("/api/kernels", f"/api/kernels/{ids[0]}/restart", f"/voila/api/shutdown/{ids[0]}", "/api/sessions"):
        assert other.get(path, Accept="application/json").status in (404, 405), path


async def _websocket(server: RoomServer, kernel: str, cookies: str, origin: str = "") -> int:
    url = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels?session_id=x"
    headers = {"Cookie": cookies, "Origin": origin or server.url}
    try:
        (await websocket_connect(HTTPRequest(url, headers=headers, request_timeout=20))).close()
    except HTTPClientError as error:
        return int(error.code)
    return 101


def test_one_person_cannot_fill_the_server_with_pages(server: RoomServer) -> None:
    greedy = Participant(server, "Greedy")
    ids = [kernel_of(greedy.get("/second/who").text) for _ in range(hosting.PAGES + 2)]
    alive = [greedy.get(f"/api/kernels/{id}", Accept="application/json").status for id in ids]
    assert alive.count(200) == hosting.PAGES and alive[-1] == 200


def test_forged_cookies_are_worth_nothing(server: RoomServer) -> None:
    amina = Participant(server, "Amina of the north")
    name, value = "workbook-kigali", amina.cookies()["workbook-kigali"]
    other = owner(server, "Amina of the north").id
    forged = [
        value[:-4] + "0000", value.replace("|", "", 1), other, f'"{other} 1"', "", "x" * 5000,
        re.sub(r"(\d+:)([A-Za-z0-9+/=]{8})", r"\1AAAAAAAA", value),
    ]  # fmt: skip
    for cookie in forged:
        answer = Browser(server.url).get("/me", Cookie=f"{name}={cookie}")
        assert answer.url.endswith("/join"), cookie[:80]
    assert Browser(server.url).get("/me", Cookie=f"{name}={value}").url.endswith("/me")


def test_replayed_cookies_are_worth_nothing_after_leaving_everywhere_or_deleting(server: RoomServer) -> None:
    leaver = Participant(server, "Leaver")
    page = leaver.get("/first/needs").text
    old = {"Cookie": leaver.header()}
    assert leaver.submit("/me", {"act": "leave", "everywhere": "yes"}).url.endswith("/join")
    assert Browser(server.url).get("/me", **old).url.endswith("/join")
    back = Browser(server.url)
    back.submit("/join", {"act": "back", "back-name": "Leaver", "return": leaver.code})
    assert back.get(f"/api/kernels/{kernel_of(page)}", Accept="application/json").status == 404
    old = {"Cookie": back.header()}
    assert back.submit("/me", {"act": "delete"}).text.count("tick the box") == 1
    gone = back.submit("/me", {"act": "delete", "sure": "yes"})
    assert gone.status == 200 and "is deleted" in gone.text
    assert Browser(server.url).get("/me", **old).url.endswith("/join")


def test_deleted_is_deleted(server: RoomServer) -> None:
    person = Participant(server, "Quokka Quentin", organisation="Zyxwv Society")
    open_home(Place(str(server.home), "kigali").url).save(
        owner(server, "Quokka Quentin"), "first", "list", "a", {"value": "a wombat's wish"}, "1"
    )
    assert "wombat" in person.get("/me/my-answers.json").text
    assert json.loads(person.get("/me/my-answers.json").text)["participant"]["organisation"] == "Zyxwv Society"
    person.submit("/me", {"act": "delete", "sure": "yes"})
    files = Place(str(server.home), "kigali").folder.glob("room.db*")
    left = b"".join(file.read_bytes() for file in files)
    assert b"wombat" not in left and b"Quentin" not in left and b"Zyxwv" not in left
    assert Participant(server, "Quokka Quentin").get("/me").status == 200, "the name is free again"


def test_choices_can_be_changed_and_a_contact_is_kept_only_for_the_list(server: RoomServer) -> None:
    person = Participant(server, "Chooser", reach="secret@example.org", report="yes")
    assert "secret@example.org" not in person.get("/me").text
    changed = person.submit("/me", {"act": "choices", "contact": "yes", "reach": "me@example.org"}).text
    assert "me@example.org" in changed and changed.count("checked") == 1
    assert "me@example.org" not in person.submit("/me", {"act": "choices", "reach": "me@example.org"}).text


def test_guessed_return_codes_run_into_a_wait(server: RoomServer) -> None:
    victim = Participant(server, "Victim")
    thief = Browser(server.url)
    token = thief.token("/join")
    guess = {"_xsrf": token, "act": "back", "back-name": "VICTIM"}
    statuses = [thief.post("/join", {**guess, "return": f"CCCC-{n:04}"}).status for n in range(FREE + 3)]
    assert statuses == [403] * (FREE + 1) + [429, 429]
    assert thief.post("/join", {**guess, "return": victim.code}).status == 429, "not even looked at"
    assert victim.get("/me").status == 200, "who is in stays in"
    bystander = Participant(server, "Bystander")
    other = {**guess, "back-name": "Bystander", "return": bystander.code}
    assert thief.post("/join", other).url == server.url + "/", "others are not kept out"


def test_forms_of_another_site_are_refused(server: RoomServer) -> None:
    person = Participant(server, "Clicked")
    before = person.get("/me").text
    form = {"act": "delete", "sure": "yes"}
    assert person.post("/me", form).status == 403, "no token"
    token = person.token("/me")
    assert person.post("/me", {**form, "_xsrf": token}, Origin="http://evil.example.org").status in (403, 404)
    assert person.post("/join", {"act": "join", "code": server.code, "name": "x"}).status == 403
    assert person.get("/me").text.count("Clicked") == before.count("Clicked")


def test_script_in_what_people_type_stays_text(server: RoomServer) -> None:
    evil = Participant(
        server, f"Eve {EVIL}", organisation=f'"{EVIL}', together="yes", members=f"{EVIL}\n'onload=x", sector=EVIL
    )
    for page in (evil.get("/").text, evil.get("/me").text, evil.get("/second/end").text):
        assert EVIL not in page and "&lt;script&gt;" in page
    desk = Facilitator(server)
    for page in (desk.get("/").text, desk.get("/live").text):
        assert EVIL not in page and "&lt;script&gt;" in page
    taken = Browser(server.url).submit("/join", {"act": "join", "code": server.code, "name": f"Eve {EVIL}"})
    assert taken.status == 409 and EVIL not in taken.text


def test_too_much_at_once_is_refused(server: RoomServer) -> None:
    person = Participant(server, "Long")
    with pytest.raises((OSError, AssertionError)):
        answer = person.post("/me", {"act": "choices", "reach": "x" * (hosting.LARGEST + 1)})
        assert answer.status == 200
    assert person.get("/me").status == 200


# The facilitator


def test_the_status_page_is_for_this_computer_and_its_key_only(server: RoomServer) -> None:
    person = Participant(server, "Curious")
    for path in ("/live", "/wall", "/act", "/hand-ins.zip", "/enter"):
        assert person.get(path).status == 404, f"{path} is not on the participants' door"
    stranger = Browser(server.desk)
    assert "Who is in" not in stranger.get("/").text
    for path in ("/live", "/wall", "/hand-ins.zip"):
        assert stranger.get(path).status == 403, path
        assert stranger.get(path, Cookie=person.header()).status == 403, path
    assert stranger.submit("/", {"key": "0" * 32}, "/enter").status == 403
    token = stranger.token("/")
    assert stranger.post("/act", {"_xsrf": token, "act": "stop"}).status == 403
    desk = Facilitator(server)
    assert desk.get("/live").status == 200
    assert desk.get("/live", Host="partner.example.org").status == 403
    token = desk.token("/")
    assert desk.post("/act", {"_xsrf": token, "act": "stop"}, Origin="http://evil.example.org").status == 403
    assert desk.post("/act", {"act": "stop"}).status == 403
    sockets = {c.laddr.ip for c in _listening(server) if c.laddr.port == server.desk_port}
    assert sockets == {"127.0.0.1"}


def _listening(server: RoomServer) -> list[Any]:
    import psutil

    assert server.process is not None
    return [c for c in psutil.Process(server.process.pid).net_connections("inet") if c.status == "LISTEN"]


def test_the_status_page_shows_who_is_where_and_how_much_is_saved(server: RoomServer) -> None:
    person = Participant(server, "Wanderer", organisation="Rail & Road")
    desk = Facilitator(server)
    desk.get("/live")
    person.get("/second/end")
    open_home(Place(str(server.home), "kigali").url).save(
        owner(server, "Wanderer"), "first", "list", "a", {"value": "x"}, "1"
    )
    row = desk.get("/live").text.split("Wanderer")[1].split("</tr>")[0]
    assert "Rail &amp; Road" in row and "The end" in row and "<td>1</td>" in row
    assert re.search(r"<strong>[1-9]\d*</strong> saves in the last minute", desk.get("/live").text)
    assert re.search(r"<strong>\d+</strong> MB of memory left", desk.get("/live").text)
    wall = desk.get("/wall").text
    assert server.code in wall and "<svg" in wall and f"{server.url}/" in wall


def test_a_closed_unit_is_not_served(server: RoomServer) -> None:
    person, desk = Participant(server, "Early"), Facilitator(server)
    try:
        desk.act("close", unit="first")
        closed = person.get("/first/needs")
        assert closed.status == 403 and "not open now" in closed.text
        assert person.get("/figures/first/figures/pump.svg").status == 404
        assert "Beginnings" not in person.get("/").text and "first" not in json.loads(person.get("/progress.json").text)
        assert person.get("/second/end").status == 200
    finally:
        desk.act("open", unit="first")
    assert person.get("/first/needs").status == 200


def test_a_lost_return_code_is_replaced_by_the_facilitator(server: RoomServer) -> None:
    person, desk = Participant(server, "Forgetful"), Facilitator(server)
    note = desk.act("return-code", id=owner(server, "Forgetful").id).text
    new = re.search(r"New return code of Forgetful: (\S{4}-\S{4})", note)
    assert new
    device = Browser(server.url)
    old = device.submit("/join", {"act": "back", "back-name": "Forgetful", "return": person.code})
    assert old.status == 403
    assert device.submit("/join", {"act": "back", "back-name": "Forgetful", "return": new[1]}).url == server.url + "/"


def test_two_thousand_people_can_join(server: RoomServer, capsys: pytest.CaptureFixture[str]) -> None:
    import http.client
    from urllib.parse import urlencode

    crowd = Browser(server.url)
    token = crowd.token("/join")
    began = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Cookie": crowd.header(), "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    for n in range(2000):
        form = {"_xsrf": token, "act": "join", "code": server.code, "name": f"Crowd {n}"}
        line.request("POST", "/join", urlencode(form), headers)
        answer = line.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
    line.close()
    took = time.monotonic() - began
    with capsys.disabled():
        print(f"\n2,000 joins in {took:.0f} s")
    late = Participant(server, "Late")
    assert late.get("/second/end").status == 200, "and the next one still gets in"
    assert Facilitator(server).get("/live").text.count("<tr") > 2000


# From start to end


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where a room is kept: a folder, or a PostgreSQL database beside the secret in the user's data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return str(request.getfixturevalue("database")) if request.param == "postgresql" else ""


def test_a_room_is_resumed_after_a_power_cut_and_ends_when_it_is_told_to(tmp_path: Path, store: str) -> None:
    server = room_many.new(tmp_path, store, units=("first",))
    server.start()
    try:
        place = Place(store or str(server.home), "kigali")
        giver = Participant(server, "Giver", organiser="yes")
        taker = Participant(server, "Taker")
        code, key = server.code, server.key
        assert "/second/end" not in giver.get("/").text
        roll = Roll(place.url, "kigali")
        people = {one.name: one.owner for one in roll.people()}
        for name, mine in people.items():
            roll.home.save(mine, "first", "list", "a", {"value": f"answer of {name}"}, "1")
        roll.home.close()
        server.kill()
        server.start()
        assert (server.code, server.key) == (code, key)
        assert "2 participants" in server.said
        assert giver.get("/me").url.endswith("/me") and "first" in giver.get("/me").text
        assert "/second/end" not in giver.get("/").text, "closed units stay closed"
        phone = Browser(server.url)
        phone.submit("/join", {"act": "back", "back-name": "Taker", "return": taker.code})
        assert "answer of Taker" in phone.get("/me/my-answers.json").text
        desk = Facilitator(server)
        assert desk.act("delete", sure="lima").text.count("Nothing was deleted") == 1
        desk.act("delete", sure="kigali")
        assert server.process is not None and server.process.wait(20) == 0
        assert "all its data are deleted" in server.said and not place.folder.exists()
        roll.home.close()
        if store:
            assert roll.people() == [] and roll.home.owners() == []
        roll.home.close()
    finally:
        server.kill()


def test_ctrl_c_keeps_everything_and_leaves_no_kernel(tmp_path: Path) -> None:
    import psutil

    server = room_many.new(tmp_path)
    server.start()
    try:
        Participant(server, "Anna").get("/first/needs")
        assert server.process is not None
        children = psutil.Process(server.process.pid).children(recursive=True)
        os.kill(server.process.pid, signal.SIGINT)
        assert server.process.wait(20) == 0
        assert "Everything of the room is kept" in server.said and "Traceback" not in server.said
        assert not any(child.is_running() and child.status() != "zombie" for child in children)
    finally:
        server.kill()


# Handing in for everybody


def test_everybody_is_handed_in_but_plans_only_by_consent(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'room.db'}"
    roll = Roll(url, "kigali")
    about = roll.keep(hosting.About("kigali", "CDFGHJ", "2026-12-22"))
    for id, name, agreed in (("learner-aaaaaaaaaa", "Amina", ["organiser"]), ("learner-bbbbbbbbbb", "Ben", [])):
        one = roll.join(Joined(id, name, choices=frozenset(agreed)), "x")
        roll.home.save(one.owner, "initiation", "challenge", "problem", {"value": f"plan of {name}"}, "1")
        roll.home.save(one.owner, "initiation", "answer-to-people", "notice", {"value": f"thought of {name}"}, "1")
    roll.join(Joined("learner-cccccccccc", "Chipo"), "x")
    everybody = Everybody(roll, about, b"k", ROOT, url, pages.Site(outline.load(ROOT)))
    known = list(everybody.known.values())
    done = gather.hand_in(everybody, known)
    assert (done.hand_ins, done.people, done.problems) == (2, 2, ())
    file = tmp_path / "all.zip"
    file.write_bytes(gather.export(everybody, known))
    text = {}
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as inner:
                text[name.split("-")[1]] = inner.read("answers.json").decode()
    assert set(text) == {"amina", "ben"}
    assert "plan of Amina" in text["amina"] and "thought of Amina" in text["amina"]
    assert "plan of Ben" not in text["ben"] and "thought of Ben" in text["ben"]
    handed = [one for _name, one in intake.unpack(file)]
    assert [one.problems for one in handed] == [(), ()], "checksums and receipts fit, and 'workbook collect' reads it"
    assert everybody.person(known[0]).site.me == "Amina"
    # who takes their consent back after handing in is heard too
    taken_back = [dataclasses.replace(one, choices=frozenset()) for one in known]
    file.write_bytes(gather.export(everybody, taken_back))
    assert b"plan of Amina" not in file.read_bytes() and len(list(intake.unpack(file))) == 2
    learner.open_home(url).close()  # type: ignore[attr-defined]
    roll.home.close()

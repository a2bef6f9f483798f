"""Attacks on a room, tried against the real server: each fails, and the room goes on for everybody else.

Tried elsewhere, and not again here:

- forged cookies, and cookies replayed after leaving everywhere or "delete mine": ``test_rooms`` (``test_forged_cookies_…``,
  ``test_replayed_cookies_…``); what was deleted is in no file: ``test_deleted_is_deleted``
- guessed return codes run into a wait of that name alone: ``test_guessed_return_codes_run_into_a_wait``
- another person's kernel on WebSocket, REST and goodbye; a WebSocket from a foreign page:
  ``test_two_people_get_kernels_and_answers_of_their_own``; ending a kernel from a foreign page:
  ``test_room.test_another_site_cannot_end_a_kernel``
- one person with many pages: ``test_one_person_cannot_fill_the_server_with_pages``
- forms without token or from a foreign page: ``test_forms_of_another_site_are_refused``; the status page from another
  address, by another host name, from a foreign page, with a participant's cookie or a wrong key:
  ``test_the_status_page_is_for_this_computer_and_its_key_only``
- the secret of a room is readable for its owner only: ``test_a_room_is_opened_once_and_its_secret_is_private``
- files outside the front end: ``test_room.test_nothing_outside_the_front_end_is_found``
- the code is not in any address that a browser asks for: ``browser/test_rooms_browser.py``
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any

import psutil
import pytest
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClosedError

import attacks
import room_many
from apart import run
from attacks import SECRETS, V1, Line, lower, page, raw
from room_many import Browser, Facilitator, Participant, RoomServer, owner
from workbook.answers import Owner, open_home
from workbook.room import messages
from workbook.room.kept import Place
from workbook.room.limits import LARGEST, LEAST, PEOPLE, USUAL

BOTH = pytest.mark.parametrize("protocol", [V1, ""], ids=["v1", "older"])
CUT = (ConnectionError, WebSocketClosedError)
NORMAL = {"LEAST": LEAST, "PEOPLE": PEOPLE, "RUSH": 120, "ONLINE": 90}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomServer]:
    with room_many.running(attacks.room(tmp_path_factory.mktemp("attacked"))) as server:
        yield server


@contextmanager
def lowered(server: RoomServer, **limits: Any) -> Iterator[None]:
    """Other limits for a while."""
    lower(server, **NORMAL | limits)
    time.sleep(0.3)
    yield
    lower(server, **NORMAL)
    time.sleep(0.3)


def stored(server: RoomServer, name: str) -> dict[str, Any]:
    """Everything that somebody has stored in the first unit: exercise to question to value."""
    home = open_home(Place(str(server.home), "kigali").url)
    found = home.load(owner(server, name), "harbour").exercises
    home.close()  # type: ignore[attr-defined]
    return {exercise: {id: answer.value for id, answer in given.items()} for exercise, given in found.items()}


def owners(server: RoomServer) -> set[Owner]:
    home = open_home(Place(str(server.home), "kigali").url)
    found = {Owner(one.id, one.kind) for one in home.owners()}
    home.close()  # type: ignore[attr-defined]
    return found


# What a page may say to its kernel

REQUESTS = (
    "execute_request", "complete_request", "inspect_request", "history_request", "is_complete_request", "connect_request",
    "shutdown_request", "interrupt_request", "kernel_info_request", "debug_request", "usage_request",
    "create_subshell_request", "list_subshell_request", "input_reply", "execute_reply", "no_such_request", "",
)  # fmt: skip


@BOTH
def test_a_page_gets_no_code_run_and_ends_no_kernel(server: RoomServer, tmp_path: Path, protocol: str) -> None:
    canary = tmp_path / "ran"
    code = f"open({str(canary)!r}, 'w').close()"
    content = {"code": code, "silent": False, "cursor_pos": 3, "restart": False, "value": code, "allow_stdin": True}

    async def attack() -> None:
        line = await page(Participant(server, f"Coder {protocol or 'of old'}"), protocol=protocol)
        line.heard_kinds.clear()
        for kind, channel in product(REQUESTS, ("shell", "control", "stdin", "iopub", "hb", "")):
            await line.send(kind, content, channel=channel)
        for channel in ("control", "stdin", "iopub"):
            await line.send(
                "comm_msg",
                {"comm_id": line.form("harbour/counts"), "data": {"method": "request_state"}},
                channel=channel,
            )
        await line.send("comm_info_request", {}, subshell_id="other")
        assert await line.lives()
        assert not {kind for kind in line.heard_kinds if kind.endswith("_reply")}, "nothing was answered"
        line.close()

    run(attack())
    assert not canary.exists() and "UNKNOWN" not in server.said, "the kernel heard nothing of it"


@BOTH
def test_a_page_opens_no_widget_and_calls_nothing_by_name(server: RoomServer, protocol: str) -> None:
    async def attack() -> None:
        line = await page(Participant(server, f"Opener {protocol or 'of old'}"), protocol=protocol)
        before = await line.known()
        model = {
            "_model_name": "TextModel",
            "_model_module": "@jupyter-widgets/controls",
            "_model_module_version": "2.0.0",
        }
        view = {"_view_name": "TextView", "_view_module": "@jupyter-widgets/controls", "_view_module_version": "2.0.0"}
        state = {"data": {"state": model | view, "buffer_paths": []}}
        for target in ("jupyter.widget", "os.system", "matplotlib", "", None, 5, ["jupyter.widget.control"]):
            await line.send("comm_open", {"comm_id": f"mine-{str(target)[:4]}", "target_name": target, **state})
            await line.send("comm_open", {"comm_id": line.form("harbour/counts"), "target_name": target, **state})
        control = {"target_name": messages.CONTROL, "data": {}}
        for id in (None, 7, "", "x" * 101, "a b", {}):
            await line.send("comm_open", {"comm_id": id, **control})
        assert await line.known() == before and await line.lives()
        line.close()

    run(attack())


@BOTH
def test_a_page_sets_nothing_of_a_form_but_where_it_stands(server: RoomServer, protocol: str) -> None:
    evil = {
        "_esm": "window.hacked = 1", "_css": "*{display:none}", "html": "<script>hacked=1</script>", "words": {"saved": "x"},
        "about": {"owner": "other"}, "value": {"which": "broad"}, "owner": "other", "session": {}, "learner": 1, "work": 1,
        "exercise": "harbour/every", "token": "x", "history": {}, "keys": ["a"], "__class__": "x", "comm": None,
    }  # fmt: skip

    async def attack() -> None:
        line = await page(Participant(server, f"Setter {protocol or 'of old'}"), protocol=protocol)
        before = {id: one["state"] for id, one in (await line._all_states()).items()}
        for id in before:
            if "html" not in before[id]:
                continue
            for name, value in evil.items():
                data = {"method": "update", "state": {name: value}, "buffer_paths": []}
                await line.send("comm_msg", {"comm_id": id, "data": data})
            for layout in (5, "IPY_MODEL_nobody", {"a": 1}, None):
                data = {"method": "update", "state": {"layout": layout}, "buffer_paths": []}
                await line.send("comm_msg", {"comm_id": id, "data": data})
        control = {"comm_id": "stray", "target_name": messages.CONTROL, "data": {}}
        await line.send("comm_open", control)
        for method in messages.METHODS[:3]:
            await line.send("comm_msg", {"comm_id": "stray", "data": {"method": method}})
        assert await line.lives()
        after = {id: one["state"] for id, one in (await line._all_states()).items()}
        assert {one["_model_name"] for id, one in after.items() if id not in before} <= {"LayoutModel"}
        assert not any("Traceback" in text or ".py" in text for text in line.printed), "nor learns where it is"
        for id, state in before.items():
            assert {**after[id], "layout": 0} == {**state, "layout": 0}
        line.close()

    run(attack())
    assert stored(server, f"Setter {protocol or 'of old'}") == {}


def test_a_form_stores_answers_of_its_own_questions_for_its_own_person(server: RoomServer) -> None:
    victim = Participant(server, "Victim of forms")
    everybody = owners(server)

    async def attack() -> None:
        line = await page(Participant(server, "Namer"))
        counts = line.form("harbour/counts")
        other = {
            "owner": owner(server, "Victim of forms").id, "kind": "group", "exercise": "every", "unit": "island",
            "home": "/tmp", "alone": True, "session": {"alone": True}, "keys": "/",
        }  # fmt: skip
        answer = await line.ask(counts, t="save", question="which", entries={"which": ["broad"]}, **other)
        assert answer["t"] == "saved"
        strange = (
            "first", "harbour/every/first", "../every/first", "every.first", "needs", "which-self-rating", "", "which.self.self",
            "__class__", "\0",
        )  # fmt: skip
        for question in strange:
            answer = await line.ask(counts, t="save", question=question, entries={"first": ["buy"], "which": ["buy"]})
            assert answer["t"] == "failed", (question, answer)
        unread: tuple[Any, ...] = (5, None, [], {"which": "broad"}, {"which": [1, {}, None]}, {"which": ["no-such"]})
        for entries in unread:
            answer = await line.ask(counts, t="save", question="which", entries=entries)
            assert answer["t"] in ("saved", "refused", "failed"), entries
        plan = line.form("harbour/plan")
        changes: tuple[Any, ...] = (5, {}, {"cells": 5}, {"cells": {"../x.need": ["y"]}}, {"add": [["x", 1]]})
        for change in changes:
            answer = await line.ask(plan, t="save", question="needs", change=change)
            assert answer["t"] == "refused" or answer["at"] is None, (change, answer)
        half = {"t": "save", "question": "reason", "entries": {"reason": ["half \ud800 a pair"]}}
        for said in (5, None, [], "save", {"t": 5}, {"t": "__init__"}, {"t": "_save"}, {"t": ["save"]}, half):
            await line.tell(counts, said)  # type: ignore[arg-type]
        assert await line.lives()
        line.close()

    run(attack())
    mine = stored(server, "Namer")
    assert set(mine) == {"counts"} and set(mine["counts"]) == {"which"}
    assert stored(server, "Victim of forms") == {} and victim.get("/me").status == 200
    namer = owner(server, "Namer")
    assert owners(server) - everybody == {Owner(namer.id, namer.kind)}


def test_nothing_that_a_form_says_holds_keys_of_what_a_trainer_marks(server: RoomServer) -> None:
    person = Participant(server, "Key seeker")
    heard: list[str] = []

    async def attack() -> None:
        line = await page(person)
        heard.append(json.dumps(line.states))
        counts = line.form("harbour/counts")
        (hand_in,) = (
            id for id, one in line.states.items() if one["state"].get("about", {}).get("exercise") == "harbour"
        )

        async def seek() -> None:
            for question in ("which", "reason"):
                for said in ("check", "hint", "uses", "key", "model", "feedback"):
                    for n in (0, 1, -1, 10**9):
                        if said in ("check", "hint", "uses"):
                            await line.tell(counts, {"t": said, "question": question, "n": n, "row": "x", "id": n})
                for given in (["broad"], ["fast"], ["none"]):
                    entries = {question: given, f"{question}.self.need": ["full"]}
                    heard.append(json.dumps(await line.ask(counts, t="save", question=question, entries=entries)))
                    heard.append(json.dumps(await line.ask(counts, t="check", question=question)))
                heard.append(json.dumps(await line.ask(counts, t="save", question=f"{question}.self", entries=entries)))
            heard.append(json.dumps(await line.ask(counts, t="beat", seq=0)))

        await seek()
        assert "marked by your trainer" in heard[-2] + heard[-4] + heard[2]
        heard.append(json.dumps(await line.ask(hand_in, t="hand-in", name="x", sure=True)))
        await seek()
        sent = await line.ask(hand_in, t="file")
        heard.append(base64.b64decode(sent["data"]).decode("latin-1"))
        heard.append(json.dumps(await line._all_states()))
        line.close()

    run(attack())
    heard.append(person.get("/harbour/wishes").text)
    heard.append(person.get("/me/my-answers.json").text)
    assert not [secret for secret in SECRETS if any(secret in text for text in heard)]


def _broken(line: Line) -> Iterator[tuple[bytes | str, bool]]:
    """Frames that no page sends."""
    counts = line.form("harbour/counts")
    header = {"msg_id": "a", "msg_type": "comm_msg", "session": "s", "username": "", "version": "5.3"}
    content: dict[str, Any] = {"comm_id": counts, "data": {"method": "custom", "content": {"t": "beat"}}}
    parts = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    whole, binary = line.packed("shell", parts, [])
    yield "", False
    yield b"", True
    yield "[]", False
    yield "{", False
    yield "null", False
    yield '{"channel": "shell"}', False
    yield b"\xff\xfe\x00", True
    yield bytes(range(256)) * 4, True
    for count in (0, 1, 2, 5, 7, 2**31 - 1, 2**32 - 1, 2**63, 2**64 - 1):
        yield count.to_bytes(8, "little") + bytes(whole if binary else b"")[8:], True
        yield (count % 2**32).to_bytes(4, "big") + b"\0" * 64, True
    if binary:
        assert isinstance(whole, bytes)
        for n in range(1, 8):
            for at in (0, 1, 2**32, 2**64 - 1):
                yield whole[: 8 * n] + at.to_bytes(8, "little") + whole[8 * n + 8 :], True
        yield whole[:-7], True
        yield whole.replace(b'"custom"', b'"\xc3\x28tom"'), True
        yield whole.decode("latin-1"), False
    for name, value in product(parts, ([], 5, None, "x")):
        yield line.packed("shell", {**parts, name: value}, [])
    for wrong in ({"msg_type": 5}, {"msg_type": ["comm_msg"]}, {"msg_id": {}}, {"msg_id": "x" * 5000}, {"more": 1}):
        yield line.packed("shell", {**parts, "header": {**header, **wrong}}, [])
    deep = "[" * 100_000 + "]" * 100_000
    for inside in (deep, "1" * 5000, "[" * 60 + "]" * 60, '{"a":' * 60 + "1" + "}" * 60, "NaN", '"\\ud800"'):
        said, binary = line.packed(
            "shell", {**parts, "content": {**content, "data": {"method": "custom", "content": "HERE"}}}, []
        )
        if isinstance(said, str):
            yield said.replace('"HERE"', inside), False
        else:
            text = json.dumps({"comm_id": counts, "data": {"method": "custom", "content": "HERE"}}).replace(
                '"HERE"', inside
            )
            start = int.from_bytes(said[40:48], "little")
            end = start + len(text)
            yield said[:48] + end.to_bytes(8, "little") + said[56:start] + text.encode(), True
    for paths in (
        [["state"]],
        [[]],
        [[0, 1]],
        [["a", "b"]],
        [["a", "b", "c"]],
        [5],
        5,
        [None],
        [["a", -1]],
        [["a"]] * 50,
    ):
        data = {"method": "update", "state": {"a": [1]}, "buffer_paths": paths}
        for count in (0, 1, messages.BUFFERS + 1, 1000):
            yield line.packed("shell", {**parts, "content": {"comm_id": counts, "data": data}}, [b"x"] * count)


@BOTH
def test_broken_messages_harm_neither_page_nor_kernel(server: RoomServer, protocol: str) -> None:
    async def attack() -> None:
        line = await page(Participant(server, f"Breaker {protocol or 'of old'}"), protocol=protocol)
        sent = 0
        for frame, binary in _broken(line):
            assert line.line is not None
            await line.line.write_message(frame, binary=binary)
            sent += 1
            if sent % 25 == 0:
                assert await line.lives(), f"until frame {sent}"
        assert sent > 80 and await line.lives()
        line.close()

    run(attack())
    assert "no page sends" in server.said and "went wrong on our side" not in server.said


def test_a_session_is_named_in_a_harmless_way(server: RoomServer) -> None:
    async def attack() -> None:
        line = await page(Participant(server, "Session"))
        for session in ("x" * 300, "%00", "a%20b", "%ff", "../x", "%3CIDS%7CMSG%3E"):
            with pytest.raises(HTTPClientError) as refused:
                await line.reach(session)
            assert refused.value.code == 400, session
        assert await line.lives()
        line.close()

    run(attack())


# Too much


@BOTH
def test_ten_megabytes_on_the_line_are_refused_in_words(server: RoomServer, protocol: str) -> None:
    async def attack() -> None:
        other = await page(Participant(server, f"Beside {protocol or 'of old'}"), protocol=protocol)
        line = await page(Participant(server, f"Pasting {protocol or 'of old'}"), protocol=protocol)
        counts = line.form("harbour/counts")
        for size in (250_000, LARGEST, 10_000_000):
            answer = await line.ask(counts, t="save", question="reason", entries={"reason": ["x" * size]})
            assert answer["t"] == "refused" and "too much at once" in answer["message"], size
            assert answer["question"] == "reason"
        assert (await line.ask(counts, t="save", question="reason", entries={"reason": ["in short"]}))["t"] == "saved"
        with suppress(*CUT):
            await line.tell(counts, {"t": "save", "question": "reason", "entries": {"reason": ["x" * 20_000_000]}})
        assert await other.lives(), "others are served"
        with pytest.raises(CUT):
            await line.lives()
        line.close()
        line.line = await line.reach()
        assert await line.lives(), "cut off, and back again"
        line.close()
        other.close()

    run(attack())
    assert stored(server, f"Pasting {protocol or 'of old'}") == {"counts": {"reason": "in short"}}


def test_ten_megabytes_in_a_form_are_refused_in_words(server: RoomServer) -> None:
    person = Participant(server, "Posting")
    token = person.token("/me")
    before = psutil.Process(server.process.pid).memory_info().rss if server.process else 0
    for path in ("/me", "/join", "/nothing", "/harbour/wishes", "/goodbye/00000000-0000-0000-0000-000000000000"):
        body = f"_xsrf={token}&act=choices&reach=".encode() + b"x" * 10_000_000
        status, text = raw(
            server, "POST", path, person.header(), body, Content_Type="application/x-www-form-urlencoded"
        )
        assert status == 413 and "too much at once" in text and "make it shorter" in text, path
    for length in ("64000001", "9" * 30, "-1", "1e3", "٣"):
        with pytest.raises((OSError, AssertionError, UnicodeError)):
            status, _text = raw(server, "POST", "/me", person.header(), b"", Content_Length=length)
            assert status == 200, length
    with pytest.raises((OSError, AssertionError)):  # without saying how long it will be
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        status, _text = raw(server, "POST", "/me", person.header(), chunk * 3, Transfer_Encoding="chunked")
        assert status == 200
    assert person.get("/me").status == 200 and server.process is not None
    assert psutil.Process(server.process.pid).memory_info().rss - before < 40_000_000


# Doors that are none

PATHS = (
    "/api", "/api/contents", "/api/contents/course", "/api/sessions", "/api/terminals", "/api/kernels", "/api/kernelspecs",
    "/api/kernels/{id}/restart", "/api/kernels/{id}/interrupt", "/api/config/x", "/api/me", "/api/status", "/api/spec.yaml",
    "/api/events/subscribe", "/api/nbconvert", "/api/security/csp-report", "/kernelspecs/python3/logo-64x64.png",
    "/files/course/course.json", "/files/build/keys/harbour/counts.json", "/view/x", "/edit/x", "/tree", "/lab", "/login",
    "/logout", "/metrics", "/nbconvert/html/x.ipynb", "/terminals/websocket/1", "/custom/custom.css", "/favicon.ico",
    "/voila", "/voila/render/course/harbour/wishes.ipynb", "/voila/tree", "/voila/files/course/course.json",
    "/voila/files/x.svg", "/voila/static/x", "/voila/templates/lab/static/voila.js", "/voila/api/shutdown/{id}",
    "/voila/api/contents", "/voila/query/x", "/voila/themes/light/index.css", "/static/voila.js", "/static/style/style.min.css",
    "/exercises/harbour/counts.json", "/exercises/harbour/counts.ipynb", "/solutions/harbour/counts.yml",
    "/build/keys/harbour/counts.json", "/build/gradebook.db", "/course/course.json", "/course/harbour/wishes.ipynb",
    "/harbour/wishes.ipynb", "/harbour/wishes.md", "/room.db", "/secret", "/work", "/live", "/act", "/wall", "/hand-ins.zip",
)  # fmt: skip


def test_nothing_of_jupyter_and_no_file_is_served(server: RoomServer) -> None:
    person = Participant(server, "Wandering")
    id = attacks.crowd.KERNEL.findall(person.get("/harbour/wishes").text)[0]
    token = person.token("/me")
    for path in PATHS:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
            body = None if method in ("GET", "HEAD", "OPTIONS") else f"_xsrf={token}".encode()
            status, text = raw(server, method, path.format(id=id), person.header(), body, X_XSRFToken=token)
            assert status in (403, 404, 405), (method, path, status)
            assert not any(secret in text for secret in SECRETS)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        status, _text = raw(server, method, f"/api/kernels/{id}", person.header(), b"", X_XSRFToken=token)
        assert status in (403, 405), method
    assert person.get(f"/api/kernels/{id}", Accept="application/json").status == 200, "the kernel lives on"


UP = (
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..\\",
    "..%5c",
    "%2e%2e%5c",
    "..;/",
    "....//",
    "%252e%252e%252f",
    "..%c0%af",
    "/",
)
WANTED = (
    "build/keys/harbour/counts.json",
    "solutions/harbour/counts.yml",
    "build/gradebook.db",
    "course/course.json",
    "etc/passwd",
)


def test_no_trick_with_a_path_leads_to_a_file(server: RoomServer) -> None:
    person = Participant(server, "Climbing")
    style = re.findall(r'href="(/static/[0-9a-f]+/own/)room\.css"', person.get("/").text)[0]
    starts = ("/", style, "/static/0/built/", "/figures/", "/figures/harbour/figures/", "/harbour/", "/course/", "/me/")
    for start, up, wanted in product(starts, UP, WANTED):
        for times in (1, 3, 8):
            status, text = raw(server, "GET", f"{start}{up * times}{wanted}", person.header())
            assert status in (400, 403, 404), (start, up, times, wanted)
            assert not any(secret in text for secret in (*SECRETS, "root:"))
    for path in (
        "/figures/%00",
        "/figures/a%00.svg",
        f"{style}room.css%00",
        f"{style}%00",
        "/harbour/wishes%00",
        "/%00",
        "//",
        "/figures/harbour",
    ):
        assert raw(server, "GET", path, person.header())[0] in (302, 400, 404), path
    assert raw(server, "GET", f"{style}room.css", person.header())[0] == 200


def test_a_picture_of_a_closed_unit_is_not_reached_through_an_open_one(server: RoomServer) -> None:
    person, desk = Participant(server, "Peeping"), Facilitator(server)
    picture = "figures/palm.svg"
    assert raw(server, "GET", f"/figures/harbour/{picture}", person.header())[0] == 200
    desk.act("close", unit="harbour")
    try:
        for way in (
            "harbour",
            "island/../harbour",
            "./harbour",
            "island/%2e%2e/harbour",
            "/harbour",
            "x/../harbour",
            "island/figures/../../harbour",
        ):
            assert raw(server, "GET", f"/figures/{way}/{picture}", person.header())[0] == 404, way
        assert raw(server, "GET", f"/figures/island/{picture}", person.header())[0] == 200
    finally:
        desk.act("open", unit="harbour")


# A unit that closes


def test_a_page_of_a_unit_that_closes_can_save_no_more(server: RoomServer) -> None:
    person, desk = Participant(server, "Late writer"), Facilitator(server)

    async def attack() -> None:
        line = await page(person)
        counts = line.form("harbour/counts")
        assert (await line.ask(counts, t="save", question="which", entries={"which": ["broad"]}))["t"] == "saved"
        began = time.monotonic()
        await asyncio.to_thread(desk.act, "close", unit="harbour")
        with pytest.raises(CUT):
            while time.monotonic() - began < 5:
                await line.ask(counts, t="save", question="which", entries={"which": ["fast"]})
        assert time.monotonic() - began < 5
        line.close()
        with pytest.raises(HTTPClientError) as gone:
            await line.reach()
        assert gone.value.code == 404
        assert person.get(f"/api/kernels/{line.kernel}", Accept="application/json").status == 404, "the page loads anew"

    try:
        run(attack())
        told = person.get("/harbour/wishes")
        assert told.status == 403 and "not open now" in told.text and "What you saved in it is kept" in told.text
        assert stored(server, "Late writer")["counts"]["which"] == "broad"
    finally:
        desk.act("open", unit="harbour")

    async def again() -> None:
        line = await page(person)
        assert (await line.ask(line.form("harbour/counts"), t="save", question="which", entries={"which": ["none"]}))[
            "t"
        ] == "saved"
        line.close()

    run(again())


# The plain page


def _plain(person: Browser, exercise: str) -> tuple[str, dict[str, str]]:
    """Where an exercise's plain page is, and the hidden fields of its form."""
    for n in range(1, 9):
        where = f"/plain/harbour/wishes/{n}"
        text = person.get(where).text
        hidden = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', text))
        if hidden.get("-exercise") == exercise:
            return where, {name: unescape(value) for name, value in hidden.items()}
    raise AssertionError(f"no plain page of {exercise}")


def test_a_plain_page_stores_only_its_own_questions_and_shows_no_key(server: RoomServer) -> None:
    person, victim = Participant(server, "Plain"), Participant(server, "Plain victim")
    where, hidden = _plain(person, "harbour/counts")
    forged = {
        "owner": owner(server, "Plain victim").id,
        "unit": "island",
        "first": "buy",
        "needs.row.a.need": "x",
        "alone": "1",
    }
    heard = [person.post(where, {**hidden, **forged, "which": "broad", "reason": "mine"}).text]
    for act in (
        "check:which",
        "check:reason",
        "check:first",
        "rows:which",
        "hint:which",
        "key",
        "onward",
        "sure",
        "",
        "x" * 900,
    ):
        heard.append(person.post(where, {**hidden, "which": "fast", "reason": "mine", "-act": act}).text)
    for query in ("check=which&check=reason", "saved=1&rows=which", "file=1", "check=" + "x" * 900, "check=%ff%00"):
        heard.append(person.get(f"{where}?{query}").text)
    for base in (
        "[" * 100_000,
        '{"which": 5}',
        '{"which": {"rows": 1}}',
        "null",
        "\\ud800",
        '{"which": "\\ud800"}',
        "1" * 5000,
    ):
        assert person.post(where, {**hidden, "which": "fast", "reason": "mine", "-base": base}).status in (
            200,
            422,
            503,
        ), base[:30]
    assert person.post(where, {**hidden, "-exercise": "harbour/every", "first": "ask"}).status == 409
    assert person.post(where, {"which": "broad", "-exercise": "harbour/counts"}).status == 403, "no token"
    told = person.post(where, {**hidden, "which": "none"}, Origin="http://evil.example.org")
    assert told.status in (403, 404)
    assert stored(server, "Plain") == {"counts": {"which": "fast", "reason": "mine"}}
    assert stored(server, "Plain victim") == {} and victim.get("/plain/").status == 200
    assert not [secret for secret in SECRETS if any(secret in text for text in heard)]
    for place in (where, "/plain/", "/plain/harbour/wishes"):
        policy = str(victim.get(place).headers["Content-Security-Policy"])
        assert "default-src 'none'" in policy and "script" not in policy and "unsafe" not in policy, (
            "nothing runs there"
        )
        assert Browser(server.url).get(place).url.endswith("/join")


def test_a_plain_page_refuses_too_much_and_broken_worksheets(server: RoomServer) -> None:
    person = Participant(server, "Plain breaker")
    where, hidden = _plain(person, "harbour/plan")
    table = {"needs.row.a.need": "A pump", "needs.row.a.-new": "1"}
    for name in (
        "needs.row..need",
        "needs.row.a.no",
        "needs.row.../x.need",
        "needs.aside.x.as",
        "needs.row.a.need.b",
        "needs.-remove",
    ):
        assert person.post(where, {**hidden, **table, name: "<b>"}).status in (200, 422, 503), name
    many = {f"needs.row.r{n}.need": "x" for n in range(4000)}
    assert person.post(where, {**hidden, **many}).status in (422, 503), "more rows than a worksheet has"
    crowded = person.post(where, {**hidden, **many, **{f"x{n}": "x" for n in range(4000)}})
    assert crowded.status == 400 and "with less at once" in crowded.text
    full = {
        f"needs.row.r{n}.{part}": "1" for n in range(200) for part in ("need", "class", "likely", "worth", "x", "y")
    }
    assert person.post(where, {**hidden, **full}).status in (200, 422), "a full worksheet can be sent"
    long = person.post(where, {**hidden, "needs.row.a.need": "x" * 300_000})
    assert long.status == 422 and "too long to be stored: 300000" in long.text
    body = f"_xsrf={hidden['_xsrf']}&x=".encode() + b"x" * 10_000_000
    status, text = raw(server, "POST", where, person.header(), body, Content_Type="application/x-www-form-urlencoded")
    assert status == 413 and "too much at once" in text
    assert person.get(where).status == 200


def test_a_plain_page_of_a_unit_that_closes_can_save_no_more(server: RoomServer) -> None:
    person, desk = Participant(server, "Plain and late"), Facilitator(server)
    where, hidden = _plain(person, "harbour/counts")
    assert person.post(where, {**hidden, "which": "broad"}).status == 200
    desk.act("close", unit="harbour")
    try:
        late = person.post(where, {**hidden, "which": "fast"})
        assert late.status == 403 and "What you saved in it is kept" in late.text
        assert "harbour" not in person.get("/plain/").text
    finally:
        desk.act("open", unit="harbour")
    assert stored(server, "Plain and late") == {"counts": {"which": "broad"}}


# Codes and cookies


def test_others_come_in_while_somebody_guesses_codes_from_the_same_address(server: RoomServer) -> None:
    bystander = Participant(server, "Next to a guesser")
    stop = threading.Event()
    statuses: list[int] = []
    lasting: list[float] = []

    def guess(n: int) -> None:
        thief = Browser(server.url)
        token = thief.token("/join")
        while not stop.is_set():
            forms = (
                {"act": "join", "code": "CCCCCC", "name": f"Guess {n}"},
                {"act": "back", "back-name": f"Nobody {n}", "return": "CCCC-CCCC"},
            )
            for form in forms:
                began = time.monotonic()
                status = thief.post("/join", {"_xsrf": token, **form}).status
                statuses.append(status)
                if status == 403:
                    lasting.append(time.monotonic() - began)

    guessers = [threading.Thread(target=guess, args=(n,)) for n in range(4)]
    for one in guessers:
        one.start()
    try:
        end = time.monotonic() + 30
        while max(lasting, default=0) < 1.2 and time.monotonic() < end:
            time.sleep(0.05)
        took = []
        for n in range(3):
            began = time.monotonic()
            Participant(server, f"Newcomer {n} beside a guesser")
            took.append(time.monotonic() - began)
        back = Browser(server.url)
        back.submit("/join", {"act": "back", "back-name": "Next to a guesser", "return": bystander.code})
        assert back.get("/me").url.endswith("/me")
        assert min(took) < max(lasting), "guesses wait, and whoever has the right code does not"
    finally:
        stop.set()
        for one in guessers:
            one.join()
    assert set(statuses) <= {403, 429}
    wrong = re.search(r"<strong>(\d+)</strong> wrong codes", Facilitator(server).get("/live").text)
    assert wrong and int(wrong[1]) > USUAL, "the facilitator sees it"


def test_a_cookie_is_worth_nothing_in_another_room_of_the_same_name(tmp_path: Path) -> None:
    server = attacks.room(tmp_path)
    server.start()
    try:
        person, desk = Participant(server, "Replayed"), Facilitator(server)
        old, desk_old, key = person.header(), desk.header(), server.key
        assert Browser(server.url).get("/me", Cookie=old).url.endswith("/me")
        desk.act("delete", sure="kigali")
        assert server.process is not None and server.process.wait(20) == 0
        server.start()
        assert server.key != key
        for name in ("Somebody else", "Replayed"):
            Participant(server, name)
            assert Browser(server.url).get("/me", Cookie=old).url.endswith("/join")
        stranger = Browser(server.desk)
        assert stranger.get("/live", Cookie=desk_old).status == 403
        assert stranger.submit("/", {"key": key}, "/enter").status == 403
    finally:
        server.kill()


# Crowds


def test_machines_that_join_by_the_hundred_keep_nobody_out(server: RoomServer) -> None:
    assert server.process is not None
    Facilitator(server).get("/live")
    before = psutil.Process(server.process.pid).memory_info().rss
    said: list[str] = []

    def join(n: int) -> None:
        machine = Browser(server.url)
        token = machine.token("/join")
        for m in range(60):
            machine.jar.clear()
            machine.post(
                "/join",
                {"act": "join", "code": server.code, "name": f"Machine {n}.{m}", "_xsrf": token},
                Cookie=f"_xsrf={token}",
            )

    machines = [threading.Thread(target=join, args=(n,)) for n in range(5)]
    for one in machines:
        one.start()
    desk = Facilitator(server)
    for n in range(5):
        began = time.monotonic()
        Participant(server, f"Human {n}")
        assert desk.get("/live").status == 200
        said.append(f"{time.monotonic() - began:.1f}")
        assert time.monotonic() - began < 5
    for one in machines:
        one.join()
    live = desk.get("/live").text
    assert "make a new code below" in live and live.count("Machine ") >= 300
    assert psutil.Process(server.process.pid).memory_info().rss - before < 60_000_000
    # the list is full: a newcomer is told whom to ask, who is in stays in, and the facilitator makes room again
    human = Participant(server, "Human who writes")
    home = open_home(Place(str(server.home), "kigali").url)
    home.save(owner(server, "Human who writes"), "harbour", "counts", "reason", {"value": "mine"}, "1")
    with lowered(server, PEOPLE=300, ONLINE=0.1):
        form = {"act": "join", "code": server.code, "name": "One too many"}
        full = Browser(server.url).submit("/join", form)
        assert full.status == 503 and "list of this room is full" in full.text and "facilitator" in full.text
        assert Browser(server.url).submit("/join", {**form, "code": "CCCCCC"}).status == 403, "strangers learn nothing"
        assert human.get("/me").status == 200
        note = desk.act("clear").text
        removed = re.search(r"(\d+) names are removed", note)
        assert removed and int(removed[1]) >= 300, note
        assert Browser(server.url).submit("/join", form).status == 200
    assert human.get("/me").url.endswith("/me") and stored(server, "Human who writes")["counts"]["reason"] == "mine"
    assert desk.get("/live").text.count("Machine ") == 0


def test_short_memory_lets_nobody_new_in_and_loses_nothing(server: RoomServer) -> None:
    person = Participant(server, "Working")

    async def attack() -> None:
        line = await page(person)
        counts = line.form("harbour/counts")
        with lowered(server, LEAST=10**15):
            refused = person.get("/harbour/wishes")
            assert refused.status == 503 and "no memory left" in refused.text and "saved is kept" in refused.text
            newcomer = Browser(server.url).submit("/join", {"act": "join", "code": server.code, "name": "Newcomer"})
            assert newcomer.status == 503 and "no memory left" in newcomer.text
            assert (await line.ask(counts, t="save", question="which", entries={"which": ["broad"]}))["t"] == "saved"
            assert person.get("/island/rest").status == 200, "pages of text need no memory"
            assert person.get("/").status == person.get("/me").status == 200
            assert "Memory runs short" in Facilitator(server).get("/live").text
        assert person.get("/harbour/wishes").status == 200
        assert await line.lives()
        line.close()

    run(attack())
    assert stored(server, "Working")["counts"]["which"] == "broad"


def test_no_code_or_key_is_in_the_log(server: RoomServer) -> None:
    """Runs last: what all attacks before it left in the terminal."""
    person = Participant(server, "Logged")
    code = person.code
    for secret in (code, code.replace("-", "")):
        person.get(f"/me?return={secret}")
        raw(server, "POST", f"/nothing?code={secret}", person.header(), b"")
    assert code not in server.said and code.replace("-", "") not in server.said
    assert not [value for value in person.cookies().values() if value in server.said]
    lines = [line for line in server.said.splitlines() if server.code in line or server.key in line]
    assert len(lines) == 2, "the room's code and the address of the status page, once, for the facilitator"
    assert "127.0.0.1 - -" not in server.said and "GET /" not in server.said, "no request is logged"

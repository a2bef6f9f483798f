"""A room that breaks: the server is killed while people type, phones vanish; and the rehearsal that simulates people."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

import form_sample
import room_many
from apart import run
from room_many import RoomServer
from serving import free_port
from workbook.answers import open_home
from workbook.answers.participants import Roll
from workbook.forms.widget import Form
from workbook.places import Session
from workbook.room import typed
from workbook.room.guest import Guest
from workbook.room.kept import Place
from workbook.room.measured import MOST, Seen, carries, summary
from workbook.room.visitor import many

LESSON, EXERCISE = "/harbour/needs", "harbour/every"
PEOPLE = 40
BACK = 10.0
"""Seconds from the restart until everybody must work again, where nothing else keeps the computer busy."""
PATIENCE = 90.0
"""The same beside other tests: they come back, and how soon says nothing."""


def room(folder: Path, *more: str) -> RoomServer:
    """A room of a course with every kind of question; ``more`` is code that runs before it is served."""
    serve = room_many.SERVE.replace("session =", "".join(f"{line}\n" for line in more) + "session =", 1)
    return room_many.new(folder, course=form_sample.build, serve=serve)


@asynccontextmanager
async def guests(server: RoomServer, people: int) -> AsyncIterator[list[Guest]]:
    """So many who have joined."""
    many()
    made = [Guest(server.url, name=f"Guest {n}", code=server.code) for n in range(people)]
    try:
        await asyncio.gather(*(one.join() for one in made))
        yield made
    finally:
        for one in made:
            one.vanish()
        await asyncio.sleep(0.2)  # lines take a moment to close


def stored(server: RoomServer) -> dict[str, str]:
    """What the database holds of everybody's own words, by name."""
    url = Place(str(server.home), "kigali").url
    home, roll = open_home(url), Roll(url, "kigali")
    found = {}
    for one in roll.people():
        found[one.name] = home.load(one.owner, "harbour").of("every").get("why", "")
    roll.home.close()
    return found


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def below(server: RoomServer) -> list[psutil.Process]:
    assert server.process is not None
    return psutil.Process(server.process.pid).children(recursive=True)


async def eventually(check: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (found := await asyncio.to_thread(check)) and time.monotonic() < end:
        await asyncio.sleep(0.1)
    return bool(found)


# The server is killed


@pytest.mark.parametrize(
    "most", [pytest.param(PATIENCE, id="busy"), pytest.param(BACK, id="quiet", marks=pytest.mark.soak)]
)
def test_a_server_killed_while_forty_type_loses_nothing_that_it_acknowledged(
    tmp_path: Path, most: float, capsys: pytest.CaptureFixture[str]
) -> None:
    server = room(tmp_path)
    server.start()
    typed_by: dict[str, int] = {}
    acknowledged: dict[str, list[tuple[float, int]]] = {}
    over = asyncio.Event()

    async def typist(one: Guest) -> None:
        chance = random.Random(one.name)
        while not over.is_set():
            n = typed_by[one.name] = typed_by.get(one.name, 0) + 1
            entries = {"why": [f"Families carry water every single day {n}"]}
            answer = await one.save(EXERCISE, {"t": "save", "question": "why", "entries": entries})
            assert answer["t"] == "saved", answer
            acknowledged.setdefault(one.name, []).append((time.monotonic(), n))
            await asyncio.sleep(chance.uniform(0.4, 0.8))

    async def drama(all: list[Guest], typing: list[asyncio.Task[None]]) -> float:
        await asyncio.sleep(5)
        assert len(acknowledged) == PEOPLE, "everybody types"
        old = below(server)
        assert len(old) >= PEOPLE
        assert server.process is not None
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert await eventually(lambda: not alive(old), 15), "a kernel of the old server lives on"
        before = {name: saves[-1][1] for name, saves in acknowledged.items()}
        found = await asyncio.to_thread(stored, server)
        assert not [name for name, n in before.items() if int(found[name].split()[-1]) < n], "acknowledged and lost"
        await asyncio.to_thread(server.start)
        answering = time.monotonic()
        await eventually(lambda: all_back(answering), PATIENCE)
        over.set()
        await asyncio.gather(*typing)
        return max(next(at for at, _n in saves if at > answering) for saves in acknowledged.values()) - answering

    def all_back(since: float) -> bool:
        return sum(any(at > since for at, _n in saves) for saves in acknowledged.values()) == PEOPLE

    async def play() -> float:
        async with guests(server, PEOPLE) as all:
            await asyncio.gather(*(one.enter(LESSON) for one in all))
            typing = [asyncio.create_task(typist(one)) for one in all]
            return await drama(all, typing)

    try:
        took = run(play(), 180)
        found = stored(server)
        lost = {
            name: saves[-1][1] for name, saves in acknowledged.items() if int(found[name].split()[-1]) != saves[-1][1]
        }
        assert not lost, (lost, found)
        with capsys.disabled():
            count = sum(len(saves) for saves in acknowledged.values())
            print(f"\n{count} saves acknowledged, none lost; all {PEOPLE} back {took:.1f} s after the restart")
        assert took <= most
        assert "Traceback" not in server.said
    finally:
        server.kill()


@pytest.mark.parametrize("home", ["sqlite:///room.db", "answers"])
def test_what_forks_kernels_has_loaded_all_that_their_first_page_needs(tmp_path: Path, home: str) -> None:
    """After a power cut all pages are asked for at once: what each kernel has to load itself takes them twice the time."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom workbook.room import forkserver\n"
        "root = Path(sys.argv[1])\nforkserver.prepare(root)\nbefore = set(sys.modules)\n"
        "from workbook.places import Session\nfrom workbook.learner.work import Work, learner\n"
        "session = Session(root=root, home=sys.argv[2], owner='amina')\n"
        "work, me = Work('harbour/every', session), learner(session)\n"
        "[work.state(question, 'w') for question in work.questions.values()], work.surface('w'), work.banner()\n"
        "me.home.save(me.owner, 'harbour', 'every', 'word', {'value': 'stakeholders'}, '')\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    root = form_sample.build(tmp_path / "course")
    words = [sys.executable, "-c", code, str(root), home]
    told = {**os.environ, "WORKBOOK_HOME": home, "WORKBOOK_ROOT": str(root)}
    done = subprocess.run(words, cwd=tmp_path, env=told, check=True, capture_output=True, encoding="utf-8")
    assert done.stdout.split() == []


def test_phones_that_vanish_leave_no_kernel_after_the_grace(tmp_path: Path) -> None:
    server = room(tmp_path, "kernels.GRACE = 2")
    server.start()

    async def play() -> None:
        async with guests(server, 3) as all:
            for _n in range(5):
                for one in all:
                    await one.enter(LESSON)
                    one.vanish()
            await all[0].enter(LESSON)
            assert '"kernels": 1}' not in await all[0].get("/health"), "they are kept for who comes back"

            def one_left() -> bool:
                import urllib.request

                with urllib.request.urlopen(server.url + "/health", timeout=10) as answer:
                    return b'"kernels": 1}' in answer.read()

            assert await eventually(one_left, 10)
            assert len([one for one in below(server) if os.getsid(one.pid) == one.pid]) == 1, "one process each"
            answer = await all[0].save(EXERCISE, {"t": "save", "question": "word", "entries": {"word": ["still"]}})
            assert answer["t"] == "saved", "the page that is open works on"

    try:
        run(play())
    finally:
        server.kill()


# Simulated participants


def test_simulated_participants_answer_every_kind_of_question(tmp_path: Path) -> None:
    root = form_sample.build(tmp_path / "course")
    session, seen = Session(root=root, home=str(tmp_path / "home"), owner="amina"), set()
    for exercise in ("every", "counts", "plan"):
        form = Form(f"harbour/{exercise}", session)
        for asked in typed.questions(form.html):
            for message in typed.saves(asked, random.Random(7)):
                seen.add(asked.kind)
                assert form._save(message)["t"] == "saved", message
        assert set(form.value) == set(form.work.questions)
    assert len(seen) == 11


def test_how_many_people_a_computer_carries() -> None:
    seen = Seen(40, joined=[0.1], opened=[1.0, 2.0], before=4_300_000_000)
    seen.weigh([20_000_000] * 40, 40_000_000, 3_000_000_000)
    assert carries(seen) == 100, "forty pages came within 2 s, so a hundred come within 5"
    seen.opened = [0.1]
    assert carries(seen) == 198, "memory for so many, and 300 MB left"
    seen.before = 10**12
    assert carries(seen) == MOST, "more is not promised"
    seen.before = 200_000_000
    assert carries(seen) == 0
    seen.opened = []
    assert carries(seen) == 0
    assert summary(seen)[-2:] == ["Nothing went wrong.", "It was stopped before the end."]
    seen.opened, seen.troubles = [0.5], ["a", "b", "b"]
    assert "- b (2 times)" in summary(seen) and "- a (once)" in summary(seen)
    assert "It was stopped before the end." in summary(seen)


def rehearse(folder: Path, *words: str) -> subprocess.Popen[str]:
    root = folder / "course"
    if not root.exists():
        form_sample.build(root)
    ports = ["--port", str(free_port()), "--status-port", str(free_port())]
    command = [
        sys.executable,
        "-m",
        "workbook",
        "room",
        "rehearse",
        "--home",
        str(folder),
        "--no-browser",
        *ports,
        *words,
    ]
    told = {**os.environ, "WORKBOOK_ROOT": str(root), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def test_a_rehearsal_tells_how_it_went_and_leaves_nothing(tmp_path: Path) -> None:
    with rehearse(tmp_path, "--people", "3", "--keep") as process:
        said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
    assert "3 of 3 participants came in; 3 pages were opened." in said
    assert re.search(r"\n\d+ answers were saved: acknowledged after 0\.\d\d s", said)
    assert re.search(r"Memory: \d\d? MB for each participant, \d+ MB for all 3 .* Free: \d+ MB before", said)
    assert "Nothing went wrong." in said and "seems to carry" in said
    place = Place(str(tmp_path), "room-rehearsal")
    roll = Roll(place.url, "room-rehearsal")
    assert [one.name for one in roll.people()] == ["Guest 1", "Guest 2", "Guest 3"]
    assert all(roll.home.load(one.owner, "harbour").exercises for one in roll.people())
    roll.home.close()
    with rehearse(tmp_path, "--people", "1") as process:
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 2 and "is kept from before" in said, "what is kept is not deleted by the next one"
    (place.folder / "rehearsal").touch()  # as after a power cut in the middle of one
    with rehearse(tmp_path, "--people", "1") as process:
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 0 and "1 of 1 participants" in said, said
    assert not place.folder.exists()


def test_ctrl_c_ends_a_rehearsal_in_good_order(tmp_path: Path) -> None:
    with rehearse(tmp_path, "--people", "4", "--name", "lima") as process:
        started: list[psutil.Process] = []
        while len(started) < 3 and process.poll() is None:  # what makes kernels, and the first pages' kernels
            time.sleep(0.02)
            started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=30)[0]
    assert process.returncode == 0, said
    assert "Traceback" not in said and "It was stopped before the end." in said and "Nothing went wrong." in said
    assert not (tmp_path / "rooms" / "lima-rehearsal").exists() and not alive(started)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["room", "--people", "3"], "belong to a rehearsal"),
        (["room", "rehearse", "--people", "0"], "from 1 to 200"),
        (["room", "rehearse", "--delete"], "leave out --delete"),
        (["room", "reherse"], "Did you mean 'rehearse'?"),
    ],
)
def test_what_a_rehearsal_cannot_do_is_said(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    from workbook.cli import main

    try:
        code = main(words)
    except SystemExit as end:
        code = end.code
    assert code == 2 and told in capsys.readouterr().err


# Forms beside each other


def test_forms_beside_each_other_are_no_other_window(tmp_path: Path) -> None:
    root = form_sample.build(tmp_path / "course")
    session = Session(root=root, home=str(tmp_path / "home"), owner="amina")
    plan, every = Form("harbour/plan", session), Form("harbour/every", session)
    for n in range(3):
        assert every._save({"t": "save", "question": "word", "entries": {"word": [f"a{n}"]}})["t"] == "saved"
        change = {"cells": {"row1.need": [f"Ice {n}"]}, "add": [], "remove": [], "move": [], "aside": {}}
        answer = plan._save({"t": "save", "question": "needs", "change": change})
        assert answer["t"] == "saved" and not [one for one in answer["changed"] if one["note"]], answer["changed"]
    other = Form("harbour/plan", session)
    other._save({"t": "save", "question": "needs", "change": {**change, "cells": {"row2.need": ["A pump"]}}})
    answer = plan._save({"t": "save", "question": "needs", "change": {**change, "cells": {"row3.need": ["Nets"]}}})
    assert [one["note"] for one in answer["changed"] if one["question"] == "needs"] == ["elsewhere"]

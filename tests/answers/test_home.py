"""What every home promises, tried on each sort of home."""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workbook.answers import Home, Owner, open_home, safe, safe_id
from workbook.errors import WorkbookError

from .conftest import ANNA, BEN, TABLE3

V = "v1"
U = "initiation"


def test_empty(home: Home) -> None:
    assert home.load(ANNA, U).exercises == {}
    assert home.seq(ANNA, U) == 0
    assert home.units(ANNA) == [] and home.owners() == []
    home.delete(ANNA)


def test_a_saved_answer_is_there_for_another_program(home: Home, spec: str) -> None:
    saved = home.save(ANNA, U, "partners", "mix", {"value": "needs"}, V)
    home.save(ANNA, U, "partners", "why", {"value": 'Ünïcode "quotes" \\ \x00 العربية 😀'}, "v2")
    other = open_home(spec)
    answers = other.load(ANNA, U)
    assert answers.values() == {"partners": {"mix": "needs", "why": 'Ünïcode "quotes" \\ \x00 العربية 😀'}}
    first = answers.exercises["partners"]["mix"]
    assert (first.seq, first.at, first.version) == (saved.seq, saved.at, "v1")
    assert answers.seq == other.seq(ANNA, U) == saved.seq + 1
    assert answers.since(saved.seq) == [("partners", "why")]
    assert answers.notices == ()
    other.close() if hasattr(other, "close") else None


def test_later_save_wins_by_question(home: Home) -> None:
    for value in ("a", "b", None, "c"):
        home.save(ANNA, U, "partners", "mix", {"value": value}, V)
        home.save(ANNA, U, "partners", "other", {"value": f"kept beside {value}"}, V)
    assert home.load(ANNA, U).of("partners") == {"mix": "c", "other": "kept beside c"}


def test_owners_and_units_are_kept_apart(home: Home) -> None:
    for owner in (ANNA, BEN, TABLE3, Owner("table-3")):
        for unit in (U, "building-blocks"):
            home.save(owner, unit, "e", "q", {"value": f"{owner.kind} {owner.id} {unit}"}, V)
    for owner in (ANNA, BEN, TABLE3, Owner("table-3")):
        assert home.units(owner) == ["building-blocks", U]
        assert home.load(owner, U).of("e") == {"q": f"{owner.kind} {owner.id} {U}"}
        assert home.seq(owner, U) == 1
    found = home.owners()
    assert set(found) == {ANNA, BEN, TABLE3, Owner("table-3")}
    assert {(o.id, o.kind): o.label for o in found}[("table-3", "group")] == "Table 3"
    assert home.load(Owner("table-3", "group"), U).owner.label == "Table 3"
    home.delete(ANNA)
    assert home.units(ANNA) == [] and home.seq(ANNA, U) == 0
    assert set(home.owners()) == {BEN, TABLE3, Owner("table-3")}
    assert home.load(TABLE3, U).of("e")


def test_the_person_of_a_home(home: Home, spec: str) -> None:
    me = home.me()
    assert home.me() == me and safe(me.id)
    assert home.rename(me, "José").label == "José"
    again = open_home(spec)
    assert (again.me().id, again.me().label) == (me.id, "José")
    again.save(Owner("me"), U, "e", "q", {"value": "mine"}, V)
    answers = again.load(Owner("me"), U)
    assert answers.owner.id == me.id and answers.owner.label == "José"
    assert home.load(me, U).of("e") == {"q": "mine"}
    assert home.seq(me, U) == home.seq(Owner("me"), U) == 1
    again.close() if hasattr(again, "close") else None


def test_two_windows_on_one_table(home: Home, spec: str) -> None:
    left, right = home, open_home(spec)
    left.save(ANNA, U, "partners", "t", {"add": [["r1", None], ["r2", "r1"]], "cells": [["r1", "name", "A"]]}, V)
    seen = right.load(ANNA, U).seq
    left.save(ANNA, U, "partners", "t", {"cells": [["r1", "name", "Left"], ["r2", "name", "B"]]}, V)
    right.save(ANNA, U, "partners", "t", {"cells": [["r1", "sector", "un"]], "add": [["r3", "r1"]]}, V)
    left.save(ANNA, U, "partners", "t", {"remove": ["r2"]}, V)
    right.save(ANNA, U, "partners", "t", {"cells": [["r2", "name", "too late"]]}, V)
    answers = left.load(ANNA, U)
    assert answers.since(seen) == [("partners", "t")]
    answer = answers.exercises["partners"]["t"]
    assert answer.value["rows"] == [
        {"id": "r1", "cells": {"name": "Left", "sector": "un"}},
        {"id": "r3", "cells": {}},
    ]
    assert answer.removed == {"r2": {"name": "too late"}}
    right.close() if hasattr(right, "close") else None


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "", "A", "a b", "x" * 200, "con\x00"])
def test_names_from_outside_cannot_leave_the_home(home: Home, name: str) -> None:
    for place in ((name, "e", "q"), (U, name, "q"), (U, "e", name)):
        with pytest.raises(WorkbookError):
            home.save(ANNA, *place, {"value": 1}, V)
    with pytest.raises(WorkbookError):
        home.load(ANNA, name)
    with pytest.raises(WorkbookError):
        Owner(name) if name != "a" else None


@pytest.mark.parametrize("id", ["Anna", "anna ", "a/b", ".a", "a.", "con", "nul.txt", "é", "x" * 65])
def test_an_owner_needs_a_safe_name(id: str) -> None:
    with pytest.raises(WorkbookError):
        Owner(id)
    assert safe(safe_id(id)) and safe_id(id) == safe_id(id)


def test_safe_ids_differ_where_names_differ() -> None:
    names = ["Anna", "anna", "ANNA", "Änna", "анна", "安娜", "", "anna@x.org", "anna x.org"]
    assert len({safe_id(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "change",
    [
        {}, {"value": 1, "cells": []}, {"wrong": 1}, {"value": float("nan")}, {"value": {1, 2}},
        {"value": "x" * 5_000_001},
        {"cells": [["r1", "c"]]}, {"cells": [["../r", "c", 1]]}, {"add": ["r1"]}, {"remove": [1]}, {"move": [["r", 1]]},
        {"aside": []}, {"value": {"rows": [{"cells": {}}]}}, {"value": {"rows": [{"id": "a"}, {"id": "a"}]}},
    ],
)  # fmt: skip
def test_a_malformed_change_is_refused_and_changes_nothing(home: Home, change: dict[str, object]) -> None:
    home.save(ANNA, U, "e", "q", {"value": "before"}, V)
    with pytest.raises(WorkbookError):
        home.save(ANNA, U, "e", "q", change, V)
    assert home.load(ANNA, U).of("e") == {"q": "before"}
    assert home.seq(ANNA, U) == 1


def test_half_a_character_does_no_harm(home: Home) -> None:
    home.save(ANNA, U, "e", "q", {"value": "half \ud83d here"}, V)
    assert home.load(ANNA, U).of("e") == {"q": "half ? here"}


def _write(spec: str, who: str, n: int) -> None:
    home = open_home(spec)
    for i in range(n):
        home.save(ANNA, U, "shared", f"{who}-{i % 5}", {"value": i}, V)
        home.save(ANNA, U, "shared", "table", {"cells": [[f"{who}{i}", "c", i]]}, V)


def test_two_processes_at_once_lose_nothing(home: Home, spec: str) -> None:
    n = 30
    work = multiprocessing.get_context("spawn")
    writers = [work.Process(target=_write, args=(spec, who, n)) for who in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    answers = home.load(ANNA, U)
    assert answers.seq == 4 * n
    found = answers.of("shared")
    assert {k: v for k, v in found.items() if k != "table"} == {
        f"{w}-{i % 5}": i for w in "ab" for i in range(n - 5, n)
    }
    rows = {row["id"]: row["cells"] for row in found["table"]["rows"]}
    assert rows == {f"{w}{i}": {"c": i} for w in "ab" for i in range(n)}


def test_threads_of_one_program_lose_nothing(home: Home) -> None:
    errors: list[BaseException] = []

    def write(who: str) -> None:
        try:
            for i in range(15):
                home.save(ANNA, U, "e", f"{who}{i}", {"value": i}, V)
        except BaseException as error:  # reported by the main thread
            errors.append(error)

    threads = [threading.Thread(target=write, args=(who,)) for who in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert home.seq(ANNA, U) == 60 and len(home.load(ANNA, U).of("e")) == 60


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_home_works_after_a_fork(home: Home) -> None:
    home.save(ANNA, U, "e", "before", {"value": 1}, V)
    child = os.fork()
    if child == 0:
        try:
            home.save(ANNA, U, "e", "child", {"value": 2}, V)
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    home.save(ANNA, U, "e", "after", {"value": 3}, V)
    assert home.load(ANNA, U).of("e") == {"before": 1, "child": 2, "after": 3}


WRITER = """
import sys
from workbook.answers import Owner, open_home
home = open_home(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    i = int(line)
    home.save(Owner("anna"), "initiation", "e", f"q{i % 7}", {"value": str(i) * 400}, "v")
    home.save(Owner("anna"), "initiation", "t", "t", {"cells": [[f"r{i}", "c", i]]}, "v")
    print(i, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_killed_while_writing_keeps_every_acknowledged_save(home: Home, spec: str) -> None:
    """A program saves without pause and is killed without warning, again and again, at ever other moments."""
    n = 0
    for round in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, spec], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert writer.stdin and writer.stdout
        assert writer.stdout.readline() == "ready\n"
        feed = "".join(f"{i}\n" for i in range(n, n + 4000))

        def pour(pipe: object = writer.stdin, feed: str = feed) -> None:
            with contextlib.suppress(ValueError, OSError):
                pipe.write(feed)  # type: ignore[attr-defined]

        pouring = threading.Thread(target=pour)
        pouring.start()
        last = n - 1
        for _ in range(8 + 7 * round):
            last = int(writer.stdout.readline())
        killer = threading.Timer(0.0007 * (round * 3 % 7), writer.kill)
        killer.start()
        for line in writer.stdout:
            last = int(line) if line.endswith("\n") else last
        writer.wait(20)
        pouring.join(20)
        assert writer.returncode == -signal.SIGKILL
        writer.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            writer.stdin.close()
        answers = home.load(ANNA, U)
        assert answers.notices == ()
        rows = {row["id"]: row["cells"] for row in answers.of("t")["t"]["rows"]}
        assert all(rows[f"r{i}"] == {"c": i} for i in range(last + 1))
        values = answers.of("e")
        for q in range(7):
            newest = max((i for i in range(last + 1) if i % 7 == q), default=None)
            stored = values.get(f"q{q}")
            if newest is not None:
                # The one save that was under way may be there too.
                assert stored in {str(newest) * 400, str(newest + 7) * 400}
        n = last + 1
    assert home.save(ANNA, U, "e", "q0", {"value": "still works"}, V).seq > 2 * n


def test_a_clock_that_jumps_does_no_harm(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbook.answers import document

    for time, value in (("2030-01-01T00:00:00Z", "first"), ("2001-01-01T00:00:00Z", "second")):
        monkeypatch.setattr(document, "now", lambda time=time: time)
        home.save(ANNA, U, "e", "q", {"value": value}, V)
    answer = home.load(ANNA, U).exercises["e"]["q"]
    assert (answer.value, answer.at, answer.seq) == ("second", "2001-01-01T00:00:00Z", 2)


def test_default_home_is_in_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbook.answers import default_home

    checkout = Path(__file__).parents[2]
    for value in (str(tmp_path / "data"), "relative", ""):
        monkeypatch.setenv("XDG_DATA_HOME", value)
        found = default_home()
        assert found.is_absolute() and found.name == "partnering-workbook"
        assert checkout not in found.parents and Path.cwd() not in found.parents

"""The benches can be run by name, and their table says what it should. No time is asserted here."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"


@pytest.fixture(autouse=True)
def bench_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))


NAMES = sorted(file.stem.removeprefix("bench_") for file in BENCH.glob("bench_*.py"))


def test_every_promise_has_its_bench() -> None:
    assert set(NAMES) >= {"answers", "build", "form", "imports", "marking", "page", "start"}
    assert importlib.import_module("run").names() == NAMES, "a bench without run() would never be run"


@pytest.mark.parametrize("name", NAMES)
def test_a_bench_runs_without_being_told_more(name: str) -> None:
    run = importlib.import_module(f"bench_{name}").run
    parameters = inspect.signature(run).parameters.values()
    assert all(p.default is not p.empty or p.kind is p.VAR_POSITIONAL for p in parameters)
    assert inspect.signature(run).return_annotation == "list[Row]"


def test_the_table_shows_ratio_and_target() -> None:
    measure = importlib.import_module("measure")
    rows = [
        measure.Row("marking", 2.0, 31.0, "s", ratio_least=8),
        measure.Row("too heavy", 1_600_000, 5_200_000, "bytes", most=1_500_000),
        measure.Row("memory", 43.6, 38.8, "MB", above_most=10),
        measure.Row("outside", 0, 2, most=0),
        measure.Row("no promise", 0.5, 0.25, "s"),
        measure.Row("not measured", 3.0, None, "s", most=4),
    ]
    lines = [line.split() for line in measure.table(rows).splitlines()]
    assert lines[0] == ["ours", "stock", "ratio", "target"]
    assert lines[1] == ["marking", "2", "s", "31", "s", "15.5", "ratio", "≥", "8", "met"]
    assert lines[2] == ["too", "heavy", "1,600", "kB", "5,200", "kB", "3.2", "≤", "1,500", "kB", "MISSED"]
    assert lines[3] == ["memory", "43.6", "MB", "38.8", "MB", "0.9", "≤", "stock", "+", "10", "MB", "met"]
    assert lines[4] == ["outside", "0", "2", "–", "≤", "0", "met"]
    assert lines[5] == ["no", "promise", "0.5", "s", "0.25", "s", "0.5"]
    assert lines[6] == ["not", "measured", "3", "s", "–", "–", "≤", "4", "s", "met"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"ratio_least": 8}, False),
        ({"ratio_least": 2}, True),
        ({"most": 4}, False),
        ({"most": 5}, True),
        ({"above_most": 1}, True),
        ({}, True),
    ],
)
def test_a_target_is_met_or_missed(given: dict[str, float], kept: bool) -> None:
    assert importlib.import_module("measure").Row("it", 5, 10, **given).kept is kept


def test_an_unknown_bench_is_said_at_once() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / "run.py"), "marking", "nonsense"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 2 and done.stdout == ""
    assert "no bench 'nonsense'" in done.stderr and "page" in done.stderr


def test_medians_are_taken_in_turn() -> None:
    said: list[str] = []
    ours, stock = iter([3.0, 1.0, 2.0]), iter([30.0, 10.0, 20.0])

    def next_of(times: Iterator[float], name: str) -> float:
        said.append(name)
        return next(times)

    found = importlib.import_module("measure").side_by_side(lambda: next_of(ours, "a"), lambda: next_of(stock, "b"))
    assert found == (2.0, 20.0) and said == list("ababab")

"""How long one save takes, beside the least any program could need: write, fsync, rename, fsync of the folder.

    python bench/bench_answers.py [saves] [database URL …]

The unit is filled first with the answers of a diligent learner (about 100 kB): the figures are those of a workshop's
last hour, not of an empty file.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workbook.answers import Home, Owner, open_home

ME = Owner("bench")
UNIT = "initiation"


def main(saves: int = 200, *urls: str) -> None:
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as place:
        folder = Path(place)
        homes = {"folder": str(folder / "home"), "sqlite": f"sqlite:///{folder / 'room.db'}"}
        homes |= {url.partition(":")[0]: url for url in urls}
        ready = {name: filled(open_home(spec)) for name, spec in homes.items()}
        size = (folder / "home" / "people" / ME.id / UNIT / "answers.json").stat().st_size
        data = b"x" * size
        print(f"{saves} saves into a unit of {size / 1000:.0f} kB; times in ms")
        floor = show("bare write and fsync", times(lambda i: bare(folder, data), saves))
        for name, home in ready.items():
            ratio = show(f"{name}: one word", times(lambda i, home=home: word(home, i), saves)) / floor
            show(f"{name}: one cell", times(lambda i, home=home: cell(home, i), saves))
            show(f"{name}: load the unit", times(lambda i, home=home: home.load(ME, UNIT), saves))
            show(f"{name}: heartbeat", times(lambda i, home=home: home.seq(ME, UNIT), saves))
            print(f"  a save takes {ratio:.1f} times the bare write")


def filled(home: Home) -> Home:
    for exercise in range(24):
        for question in range(4):
            change = {"value": f"{exercise} {question} " * 60}
            home.save(ME, UNIT, f"exercise-{exercise}", f"question-{question}", change, "v")
        cells = [[f"r{row}", f"column-{column}", "some words in a cell"] for row in range(8) for column in range(6)]
        home.save(ME, UNIT, f"exercise-{exercise}", "table", {"cells": cells}, "v")
    return home


def word(home: Home, i: int) -> None:
    home.save(ME, UNIT, "exercise-7", "question-1", {"value": f"answer {i}"}, "v")


def cell(home: Home, i: int) -> None:
    home.save(ME, UNIT, "exercise-7", "table", {"cells": [[f"r{i % 8}", "column-1", f"words {i}"]]}, "v")


def bare(folder: Path, data: bytes) -> None:
    with (folder / "new").open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    (folder / "new").replace(folder / "old")
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def times(act: Callable[[int], object], n: int) -> list[float]:
    found = []
    for i in range(n):
        start = time.perf_counter()
        act(i)
        found.append((time.perf_counter() - start) * 1000)
    return found


def show(what: str, found: list[float]) -> float:
    """Print median and 95th percentile; returns the median."""
    median, p95 = statistics.median(found), statistics.quantiles(found, n=20)[-1]
    print(f"  {what:32} median {median:8.2f}   p95 {p95:8.2f}")
    return median


if __name__ == "__main__":
    main(*[int(arg) if arg.isdecimal() else arg for arg in sys.argv[1:]])  # type: ignore[arg-type]

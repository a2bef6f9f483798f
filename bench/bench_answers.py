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

from measure import Row, table
from workbook.answers import Home, Owner, open_home

ME = Owner("bench")
UNIT = "initiation"


def run(saves: int = 150, *urls: str) -> list[Row]:
    """Medians of many saves, in ms; in the place of stock stands the bare write of a file of the same size."""
    with tempfile.TemporaryDirectory(prefix="wb-bench-") as place:
        folder = Path(place)
        homes = {"folder": str(folder / "home"), "sqlite": f"sqlite:///{folder / 'room.db'}"}
        homes |= {url.partition(":")[0]: url for url in urls}
        ready = {name: filled(open_home(spec)) for name, spec in homes.items()}
        size = (folder / "home" / "people" / ME.id / UNIT / "answers.json").stat().st_size
        data = b"x" * size
        rows = []
        for name, home in ready.items():
            acts = {"one word": lambda i, home=home: word(home, i), "one cell": lambda i, home=home: cell(home, i)}
            for what, act in acts.items():
                pairs = [(milliseconds(act, i), milliseconds(lambda i: bare(folder, data), i)) for i in range(saves)]
                mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
                about = f"saving {what}, {name} of {size / 1000:.0f} kB (beside: write, fsync)"
                rows.append(Row(about, mine, theirs, "ms", most=200))
    return rows


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


def milliseconds(act: Callable[[int], object], i: int) -> float:
    start = time.perf_counter()
    act(i)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    print(table(run(int((sys.argv[1:] or ["150"])[0]), *sys.argv[2:])))

"""Hand-ins that somebody made to earn points, to harm the trainer's computer, or to stop the run: a corpus.

Every answer in them is wrong, so any point that one of them earns is stolen. ``WORDS`` of a case is what the trainer is
told of it, by ``workbook collect`` or beside the marks; a case without words is simply taken as what it honestly holds.
"""

from __future__ import annotations

import io
import json
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbook.answers import handin

UNIT = "harbour"
WRONG = {
    "nets": {"first": "buy"},
    "boats": {"which": "fast"},
    "sums": {"many": "3", "why": "because", "who": {"rows": []}},
}
RIGHT = {"nets": "ask", "boats": "broad", "sums": "12"}
CANARY = "workbook-was-here"
"""No file of this name may ever exist."""
SCRIPT = f"</script><script>alert('{CANARY}')</script><img src=x onerror=alert(1)>{{{{7*7}}}}$\\alpha$[x](javascript:alert(1))"
CODE = f"""
import os, pathlib, sqlite3, glob
for place in (pathlib.Path.cwd(), pathlib.Path.home(), pathlib.Path('/tmp')):
    (place / '{CANARY}').write_text('x')
for up in [pathlib.Path.cwd(), *pathlib.Path.cwd().parents]:
    for keys in glob.glob(str(up / 'build/keys/**/*.json'), recursive=True):
        (up / '{CANARY}').write_text(open(keys).read())
    for book in glob.glob(str(up / '**/gradebook.db'), recursive=True):
        sqlite3.connect(book).execute('update grade set auto_score = 99, manual_score = 99').connection.commit()
"""


def answers(id: str, values: Any = None, **more: Any) -> dict[str, Any]:
    """What a learner with this id hands in: wrong answers, unless told."""
    values = WRONG if values is None else values
    exercises = {
        name: {"version": "", "answers": {q: {"value": v, "version": "", "at": "2026-02-01T10:00:00Z"} for q, v in given.items()}}
        for name, given in values.items()
    }  # fmt: skip
    data = {"what": handin.WHAT, "format": 1, "unit": UNIT, "owner": {"id": id, "kind": "person", "label": ""}}
    return {**data, "at": "2026-02-01T10:00:00Z", "course": "", "exercises": exercises, "referred": {}, **more}


def signed(data: dict[str, Any]) -> bytes:
    """With the right checksum: whoever can write the file can write that, too."""
    return json.dumps({**data, "sha256": handin.checksum(data)}).encode()


def good(id: str, **more: Any) -> bytes:
    return signed(answers(id, **more))


def one(id: str, exercise: str, question: str, value: Any) -> bytes:
    """Wrong answers but this one, which is strange."""
    return good(id, values={**WRONG, exercise: {**WRONG[exercise], question: value}})


def archive(*members: tuple[str, bytes], mode: int = 0o644, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", how) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same name twice is the point
        for name, data in members:
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            made.writestr(member, data, how)
    return whole.getvalue()


def patched(data: bytes, at: int, value: bytes, mark: bytes = b"PK\x01\x02") -> bytes:
    """A zip with other bytes in its (last) directory entry."""
    place = data.rfind(mark) + at
    return data[:place] + value + data[place + len(value) :]


def nested(id: str, depth: int) -> bytes:
    data = archive(("answers.json", good(id)))
    for _n in range(depth):
        data = archive(("x.zip", data))
    return data


def multiplied(id: str) -> bytes:
    """Every entry of the directory points to the same compressed megabytes."""
    data = archive(*((f"{n:03}/answers.json", b"") for n in range(200)))
    whole = archive(("000/answers.json", b"[" + b" " * 9_000_000))
    start = whole.rfind(b"PK\x01\x02")
    entry, end = whole[start : whole.rfind(b"PK\x05\x06")], data[data.rfind(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"000/answers.json", b"%03d/answers.json" % n) for n in range(200))
    return whole[:start] + entries + end[:12] + struct.pack("<II", len(entries), start) + b"\0\0"


def deep(depth: int) -> Any:
    value: Any = "x"
    for _n in range(depth):
        value = [value]
    return value


def raw(id: str, old: str, new: str) -> bytes:
    """Signed answers in which a text is exchanged, for what JSON from Python cannot say; the checksum is made to fit."""
    text = json.dumps({**answers(id), "sha256": "?" * 64}).replace(old, new)
    found = json.loads(text)
    return text.replace("?" * 64, handin.checksum(found)).encode()


def everywhere(value: Any, text: str) -> Any:
    """Every free text of a hand-in becomes this one."""
    if isinstance(value, dict):
        kept = ("what", "format", "unit", "id", "kind", "at", "sha256")
        return {k: v if k in kept else everywhere(v, text) for k, v in value.items()}
    return (
        [everywhere(v, text) for v in value] if isinstance(value, list) else text if isinstance(value, str) else value
    )


Make = Callable[[str], bytes]
Z = lambda make: lambda id: archive(("answers.json", make(id)))  # noqa: E731  what most send: one file in a zip

ZIPS: dict[str, tuple[Make, str]] = {
    "no zip at all": (lambda id: b"hello", "the zip file is broken"),
    "empty file": (lambda id: b"", "the zip file is broken"),
    "cut in the middle": (lambda id: archive(("answers.json", good(id)))[:-40], "the zip file is broken"),
    "wrong checksum of a member": (lambda id: archive(("answers.json", good(id)), how=0).replace(b"buy", b"ask", 1), "cannot be unpacked"),
    "unknown compression": (lambda id: patched(archive(("answers.json", good(id))), 10, b"\x63\0"), "cannot be unpacked"),
    "encrypted": (lambda id: patched(archive(("answers.json", good(id))), 8, b"\x01"), "protected by a password"),
    "bomb": (lambda id: archive(("answers.json", b"0" * 60_000_000)), "larger than 10 MB"),
    "bomb that lies about its size": (lambda id: patched(archive(("answers.json", b"[" + b" " * 60_000_000)), 24, b"\x0a\0\0\0"), "cannot be unpacked|is broken"),
    "bomb in a bomb": (lambda id: archive(*((f"{n}.zip", archive(("answers.json", b" " * 9_000_000))) for n in range(150))), "more in the zip than"),
    "one content under many names": (multiplied, "is broken|cannot be unpacked|more in the zip than"),
    "too many files": (lambda id: archive(*((f"{n}", b"") for n in range(20_001))), "more than 20000 files"),
    "zips in zips without end": (lambda id: nested(id, 9), ""),
    "path up": (lambda id: archive((f"../../../{CANARY}/answers.json", good(id))), "name is not safe"),
    "path up on Windows": (lambda id: archive((f"..\\..\\{CANARY}\\answers.json", good(id))), "name is not safe"),
    "absolute path": (lambda id: archive((f"/tmp/{CANARY}/answers.json", good(id))), "name is not safe"),
    "drive": (lambda id: archive(("C:\\x\\answers.json", good(id))), "name is not safe"),
    "other computer": (lambda id: archive(("\\\\server\\share\\answers.json", good(id))), "name is not safe"),
    "link": (lambda id: archive(("answers.json", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777), "it is a link"),
    "device": (lambda id: archive(("answers.json", good(id)), mode=stat.S_IFCHR | 0o666), ""),
    "twice": (lambda id: archive(("answers.json", good(id)), ("answers.json", good(id, values={}))), "is in it 2 times"),
    "receipt of another": (lambda id: archive(("answers.json", good(id)), ("receipt.json", b'{"sha256": "00"}')), "receipt belongs to other"),
    "receipt that is a bomb": (lambda id: archive(("answers.json", good(id)), ("receipt.json", b"[" * 9_000_000)), ""),
    "control characters in names": (lambda id: archive((f"\x1b[2J\x07\u202e{id}\n/../answers.json", good(id))), "name is not safe"),
    "name of sixty thousand letters": (lambda id: archive(("a/" * 30_000 + "answers.json", good(id))), ""),
    "NUL in a name": (lambda id: archive(("answers.json", good(id))).replace(b"answers.json", b"answers\0json"), ""),
    "program before the zip": (lambda id: b"#!/bin/sh\ntouch /tmp/" + CANARY.encode() + b"\n" + archive(("answers.json", good(id))), ""),
    "own gradebook and settings": (lambda id: archive(("answers.json", good(id)), ("nbgrader_config.py", CODE.encode()), ("sitecustomize.py", CODE.encode()), ("gradebook.db", b"x"), ("boats.ipynb", notebook(CODE)), ("timestamp.txt", b"1999-01-01")), ""),
}  # fmt: skip
ANSWERS: dict[str, tuple[Make, str]] = {
    "empty": (lambda id: b"", "is empty"),
    "not UTF-8": (lambda id: good(id).decode().encode("utf-16"), "is broken"),
    "brackets without end": (lambda id: b"[" * 1_000_000, "is broken"),
    "a value five thousand deep": (lambda id: good(id).replace(b'"fast"', b"[" * 5000 + b"]" * 5000), "is broken"),
    "a value nine hundred deep": (lambda id: one(id, "boats", "which", deep(900)), "cannot be used|is broken"),
    "three million lists": (lambda id: good(id).replace(b'"fast"', b"[" + b"[]," * 3_000_000 + b"[]]"), "changed after they were handed in"),
    "nine million letters": (lambda id: one(id, "sums", "why", "w " * 4_500_000), ""),
    "a hundred thousand rows": (lambda id: one(id, "sums", "who", {"rows": [{"id": f"r{n}", "cells": {"name": "x"}} for n in range(100_000)]}), "cannot be used"),
    "rows that are no rows": (lambda id: one(id, "sums", "who", {"rows": [1, None, {"id": 5}, {"cells": []}]}), "cannot be used"),
    "NaN": (lambda id: one(id, "sums", "many", float("nan")), "cannot be used"),
    "Infinity": (lambda id: one(id, "sums", "many", float("inf")), "cannot be used"),
    "a number beyond all": (lambda id: raw(id, '"3"', "1e999"), "cannot be used"),
    "five thousand digits": (lambda id: good(id).replace(b'"3"', b"9" * 5000), "is broken"),
    "text that is nearly right": (lambda id: one(id, "boats", "which", "broad\u200b"), "cannot be used"),
    "every option at once": (lambda id: one(id, "boats", "which", ["broad", "fast", "none"]), "cannot be used"),
    "an object that acts": (lambda id: one(id, "boats", "which", {"__class__": "str", "__reduce__": ["os.system", f"touch /tmp/{CANARY}"]}), "cannot be used"),
    "true for an answer": (lambda id: one(id, "boats", "which", True), "cannot be used"),
    "key twice, right one first": (lambda id: raw(id, '"value": "fast"', '"value": "broad", "value": "fast"'), "says some things twice"),
    "exercises twice": (lambda id: raw(id, '"course": ""', '"course": "", "exercises": {}'), "says some things twice"),
    "half characters": (lambda id: one(id, "sums", "why", "\ud800x\udfff"), ""),
    "forged scores": (lambda id: signed({**answers(id), "score": 99, "points": 99, "scores": {"boats": {"which": 2}}, "exercises": {n: {**e, "score": 99, "earned": 99, "answers": {q: {**a, "score": 99, "points": 99, "right": True} for q, a in e["answers"].items()}} for n, e in answers(id)["exercises"].items()}}), ""),
    "forged checksum": (lambda id: good(id)[:-70] + good("other")[-70:], "changed after they were handed in"),
    "changed afterwards": (lambda id: good(id).replace(b'"2026-02-01T10:00:00Z", "course"', b'"2026-02-01T10:00:01Z", "course"'), "changed after they were handed in"),
    "exercise with a path": (lambda id: good(id, values={f"../../../{CANARY}": {"x": "y"}, "..\\keys": {"which": "broad"}, **WRONG}), ""),
    "question of another exercise": (lambda id: good(id, values={**WRONG, "nets": {"first": "buy", "which": "broad"}}), "not in this version"),
    "questions named like machinery": (lambda id: good(id, values={**WRONG, "boats": {"__proto__": "broad", "constructor": "broad", "which": "fast"}}), "not in this version"),
    "script in every field": (lambda id: signed(everywhere(answers(id), SCRIPT) | {"owner": {"id": id, "kind": "person", "label": SCRIPT}}), "cannot be used"),
    "formulas in every field": (lambda id: signed(everywhere(answers(id), "=cmd|'/c calc'!A1") | {"owner": {"id": id, "kind": "person", "label": "=cmd|'/c calc'!A1"}}), "cannot be used"),
    "name that moves the cursor": (lambda id: good(id, owner={"id": id, "kind": "person", "label": "\x1b[2J\x07\u202eAnna\r\n"}), ""),
    "name of a hundred thousand letters": (lambda id: good(id, owner={"id": id, "kind": "person", "label": "A" * 100_000}), ""),
    "from the year 2099": (lambda id: good(id, at="2099-01-01T00:00:00Z"), "lies in the future"),
    "time that is none": (lambda id: good(id, at="٢٠٢٦-02-01T10:00:00Z"), "time of the hand-in is missing"),
    "unit is a path": (lambda id: good(id, unit="../../build/keys/harbour"), "names no unit"),
    "unit that is not there": (lambda id: good(id, unit="no-such-unit"), "there is no unit"),
    "unit is a list": (lambda id: good(id, unit=["harbour"]), "names no unit"),
    "newer format": (lambda id: good(id, format=99), "newer edition"),
    "format is a word": (lambda id: good(id, format="1"), "newer edition"),
    "exercises are a list": (lambda id: good(id, exercises=["boats"]), "There are no answers in it"),
    "answers are a text": (lambda id: good(id, exercises={"boats": {"answers": "broad"}}), "are broken and were left out"),
    "rows it refers to are wrong": (lambda id: good(id, referred={"a/b/c": "rows", "d": [1, {"id": 1}]}), "are broken and were left out"),
    "another's group": (lambda id: good(id, owner={"id": id, "kind": "trainer", "label": ""}), ""),
}  # fmt: skip
PATHS: dict[str, tuple[dict[str, Any], str]] = {
    "id is a path": ({"id": f"../../../{CANARY}", "kind": "person", "label": ""}, "id is missing or unusual"),
    "id is a device of Windows": ({"id": "nul", "kind": "person", "label": ""}, "id is missing or unusual"),
    "id is a list": ({"id": ["anna"], "kind": "person", "label": ""}, "id is missing or unusual"),
    "owner is a text": ("anna", "id is missing or unusual"),
}  # type: ignore[dict-item]


def notebook(code: str, **more: Any) -> bytes:
    """A notebook whose score cells have code and forged results, as if it were the released one."""
    cells = []
    for id, points in (("score-which", 2), ("score-first", 1), ("evil", 99)):
        meta = {"nbgrader": {"grade": True, "grade_id": id, "locked": False, "points": 1000, "schema_version": 3, "solution": True, "task": False}, "tags": []}  # fmt: skip
        out = {"output_type": "execute_result", "data": {"text/plain": str(points)}, "execution_count": 1, "metadata": {}}  # fmt: skip
        cells.append({"cell_type": "code", "id": id, "metadata": meta, "source": code, "outputs": [out], "execution_count": 1})  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "score": 99}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


Place = Callable[[Path, str], object]
PLACED: dict[str, tuple[Place, str]] = {
    "code and forged results in a notebook": (lambda f, id: f.joinpath("boats.ipynb").write_bytes(notebook(CODE)), "changed in the notebook|cells of its own"),
    "notebook of a million brackets": (lambda f, id: f.joinpath("boats.ipynb").write_bytes(b"[" * 1_000_000), "could not be read"),
    "notebook of 25 MB": (lambda f, id: f.joinpath("boats.ipynb").write_bytes(notebook("x" * 25_000_000)), "larger than 20 MB"),
    "no notebook": (lambda f, id: f.joinpath("boats.ipynb").unlink(), "was missing"),
    "notebook with a name of its own": (lambda f, id: f.joinpath("mine.ipynb").write_bytes(notebook(CODE)), ""),
    "notebook is a link to the key": (lambda f, id: (f.joinpath("boats.ipynb").unlink(), f.joinpath("boats.ipynb").symlink_to(f.parents[3] / "build/keys/harbour/boats.json")), "could not be read|was missing"),
    "answers are a link to another's": (lambda f, id: (f.joinpath("answers.json").unlink(), f.joinpath("answers.json").symlink_to(f.parents[1] / "honest" / UNIT / "answers.json")), "answers.json is missing|cannot be opened|link|by honest"),
    "another's answers in this folder": (lambda f, id: f.joinpath("answers.json").write_bytes(signed(answers("honest", {**WRONG, "boats": {"which": "broad"}}))), "handed in by honest"),
    "time file that is none": (lambda f, id: f.joinpath("timestamp.txt").write_bytes(b"\xff'; drop table grade; --"), ""),
    "time file of the year zero": (lambda f, id: f.joinpath("timestamp.txt").write_text("0000-00-00 99:99:99 UTC"), ""),
    "keys and settings beside it": (lambda f, id: [f.joinpath(n).write_text(CODE) for n in ("nbgrader_config.py", "sitecustomize.py", "boats.json", "conftest.py")], ""),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """``id``: the learner, who has a case of their own. ``file``: where it lies, or the folder placed by hand."""

    name: str
    id: str
    words: str
    file: Path


def cases(downloads: Path) -> Iterator[Case]:
    """Write everything that comes as a file into ``downloads``."""
    downloads.mkdir(parents=True, exist_ok=True)
    number = 0
    for name, (make, words) in [*ZIPS.items(), *((n, (Z(m), w)) for n, (m, w) in ANSWERS.items())]:
        number += 1
        file = downloads / f"case-{number:03}.zip"
        file.write_bytes(make(file.stem))
        yield Case(name, file.stem, words, file)
    for name, (owner, words) in PATHS.items():
        number += 1
        file = downloads / f"case-{number:03}.zip"
        file.write_bytes(archive(("answers.json", good("x", owner=owner, course=file.stem))))
        yield Case(name, "", words, file)
    odd = downloads / "odd\x1b[2J\nname"  # a folder
    odd.mkdir()
    (odd / "answers.json").write_bytes(b"{")
    yield Case("folder name that moves the cursor", "", "answers.json is broken", odd)
    for name, make_it, words in (("pipe", os.mkfifo, "it is no ordinary file"), ("folder", Path.mkdir, "")):
        there = downloads / f"strange-{name}"
        there.mkdir()
        make_it(there / "answers.json")
        make_it(there / "x.zip")
        yield Case(f"{name}s for files", "", words, there)
    loop = downloads / "loop"
    loop.symlink_to(downloads, target_is_directory=True)
    yield Case("folder that leads to itself", "", "", loop)


def placed(submitted: Path, released: Path) -> Iterator[Case]:
    """Folders that a trainer copied into nbgrader's folder by hand."""
    for number, (name, (spoil, words)) in enumerate(PLACED.items(), 1):
        folder = submitted / f"placed-{number:02}" / UNIT
        folder.mkdir(parents=True)
        for file in released.glob("*.ipynb"):
            (folder / file.name).write_bytes(file.read_bytes())
        (folder / "answers.json").write_bytes(good(folder.parent.name))
        spoil(folder, folder.parent.name)
        yield Case(name, folder.parent.name, words, folder)

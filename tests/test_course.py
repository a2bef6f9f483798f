"""The course itself: no mistakes, every right answer earns full marks, nothing private reaches a learner."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from whole import course
from workbook import author, content, marking, release
from workbook.content.quality import private_texts, public_texts
from workbook.kinds import BY_NAME
from workbook.model import Exercise
from workbook.places import Session

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def whole() -> content.Content:
    return course()


@pytest.fixture(scope="module")
def private(whole: content.Content) -> list[tuple[str, str]]:
    """Texts of 25 characters or more that only trainers may see, unless a learner may read them elsewhere."""
    public = "\n".join(public_texts(whole))
    texts = [(id, t) for e in whole.exercises.values() for id, t in private_texts(e) if t not in public]
    assert len(texts) > 100
    return texts


def test_check_finds_nothing() -> None:
    assert [str(problem) for problem in author.check(ROOT)] == []


def test_derived_files_are_in_step(whole: content.Content) -> None:
    assert release.drift(ROOT, release.files(whole), committed=True) == []


def test_build_gives_the_same_bytes_twice(whole: content.Content) -> None:
    assert release.files(content.load(ROOT)) == release.files(whole)


def questions(whole: content.Content) -> Iterator[tuple[Exercise, Any]]:
    for exercise in whole.exercises.values():
        for question in exercise.questions:
            yield exercise, question


def test_right_samples_earn_all_points_and_wrong_ones_less(whole: content.Content) -> None:
    marked = 0
    for exercise, question in questions(whole):
        if question.key is None:
            continue
        samples = BY_NAME[question.kind].samples(question.ask, question.key)
        assert samples.right and samples.wrong, (exercise.id, question.id)
        for value in samples.right:
            found = marking.mark(question, value)
            assert found is not None and found.fraction == 1, (exercise.id, question.id, value)
        for value in samples.wrong:
            found = marking.mark(question, value)
            assert found is not None and found.fraction < 1, (exercise.id, question.id, value)
        marked += not question.taken
    assert marked > 80


def test_blank_earns_nothing_and_own_plans_have_no_points(whole: content.Content) -> None:
    for exercise, question in questions(whole):
        assert all(not s.earned for s in marking.question_scores(question, None)), (exercise.id, question.id)
        if question.own_plan:
            assert marking.question_scores(question, None) == ()


def test_both_units_have_what_was_promised(whole: content.Content) -> None:
    kinds = {(e.unit, q.kind) for e, q in questions(whole)}
    for unit, least in (("building-blocks", 10), ("initiation", 24)):
        mine = [e for e in whole.exercises.values() if e.unit == unit]
        assert len(mine) >= least
        assert {kind for u, kind in kinds if u == unit} == set(BY_NAME)
        assert {e.purpose for e in mine} >= {"practice", "marked"}


def public_files() -> Iterator[tuple[str, bytes]]:
    for folder in release.COMMITTED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def leaks(data: bytes, private: list[tuple[str, str]]) -> list[str]:
    """Private texts in ``data``, whether it holds them plainly, escaped for HTML or escaped for JSON."""
    held = data.decode("utf-8", "replace")
    held += html.unescape(held)
    if "\\" in held:
        said = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), held)
        held += said.replace('\\"', '"').replace("\\n", " ")
    words = held.split()
    held, pairs = " ".join(words), set(pairwise(words))  # pairs: a quick look before the thorough one, for thousands
    return [
        f"{id}: {text[:60]}"
        for id, text in private
        if pairs.issuperset(inner_pairs(text)) and " ".join(text.split()) in held
    ]


@cache
def inner_pairs(text: str) -> frozenset[tuple[str, str]]:
    """Neighbours among a text's words, without the first and the last, which may stick to something else."""
    return frozenset(pairwise(text.split()[1:-1]))


def test_nothing_private_in_public_folders(private: list[tuple[str, str]]) -> None:
    for name, data in public_files():
        assert leaks(data, private) == [], name


def test_a_leak_would_be_found(private: list[tuple[str, str]]) -> None:
    for id, text in private:
        for way in (
            json.dumps({"x": text}, ensure_ascii=False),
            json.dumps({"x": text}),
            f"<b>{html.escape(text)}</b>",
            f'x"{text}.',
        ):
            assert leaks(way.encode(), [(id, text)]), text


def keys(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield name
            yield from keys(value)
    elif isinstance(data, list):
        for value in data:
            yield from keys(value)


def test_no_key_by_structure() -> None:
    for path in sorted((ROOT / "exercises").glob("*/*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["purpose"] != "practice":
            for question in data["questions"]:
                assert not {"key", "rubric", "model"} & set(question), path.name
                assert "points" not in set(keys(question.get("checks", []))), path.name


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(into), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(into.glob("*.whl"))


def test_nothing_private_in_the_wheel(wheel: Path, private: list[tuple[str, str]]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [PurePosixPath(name) for name in archive.namelist()]
        assert not [n for n in names if "solutions" in n.parts or "keys" in n.parts]
        assert PurePosixPath("workbook/static/form.js") in names
        for name in archive.namelist():
            assert leaks(archive.read(name), private) == [], name


@pytest.fixture(scope="module")
def built() -> None:
    author.build(ROOT)


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("alone", [False, True], ids=["cohort", "alone before hand-in"])
def test_nothing_private_in_any_form(
    tmp_path: Path, private: list[tuple[str, str]], alone: bool, whole: content.Content
) -> None:
    from workbook.forms import Form

    for id, exercise in whole.exercises.items():
        form = Form(id, Session(ROOT, str(tmp_path / "home"), alone=alone))
        sent: list[Any] = []
        form.send = sent.append  # what would go to the browser; the widget itself is real
        for question in exercise.questions:
            for kind in ("check", "hint"):
                form._receive(form, {"t": kind, "id": 1, "question": question.id, "n": 0}, [])
        shown = json.dumps([form.get_state(), sent], default=str, ensure_ascii=False)
        assert sent and leaks(shown.encode(), private) == [], id
        form.close()

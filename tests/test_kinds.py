"""Every kind keeps the contract of kinds/base.py: all kinds, all questions of asks.py, all samples."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asks import ASKS, CASES, KEYED, every_case, ids_of, keyed_case, read_ask
from drawn import Form
from workbook.content.exercise import read_question
from workbook.content.source import read_yaml
from workbook.fields import release, specs
from workbook.kinds import BY_NAME, KINDS, Malformed, Place, controls
from workbook.kinds.texts import LONGEST
from workbook.model import Question

DOCS = Path(__file__).parent.parent / "docs" / "kinds.md"
QUICK = settings(max_examples=30, deadline=None)


def draw(kind: Any, ask: Any, value: Any, mode: str = "form") -> Form:
    place = Place(name="first-question", id="x-first-question", mode=mode, described="x-help")
    return Form(controls(kind.name)(ask, value, place))


def values(kind: Any, ask: Any, key: Any) -> list[Any]:
    samples = kind.samples(ask, key)
    return [*samples.right, *samples.wrong]


# The contract


def test_every_kind_has_questions_of_all_sorts() -> None:
    for kind in KINDS:
        assert len(ASKS.get(kind.name, ())) >= 3, f"write three questions of kind {kind.name} in asks.py"
        assert BY_NAME[kind.name] is kind
        assert kind.summary.endswith(".")
        if kind.key_type is not None:
            assert any("key" in fields for fields in ASKS[kind.name])


def test_fields_of_kinds_do_not_collide_with_fields_of_questions() -> None:
    taken = {spec.name for spec in specs(Question)} | {"key"}
    for kind in KINDS:
        asked = {spec.name for spec in specs(kind.ask_type)}
        assert not asked & taken, f"{kind.name}: {asked & taken} would be read twice"


def test_keys_are_for_trainers_only() -> None:
    for case in KEYED:
        _kind, _ask, key, _found = case.values
        assert release(key, private=False) == {}
        assert release(key, private=True) != {}


@every_case
def test_the_questions_have_no_mistakes(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    assert found == []


@every_case
def test_a_released_question_reads_back_the_same(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    data = json.loads(json.dumps(release(ask, private=True) | ({"key": release(key, private=True)} if key else {})))
    assert read_ask(kind, data) == (ask, key, [])


@every_case
def test_samples(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    samples = kind.samples(ask, key)
    assert samples.right and samples.malformed
    for value in samples.right:
        assert kind.parse(ask, value) == value
        assert kind.complete(ask, value)
    for value in samples.wrong:
        assert kind.parse(ask, value) == value
    for raw, value in samples.typed:
        assert kind.parse(ask, raw) == value
    for raw in samples.malformed:
        with pytest.raises(Malformed) as refused:
            kind.parse(ask, raw)
        assert 10 < len(str(refused.value)) < 300
        assert str(refused.value).endswith(".")


@keyed_case
def test_marks_of_samples(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    samples = kind.samples(ask, key)
    assert samples.wrong
    for value in samples.right:
        assert kind.mark(ask, key, value).fraction == 1
    for value in samples.wrong:
        assert 0 <= kind.mark(ask, key, value).fraction < 1
    for value in [*samples.right, *samples.wrong]:
        notes = kind.mark(ask, key, value).notes
        assert notes and any(note.right is not True for note in notes) == (value not in samples.right)


@every_case
def test_parsing_is_idempotent_and_survives_json(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    for value in values(kind, ask, key):
        stored = json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8"))
        assert kind.parse(ask, kind.parse(ask, stored)) == value


@every_case
def test_blank(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    assert kind.parse(ask, None) is None
    assert kind.parse(ask, kind.gather(ask, {})) is None
    assert not kind.complete(ask, None)
    for mode in ("form", "plain"):
        entries = draw(kind, ask, None, mode).entries("first-question")
        assert kind.parse(ask, kind.gather(ask, entries)) is None


@every_case
@pytest.mark.parametrize("mode", ["form", "plain"])
def test_what_is_drawn_comes_back(kind: Any, ask: Any, key: Any, found: list[str], mode: str) -> None:
    for value in values(kind, ask, key):
        entries = draw(kind, ask, value, mode).entries("first-question")
        assert kind.parse(ask, kind.gather(ask, entries)) == value


@every_case
@pytest.mark.parametrize("mode", ["form", "plain"])
def test_every_control_has_a_name_and_every_row_is_a_group(
    kind: Any, ask: Any, key: Any, found: list[str], mode: str
) -> None:
    for value in (None, *values(kind, ask, key)[:2]):
        form = draw(kind, ask, value, mode)
        assert form.controls
        assert len(set(form.ids)) == len(form.ids)
        for control in form.controls:
            if control.get("type") == "hidden":
                continue
            named = (control.get("aria-labelledby") or "").split()
            assert set(named) <= set(form.ids)
            assert named or form.labels.get(str(control["id"])) or control.get("aria-label"), control
            for id in (control.get("aria-describedby") or "x-help").split():
                assert id in [*form.ids, "x-help"]
        assert all(form.groups)
        if len(form.radios) > 1:
            assert sorted(chain(*form.radios.values())) == list(range(1, len(form.groups) + 1))


@every_case
def test_paper_has_nothing_to_click_and_shows_the_answer(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    blank = controls(kind.name)(ask, None, Place(name="q", id="q", mode="paper"))
    assert not Form(blank).controls
    assert not re.search(r"<(input|select|textarea|button|label|fieldset)\b", blank)
    for value in values(kind, ask, key):
        filled = controls(kind.name)(ask, value, Place(name="q", id="q", mode="paper"))
        assert Form(filled) and filled != blank


@every_case
def test_readable(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    for value in values(kind, ask, key):
        text = kind.readable(ask, value)
        assert text.strip() and "<b>" not in text.replace(str(value), "")


def test_every_kind_has_a_section_in_the_docs() -> None:
    heads = re.findall(r"^## (\S+)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert heads == [kind.name for kind in KINDS]


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_the_example_in_the_docs_is_right(name: str, tmp_path: Path) -> None:
    section = DOCS.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    example = re.findall(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[0]
    file = tmp_path / "example.yml"
    file.write_text(example, encoding="utf-8")
    node = read_yaml(file, "example.yml").node()
    question = read_question(node.at(0))
    assert node.problems.found == []
    assert question.kind == name
    for part in ("*Stored:*", "*Marked:*", "*On paper:*"):
        assert part in section


# Hostile input

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


@every_case
@QUICK
@given(data=st.data())
def test_any_input_is_parsed_or_refused(kind: Any, ask: Any, key: Any, found: list[str], data: Any) -> None:
    known = st.sampled_from([*ids_of(ask), "1", "2", "fitting"])
    near = st.dictionaries(known, known | JUNK, max_size=5) | st.lists(known | JUNK, max_size=5)
    raw = data.draw(JUNK | near)
    try:
        value = kind.parse(ask, raw)
    except Malformed:
        return
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
    assert kind.parse(ask, value) == value
    if value is not None:
        assert kind.readable(ask, value).strip()
        assert kind.complete(ask, value) in (True, False)
        if key is not None:
            assert 0 <= kind.mark(ask, key, value).fraction <= 1


@every_case
@QUICK
@given(data=st.data())
def test_any_entries_are_gathered(kind: Any, ask: Any, key: Any, found: list[str], data: Any) -> None:
    names = st.sampled_from(["", "confirm", *ids_of(ask)]) | st.text(max_size=5)
    entries = data.draw(st.dictionaries(names, st.lists(st.text(max_size=5), max_size=3) | JUNK, max_size=5))
    try:
        kind.parse(ask, kind.gather(ask, entries))
    except Malformed as refused:
        assert str(refused)


@every_case
def test_ten_million_characters_are_refused_with_a_short_message(
    kind: Any, ask: Any, key: Any, found: list[str]
) -> None:
    huge = "9" * 10_000_000
    for raw in filter(None, (huge, [huge], dict.fromkeys(ids_of(ask)[:1], huge), {huge: huge})):
        with pytest.raises(Malformed) as refused:
            kind.parse(ask, raw)
        assert len(str(refused.value)) < 300


@pytest.mark.parametrize("name", ["short-text", "long-text"])
def test_texts_are_kept_up_to_the_limit(name: str) -> None:
    kind, ask, _key, _found = next(c.values for c in CASES if c.values[0].name == name)
    assert kind.parse(ask, "a" * LONGEST) == "a" * LONGEST
    with pytest.raises(Malformed, match="20001 characters"):
        kind.parse(ask, "a" * (LONGEST + 1))
    assert kind.parse(ask, " \x00a\ud800b\x1b ") == "a\ufffdb"
    assert kind.parse(ask, "\U0001f30d") == "\U0001f30d"

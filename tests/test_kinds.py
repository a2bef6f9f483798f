"""Every kind keeps the contract of kinds/base.py: all kinds, all questions of asks.py, all samples."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import chain, combinations, permutations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asks import ASKS
from workbook.errors import Problems
from workbook.fields import NOTHING, Node, read, release, specs
from workbook.kinds import BY_NAME, KINDS, Malformed, Place, controls
from workbook.kinds.number import KIND as NUMBER
from workbook.kinds.number import Ask as NumberAsk
from workbook.kinds.numerals import canonical
from workbook.kinds.situational import RATINGS
from workbook.kinds.texts import LONGEST
from workbook.model import Question

VOID = {"input", "br", "hr", "img", "col"}
MODES = ("form", "plain", "paper")
DOCS = Path(__file__).parent.parent / "docs" / "kinds.md"
QUICK = settings(max_examples=60, deadline=None)


def read_ask(kind: Any, fields: dict[str, Any]) -> tuple[Any, Any, list[str]]:
    """A kind's ask and key read from plain dicts, and every mistake that was reported."""
    problems = Problems("test.yml")
    node = Node(fields, (), problems)
    ask = read(kind.ask_type, node, also=("key",))
    key = read(kind.key_type, node.at("key")) if "key" in fields else None
    if ask is not NOTHING and key is not NOTHING:
        kind.verify(ask, key, node)
    return ask, key, [f"{p.field}: {p.message}" for p in problems.found]


def _cases() -> Iterator[Any]:
    for kind in KINDS:
        for n, fields in enumerate(ASKS.get(kind.name, ()), start=1):
            yield pytest.param(kind, *read_ask(kind, fields), id=f"{kind.name}-{n}")


CASES = list(_cases())
KEYED = [case for case in CASES if case.values[2] is not None]
every_case = pytest.mark.parametrize(("kind", "ask", "key", "found"), CASES)
keyed_case = pytest.mark.parametrize(("kind", "ask", "key", "found"), KEYED)


class Form(HTMLParser):
    """Reads a page as a browser does: elements, what a form would send, which controls have a name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.sent: list[tuple[str, str]] = []
        self.controls: list[dict[str, str | None]] = []
        self.labels: dict[str, str] = {}
        self.groups: list[str | None] = []
        self.radios: dict[str, set[int]] = {}
        self._select: dict[str, Any] = {}
        self._label = self._text = ""
        self._area: dict[str, Any] | None = None
        self.feed(html)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute twice in {tag}: {attrs}"
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(str(given["id"]))
        if tag == "fieldset":
            self.groups.append(None)
        elif tag == "label":
            self._label, self._text = str(given["for"]), ""
        elif tag == "legend":
            self._text = ""
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self.controls.append(given)
            self._select = {"name": given["name"], "first": None, "chosen": None}
        elif tag == "option":
            value = str(given.get("value"))
            self._select["first"] = value if self._select["first"] is None else self._select["first"]
            if "selected" in given:
                assert self._select["chosen"] is None, "two options selected"
                self._select["chosen"] = value
        elif tag == "textarea":
            self.controls.append(given)
            self._area = {"name": given["name"], "text": ""}
        elif tag == "button":
            assert given["type"] == "button" and given.get("aria-label"), attrs

    def _input(self, given: dict[str, str | None]) -> None:
        self.controls.append(given)
        name, kind = str(given["name"]), given["type"]
        if kind == "radio":
            self.radios.setdefault(name, set()).add(len(self.groups))
        if kind in ("radio", "checkbox"):
            if "checked" in given:
                self.sent.append((name, str(given["value"])))
        else:
            self.sent.append((name, given.get("value") or ""))

    def handle_data(self, data: str) -> None:
        self._text += data
        if self._area is not None:
            self._area["text"] += data

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"
        if tag == "label":
            self.labels[self._label] = self._text.strip()
        elif tag == "legend":
            self.groups[-1] = self._text.strip()
        elif tag == "select":
            chosen = self._select["chosen"]
            self.sent.append((self._select["name"], self._select["first"] if chosen is None else chosen))
        elif tag == "textarea" and self._area is not None:
            self.sent.append((self._area["name"], self._area["text"].removeprefix("\n")))
            self._area = None

    def entries(self, question: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.sent:
            assert name == question or name.startswith(f"{question}."), name
            found.setdefault(name[len(question) + 1 :], []).append(value)
        return found


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
            assert form.labels.get(str(control["id"])) or control.get("aria-label"), control
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


# Hostile input

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


def _ids(ask: Any) -> list[str]:
    """Every id that occurs in a question."""
    return [id for spec in specs(type(ask)) if isinstance(held := getattr(ask, spec.name, 0), dict) for id in held]


@every_case
@QUICK
@given(data=st.data())
def test_any_input_is_parsed_or_refused(kind: Any, ask: Any, key: Any, found: list[str], data: Any) -> None:
    known = st.sampled_from([*_ids(ask), "1", "2", "fitting"])
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
    names = st.sampled_from(["", "confirm", *_ids(ask)]) | st.text(max_size=5)
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
    for raw in (huge, [huge], dict.fromkeys(_ids(ask)[:1], huge), {huge: huge}):
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


# Marking


def answers(kind: Any, ask: Any) -> Any:
    """Any answers to a question, as stored."""
    name = kind.name

    def each(parts: Any, choices: Any) -> Any:
        return st.dictionaries(st.sampled_from(list(parts)), st.sampled_from(list(choices)), min_size=1)

    if name == "single-choice":
        return st.sampled_from(list(ask.options))
    if name == "multiple-choice":
        return st.sets(st.sampled_from(list(ask.options)), min_size=1).map(list)
    if name == "number":
        return st.decimals(-(10**6), 10**6, places=min(3, 9 if ask.decimals is None else ask.decimals)).map(
            lambda n: f"{n:f}"
        )
    if name == "order":
        return st.permutations(list(ask.items))
    if name == "match":
        return each(ask.items, ask.categories)
    if name == "scale":
        return each(ask.rows, ask.levels)
    if name == "situational":
        return each(ask.options, RATINGS)
    if name == "allocate":
        shares = st.integers(0, ask.total) | st.floats(0, ask.total).map(lambda x: round(x, 2))
        return st.dictionaries(st.sampled_from(list(ask.rows)), shares, min_size=1)
    return st.text(max_size=40)


SIMPLE = [case for case in KEYED if case.values[0].name != "table"]


@pytest.mark.parametrize(("kind", "ask", "key", "found"), SIMPLE)
@QUICK
@given(data=st.data())
def test_fractions_lie_between_nothing_and_all(kind: Any, ask: Any, key: Any, found: list[str], data: Any) -> None:
    try:
        value = kind.parse(ask, data.draw(answers(kind, ask)))
    except Malformed:
        assume(False)
    assume(value is not None)
    marked = kind.mark(ask, key, value)
    assert 0 <= marked.fraction <= 1
    assert (marked.fraction == 1) == all(note.right is True for note in marked.notes)
    assert all(note.part == "" or note.part in _ids(ask) for note in marked.notes)


CHOOSING = [c for c in SIMPLE if c.values[0].name in ("multiple-choice", "match", "scale", "situational")]


@pytest.mark.parametrize(("kind", "ask", "key", "found"), CHOOSING)
@QUICK
@given(data=st.data())
def test_one_more_wrong_choice_never_raises_the_score(
    kind: Any, ask: Any, key: Any, found: list[str], data: Any
) -> None:
    value = kind.parse(ask, data.draw(answers(kind, ask)))
    before = kind.mark(ask, key, value).fraction
    if kind.name == "multiple-choice":
        left = [o for o in ask.options if o not in value and o not in key.answers]
        more = [[*value, option] for option in left]
    else:
        truth = key.ratings if kind.name == "situational" else key.answer
        choices = {"match": "categories", "scale": "levels"}.get(kind.name)
        all = list(getattr(ask, choices)) if choices else list(RATINGS)
        more = [value | {part: c} for part in truth if part not in value for c in all if c != truth[part]]
    for other in more:
        assert kind.mark(ask, key, kind.parse(ask, other)).fraction <= before


@pytest.mark.parametrize(("kind", "ask", "key", "found"), CHOOSING)
@QUICK
@given(data=st.data())
def test_mending_a_part_never_lowers_the_score(kind: Any, ask: Any, key: Any, found: list[str], data: Any) -> None:
    value = kind.parse(ask, data.draw(answers(kind, ask)))
    before = kind.mark(ask, key, value).fraction
    if kind.name == "multiple-choice":
        better = [[*value, option] for option in key.answers] + [[o for o in value if o in key.answers]]
    else:
        truth = key.ratings if kind.name == "situational" else key.answer
        better = [value | {part: truth[part]} for part in truth]
    for other in (kind.parse(ask, b) for b in better):
        assert other is None or kind.mark(ask, key, other).fraction >= before


def _all_answers(kind: Any, ask: Any) -> list[Any]:
    """Every complete answer to a closed question."""
    if kind.name == "single-choice":
        return list(ask.options)
    if kind.name == "multiple-choice":
        every = list(ask.options)
        return [list(some) for n in range(len(every) + 1) for some in combinations(every, n)]
    if kind.name == "order":
        return [list(order) for order in permutations(ask.items)]
    parts, choices = {
        "match": lambda: (ask.items, ask.categories),
        "scale": lambda: (ask.rows, ask.levels),
        "situational": lambda: (ask.options, RATINGS),
    }[kind.name]()
    return [dict(zip(parts, some, strict=True)) for some in product(choices, repeat=len(parts))]


CLOSED = {
    "single-choice": 1 / 2,
    "multiple-choice": 1 / 4,
    "order": 0.3,
    "match": 0.3,
    "scale": 0.3,
    "situational": 0.35,
}


@pytest.mark.parametrize(("kind", "ask", "key", "found"), [case for case in SIMPLE if case.values[0].name in CLOSED])
def test_a_blind_guess_earns_little(kind: Any, ask: Any, key: Any, found: list[str]) -> None:
    """The mean over every possible answer stays under what docs/kinds.md publishes."""
    earned = []
    for raw in _all_answers(kind, ask):
        value = kind.parse(ask, raw)
        earned.append(0.0 if value is None else kind.mark(ask, key, value).fraction)
    assert earned.count(1.0) >= 1
    assert math.fsum(earned) / len(earned) <= CLOSED[kind.name]


def _marked(name: str, n: int, value: Any) -> float:
    kind = BY_NAME[name]
    ask, key, _found = read_ask(kind, ASKS[name][n])
    return float(kind.mark(ask, key, kind.parse(ask, value)).fraction)


@pytest.mark.parametrize(
    ("name", "n", "value", "fraction"),
    [
        ("multiple-choice", 0, ["past", "why"], 2 / 3),
        ("multiple-choice", 0, ["past", "why", "budget"], 1 / 3),
        ("multiple-choice", 0, ["past", "budget", "figures"], 0),
        ("multiple-choice", 2, ["bins", "burning", "price", "word", "crews", "count", "offer"], 1 / 4),
        ("order", 0, ["map", "need", "ask", "sign"], 2 / 3),
        ("order", 0, ["map", "ask", "need", "sign"], 1 / 3),
        ("order", 0, ["sign", "ask", "map", "need"], 0),
        ("match", 0, {"vote": "visible"}, 1 / 3),
        ("match", 0, {"vote": "visible", "agenda": "hidden", "belief": "hidden"}, 1 / 2),
        ("match", 1, {"permit": "institutional", "fuel": "institutional"}, 0),
        ("scale", 0, {"political": "place", "senior": "part", "staff": "part"}, 1 / 2),
        ("scale", 1, {"trust": "amber-red", "gain": "amber", "power": "green"}, 2 / 3),
        ("scale", 1, {"trust": "amber", "gain": "amber", "power": "green"}, 7 / 12),
        ("scale", 1, {"voice": "red", "trust": "red"}, 1 / 3),
        (
            "situational",
            0,
            {"thank": "acceptable", "sign": "harmful", "draft": "acceptable", "refuse": "acceptable"},
            3 / 4,
        ),
        (
            "situational",
            0,
            {"thank": "acceptable", "sign": "fitting", "draft": "fitting", "refuse": "acceptable"},
            1 / 2,
        ),
        ("situational", 0, {"sign": "fitting", "draft": "harmful"}, 0),
        ("allocate", 0, {"field": 70, "travel": 10, "learning": 20}, 1),
        ("allocate", 0, {"field": 60, "travel": 30, "learning": 10}, 2 / 3),
        ("allocate", 0, {"field": 70, "travel": 10, "learning": 19}, 0),
        ("allocate", 1, {"council": "3,3", "crews": "2.95", "market": "3.75", "clinic": ""}, 1),
        ("number", 0, "57.2", 1),
        ("number", 0, "57,0 %", 1),
        ("number", 0, "57.3", 0),
        ("number", 1, "12 000 households", 1),
        ("number", 1, "12,000", 1),
        ("number", 2, "−1", 1),
        ("number", 2, "-.5", 1),
        ("number", 2, "-0.49", 0),
        ("short-text", 1, "Coordinator.", 1),
        ("short-text", 2, "sdg-17", 1),
        ("short-text", 2, "SDG 16", 0),
    ],
)
def test_published_marks(name: str, n: int, value: Any, fraction: float) -> None:
    assert _marked(name, n, value) == fraction


@pytest.mark.parametrize(
    ("name", "n", "value", "said"),
    [
        ("single-choice", 0, "later", "Waiting settles nothing."),
        ("multiple-choice", 0, ["figures", "priority"], "You left this out. Nothing says what was done before."),
        ("multiple-choice", 0, ["figures", "priority"], "The number is there: 3,100."),
        ("number", 0, "43.4", "You took the mean of three shares."),
        ("number", 0, "12", "Add up all places first."),
        ("order", 0, ["sign", "ask", "map", "need"], "Who can be asked before the need is named?"),
        ("match", 0, {"vote": "visible", "agenda": "visible"}, "It never arrives: hidden."),
        ("match", 0, {"vote": "visible", "agenda": "visible"}, "1 of 3 are right."),
        ("scale", 0, {"staff": "place"}, "Read in the newspaper is not on board."),
        ("situational", 0, {"sign": "harmful"}, "Others lose their say."),
        ("allocate", 0, {"field": 60, "travel": 35, "learning": 5}, "Nothing is learned without time for it."),
        ("allocate", 0, {"field": 60, "travel": 30}, "The shares add up to 90, not to 100. Correct the sum first."),
        ("short-text", 0, "no idea", "Look at task 1.3."),
    ],
)
def test_feedback_teaches(name: str, n: int, value: Any, said: str) -> None:
    kind = BY_NAME[name]
    ask, key, _found = read_ask(kind, ASKS[name][n])
    assert said in [note.text for note in kind.mark(ask, key, kind.parse(ask, value)).notes]


def test_only_items_that_must_move_are_shown_as_wrong() -> None:
    kind = BY_NAME["order"]
    ask, key, _found = read_ask(kind, ASKS["order"][0])
    notes = kind.mark(ask, key, ["map", "ask", "sign", "need"]).notes
    assert [note.part for note in notes if note.part and not note.right] == ["need"]


# Numbers and orders as they are typed


@pytest.mark.parametrize(
    ("typed", "decimals", "stored"),
    [
        ("40.2", None, "40.2"),
        ("40,2", None, "40.2"),
        ("40,20 %", None, "40.2"),
        ("% 40", None, "40"),
        ("1 200", None, "1200"),
        ("1\u202f200,50", None, "1200.5"),
        ("1'200’000", None, "1200000"),
        ("1,200.5", None, "1200.5"),
        ("1.200,5", None, "1200.5"),
        ("1,200,000", None, "1200000"),
        ("1.200.000", None, "1200000"),
        ("1,200", 0, "1200"),
        ("1.200", 0, "1200"),
        ("1.234", None, "1.234"),
        ("0,125", None, "0.125"),
        ("0.125", 3, "0.125"),
        ("٤٠٫٢", None, "40.2"),
        ("४०", None, "40"),
        ("\u200f40\u200e", None, "40"),
        ("+07,0", None, "7"),
        ("−0", None, "0"),
        (".5", None, "0.5"),
        ("5.", None, "5"),
    ],
)
def test_numbers_as_people_type_them(typed: str, decimals: int | None, stored: str) -> None:
    ask = NumberAsk(unit="%", decimals=decimals)
    assert NUMBER.parse(ask, typed) == stored
    assert NUMBER.parse(ask, stored) == stored


@pytest.mark.parametrize(
    ("typed", "decimals", "message"),
    [
        ("1,200", None, "Write 1200 or 1.2."),
        ("12.500", 1, "Write 12500 or 12.5."),
        ("40.25", 1, "Give one decimal place at most."),
        ("40.255", 2, "Write 40255 or 40.255."),
        ("0.1234", 3, "Give 3 decimal places at most."),
        ("40.5", 0, "Give a whole number."),
        ("%", None, "such as 40.2"),
        ("forty", None, "such as 40.2"),
        ("4²", None, "such as 40.2"),
        ("Ⅳ", None, "such as 40.2"),
        ("1 2", None, "such as 40.2"),
        ("1,20,000", None, "such as 40.2"),
        ("1.200 000", None, "such as 40.2"),
        ("1-2", None, "such as 40.2"),
        ("0x10", None, "such as 40.2"),
    ],
)
def test_numbers_that_cannot_be_read(typed: str, decimals: int | None, message: str) -> None:
    with pytest.raises(Malformed, match=re.escape(message)):
        NUMBER.parse(NumberAsk(unit="%", decimals=decimals), typed)


@given(n=st.decimals(-(10**12), 10**12, places=4))
def test_a_stored_number_is_its_own_spelling(n: Any) -> None:
    stored = canonical(f"{n:f}")
    assert canonical(stored) == stored
    assert float(stored) == float(n)
    money = f"{n:.2f}"
    assert canonical(money.replace(".", ",")) == canonical(money)


def test_an_order_is_read_from_places_or_confirmed_as_it_stands() -> None:
    kind = BY_NAME["order"]
    ask, _key, _found = read_ask(kind, ASKS["order"][1])
    assert kind.parse(ask, kind.gather(ask, {"confirm": ["yes"]})) == ["c", "a", "b"]
    places = {"c": ["3"], "a": ["2"], "b": ["1"]}
    assert kind.parse(ask, kind.gather(ask, places)) == ["b", "a", "c"]
    assert kind.parse(ask, kind.gather(ask, {**places, "confirm": ["yes"]})) == ["b", "a", "c"]
    with pytest.raises(Malformed, match="Still free: 2"):
        kind.parse(ask, kind.gather(ask, {"c": ["3"], "b": ["1"]}))
    with pytest.raises(Malformed, match="Place 1 is given twice") as refused:
        kind.parse(ask, kind.gather(ask, {"c": ["1"], "b": ["1"]}))
    assert refused.value.part == "b"


def test_shares_add_up_without_rounding() -> None:
    kind = BY_NAME["allocate"]
    ask, _key, _found = read_ask(kind, {"rows": {"a": "A", "b": "B", "c": "C"}, "total": 1})
    value = kind.parse(ask, {"a": "0,1", "b": "0.2", "c": "0.7"})
    assert value == {"a": 0.1, "b": 0.2, "c": 0.7}
    assert kind.complete(ask, value)
    with pytest.raises(Malformed, match="from 0 to 1") as refused:
        kind.parse(ask, {"a": "2"})
    assert refused.value.part == "a"


def test_word_limits_decide_what_is_complete_but_refuse_nothing() -> None:
    kind = BY_NAME["long-text"]
    ask, _key, _found = read_ask(kind, {"least-words": 2, "most-words": 3})
    written = [kind.parse(ask, " ".join(["word"] * n)) for n in (1, 2, 3, 4)]
    assert [kind.complete(ask, text) for text in written] == [False, True, True, False]


# Mistakes of authors


def _broken(name: str, n: int, change: Any) -> list[str]:
    fields = json.loads(json.dumps(ASKS[name][n]))
    change(fields)
    return read_ask(BY_NAME[name], fields)[2]


@pytest.mark.parametrize(
    ("name", "n", "change", "message"),
    [
        (
            "single-choice",
            0,
            lambda f: f["key"].update(answer="need"),
            "key.answer: is not an option. Did you mean 'needs'?",
        ),
        (
            "single-choice",
            0,
            lambda f: f["key"]["feedback"].update(acept="x"),
            "key.feedback.acept: is not an option. Did you mean 'accept'?",
        ),
        (
            "multiple-choice",
            0,
            lambda f: f["key"].update(answers=["past", "wy"]),
            "key.answers[2]: is not an option. Did you mean 'why'?",
        ),
        (
            "multiple-choice",
            0,
            lambda f: f["key"].update(answers=["past", "past"]),
            "key.answers: names an option twice",
        ),
        ("multiple-choice", 1, lambda f: f["key"].update(answers=["a", "b", "c"]), "key.answers: are too many"),
        ("number", 0, lambda f: f["key"].update(answer="fifty"), "key.answer: Write one number in digits"),
        ("number", 0, lambda f: f["key"].update(answer=57.12), "key.answer: Give one decimal place at most."),
        (
            "number",
            0,
            lambda f: f["key"]["slips"][0].update(value=57.3),
            "key.slips[1].value: cannot be told from the answer",
        ),
        (
            "number",
            0,
            lambda f: f["key"]["slips"][1].update(value=43.4),
            "key.slips[2].value: cannot be told from slip 1",
        ),
        ("number", 0, lambda f: f["key"].update(tolerance=-1), "key.tolerance: "),
        ("order", 0, lambda f: f["key"]["answer"].pop(), "key.answer: leaves out the items sign"),
        ("order", 0, lambda f: f["key"]["answer"].append("need"), "key.answer: names an item twice"),
        (
            "order",
            0,
            lambda f: f["key"].update(answer=list(f["items"])),
            "key.answer: is the order in which the items are shown",
        ),
        ("order", 0, lambda f: f["items"].update(confirm="x"), "items.confirm: this id is taken"),
        ("match", 0, lambda f: f["key"]["answer"].pop("vote"), "key.answer: leaves out the items vote"),
        (
            "match",
            0,
            lambda f: f["key"]["answer"].update(vote="visble"),
            "key.answer.vote: is not a category. Did you mean 'visible'?",
        ),
        (
            "match",
            0,
            lambda f: f["key"]["answer"].update(votes="visible"),
            "key.answer.votes: is not an item. Did you mean 'vote'?",
        ),
        (
            "scale",
            0,
            lambda f: f["key"]["answer"].update(staff="mising"),
            "key.answer.staff: is not a level. Did you mean 'missing'?",
        ),
        ("scale", 0, lambda f: f["key"].update(near=True), "key.near: needs a scale of at least 4 levels"),
        (
            "allocate",
            0,
            lambda f: f["key"]["ranges"].update(field=[60, 70], learning=[0, 5]),
            "key.ranges: no shares within these ranges add up to 100",
        ),
        (
            "allocate",
            0,
            lambda f: f["key"]["ranges"].update(field=[80, 60]),
            "key.ranges.field: the first number must not be over",
        ),
        (
            "allocate",
            0,
            lambda f: f["key"]["ranges"].update(field=[60, 80, 90]),
            "key.ranges.field: a range has two numbers",
        ),
        ("allocate", 0, lambda f: f["key"]["ranges"].update(field=[0, 100]), "key.ranges.field: allows every share"),
        (
            "allocate",
            0,
            lambda f: f["key"]["ranges"].update(feild=[0, 10]),
            "key.ranges.feild: is not a row. Did you mean 'field'?",
        ),
        ("situational", 0, lambda f: f["key"]["ratings"].pop("sign"), "key.ratings: leaves out the options sign"),
        ("situational", 0, lambda f: f["key"]["ratings"].update(sign="harmfull"), "key.ratings.sign: must be one of"),
        (
            "situational",
            0,
            lambda f: f["key"]["ratings"].update(sign="acceptable"),
            "key.ratings: are 'acceptable' for more than half",
        ),
        ("short-text", 0, lambda f: f["key"].update(accept=["…"]), "key.accept[1]: has no letter or digit"),
        (
            "short-text",
            0,
            lambda f: f["key"].update(accept=["a b c d e f"]),
            "key.accept[1]: is longer than the 5 words",
        ),
        ("long-text", 0, lambda f: f.update({"least-words": 200}), "least-words: is more than most-words (120)"),
    ],
)
def test_mistakes_of_authors_are_reported(name: str, n: int, change: Any, message: str) -> None:
    found = _broken(name, n, change)
    assert [f for f in found if f.startswith(message)], found


def test_a_blind_share_of_100_earns_little() -> None:
    """A guess for shares: cut 0 to the total at random places."""
    kind = BY_NAME["allocate"]
    ask, key, _found = read_ask(kind, ASKS["allocate"][0])
    dice, earned = random.Random(7), []
    for _turn in range(2000):
        cuts = sorted(dice.randint(0, 100) for _cut in range(2))
        shares = [cuts[0], cuts[1] - cuts[0], 100 - cuts[1]]
        earned.append(kind.mark(ask, key, dict(zip(ask.rows, shares, strict=True))).fraction)
    assert 0 < math.fsum(earned) / len(earned) < 0.4

"""How each kind marks: the shares that docs/kinds.md publishes, what feedback says, and what holds for any answer."""

from __future__ import annotations

import math
import random
from itertools import combinations, permutations, product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asks import ASKS, KEYED, ids_of, read_ask
from workbook.kinds import BY_NAME, Malformed
from workbook.kinds.parts import marked
from workbook.kinds.situational import RATINGS
from workbook.model import Note

QUICK = settings(max_examples=60, deadline=None)


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
    assert all(note.part == "" or note.part in ids_of(ask) for note in marked.notes)


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
        ("match", 0, {"vote": "visible", "agenda": "hidden"}, "It never arrives: hidden."),
        (
            "match",
            0,
            {"vote": "visible"},
            "1 of 3 are right. Left open: Waste burning never comes up; “We cannot teach engineers”.",
        ),
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


def test_parts_left_open_are_named_if_few_and_counted_if_many() -> None:
    asked = {str(n): f"Part <em>{n}</em>" for n in range(6)}
    one, more = Note("0", True, ""), [Note(str(n), True, "") for n in range(4)]
    assert marked(0.2, [one], None, asked).notes[0].text == "1 of 6 are right. 5 are left open."
    assert marked(0.7, more, None, asked).notes[0].text == "4 of 6 are right. Left open: Part 4; Part 5."


def test_only_items_that_must_move_are_shown_as_wrong() -> None:
    kind = BY_NAME["order"]
    ask, key, _found = read_ask(kind, ASKS["order"][0])
    notes = kind.mark(ask, key, ["map", "ask", "sign", "need"]).notes
    assert [note.part for note in notes if note.part and not note.right] == ["need"]


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

"""What learners and authors type: numbers, orders, shares, texts, and mistakes in questions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asks import ASKS, read_ask
from workbook.kinds import BY_NAME, Malformed
from workbook.kinds.number import KIND as NUMBER
from workbook.kinds.number import Ask as NumberAsk
from workbook.kinds.numerals import canonical

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
            "key.answer: is not an option of this question. Did you mean 'needs'?",
        ),
        (
            "single-choice",
            0,
            lambda f: f["key"]["feedback"].update(acept="x"),
            "key.feedback.acept: is not an option of this question. Did you mean 'accept'?",
        ),
        (
            "multiple-choice",
            0,
            lambda f: f["key"].update(answers=["past", "wy"]),
            "key.answers[2]: is not an option of this question. Did you mean 'why'?",
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
        ("number", 0, lambda f: f["key"].update(tolerance=float("inf")), "key.tolerance: needs a number"),
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
            "key.answer.vote: is not a category of this question. Did you mean 'visible'?",
        ),
        (
            "match",
            0,
            lambda f: f["key"]["answer"].update(votes="visible"),
            "key.answer.votes: is not an item of this question. Did you mean 'vote'?",
        ),
        (
            "scale",
            0,
            lambda f: f["key"]["answer"].update(staff="mising"),
            "key.answer.staff: is not a level of this question. Did you mean 'missing'?",
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
            "key.ranges.feild: is not a row of this question. Did you mean 'field'?",
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

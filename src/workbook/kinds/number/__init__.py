"""A number, with a unit and a tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ...fields import Html, Line, ListOf, Node, Number, RecordOf, Text, spec
from ...i18n import _
from ...model import Marked, Note
from ..base import Entries, Kind, Malformed, Samples, Value, first
from ..numerals import canonical, exact


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    unit: str | None = spec(Text(), "Unit, shown behind the field; learners may type it or leave it", default=None)
    decimals: int | None = spec(
        Number(0, 6, whole=True), "Most decimal places; 0 asks for a whole number", default=None
    )


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A number that a typical mistake leads to."""

    value: str = spec(Text(), "The number", trainer=True)
    tolerance: float = spec(Number(0), "How far off still counts as this mistake", default=0, trainer=True)
    text: Html = spec(Line(), "What went wrong on the way", trainer=True)


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows."""

    answer: str = spec(Text(), "The right number, without its unit", trainer=True)
    tolerance: float = spec(Number(0), "How far off, up or down, is still right", default=0, trainer=True)
    right: Html | None = spec(Line(), "Feedback for a right number", default=None, trainer=True)
    wrong: Html | None = spec(Line(), "Feedback for any other number", default=None, trainer=True)
    slips: tuple[Slip, ...] = spec(
        ListOf(RecordOf(Slip)), "Typical mistakes with feedback of their own", default=(), trainer=True
    )


class NumberKind(Kind[Ask, Key]):
    """The kind number."""

    name = "number"
    summary = "One number within a tolerance. Full points or none; typical slips have their own feedback."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        if key is None:
            return
        inner = node.at("key")
        if not _readable(inner.at("answer"), key.answer, ask.decimals):
            return
        taken = [(key.answer, key.tolerance, "the answer")]
        for n, slip in enumerate(key.slips):
            place = inner.at("slips").at(n)
            if not _readable(place.at("value"), slip.value, None):
                continue
            for other, tolerance, what in taken:
                if abs(_number(other) - _number(slip.value)) <= exact(tolerance) + exact(slip.tolerance):
                    place.at("value").wrong(f"cannot be told from {what} within the tolerances")
            taken.append((slip.value, slip.tolerance, f"slip {n + 1}"))

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return first(entries)

    def parse(self, ask: Ask, raw: Any) -> Value:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, str):
            raise Malformed(_("Write one number in digits, such as 40.2."))
        return None if raw.isspace() else canonical(raw, unit=ask.unit or "", decimals=ask.decimals)

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        if _within(value, key.answer, key.tolerance):
            return Marked(1.0, (Note("", True, key.right or ""),))
        for slip in key.slips:
            if _within(value, slip.value, slip.tolerance):
                return Marked(0.0, (Note("", False, slip.text),))
        return Marked(0.0, (Note("", False, key.wrong or ""),))

    def readable(self, ask: Ask, value: Value) -> str:
        return f"{value} {ask.unit}" if ask.unit else str(value)

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        malformed = [
            "many",
            "1e5",
            "NaN",
            "inf",
            "1..2",
            "--1",
            "1,2,3",
            "12 5",
            "²",
            "9" * 10_000,
            40,
            40.2,
            True,
            ["1"],
            {"1": 1},
        ]
        if key is None:
            return Samples(["0", "-7", "1200"], [], malformed, [("1 200", "1200"), ("−7", "-7")])
        answer = canonical(key.answer)
        off = [Decimal(answer) + sign * Decimal(str(key.tolerance)) for sign in (-1, 1)] if key.tolerance else []
        right = [answer, *(n for n in map(_written, off) if _fits(n, ask.decimals))]
        far = exact(answer) + exact(key.tolerance) + 1
        wrong = [canonical(s.value) for s in key.slips] + [str(-(-far.numerator // far.denominator))]
        typed = [(f" {answer} ", answer), (f"{answer} {ask.unit or ''}", answer), (answer.replace("-", "−"), answer)]
        return Samples(right, [n for n in wrong if _fits(n, ask.decimals)], malformed, typed)


def _number(text: str) -> Fraction:
    return exact(canonical(text))


def _within(value: str, middle: str, tolerance: float) -> bool:
    return abs(exact(value) - _number(middle)) <= exact(tolerance)


def _written(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fits(number: str, decimals: int | None) -> bool:
    return decimals is None or len(number.partition(".")[2]) <= decimals


def _readable(node: Node, text: str, decimals: int | None) -> bool:
    """Whether an author's number can be read; if not, that is reported."""
    try:
        canonical(text, decimals=decimals)
    except Malformed as error:
        node.wrong(f"{error} Found '{text[:40]}'")
        return False
    return True


KIND = NumberKind()

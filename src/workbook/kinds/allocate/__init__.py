"""A total to be shared out among rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...fields import Html, Line, ListOf, MapOf, Node, Number, Text, plain, spec
from ...i18n import _
from ...model import Marked, Note
from ..base import Entries, Kind, Malformed, Samples, Value, must_be
from ..markup import words
from ..numerals import canonical, exact
from ..parts import gather, lines

DECIMALS = 2
Shares = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the learner sees."""

    rows: Mapping[str, Html] = spec(MapOf(Line(), least=2), "What gets a share: id and text")
    total: int = spec(Number(1, 1_000_000_000, whole=True), "What all shares add up to", default=100)
    unit: str | None = spec(Text(), "What is shared out, such as points or %", default=None)


@dataclass(frozen=True, kw_only=True)
class Key:
    """What the trainer knows."""

    ranges: Mapping[str, tuple[float, ...]] = spec(
        MapOf(ListOf(Number(0), least=2), least=1),
        "For each row that is marked, the lowest and the highest sound share",
        trainer=True,
    )
    right: Html | None = spec(Line(), "Feedback when all shares are sound", default=None, trainer=True)
    feedback: Mapping[str, Html] = spec(
        MapOf(Line()), "For each row: why; shown if its share is not sound", default={}, trainer=True
    )


class Allocate(Kind[Ask, Key]):
    """The kind allocate."""

    name = "allocate"
    summary = "A total shared out among rows. The share of rows within their range; nothing unless the sum is right."
    ask_type = Ask
    key_type = Key

    def verify(self, ask: Ask, key: Key | None, node: Node) -> None:
        if key is None:
            return
        ranges = node.at("key").at("ranges")
        must_be(ranges, key.ranges, ask.rows, "a row")
        if key.feedback:
            must_be(node.at("key").at("feedback"), key.feedback, ask.rows, "a row")
        sound = True
        for row, ends in key.ranges.items():
            problem = _range_problem(ends, ask.total)
            if problem:
                ranges.at(row).wrong(problem)
                sound = False
        if sound and set(key.ranges) <= set(ask.rows):
            least = sum(exact(low) for low, _high in key.ranges.values())
            free = ask.total * (len(ask.rows) - len(key.ranges))
            most = free + sum(exact(high) for _low, high in key.ranges.values())
            if not least <= ask.total <= most:
                ranges.wrong(
                    f"no shares within these ranges add up to {ask.total}: they give {short(least)} to {short(most)}"
                )

    def gather(self, ask: Ask, entries: Entries) -> Any:
        return gather(entries, ask.rows)

    def parse(self, ask: Ask, raw: Any) -> Value:
        if raw is None:
            return None
        what = _("Give each row a number from 0 to {total}.").format(total=ask.total)
        if not isinstance(raw, Mapping) or len(raw) > len(ask.rows):
            raise Malformed(what)
        given = {}
        for row, share in raw.items():
            if not isinstance(row, str) or row not in ask.rows:
                raise Malformed(what)
            if share is None or (isinstance(share, str) and not share.strip()):
                continue
            given[row] = _share(ask, row, share, what)
        return {row: given[row] for row in ask.rows if row in given} or None

    def complete(self, ask: Ask, value: Value) -> bool:
        return value is not None and len(value) == len(ask.rows) and added(value) == ask.total

    def mark(self, ask: Ask, key: Key, value: Value) -> Marked:
        notes = []
        for row, (low, high) in key.ranges.items():
            right = row in value and low <= value[row] <= high
            notes.append(Note(row, right, "" if right else key.feedback.get(row, "")))
        total = added(value)
        if total != ask.total:
            said = _("The shares add up to {sum}, not to {total}. Correct the sum first.")
            return Marked(0.0, (Note("", False, words(said.format(sum=short(total), total=ask.total))),))
        fraction = sum(bool(note.right) for note in notes) / len(notes)
        return Marked(fraction, (*([Note("", True, key.right or "")] if fraction == 1 else []), *notes))

    def readable(self, ask: Ask, value: Value) -> str:
        unit = f" {ask.unit}" if ask.unit else ""
        return lines(ask.rows, {row: f"{short(share)}{unit}" for row, share in value.items()})

    def samples(self, ask: Ask, key: Key | None) -> Samples:
        row, *others = ask.rows
        malformed: list[Any] = [
            {row: bad} for bad in ("many", "-1", -1, ask.total + 1, math.nan, math.inf, 10**5000, 0.001, True, [1])
        ]
        malformed += [{"no-such-row": 1}, [1], "100", 100]
        right = _spread(ask, key)
        typed = [({r: f" {short(share).replace('.', ',')} {ask.unit or ''}" for r, share in right.items()}, right)]
        wrong: list[Value] = [{row: 1}, right | {row: 0 if right[row] else 1}]
        if key is None:
            return Samples([right], wrong, malformed, typed)
        wrong += [dict.fromkeys(ask.rows, 0) | {r: ask.total} for r in ask.rows]
        wrong.append({r: share for r, share in right.items() if r != others[-1]})
        return Samples([right], [w for w in wrong if self.mark(ask, key, w).fraction < 1], malformed, typed)


def added(value: Shares) -> Fraction:
    """The sum of all shares, without rounding: 0.1 and 0.2 make 0.3."""
    return sum((exact(share) for share in value.values()), Fraction(0))


def _share(ask: Ask, row: str, share: Any, what: str) -> float:
    if isinstance(share, bool) or not isinstance(share, (str, int, float)):
        raise Malformed(what, row)
    if not isinstance(share, str):
        if not 0 <= share <= ask.total:
            raise Malformed(what, row)
        share = f"{share:.6f}"
    try:
        number = float(canonical(share, unit=ask.unit or "", decimals=DECIMALS))
    except Malformed as error:
        raise Malformed(f"{plain(ask.rows[row])}: {error}", row) from None
    if not 0 <= number <= ask.total:
        raise Malformed(what, row)
    return int(number) if number.is_integer() else number


def short(number: float | Fraction) -> str:
    """A share or a sum as people write it: ``33.5``, never ``33.50``."""
    return f"{float(number):.{DECIMALS}f}".rstrip("0").rstrip(".")


def _range_problem(ends: tuple[float, ...], total: int) -> str:
    if len(ends) != 2:
        return "a range has two numbers: the lowest and the highest sound share"
    low, high = ends
    if not low <= high <= total:
        return f"the first number must not be over the second, nor the second over {total}"
    return f"allows every share from 0 to {total}" if (low, high) == (0, total) else ""


def _spread(ask: Ask, key: Key | None) -> dict[str, float]:
    """Shares that add up and, with a key, are all sound: each row its lowest, then the rest from the first row on."""
    ends = {row: key.ranges.get(row, (0, ask.total)) if key else (0, ask.total) for row in ask.rows}
    left = ask.total - sum(exact(low) for low, _high in ends.values())
    shares = {}
    for row, (low, high) in ends.items():
        more = min(left, exact(high) - exact(low))
        left -= more
        share = exact(low) + more
        shares[row] = int(share) if share.denominator == 1 else float(share)
    return shares


KIND = Allocate()

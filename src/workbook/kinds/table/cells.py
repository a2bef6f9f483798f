"""One cell: from what was typed or pasted to its value, and from its value to words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from ... import goals
from ...checks.base import plain_number
from ...checks.columns import number, values
from ...fields import plain
from ...i18n import _
from ..base import Malformed
from ..numerals import canonical, exact
from ..texts import clean, folded
from .columns import ARITHMETIC, SEVERAL, Column, limits, three

ROW_ID: Final = re.compile(r"[a-z0-9-]{1,24}")
LONGEST: Final = {"text": 500, "long": 5000}
MOST: Final = 100
"""So many values one cell may hold."""
CODED: Final = {"goal": re.compile(r"[;|\n]|,\s*(?=\d)"), "target": re.compile(r"[;|\n]|[,\s]+(?=\d{1,2}\.[\da-z])")}
"""Where a typed list of goals or targets falls apart; their titles hold commas too."""
Choices = Mapping[str, Mapping[str, str]]
"""Rows that refs may name: :attr:`Column.source` to {row id: label}."""
NONE: Final[Mapping[str, Mapping[str, str]]] = {}


def parse_cell(column: Column, raw: Any, choices: Choices = NONE) -> Any:
    """The value in ``raw``: what is stored, typed into a control, or pasted as words. None for an empty cell.

    ``raw`` is a text, a number or a list of texts. With ``choices``, a ref may be given by its label. Raises Malformed
    saying what to write instead, without row and column.
    """
    if column.many:
        return _several(column, raw, choices) or None
    if isinstance(raw, (list, tuple)):
        if len(raw) > 1:
            raise Malformed(_("Give one answer only."))
        raw = raw[0] if raw else None
    return _one(column, raw, choices)


def _one(column: Column, raw: Any, choices: Choices) -> str | None:
    if isinstance(raw, str) and raw in column.options:
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raw = str(raw)
    if raw is not None and not isinstance(raw, str):
        raise Malformed(_("This cannot be read as an answer."))
    text = clean(raw, lines=column.type == "long")
    if text is None:
        return None
    longest = LONGEST.get(column.type, LONGEST["text"])
    if len(text) > longest:
        raise Malformed(_("This is too long: {n} characters; at most {most} fit.").format(n=len(text), most=longest))
    return READERS[column.type](column, text, choices)


def _several(column: Column, raw: Any, choices: Choices) -> list[str]:
    found: dict[str, None] = {}
    for given in raw if isinstance(raw, (list, tuple)) else [raw]:
        for part in _parts(column, given, choices):
            value = _one(column, part, choices)
            if value is not None:
                found[value] = None
    if len(found) > MOST:
        raise Malformed(_("Too many: at most {most} fit into one cell.").format(most=MOST))
    return [value for value in _order(column) if value in found] or list(found)


def _order(column: Column) -> Mapping[str, str]:
    if column.type == "choice":
        return column.options
    return goals.goals() if column.type == "goal" else goals.targets() if column.type == "target" else {}


def _parts(column: Column, given: Any, choices: Choices) -> list[Any]:
    """A pasted list, such as “Boats; Storage”, in its parts; a text that is one answer as a whole stays whole."""
    if not isinstance(given, str):
        return [given]
    if column.type in CODED:
        return CODED[column.type].split(given)
    try:
        _one(column, given, choices)
        return [given]
    except Malformed:
        parts = re.split(r"[;\n|]", given)
        return parts if len(parts) > 1 else given.split(",")


def _text(column: Column, text: str, choices: Choices) -> str:
    return text


def _among(text: str, known: Mapping[str, str]) -> str | None:
    """The id that ``text`` is, or whose label it is."""
    if text in known:
        return text
    wanted = folded(text)
    return next((id for id, label in known.items() if wanted and folded(label) == wanted), None)


def _choice(column: Column, text: str, choices: Choices) -> str:
    options = {id: plain(label) for id, label in column.options.items()}
    found = _among(text, options)
    if found is None:
        raise Malformed(
            _("“{text}” is none of the choices: {choices}.").format(
                text=_short(text), choices=", ".join(options.values())
            )
        )
    return found


def _three(column: Column, text: str, choices: Choices) -> str:
    found = _among(text, three()) or _among(text, {"unknown": "unknown", "yes": "yes", "no": "no"})
    if found is None:
        raise Malformed(_("Choose yes, no or not known yet."))
    return found


def _number(column: Column, text: str, choices: Choices) -> str:
    number = canonical(text, unit=column.unit or "")
    low = column.least is not None and exact(number) < exact(column.least)
    if low or (column.most is not None and exact(number) > exact(column.most)):
        raise Malformed(_("{n} does not fit here: {limits}.").format(n=number, limits=limits(column)))
    return number


def _date(column: Column, text: str, choices: Choices) -> str:
    like = Malformed(_("“{text}” is no date. Write year-month-day, such as 2027-01-31.").format(text=_short(text)))
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII)
    dotted = re.fullmatch(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})", text, re.ASCII)
    parts = iso.groups() if iso else dotted.groups()[::-1] if dotted else None
    if parts is None:
        raise like
    try:
        found = date(*map(int, parts))
    except ValueError:
        raise like from None
    if not 1900 <= found.year <= 2200:
        raise Malformed(_("The year {year} is outside 1900 to 2200.").format(year=found.year))
    return found.isoformat()


def _ref(column: Column, text: str, choices: Choices) -> str:
    known = choices.get(column.source, {})
    if text in known:
        return text
    by_label = _among(text, known)
    if by_label is not None:
        return by_label
    # The rows of the other worksheet may not be at hand, or the row may be gone: an id stays, and is shown as broken.
    if ROW_ID.fullmatch(text):
        return text
    raise Malformed(_("“{text}” is not in the list it should come from.").format(text=_short(text)))


def _goal(column: Column, text: str, choices: Choices) -> str:
    digits = re.fullmatch(r"(?:sdg|goal)?\s*0?(\d{1,2})(?:\D.*)?", text, re.ASCII | re.IGNORECASE | re.DOTALL)
    found = digits[1] if digits and digits[1] in goals.goals() else _among(text, goals.goals())
    several = len(CODED["goal"].split(text)) > 1
    if found is None or several or (digits and re.match(r"\s*(sdg|goal)?\s*\d+\.\w", text, re.IGNORECASE)):
        raise Malformed(_("“{text}” is no SDG goal: choose 1 to 17.").format(text=_short(text)))
    return found


def _target(column: Column, text: str, choices: Choices) -> str:
    code = re.match(r"(?:sdg|target)?\s*(\d{1,2}\.(?:\d{1,2}|[a-z]))(?![\w.])", text, re.ASCII | re.IGNORECASE)
    found = code[1].lower() if code and code[1].lower() in goals.targets() else _among(text, goals.targets())
    if found is None or len(CODED["target"].split(text)) > 1:
        problem = _("“{text}” is no SDG target: write its number, such as 17.16 or 3.a.")
        raise Malformed(problem.format(text=_short(text)))
    return found


READERS: Final[Mapping[str, Callable[[Column, str, Choices], str]]] = {
    "text": _text,
    "long": _text,
    "choice": _choice,
    "number": _number,
    "date": _date,
    "yes-no-unknown": _three,
    "ref": _ref,
    "goal": _goal,
    "target": _target,
}


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def known_values(column: Column, choices: Choices = NONE) -> Mapping[str, str]:
    """What a cell of this column chooses among: value to words. Empty for what is typed freely."""
    if column.type == "choice":
        return {id: plain(label) for id, label in column.options.items()}
    if column.type == "yes-no-unknown":
        return three()
    if column.type == "ref":
        return choices.get(column.source, {})
    return _coded(column.type) if column.type in ("goal", "target") else {}


@cache
def _coded(type: str) -> Mapping[str, str]:
    known = goals.goals() if type == "goal" else goals.targets()
    return {code: f"{code} {title}" for code, title in known.items()}


def say(column: Column, value: str, choices: Choices = NONE) -> str:
    """One value in words; a ref without a known label stays its id."""
    text = known_values(column, choices).get(value, value)
    if column.type == "ref" and text == value and column.where:
        # The row may exist and only be narrowed away here.
        text = choices.get(column.from_ or "", {}).get(value, value)
    return f"{text} {column.unit}" if column.unit and column.type in ("number", "computed") else text


def in_words(column: Column, cell: Any, choices: Choices = NONE) -> str:
    """A whole cell in words; several values with semicolons."""
    return "; ".join(say(column, value, choices) for value in values(cell))


def computed(columns: Mapping[str, Column], cells: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a row that are computed from its numbers, as far as those are there."""
    from_row = [id for id, column in columns.items() if column.of and column.of.operation in ARITHMETIC]
    known = {id: number(cells.get(id)) for id in columns if id not in from_row}
    found = {}
    for id in from_row:
        column = columns[id]
        assert column.of is not None
        numbers = [known.get(part) for part in column.of.columns]
        result = _calculate(column.of.operation, numbers)
        known[id] = result
        if result is not None:
            found[id] = plain_number(result)
    return found


def _calculate(operation: str, numbers: list[Decimal | None]) -> Decimal | None:
    there = [n for n in numbers if n is not None]
    if operation == "sum":
        return sum(there, Decimal(0)) if there else None
    if len(there) < len(numbers):
        return None
    result = there[0]
    for n in there[1:]:
        result = result * n if operation == "product" else result - n
    return result


assert set(SEVERAL) <= set(READERS)

"""A whole worksheet: from raw data to its value, and from its value to the rows that one sees.

The value is ``{"rows": [{"id", "cells": {column: value}}], "aside": {check: {"as", "text", "by"}}}``. A cell that is
missing holds what the author supplied or the column's default; one that the learner emptied on purpose is ``""``. A row
in which nothing was filled is no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from textwrap import shorten
from typing import Any, Final, NoReturn

from ...checks import Other, Sheet, values
from ...fields import plain
from ...i18n import _
from ...model import Row
from ..base import Malformed
from ..texts import clean
from .cells import NONE, ROW_ID, Choices, computed, in_words, parse_cell, say
from .columns import Column, plain_label
from .nouns import Ask
from .reach import Reach, labels, meant, own_reach, reaching, sources, worked_out

MOST_ROWS: Final = 200
ASIDE: Final = ("not-known", "not-for-us")
ASIDE_LONGEST: Final = 500
BRIEF: Final = 50
"""Most characters by which a row is told from others."""
Wrong = Callable[[Malformed], None]


def refuse(error: Malformed) -> NoReturn:
    """Stop at the first thing that cannot be used."""
    raise error


def read_value(ask: Ask, raw: Any, wrong: Wrong = refuse) -> Any:
    """The value in ``raw``, or None for no answer. What ``wrong`` does not refuse is left out."""
    if raw is None:
        return None
    found = read_whole(ask, raw, wrong)
    untouched = found["rows"] == initial(ask)["rows"] and not found["aside"]
    return None if untouched else found


def read_whole(ask: Ask, raw: Any, wrong: Wrong = refuse) -> dict[str, Any]:
    """The value in ``raw`` even where it says no more than an untouched worksheet."""
    shape = Malformed(_("This is no worksheet: rows with cells are needed."))
    if not isinstance(raw, Mapping) or not isinstance(raw.get("rows"), list):
        wrong(shape)
        return initial(ask)
    if len(raw["rows"]) > MOST_ROWS:
        wrong(too_many())
    rows: dict[str, dict[str, Any]] = {}
    seen = set()
    for n, given in enumerate(raw["rows"][:MOST_ROWS], start=1):
        id = given.get("id") if isinstance(given, Mapping) else None
        cells = given.get("cells", {}) if isinstance(given, Mapping) else None
        if not isinstance(id, str) or not ROW_ID.fullmatch(id) or id in seen or not isinstance(cells, Mapping):
            wrong(shape)
            continue
        seen.add(id)
        if ask.fixed and id not in ask.supplied:
            wrong(given_rows(f"row.{id}"))
        else:
            read = _read_cells(ask, id, cells, row_name(ask, n), wrong)
            if not blank(ask, Row(id, read)):
                rows[id] = read
    if ask.fixed:
        rows = {id: rows.get(id, dict(row.cells)) for id, row in ask.supplied.items()}
    aside = _read_asides(ask, raw.get("aside") or {}, wrong)
    return {"rows": [{"id": id, "cells": cells} for id, cells in rows.items()], "aside": aside}


def too_many() -> Malformed:
    """More rows than a worksheet may have."""
    return Malformed(_("A worksheet has at most {n} rows.").format(n=MOST_ROWS))


def given_rows(part: str) -> Malformed:
    """A change to the rows themselves where they are supplied."""
    return Malformed(_("The rows of this worksheet are given: none can be added, moved or removed."), part)


def _read_cells(ask: Ask, row: str, raw: Mapping[Any, Any], name: str, wrong: Wrong) -> dict[str, Any]:
    """The cells of a row in the order of the columns. Columns that the content no longer has are left out."""
    cells = {}
    base = base_cells(ask, row)
    for id, column in ask.columns.items():
        value = base.get(id)
        if id in raw and not column.given:
            try:
                value = parse_cell(column, raw[id])
                if value is None and id in base:
                    value = ""
            except Malformed as error:
                wrong(about(error, row, id, column, name))
        if value is not None:
            cells[id] = value
    return cells


def base_cells(ask: Ask, row: str) -> Mapping[str, Any]:
    """What stands in a row before the learner writes in it."""
    supplied = ask.supplied.get(row)
    if supplied is not None:
        return supplied.cells
    return {id: value for id, value in ask.defaults.items() if not ask.columns[id].given}


def about(error: Malformed, row: str, id: str, column: Column, name: str) -> Malformed:
    """The same problem with the row and column it is about."""
    text = _("{row}, {column}: {problem}").format(row=name, column=plain_label(id, column), problem=error)
    return Malformed(text, f"row.{row}.{id}")


def _read_asides(ask: Ask, raw: Any, wrong: Wrong) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        wrong(Malformed(_("What was set aside cannot be read.")))
        return {}
    known = {check.name for check in ask.checks}
    found = {}
    for check, data in raw.items():
        if check not in known:
            continue
        try:
            aside = read_aside(str(check), data)
        except Malformed as error:
            wrong(error)
            continue
        if aside is not None:
            found[str(check)] = aside
    return dict(sorted(found.items()))


def read_aside(check: str, data: Any) -> dict[str, str] | None:
    """An answer to a finding: ``{"as": not-known or not-for-us, "text", "by": date}``; None when it is taken back."""
    part = f"aside.{check}"
    if data is None or (isinstance(data, Mapping) and not data.get("as")):
        return None
    if not isinstance(data, Mapping) or data["as"] not in ASIDE:
        raise Malformed(_("Choose “not known yet” or “not for us”."), f"{part}.as")
    found: dict[str, str] = {"as": data["as"]}
    text = clean(data.get("text"), lines=False)
    if text and len(text) > ASIDE_LONGEST:
        problem = _("This is too long: {n} characters; at most {most} fit.")
        raise Malformed(problem.format(n=len(text), most=ASIDE_LONGEST), f"{part}.text")
    if text:
        found["text"] = text
    try:
        by = parse_cell(Column(type="date"), data.get("by"))
    except Malformed as error:
        raise Malformed(str(error), f"{part}.by") from None
    if by:
        found["by"] = by
    return found


def initial(ask: Ask) -> dict[str, Any]:
    """The value of a worksheet that nobody has touched."""
    return {"rows": [{"id": row.id, "cells": dict(row.cells)} for row in ask.supplied.values()], "aside": {}}


def shown(ask: Ask, value: Any) -> list[Row]:
    """The filled rows in order, supplied and computed cells included; ``value`` as stored, however old.

    What lies in other worksheets is not there: only the plan knows them.
    """
    given = value if isinstance(value, Mapping) else initial(ask)
    rows = {}
    for row in given.get("rows", []):
        cells = row.get("cells") if isinstance(row.get("cells"), Mapping) else {}
        locked = {id: v for id, v in base_cells(ask, row["id"]).items() if ask.columns[id].given or id not in cells}
        rows[row["id"]] = {**cells, **locked}
    if ask.fixed:
        rows = {id: rows.get(id, dict(row.cells)) for id, row in ask.supplied.items()}
    made = (Row(id, {**cells, **computed(ask.columns, cells)}) for id, cells in rows.items())
    found = [row for row in made if not blank(ask, row)]
    for operation in ("count", "shown"):
        found = worked_out(ask, found, operation, own_reach(ask, found))
    return found


def blank(ask: Ask, row: Row) -> bool:
    """Whether a row is no row yet: not supplied, and nothing in it but defaults."""
    if row.id in ask.supplied:
        return False
    own = (id for id, column in ask.columns.items() if not column.given)
    return not any(values(row.cells.get(id)) and row.cells.get(id) != ask.defaults.get(id) for id in own)


def row_name(ask: Ask, n: int | None = None, called: str = "") -> str:
    """“Partner 2 (Teachers' union)”, with as much as is known."""
    one = ask.one or _("row")
    one = one[:1].upper() + one[1:]
    if n is None:
        return one
    if not called:
        return _("{one} {n}").format(one=one, n=n)
    return _("{one} {n} ({name})").format(one=one, n=n, name=called if len(called) <= 50 else called[:49] + "…")


def cell_name(ask: Ask, part: str) -> str:
    """Where a marked cell stands, such as “Partner 2 (port): Brings”; empty for what is no cell of a supplied row."""
    row, _dot, id = part.partition(".")
    if row not in ask.supplied or id not in ask.columns:
        return ""
    number = list(ask.supplied).index(row) + 1
    about = shorten(plain(called(ask, ask.supplied[row])), BRIEF, placeholder=" …")
    name = f"{row_name(ask, number)} ({about})" if about else row_name(ask, number)
    return f"{name}: {plain_label(id, ask.columns[id])}"


def called(ask: Ask, row: Row, choices: Choices = NONE) -> str:
    """What a row is called: its first text, or what its first single reference points to; empty if neither is there."""
    for id, column in ask.columns.items():
        cell = row.cells.get(id)
        if column.type == "text" and values(cell):
            return str(cell)
        if column.type == "ref" and not column.many and values(cell):
            text = in_words(column, cell, choices)
            if text != cell:
                return text
    return ""


def names(ask: Ask, rows: list[Row], choices: Choices = NONE) -> dict[str, str]:
    """Each row's name, by id; ``rows`` as shown, so that the numbers are those on the page."""
    return {row.id: row_name(ask, n, called(ask, row, choices)) for n, row in enumerate(rows, start=1)}


def sheet(
    ask: Ask,
    rows: Sequence[Row],
    *,
    choices: Choices = NONE,
    others: Callable[[str], Other | None] = lambda reference: None,
    reach: Reach | None = None,
    words: Callable[[Column, str], str] | None = None,
) -> Sheet:
    """A worksheet as checks look at it; ``rows`` as shown. Without ``reach``, checks follow refs to its own rows only.

    ``words``: one value of any column, of other worksheets too, in words.
    """
    known = reach or own_reach(ask, rows)

    def told(name: str, value: str) -> str:
        place = meant(ask, name, known)
        if place is None:
            return value
        return words(place[1], value) if words else say(place[1], value, choices)

    labelled = labels(ask, known)
    return Sheet(
        rows=tuple(reaching(ask, rows, known)),
        names=names(ask, list(rows), choices),
        labels=labelled,
        say=told,
        sources=sources(ask, labelled, known),
        others=others,
    )


def is_new(id: str) -> bool:
    """Whether a page without script made this id for a row that it offered empty."""
    return re.fullmatch(r"new\d{1,3}", id, re.ASCII) is not None

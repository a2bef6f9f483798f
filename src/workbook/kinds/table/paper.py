"""A worksheet on A4: empty rows with the options to tick or to copy, or what was written."""

from __future__ import annotations

from collections.abc import Mapping

from ...checks import values
from ...checks.counts import Rows
from ...fields import Html
from ...i18n import _
from ...model import Row
from ..base import Place, Value
from ..choices import box
from ..markup import tag, words
from .cells import in_words, known_values
from .columns import Column, label, limits, plain_label
from .inputs import computed_words
from .nouns import Ask
from .rows import row_name, shown

IN_CELL = 4
"""So many options are printed into each empty cell; more stand once below the table."""
MOST_EMPTY = 12


def paper(ask: Ask, value: Value, place: Place) -> Html:
    """A table to fill by hand, or filled."""
    rows = shown(ask, value)
    if not ask.fixed and (value is None or not rows):
        rows += [Row("", {}) for _n in range(_empty(ask))]
    columns = {id: column for id, column in ask.columns.items() if value is not None or column.type != "computed"}
    heads = [tag("th", words(row_name(ask)), scope="col", class_="wb-row-name")]
    for id, column in columns.items():
        said = " · ".join(filter(None, [words(limits(column)), column.help]))
        help = tag("span", said, class_="wb-column-help") if said else ""
        heads.append(tag("th", label(id, column), " " if help else "", help, scope="col", data_type=column.type))
    body = []
    for n, row in enumerate(rows, start=1):
        cells = [tag("th", words(n), scope="row", class_="wb-row-name")]
        cells += [_cell(column, row, id, value is None, place) for id, column in columns.items()]
        body.append(tag("tr", *cells))
    look = "wb-sheet wb-wide" if len(columns) > 5 else "wb-sheet"
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *body), class_=look, data_columns=len(columns))
    return tag("div", table, _below(columns, place) if value is None else "", class_="wb-worksheet")


def _empty(ask: Ask) -> int:
    """Enough empty rows for what the checks ask for."""
    asked = [check.rows.min or 0 for check in ask.checks if isinstance(check, Rows)]
    return min(MOST_EMPTY, max([ask.empty, 3 if not ask.start else 1, *asked]))


def _cell(column: Column, row: Row, id: str, blank: bool, place: Place) -> Html:
    cell = row.cells.get(id)
    given = computed_words(column, id, row, place) if column.type == "computed" else _labels(column, cell, place)
    if given and (column.given or not blank):
        return tag("td", words(given).replace("\n", "<br>"))
    if not blank or column.given:
        return tag("td")
    offered = known_values(column, place.choices)
    if 0 < len(offered) <= IN_CELL:
        boxes = [tag("div", box(v in values(cell)), " ", words(t), class_="wb-option") for v, t in offered.items()]
        return tag("td", *boxes)
    return tag("td", words(given), class_="wb-blank")


def _labels(column: Column, cell: object, place: Place) -> str:
    removed = place.extra.get("removed", {}).get(column.source, {})
    outside = place.extra.get("outside", {}).get(column.source, {})
    known: Mapping[str, Mapping[str, str]] = place.choices
    if column.type == "ref" and (removed or outside):
        gone = {value: _("(removed) {name}").format(name=name) for value, name in removed.items()}
        known = {**known, column.source: {**gone, **outside, **known.get(column.source, {})}}
    return in_words(column, cell, known)


def _below(columns: Mapping[str, Column], place: Place) -> Html:
    """The options that are too many for a cell, to copy from. Targets would fill pages: they are looked up."""
    said = []
    for id, column in columns.items():
        offered = known_values(column, place.choices)
        if column.type == "target" or column.given or len(offered) <= IN_CELL:
            continue
        several = " " + _("(one or more)") if column.many else ""
        texts = " · ".join(offered.values())
        said.append(tag("p", tag("strong", words(plain_label(id, column) + several), ": "), words(texts)))
    return tag("div", *said, class_="wb-below") if said else ""

"""A worksheet as a real table: a row for each row, a control for each cell, named by its row and column.

Control names are ``<question>.row.<row>.<column>``. Each row is a ``<tr data-row>``, so that a narrow page can show it
as a card (``data-label`` on each cell). With script, ``<template data-row-template>`` holds an empty row with
``__row__`` for its id, and ``[data-slot="row.<row>.<column>"]`` is what :func:`slots` fills anew after a save.

``place.choices`` has the rows that refs may name, by :attr:`Column.source`. ``place.extra`` may have, each by the same
key: ``removed`` (labels of rows that are gone), ``outside`` (labels of rows that are no longer in the list) and
``empty`` (the exercise that comes first where there is nothing to choose from); ``computed``, what computed columns
say (question, row, column to words); ``fresh``, ids for the rows offered empty; and ``offered``, how many those are
without script.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from ... import goals
from ...fields import Html, plain
from ...i18n import _
from ...model import Row
from ..base import Place, Value
from ..markup import tag, words
from .change import ROW_GONE, ROW_HERE
from .columns import Column, label, plain_label
from .inputs import computed_words, control, heading, row_head, summary, ticked
from .nouns import Ask
from .paper import paper
from .rows import MOST_ROWS, row_name, shown

TEMPLATE = "__row__"


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The worksheet with its controls; ``place.mode`` says whether script is there, or nothing but paper."""
    if place.mode == "paper":
        return paper(ask, value, place)
    rows = shown(ask, value)
    drawn = [_row(ask, row, n, place, "kept") for n, row in enumerate(rows, start=1)]
    for n, row in enumerate(_offered(ask, len(rows), place), start=len(rows) + 1):
        drawn.append(_row(ask, row, n, place, "new"))
    caption = tag("caption", words(_("One row for each {one}").format(one=ask.one or _("entry"))), class_="wb-unseen")
    table = tag(
        "table", caption, _head(ask, place), tag("tbody", *drawn), class_="wb-sheet", data_columns=len(ask.columns)
    )
    return tag("div", table, _targets(ask, place), _tools(ask, place), class_="wb-worksheet")


def slots(ask: Ask, value: Value, place: Place) -> dict[str, Html]:
    """What a save may have changed beside the cells themselves, by slot: computed cells, and what is ticked."""
    return {
        f"row.{row.id}.{id}": words(computed_words(column, id, row, place) or "–")
        if column.type == "computed"
        else summary(column, row.cells.get(id), place)
        for row in shown(ask, value)
        for id, column in ask.columns.items()
        if column.type == "computed" or ticked(column)
    }


def _offered(ask: Ask, there: int, place: Place) -> Iterator[Row]:
    """Rows offered empty. Their ids are new on every page, so that two people never fill the same one by chance."""
    if ask.fixed:
        return
    wanted = place.extra.get("offered", ask.empty) if place.mode == "plain" else max(0, ask.empty - there)
    fresh = iter(place.extra.get("fresh", ()))
    for _n in range(min(wanted, MOST_ROWS - there)):
        yield Row(next(fresh, "") or f"n{secrets.token_hex(5)}", dict(ask.defaults))


def _head(ask: Ask, place: Place) -> Html:
    cells = [tag("th", words(row_name(ask)), scope="col", class_="wb-row-name")]
    for id, column in ask.columns.items():
        name = tag("span", label(id, column), id=heading(place, id), data_label=True)
        notes = [tag("span", words(note), class_="wb-tags") for note in _notes(column)]
        help = (
            tag("span", column.help, class_="wb-column-help", id=f"{heading(place, id)}--help") if column.help else ""
        )
        inside = " ".join(part for part in (name, *notes, help) if part)
        cells.append(tag("th", inside, scope="col", data_column=id, data_type=column.type))
    if not ask.fixed:
        last = _("Move or remove") if place.mode == "form" else _("Remove")
        cells.append(tag("th", tag("span", words(last), class_="wb-unseen"), scope="col"))
    return tag("thead", tag("tr", *cells))


def _notes(column: Column, *, short: bool = False) -> list[str]:
    """What one must know of a column before filling it."""
    must = [_("required")] if column.required else []
    private = _("private") if short else _("private: only you see this")
    return must + ([private] if column.visibility == "private" else [])


def _row(ask: Ask, row: Row, n: int, place: Place, state: str) -> Html:
    number = tag("span", words(n), data_row_number=True)
    # Shown as “Partner 2”; the order of the words is the language's.
    name = words(row_name(ask, -1)).replace("-1", number)
    here = tag("input", type="hidden", name=f"{place.name}.row.{row.id}.{ROW_HERE}", value=state)
    head = tag("span", name, id=row_head(place, row.id))
    # Without script, a page tells which rows were on it: tick boxes without a tick send nothing.
    cells = [tag("th", head, here if place.mode == "plain" else "", scope="row", class_="wb-row-name")]
    for id, column in ask.columns.items():
        inside, broken = control(column, id, row, name, place)
        # As a card, a row shows what the headings of a wide table say: label, note and help stand on the cell as well.
        note = " · ".join(_notes(column, short=True)) or None
        help = plain(column.help) if column.help else None
        cells.append(
            tag(
                "td",
                inside,
                data_label=plain_label(id, column),
                data_column=id,
                data_note=note,
                data_help=help,
                data_required=column.required,
                class_="wb-broken" if broken else None,
            )
        )
    if not ask.fixed:
        last = _buttons(row.id, place) if place.mode == "form" else _box(row.id, place) if state == "kept" else ""
        cells.append(tag("td", last, class_="wb-row-actions"))
    return tag("tr", *cells, data_row=row.id)


def _box(row: str, place: Place) -> Html:
    """A box to tick where there is no script to remove a row."""
    id = f"{place.id}--{row}--remove"
    named = {"name": f"{place.name}.row.{row}.{ROW_GONE}", "aria_labelledby": f"{id}-text {row_head(place, row)}"}
    box = tag("input", type="checkbox", value="yes", id=id, **named)
    text = tag("label", words(_("Remove")), for_=id, id=f"{id}-text")
    return tag("div", box, text, class_="wb-option")


def _buttons(row: str, place: Place) -> Html:
    acts = {"row-up": ("↑", _("Move up:")), "row-down": ("↓", _("Move down:")), "remove-row": ("✕", _("Remove:"))}
    drawn = []
    for act, (sign, text) in acts.items():
        id = f"{place.id}--{row}--{act}"
        # The name is the button's own label and the row's: “Move up: Partner 2”, right after every move.
        named = {"aria_label": text, "aria_labelledby": f"{id} {row_head(place, row)}", "title": text.rstrip(":")}
        inside = tag("span", sign, aria_hidden="true")
        drawn.append(
            tag("button", inside, type="button", id=id, class_="wb-button wb-quiet wb-move", data_act=act, **named)
        )
    return tag("div", *drawn, class_="wb-row-buttons")


def _tools(ask: Ask, place: Place) -> Html:
    if place.mode != "form":
        return ""
    buttons = []
    template = ""
    if not ask.fixed:
        empty = Row(TEMPLATE, dict(ask.defaults))
        template = tag("template", _row(ask, empty, 0, place, "new"), data_row_template=True)
        text = _("Add a row: {one}").format(one=ask.one) if ask.one else _("Add a row")
        buttons.append(tag("button", words(text), type="button", class_="wb-button", data_act="add-row", hidden=True))
        paste = words(_("Paste from a spreadsheet"))
        buttons.append(tag("button", paste, type="button", class_="wb-button wb-quiet", data_act="paste", hidden=True))
    return template + (tag("div", *buttons, class_="wb-actions") if buttons else "")


def _targets(ask: Ask, place: Place) -> Html:
    """The SDG targets once for all cells of this worksheet."""
    if not any(column.type == "target" for column in ask.columns.values()):
        return ""
    options = [tag("option", words(title), value=code) for code, title in goals.targets().items()]
    return tag("datalist", *options, id=f"{place.id}--targets")

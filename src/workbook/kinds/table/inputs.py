"""One cell of a worksheet as a control: what one types into, chooses from or ticks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...checks import values
from ...fields import Html
from ...i18n import _
from ...model import Row
from ..base import Place
from ..choices import option
from ..markup import lesson_link, tag, words
from .cells import LONGEST, in_words, known_values
from .columns import Column, label, limits


def heading(place: Place, column: str) -> str:
    """The element id of a column's heading."""
    return f"{place.id}--column-{column}"


def row_head(place: Place, row: str) -> str:
    """The element id of a row's name."""
    return f"{place.id}--row-{row}"


def names_of(row: str, column: str, place: Place) -> str:
    """What names a control: its row's head and its column's."""
    return f"{row_head(place, row)} {heading(place, column)}"


def ticked(column: Column) -> bool:
    """Whether a cell is a group of tick boxes."""
    return column.many and column.type != "target"


def computed_words(column: Column, id: str, row: Row, place: Place) -> str:
    """What a computed cell says. The plan knows of other worksheets and says so in ``place.extra``."""
    told = place.extra.get("computed", {}).get(place.name, {}).get(row.id, {})
    return told[id] if id in told else in_words(column, row.cells.get(id), place.choices)


def control(column: Column, id: str, row: Row, named: Html, place: Place) -> tuple[Html, bool]:
    """The inside of a cell in the row called ``named``, and whether something in it points nowhere."""
    cell = row.cells.get(id)
    if column.type == "computed":
        inside = words(computed_words(column, id, row, place) or "–")
        return tag("output", inside, data_slot=f"row.{row.id}.{id}", aria_labelledby=names_of(row.id, id, place)), False
    if column.locked:
        return tag(
            "div", words(in_words(column, cell, place.choices)).replace("\n", "<br>"), class_="wb-supplied"
        ), False
    known, flagged = _offers(column, cell, place)
    given: dict[str, Any] = {
        "name": f"{place.name}.row.{row.id}.{id}",
        "id": f"{place.id}--{row.id}--{id}",
        "aria_labelledby": names_of(row.id, id, place),
        "aria_describedby": f"{heading(place, id)}--help" if column.help else None,
        "aria_required": "true" if column.required else None,
    }
    if ticked(column):
        legend = f"{named}, {label(id, column)}"
        return _boxes(column, cell, {**flagged, **known}, legend, given, f"row.{row.id}.{id}", place), bool(flagged)
    if column.type in ("choice", "ref", "goal", "yes-no-unknown"):
        return _select(column, cell, known, flagged, given, place), bool(flagged)
    return _typed(column, cell, given, place), False


def _typed(column: Column, cell: Any, given: Mapping[str, Any], place: Place) -> Html:
    text = "; ".join(values(cell))
    if column.type == "long":
        # A browser drops a line break right behind the tag.
        return tag("textarea", "\n", words(text), rows=2, maxlength=LONGEST["long"], **given)
    if column.type == "date":
        return tag("input", type="date", value=text, **given)
    if column.type == "target":
        like = "4.1; 17.16" if column.many else "4.1"
        return tag(
            "input", type="text", value=text, placeholder=like, list=f"{place.id}--targets", autocomplete="off", **given
        )
    if column.type == "number":
        beside = " · ".join(filter(None, [column.unit, limits(column)]))
        unit_id = f"{given['id']}--unit"
        about = " ".join(filter(None, [given["aria_describedby"], unit_id if beside else ""])) or None
        field = tag("input", **{**given, "aria_describedby": about}, type="text", inputmode="decimal", value=text,
                    maxlength=60, autocomplete="off")  # fmt: skip
        unit = tag("span", words(beside), class_="wb-unit", id=unit_id) if beside else ""
        return tag("div", field, unit, class_="wb-number")
    # One line of text, but all of it in sight: the field grows with it.
    return tag("textarea", "\n", words(text), rows=1, maxlength=LONGEST["text"], autocomplete="off", **given)


def _offers(column: Column, cell: Any, place: Place) -> tuple[Mapping[str, str], dict[str, str]]:
    """What a cell may choose among, and what it holds beside: rows that were removed, options that are gone."""
    known = known_values(column, place.choices)
    if column.type not in ("choice", "ref", "goal", "yes-no-unknown"):
        return known, {}
    return known, {value: _flag(column, value, place) for value in values(cell) if value not in known}


def _flag(column: Column, value: str, place: Place) -> str:
    if column.type != "ref":
        return _("(no longer offered) {name}").format(name=value)
    outside = place.extra.get("outside", {}).get(column.source, {})
    if value in outside:
        return _("(no longer in the list) {name}").format(name=outside[value])
    removed = place.extra.get("removed", {})
    name = removed.get(column.source, {}).get(value) or removed.get(column.from_ or "", {}).get(value) or _("a row")
    return _("(removed) {name}").format(name=name)


def _select(
    column: Column,
    cell: Any,
    known: Mapping[str, str],
    flagged: Mapping[str, str],
    given: Mapping[str, Any],
    place: Place,
) -> Html:
    chosen = next(iter(values(cell)), "")
    drawn = [tag("option", words(_("Choose …")), value="")]
    drawn += [tag("option", words(t), value=v, selected=v == chosen, data_broken=True) for v, t in flagged.items()]
    drawn += [tag("option", words(text), value=value, selected=value == chosen) for value, text in known.items()]
    return tag("select", *drawn, **given) + _nothing(column, known, place)


def _boxes(
    column: Column,
    cell: Any,
    offered: Mapping[str, str],
    legend: Html,
    given: Mapping[str, Any],
    slot: str,
    place: Place,
) -> Html:
    """Tick boxes that open on demand; the summary says what is ticked."""
    chosen = values(cell)
    drawn = [
        option("checkbox", given["name"], given["id"], value, words(text), value in chosen, place.mode)
        for value, text in offered.items()
    ]
    said = tag("span", summary(column, cell, place), data_slot=slot, id=f"{given['id']}--ticked")
    head = tag("summary", said, aria_labelledby=f"{given['aria_labelledby']} {given['id']}--ticked")
    group = tag(
        "fieldset",
        tag("legend", legend, class_="wb-unseen"),
        *drawn,
        _nothing(column, offered, place),
        class_="wb-cell-options",
        aria_describedby=given["aria_describedby"],
    )
    return tag("details", head, group, class_="wb-many")


def summary(column: Column, cell: Any, place: Place) -> Html:
    """What a group of tick boxes says in short."""
    known, flagged = _offers(column, cell, place)
    said = [flagged.get(value) or known.get(value, value) for value in values(cell)]
    return words("; ".join(said) or _("Choose …"))


def _nothing(column: Column, known: Mapping[str, str], place: Place) -> Html:
    """What to do first where a ref has nothing to choose from yet."""
    if known or column.type != "ref":
        return ""
    empty = place.extra.get("empty", {})
    first = empty.get(column.source) or empty.get(column.from_ or "")
    if first is None:
        said = _("Nothing to choose from yet: it comes from what you write on this page.")
        return tag("p", words(said), class_="wb-nothing")
    if place.extra.get("outside", {}).get(column.source):
        said = words(_("Nothing to choose from yet: no row of “{title}” is marked there as one that fits here."))
    else:
        said = words(_("Nothing to choose from yet: fill in “{title}” first."))
    return tag("p", said.replace("{title}", lesson_link(first.title, first.lesson)), class_="wb-nothing")

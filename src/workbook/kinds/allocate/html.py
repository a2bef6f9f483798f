"""Shares as one number field for each row, with the sum below."""

from __future__ import annotations

from ...fields import Html
from ...i18n import _
from ..base import Place, Value
from ..choices import line
from ..markup import tag, words
from ..numerals import LONGEST
from ..writing import described
from . import Ask, added, short


def controls(ask: Ask, value: Value, place: Place) -> Html:
    """The rows, each a labelled field named ``<question>.<row>``.

    The sum is in ``<p class="wb-sum" data-total="100">``; a script may keep it up to date by writing the sum so far
    into its ``<span data-sum>``.
    """
    given = value or {}
    paper = place.mode == "paper"
    drawn = []
    for row, text in ask.rows.items():
        id = f"{place.id}--{row}"
        share = short(given[row]) if row in given else ""
        field = line(share) if paper else _field(place, row, id, share)
        label = tag("span", text) if paper else tag("label", text, for_=id)
        drawn.append(
            tag(
                "div",
                label,
                " ",
                tag("span", field, _unit(ask), class_="wb-number"),
                class_="wb-row wb-share",
                data_part=row,
            )
        )
    sum_id = f"{place.id}--sum"
    so_far = tag("span", words(short(added(given)) if given or not paper else "____"), data_sum=True)
    total = words(_("of {total}").format(total=ask.total))
    said = tag(
        "p", words(_("Sum:")), " ", so_far, " ", total, _unit(ask), class_="wb-sum", id=sum_id, data_total=ask.total
    )
    return tag("div", *drawn, class_="wb-rows") + said


def _unit(ask: Ask) -> Html:
    return " " + tag("span", words(ask.unit), class_="wb-unit") if ask.unit else ""


def _field(place: Place, row: str, id: str, share: str) -> Html:
    return tag(
        "input",
        type="text",
        inputmode="decimal",
        autocomplete="off",
        name=f"{place.name}.{row}",
        id=id,
        value=share,
        maxlength=LONGEST,
        aria_describedby=described(place, f"{place.id}--sum"),
    )

"""Authors' texts on a narrow screen."""

from __future__ import annotations

import re

from ..fields import Html
from ..i18n import _
from ..kinds.markup import tag

TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)


def scrolling(text: Html) -> Html:
    """``text`` with each table in a box of its own: a wide one scrolls there, by keyboard too, and no word breaks."""

    def boxed(table: re.Match[str]) -> Html:
        return tag("div", table[0], class_="wb-scroll", tabindex=0, role="group", aria_label=_("Table"))

    return TABLE.sub(boxed, text)

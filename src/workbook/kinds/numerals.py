"""Numbers as people type them: a comma or a point, gaps between thousands, a unit behind, digits of any script."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from ..i18n import _, ngettext
from .base import Malformed

LONGEST = 60
_GAP = "_"
_GAPS = "'’٬"
_MINUS = "-−–‒﹣－"


def canonical(text: str, *, unit: str = "", decimals: int | None = None) -> str:
    """``text`` as the one way in which a number is stored: ``40,20 %`` is ``40.2``, ``1 200`` is ``1200``.

    ``unit`` may stand before or behind. Raises Malformed for no number, for one with more than ``decimals`` decimals,
    and for one that can be read in two ways (``1,200``), as long as ``decimals`` does not settle it.
    """
    like = Malformed(_("Write one number in digits, such as 40.2."))
    if len(text) > LONGEST:
        raise like
    body = _bare(text, unit)
    sign = body[:1] if body[:1] in ("-", "+") else ""
    body = body.removeprefix(sign).strip(_GAP)
    if not re.fullmatch(r"[0-9_.,]+", body):
        raise like
    whole, part = _split(body, decimals)
    if not re.fullmatch(r"[0-9]*|[0-9]{1,3}([_.,])[0-9]{3}(\1[0-9]{3})*", whole, re.ASCII):
        raise like
    if not re.fullmatch(r"[0-9]*", part) or not (whole or part):
        raise like
    part = part.rstrip("0")
    if decimals is not None and len(part) > decimals:
        if decimals == 0:
            raise Malformed(_("Give a whole number."))
        most = ngettext("Give one decimal place at most.", "Give {n} decimal places at most.", decimals)
        raise Malformed(most.format(n=decimals))
    number = (re.sub(r"[^0-9]", "", whole).lstrip("0") or "0") + (f".{part}" if part else "")
    return f"-{number}" if sign == "-" and number != "0" else number


def exact(number: str | float) -> Fraction:
    """A canonical number, or one from a content file, without rounding: 0.1 is one tenth."""
    return Fraction(str(number))


def _plain(text: str) -> str:
    """Any script's digits as 0 to 9, any gap as ``_``, any minus as ``-``; marks that nobody sees are dropped."""
    said = []
    for char in text.strip():
        if char.isspace() or char in _GAPS:
            said.append(_GAP)
        elif char in _MINUS:
            said.append("-")
        elif char == "٫":
            said.append(".")
        elif unicodedata.category(char) == "Nd":
            said.append(str(unicodedata.decimal(char)))
        elif unicodedata.category(char) != "Cf":
            said.append(char.casefold())
    return "".join(said)


def _bare(text: str, unit: str) -> str:
    body, name = _plain(text), _plain(unit)
    if name and body != name:
        body = body.removesuffix(name).removeprefix(name)
    return body.strip(_GAP)


def _split(body: str, decimals: int | None) -> tuple[str, str]:
    """What stands before and behind the decimal mark."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        mark = max(".,", key=body.rindex)
        whole, _mark, part = body.rpartition(mark)
        return (whole, part) if mark not in whole else (body, "")
    if points + commas != 1:
        return body, ""
    mark = "." if points else ","
    whole, _mark, part = body.partition(mark)
    if not re.fullmatch(r"[1-9][0-9]{0,2}", whole) or len(part) != 3:
        return whole, part
    # "1,200" and "1.200": thousands for some people, decimals for others.
    if decimals == 0:
        return body, ""
    if mark == "." and (decimals is None or decimals > 2):
        return whole, part
    short = f"{whole}.{part}".rstrip("0").rstrip(".")
    raise Malformed(_("This can be read in two ways. Write {a} or {b}.").format(a=whole + part, b=short))

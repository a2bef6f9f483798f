"""QR codes: as a drawing in a page, and in letters for a terminal."""

from __future__ import annotations

import io

import segno


def drawing(text: str) -> str:
    """An inline SVG that scales with its place."""
    code = segno.make(text, error="m", micro=False)
    return code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass="room-qr", lineclass=None)


def letters(text: str, encoding: str) -> str:
    """For a terminal; empty where it cannot show the letters."""
    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out=out, border=2, compact=True)
    try:
        out.getvalue().encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ""
    return out.getvalue()

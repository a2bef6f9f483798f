"""Tables that a spreadsheet opens: CSV and XLSX, in which nothing that people typed can become a formula.

A cell of text that begins with ``= + - @``, a tab or a line break is run by Excel, LibreOffice and others as a formula,
quoted or not (OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection). In CSV an apostrophe goes
before it, as OWASP says; XLSX has cells that are text whatever they begin with.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from ..answers.intake import JOINERS, harmless
from ..errors import WorkbookError
from ..i18n import _

Cell = str | float | None
"""Text, a number, or an empty cell."""
TRIGGERS: Final = "=+-@\t\r\n＝＋－＠"
"""What makes a formula of a text; spreadsheets in East Asia read the wide signs too."""

_BEFORE: Final = f"' \u00a0{JOINERS}"


@dataclass(frozen=True)
class Sheet:
    """A table with a name: the first row has the columns' titles."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def tame(text: str) -> str:
    """``text`` on one line, so that no spreadsheet takes it for a formula."""
    text = _line(text)
    return f"'{text}" if text.lstrip(_BEFORE).startswith(tuple(TRIGGERS)) else text


def bare(text: str) -> str:
    """The text that :func:`tame` was given: an apostrophe before what would be a formula is taken off."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(_BEFORE).startswith(tuple(TRIGGERS)) else text


def _line(text: str) -> str:
    """No line breaks and no characters that a spreadsheet or XML cannot hold."""
    return harmless(" ".join(text.split()) if text.strip() else "", 32_000)


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """CSV as RFC 4180 has it: lines end with CR LF, every text is quoted, numbers have a point."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in rows:
        writer.writerow([tame(cell) if isinstance(cell, str) else "" if cell is None else number(cell) for cell in row])
    return out.getvalue()


def number(value: float) -> float | int:
    """A number without digits that only come from adding fractions: 2.5, 3."""
    rounded = round(float(value), 6)
    return int(rounded) if rounded.is_integer() else rounded


# XLSX: the smallest workbook that ECMA-376 (part 1, 12.3 and 18.3) allows: texts inside their cells, two styles.

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Style 1 is bold, for titles; style 2 says that a text stays text even when somebody edits it.
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf fontId="1" applyFont="1"/><xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of these sheets; the same sheets give the same bytes."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(sheet.name[:31], {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
            for n, sheet in zip(numbers, sheets, strict=True)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheet) for n, sheet in zip(numbers, sheets, strict=True)},
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _HEAD + text, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{type}" Target="{target}"/>'
        for n, (type, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _sheet(sheet: Sheet) -> str:
    rows = "".join(
        f'<row r="{n}">{"".join(_cell(n, place, cell) for place, cell in enumerate(row))}</row>'
        for n, row in enumerate(sheet.rows, 1)
    )
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
    return f'<worksheet xmlns="{_MAIN}">{view}{_columns(sheet)}<sheetData>{rows}</sheetData></worksheet>'


def _columns(sheet: Sheet) -> str:
    """Each column as wide as its longest text needs, between 8 and 60 characters."""
    texts = zip_longest(*([_line(cell) if isinstance(cell, str) else "" for cell in row] for row in sheet.rows))
    widths = [min(max(8, *(len(text or "") + 2 for text in column)), 60) for column in texts]
    listed = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1))
    return f"<cols>{listed}</cols>" if listed else ""


def _cell(row: int, place: int, value: Cell) -> str:
    if value is None or value == "":
        return ""
    at = f"{_letters(place)}{row}"
    if not isinstance(value, str):
        return f'<c r="{at}"><v>{number(value)!r}</v></c>'
    text = escape(_line(value))
    return f'<c r="{at}" s="{1 if row == 1 else 2}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(place: int) -> str:
    """A column as spreadsheets call it: 0 is A, 26 is AA."""
    text = ""
    while place >= 0:
        text = chr(ord("A") + place % 26) + text
        place = place // 26 - 1
    return text


def write(path: Path, data: bytes) -> Path:
    """Put a table at ``path`` as a whole, or leave what was there. Raises WorkbookError."""
    new = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(data)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        why = error.strerror or error
        raise WorkbookError(_("The file {path} cannot be written: {why}").format(path=path, why=why)) from error
    return path

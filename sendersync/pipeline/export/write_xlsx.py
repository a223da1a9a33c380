"""Rows out as a plain Excel workbook: every cell text, private, whole or not at all."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from schemas.errors import WrongUse
from sendersync.pipeline.export.write_csv import private_file

MOST_ROWS: Final = 1_048_576
LONGEST_CELL: Final = 32_767
"""What Excel can hold."""

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Rejected" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # format 49 is Text: what is typed over a cell stays what was typed, zeros in front and all
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
    '</cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}

# what XML cannot hold or would change, and text that looks like such an escape
_TO_ESCAPE: Final = re.compile(r"[\x00-\x08\x0b\x0c\r\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_xlsx(path: Path, rows: Iterator[Sequence[str]]) -> int:
    """Writes rows as an Excel workbook of text cells, readable to this user only.

    A text cell is never a formula, so nothing has to be put before it.

    Returns:
        Rows written, the header not counted.

    Raises:
        WrongUse: The place cannot be written, or Excel could not hold this.
    """
    written = 0
    with private_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, _xml(content))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_xml(f'<worksheet xmlns="{_MAIN}"><sheetData>'))
            for written, row in enumerate(rows, start=1):
                if written > MOST_ROWS or any(len(cell) > LONGEST_CELL for cell in row):
                    raise WrongUse(
                        "Excel cannot hold so many rows, or a cell of that length.",
                        where=str(path),
                        do="Write them as CSV: --out rejected.csv.",
                    )
                cells = "".join(map(_cell, row))
                sheet.write(f'<row r="{written}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
    return max(0, written - 1)


def _xml(content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{content}'.encode()


def _cell(text: str) -> str:
    if not text:
        return '<c s="1"/>'
    plain = escape(_TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text))
    return f'<c s="1" t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'

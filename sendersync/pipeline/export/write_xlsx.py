"""An Excel workbook of text cells: rows written by XlsxWriter, private, whole or not at all."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from schemas.errors import WrongUse
from sendersync.pipeline.export.output_place import EarlierOutput, no_earlier_output
from sendersync.pipeline.export.write_csv import private_file

MOST_ROWS: Final = 1_048_576
LONGEST_CELL: Final = 32_767
"""What Excel can hold (Microsoft: "Excel specifications and limits")."""

# what XML cannot hold or would change, text that looks like such an escape, and text that looks
# like a cell with formatted words in it, which XlsxWriter would write as that
_TO_ESCAPE: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\r\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)|\A<(?=r>)"
)


def write_xlsx(
    path: Path, rows: Iterator[Sequence[str]], is_earlier: EarlierOutput = no_earlier_output
) -> int:
    """Writes rows as an Excel workbook of text cells, readable to this user only.

    A text cell is never a formula, so nothing has to be put before it.

    Args:
        path: Where to write.
        rows: The header, then the rows.
        is_earlier: Knows an earlier output, whose place this one may take.

    Returns:
        Rows written, the header not counted.

    Raises:
        WrongUse: The place cannot be written or is taken, or Excel could not hold this.
    """
    written = 0
    with (
        private_file(path, is_earlier) as file,
        # one row at a time is in memory; those before it wait in a folder of this user's own
        tempfile.TemporaryDirectory() as folder,
        Workbook(file, {"constant_memory": True, "tmpdir": folder}) as book,
    ):
        book.use_zip64()
        # format 49 is Text: what is typed over a cell stays what was typed, zeros in front and all
        text = book.add_format({"num_format": 49})
        sheet = book.add_worksheet("Rejected", worksheet_class=_TextSheet)
        for written, row in enumerate(rows, start=1):
            if written > MOST_ROWS or any(len(cell) > LONGEST_CELL for cell in row):
                raise _too_much_for_excel(path)
            for place, cell in enumerate(row):
                # a text, also where it reads as a number, an address or a formula
                write = sheet.write_string if cell else sheet.write_blank
                if write(written - 1, place, cell, text):
                    raise _too_much_for_excel(path)
    return max(0, written - 1)


class _TextSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter ships no types
    """A sheet whose cells hold exactly the text that they were given."""

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        """XlsxWriter's own misses an escape right behind another, and three characters."""
        return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", data)


def _too_much_for_excel(path: Path) -> WrongUse:
    return WrongUse(
        "Excel cannot hold so many rows or columns, or a cell of that length.",
        where=str(path),
        do="Write them as CSV: --out rejected.csv.",
    )

"""The rows of an xlsx sheet, element by element as they arrive."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from xml.parsers import expat

from connectors.sources.files.number_text import number_text
from connectors.sources.spreadsheets.cell_values import (
    CELL_LIMIT,
    ERROR_VALUE,
    MOST_COLUMNS,
    MOST_ROWS,
    NEVER_CALCULATED,
    SheetRow,
    boolean_text,
    damaged,
    serial_text,
)
from connectors.sources.spreadsheets.safe_xml import refuse_declarations

_PLAIN_NUMBER: Final = re.compile(r"-?[1-9]\d{0,14}|0")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Text with the characters that XML cannot hold, which Excel writes as `_x000D_`."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class NumberFormat(NamedTuple):
    """What a style makes of a number."""

    date: bool
    elapsed: bool


_PLAIN: Final = NumberFormat(date=False, elapsed=False)


class RowReader:
    """Takes a sheet piece by piece and gives its rows.

    Args:
        where: The file and the sheet, for messages.
        texts: The shared texts.
        looks: The styles, by their number.
        since_1904: Days are counted from 1904.
    """

    def __init__(
        self, where: str, texts: list[str], looks: list[NumberFormat], since_1904: bool
    ) -> None:
        self._where = where
        self._texts = texts
        self._looks = looks
        self._since_1904 = since_1904
        self._rows: list[SheetRow] = []
        self._row: SheetRow | None = None
        self._number = 0
        self._following = 0
        self._places: dict[str, int] = {}
        self._prefix = ""
        self._in_data = False
        self._seen_root = False
        self._hint = False
        self._ref, self._kind, self._style = "", "n", ""
        self._formula = False
        self._parts: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        refuse_declarations(self._parser, where)

    def feed(self, chunk: bytes, *, last: bool = False) -> list[SheetRow]:
        """The rows that this piece completes.

        Raises:
            SourceMismatch: The sheet is damaged.
        """
        self._rows = []
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise self._damaged("its XML breaks off or is not XML") from None
        return self._rows

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._seen_root:
            self._seen_root = True
            self._prefix = tag[: tag.rfind(":") + 1]
            if tag != f"{self._prefix}worksheet":
                raise self._damaged("it is not a worksheet")
        if self._prefix:
            tag = tag.removeprefix(self._prefix)
        if tag == "c":
            self._ref = attributes.get("r", "")
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._formula = False
            self._parts = []
        elif tag == "v" or (tag == "t" and not self._hint):
            self._parser.CharacterDataHandler = self._parts.append
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._hint = True
        elif tag == "sheetData":
            self._in_data = True

    def _end(self, tag: str) -> None:
        if self._prefix:
            tag = tag.removeprefix(self._prefix)
        if tag in ("v", "t"):
            self._parser.CharacterDataHandler = None
        elif tag == "c":
            self._cell()
        elif tag == "row":
            if self._row is not None:
                self._rows.append(self._row)
            self._row = None
        elif tag == "rPh":
            self._hint = False
        elif tag == "sheetData":
            self._in_data = False

    def _begin_row(self, attributes: dict[str, str]) -> None:
        if not self._in_data:
            return
        given = attributes.get("r", "")
        number = int(given) if given.isdecimal() else self._number + 1
        if not self._number < number <= MOST_ROWS:
            raise self._damaged(f"row {given or number} does not come after row {self._number}")
        self._number = number
        self._following = 0
        self._row = SheetRow(number, [], attributes.get("hidden", "0") in ("1", "true"))

    def _cell(self) -> None:
        row = self._row
        if row is None:
            return
        cells = row.cells
        place = self._place(self._following)
        if place < self._following:
            raise self._damaged(f"row {row.number} holds a cell twice")
        # an empty cell without a name moves those after it all the same
        self._following = place + 1
        text = "".join(self._parts)
        if len(text) > CELL_LIMIT:
            raise self._damaged(
                f"row {row.number} holds a cell of more than {CELL_LIMIT:,} letters"
            )
        if not text and not self._formula and self._kind != "e":
            return  # only a colour or a border
        if place > len(cells):
            cells.extend([""] * (place - len(cells)))
        cells.append(self._text(text, row, place))

    def _place(self, following: int) -> int:
        if not self._ref:
            return following
        letters = self._ref.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            if not (letters.isascii() and letters.isalpha() and letters.isupper()) or (
                place > MOST_COLUMNS
            ):
                raise self._damaged("it names a cell that no spreadsheet has")
            place -= 1
            self._places[letters] = place
        return place

    def _text(self, text: str, row: SheetRow, place: int) -> str:
        kind = self._kind
        if kind == "s":
            try:
                return self._texts[int(text)]
            except (ValueError, IndexError):
                raise self._damaged(f"row {row.number} names a text that is not there") from None
        if kind == "e":
            row.faulty[place] = ERROR_VALUE
            return text or "#ERROR"
        if self._formula and not text and kind != "str":
            row.faulty[place] = NEVER_CALCULATED
            return ""
        if kind in ("str", "inlineStr"):
            return unescaped(text)
        if kind == "b":
            return boolean_text(text)
        if kind == "d":
            return text.removesuffix("T00:00:00")
        return self._number_text(text, row)

    def _number_text(self, text: str, row: SheetRow) -> str:
        style = self._style
        look = _PLAIN
        if style and style != "0":
            place = int(style) if style.isdecimal() else 0
            look = self._looks[place] if place < len(self._looks) else _PLAIN
        if not look.date and _PLAIN_NUMBER.fullmatch(text):
            return text
        try:
            value = float(text)
        except ValueError:
            raise self._damaged(f"row {row.number} holds a number that is none") from None
        if look.date:
            return serial_text(value, since_1904=self._since_1904, elapsed=look.elapsed)
        return number_text(value)

    def _damaged(self, what: str) -> Exception:
        return damaged(self._where, what)

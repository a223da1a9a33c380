"""The text of an xlsx cell: its kind, its number format and its shared text, as one string."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from connectors.sources.files.number_text import number_text
from connectors.sources.spreadsheets.cell_values import (
    ERROR_VALUE,
    NEVER_CALCULATED,
    boolean_text,
    serial_text,
)

_PLAIN_NUMBER: Final = re.compile(r"-?[1-9]\d{0,14}|0")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Text with the characters that XML cannot hold, which Excel writes as `_x000D_`."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class NumberFormat(NamedTuple):
    """What a number format makes of a number."""

    date: bool
    elapsed: bool


_PLAIN: Final = NumberFormat(date=False, elapsed=False)


class CellTexts:
    """What all cells of a workbook have in common.

    Args:
        texts: The shared texts.
        formats: The number formats, by the number of the style.
        since_1904: Days are counted from 1904.
    """

    def __init__(self, texts: list[str], formats: list[NumberFormat], *, since_1904: bool) -> None:
        self._texts = texts
        self._formats = formats
        self._since_1904 = since_1904

    def text_and_fault(
        self, kind: str, style: str, value: str, *, formula: bool
    ) -> tuple[str, str]:
        """The text of a cell, and what it holds instead of a value, which is mostly nothing.

        Args:
            kind: The cell's type: `s`, `n`, `str`, `inlineStr`, `b`, `d`, `e`.
            style: The number of its style; may be empty.
            value: What stands in it.
            formula: It is calculated.

        Raises:
            ValueError: It cannot be what it says; the rest of a sentence that begins with the row.
        """
        if kind == "s":
            try:
                return self._texts[int(value)], ""
            except (ValueError, IndexError):
                raise ValueError("names a text that is not there") from None
        if kind == "e":
            return value or "#ERROR", ERROR_VALUE
        if formula and not value and kind != "str":
            return "", NEVER_CALCULATED
        if kind in ("str", "inlineStr"):
            return unescaped(value), ""
        if kind == "b":
            return boolean_text(value), ""
        if kind == "d":
            return value.removesuffix("T00:00:00"), ""
        return self._number_text(style, value), ""

    def _number_text(self, style: str, value: str) -> str:
        number_format = _PLAIN
        if style and style != "0":
            place = int(style) if style.isdecimal() else 0
            number_format = self._formats[place] if place < len(self._formats) else _PLAIN
        if not number_format.date and _PLAIN_NUMBER.fullmatch(value):
            return value
        try:
            number = float(value)
        except ValueError:
            raise ValueError("holds a number that is none") from None
        if number_format.date:
            return serial_text(number, since_1904=self._since_1904, elapsed=number_format.elapsed)
        return number_text(number)

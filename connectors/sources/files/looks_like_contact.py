"""Whether a cell holds a phone number or an e-mail address: one rule for every kind of file.

It decides what is never left out and never taken for the names of columns, because its person
would be lost without a word. So it says yes in doubt: a number that lost its digits to a
spreadsheet (`1.20656E+10`) stands for somebody, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from connectors.sources.files.header_words import names_a_column

_FEWEST_DIGITS: Final = 7
"""A phone number has at least these, without its area code."""

_DIGITS_BESIDE_WORDS: Final = 9
"""Digits from which a number in a text is somebody's: `Order 1234567` may name a column."""

_NUMBER_BESIDE_WORDS: Final = re.compile(r"(?<![\w.-])[+(]?\d[\d ()./-]{6,}\d(?![\w])")
_EMAIL_BESIDE_WORDS: Final = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SCIENTIFIC: Final = re.compile(r"\d([.,]\d+)?[eE]\+?\d{1,2}")
_YEAR: Final = r"(?:1[3-9]|2[0-5])\d\d"  # of our calendar, the Buddhist one and the Islamic ones
_DATE: Final = re.compile(
    rf"(?:{_YEAR}[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./](?:{_YEAR}|\d\d?))"
    r"(?:[T ](?:\d.*:.*|[A-Za-z ]*))?",
    re.DOTALL,
)
_GUARDED: Final = re.compile(r'\s*="((?:[^"]|"")*)"\s*')


def looks_like_contact(cell: str) -> bool:
    """A phone number or an e-mail address, or nearly one; a date is neither."""
    text = unguarded(cell).strip()
    if _EMAIL.fullmatch(text) or _SCIENTIFIC.fullmatch(text):
        return True
    digits = sum(char.isdecimal() for char in text)
    shown = len(text) - sum(char.isspace() for char in text)
    return digits >= _FEWEST_DIGITS and digits * 2 > shown and not is_date(text)


def reads_as_person(cells: Sequence[str]) -> bool:
    """Whether a line that may name columns is a row: a contact stands in it, alone or beside words.

    `Ann Lee +1 206 555 0101` in the first line of a list of stops is somebody, too. Beside words
    only where no cell of the line names a column: `Phone (example +1 206 555 0101)` does.
    """
    if any(map(looks_like_contact, cells)):
        return True
    return any(map(_holds_contact, cells)) and not any(map(names_a_column, cells))


def _holds_contact(cell: str) -> bool:
    """An address, or a number of nine digits at least, that words stand beside."""
    found = (number.group() for number in _NUMBER_BESIDE_WORDS.finditer(cell))
    return _EMAIL_BESIDE_WORDS.search(cell) is not None or any(
        sum(map(str.isdecimal, number)) >= _DIGITS_BESIDE_WORDS for number in found
    )


def is_date(text: str) -> bool:
    """A day, with or without a time: `2026-11-22`, `22.11.2026 10:30`, `11/22/26`.

    `0123-45-6789` is none: it is how landlines are written in Japan.
    """
    return _DATE.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def is_guarded(cell: str) -> bool:
    """Whether it is `="..."`, as spreadsheets keep leading zeros."""
    return _GUARDED.fullmatch(cell) is not None


def unguarded(cell: str) -> str:
    """What stands in `="..."`; any other cell as it is.

    Only to judge a cell by: its row holds it as the file does.
    """
    guarded = _GUARDED.fullmatch(cell)
    return guarded[1] if guarded else cell

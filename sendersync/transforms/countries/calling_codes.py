"""Calling codes in a country column: `250` is Rwanda's, and France's number in ISO 3166.

Both systems number countries with up to three digits, so one cell cannot say which it is. The
column can: by its header, by a code that only one system has, by numbers that have a plus beside
them. Where nothing says so, a cell that means two countries means none.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Final

import pandas as pd
import phonenumbers

from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.countries.names import country_names

_NUMBER: Final = re.compile(r"\(?(?P<sign>\+|00)? ?(?P<digits>[0-9]{1,3})(?:\.0)?\)?")
_CALLING_HEADER: Final = re.compile(
    r"call|dial|isd\b|phone|prefi[jx]|prefiss|prefixe|vorwahl|indicatif|ddi\b|landnummer|"
    r"телефон|код страны тел|区号|国番号",
    re.IGNORECASE,
)
_ISO_HEADER: Final = re.compile(r"\biso\b|iso[ _-]?3166|numeric|alpha", re.IGNORECASE)
_WITH_CODE: Final = re.compile(
    r"(?P<name>.+?)[ :,(\[-]*\+(?P<code>[0-9]{1,3})[)\]]?"
    r"|[(\[]?\+(?P<code_first>[0-9]{1,3})[ :,)\]-]+(?P<name_behind>\D+?)\)?"
)


class NumberSystem(Enum):
    """What the numbers of a country column are."""

    CALLING = "calling codes"
    ISO = "ISO numbers"
    UNDECIDED = "calling codes or ISO numbers"


def number_system(cells: pd.Series[str], phones: pd.Series[str], header: str) -> NumberSystem:
    """Which numbers a column holds.

    Args:
        cells: The country column, `str`.
        phones: The phone column as the source gave it, same index.
        header: The country column's header.

    Returns:
        `UNDECIDED` also where the signs contradict each other, and where there are no numbers.
    """
    numbers = {cell: found for cell in cells.unique() if (found := _number(cell))}
    calling = bool(_CALLING_HEADER.search(header))
    iso = bool(_ISO_HEADER.search(header))
    for sign, digits in numbers.values():
        code, country = _of_calling_code(digits), _of_iso_number(digits)
        calling |= bool(sign and code) or bool(code and not country)
        iso |= not sign and bool(country and not code) and len(digits) == 3
    doubtful = is_in(cells, [cell for cell, (sign, _) in numbers.items() if not sign])
    beside = phones[doubtful & phones.str.contains(r"^\W*(?:\+|00)", regex=True)]
    for cell, phone in zip(cells[beside.index], beside, strict=True):
        digits = re.sub(r"\D", "", phone).removeprefix("00")
        own, country = numbers[cell][1], _of_iso_number(numbers[cell][1])
        calling |= digits.startswith(own.lstrip("0"))
        iso |= bool(country) and digits.startswith(str(_calling_code_of(country)))
    if calling == iso:
        return NumberSystem.UNDECIDED
    return NumberSystem.CALLING if calling else NumberSystem.ISO


def read_number_cell(cell: str, system: NumberSystem) -> str | None:
    """The country of a number.

    Args:
        cell: A cell of a country column.
        system: What the column's numbers are.

    Returns:
        Alpha-2, for a calling code that several countries share the one whose plan leads; "" for
        a number that means no country, or two; None for a cell that is no number.
    """
    found = _number(cell)
    if found is None:
        return None
    sign, digits = found
    code, country = _of_calling_code(digits), _of_iso_number(digits) if len(digits) == 3 else ""
    if sign or system is NumberSystem.CALLING:
        return code
    if system is NumberSystem.ISO or not code or code == country:
        return country
    return ""


def without_calling_code(text: str) -> tuple[str, str] | None:
    """`Rwanda (+250)` as the name and the digits; None for any other text."""
    found = _WITH_CODE.fullmatch(text)
    if found is None:
        return None
    return found["name"] or found["name_behind"], found["code"] or found["code_first"]


def has_calling_code(country: str, digits: str) -> bool:
    """Whether these are the digits of the country's calling code."""
    return str(_calling_code_of(country)) == digits


def _number(cell: str) -> tuple[str, str] | None:
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if found is None or not found["digits"].strip("0"):
        return None  # zero is no number of a country, but how some programs write none
    return found["sign"] or "", found["digits"]


def _of_calling_code(digits: str) -> str:
    if digits.startswith("0"):
        return ""
    region = phonenumbers.region_code_for_country_code(int(digits))
    return "" if region in ("ZZ", "001") else str(region)


def _of_iso_number(digits: str) -> str:
    """By its three digits; a spreadsheet may have eaten zeros before them."""
    return country_names().codes.get(digits.zfill(3), "")


def _calling_code_of(country: str) -> int:
    return int(phonenumbers.country_code_for_region(country) or -1)

"""Visible text: a cell without invisible marks, its digits, signs and spaces as ASCII."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_BREAKS: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_BREAK_TABLE: Final = {ord(mark): "\n" for mark in _BREAKS}
_ALIKE: Final = {
    **dict.fromkeys("\ufe62\u207a\u2795", "+"),
    **dict.fromkeys("\u2212\u30fc", "-"),  # the other dashes are a category of their own
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4\u0060", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
}


UNSEEN_IN_NAMES: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]")
"""Marks inside a name that do not show: soft hyphens, joiners, direction and byte order marks."""

SCIENTIFIC: Final = re.compile(r"([+-]?)(\d+)(?:[.,](\d*))?[eE]([+-]?\d{1,3})")
"""A number as spreadsheets show long ones, `1.20656E+10`: sign, digits, fraction, exponent."""


def visible_text(raw: str) -> str:
    """The cell as a person sees it.

    Marks without a shape of their own are gone, spaces and dashes of all kinds, full-width signs
    and all scripts' digits are ASCII, line breaks and tabs are one line feed, and there is nothing
    blank at the ends. Letters stay what they are: a Cyrillic one is not taken for a Latin one.
    """
    if not raw.isascii():
        raw = "".join(map(_visible, raw))
    return raw.translate(_BREAK_TABLE).strip()


@lru_cache(maxsize=4096)
def _visible(mark: str) -> str:
    if mark.isascii():
        return mark
    if mark in _ALIKE:
        return _ALIKE[mark]
    if "\uff01" <= mark <= "\uff5e":  # full-width forms of ASCII
        return chr(ord(mark) - 0xFEE0)
    category = unicodedata.category(mark)
    if category == "Nd":
        return str(unicodedata.digit(mark))
    if category == "Cf":
        return ""
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    return mark

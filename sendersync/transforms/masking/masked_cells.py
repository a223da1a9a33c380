"""How cells of a source look on a screen: their shape stays, the person does not."""

from __future__ import annotations

import re
from typing import Final

from schemas.masking import mask_email, mask_name, mask_phone, mask_text

SHOWN_FIELDS: Final = frozenset({"country", "opted_out", "consent"})
"""Contact fields that name nobody."""

PLATFORM_FIELDS: Final = frozenset({"group", "sender_code"})
"""Contact fields that name nobody either, unless the wrong column is mapped to them."""

_DAY: Final = re.compile(
    r"(?<![\d+])(?<!\d[\s.()-])"
    r"((?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d\d:\d\d(?::\d\d)?)?)"
    r"(?!:?\d|[\s.()-]+\d)"
)
"""A day after ISO 8601, with a time or without: it has as many digits as a phone, and is none."""

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")


def shown_field(field: str, value: str, *, unmasked: bool) -> str:
    """A contact's value as it may be shown."""
    if unmasked or field in SHOWN_FIELDS or not value:
        return value
    if field in PLATFORM_FIELDS:
        return mask_text(value)
    if field == "phone":
        return mask_phone(value)
    if field == "email":
        return mask_email(value)
    return mask_name(value)


def shown_cell(field: str, cell: str, *, unmasked: bool) -> str:
    """A cell as the source gave it, so that its spelling can be seen and its owner cannot.

    A wrong column may be mapped to a country or a permission: what is no word of theirs is masked.
    """
    if unmasked or not cell:
        return cell
    if field in SHOWN_FIELDS:
        return cell if _is_word_of(field, cell) else _WORDS.sub(_first_letter, mask_text(cell))
    if field != "phone":
        return shown_field(field, cell, unmasked=False)
    digits = [place for place, char in enumerate(cell) if char.isdigit()]
    kept = {*digits[: min(4, len(digits) // 3)], *digits[-2:]} if len(digits) > 4 else set()
    masked = "".join(
        "*" if char.isdigit() and place not in kept else char for place, char in enumerate(cell)
    )
    return _WORD.sub(_first_letter, masked)


def shown_text(text: str, *, unmasked: bool) -> str:
    """A sentence without phones and e-mails; days in it stay."""
    if unmasked:
        return text
    # every second part is a day
    parts = _DAY.split(text)
    return "".join(part if n % 2 else mask_text(part) for n, part in enumerate(parts))


def _is_word_of(field: str, cell: str) -> bool:
    """Whether a cell is a country, a yes or a no: not a name in a column mapped by mistake."""
    from sendersync.transforms.cells.flags import FlagValue, answer
    from sendersync.transforms.countries.normalise_countries import read_country

    if field == "country":
        return read_country(cell) is not None
    return answer(cell) is not FlagValue.UNCLEAR


def _first_letter(word: re.Match[str]) -> str:
    return mask_name(word.group())

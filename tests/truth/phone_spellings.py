"""Phone numbers in many spellings, from the library's own examples, and ways to spoil them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

import pandas as pd
import phonenumbers
from phonenumbers import PhoneNumberFormat

REGIONS = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))

_KINDS = tuple(range(11))  # every PhoneNumberType but UNKNOWN


def texts(values: list[str]) -> pd.Series[str]:
    """A column as sources give it."""
    return pd.Series(values, dtype="str")


@cache
def spelled_examples() -> tuple[tuple[str, str], ...]:
    """Every region's example of every kind, as people write it: (text, region)."""
    return tuple(
        (text, region)
        for region in REGIONS
        for kind in _KINDS
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
        for text in _spellings(number)
    )


def _spellings(number: phonenumbers.PhoneNumber) -> Iterator[str]:
    code = str(number.country_code)
    national = phonenumbers.national_significant_number(number)
    for style in (
        PhoneNumberFormat.E164,
        PhoneNumberFormat.INTERNATIONAL,
        PhoneNumberFormat.NATIONAL,
    ):
        yield phonenumbers.format_number(number, style)
    yield from (national, f"0{national}", code + national, f"00{code}{national}")
    yield from (f"011 {code}{national}", f"+{code} (0){national}", f"+{code} (0) {national}")


def spoiled(rows: int, seed: int) -> tuple[pd.Series[str], pd.Series[str]]:
    """Two columns, texts and regions: spellings with a few characters changed at random."""
    chance = Random(seed)
    raw: list[str] = []
    regions: list[str] = []
    for _ in range(rows):
        text, region = chance.choice(spelled_examples())
        marks = "0123456789" if chance.random() < 0.7 else "0123456789 -.()+/x\u00a0\n"
        raw.append(_spoil(text, marks, chance))
        turn = chance.random()
        regions.append(region if turn < 0.8 else chance.choice(REGIONS) if turn < 0.94 else "")
    return texts(raw), texts(regions)


def _spoil(text: str, marks: str, chance: Random) -> str:
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 4))):
        at = chance.randrange(len(text) + 1)
        kept = chance.choice((0, 0, 1))  # replace, replace, insert
        mark = "" if chance.random() < 0.2 else chance.choice(marks)
        text = text[:at] + mark + text[at + 1 - kept :]
    return text

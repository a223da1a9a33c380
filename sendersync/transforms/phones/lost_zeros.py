"""Zeros that a spreadsheet ate, judged by the whole column.

Where the zero before a number is only dialled (Germany's 0151), nothing is lost with it. In Italy
and some thirty other plans a number may begin with a zero of its own: 331123456 is an old mobile,
or the landline 0331 123456 without its zero, and nobody can say which. The column can: where no
number begins with a zero and another one is a number only with it, the zeros are gone.
"""

from __future__ import annotations

from typing import Final

import pandas as pd
import phonenumbers
from phonenumbers import PhoneNumberType

from sendersync.transforms.phones.normalise_phones import normalise_phones
from sendersync.transforms.phones.numbering_plans import PLANS

_FROM_ABROAD: Final = r"^\W*(?:\+|00)"
_BEGINS_WITH_ZERO: Final = r"^\W*0"
_DIGITS_ALONE: Final = r"^\W*[1-9][\d ().\-/]*$"


def lost_zeros(raw: pd.Series[str], region: pd.Series[str], read: pd.DataFrame) -> pd.Series[bool]:
    """Numbers that may be another one without its zero.

    Args:
        raw: Phone cells of a whole column, `str`.
        region: The region each was read in, alpha-2; same index.
        read: What `normalise_phones` made of them; same index.

    Returns:
        True for numbers that are valid as they stand and with a zero before them, in a column
        whose zeros are gone. Those of the length that the region's mobiles have stay: with a zero
        they would be longer than almost any landline.
    """
    doubtful = pd.Series(data=False, index=raw.index)
    bare = raw.str.contains(_DIGITS_ALONE, regex=True)
    for name in region[bare].unique():
        if not _keeps_zeros(name):
            continue
        rows = region == name
        national = raw[rows & ~raw.str.contains(_FROM_ABROAD, regex=True)]
        if national.str.contains(_BEGINS_WITH_ZERO, regex=True).any():
            continue
        asked = raw[rows & bare]
        alone = read.loc[asked.index, "phone"]
        zero = "0" + asked.str.replace(r"^\D+", "", regex=True)
        with_zero = normalise_phones(zero, region[asked.index])["phone"]
        if not ((alone == "") & (with_zero != "")).any():
            continue
        both = (alone != "") & (with_zero != "") & (alone != with_zero)
        doubtful[asked.index] = both & (alone.str.len() != _length_of_mobiles(name))
    return doubtful


def _keeps_zeros(region: str) -> bool:
    """Whether a number of the region can begin with a zero."""
    (plan,) = PLANS.ids([region])
    if plan < 0:
        return False
    tables = PLANS.tables()
    return bool(tables.table[tables.numbers[plan]])


def _length_of_mobiles(region: str) -> int:
    """Characters of the region's example of a mobile number in E.164."""
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    if number is None:
        return 0
    return len(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

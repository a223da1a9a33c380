"""One sender code in many spellings."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.sync_keys.sender_code import plain_code
from sendersync.transforms.sender_codes import one_spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12065551212", "2065551212"),
        ("12065551212", "+1 (206) 555-1212"),
        ("MyBrand", "MYBRAND"),
        ("12345", "123-45"),
    ],
)
def test_spellings_of_one_code(one: str, other: str) -> None:
    """Separators, the US 1 and capitals make no other code."""
    assert plain_code(one) == plain_code(other)


@pytest.mark.parametrize(
    ("one", "other"), [("12345", "2345"), ("My Brand", "MyBrand"), ("12065551212", "2065551213")]
)
def test_different_codes(one: str, other: str) -> None:
    """What may be another code stays another code."""
    assert plain_code(one) != plain_code(other)


def test_the_spelling_last_sent_counts() -> None:
    """Today's codes take the members' spelling, or the first of today where there is none."""
    codes = pd.Series(["2065551212", "Brand", "BRAND", "12065551212"], dtype="str")
    known = pd.Series(["1-206-555-1212"], dtype="str")
    spelt = one_spelling(codes, known)
    assert spelt.tolist() == ["1-206-555-1212", "Brand", "Brand", "1-206-555-1212"]
    assert spelt.dtype == codes.dtype

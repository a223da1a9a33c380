"""Words of a yes-or-no column that mean neither: which are shown, and which are only counted."""

from __future__ import annotations

import pandas as pd

from schemas.sync_file import FlagWords
from sendersync.transforms.mapping.unclear_words import (
    DATES,
    OTHERS,
    SHOWN,
    listed,
    merged,
    shown_words,
    unclear_words,
)


def test_words_are_counted_as_they_are_compared() -> None:
    """A yes or a no is no question; capitals and blanks make no other word of it."""
    column = pd.Series(["Perhaps", " perhaps", "yes", "no", "", "on hold"], dtype="str")
    found = unclear_words(column, FlagWords())
    assert found == {"perhaps": 2, "on hold": 1}
    assert merged([found, {"perhaps": 3}]) == {"perhaps": 5, "on hold": 1}


def test_what_may_be_about_somebody_is_counted_and_not_shown() -> None:
    """Numbers, addresses, long texts and rare notes; a date is told as one."""
    counts = {
        "moved to email": 2,
        "ask for the other phone first": 1,
        "do not text this number": 3,
        "ann@example.com": 4,
        "206 555 0142": 1,
        "12065550142": 1,
        "x" * 41: 1,
        "2026-11-01": 2,
    }
    shown = shown_words("SMS status", counts)
    assert shown == {OTHERS: 8, "do not text this number": 3, "moved to email": 2, DATES: 2}
    assert listed(shown).startswith("(other texts) 8x, ")
    assert '"moved to email" 2x' in listed(shown)


def test_words_of_a_column_that_is_another_field_are_not_shown() -> None:
    """Whoever maps a name, a key or a country to a consent reads nobody's."""
    for header in ("First Name", "Mobile", "Last name", "Country", "CustomerID"):
        assert shown_words(header, {"quillfeather": 5}) == {OTHERS: 5}
    assert shown_words("Segment", {"gold": 5}) == {"gold": 5}


def test_a_column_of_many_words_may_hold_names() -> None:
    """Only what stands there often is shown, and no more than a screen of it."""
    rare = {f"name {letter}": 2 for letter in "abcdefghijklmnop"}
    often = {f"word {letter}": 3 for letter in "abcdefghijklmnop"}
    assert shown_words("Status", rare) == {OTHERS: 32}
    shown = shown_words("Status", often)
    assert shown.pop(OTHERS) == 3 * (len(often) - SHOWN)
    assert len(shown) == SHOWN

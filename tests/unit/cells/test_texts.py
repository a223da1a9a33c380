"""Text cleaning: what looks the same becomes the same."""

from __future__ import annotations

import pandas as pd
import pytest

from sendersync.transforms.cells.texts import clean_cell, clean_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("", ""),
        ("Ann", "Ann"),
        ("  Ann \t\r\n Lee ", "Ann Lee"),
        ("e\u0301", "é"),
        ("José", "José"),
        ("a\u200bb\ufeff", "ab"),
        ("a\x00b\x07", "ab"),
        ("a\u00adb", "ab"),
        ("a\u00a0\u2003b", "a b"),
        ("\u202eann\u202c", "ann"),
        ("a\u200cb", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("李 小龙", "李 小龙"),
        ("O'Neil-Smith, Jr.", "O'Neil-Smith, Jr."),
        ("\u2126", "\u03a9"),
    ],
)
def test_what_looks_the_same_becomes_the_same(raw: str, clean: str) -> None:
    """Unseen characters go, blanks become one space, accents are composed; the rest stays."""
    assert clean_text(pd.Series([raw, "Ann"], dtype="str")).tolist() == [clean, "Ann"]


def test_the_fast_way_changes_what_the_slow_way_changes() -> None:
    """Each character of the basic plane is treated alike with and without the fast pattern."""
    alphabet = [chr(n) for n in range(0x10000) if not 0xD800 <= n < 0xE000]
    raw = pd.Series([f"a{letter}b" for letter in alphabet], dtype="str")
    assert clean_text(raw).tolist() == [clean_cell(cell) for cell in raw]


def test_index_and_types_stay() -> None:
    """The answer has the index of the column, and is `str` when it is empty too."""
    raw = pd.Series(["yes ", None], index=[5, 2], dtype="str")
    assert clean_text(raw).to_dict() == {5: "yes", 2: ""}
    assert str(clean_text(pd.Series([], dtype="str")).dtype) == "str"

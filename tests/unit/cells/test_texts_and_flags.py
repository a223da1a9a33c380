"""Text as a person meant it, and cells that mean yes."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.sync_file import FlagWords
from sendersync.transforms.cells.flags import doubtful, truthy
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


@pytest.mark.parametrize("cell", ["true", " YES ", "Y", "1", "x", "On", "\u00a0yes\t"])
def test_words_of_the_list_mean_yes(cell: str) -> None:
    """Each word of the sync file's list means yes, in any capitals, blanks aside."""
    assert truthy(pd.Series([cell], dtype="str")).tolist() == [True]


@pytest.mark.parametrize(
    "cell", ["", " ", "no", "0", "false", "off", "ja", "yes!", "2", "1.0", "nan"]
)
def test_everything_else_means_no(cell: str) -> None:
    """What is not on the list means no, the empty cell too."""
    assert truthy(pd.Series([cell], dtype="str")).tolist() == [False]


@pytest.mark.parametrize("cell", ["Sí", "ja", "yes!", "2", "1.0", "2026-01-05", "BAJA"])
def test_what_is_neither_yes_nor_no_is_doubtful(cell: str) -> None:
    """A cell that counts as a no and may have been meant as a yes is told apart."""
    assert doubtful(pd.Series([cell], dtype="str")).tolist() == [True]


@pytest.mark.parametrize("cell", ["", " ", "No", "0", "FALSE", "off", "nein", "não", "0.0", "yes"])
def test_a_yes_and_a_no_are_not_doubtful(cell: str) -> None:
    """A clear yes, a clear no in a common language, and an empty cell need no word."""
    assert doubtful(pd.Series([cell], dtype="str")).tolist() == [False]


WORDS = FlagWords(means_yes=["Baja", "no"], means_no=["activo"])
FILLED = FlagWords(means_no=["activo"], filled_means_yes=True)


@pytest.mark.parametrize(
    ("words", "cell", "yes", "unclear"),
    [
        (WORDS, " BAJA ", True, False),
        (WORDS, "yes", True, False),
        (WORDS, "no", True, False),
        (WORDS, "Activo", False, False),
        (WORDS, "0", False, False),
        (WORDS, "2026-01-05", False, True),
        (FILLED, "2026-01-05", True, False),
        (FILLED, "Activo", False, False),
        (FILLED, "nein", False, False),
        (FILLED, " ", False, False),
    ],
)
def test_a_sync_file_may_say_what_its_words_mean(
    words: FlagWords, cell: str, yes: bool, unclear: bool
) -> None:
    """Its words come beside those that always mean yes, and before those that commonly mean no."""
    cells = pd.Series([cell], dtype="str")
    assert (truthy(cells, words).tolist(), doubtful(cells, words).tolist()) == ([yes], [unclear])


def test_index_and_types_stay() -> None:
    """The answers have the index of the column, and `str` and `bool`, when it is empty too."""
    raw = pd.Series(["yes ", None], index=[5, 2], dtype="str")
    assert truthy(raw).to_dict() == {5: True, 2: False}
    assert clean_text(raw).to_dict() == {5: "yes", 2: ""}
    empty = pd.Series([], dtype="str")
    assert (str(truthy(empty).dtype), str(clean_text(empty).dtype)) == ("bool", "str")

"""Cells of yes or no."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from schemas.sync_file import FlagWords, Words
from sendersync.transforms.cells.dates import (
    is_no_date,
    is_real_date,
    looks_like_date,
    may_be_no_date,
)
from sendersync.transforms.cells.flags import FlagValue, answer, doubtful, refused, truthy


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
DATED = FlagWords(dates_mean_yes=True)


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


REAL_DATES = [
    *("2025-03-04", "2025-03-04 10:00:00", "2025-03-04T10:00:00.000+0000", "2025-03-04T10:00:00Z"),
    *("3/4/2025 10:00 AM", "04.03.2025", "4. M\u00e4rz 2025", "Mar 4, 2025", "4 de marzo de 2025"),
    *("Tue Mar 04 2025 10:00:00 GMT+0100 (CET)", "Tue, 04 Mar 2025 10:00:00 GMT", "20250304"),
    *(
        "2025\u5e743\u67084\u65e5",
        "4-Mar-2025",
        "11/20/26 18:28",
        "2025. 3. 4.",
        "12 ao\u00fbt 2025",
    ),
]
NO_DATES = [
    *("0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "0001-01-01T00:00:00", "00:00:00"),
    *("1899-12-30", "30.12.1899", "12/31/1899", "1899-12-30T00:00:00", "1900-01-00", "1/0/1900"),
]
EPOCHS = [
    *("1970-01-01", "1970-01-01 00:00:00", "1970-01-01T01:00:00Z", "01.01.1970", "1/1/70"),
    *("Thu, 01 Jan 1970 00:00:00 GMT", "1969-12-31 19:00:00", "1900-01-01", "01/01/1900"),
    *("1753-01-01", "1601-01-01T00:00:00Z", "1.1.1904", "9999-12-31", "12/31/2099", "1980-01-01"),
]
NOT_DATES = [
    *("withdrawn 2026-02-01", "2026-02-01 (by phone)", "12065550142", "45678", "soon", "2026"),
    *("May", "1.5", "10:30", "2025-03"),
]
NOT_REAL = ["2026-13-45", "31.02.2025", "9998-12-31", "1888-05-05", "2025-00-00"]


@pytest.mark.parametrize("cell", REAL_DATES)
def test_a_real_date_means_yes_where_dates_do(cell: str) -> None:
    """A day on which somebody may have answered, as programs and people write it."""
    assert is_real_date(cell) and looks_like_date(cell)
    assert answer(cell, DATED) is FlagValue.YES and answer(cell) is FlagValue.UNCLEAR


@pytest.mark.parametrize("cell", [*NO_DATES, "NULL", r"\N", "NaT", "0", "-", ""])
@pytest.mark.parametrize("words", [FlagWords(), DATED, FILLED])
def test_a_date_for_none_is_a_blank_cell(cell: str, words: FlagWords) -> None:
    """The absence of an answer is never read as the answer, whatever the sync file says."""
    assert answer(cell, words) is FlagValue.NO


@pytest.mark.parametrize("cell", EPOCHS)
@pytest.mark.parametrize("words", [FlagWords(), DATED, FILLED])
def test_the_first_or_last_day_of_a_calendar_is_unclear(cell: str, words: FlagWords) -> None:
    """It may be a missing date: neither a consent nor an opt-out, and no clear no either."""
    assert may_be_no_date(cell) and not is_no_date(cell)
    assert answer(cell, words) is FlagValue.UNCLEAR


@pytest.mark.parametrize("cell", [*NOT_DATES, *NOT_REAL])
def test_a_word_beside_dates_is_unclear(cell: str) -> None:
    """Where dates mean yes nothing else does; a day that no calendar has does not either."""
    assert answer(cell, DATED) is FlagValue.UNCLEAR
    assert looks_like_date(cell) == (cell in NOT_REAL)


@pytest.mark.parametrize("cell", [*NOT_DATES, *NOT_REAL, *REAL_DATES])
def test_a_filled_opt_out_stays_one(cell: str) -> None:
    """With `filled_means_yes` an opt-out is every cell but a no, a blank and a calendar's first day."""
    assert answer(cell, FILLED) is FlagValue.YES


def test_a_filled_consent_is_a_date() -> None:
    """For a consent `filled_means_yes` is `dates_mean_yes`: a word is no consent."""
    words = Words(consent=FlagWords(filled_means_yes=True), opted_out=FILLED)
    assert words.consent == DATED and words.opted_out == FILLED


@pytest.mark.parametrize(
    ("said", "cell"),
    [
        ("Don't text", "don\u2019t  text"),
        ("don\u2018t text", "DON`T\u00a0TEXT"),
        ("opted-out", "Opted\u2013out"),
        ("opted \u2014 out", "opted - out "),
        ("\u201cstop\u201d", '"Stop"'),
        ("s\u00ed", "Si\u0301"),
        ("\u53ef", " \u53ef\u3000"),
    ],
)
def test_a_word_is_the_same_in_any_quotes_dashes_and_blanks(said: str, cell: str) -> None:
    """What looks the same in the file and in the sync file is the same word."""
    assert answer(cell, FlagWords(means_yes=[said])) is FlagValue.YES
    assert answer(said, FlagWords(means_no=[cell])) is FlagValue.NO


def test_an_undecided_word_is_unclear_whatever_else_holds() -> None:
    """A word that a draft lists stays neither yes nor no until it is moved."""
    words = FlagWords(undecided=["maybe"], filled_means_yes=True)
    assert answer("Maybe", words) is FlagValue.UNCLEAR and answer("perhaps", words) is FlagValue.YES
    with pytest.raises(ValidationError, match="decided and undecided"):
        FlagWords(undecided=["maybe"], means_no=["Maybe"])


@pytest.mark.parametrize(
    ("words", "refusing", "others"),
    [
        (FlagWords(), ["no", "N\u00e3o", " FALSE ", "0"], ["yes", "by letter", "2026-01-05"]),
        (FlagWords(), ["off"], ["", " ", "n/a", "NULL", "-", "0000-00-00", "1899-12-30"]),
        (FlagWords(means_no=["N/A", "activo"]), ["n/a", "Activo", "no"], ["NULL", "", "perhaps"]),
        (FlagWords(means_yes=["no"]), ["off"], ["no", "No "]),
        (DATED, ["no"], ["2025-03-04", "0000-00-00 00:00:00", "1970-01-01", ""]),
    ],
)
def test_only_a_word_for_no_is_a_refusal(
    words: FlagWords, refusing: list[str], others: list[str]
) -> None:
    """A blank, a mark for nothing, a date for "none" refuse nothing, unless the sync file says so."""
    cells = pd.Series(
        [*refusing, *others], index=range(9, 9 + len(refusing) + len(others)), dtype="str"
    )
    said = refused(cells, words)
    assert said.index.equals(cells.index) and said.dtype == bool
    assert cells[said].tolist() == refusing


def test_a_column_of_times_is_read_as_its_cells_are() -> None:
    """Time stamps are judged by their day, which changes nothing."""
    cells = [*REAL_DATES, *NO_DATES, *EPOCHS, *NOT_DATES, *NOT_REAL] * 2
    for words in (DATED, FILLED, FlagWords()):
        expected = [answer(cell, words) is FlagValue.YES for cell in cells]
        assert truthy(pd.Series(cells, dtype="str"), words).tolist() == expected


def test_index_and_types_stay() -> None:
    """The answers have the index of the column, and are `bool` when it is empty too."""
    raw = pd.Series(["yes ", None], index=[5, 2], dtype="str")
    assert truthy(raw).to_dict() == {5: True, 2: False}
    assert str(truthy(pd.Series([], dtype="str")).dtype) == "bool"

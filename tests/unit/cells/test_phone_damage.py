"""One cell of phones alone, where no quick way of a whole column answers first."""

from __future__ import annotations

import pytest

from schemas.reasons import Reason
from sendersync.transforms.phones.damage import read_cell


@pytest.mark.parametrize(
    ("cell", "region", "phone"),
    [
        # a dot that is a mark between digits, though a spreadsheet would take it for a decimal one
        ("206555.0142", "US", "+12065550142"),
        ("20655501.42", "US", "+12065550142"),
        ("206555.0000", "US", "+12065550000"),
        # a decimal: the digits before the dot are all of them
        ("12065550142.0", "US", "+12065550142"),
        ("12065550142.00", "US", "+12065550142"),
        ("447400123456,000", "", ""),
        ("447400123456,000", "GB", "+447400123456"),
    ],
)
def test_a_dot_stands_between_digits_or_before_decimals(cell: str, region: str, phone: str) -> None:
    """Zeros behind it are no digits where a number format would write them; other digits are."""
    assert read_cell(cell, region).phone == phone


@pytest.mark.parametrize(
    ("cell", "region", "reason"),
    [
        ("20655501.00", "US", Reason.PHONE_TOO_SHORT),
        ("2065550.000", "US", Reason.PHONE_TOO_SHORT),
        ("555555.0000", "US", Reason.PHONE_TOO_SHORT),  # of the digits before the dot, in doubt
        ("206555014.2", "US", Reason.PHONE_NOT_A_NUMBER),
        ("55555.5", "US", Reason.PHONE_TOO_SHORT),
    ],
)
def test_what_two_readings_may_mean_is_refused(cell: str, region: str, reason: Reason) -> None:
    """Nobody is texted at a number that has one digit less, or zeros more, than was meant."""
    assert read_cell(cell, region) == read_cell("", "")._replace(reason=reason)


@pytest.mark.parametrize(
    ("cell", "today"),
    [
        ("+229 95 12 34 56", "+2290195123456"),
        ("+229 95 12 34 56 (work)", "+2290195123456"),
        ("Mobile +229 95 12 34 56", ""),
        ("+229 95 12 34 56 / 57", ""),
    ],
)
def test_an_old_number_is_known_where_it_stands_alone(cell: str, today: str) -> None:
    """Whose it is today is said of a cell with one number and nothing else."""
    read = read_cell(cell, "")
    assert (read.phone, read.today) == ("", today)

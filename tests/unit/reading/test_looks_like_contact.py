"""The one rule by which files of every kind tell a person's cell from a name or a title."""

from __future__ import annotations

import pytest

from connectors.sources.files.looks_like_contact import is_date, looks_like_contact, unguarded


@pytest.mark.parametrize(
    "cell",
    [
        "+1 206 555 0123",
        '="0123456789"',
        "1.20656E+10",
        "1,20656e10",
        "ann@shop.example",
        " 555-0123 ",
        "+12065550123",
        "0123-45-6789",
        "2026-11-22 +12065550123",
    ],
)
def test_a_cell_that_may_be_somebody_looks_like_a_contact(cell: str) -> None:
    """In doubt it does: taken for a name or a title, its person would be lost."""
    assert looks_like_contact(cell)


@pytest.mark.parametrize(
    "cell",
    [
        *("", " ", "Phone", "Phone 2", "12345", "ann@shop", "Order 1234567 of yesterday"),
        *("2026-11-22", "22.11.2026", "11/22/2026 10:30:05", "2026-11-22T10:30:00.123456+00:00"),
        *("2569-11-22", "2026-11-22 UTC"),
    ],
)
def test_names_and_dates_do_not_look_like_contacts(cell: str) -> None:
    """A date has as many digits as a short number, and its signs in other places."""
    assert not looks_like_contact(cell)


def test_a_short_date_is_a_date() -> None:
    """Two digits of a year are enough."""
    assert is_date("11/22/26")
    assert not is_date("555-0123")


def test_only_a_whole_guard_is_taken_off() -> None:
    """`="007"` is a text to judge by; half a guard is a cell as it stands."""
    assert unguarded('="007"') == "007"
    assert unguarded('="007') == '="007'

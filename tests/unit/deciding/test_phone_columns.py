"""Several phone columns: which one counts, and what a row says holds for all its numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.frames import LINE
from sendersync.transforms.normalise import Normalised, normalise
from tests.builders.sync_bench import HEADER, person, sync_file

FIRST, SECOND, THIRD = "+12065550142", "+12065550143", "+12065550144"
GB, LANDLINE, OTHER_LANDLINE = "+447400123456", "+442079460018", "+442079460019"
COLUMNS = ["Mobile", "Work phone", "Home"]


def read(*numbers: str, countries: list[str] | None = None, **cells: str) -> Normalised:
    """One row with these numbers, in the order of the columns."""
    phones = dict(zip(COLUMNS, [*numbers, "", "", ""], strict=False))
    row = {**person(1, **cells), **phones}
    index = pd.RangeIndex(2, 3, name=LINE)
    frame = pd.DataFrame([row], columns=[*HEADER, *COLUMNS[1:]], index=index, dtype="str")
    return normalise(frame, sync_file(columns={"phone": COLUMNS}, countries=countries))


@pytest.mark.parametrize(
    ("numbers", "phone"),
    [
        ((FIRST, SECOND), FIRST),
        (("", SECOND, THIRD), SECOND),
        (("see notes", "", THIRD), THIRD),
        (("0", "NULL", THIRD), THIRD),
        ((LANDLINE, SECOND), SECOND),
        ((GB, SECOND), SECOND),
        (("4.41E+11", LANDLINE, THIRD), THIRD),
    ],
)
def test_the_first_usable_number_counts(numbers: tuple[str, ...], phone: str) -> None:
    """Blank, unreadable, of another kind or of a country not allowed: the next column is read."""
    done = read(*numbers, countries=["US"])
    assert done.contacts["phone"].tolist() == [phone]
    assert done.rejects.empty and done.more_numbers.empty


@pytest.mark.parametrize(
    ("numbers", "reason", "column"),
    [
        (("", "", ""), "phone_missing", "Mobile"),
        (("", LANDLINE, "12"), "phone_not_mobile", "Work phone"),
        (("4.41E+11", LANDLINE, ""), "phone_digits_lost", "Mobile"),
        (("NULL", "", GB), "phone_country_not_allowed", "Home"),
    ],
)
def test_without_a_usable_number_the_first_filled_column_is_at_fault(
    numbers: tuple[str, ...], reason: str, column: str
) -> None:
    """A row is rejected only when no column is usable, for the first one that is filled."""
    done = read(*numbers, countries=["US"])
    assert done.rejects[["reason", "column"]].values.tolist() == [[reason, column]]
    assert done.contacts.empty


@pytest.mark.parametrize(
    "cells",
    [
        {"Unsubscribed": "yes"},
        {"Consent": "no"},
        {"Unsubscribed": "perhaps"},
        {"Consent": "perhaps"},
    ],
)
def test_a_no_holds_for_all_numbers_of_its_row(cells: dict[str, str]) -> None:
    """Also for those that cannot receive texts, in any place, and not twice for one number."""
    done = read(LANDLINE, SECOND, THIRD, **cells)
    assert done.contacts["phone"].tolist() == [SECOND]
    assert sorted(done.more_numbers["phone"]) == sorted([LANDLINE, THIRD])
    assert done.more_numbers["line"].tolist() == [2, 2]
    assert (done.more_numbers.index < 0).all()
    assert read(FIRST, "(206) 555-0142", **cells).more_numbers.empty


def test_a_yes_is_for_one_number() -> None:
    """Whoever says yes is known by the number that counts, and by no other."""
    assert read(FIRST, SECOND).more_numbers.empty


def test_a_stop_needs_no_usable_number() -> None:
    """A row that says stop is a contact by any number that can be read."""
    done = read("see notes", LANDLINE, OTHER_LANDLINE, Unsubscribed="yes")
    assert done.contacts["phone"].tolist() == [LANDLINE]
    assert done.more_numbers["phone"].tolist() == [OTHER_LANDLINE]
    assert done.rejects.empty


def test_a_no_of_a_rejected_row_holds_for_its_other_numbers() -> None:
    """Without a usable number, the readable ones of a row that says no are heard."""
    done = read("see notes", LANDLINE, Consent="no")
    assert done.rejects["column"].tolist() == ["Mobile"]
    assert done.more_numbers["phone"].tolist() == [LANDLINE]
    assert done.more_numbers["refused"].tolist() == [True]


@pytest.mark.parametrize(
    ("numbers", "reason", "column"),
    [
        ((FIRST, "+1206555"), "phone_too_short", "Work phone"),
        (("see notes", LANDLINE, "12"), "phone_not_a_number", "Mobile"),
        ((FIRST, "", "+120655501019999999"), "phone_too_long", "Home"),
        ((FIRST, "4.41E+11", "rubbish"), "phone_digits_lost", "Work phone"),
    ],
)
def test_a_number_that_cannot_be_read_beside_a_stop_is_told(
    numbers: tuple[str, ...], reason: str, column: str
) -> None:
    """The row is stopped by what can be read; its line stands once, for the first other number."""
    done = read(*numbers, Unsubscribed="yes")
    assert len(done.contacts) == 1 and done.rejects.empty
    told = done.unread_numbers
    assert told[["reason", "column"]].to_numpy().tolist() == [[reason, column]]
    assert told.index.tolist() == [2]


@pytest.mark.parametrize(
    ("numbers", "cells"),
    [
        ((FIRST, "", "n/a"), {"Unsubscribed": "yes"}),
        ((FIRST, SECOND, LANDLINE), {"Unsubscribed": "yes"}),
        ((FIRST, "+1206555"), {}),
        (("see notes", "+1206555"), {"Unsubscribed": "yes"}),
    ],
)
def test_a_blank_cell_beside_a_stop_is_no_number(
    numbers: tuple[str, ...], cells: dict[str, str]
) -> None:
    """Nor is one beside a yes, or in a row that is a reject of its own."""
    assert read(*numbers, **cells).unread_numbers.empty

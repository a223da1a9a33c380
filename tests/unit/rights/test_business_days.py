"""Ten business days, with the federal holidays of the United States."""

from __future__ import annotations

from datetime import date

import pytest

from sendersync.transforms.rights.business_days import federal_holidays, last_day_to_honour

# U.S. Office of Personnel Management, "Federal Holidays", 2021 to 2028
# https://www.opm.gov/policy-data-oversight/pay-leave/federal-holidays/
CALENDARS = {
    2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
    2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
}


@pytest.mark.parametrize("year", CALENDARS)
def test_the_days_off_are_those_of_the_government(year: int) -> None:
    """A fixed day moves off a weekend, also over the year's end, and Mondays are counted."""
    days = [date.fromisoformat(f"{year}-{day}") for day in CALENDARS[year].split()]
    assert [*federal_holidays(year)] == days


# said stop on; the last day in time
DAYS = {
    "two weeks of the calendar": ("2026-08-03", "2026-08-17"),
    "over Thanksgiving": ("2026-11-20", "2026-12-07"),
    "said on a Saturday": ("2026-08-01", "2026-08-14"),
    "said on a holiday": ("2026-11-26", "2026-12-10"),
    "over Christmas and New Year": ("2026-12-18", "2027-01-05"),
    "over a New Year's Day that is kept in the old year": ("2027-12-20", "2028-01-05"),
    "over a Fourth of July that is kept on the third": ("2026-06-30", "2026-07-15"),
}


@pytest.mark.parametrize(("said", "last"), DAYS.values(), ids=DAYS)
def test_weekends_and_holidays_do_not_count(said: str, last: str) -> None:
    """The tenth business day after the one on which it was said is the last in time."""
    assert last_day_to_honour(date.fromisoformat(said)) == date.fromisoformat(last)

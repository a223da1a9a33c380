"""When a full read is due: nights of the schedule's clock, not hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.sources.files.delivered_file import longest
from sendersync.pipeline.incremental import full_read_is_due

DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """A moment, as the state keeps it."""
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("full_at", "now", "every", "due"),
    [
        ("2027-03-13T04:30-05:00", "2027-03-14T04:30-04:00", DAY, True),  # New York, 23 hours
        ("2027-03-07T04:30-05:00", "2027-03-14T04:30-04:00", 7 * DAY, True),  # 167 hours
        ("2027-03-07T04:30-05:00", "2027-03-13T04:30-05:00", 7 * DAY, False),
        ("2027-03-27T03:15+01:00", "2027-03-28T03:15+02:00", DAY, True),  # Berlin
        ("2027-10-30T03:15+02:00", "2027-10-31T03:15+01:00", DAY, True),  # 25 hours
        ("2027-10-30T03:15+02:00", "2027-10-31T03:15+01:00", 2 * DAY, False),
        ("2027-03-13T04:30-05:00", "2027-03-14T04:30-04:00", 25 * timedelta(hours=1), False),
        ("2027-03-13T04:30-05:00", "2027-03-13T22:30-05:00", DAY, False),
        ("2027-03-13T04:30-05:00", "2027-03-13T15:45-05:00", DAY / 2, False),
        ("2027-03-13T04:30-05:00", "2027-03-13T16:15-05:00", DAY / 2, True),
    ],
)
def test_a_night_is_a_night_whatever_its_hours(
    full_at: str, now: str, every: timedelta, *, due: bool
) -> None:
    """Whole days are nights of 23 to 25 hours; anything else is so many hours."""
    assert full_read_is_due(at(full_at), at(now), every) is due


@pytest.mark.parametrize("nights", [1, 2, 7])
@pytest.mark.parametrize(
    "zone",
    ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago",
     "Asia/Kolkata", "Africa/Casablanca"],
)  # fmt: skip
def test_every_nth_night_is_a_full_read_through_four_years(zone: str, nights: int) -> None:
    """A schedule of 04:30 in any zone reads everything on each `nights`-th night, never another."""
    schedule = [
        datetime.combine(date(2026, 1, 1) + n * DAY, time(4, 30), ZoneInfo(zone)).astimezone(UTC)
        for n in range(4 * 365)
    ]
    full, last = [0], schedule[0]
    for n, now in enumerate(schedule[1:], start=1):
        if full_read_is_due(last, now, nights * DAY):
            full.append(n)
            last = now
    assert full == list(range(0, len(schedule), nights))


@pytest.mark.parametrize(
    ("limit", "written", "read", "fresh"),
    [
        (DAY, "2027-11-06T04:30-04:00", "2027-11-07T04:30-05:00", True),  # New York, 25 hours
        (7 * DAY, "2027-10-25T03:15+02:00", "2027-11-01T03:15+01:00", True),  # Berlin, 169
        (DAY, "2027-11-06T03:00-04:00", "2027-11-07T04:30-05:00", False),  # a night and a half hour
        (25 * timedelta(hours=1), "2027-11-06T04:00-04:00", "2027-11-07T04:30-05:00", False),
        (timedelta(0), "2027-11-06T04:00-04:00", "2027-11-06T04:01-04:00", False),
    ],
)
def test_max_age_counts_nights_where_it_is_whole_days(
    limit: timedelta, written: str, read: str, *, fresh: bool
) -> None:
    """A file that is there every night is not too old on the night when clocks go back."""
    assert (at(read) - at(written) <= longest(limit)) is fresh

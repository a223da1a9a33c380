"""Who may come back after a stop of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest

from schemas.frames import CONSENTS, LINE, STOPPED_KEYS, SUPPRESSIONS
from sendersync.transforms.rights.consents import consents_of
from sendersync.transforms.rights.resubscribe import OPTED_OUT_IN_SOURCE, ComingBack, coming_back
from tests.builders import frames

ANN, BOB = "+12065550101", "+12065550102"
NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
NOBODY = pd.Series(dtype="str")


def consents(*rows: dict[str, str]) -> pd.DataFrame:
    """Rows of one person, `key` a, who agreed at `at`."""
    given = [{"phone": ANN, "sender_code": "1", "key": "a", "value": "yes", **row} for row in rows]
    index = pd.RangeIndex(2, len(given) + 2, name=LINE).astype("int64")
    return pd.DataFrame(given, index=index, columns=[*CONSENTS.names], dtype="str")


def order(**cells: str) -> pd.DataFrame:
    """One order of the list: a row of the newsletter said stop on 20 November."""
    given = {"phone": ANN, "sender_code": "", "origin": "newsletter", "run": "r"}
    given |= {"reason": OPTED_OUT_IN_SOURCE, "created_at": "2026-11-20T02:00:00.000+00:00"}
    return pd.DataFrame([{**given, **cells}], columns=[*SUPPRESSIONS.names], dtype="str")


def stopped_key(**cells: str) -> pd.DataFrame:
    """The key that came with that stop."""
    given = {"key": "a", "sender_code": "", "phone": ANN}
    given |= {"created_at": "2026-11-20T02:00:00.000+00:00", **cells}
    return pd.DataFrame([given], columns=[*STOPPED_KEYS.names], dtype="str")


NO_KEY, NO_ORDER = stopped_key().iloc[:0], order().iloc[:0]


def back(given: pd.DataFrame, orders: pd.DataFrame, keys: pd.DataFrame = NO_KEY) -> ComingBack:
    """Who comes back on 29 November."""
    return coming_back(given, orders, keys, NOBODY, NOW)


# when they agreed; whether they come back
TIMES = {
    "the day after": ("2026-11-21", True),
    "with a time": ("2026-11-21T00:00:01Z", True),
    "in words": ("Nov 21, 2026", True),
    "today": ("2026-11-29", True),
    "the same day, later": ("2026-11-20 23:59", False),
    "before": ("2026-11-19", False),
    "tomorrow": ("2026-11-30", False),
    "a day that may be an earlier one": ("3/12/2026", False),
    "both days are later": ("21/11/2026", True),
    "no time": ("", False),
    "no date": ("yesterday", False),
    "the first second of Unix": ("1970-01-01", False),
}


@pytest.mark.parametrize(("at", "comes_back"), TIMES.values(), ids=TIMES)
def test_only_a_consent_of_a_later_day_ends_a_stop(at: str, *, comes_back: bool) -> None:
    """The same day does not say which came last, and a day that can be read in two ways is the earlier."""
    found = back(consents({"at": at}), order(), stopped_key())
    assert len(found.orders) == comes_back
    assert found.keys == ({"a"} if comes_back else set())


ORDERS = {
    "by hand": {"reason": "asked by letter", "origin": "sendersync suppress add"},
    "by a stop list": {"origin": "stop:12065551212"},
    "by the platform's list": {"reason": "texted STOP, by the platform's list"},
    "newer": {"created_at": "2026-11-25T02:00:00.000+00:00"},
}


@pytest.mark.parametrize("cells", ORDERS.values(), ids=ORDERS)
def test_every_order_of_a_person_must_be_an_older_row(cells: dict[str, str]) -> None:
    """One that came otherwise, or later, keeps them out, whatever else there is."""
    given = consents({"at": "2026-11-22"})
    assert back(given, order(**cells)).orders.empty
    both = pd.concat([order(sender_code="1"), order(**cells)], ignore_index=True)
    assert back(given, both).orders.empty
    # and where only the key leads to that order, since the person has another number now
    moved = consents({"at": "2026-11-22", "phone": BOB})
    assert back(moved, order(**cells), stopped_key()).keys == frozenset()
    assert back(moved, order(), stopped_key()).keys == {"a"}


def test_all_rows_of_a_person_must_say_when() -> None:
    """Two rows that agree, the one of an older day or of none: nobody can tell which holds."""
    for other in ({"at": ""}, {"at": "2026-11-01"}, {"at": "", "phone": BOB}):
        given = consents({"at": "2026-11-22"}, other)
        assert back(given, order(), stopped_key()).orders.empty
    same = consents({"at": "2026-11-22"}, {"at": "2026-11-24"})
    assert len(back(same, order()).orders) == 1


def test_who_texted_stop_does_not_come_back() -> None:
    """The platform's own list beats every consent, in any spelling of the number."""
    given = consents({"at": "2026-11-22", "phone": "+2290195123456"})
    texted = pd.Series(["+22995123456"], dtype="str")
    listed = order(phone="+2290195123456")
    assert len(coming_back(given, listed, NO_KEY, NOBODY, NOW).orders) == 1
    assert coming_back(given, listed, NO_KEY, texted, NOW).orders.empty


def test_a_night_is_of_the_later_of_its_two_days() -> None:
    """A stop heard at 23:30 in New York is of the next day in UTC: a consent of that day is not later."""
    night = order(created_at="2026-11-21T04:30:00.000+00:00")
    new_york = NOW.astimezone(timezone(timedelta(hours=-5)))
    for now in (NOW, new_york):
        found = coming_back(consents({"at": "2026-11-21"}), night, NO_KEY, NOBODY, now)
        assert found.orders.empty
    assert len(back(consents({"at": "2026-11-22"}), night).orders) == 1


# cells of the time and of the consent; what is kept, and whether it is told as no date
CELLS: dict[str, tuple[str, str, str, bool]] = {
    "a day": ("2026-11-02 10:15", "yes", "2026-11-02 10:15", False),
    "blank": ("", "yes", "", False),
    "a program's way to write none": ("0000-00-00", "yes", "", False),
    "no date": ("soon", "yes", "", True),
    "a serial number of a spreadsheet": ("45991", "yes", "", True),
    "a date in the consent itself": ("", "2026-10-01", "2026-10-01", False),
    "a date in the consent, where the time is none": ("soon", "2026-10-01", "2026-10-01", True),
}


@pytest.mark.parametrize(("at", "value", "kept", "told"), CELLS.values(), ids=CELLS)
def test_a_time_is_kept_as_it_stands_or_not_at_all(
    at: str, value: str, kept: str, *, told: bool
) -> None:
    """What is no date is no time, and is counted."""
    contacts = frames.contacts({"phone": ANN, "key": "a"})
    rows = frames.rows_of(Agreed=[value], On=[at]).set_axis(contacts.index)
    found = consents_of(contacts, [rows], "Agreed", "On")
    assert found.given[["value", "at"]].to_numpy().tolist() == [[value, kept]]
    assert len(found.unread) == told


def test_only_rows_that_say_yes_are_evidence() -> None:
    """A row that says stop, or no, is none; nor is any where nobody was asked."""
    flags: list[dict[str, Any]] = [{}, {"opted_out": True}, {"consent": False}]
    contacts = frames.contacts(*({"phone": ANN, **each} for each in flags))
    rows = frames.rows_of(Agreed=["yes", "yes", "no"]).set_axis(contacts.index)
    assert consents_of(contacts, [rows], "Agreed", None).given.index.tolist() == [2]
    assert consents_of(contacts, [rows], None, None).given.empty

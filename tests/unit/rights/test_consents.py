"""Evidence of a consent: what the cell said, when it was given, and whose it is."""

from __future__ import annotations

import pandas as pd

from schemas.frames import WANTED
from sendersync.transforms.cells.dates import earliest_day
from sendersync.transforms.rights.consents import consents_of, of_contacts
from tests.builders import frames

ANN, BEN, CEM = "+12065550101", "+12065550102", "+12065550103"


def raw(said: list[str], at: list[str]) -> pd.DataFrame:
    """The rows as the source gave them, from line 2 on."""
    rows = frames.rows_of(Said=said, At=at)
    rows.index = pd.RangeIndex(2, 2 + len(rows), name="line")
    return rows


def people(*phones: str) -> pd.DataFrame:
    """Contacts of the same lines."""
    found = frames.contacts(*({"phone": phone} for phone in phones))
    return found.set_axis(pd.RangeIndex(2, 2 + len(found), name="line"))


def test_a_time_that_is_no_date_is_none_and_its_row_is_told() -> None:
    """A word for no date is not; a date in the consent's own cell serves where there is no other."""
    rows = raw(["yes", "yes", "2026-11-03"], ["2026-11-01", "at the fair", ""])
    found = consents_of(people(ANN, BEN, CEM), [rows], "Said", "At")
    assert list(found.given["at"]) == ["2026-11-01", "", "2026-11-03"]
    assert list(found.given["value"]) == ["yes", "yes", "2026-11-03"]
    assert list(found.unread) == [3]


def test_nobody_is_asked_without_a_column() -> None:
    """No evidence is made up."""
    assert consents_of(people(ANN), [raw(["yes"], [""])], None, None).given.empty


def test_a_copy_of_a_row_has_the_evidence_of_its_number() -> None:
    """On its own sender code alone; whose row says yes itself keeps that one."""
    rows = raw(["yes", "yes"], ["2026-11-01", "2026-11-02"])
    given = consents_of(people(ANN, BEN), [rows], "Said", "At").given
    wanted = people(ANN, CEM)[[*WANTED.names]]
    moved = wanted.set_axis(pd.Index([2, 9], name="line")).assign(phone=[ANN, BEN])
    found = of_contacts(given, moved.astype(dict(WANTED.columns)))
    assert dict(zip(found["phone"], found["at"], strict=True)) == {
        ANN: "2026-11-01",
        BEN: "2026-11-02",
    }
    elsewhere = moved.assign(sender_code=[moved["sender_code"].iloc[0], "99999"])
    assert list(of_contacts(given, elsewhere)["phone"]) == [ANN]


def test_a_day_is_read_in_each_form_and_the_earlier_counts() -> None:
    """`02/03/2026` is the second of March or the third of February."""
    days = {
        "2026-02-03": "2026-02-03",
        "02/03/2026": "2026-02-03",
        "21.11.26": "2026-11-21",
        "20261121": "2026-11-21",
        "21 November 2026": "2026-11-21",
        "Nov 21, 2026": "2026-11-21",
        "2026-13-40": None,
        "soon": None,
    }
    found = {cell: earliest_day(cell) for cell in days}
    assert {cell: day and day.isoformat() for cell, day in found.items()} == days

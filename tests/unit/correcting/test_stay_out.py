"""Whose add was taken back stays out, while their row says what it said then."""

from __future__ import annotations

from typing import Any

import pandas as pd

from schemas.frames import UNDONE
from schemas.outcomes import Cause
from sendersync.transforms.corrections.stay_out import stay_out
from sendersync.transforms.diff import diff
from tests.builders import frames
from tests.builders.sync_files import CODE

ANN, BEN, CEM = "+12065550101", "+12065550102", "+12065550103"


def taken_back(*rows: dict[str, Any]) -> pd.DataFrame:
    """People as they were sent before their add was taken back."""
    blank = dict.fromkeys(UNDONE.names, "")
    given = [
        {**blank, "country": "US", "sender_code": CODE, "key": row["phone"], **row} for row in rows
    ]
    return pd.DataFrame(given, columns=[*UNDONE.names], dtype="str")


def test_the_same_row_is_not_added_again() -> None:
    """Another name in it is another row: then the person comes in."""
    found, staying = stay_out(
        diff(frames.members(), frames.contacts({"phone": ANN}, {"phone": BEN}), frames.present()),
        frames.members(),
        taken_back({"phone": ANN}, {"phone": BEN, "first_name": "Ben"}),
    )
    assert list(staying["phone"]) == [ANN]
    assert list(found.adds["phone"]) == [BEN]
    assert list(found.unchanged["phone"]) == [ANN]
    assert found.stops.empty


def test_a_stop_that_took_an_add_back_is_asked_until_it_is_proven() -> None:
    """Of those who stay out and may still get texts; an import stops nobody."""
    before = frames.members(
        {"phone": ANN, "standing": "stop_unknown"},
        {"phone": BEN, "standing": "subscribed"},
        {"phone": CEM, "standing": "stopped"},
    )
    today = frames.contacts(*({"phone": phone} for phone in (ANN, BEN, CEM)))
    undone = taken_back(*({"phone": phone} for phone in (ANN, BEN, CEM)))
    difference = diff(before, today, frames.present())
    found, staying = stay_out(difference, before, undone)
    assert set(staying["phone"]) == {ANN, BEN, CEM}
    stops = found.stops.set_index("phone")
    assert set(stops.index) == {ANN, BEN}
    assert set(stops["cause"]) == {Cause.UNDONE.value}
    assert dict(stops["is_retry_of_lost_stop"]) == {ANN: True, BEN: False}
    assert list(found.unchanged["phone"]) == [CEM] and found.adds.empty
    imported, _ = stay_out(difference, before, undone, may_stop=False)
    assert imported.stops.empty


def test_where_nobody_was_taken_back_nothing_changes() -> None:
    """The comparison is the one that came."""
    difference = diff(frames.members(), frames.contacts({"phone": ANN}), frames.present())
    found, staying = stay_out(difference, frames.members(), taken_back({"phone": BEN}))
    assert found is difference and staying.empty

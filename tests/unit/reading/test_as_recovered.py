"""What a plan takes the members to be where a run of the sync died with calls in flight."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.frames import MEMBERS, STORED_OPERATIONS
from sendersync.pipeline.reading.known import as_recovered

PHONE, OTHER = "+12065550142", "+12065550143"


def members(*standings: str) -> pd.DataFrame:
    """One member of each standing, and one who is no part of it."""
    blank = dict.fromkeys(MEMBERS.names, "") | {"sender_code": "C"}
    rows = [
        blank | {"phone": PHONE, "first_name": "Ann", "standing": each} for each in standings
    ] + [blank | {"phone": OTHER, "first_name": "Ben", "standing": "subscribed"}]
    return pd.DataFrame(rows, dtype="str")


def calls(*kinds: str) -> pd.DataFrame:
    """Calls for `PHONE` that a dead run left in flight, one after the other."""
    zeros: dict[str, Any] = {"number": 0, "again": 0, "attempts": 0, "maybe_done": 0}
    blank = dict.fromkeys(STORED_OPERATIONS.names, "") | zeros
    asked = {"phone": PHONE, "first_name": "Anna", "sender_code": "C"}
    rows = [blank | asked | {"kind": kind} for kind in kinds]
    return pd.DataFrame(rows, columns=[*STORED_OPERATIONS.names])


@pytest.mark.parametrize(
    ("before", "kinds", "standing", "name"),
    [
        ((), ["add"], "unsure", "Anna"),
        ((), ["stop"], "stopping", "Anna"),
        (("subscribed",), ["add"], "subscribed", "Ann"),
        (("subscribed",), ["update"], "subscribed", "Ann"),
        (("subscribed",), ["stop"], "stopping", "Ann"),
        (("stopped",), ["add"], "unsure", "Anna"),
        (("stop_unknown",), ["stop"], "stopping", "Ann"),
    ],
)
def test_members_are_as_the_next_run_finds_them(
    before: tuple[str, ...], kinds: list[str], standing: str, name: str
) -> None:
    """An add makes them unsure but for who was subscribed; a stop was asked without an answer."""
    found = as_recovered(members(*before), calls(*kinds))
    MEMBERS.require(found)
    by_phone = found.set_index("phone")
    assert by_phone.loc[PHONE, ["standing", "first_name"]].tolist() == [standing, name]
    assert by_phone.loc[OTHER, ["standing", "first_name"]].tolist() == ["subscribed", "Ben"]


def test_without_calls_nothing_changes() -> None:
    """The members are handed on as they are."""
    before = members("subscribed")
    assert as_recovered(before, calls()) is before

"""Members against today's contacts, case by case."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.member_status import Standing
from schemas.outcomes import Cause
from sendersync.transforms.diff import Diff, add_stops_for_strangers, diff
from sendersync.transforms.suppress import NeverToAdd, reasons_to_withhold
from tests.builders import frames

ANN, BOB, NEW = "+12065550101", "+12065550102", "+12065550103"
MAIL = {"email": "ann@example.com"}


def _diff(before: list[dict[str, Any]], today: list[dict[str, Any]], **others: Any) -> Diff:
    return diff(frames.members(*before), frames.contacts(*today), frames.present(**others))


# the member's values, today's values; the cause of an add, or None
VALUES = {
    "nothing differs": ({**MAIL, "first_name": "Ann"}, {**MAIL, "first_name": "Ann"}, None),
    "a new name, with e-mail": (
        {**MAIL, "first_name": "Ann"}, {**MAIL, "first_name": "Z"}, "changed",
    ),
    "a new name, without e-mail": ({"first_name": "Ann"}, {"first_name": "Z"}, None),
    "a first name, with e-mail": (MAIL, {**MAIL, "first_name": "Ann"}, "changed"),
    "a lost name": ({**MAIL, "first_name": "Ann"}, MAIL, None),
    "a first e-mail": ({}, MAIL, "changed"),
    "a lost e-mail": (MAIL, {}, None),
    "another e-mail": (MAIL, {"email": "a@example.com"}, "changed"),
    "capitals of the e-mail": (MAIL, {"email": "Ann@example.com"}, None),
    "a new customer key, with e-mail": (MAIL, {**MAIL, "customer_key": "1"}, "changed"),
    "a new customer key, without e-mail": ({}, {"customer_key": "1"}, None),
    "a first group": ({}, {"group": "weekly"}, "changed"),
    "another group": ({"group": "weekly"}, {"group": "daily"}, "changed"),
    "a lost group": ({"group": "weekly"}, {}, None),
    "another key": ({"key": "x"}, {"key": "y"}, None),
    "another country, which follows from the phone": ({"country": "US"}, {"country": "CA"}, None),
}  # fmt: skip


@pytest.mark.parametrize(("before", "today", "cause"), VALUES.values(), ids=VALUES)
def test_what_counts_as_a_change(
    before: dict[str, Any], today: dict[str, Any], cause: str | None
) -> None:
    """A value that an add would carry, that is there, and that differs from the one sent."""
    found = _diff([{"phone": ANN, **before}], [{"phone": ANN, **today}])
    assert found.adds["cause"].tolist() == ([cause] if cause else [])
    assert len(found.unchanged) == (0 if cause else 1)
    assert found.stops.empty


STANDINGS = {
    Standing.SUBSCRIBED: (None, Cause.GONE, False),
    Standing.UNSURE: (Cause.OWED, Cause.GONE, False),
    Standing.STOPPING: (Cause.OWED, Cause.GONE, True),
    Standing.STOP_UNKNOWN: (Cause.NEW, Cause.GONE, True),
    Standing.STOPPED: (Cause.NEW, None, False),
    Standing.RELEASED: (Cause.NEW, None, False),
}


def test_every_standing_is_in_the_table() -> None:
    """No standing is without a rule."""
    assert set(STANDINGS) == set(Standing)


@pytest.mark.parametrize("standing", Standing)
def test_each_standing_wanted_and_not(standing: Standing) -> None:
    """What is planned for a member in each standing, when the row is there and when it is not."""
    wanted, missing, again = STANDINGS[standing]
    member = {"phone": ANN, "standing": standing.value}
    found = _diff([member], [{"phone": ANN}])
    assert found.adds["cause"].tolist() == ([wanted] if wanted else [])
    assert found.stops.empty
    left = _diff([member], [])
    assert left.stops["cause"].tolist() == ([missing] if missing else [])
    assert left.stops["is_retry_of_lost_stop"].tolist() == ([again] if missing else [])


SUPPRESSED: list[str] = [ANN]
# who else is in the source; cause of the member's stop, or None where it is kept
MISSING: dict[str, tuple[dict[str, Any], str | None]] = {
    "nobody": ({}, "gone"),
    "a reject with the key": ({"rejected": frames.rejects({"key": "a"})}, None),
    "a reject with the phone": ({"rejected": frames.rejects({"key": "z", "phone": ANN})}, None),
    "a reject with the e-mail and no key": (
        {"rejected": frames.rejects({"email": "ANN@example.com"})}, None,
    ),
    "a reject with the e-mail and another's key": (
        {"rejected": frames.rejects({"key": "z", "email": "ann@example.com"})}, "gone",
    ),
    "a reject with the e-mail, whose key is only its new phone": (
        {"rejected": frames.rejects({"key": NEW, "phone": NEW, "email": "ann@example.com"})}, None,
    ),
    "a reject with the customer key": ({"rejected": frames.rejects({"customer_key": "7"})}, None),
    "a reject that names nobody": ({"rejected": frames.rejects({})}, "gone"),
    "no consent, by key": ({"withheld": [{"key": "a", "phone": NEW}]}, "consent_withdrawn"),
    "no consent, by phone": ({"withheld": [{"key": "z", "phone": ANN}]}, "consent_withdrawn"),
    "opted out, by key": ({"opted_out": [{"key": "a", "phone": ""}]}, "opted_out"),
    "opted out, by phone": ({"opted_out": [{"key": "z", "phone": ANN}]}, "opted_out"),
    "suppressed": ({"suppressed": SUPPRESSED}, "opted_out"),
    "opted out and rejected": (
        {"opted_out": [{"key": "a", "phone": ""}], "rejected": frames.rejects({"key": "a"})},
        "opted_out",
    ),
    "no consent and rejected": (
        {"withheld": [{"key": "a", "phone": NEW}], "rejected": frames.rejects({"key": "a"})}, None,
    ),
    "an opt-out without key and phone": ({"opted_out": [{"key": "", "phone": ""}]}, "gone"),
}  # fmt: skip


@pytest.mark.parametrize(("others", "cause"), MISSING.values(), ids=MISSING)
def test_why_a_member_is_not_wanted(others: dict[str, Any], cause: str | None) -> None:
    """The first of: said stop, kept, no consent, gone."""
    member = {"phone": ANN, "key": "a", "customer_key": "7", **MAIL}
    found = _diff([member], [{"phone": BOB}], **others)
    assert found.stops["cause"].tolist() == ([cause] if cause else [])
    assert found.kept == (0 if cause else 1)


def test_a_changed_number_names_the_new_one() -> None:
    """The stop of an old number says which number it waits for, on the same sender code."""
    found = _diff([{"phone": ANN, "key": "a"}], [{"phone": NEW, "key": "a"}])
    assert found.stops[["cause", "new_phone"]].to_numpy().tolist() == [["number_changed", NEW]]
    assert found.adds["cause"].tolist() == ["new"]
    other = _diff([{"phone": ANN, "key": "a", "sender_code": "777"}], [{"phone": NEW, "key": "a"}])
    assert other.stops["cause"].tolist() == ["gone"]


def test_a_number_with_another_owner_is_relabelled() -> None:
    """Only the key changes hands, without a call."""
    found = _diff([{"phone": ANN, "key": "a"}], [{"phone": ANN, "key": "b"}])
    assert found.relabelled["key"].tolist() == ["b"]
    assert found.adds.empty and found.stops.empty


def test_empty_frames_are_compared_like_others() -> None:
    """Nothing against nothing, something against nothing: no warning, no float column."""
    assert _diff([], []).stops.empty
    found = _diff([{"phone": ANN}], [])
    assert found.stops["new_phone"].tolist() == [""]
    assert found.stops["new_phone"].dtype == "str"
    assert len(_diff([], [{"phone": ANN}]).adds) == 1


def test_strangers_are_stopped_once() -> None:
    """Orders about people whom this sync has in any standing were judged there."""
    before = [{"phone": ANN, "standing": Standing.STOPPED.value}]
    members = frames.members(*before)
    found = add_stops_for_strangers(
        _diff(before, []), members, frames.contacts({"phone": ANN}, {"phone": BOB})
    )
    assert found.stops[["phone", "cause"]].to_numpy().tolist() == [[BOB, "opted_out"]]


WITHHELD = {
    "nothing": ({}, None),
    "no consent": ({"consent": False}, "no_consent"),
    "suppressed, without consent": ({"phone": BOB, "consent": False}, "suppressed"),
    "opted out, suppressed, without consent": (
        {"phone": BOB, "consent": False, "opted_out": True}, "opted_out",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), WITHHELD.values(), ids=WITHHELD)
def test_why_a_contact_is_withheld(row: dict[str, Any], reason: str | None) -> None:
    """Opted out before suppressed before no consent."""
    contacts = frames.contacts({"phone": ANN, **row})
    never = NeverToAdd(phones=pd.Series([BOB], dtype="str"))
    assert reasons_to_withhold(contacts, never).tolist() == [reason or ""]


RENUMBERED = {
    "Benin": ("+22995123456", "+2290195123456"),
    "Ivory Coast": ("+22507123456", "+2250707123456"),
    "Brazil": ("+551161234567", "+5511961234567"),
}


@pytest.mark.parametrize(("old", "new"), RENUMBERED.values(), ids=RENUMBERED)
def test_a_member_under_an_old_number_is_the_same_person(old: str, new: str) -> None:
    """No stop of the old number, which is the same handset, and one add of the new at most."""
    found = _diff([{"key": "a", "phone": old}], [{"key": "a", "phone": new}])
    assert found.stops.empty
    assert found.adds["phone"].tolist() == [new]
    both = [{"key": "a", "phone": each} for each in (old, new)]
    again = _diff(both, [{"key": "a", "phone": new}])
    assert again.stops.empty and again.adds.empty
    told = _diff(both, [], opted_out=[{"key": "", "phone": new}])
    assert sorted(told.stops["phone"]) == sorted([old, new])
    assert set(told.stops["cause"]) == {"opted_out"}

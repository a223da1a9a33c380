"""Members against today's contacts, case by case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from schemas.frames import WANTED
from schemas.member_status import MemberStatus
from schemas.outcomes import Cause
from sendersync.transforms.diff import Diff, add_stops_for_strangers, diff, keep_values
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


def test_values_that_differ_are_kept_and_counted() -> None:
    """Without updates somebody with another value is unchanged, at their place; the rest is as it was."""
    people = [ANN, BOB, NEW, "+12065550104"]
    found = _diff(
        [{"phone": phone, "email": "a@example.com"} for phone in people[:3]],
        [
            {"phone": phone, "email": f"{mail}@example.com"}
            for phone, mail in zip(people, "babb", strict=True)
        ],
    )
    found = replace(found, unchanged=found.unchanged.rename(lambda line: line + 100))
    kept = keep_values(found)
    assert kept.adds["phone"].tolist() == people[3:]
    assert kept.unchanged["phone"].tolist() == [ANN, NEW, BOB]
    assert [*kept.unchanged.columns] == [*WANTED.names]
    assert kept.values_differ == 2 and found.values_differ == 0
    assert kept.stops.equals(found.stops)


STANDINGS = {
    MemberStatus.SUBSCRIBED: (None, Cause.GONE, False),
    MemberStatus.UNSURE: (Cause.OWED, Cause.GONE, False),
    MemberStatus.STOPPING: (Cause.OWED, Cause.GONE, True),
    MemberStatus.STOP_UNKNOWN: (Cause.NEW, Cause.GONE, True),
    MemberStatus.STOPPED: (Cause.NEW, None, False),
    MemberStatus.RELEASED: (Cause.NEW, None, False),
}


def test_every_standing_is_in_the_table() -> None:
    """No standing is without a rule."""
    assert set(STANDINGS) == set(MemberStatus)


@pytest.mark.parametrize("standing", MemberStatus)
def test_each_standing_wanted_and_not(standing: MemberStatus) -> None:
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


NAMELESS: list[dict[str, Any]] = [
    {"rejected": frames.rejects({"customer_key": "7"}, {"email": "ann@example.com"})},
    {"withheld": [{"key": "", "phone": ""}], "refused": [{"key": "", "phone": ""}]},
    {"opted_out": [{"key": "", "phone": ""}], "listed": [{"key": "", "phone": ""}]},
]


@pytest.mark.parametrize("others", NAMELESS)
def test_a_blank_cell_is_nobodys(others: dict[str, Any]) -> None:
    """A member without e-mail and customer key is not the row that has none either."""
    found = _diff([{"phone": ANN}], [], **others)
    assert (found.stops["cause"].tolist(), found.kept) == (["gone"], 0)


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
    before = [{"phone": ANN, "standing": MemberStatus.STOPPED.value}]
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


A_MEMBER: dict[str, Any] = {"phone": ANN, "key": "a", "customer_key": "7", **MAIL}
REJECTED = {"rejected": frames.rejects({"key": "a"})}
# who else is in the source; cause of the member's stop, or None where it is kept
UNWILLING: dict[str, tuple[dict[str, Any], str | None]] = {
    "a no, by key": ({"refused": [{"key": "a", "phone": ""}]}, "consent_withdrawn"),
    "a no, by phone": ({"refused": [{"key": "z", "phone": ANN}]}, "consent_withdrawn"),
    "a no is not sheltered by a row that cannot be read": (
        {"refused": [{"key": "a", "phone": ""}], **REJECTED}, "consent_withdrawn",
    ),
    "an old number of somebody on the list": (
        {"listed": [{"key": "a", "phone": NEW}]}, "number_changed",
    ),
    "somebody on the list without a key": ({"listed": [{"key": "", "phone": NEW}]}, "gone"),
    "on the list, and no consent": (
        {"listed": [{"key": "a", "phone": NEW}], "withheld": [{"key": "a", "phone": NEW}]},
        "consent_withdrawn",
    ),
    "on the list, and a row that cannot be read": (
        {"listed": [{"key": "a", "phone": NEW}], **REJECTED}, None,
    ),
    "a stop, and a no": (
        {"opted_out": [{"key": "a", "phone": ""}], "refused": [{"key": "a", "phone": ""}]},
        "opted_out",
    ),
    "a reject with the customer key and another's key": (
        {"rejected": frames.rejects({"key": "z", "customer_key": "7"})}, "gone",
    ),
    "a reject with the customer key, whose key is only its new phone": (
        {"rejected": frames.rejects({"key": NEW, "phone": NEW, "customer_key": "7"})}, None,
    ),
    "a suppressed phone under another spelling of somebody else's": ({"suppressed": [NEW]}, "gone"),
}  # fmt: skip


@pytest.mark.parametrize(("others", "cause"), UNWILLING.values(), ids=UNWILLING)
def test_a_no_is_heard_and_shelters_nobody(others: dict[str, Any], cause: str | None) -> None:
    """Said stop, then kept for a row that cannot be read unless it is a no, then no consent."""
    found = _diff([A_MEMBER], [{"phone": BOB}], **others)
    assert found.stops["cause"].tolist() == ([cause] if cause else [])
    assert found.stops["new_phone"].tolist() == ([""] if cause else [])
    assert found.kept == (0 if cause else 1)


def test_a_key_that_came_with_a_stop_stops_its_member() -> None:
    """Also where the number of the stop is not the member's, and their row cannot be read."""
    present = replace(frames.present(**REJECTED), suppressed_keys=frozenset({"a"}))
    found = diff(frames.members(A_MEMBER), frames.contacts(), present)
    assert found.stops["cause"].tolist() == ["opted_out"] and found.kept == 0


def test_only_a_changed_number_names_a_new_one() -> None:
    """Whoever says stop, or withdraws their consent, at an old number waits for no other."""
    before, today = [A_MEMBER], [{"phone": NEW, "key": "a"}]
    for others in ({"opted_out": [{"key": "z", "phone": ANN}]}, {"suppressed": [ANN]}):
        stops = _diff(before, today, **others).stops
        assert stops[["cause", "new_phone"]].to_numpy().tolist() == [["opted_out", ""]]
    stops = _diff(before, today, withheld=[{"key": "z", "phone": ANN}]).stops
    assert stops[["cause", "new_phone"]].to_numpy().tolist() == [["consent_withdrawn", ""]]


def test_a_number_that_is_shared_is_the_new_one_too() -> None:
    """The contact has another's key, and the person who shares it is a subscriber all the same."""
    shared = frames.contacts({"phone": NEW, "key": "b"}, {"phone": BOB, "key": "c"})
    subscribers = frames.contacts(
        {"phone": NEW, "key": "a"}, {"phone": NEW, "key": "b"}, {"phone": ANN, "key": "c"}
    )[["sender_code", "phone", "key"]]
    present = replace(frames.present(), subscribers=subscribers)
    before = frames.members(A_MEMBER, {"phone": "+12065550109", "key": "c"})
    stops = diff(before, shared, present).stops
    assert stops[["cause", "new_phone"]].to_numpy().tolist() == [
        ["number_changed", NEW],
        ["number_changed", BOB],
    ]


@pytest.mark.parametrize("standing", MemberStatus)
def test_only_a_subscribed_number_is_relabelled(standing: MemberStatus) -> None:
    """The others are added under their new owner."""
    member = {"phone": ANN, "key": "a", "standing": standing.value}
    found = _diff([member], [{"phone": ANN, "key": "b"}])
    subscribed = standing is MemberStatus.SUBSCRIBED
    assert found.relabelled["key"].tolist() == (["b"] if subscribed else [])
    assert len(found.unchanged) == subscribed and len(found.adds) == (not subscribed)


def test_rows_keep_their_lines_and_their_order() -> None:
    """What is added and what stays are the source's rows; what is stopped is numbered anew."""
    before = [{"phone": each, **MAIL} for each in ("+12065550107", ANN, "+12065550108", BOB)]
    today = [
        {"phone": NEW, "line": 7},
        {"phone": BOB, "line": 9, "group": "weekly"},
        {"phone": ANN, "line": 5},
    ]
    found = _diff(before, today)
    assert found.adds["cause"].to_dict() == {7: "new", 9: "changed"}
    assert found.adds["phone"].to_dict() == {7: NEW, 9: BOB}
    assert found.unchanged["phone"].to_dict() == {5: ANN}
    assert found.stops["phone"].tolist() == ["+12065550107", "+12065550108"]


def test_a_stop_of_a_stranger_stands_behind_the_others() -> None:
    """It is of somebody who gets texts, was never asked for, and waits for no other number."""
    before = [{"phone": ANN}]
    members = frames.members(*before)
    difference = _diff(before, [])
    strangers = frames.contacts({"phone": BOB, "key": "b", **MAIL}, {"phone": ANN})
    stops = add_stops_for_strangers(difference, members, strangers).stops
    assert stops["phone"].tolist() == [ANN, BOB] and stops.index.tolist() == [0, 1]
    stranger = stops.iloc[1]
    assert stranger[["key", "email", "new_phone"]].tolist() == ["b", MAIL["email"], ""]
    assert (stranger["standing"], stranger["cause"]) == ("subscribed", "opted_out")
    assert not stranger["is_retry_of_lost_stop"]
    assert add_stops_for_strangers(difference, members, frames.contacts()) is difference


def test_one_person_on_two_sender_codes_is_two_subscriptions() -> None:
    """Leaving one is not leaving the other, and a new number on one is none on the other."""
    before = [{"phone": ANN, "key": "a"}, {"phone": ANN, "key": "a", "sender_code": "777"}]
    found = _diff(before, [{"phone": ANN, "key": "a"}])
    assert found.stops[["sender_code", "cause"]].to_numpy().tolist() == [["777", "gone"]]
    assert len(found.unchanged) == 1 and found.adds.empty

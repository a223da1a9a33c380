"""Who must never be added, whatever a source says, and why."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.errors import FrameMismatch
from schemas.frames import WITHHELD
from schemas.member_status import MemberStatus
from sendersync.transforms.suppress import (
    NeverToAdd,
    is_suppressed,
    numbers_of,
    on_each_code,
    reasons_to_withhold,
)
from tests.builders import frames

ANN, BOB, CY = "+12065550101", "+12065550102", "+12065550103"
NEVER = NeverToAdd(phones=pd.Series([BOB], dtype="str"), keys=frozenset({"said-stop"}))

NO_CONSENT: dict[str, Any] = {"consent": False}
UNCLEAR: dict[str, Any] = {**NO_CONSENT, "opt_out_unclear": True}
ON_THE_LIST: dict[str, Any] = {**UNCLEAR, "phone": BOB}

# what holds for a row; the reason that is told
REASONS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, ""),
    "no consent": (NO_CONSENT, "no_consent"),
    "perhaps a stop": ({"opt_out_unclear": True}, "opt_out_unclear"),
    "perhaps a stop, before no consent": (UNCLEAR, "opt_out_unclear"),
    "on the list": ({"phone": BOB}, "suppressed"),
    "on the list, before all that is unclear": (ON_THE_LIST, "suppressed"),
    "a key that said stop": ({"key": "said-stop"}, "suppressed"),
    "another key": ({"key": "said-stop-not"}, ""),
    "says stop": ({"opted_out": True}, "opted_out"),
    "says stop, before all others": ({**ON_THE_LIST, "opted_out": True}, "opted_out"),
}


@pytest.mark.parametrize(("row", "reason"), REASONS.values(), ids=REASONS)
def test_the_gravest_reason_is_told(row: dict[str, Any], reason: str) -> None:
    """Said stop, then on the list, then perhaps a stop, then no consent."""
    contacts = frames.contacts({"phone": ANN, **row}, {"phone": CY})
    found = reasons_to_withhold(contacts, NEVER)
    assert found.tolist() == [reason, ""] and found.dtype == "str"
    assert found.index.equals(contacts.index)


# on the list, in a source, withheld
SPELLINGS = {
    "the same": ("+2290195123456", "+2290195123456", True),
    "the old spelling on the list": ("+22995123456", "+2290195123456", True),
    "the old spelling in the source": ("+2290195123456", "+22995123456", True),
    "one that may be another person's today": ("+37744123456", "+38344123456", True),
    "and the other way round": ("+38344123456", "+37744123456", True),
    "another number": ("+22995123456", "+2290195123457", False),
}


@pytest.mark.parametrize(("listed", "phone", "withheld"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_listed_number_counts_in_any_spelling(listed: str, phone: str, withheld: bool) -> None:
    """A text that is withheld by mistake harms nobody."""
    people = frames.contacts({"key": "a", "phone": phone})
    never = NeverToAdd(phones=pd.Series([listed], dtype="str"))
    assert is_suppressed(people, never).tolist() == [withheld]


# codes of members and contacts, the sync file's one; those on which the people are withheld
CODES: dict[str, tuple[list[str], str | None, list[str]]] = {
    "each code once": (["2", "1", "2"], None, ["2", "1"]),
    "those that are met, not the one of the file": (["2"], "1", ["2"]),
    "the one of the file, where nobody is": ([], "1", ["1"]),
    "none": ([], None, []),
}


@pytest.mark.parametrize(("met", "own", "withheld"), CODES.values(), ids=CODES)
def test_a_texted_stop_holds_on_each_code(
    met: list[str], own: str | None, withheld: list[str]
) -> None:
    """The platform's list does not say to which code somebody texted STOP."""
    people = frames.contacts({"key": "a", "phone": ANN}, {"key": "b", "phone": BOB})
    found = on_each_code(people, pd.Series(met, dtype="str"), own)
    WITHHELD.require(found)
    assert found[["phone", "sender_code", "key", "reason"]].to_numpy().tolist() == [
        [phone, code, key, "suppressed"]
        for phone, key in ((ANN, "a"), (BOB, "b"))
        for code in withheld
    ]
    with pytest.raises(FrameMismatch):
        on_each_code(people.drop(columns="consent"), pd.Series(met, dtype="str"), own)


REACHABLE = {
    MemberStatus.SUBSCRIBED: True,
    MemberStatus.UNSURE: True,
    MemberStatus.STOPPING: True,
    MemberStatus.STOP_UNKNOWN: True,
    MemberStatus.STOPPED: False,
    MemberStatus.RELEASED: False,
}


@pytest.mark.parametrize("standing", MemberStatus)
def test_the_numbers_of_who_says_stop(standing: MemberStatus) -> None:
    """All under which texts may still arrive, whoever else has them today."""
    members = frames.members(
        {"key": "a", "phone": ANN, "standing": standing.value},
        {"key": "b", "phone": BOB},
        {"key": "c", "phone": CY},
    )
    reachable = [ANN] if REACHABLE[standing] else []
    assert numbers_of(members, frozenset({"a", "c"})).tolist() == [*reachable, CY]
    assert numbers_of(members, frozenset()).empty

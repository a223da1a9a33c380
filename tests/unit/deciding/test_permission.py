"""What one row says of its person, and for which other rows it holds."""

from __future__ import annotations

from typing import Any

import pytest

from sendersync.transforms.choose_contacts import choose_contacts
from sendersync.transforms.permission import UnreadableSaid, said_without_phone, spread_permission
from tests.builders import frames

P1, P2, P3 = "+12065550101", "+12065550102", "+12065550103"
STOP, MAYBE_STOP = {"opted_out": True}, {"opt_out_unclear": True}
NO, BLANK = {"refused": True, "consent": False}, {"consent": False}
UNCLEAR = {"consent_unclear": True, "consent": False}

# rows, each with its key and phone; the phones that may get texts, in any order of the rows
ROWS: dict[str, tuple[list[dict[str, Any]], set[str]]] = {
    "a yes": ([{"key": "a", "phone": P1}], {P1}),
    "a blank is no yes": ([{"key": "a", "phone": P1, **BLANK}], set()),
    "a blank copy does not take a yes back": (
        [{"key": "a", "phone": P1}, {"key": "a", "phone": P1, **BLANK}], {P1},
    ),
    "a no beside a yes, same phone": (
        [{"key": "a", "phone": P1}, {"key": "b", "phone": P1, **NO}], set(),
    ),
    "a no beside a yes, same key": (
        [{"key": "a", "phone": P1}, {"key": "a", "phone": P2, **NO}], set(),
    ),
    "an unclear consent beside a yes, same phone": (
        [{"key": "a", "phone": P1}, {"key": "b", "phone": P1, **UNCLEAR}], set(),
    ),
    "an unclear consent beside a yes, same key": (
        [{"key": "a", "phone": P1}, {"key": "a", "phone": P2, **UNCLEAR}], set(),
    ),
    "a stop, same phone": ([{"key": "a", "phone": P1}, {"key": "b", "phone": P1, **STOP}], set()),
    "a stop, same key": ([{"key": "a", "phone": P1}, {"key": "a", "phone": P2, **STOP}], set()),
    "perhaps a stop, same phone": (
        [{"key": "a", "phone": P1}, {"key": "b", "phone": P1, **MAYBE_STOP}], set(),
    ),
    "perhaps a stop, same key": (
        [{"key": "a", "phone": P1}, {"key": "a", "phone": P2, **MAYBE_STOP}], set(),
    ),
    "a yes does not spread over a key": (
        [{"key": "a", "phone": P1}, {"key": "a", "phone": P2, **BLANK}], {P1},
    ),
    "who shares the phone of a no keeps their other number": (
        [{"key": "a", "phone": P1, **NO}, {"key": "b", "phone": P1}, {"key": "b", "phone": P2}],
        {P2},
    ),
    "a no reaches all phones of its key, and all who share them": (
        [{"key": "a", "phone": P1, **NO}, {"key": "a", "phone": P2}, {"key": "b", "phone": P2}],
        set(),
    ),
    "another person": ([{"key": "a", "phone": P1, **STOP}, {"key": "b", "phone": P2}], {P2}),
    "two spellings of one handset": (
        [{"key": "a", "phone": "+5215512345678", **NO}, {"key": "b", "phone": "+525512345678"}],
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "may"), ROWS.values(), ids=ROWS)
def test_who_may_get_texts(rows: list[dict[str, Any]], may: set[str]) -> None:
    """A no in any row of the phone or the key counts; the order of the rows says nothing."""
    for order in (rows, rows[::-1]):
        chosen = choose_contacts(frames.contacts(*order), frames.rejects(), "first")
        assert set(chosen.wanted["phone"]) == may


# what a row without a readable phone says under key a; who of a (at P1, P2) and b (at P3) may
UNREADABLE: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({"key": "a"}, {P1, P3}),
    "stop": ({"key": "a", "opted_out": True}, {P3}),
    "no": ({"key": "a", "refused": True}, {P3}),
    "stop, and no key": ({"key": "", "opted_out": True}, {P1, P3}),
    "no, and no key": ({"key": "", "refused": True}, {P1, P3}),
    "stop under a key that nobody has": ({"key": "z", "opted_out": True}, {P1, P3}),
}


@pytest.mark.parametrize(("row", "may"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_no_in_a_row_that_cannot_be_read_counts(row: dict[str, Any], may: set[str]) -> None:
    """A withdrawn consent, or a stop, under a known key is heard though the phone cell is empty."""
    rows = ({"key": "a", "phone": P1}, {"key": "b", "phone": P3})
    rejects = frames.rejects({"line": 9, **row})
    assert set(choose_contacts(frames.contacts(*rows), rejects, "first").wanted["phone"]) == may


def test_a_no_in_a_row_that_cannot_be_read_holds_for_all_numbers() -> None:
    """Of its key, and for whoever shares one of them; a stop and a no are told apart."""
    rows = frames.contacts(
        {"key": "a", "phone": P1}, {"key": "a", "phone": P2}, {"key": "b", "phone": P2},
        {"key": "b", "phone": P3},
    )  # fmt: skip
    said = said_without_phone(
        frames.rejects({"key": "a", "refused": True}, {"key": "q", "opted_out": True})
    )
    assert said == UnreadableSaid(opted_out=frozenset({"q"}), refused=frozenset({"a"}))
    heard = spread_permission(rows, said)
    assert heard["refused"].tolist() == [True, True, True, False]
    assert heard["consent"].tolist() == [False, False, False, True]
    assert not heard["opted_out"].any()

"""Rows of one phone become one contact, and rows of one person one number."""

from __future__ import annotations

from typing import Any

import pytest

from sendersync.transforms.choose_contacts import choose_contacts
from sendersync.transforms.permission import UnreadableSaid, spread_permission
from tests.builders import frames

ANN, BOB, CY = "+12065550101", "+12065550102", "+12065550103"
A: dict[str, Any] = {"key": "a", "phone": ANN}
A_AGAIN: dict[str, Any] = {"key": "a", "phone": ANN, "first_name": "Ann"}
A_MOVED: dict[str, Any] = {"key": "a", "phone": BOB}
B_SHARES: dict[str, Any] = {"key": "b", "phone": ANN}
B: dict[str, Any] = {"key": "b", "phone": BOB}
OUT = {"opted_out": True}

# rows from line 2 on; policy; lines of contacts, merged, rejected
CASES = {
    "nothing doubled": ([A, B], "first", [2, 3], [], []),
    "first": ([A, A_AGAIN, B], "first", [2, 4], [3], []),
    "last": ([A, A_AGAIN, B], "last", [3, 4], [2], []),
    "reject": ([A, A_AGAIN, B], "reject", [4], [], [2, 3]),
    "two people share a phone": ([A, B_SHARES], "first", [2], [3], []),
    "two people share a phone, last": ([A, B_SHARES], "last", [3], [2], []),
    "one person, two numbers": ([A, A_MOVED], "first", [2], [], [3]),
    "one person, two numbers, last: the order does not say which": (
        [A, A_MOVED], "last", [2], [], [3],
    ),
    "one person, two numbers, the smaller one second": ([A_MOVED, A], "first", [3], [], [2]),
    "one person, two numbers, reject": ([A, A_MOVED], "reject", [], [], [2, 3]),
    "one person on two codes": ([A, {**A, "sender_code": "777"}], "reject", [2, 3], [], []),
    "three of one": ([A, A, A], "first", [2], [3, 4], []),
    "opted-out copies are merged even with reject": (
        [A, {**A, **OUT}], "reject", [2], [3], [],
    ),
    "an opted-out number does not take the other's place": (
        [{**A, **OUT}, A_MOVED], "first", [2, 3], [], [],
    ),
    "a chain: the phone that is merged away frees its person's other number": (
        [A, B_SHARES, B], "first", [2, 4], [3], [],
    ),
    "no rows": ([], "first", [], [], []),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "policy", "kept", "merged", "rejected"), CASES.values(), ids=CASES
)
def test_each_row_ends_somewhere(
    rows: list[dict[str, Any]],
    policy: Any,
    kept: list[int],
    merged: list[int],
    rejected: list[int],
) -> None:
    """The lines that stay, that are merged, and that are refused."""
    found = choose_contacts(frames.contacts(*rows), frames.rejects(), policy)
    assert sorted([*found.wanted.index, *found.withheld.index]) == kept
    assert list(found.merged) == merged
    assert list(found.rejects.index) == rejected


SPREAD = {
    "to every copy of the phone": ([{**A, **OUT}, B_SHARES, B], {ANN, BOB}),
    "to the person's other number": ([{**A, **OUT}, {"key": "a", "phone": CY}, B], {ANN, CY}),
    "not to another number of somebody who shares the phone": (
        [{**A, **OUT}, {"key": "c", "phone": CY}, B], {ANN},
    ),
    "over sender codes": ([{**A, **OUT}, {**A, "sender_code": "777"}], {ANN}),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "out"), SPREAD.values(), ids=SPREAD)
def test_an_opt_out_spreads(rows: list[dict[str, Any]], out: set[str]) -> None:
    """It holds for the phone and the person; whoever shares the phone loses that phone only."""
    heard = spread_permission(frames.contacts(*rows))
    assert set(heard.loc[heard["opted_out"], "phone"]) == out - {BOB}


@pytest.mark.parametrize(("rows", "out"), SPREAD.values(), ids=SPREAD)
def test_what_may_be_an_opt_out_spreads_as_one(rows: list[dict[str, Any]], out: set[str]) -> None:
    """A copy of the row that says nothing does not answer for the one that may say stop."""
    unclear = [{**row, "opted_out": False, "opt_out_unclear": "opted_out" in row} for row in rows]
    heard = spread_permission(frames.contacts(*unclear))
    assert not set(heard.loc[~heard["opt_out_unclear"], "phone"]) & (out - {BOB})
    assert not heard["opted_out"].any()


def test_an_opt_out_of_an_unreadable_row_spreads_by_the_key() -> None:
    """Keys that said stop elsewhere mark their readable rows."""
    said = UnreadableSaid(opted_out=frozenset(["a"]))
    heard = spread_permission(frames.contacts(A, B), said)
    assert heard["opted_out"].tolist() == [True, False]


def test_refused_duplicates_keep_what_they_name() -> None:
    """A duplicate's reject still says whose row it is, so that it shelters its member."""
    found = choose_contacts(frames.contacts(A, A_MOVED), frames.rejects(), "first").rejects
    [row] = found.reset_index().to_dict("records")
    assert (row["line"], row["reason"], row["key"], row["phone"]) == (3, "duplicate", "a", BOB)

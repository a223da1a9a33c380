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
    "two people share a phone, reject": ([A, B_SHARES], "reject", [], [], [2, 3]),
    "two people who said stop share a phone": (
        [{**A, **OUT}, {**B_SHARES, **OUT}], "first", [2], [3], [],
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
    assert row["column"] == ""  # no column of the source is at fault


LEDGER: dict[str, Any] = {"key": "b", "phone": ANN, "first_name": "Bob", "email": "b@example.com"}
SAYS_SO = {**LEDGER}
SAME_KEY = {**LEDGER, "first_name": "Rob"}
NO_NAME = {**LEDGER, "first_name": ""}
OTHER_KEY = {**LEDGER, "key": "a"}

# rows of one number, all of which the ledger has as `LEDGER`; the place of the one that is kept
KEPT: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "what the ledger has, before the same key": ([SAME_KEY, SAYS_SO], SAYS_SO),
    "what the ledger has, before another key": ([OTHER_KEY, SAYS_SO], SAYS_SO),
    "the same key, before another": ([OTHER_KEY, SAME_KEY], SAME_KEY),
    "a value that is blank today is not what the ledger has": ([NO_NAME, SAYS_SO], SAYS_SO),
}


@pytest.mark.parametrize("policy", ["first", "last"])
@pytest.mark.parametrize(("rows", "kept"), KEPT.values(), ids=KEPT)
def test_the_row_that_says_what_the_ledger_has_is_kept(
    rows: list[dict[str, Any]], kept: dict[str, Any], policy: Any
) -> None:
    """So that two rows of one number do not update each other every night, whatever their order."""
    for order in (rows, rows[::-1]):
        found = _chosen(order, [LEDGER], policy)
        assert len(found.wanted) == len(found.merged) == 1
        assert found.wanted.iloc[0][[*kept]].to_dict() == kept


ONE, OTHER = [SAYS_SO] * 20, [SAME_KEY] * 20
MANY: list[tuple[Any, list[dict[str, Any]], int]] = [
    ("first", [SAME_KEY, SAYS_SO] * 20, 3),
    ("first", [*OTHER, *ONE], 22),
    ("last", [SAME_KEY, SAYS_SO] * 20, 41),
    ("last", [*ONE, *OTHER], 21),
]


@pytest.mark.parametrize(("policy", "rows", "line"), MANY)
def test_of_many_that_say_the_same_the_first_or_the_last_is_kept(
    policy: Any, rows: list[dict[str, Any]], line: int
) -> None:
    """The sync file chooses among those that say what the ledger has, however many there are."""
    found = _chosen(rows, [LEDGER], policy)
    assert list(found.wanted.index) == [line] and len(found.merged) == 39


@pytest.mark.parametrize("field", ["email", "first_name", "customer_key", "group"])
def test_every_value_that_is_sent_counts(field: str) -> None:
    """A row that differs from the ledger in one of them says less than one that does not."""
    other = {**SAYS_SO, field: "z@example.com"}
    for policy in ("first", "last"):
        for order in ([other, SAYS_SO], [SAYS_SO, other]):
            [kept] = _chosen(order, [LEDGER], policy).wanted[field]
            assert kept == SAYS_SO.get(field, "")


A_AT: list[dict[str, Any]] = [{"key": "a", "phone": each} for each in (ANN, BOB, CY)]
B_AT: list[dict[str, Any]] = [{"key": "b", "phone": each} for each in (ANN, BOB, CY)]
C_AT: list[dict[str, Any]] = [{"key": "c", "phone": each} for each in (ANN, BOB, CY)]
STOPPED = {"standing": "stopped"}

# rows, the ledger; the numbers that person a has afterwards
NUMBERS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], str]] = {
    "the smallest": (A_AT, [], ANN),
    "the one that the ledger has as theirs": (A_AT, [A_AT[2]], CY),
    "theirs, before one that the ledger has as another's": (A_AT, [B_AT[0], A_AT[2]], CY),
    "another's, before one that it has not": (A_AT, [B_AT[1]], BOB),
    "one that was stopped is none that it has": (A_AT, [{**A_AT[2], **STOPPED}], ANN),
    "one that may be subscribed is": (A_AT, [{**A_AT[2], "standing": "unsure"}], CY),
    "on another sender code": (A_AT, [{**A_AT[2], "sender_code": "777"}], ANN),
    "the one that fewest others share": ([*A_AT, B_AT[0]], [], BOB),
    "two share one, one shares another": ([*A_AT[:2], B_AT[0], C_AT[0], B_AT[1]], [], BOB),
    "the ledger, before the number of others": ([*A_AT, B_AT[2]], [A_AT[2]], CY),
}


@pytest.mark.parametrize("policy", ["first", "last"])
@pytest.mark.parametrize(("rows", "ledger", "number"), NUMBERS.values(), ids=NUMBERS)
def test_a_person_keeps_one_number(
    rows: list[dict[str, Any]], ledger: list[dict[str, Any]], number: str, policy: Any
) -> None:
    """The ledger's, or the one that fewest share, or the smallest; never the first or the last."""
    for order in (rows, rows[::-1]):
        found = _chosen(order, ledger, policy)
        of_a = found.present.subscribers
        assert of_a.loc[of_a["key"] == "a", "phone"].tolist() == [number]


def test_all_who_share_a_number_are_its_subscribers() -> None:
    """Also those whose rows are in another row's contact, each once; refused numbers are nobody's."""
    shared = [A_AT[0], B_AT[0], B_AT[0], C_AT[0], C_AT[1]]
    subscribers = _chosen(shared, []).present.subscribers
    assert sorted(subscribers[["key", "phone"]].itertuples(index=False, name=None)) == [
        ("a", ANN), ("b", ANN), ("c", BOB),
    ]  # fmt: skip


OLD, NEW = "+22995123456", "+2290195123456"


@pytest.mark.parametrize("policy", ["first", "last", "reject"])
def test_two_spellings_of_one_handset_are_one_number(policy: Any) -> None:
    """They are merged, or refused where doubles are; a person with both has one number."""
    found = _chosen([{"key": "a", "phone": OLD}, {"key": "a", "phone": NEW}], [], policy)
    refused = 2 if policy == "reject" else 0
    assert (len(found.rejects), len(found.wanted), len(found.merged)) == (
        (refused, 0, 0) if refused else (0, 1, 1)
    )


def test_a_ledger_with_both_spellings_has_one_number() -> None:
    """A handset that was added under its old number and again under its new one is one handset."""
    ledger = [{"key": "a", "phone": OLD}, {"key": "b", "phone": NEW}]
    found = _chosen([{"key": "a", "phone": NEW}, {"key": "c", "phone": BOB}], ledger)
    assert found.wanted["phone"].tolist() == [NEW, BOB]


def test_rows_that_may_not_be_added_take_nobodys_place() -> None:
    """Each is withheld with its number and reason, its doubles merged, and competes with nobody."""
    rows = [
        {"key": "a", "phone": CY, "consent": False},
        {"key": "a", "phone": CY, "consent": False},
        {"key": "a", "phone": BOB},
        {"key": "b", "phone": BOB, "sender_code": "777"},
    ]
    found = _chosen(rows, [], "reject")
    assert list(found.wanted.index) == [4, 5] and found.rejects.empty
    assert found.withheld["reason"].to_dict() == {2: "no_consent"}
    assert list(found.merged) == [3]


def _chosen(rows: list[dict[str, Any]], ledger: list[dict[str, Any]], policy: Any = "first") -> Any:
    return choose_contacts(
        frames.contacts(*rows), frames.rejects(), policy, members=frames.members(*ledger)
    )

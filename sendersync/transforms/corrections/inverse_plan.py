"""The inverse of a run: which of its calls are taken back, which stay, and which cannot be.

| what the run did | now | reason |
| --- | --- | --- |
| an add | a stop, also of somebody suppressed since | |
| an add of somebody who was subscribed before | kept | `subscribed_before` |
| an add of somebody who is stopped by now | kept | `stopped_since`, or `opted_out` |
| an add of somebody whom a later run added anew | kept | `added_since` |
| an add of somebody whom another sync wants too | kept | `wanted_elsewhere` |
| a stop of somebody who had left the source | an add with the values last sent | |
| the same, of somebody who said stop since | kept | `opted_out` |
| the same, of somebody who is subscribed again | kept | `subscribed_again` |
| a stop of somebody who said stop, or withdrew consent | kept | `opted_out`, `consent_withdrawn` |
| a stop that took an add back | kept | `undone` |
| a call of somebody who was forgotten | kept | `forgotten` |
| new values of a subscriber | impossible: the platform has no update | `values_sent` |
| a stop of an old number | impossible: it may be another person's by now | `number_changed` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from schemas.frames import MEMBERS, OPERATIONS, SENT_COLUMNS, STORED_OPERATIONS
from schemas.member_status import MAY_RECEIVE, UNPROVEN_STOPS
from schemas.outcomes import Cause, Kind, Outcome
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.corrections.standings import standing_of

_DONE: Final = (Outcome.CONFIRMED.value, Outcome.ALREADY.value)

_IMPOSSIBLE: Final = frozenset({"values_sent", "number_changed"})


@dataclass(frozen=True)
class Since:
    """What has happened since the run, by phone and sender code joined with a space.

    Attributes:
        members: What the ledger holds of the sync now: `MEMBERS`.
        said_stop: Pairs of the run whose phone, in any spelling, or key is on the do-not-contact
            list by now.
        added_later: Pairs that a later run of the sync added anew.
        wanted_elsewhere: Pairs that another sync has.
    """

    members: pd.DataFrame
    said_stop: frozenset[str]
    added_later: frozenset[str]
    wanted_elsewhere: frozenset[str]

    def __post_init__(self) -> None:
        MEMBERS.require(self.members)


@dataclass(frozen=True)
class InversePlan:
    """What taking a run back would do.

    Attributes:
        operations: Calls that reverse it: `OPERATIONS`, stops first.
        kept: Reason to calls that stay as they are.
        impossible: Reason to calls that nothing can take back.
    """

    operations: pd.DataFrame
    kept: Mapping[str, int]
    impossible: Mapping[str, int]

    def __post_init__(self) -> None:
        OPERATIONS.require(self.operations)


def inverse_plan(operations: pd.DataFrame, since: Since) -> InversePlan:
    """Decides about each call of a run that was done, or may have been.

    Args:
        operations: `STORED_OPERATIONS` of the run.
        since: What has happened since.
    """
    STORED_OPERATIONS.require(operations)
    states = operations["state"]
    perhaps = is_in(states, [Outcome.UNKNOWN.value, "intent"]) | (operations["maybe_done"] != 0)
    done = operations.loc[(states != "held") & (is_in(states, _DONE) | perhaps)]
    reasons = _why_not(done, since)
    goes = done.loc[reasons == ""]
    counts = reasons.loc[reasons != ""].value_counts()
    counted = {str(reason): int(count) for reason, count in sorted(counts.items())}
    return InversePlan(
        operations=_inverse(goes, since),
        kept={reason: n for reason, n in counted.items() if reason not in _IMPOSSIBLE},
        impossible={reason: n for reason, n in counted.items() if reason in _IMPOSSIBLE},
    )


def _why_not(done: pd.DataFrame, since: Since) -> pd.Series[str]:
    """Why a call is not taken back; empty where it is. The last of several reasons counts."""
    pair = _pair(done)
    standing = standing_of(done, since.members)
    there = is_in(standing, MAY_RECEIVE)
    ordered = _said_stop(done, since)
    kind, cause = done["kind"], done["cause"]
    add, departed = kind == Kind.ADD, (kind == Kind.STOP) & (cause == Cause.GONE)
    unanswered = done["state"] == "intent"
    first_answer = (done["state"] == Outcome.ALREADY) & (done["attempts"] <= 1)
    why = pd.Series("", index=done.index, dtype="str")
    rules = (
        (kind == Kind.UPDATE, "values_sent"),
        (add & is_in(pair, since.wanted_elsewhere) & ~ordered, "wanted_elsewhere"),
        (add & first_answer & (cause == Cause.NEW) & ~ordered, "subscribed_before"),
        (add & is_in(pair, since.added_later) & ~ordered, "added_since"),
        (add & ~there & ~unanswered, "stopped_since"),
        (add & ~there & ~unanswered & ordered, "opted_out"),
        # a stop that nothing has proven is no proof that they are back
        (departed & there & ~is_in(standing, UNPROVEN_STOPS), "subscribed_again"),
        (departed & ordered, "opted_out"),
        ((kind == Kind.STOP) & (cause == Cause.OPTED_OUT), "opted_out"),
        ((kind == Kind.STOP) & (cause == Cause.CONSENT_WITHDRAWN), "consent_withdrawn"),
        ((kind == Kind.STOP) & (cause == Cause.NUMBER_CHANGED), "number_changed"),
        ((kind == Kind.STOP) & (cause == Cause.UNDONE), "undone"),
        (done["phone"] == "", "forgotten"),
    )
    for holds, reason in rules:
        why = why.mask(holds, reason)
    return why


def _said_stop(done: pd.DataFrame, since: Since) -> pd.Series[bool]:
    return is_in(_pair(done), since.said_stop)


def _pair(frame: pd.DataFrame) -> pd.Series[str]:
    return frame["phone"] + " " + frame["sender_code"]


def _inverse(goes: pd.DataFrame, since: Since) -> pd.DataFrame:
    """The calls that take these back: `OPERATIONS`, stops first."""
    add = goes["kind"] == Kind.ADD
    ordered = _said_stop(goes, since)
    stops = goes.loc[add].assign(
        kind=Kind.STOP.value,
        # an order is carried out whoever else wants the phone
        cause=ordered.loc[add].map({True: Cause.OPTED_OUT.value, False: Cause.UNDONE.value}),
        phase=1,
    )
    before = goes.loc[~add]
    values = {name: before[f"before_{name}"] for name in ("key", *SENT_COLUMNS)}
    adds = before.assign(**values, kind=Kind.ADD.value, cause=Cause.UNDONE.value, phase=3)
    calls = pd.concat([stops, adds]).assign(new_phone="", is_retry_of_lost_stop=False)
    calls = OPERATIONS.cast(calls)
    return calls.drop_duplicates(["phone", "sender_code"], ignore_index=True)

"""What of an ended run is asked again, by the rule of each reason.

| how it ended | asked again |
| --- | --- |
| a stop that failed, was refused, or is unknown | yes, until it is proven |
| an add or update that failed, is unknown, or ended in unknown words | yes: it may be repeated |
| the same, of a run that a newer one followed | no, `newer_run`: that one has decided since |
| the same, of somebody who said stop since | no, `opted_out` |
| the same, of somebody who was taken back since | no, `undone` |
| an add or update that the platform refused | no, `refused`: the row is wrong, fix it |
| whatever has its end by now | no, `settled_since` |
| somebody who was forgotten | no, `forgotten` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from schemas.frames import MEMBERS, OPERATIONS, STORED_OPERATIONS
from schemas.member_status import UNPROVEN_STOPS, MemberStatus
from schemas.outcomes import Cause, Kind, Outcome
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.corrections.standings import standing_of

_BAD: Final = (Outcome.FAILED.value, Outcome.REFUSED.value, Outcome.UNKNOWN.value)


@dataclass(frozen=True)
class AskAgain:
    """What `retry` does.

    Attributes:
        operations: Calls that are made again: `OPERATIONS`, stops first.
        left: Reason to calls that are not.
    """

    operations: pd.DataFrame
    left: Mapping[str, int]

    def __post_init__(self) -> None:
        OPERATIONS.require(self.operations)


def ask_again(
    operations: pd.DataFrame,
    members: pd.DataFrame,
    *,
    said_stop: pd.Series[bool],
    undone: pd.Series[bool],
    newest: bool,
) -> AskAgain:
    """Decides about each call of a run that failed, was refused, or is unknown.

    Args:
        operations: `STORED_OPERATIONS` of the run.
        members: What the ledger holds of the sync now: `MEMBERS`.
        said_stop: For each operation: the person is on the do-not-contact list by now.
        undone: For each operation: the person stays out, since a run was taken back.
        newest: No newer run has decided about this sync's people.
    """
    STORED_OPERATIONS.require(operations)
    MEMBERS.require(members)
    bad = operations.loc[is_in(operations["state"], _BAD)]
    standing = standing_of(bad, members)
    stop = bad["kind"] == Kind.STOP
    ordered = bad["cause"] == Cause.OPTED_OUT
    unproven = is_in(standing, UNPROVEN_STOPS)
    settled = pd.Series("", index=bad.index, dtype="str")
    rules = (
        # a stop that proved nothing has left: whoever is wanted again is subscribed by now
        (stop & ~unproven & ~ordered, "newer_run" if not newest else ""),
        (stop & is_in(standing, [MemberStatus.STOPPED, MemberStatus.RELEASED]), "settled_since"),
        (~stop & (bad["state"] == Outcome.REFUSED) & (bad["maybe_done"] == 0), "refused"),
        (~stop & (not newest), "newer_run"),
        (
            ~stop & (bad["kind"] == Kind.ADD) & (standing == MemberStatus.SUBSCRIBED),
            "settled_since",
        ),
        (~stop & undone.loc[bad.index], "undone"),
        (~stop & said_stop.loc[bad.index], "opted_out"),
        (bad["phone"] == "", "forgotten"),
    )
    for holds, reason in rules:
        settled = settled.mask(holds & (reason != ""), reason)
    counts = settled.loc[settled != ""].value_counts()
    goes = bad.loc[settled == ""]
    calls = goes.assign(
        cause=goes["cause"].mask(goes["kind"] == Kind.ADD, Cause.OWED.value),
        phase=stop.loc[goes.index].map({True: 1, False: 3}),
        new_phone="",
        is_retry_of_lost_stop=stop.loc[goes.index] & unproven.loc[goes.index],
    )
    calls = calls.sort_values("phase", kind="stable", ignore_index=True)
    return AskAgain(
        operations=OPERATIONS.cast(calls),
        left={str(reason): int(count) for reason, count in sorted(counts.items())},
    )

"""What the guards judge, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from schemas.frames import ADDS, RELABELLED, STOPS
from schemas.outcomes import Cause
from schemas.report import HoldReason
from sendersync.transforms.cells.arrow_columns import one_of


def _none() -> pd.Index[int]:
    return pd.Index([], dtype="int64")


@dataclass(frozen=True)
class Candidates:
    """What a run would do, as far as a guard may hold it.

    Attributes:
        removals: Stops that were concluded from tonight's read: `STOPS`.
        opt_outs: Stops of people who said so and were not asked to be stopped before: `STOPS`.
        adds: Adds and updates: `ADDS`.
        relabelled: Members whose phone belongs to another key: `RELABELLED`.
        releases: Those whom another sync wants, so that this one lets them go without a call; the
            sync that is the last to do so stops them: `STOPS`.
        left_to_others: People whose rows have left, and whom the last plan of another sync adds:
            nobody decides about them tonight.
    """

    removals: pd.DataFrame
    opt_outs: pd.DataFrame
    adds: pd.DataFrame
    relabelled: pd.DataFrame
    releases: pd.DataFrame
    left_to_others: int = 0

    def __post_init__(self) -> None:
        STOPS.require(self.removals)
        STOPS.require(self.opt_outs)
        STOPS.require(self.releases)
        ADDS.require(self.adds)
        RELABELLED.require(self.relabelled)

    def missing(self) -> int:
        """People whose rows have left the source."""
        both = (self.removals, self.releases)
        decided = sum(int((each["cause"] == Cause.GONE).sum()) for each in both)
        return decided + self.left_to_others

    def concluded(self) -> pd.Index[int]:
        """Index of all that was concluded from tonight's read, and is as good as that read."""
        return self.removals.index.append(self.releases.index)


@dataclass(frozen=True)
class Hold:
    """One guard that holds something.

    Attributes:
        reason: What it counted, in numbers and in words.
        stops: Index of the stops it holds, removals and opt-outs.
        adds: Index of the adds and updates it holds.
        relabelled: Index of the new keys it holds.
        opt_outs: Nobody who says stop is suppressed either.
        removals_only: A ceiling of removals (`--approve-stops`) releases it.
        approvable: False when no approval can help: the source must be fixed first.
    """

    reason: HoldReason
    stops: pd.Index[int] = field(default_factory=_none)
    adds: pd.Index[int] = field(default_factory=_none)
    relabelled: pd.Index[int] = field(default_factory=_none)
    opt_outs: bool = False
    removals_only: bool = False
    approvable: bool = True


@dataclass(frozen=True)
class GuardDecision:
    """What the guards decided about one plan.

    Attributes:
        holds: Each guard that holds something.
        approved: Those that would, had a person not approved it.
    """

    holds: tuple[Hold, ...] = ()
    approved: tuple[Hold, ...] = ()

    @property
    def reasons(self) -> tuple[HoldReason, ...]:
        """What each guard says."""
        return tuple(hold.reason for hold in self.holds)

    @property
    def approvable(self) -> bool:
        """False when an approval cannot release what is held: the source must be fixed first."""
        return all(hold.approvable for hold in self.holds)

    @property
    def holds_opt_outs(self) -> bool:
        """Whether what the source says of stops is not to be believed before a person looked."""
        return any(hold.opt_outs for hold in self.holds)

    def holding(self, which: str, index: pd.Index[int]) -> pd.Series[str]:
        """The guards that hold each operation, in one text; empty for what goes.

        Args:
            which: `stops`, `adds` or `relabelled`.
            index: Of the frame whose operations are asked about.
        """
        held_by = one_of([""], np.zeros(len(index), dtype=np.int64), index)
        if not self.holds or index.empty:
            return held_by
        for name in dict.fromkeys(hold.reason.guard for hold in self.holds):
            holds = [hold for hold in self.holds if hold.reason.guard == name]
            at = index.isin([line for hold in holds for line in getattr(hold, which)])
            held_by = held_by.mask(at, held_by + " " + name)
        return held_by.str.strip()

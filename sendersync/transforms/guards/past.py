"""What earlier runs tell the guards: a rule without memory lets half a list leave in 14 nights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from schemas.outcomes import Cause
from sendersync.transforms.cells.arrow_columns import is_in, joined

FULL_READS = 10
"""So many full reads make the mean that today's rows are compared with."""


@dataclass(frozen=True)
class Window:
    """What happened in the days before this run.

    Attributes:
        stops: People who were stopped, by cause; none that a person approved, none who are back.
        most_members: The most members that the sync had at the beginning of a run.
    """

    stops: Mapping[Cause, int] = field(default_factory=dict)
    most_members: int = 0


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"phone": [], "sender_code": []}, dtype="str")


@dataclass(frozen=True)
class Past:
    """What the guards know of earlier runs.

    Attributes:
        first_load: No run has yet sent all there was to send.
        planned: Adds that an earlier run of the same reading has planned: `phone`, `sender_code`.
        week: The 7 days before this run.
        month: The 30 days before this run.
        full_reads: Rows of the last full reads of the same reading whose runs held nothing, newest
            first, at most `FULL_READS`.
    """

    first_load: bool = False
    planned: pd.DataFrame = field(default_factory=_nobody)
    week: Window = field(default_factory=Window)
    month: Window = field(default_factory=Window)
    full_reads: tuple[int, ...] = ()

    def has_planned(self, adds: pd.DataFrame) -> pd.Series[bool]:
        """Which of these adds (`phone`, `sender_code`) an earlier run has planned."""
        pairs = (joined(rows["phone"], rows["sender_code"]) for rows in (adds, self.planned))
        return is_in(*pairs)

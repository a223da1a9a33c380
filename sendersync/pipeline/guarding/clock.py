"""A clock that is behind the state's own runs: nobody knows which of them is right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from schemas.errors import WrongUse
from sendersync.state.store import State

BETWEEN_MACHINES: Final = timedelta(hours=1)
"""So much may two clocks differ that share a state."""


def refuse_a_clock_that_is_behind(state: State, now: datetime) -> None:
    """Refuses to run before the newest run that the state knows.

    Who was read last, who waits since when and how old a list is would be taken wrongly: whoever
    moved to another list would be stopped at once, and a list of last month would be a new one.

    Args:
        state: What earlier runs left; only read here.
        now: By the schedule's clock, aware.

    Raises:
        WrongUse: Some sync has run later than now.
    """
    ran = [(row.last_run_at, row.sync) for row in state.syncs.all() if row.last_run_at]
    newest, sync = max(ran, default=(now, ""))
    if newest - now <= BETWEEN_MACHINES:
        return
    raise WrongUse(
        f"The clock says {now:%Y-%m-%d %H:%M %Z}, and the newest run that the state knows, of "
        f"{sync}, began on {newest.astimezone(now.tzinfo):%Y-%m-%d %H:%M %Z}: one of them is "
        "wrong. Nothing was read or sent.",
        where="the clock of this machine",
        do="Set the clock (`timedatectl` shows it), then run again. If it is right, it was ahead "
        "when that run began: `sendersync check-state --fix` gives such runs today's date.",
    )

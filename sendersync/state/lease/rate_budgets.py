"""One rate for one account of the platform, whoever sends: runs, processes, machines.

Each run has a rate of its own, and the platform sees their sum. So moments to send at are handed
out by the state, one after the other: whoever takes one moves the account's next free moment by as
long as a request lasts at its rate. Two runs of 20 a second get 10 each; one of 5 beside one of 20
takes four times as long for a request, and together they stay below 20.
"""

from __future__ import annotations

import secrets
import time
from typing import Final

from sqlalchemy import Connection, select

from sendersync.state.database.engine import Database
from sendersync.state.database.tables import RATE_BUDGETS
from sendersync.state.database.upsert import upsert
from sendersync.state.lease.lease import clock

ALONE_CREDIT: Final = 0.25
"""Seconds of lateness that a run may make up for while nobody else sends."""

SHARED_CREDIT: Final = 0.005
"""Seconds of it while somebody does: catching up must not become a burst of both."""

LONGEST_QUEUE: Final = 30.0
"""Seconds ahead that moments may be taken, beside one's own: more is a clock that was set back."""


def first_moment(now: float, free_at: float, lasts: float, *, alone: bool) -> float:
    """When the first of some requests may leave.

    Args:
        now: This moment, in seconds.
        free_at: The account's next free moment.
        lasts: Seconds that the requests take up together.
        alone: Nobody else has taken a moment since.

    Returns:
        Seconds by the same clock; a little before `now` where lateness is made up for.
    """
    if free_at > now + LONGEST_QUEUE + 20 * lasts:
        return now
    return max(free_at, now - (ALONE_CREDIT if alone else SHARED_CREDIT))


class RateBudgets:
    """The budgets of all accounts, seen by one sender."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database
        self._me = secrets.token_hex(8)

    def take(self, account: str, interval: float, count: int) -> float:
        """Takes the next moments of an account.

        Args:
            account: A name for it, the same for everybody who sends to it, that tells nobody which
                account it is.
            interval: Seconds between two requests of the taker.
            count: How many moments.

        Returns:
            Seconds from now to the first of them; the others follow an interval apart.
        """
        lasts = interval * count
        of_it = RATE_BUDGETS.c.account == account

        def work(connection: Connection) -> float:
            row = connection.execute(select(RATE_BUDGETS).where(of_it).with_for_update()).first()
            now = connection.execute(select(clock(self._database))).scalar_one()
            asked_at = time.monotonic()
            first = now
            if row is not None:
                first = first_moment(now, row.free_at, lasts, alone=row.taker == self._me)
            values = {"free_at": first + lasts, "taker": self._me}
            connection.execute(
                upsert(self._database, RATE_BUDGETS)
                .values(account=account, **values)
                .on_conflict_do_update(index_elements=["account"], set_=values)
            )
            return asked_at + first - now

        return self._database.write(work) - time.monotonic()

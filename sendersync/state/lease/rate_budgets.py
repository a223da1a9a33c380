"""One rate for one account of the platform, whoever sends: runs, processes, machines.

Each run has a rate of its own, and the platform sees their sum. So moments to send at are handed
out by the state, one after the other, at the rate of the quickest run that sends at the time: two
runs of 20 a second get 10 each, and one of 5 beside one of 20 leaves it 15.
"""

from __future__ import annotations

import secrets
import time
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from sendersync.state.database.engine import Database
from sendersync.state.database.tables import RATE_BUDGETS
from sendersync.state.database.upsert import upsert
from sendersync.state.lease.lease import clock

ALONE_CREDIT: Final = 0.25
"""Seconds of lateness that a run may make up for while nobody else sends."""

SHARED_CREDIT: Final = 0.005
"""Seconds of it while somebody does: catching up must not become a burst of both."""

RUNS_STILL: Final = 2.0
"""Seconds, beside four of its intervals, after which a run that takes nothing has ended."""

LONGEST_QUEUE: Final = 30.0
"""Seconds ahead that moments may be taken, beside one's own: more is a clock that was set back."""


class Budget(NamedTuple):
    """What the state holds of an account; moments in seconds, by one clock.

    Attributes:
        free_at: The next free moment.
        taker: Who took the last one.
        interval: Seconds between two requests of the quickest run that sends.
        quick_at: When that one took its last.
    """

    free_at: float
    taker: str
    interval: float
    quick_at: float


def take_from(
    before: Budget | None, taker: str, now: float, interval: float, count: int
) -> tuple[float, Budget]:
    """Takes the next moments.

    Args:
        before: What was left; None of an account that nobody has sent to.
        taker: Who takes.
        now: This moment.
        interval: Seconds between two requests of the taker.
        count: How many.

    Returns:
        When the first may leave, a little before `now` where lateness is made up for; and what is
        left then.
    """
    if before is None:
        return now, Budget(now + interval * count, taker, interval, now)
    runs_still = now - before.quick_at <= RUNS_STILL + 4 * before.interval
    slower = before.interval < interval and runs_still
    fastest, quick_at = (before.interval, before.quick_at) if slower else (interval, now)
    free_at = before.free_at
    if interval < before.interval:  # what a slower one has taken lasts no longer than for the quick
        free_at = min(free_at, now + interval)
    if free_at > now + LONGEST_QUEUE + 20 * fastest * count:
        free_at = now
    credit = ALONE_CREDIT if before.taker == taker else SHARED_CREDIT
    first = max(free_at, now - credit)
    return first, Budget(first + fastest * count, taker, fastest, quick_at)


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
        of_it = RATE_BUDGETS.c.account == account

        def work(connection: Connection) -> float:
            row = connection.execute(select(RATE_BUDGETS).where(of_it).with_for_update()).first()
            now = connection.execute(select(clock(self._database))).scalar_one()
            asked_at = time.monotonic()
            before = Budget(*row[1:]) if row is not None else None
            first, left = take_from(before, self._me, now, interval, count)
            values = left._asdict()
            connection.execute(
                upsert(self._database, RATE_BUDGETS)
                .values(account=account, **values)
                .on_conflict_do_update(index_elements=["account"], set_=values)
            )
            return asked_at + first - now

        return self._database.write(work) - time.monotonic()

"""The rate of an account, which all runs share: one after the other, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from sendersync.state.database.engine import connect
from sendersync.state.store import State


def test_moments_follow_one_another_whoever_takes_them(state: State, url: str) -> None:
    """Two senders that take at the same time never get the same moment."""
    taken: list[float] = []
    interval, each = 5.0, 10  # longer than all of the taking lasts

    with State.open(url) as other:

        def take(of: State) -> None:
            taken.extend(of.rate_budgets.take("account", interval, 1) for _ in range(each))

        threads = [threading.Thread(target=take, args=(of,)) for of in (state, other)]
        state.rate_budgets.take("account", interval, 1)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # each says it from its own moment of asking: within the seconds that all of this took
    assert sorted(round(at / interval) for at in taken) == list(range(1, 2 * each + 1))


def test_accounts_have_a_budget_each(state: State) -> None:
    """What one account uses up is not missed by another."""
    state.rate_budgets.take("one", 60.0, 10)
    assert state.rate_budgets.take("one", 60.0, 1) > 500
    assert state.rate_budgets.take("another", 60.0, 1) <= 0


def test_the_moments_of_a_block_are_all_taken(state: State) -> None:
    """The next one comes behind the last of the block."""
    first = state.rate_budgets.take("account", 20.0, 5)
    assert state.rate_budgets.take("account", 20.0, 1) == pytest.approx(first + 100, abs=15)


def test_rates_of_an_older_state(url: str) -> None:
    """A state of version 11, whose rates knew no pace, is brought forward and goes on taking."""
    State.open(url).close()
    database = connect(url, read_only=False)
    with database.engine.begin() as connection:
        for statement in (
            "DROP TABLE sendersync_accounts",
            "ALTER TABLE sendersync_planned_adds DROP COLUMN held",
            'ALTER TABLE sendersync_rate_budgets DROP COLUMN "interval"',
            "ALTER TABLE sendersync_rate_budgets DROP COLUMN quick_at",
            "INSERT INTO sendersync_rate_budgets (account, free_at, taker) VALUES ('one', 9e9, 'x')",
            "UPDATE sendersync_meta SET value = '11' WHERE name = 'schema_version'",
        ):
            connection.execute(text(statement))
    database.close()
    with State.open(url) as state:
        assert state.rate_budgets.take("one", 20.0, 1) <= 0
        assert state.accounts.all() == {}

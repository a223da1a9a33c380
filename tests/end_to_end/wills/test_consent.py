"""Consent is kept with its value, time and place, and only a later one brings somebody back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sendersync.pipeline.explain.explain import explain
from sendersync.state.store import State
from tests.builders.sync_bench import Desk, people, person, phone, sync_file, with_row
from tests.builders.sync_files import CODE

NOW = datetime.now(UTC)
TODAY = NOW.date()
DATED = {"consent": "Consent", "consent_at": "First Name", "first_name": None}
OTHER = "12065559999"


def told(desk: Desk, number: int) -> dict[str, Any]:
    """What `explain` knows."""
    with desk.state() as state:
        return explain(state, phone(number))


def test_a_consent_is_kept_as_the_source_has_it(desk: Desk) -> None:
    """Value, time and line of the row are shown, follow the source, and are erased with the person."""
    desk.sync = sync_file(columns=DATED)
    rows = [person(n, First_Name="2026-11-02 10:15") for n in range(3)]
    desk.first_load(rows)
    kept = {"value": "yes", "at": "2026-11-02 10:15", "source": "contacts.csv:3"}
    assert told(desk, 1)["syncs"][0]["consent"] == kept
    desk.write(with_row(rows, 1, Consent="Y", First_Name="soon"))
    done = desk.run()
    assert told(desk, 1)["syncs"][0]["consent"] == {**kept, "value": "Y", "at": None}
    assert told(desk, 2)["syncs"][0]["consent"]["at"] == "2026-11-02 10:15"
    assert any("'First Name' (consent_at)" in each for each in done.report.warnings)
    with State.open(desk.state_url) as state:
        state.erasure.forget(phone(1))
    with closing(sqlite3.connect(desk.state_file)) as connection:
        kept_phones = connection.execute("SELECT phone FROM sendersync_consents").fetchall()
    assert sorted(kept_phones) == [(phone(0),), (phone(2),)]


@pytest.mark.parametrize(
    ("ago", "resubscribe", "comes_back"),
    [(0, True, True), (1, True, False), (None, True, False), (0, False, False)],
    ids=["a later day", "the day of the stop", "no day", "not allowed"],
)
def test_only_a_later_consent_brings_back(
    desk: Desk, ago: int | None, *, resubscribe: bool, comes_back: bool
) -> None:
    """Somebody whose row said stop yesterday is added again with a consent of today alone."""
    _say_stop_yesterday(desk)
    desk.sync = sync_file(columns=DATED, resubscribe=resubscribe)
    day = "" if ago is None else (TODAY - timedelta(days=ago)).isoformat()
    desk.write(with_row(people(4), 2, First_Name=day))
    done = desk.run()
    assert desk.new_commands() == ([("add", phone(2))] if comes_back else [])
    assert (phone(2) in desk.suppressed()) is not comes_back
    assert done.report.reasons == ({} if comes_back else {"suppressed": 1})
    texts = [each["text"] for each in told(desk, 2)["events"]]
    assert any("taken off" in text and "by the sync newsletter" in text for text in texts) is (
        comes_back
    )
    assert desk.run().report.plan.unchanged == 3 + comes_back
    assert desk.new_calls() == []


def test_a_plan_lifts_nothing(desk: Desk) -> None:
    """A dry run shows the add, and an add that is held keeps its order."""
    _say_stop_yesterday(desk)
    desk.sync = sync_file(
        columns=DATED, resubscribe=True, guards={"max_adds": 0, "max_add_share": 0.0}
    )
    desk.write(with_row(people(4), 2, First_Name=TODAY.isoformat()))
    assert desk.plan().report.plan.held == 1
    assert desk.run().report.plan.held == 1
    assert phone(2) in desk.suppressed() and desk.new_calls() == []


def test_a_new_number_comes_back_by_its_key(desk: Desk) -> None:
    """The key that came with the stop is let back too; the old number stays on the list."""
    _say_stop_yesterday(desk)
    desk.sync = sync_file(columns=DATED, resubscribe=True)
    moved = person(2, Mobile=phone(7), First_Name=TODAY.isoformat())
    desk.write([*people(2), moved, person(3)])
    desk.run()
    assert desk.new_commands() == [("add", phone(7))]
    assert desk.suppressed() == {phone(2)}
    assert any("taken off" in each["text"] for each in told(desk, 7)["events"])


def test_they_come_back_to_that_sender_code_alone(desk: Desk) -> None:
    """Another programme, which they left with the same stop, does not get them back by it."""
    other = sync_file(sync="other", sender_code=OTHER)
    desk.sandbox.setup(sender_codes=[OTHER])
    desk.write(people(4))
    desk.run(sync=other)
    _say_stop_yesterday(desk)
    desk.write(people(4))
    desk.run(sync=other)
    assert phone(2) not in desk.subscribed(OTHER)
    desk.sync = sync_file(columns=DATED, resubscribe=True)
    desk.write(with_row(people(4), 2, First_Name=TODAY.isoformat()))
    desk.run()
    desk.write(people(4))
    assert desk.run(sync=other).report.reasons == {"suppressed": 1}
    assert phone(2) in desk.subscribed(CODE) and phone(2) not in desk.subscribed(OTHER)


def test_without_a_time_nobody_is_promised_to_come_back(desk: Desk) -> None:
    """`resubscribe` without a column of days is told in every run."""
    desk.sync = sync_file(resubscribe=True)
    desk.write(people(2))
    assert any("brings nobody back" in each for each in desk.run().report.warnings)


def _say_stop_yesterday(desk: Desk) -> None:
    """Four people are subscribed, and the third said stop a day ago: a day cannot be waited for."""
    desk.sync = sync_file(columns=DATED)
    desk.first_load(people(4))
    desk.write(with_row(people(4), 2, Unsubscribed="yes"))
    assert desk.run().report.plan.stop == 1
    yesterday = (NOW - timedelta(days=1)).isoformat()
    with closing(sqlite3.connect(desk.state_file)) as connection, connection:
        for table in ("suppressions", "suppressed_keys"):
            connection.execute(f"UPDATE sendersync_{table} SET created_at = ?", (yesterday,))
    desk.new_calls()

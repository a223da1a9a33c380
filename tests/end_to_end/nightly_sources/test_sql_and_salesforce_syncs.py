"""Nightly syncs from a database and from Salesforce: real processes on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from schemas.sync_file import SyncFile
from tests.builders.sync_bench import Desk, sync_file
from tests.contracts.crm.salesforce_harness import SalesforceHarness, SalesforceJobHarness
from tests.contracts.source_contract import Harness
from tests.contracts.sql.postgres_harness import PostgresHarness

NEW = "+12065559999"


@pytest.fixture(scope="module")
def postgres() -> PostgresHarness:
    """A database with a view of people."""
    return PostgresHarness()


@pytest.fixture(scope="module")
def queries() -> Iterator[SalesforceHarness]:
    """Salesforce, read by queries."""
    with SalesforceHarness() as harness:
        yield harness


@pytest.fixture(scope="module")
def jobs() -> Iterator[SalesforceHarness]:
    """Salesforce, read by query jobs."""
    with SalesforceJobHarness() as harness:
        yield harness


@pytest.fixture(params=["postgres", "queries", "jobs"])
def place(request: pytest.FixtureRequest) -> Harness:
    """A hundred people, ten pages: in a database, and in Salesforce read both ways."""
    harness: Harness = request.getfixturevalue(request.param)
    harness.fill(100)
    return harness


def _sync(place: Harness, mode: str = "full") -> SyncFile:
    mapped = dict.fromkeys(["email", "country", "first_name", "opted_out", "consent"])
    if isinstance(place, PostgresHarness):
        source = {"kind": "sql", "url_env": "X", "table": "contacts", "mode": mode}
        source["changed_column"] = "updated_at"
        return sync_file(source=source, columns=mapped | {"key": "id", "phone": "phone"})
    columns = {"key": "Id", "phone": "MobilePhone", "opted_out": "SMS_Opt_Out__c"}
    return sync_file(source={"kind": "salesforce", "mode": mode}, columns=mapped | columns)


def _first_load(desk: Desk, place: Harness, mode: str = "full") -> set[str]:
    """Everybody in who can be; their phones."""
    desk.sync = _sync(place, mode)
    done = desk.run(source=place.source())
    assert done.exit_code == 0, (done.report, done.error)
    desk.new_calls()
    return desk.subscribed()


def _add(place: Harness) -> None:
    if isinstance(place, SalesforceHarness):
        past = datetime.now(UTC) - timedelta(
            seconds=2
        )  # the present second is left to the next run
        place.crm.setup(add=[{"MobilePhone": NEW}], at=past.isoformat())
        return
    assert isinstance(place, PostgresHarness)
    place.do(f"INSERT INTO people VALUES (1000, '{NEW}', '', true, now())")


@pytest.mark.parametrize("page", range(1, 11))
def test_a_read_that_breaks_stops_nobody_and_loses_nobody(
    desk: Desk, place: Harness, page: int
) -> None:
    """Any page of ten is lost: no call, exit 75; the next night does what was to be done."""
    subscribed = _first_load(desk, place)
    assert len(subscribed) > 80
    truth = place.truth()
    [leaver] = [key for key, row in truth.items() if row[1] in subscribed][3:4]
    place.put_away([leaver])
    _add(place)
    place.break_page(page, place.breakages[page % len(place.breakages)])
    done = desk.run(source=place.source())
    assert done.exit_code == 75, done.error
    assert desk.new_calls() == []
    assert desk.subscribed() == subscribed

    if isinstance(place, SalesforceHarness):
        place.crm.faults()
    elif isinstance(place, PostgresHarness):
        place.do("TRUNCATE faults")
    done = desk.run(source=place.source())
    assert done.exit_code == 0, done.error
    assert sorted(desk.new_commands()) == [("add", NEW), ("stop", truth[leaver][1])]
    assert desk.subscribed() == (subscribed | {NEW}) - {truth[leaver][1]}


def test_an_incremental_night(desk: Desk, place: Harness) -> None:
    """Who came is added; who left stays until the full read, and a number that moved is followed."""
    _first_load(desk, place, "incremental")
    truth = place.truth()
    leaver = next(key for key, row in truth.items() if row[1] in desk.subscribed())
    place.put_away([leaver])
    _add(place)
    overlap = timedelta(seconds=30)
    done = desk.run(source=place.source(overlap=overlap))
    assert done.exit_code == 0, done.error
    assert done.report.source.rows < 100
    assert desk.new_commands() == [("add", NEW)]
    done = desk.run(source=place.source(overlap=overlap), full=True)
    assert done.exit_code == 0, done.error
    assert desk.new_commands() == [("stop", truth[leaver][1])]


def test_an_opt_out_is_found_by_an_incremental_read(desk: Desk, queries: SalesforceHarness) -> None:
    """A checkbox that somebody ticks stops the person in the next run."""
    queries.fill(100)
    subscribed = _first_load(desk, queries, "incremental")
    key, row = next((k, r) for k, r in queries.truth().items() if r[1] in subscribed)
    past = datetime.now(UTC) - timedelta(seconds=2)
    change = {"id": key, "SMS_Opt_Out__c": True}
    queries.crm.setup(change=[change], at=past.isoformat())
    done = desk.run(source=queries.source(overlap=timedelta(seconds=30)))
    assert done.exit_code == 0, done.error
    assert desk.new_commands() == [("stop", row[1])]

"""Incremental reads: what changed is sent, what is owed is not forgotten, and nobody is removed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from connectors.sources.source import Records
from schemas.errors import SourceUnavailable
from schemas.frames import LINE
from sendersync.pipeline.incremental import since
from sendersync.pipeline.run import Finished
from sendersync.state.store import State
from tests.builders.sync_bench import HEADER, Desk, Row, people, person, phone, sync_file

OTHER_CODE = "12065553434"


@dataclass
class Changes:
    """A source that remembers when each row changed: its cursor is the number of changes seen.

    It implements `IncrementalSource`; `breaks` makes the next read end in the middle.
    """

    rows: dict[str, tuple[int, Row]] = field(default_factory=dict)
    clock: int = 0
    breaks: bool = False
    began: datetime | None = None
    name: str = "changes"

    def put(self, *rows: Row) -> None:
        """Rows that are new or changed now."""
        self.clock += 1
        self.rows |= {row["CustomerID"]: (self.clock, row) for row in rows}

    def columns(self) -> tuple[str, ...]:
        """The header."""
        return HEADER

    def read(self) -> Iterator[Records]:
        """Everything."""
        return self._read(-1)

    def read_since(self, cursor: str) -> Iterator[Records]:
        """What changed after the cursor."""
        return self._read(int(cursor))

    def _read(self, after: int) -> Iterator[Records]:
        self.began = datetime.now(UTC)
        rows = [row for at, row in self.rows.values() if at > after]
        index = pd.RangeIndex(1, len(rows) + 1, name=LINE)
        frame = pd.DataFrame(rows, columns=list(HEADER), index=index, dtype="str")
        yield Records(frame.iloc[: len(rows) // 2])
        if self.breaks:
            raise SourceUnavailable("It broke off.", where=self.name, do="Run again.")
        yield Records(frame.iloc[len(rows) // 2 :], complete=True, cursor=str(self.clock))


@pytest.fixture
def source(desk: Desk) -> Changes:
    """Ten people, all on the platform, and the cursor behind them."""
    desk.sync = sync_file(source={"kind": "hubspot", "mode": "incremental"}, updates="send")
    source = Changes()
    source.put(*people(10))
    assert run(desk, source).report.load.confirmed == 10
    desk.new_calls()
    return source


def run(desk: Desk, source: Changes, **how: object) -> Finished:
    """One run of the sync from this source."""
    return desk.run(source=source, **how)


def test_only_what_changed_is_read(desk: Desk, source: Changes) -> None:
    """The second read begins at the cursor, and says so."""
    source.put(person(3, First_Name="Bea", Email="bea@example.com"), person(20))
    done = run(desk, source)
    assert done.report.source.rows == 2
    assert done.report.source.incremental
    assert desk.new_commands() == [("add", phone(3)), ("add", phone(20))]


def test_who_is_missing_has_not_left(desk: Desk, source: Changes) -> None:
    """An incremental read removes nobody; the next full read does."""
    del source.rows["C000004"]
    source.put(person(20))
    assert run(desk, source).report.plan.stop == 0
    done = run(desk, source, full=True)
    assert not done.report.source.incremental
    assert (done.report.plan.stop, done.report.plan.add) == (1, 0)
    assert desk.new_commands() == [("add", phone(20)), ("stop", phone(4))]


def test_a_full_read_comes_when_it_is_due(desk: Desk, source: Changes) -> None:
    """After `full_every` everything is read again, without anybody asking."""
    del source.rows["C000004"]
    spec = desk.sync.source.model_copy(update={"full_every": timedelta(0)})
    done = run(desk, source, sync=desk.sync.model_copy(update={"source": spec}))
    assert done.report.source.rows == 9
    assert desk.new_commands() == [("stop", phone(4))]


def test_an_opt_out_is_honoured_at_once(desk: Desk, source: Changes) -> None:
    """Who says stop is stopped by an incremental run too."""
    source.put(person(4, Unsubscribed="yes"))
    assert run(desk, source).report.plan.stop == 1
    assert desk.new_commands() == [("stop", phone(4))]


def test_an_old_number_waits_for_the_full_read(desk: Desk, source: Changes) -> None:
    """Another row that did not change may still want the old number."""
    source.put(person(4, Mobile=phone(40)))
    assert run(desk, source).report.plan.stop == 0
    assert run(desk, source, full=True).report.plan.stop == 1
    assert desk.new_commands() == [("add", phone(40)), ("stop", phone(4))]


def test_who_was_refused_is_owed(desk: Desk, source: Changes) -> None:
    """A row that the platform refused is asked again, though no read brings it back."""
    desk.sandbox.faults({"kind": "error", "status": 400, "phone": phone(20).lstrip("+")})
    source.put(person(20), person(21))
    first = run(desk, source)
    assert (first.report.load.refused, first.report.load.confirmed) == (1, 1)
    desk.sandbox.faults()
    desk.new_calls()
    second = run(desk, source)
    assert second.report.source.rows == 0
    assert desk.new_commands() == [("add", phone(20))]
    assert second.exit_code == 0
    assert run(desk, source).report.plan.add == 0
    assert desk.new_calls() == []


def test_who_is_owed_and_says_stop_is_not_added(desk: Desk, source: Changes) -> None:
    """Today's row speaks for its person, also against what is owed."""
    desk.sandbox.faults({"kind": "error", "status": 400, "phone": phone(20).lstrip("+")})
    source.put(person(20))
    run(desk, source)
    desk.sandbox.faults()
    desk.new_calls()
    source.put(person(20, Unsubscribed="yes"))
    run(desk, source)
    assert run(desk, source).report.plan.add == 0
    assert ("add", phone(20)) not in desk.new_commands()


def test_a_read_that_breaks_loses_nobody(desk: Desk, source: Changes) -> None:
    """The cursor stays where it was, no call is made, and the next run reads all of it."""
    source.put(*people(4, start=20))
    source.breaks = True
    assert run(desk, source).exit_code == 75
    assert desk.new_calls() == []
    source.breaks = False
    assert run(desk, source).report.load.confirmed == 4


def test_what_is_held_is_found_again_by_the_approval(desk: Desk) -> None:
    """A full read that holds removals does not count as one: the approved run reads it all."""
    desk.sync = sync_file(
        source={"kind": "hubspot", "mode": "incremental"},
        guards={"max_stops": 0, "max_stop_share": 0.0},
    )
    source = Changes()
    source.put(*people(10))
    run(desk, source)
    del source.rows["C000004"]
    assert run(desk, source, full=True).report.plan.held == 1
    assert run(desk, source).report.plan.held == 1, "still a full read"
    assert run(desk, source, approve_stops=1).report.load.confirmed == 1


def test_full_every_counts_from_beginning_to_beginning(desk: Desk, source: Changes) -> None:
    """The seventh night is a full read however long the first took, and a minute early or late."""
    with State.open(desk.state_url) as state:
        cursor = state.cursors.of(desk.sync.sync)
        assert cursor is not None
        assert source.began is not None
        assert cursor.full_at <= source.began

        def due(after: timedelta) -> bool:
            return since(source, desk.sync, state, cursor.full_at + after) is None

        week = timedelta(days=7)
        assert due(week)
        assert due(week - timedelta(minutes=10))
        assert due(week - timedelta(hours=1)), "clocks went forward within the week"
        assert not due(week - timedelta(hours=20))
        assert not due(timedelta(0))
        assert due(timedelta(days=-1)), "a moment in the future was written by a wrong clock"


@pytest.mark.parametrize(
    "changes",
    [{"default_country": "CA"}, {"group": "monthly"}, {"columns": {"first_name": None}}],
    ids=str,
)
def test_a_changed_sync_file_reads_everything(
    desk: Desk, source: Changes, changes: dict[str, Any]
) -> None:
    """What people who did not change become by the new rules is found at once, and only once."""
    spec = {"kind": "hubspot", "mode": "incremental"}
    desk.sync = sync_file(source=spec, **changes)
    assert not run(desk, source).report.source.incremental
    assert run(desk, source).report.source.incremental
    desk.sync = sync_file(source=spec, **changes, guards={"max_stops": 7}, load={"concurrency": 2})
    assert run(desk, source).report.source.incremental, "neither guards nor pace change anybody"


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("shared", [True, False])
def test_both_ways_of_reading_come_to_the_same(
    desk: Desk, tmp_path: Path, seed: int, shared: bool
) -> None:
    """After a full read the platform is as if every night had been one, whatever happened between.

    Incremental nights may only have heard of one more number of somebody who said stop: one that a
    full read would have ended before.
    """
    chance = random.Random(seed)
    spec = {"kind": "hubspot", "mode": "incremental"}
    guards = {"max_stops": 1000, "max_stop_share": 1.0, "max_reject_share": 1.0}
    desk.sandbox.setup(sender_codes=[OTHER_CODE])
    other = Desk(tmp_path / "other", desk.sandbox)
    desk.sync = sync_file(source=spec, guards=guards)
    other.sync = sync_file(source=spec, guards=guards, sync="other", sender_code=OTHER_CODE)
    source = Changes()
    source.put(*people(8))
    for night in range(9):
        for _ in range(chance.randrange(5)):
            number = chance.randrange(12)
            if chance.random() < 0.3:
                source.rows.pop(f"C{number:06d}", None)
                continue
            cells = {
                "Mobile": phone(
                    chance.randrange(8) if shared else number * 3 + chance.randrange(3)
                ),
                "Consent": chance.choice(["yes", "yes", "yes", ""]),
                "Unsubscribed": "" if shared else chance.choice(["", "", "", "yes"]),
                "First_Name": chance.choice(["Bea", "Cem"]),
            }
            source.put(person(number, **cells))
        often = run(other, source, full=True)
        seldom = run(desk, source, full=night % 3 == 0)
        assert (often.exit_code, seldom.exit_code) == (0, 0), (often.error, seldom.error)
        if night % 3 == 0:
            assert other.suppressed() <= desk.suppressed()
            assert desk.subscribed() == other.subscribed(OTHER_CODE) - desk.suppressed()

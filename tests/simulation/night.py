"""One story from a seed: nights of trouble, then quiet ones in which all that is owed must settle."""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from connectors.sources.delimited.csv_file import CsvFile
from schemas.errors import ExitCode
from schemas.sync_file import SyncFile
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.load.last_look import MAX_AGE
from sendersync.pipeline.load.retries import RetryPolicy
from sendersync.pipeline.run import Finished, run_job
from sendersync.state.store import State
from tests.builders.sync_bench import check_books, sync_file
from tests.simulation.judge import Judge
from tests.simulation.platform import Call, MemoryPlatform
from tests.simulation.power import Power
from tests.simulation.world import World, as_csv

TROUBLED: Final = 8
"""Nights in which anything may happen."""

QUIET: Final = 3
"""Nights without trouble, after which everybody must stand where they should."""

PEOPLE: Final = 14
MOST_STOPS: Final = 2

NO_WAITS: Final = RetryPolicy(
    first_wait=0.0, longest_wait=0.0, stop_waits=(0.0, 0.0), not_understood_wait=0.0
)
"""As many attempts as always, and no wait between them."""

FIRST_NIGHT: Final = datetime(2026, 3, 1, 2, tzinfo=UTC)


@dataclass
class Story:
    """What came of one seed.

    Attributes:
        faults: What the judge found; empty when all is well.
        calls: Everything the platform was asked, in order.
        seen: Statuses, guards, reasons, outcomes and causes that occurred, with their counts.
        nights: Runs that were made.
    """

    faults: list[str]
    calls: list[Call]
    seen: Counter[str] = field(default_factory=Counter)
    nights: int = 0

    def log(self) -> str:
        """The calls, one a line."""
        return "".join(f"{call.line()}\n" for call in self.calls)


class Stage:
    """A folder with files and a state, a platform, and one or two syncs."""

    def __init__(self, seed: int, folder: Path) -> None:
        """Nothing has run yet."""
        self.chance = random.Random(seed)
        self.folder = folder
        self.power = Power()
        self.platform = MemoryPlatform(random.Random(seed + 1), self.power)
        self.judge = Judge(MOST_STOPS)
        self.two = self.chance.random() < 0.4
        self.world = World(self.chance, PEOPLE, two_syncs=self.two)
        self.story = Story(self.judge.faults, self.platform.calls)
        self.now = FIRST_NIGHT
        self.digests: dict[str, str] = {}
        self.url = f"sqlite:///{folder / 'state' / 'state.db'}"

    def syncs(self) -> list[str]:
        """Their names, in the order in which they run."""
        return ["first", "second"] if self.two else ["first"]

    def play(self) -> Story:
        """All nights."""
        with self.power.plugged_in():
            for night in range(TROUBLED):
                self._night(night, trouble=night > 0)
            for night in range(TROUBLED, TROUBLED + QUIET):
                self._night(night, trouble=False)
            self.judge.end(self.platform.subscribed)
        return self.story

    def _night(self, night: int, *, trouble: bool) -> None:
        self.judge.night(night)
        self.platform.night = night
        self.now = FIRST_NIGHT + timedelta(days=1 + night)
        if trouble:
            self.world.day(self.platform.unanswered)
            self._somebody_calls()
        self.platform.unanswered.clear()
        quiet = night >= TROUBLED
        for sync in self.syncs():
            self._deliver(sync, trouble=trouble)
        for sync in self.syncs():
            self.platform.meanwhile = (lambda _: None) if quiet else self._meanwhile
            self.platform.share_of_faults = self.chance.choice([0, 0.1, 0.3]) if trouble else 0
            cut = self.chance.randrange(1, 400) if trouble and self.chance.random() < 0.3 else None
            approve = quiet or self.chance.random() < 0.5
            done = self._run(sync, cut, self.digests.pop(sync, "") if approve else "")
            if quiet and done.report.needs_approval:
                self._run(sync, None, done.report.plan.digest)

    def _somebody_calls(self) -> None:
        """A person asks for no more texts, and staff put them on the list."""
        if self.chance.random() < 0.15:
            self.judge.order(self._suppress_somebody())

    def _suppress_somebody(self, phone: str = "") -> str:
        phone = phone or self.world.any_phone()
        with self.power.not_counted(), State.open(self.url) as state:
            state.suppressions.add([phone], origin="person", reason="asked by phone")
        return phone

    def _meanwhile(self, call: Call) -> None:
        """Orders while calls are under way, also between two attempts; a run that falls asleep."""
        drawn = self.chance.random()
        if self.power.is_off or drawn > 0.05:
            return
        waits = call.answer in ("lost", "passing", "stop_doubtful", "not_understood")
        sleeps = drawn < (0.03 if waits else 0.01)
        self._note("order", self._suppress_somebody(call.phone if waits and not sleeps else ""))
        if sleeps:
            free_the_lease(self.folder / "state" / "state.db", taken_over=True)
            self._note("frozen", "")
        # longer than a look at the orders counts: whatever leaves from here on must know of them
        time.sleep(MAX_AGE * 1.1)

    def _note(self, kind: str, phone: str) -> None:
        call = Call(self.platform.night, self.platform.sync, kind, phone, "", False)
        self.platform.calls.append(call)

    def _deliver(self, sync: str, *, trouble: bool) -> None:
        """Tonight's file; on a bad night much of it is missing."""
        rows = self.world.rows(second=sync == "second")
        if trouble and self.chance.random() < 0.1:
            rows = rows[: self.chance.choice([0, len(rows) // 3])]
        (self.folder / f"{sync}.csv").write_text(as_csv(rows), "utf-8")
        self.judge.file(sync, rows)

    def _sync_file(self, sync: str) -> SyncFile:
        guards: dict[str, Any] = {"max_stops": MOST_STOPS, "max_stop_share": 0.05}
        return sync_file(
            sync=sync,
            source={"kind": "csv", "path": f"{sync}.csv"},
            columns={"email": None},
            guards=guards,
            # one batch: whether the next is handed in soon enough would decide which commits there are
            load={"concurrency": 1, "batch_size": 100},
        )

    def _run(self, sync: str, cut: int | None, digest: str) -> Finished:
        job = Job(
            Command.RUN,
            self._sync_file(sync),
            CsvFile(self.folder / f"{sync}.csv"),
            approve=digest,
            approved_by="tester",
        )
        context = RunContext(
            self.url, lambda: self.platform, policy=NO_WAITS, clock=lambda: self.now
        )
        self.platform.sync = sync
        self.now += timedelta(minutes=10)  # the ids of two runs in one second have no order
        before = len(self.platform.calls)
        self.power.on(cut)
        done = run_job(job, context)
        cut_off = self.power.is_off
        self.power.on()
        self.platform.run_ends()
        calls = self.platform.calls[before:]
        overtaken = any(call.kind == "frozen" for call in calls)
        ended = not (cut_off or overtaken)
        self.judge.run(sync, calls, ended=ended, approved=bool(digest))
        self.story.nights += 1
        if ended:
            self._look_at(sync, done)
        elif cut_off:
            self.story.seen["power cut"] += 1
            free_the_lease(self.folder / "state" / "state.db")
        else:
            self.story.seen["slept past the lease"] += 1
            if done.exit_code != ExitCode.FAILED:
                self.judge.faults.append(f"exit {done.exit_code.value} of an overtaken run")
        return done

    def _look_at(self, sync: str, done: Finished) -> None:
        check_books(done)
        report = done.report
        if report.needs_approval:
            self.digests[sync] = report.plan.digest
        seen = self.story.seen
        seen[f"exit {done.exit_code.value}"] += 1
        seen.update(f"reason {reason}" for reason in report.reasons)
        seen.update(f"held by {hold.guard}" for hold in report.held_because)
        seen.update(f"outcome {name}" for name, n in asdict(report.load).items() if n)
        if done.exit_code.value not in (0, 3, 4, 75):
            self.judge.faults.append(f"exit {done.exit_code.value}: {done.error}")


def free_the_lease(state: Path, *, taken_over: bool = False) -> None:
    """Says of a SQLite state that the holder of its leases is dead; here it is this process.

    Args:
        state: The file.
        taken_over: Another run has had the lease meanwhile.
    """
    with closing(sqlite3.connect(state, isolation_level=None)) as other:
        if other.execute("SELECT 1 FROM sqlite_master WHERE name = 'sendersync_leases'").fetchone():
            change = ", fence = fence + 1" if taken_over else ""
            other.execute(f"UPDATE sendersync_leases SET expires_at = 0{change}")


def play(seed: int, folder: Path) -> Story:
    """The story of a seed, in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return Stage(seed, folder).play()

"""A desk to run syncs from: a folder with files and a state, a platform in memory, and a judge.

Every run goes through here: it is made, cut off or let end, looked at, and told to the judge.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.opt_out_files import open_opt_outs
from schemas.errors import ExitCode
from schemas.sync_file import SyncFile
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.load.clean_stop import CancelToken
from sendersync.pipeline.load.retries import RetryPolicy
from sendersync.pipeline.run import Finished, run_job
from sendersync.state.store import State
from sendersync.state.upkeep.restore import restore
from tests.builders.sync_bench import check_books
from tests.simulation.approvals import NOTHING, Approval, Drawer
from tests.simulation.judge import Ended, Judge, Kept
from tests.simulation.platform import Call, MemoryPlatform
from tests.simulation.power import Power
from tests.simulation.slips import MOST_STOPS

NO_WAITS: Final = RetryPolicy(
    first_wait=0.0, longest_wait=0.0, stop_waits=(0.0, 0.0), not_understood_wait=0.0
)
"""As many attempts as always, and no wait between them."""

FIRST_NIGHT: Final = datetime(2026, 3, 1, 2, tzinfo=UTC)

HOLD_OPT_OUTS: Final = frozenset({"max_opt_outs", "reading_changed"})
"""Guards behind which nobody who says stop need be stopped."""

Planned = frozenset[tuple[str, str]]
"""Calls by kind and phone."""

ENDS_WELL: Final = frozenset({ExitCode.COMPLETED, ExitCode.HELD, ExitCode.PARTIAL})


@dataclass
class Story:
    """What came of one seed.

    Attributes:
        faults: What the judge found; empty when all is well.
        calls: Everything the platform was asked, in order.
        seen: Statuses, guards, reasons, outcomes and causes that occurred, with their counts.
        nights: Nights that have passed.
        runs: Runs that were made.
    """

    faults: list[str]
    calls: list[Call]
    seen: Counter[str] = field(default_factory=Counter)
    nights: int = 0
    runs: int = 0

    def log(self) -> str:
        """The calls, one a line."""
        return "".join(f"{call.line()}\n" for call in self.calls)


@dataclass(frozen=True)
class Copy:
    """A copy of the state, and what was known when it was made."""

    path: Path
    kept: Kept
    settled: frozenset[str]


class Desk:
    """Where runs are made.

    Attributes:
        folder: Where files and state are.
        power, platform, judge, story: Of this seed.
        drawer: Held plans.
        now: By the given clock.
        settled: Syncs whose last run read a file that was right, and held nothing.
        stop: Asks the run that is under way to stop.
    """

    def __init__(self, seed: int, folder: Path) -> None:
        """Nothing has run yet."""
        self.folder = folder
        self.power = Power()
        self.platform = MemoryPlatform(random.Random(seed + 1), self.power)
        self.judge = Judge(MOST_STOPS)
        self.drawer = Drawer(random.Random(seed + 2))
        self.story = Story(self.judge.faults, self.platform.calls)
        self.now = FIRST_NIGHT
        self.settled: set[str] = set()
        self.stop = CancelToken()
        self.state = folder / "state" / "state.db"
        self.url = f"sqlite:///{self.state}"
        self._copies = self._from = 0
        self._left_in_flight: set[str] = set()

    def run(
        self, sync: SyncFile, approval: Approval, *, cut: int | None = None, slip: str = ""
    ) -> Finished:
        """One run, told to the judge.

        Args:
            sync: What is run.
            approval: What a person says to it.
            cut: The step at which the power fails.
            slip: What is wrong with the sync file; empty: nothing.
        """
        before = self._from = len(self.platform.calls)
        may_go = self._may_go(sync, approval)
        self.power.on(cut)
        done = self._made(sync, approval)
        cut_off = self.power.is_off
        self.power.on()
        self.platform.run_ends()
        self.judge.follow(sync.sync, self.platform.calls[self._from :])
        mine = [call for call in self.platform.calls[before:] if call.sync == sync.sync]
        overtaken = any(call.kind == "frozen" for call in mine)
        whole = not (cut_off or overtaken)
        self._tell(sync, done, mine, approval, slip=slip, whole=whole, may_go=may_go)
        if cut_off:
            self.story.seen["power cut"] += 1
            free_the_lease(self.state)
        elif overtaken:
            self.story.seen["slept past the lease"] += 1
            self._expect(done, {ExitCode.FAILED}, "an overtaken run")
        return done

    def _may_go(self, sync: SyncFile, approval: Approval) -> Planned | None:
        """What an approved run may send: what goes without it, and what of the held was shown.

        Told by a plan of the same moment. None where there is no approval, or where the run will
        first have to find out what a dead one had in flight, which no plan does; nor, since a plan
        takes as long as a run, where the newest plan is approved.
        """
        if not approval.is_old or self._left_in_flight:
            return None
        with self.power.not_counted():
            decided = self._made(sync, NOTHING, dry_run=True).decided
        if decided is None:
            return None
        going, held = (
            {*zip(rows["kind"], rows["phone"], strict=True)}
            for rows in (decided.plan.operations, decided.plan.held)
        )
        return frozenset(going | {each for each in held if each[1] in approval.phones})

    def run_meanwhile(self, sync: SyncFile) -> None:
        """A second run, in the middle of the one that is under way."""
        outer, self.platform.meanwhile = self.platform.meanwhile, lambda _: None
        of, stop = self.platform.sync, self.stop
        self.judge.follow(of, self.platform.calls[self._from :])
        before = len(self.platform.calls)
        with self.power.not_counted():
            done = self._made(sync, NOTHING)
        mine = self.platform.calls[before:]
        if of == sync.sync:
            self.story.seen[f"exit {done.exit_code.value}"] += 1
            self._expect(done, {ExitCode.ACTIVE}, "a second run of a sync")
            if mine:
                self.judge.faults.append("a second run of a sync made a call")
        else:
            self.story.seen["two syncs at once"] += 1
            self.judge.follow(sync.sync, mine)
            self._tell(sync, done, mine, NOTHING, slip="", whole=True)
        self.platform.sync, self.platform.meanwhile, self.stop = of, outer, stop
        self._from = len(self.platform.calls)

    def suppress(self, phone: str) -> str:
        """Staff put somebody on the do-not-contact list."""
        with self.power.not_counted(), State.open(self.url) as state:
            state.suppressions.add([phone], origin="person", reason="asked by phone")
        return phone

    def note(self, kind: str, phone: str = "") -> None:
        """Something that happened between two calls."""
        call = Call(self.platform.night, self.platform.sync, kind, phone, "", False)
        self.platform.calls.append(call)

    def backup(self) -> Copy:
        """Copies the state."""
        self._copies += 1
        path = self.folder / f"copy-{self._copies}.db"
        with State.open(self.url) as state:
            state.backup(path)
        self.story.seen["backup"] += 1
        return Copy(path, self.judge.backed_up(), frozenset(self.settled))

    def take_back(self, copy: Copy, *, lost: bool) -> None:
        """Puts a copy back: over the state, or in the place of one that is lost."""
        self.settled &= copy.settled
        self._left_in_flight |= {*self.judge.wishes.files}
        self.drawer.forget_uses()
        if lost:
            for path in self.state.parent.glob("state.db*"):
                path.unlink()
            self.judge.state_was_lost(copy.kept)
            self.drawer.clear()
        restore(self.url, copy.path)
        self.story.seen["restored after a loss" if lost else "restored"] += 1

    def _made(self, sync: SyncFile, approval: Approval, *, dry_run: bool = False) -> Finished:
        self.platform.sync, self.stop = sync.sync, CancelToken()
        self.now += timedelta(minutes=10)  # the ids of two runs in one second have no order
        self.story.runs += not dry_run
        job = Job(
            Command.RUN,
            sync,
            CsvFile(self.folder / f"{sync.sync}.csv"),
            approve=approval.digest,
            approved_by="tester",
            dry_run=dry_run,
            opt_outs=open_opt_outs(sync, self.folder),
        )
        context = RunContext(
            self.url,
            lambda: self.platform,
            stop=self.stop,
            policy=NO_WAITS,
            clock=lambda: self.now,
        )
        return run_job(job, context)

    def _tell(
        self,
        sync: SyncFile,
        done: Finished,
        calls: list[Call],
        approval: Approval,
        *,
        slip: str,
        whole: bool,
        may_go: Planned | None = None,
    ) -> None:
        """Tells the judge how a run ended, and keeps what it showed."""
        if whole and done.exit_code in ENDS_WELL:
            self._left_in_flight.discard(sync.sync)
        elif done.exit_code is not ExitCode.ACTIVE:
            self._left_in_flight.add(sync.sync)
        name, report = sync.sync, done.report
        guards = {hold.guard for hold in report.held_because}
        # a run that failed on its way has not got to its end, whoever ended it
        whole = whole and done.exit_code in ENDS_WELL
        ended = Ended(
            whole,
            bool(guards & HOLD_OPT_OUTS),
            approval.phones,
            approval.refused or (slip and f"by a sync file with a slip in it: {slip}"),
            misread=bool(slip),
            may_go=may_go,
        )
        self.judge.run(name, calls, ended)
        self.settled.discard(name)
        self.story.seen[f"exit {done.exit_code.value}"] += 1
        # one that met nothing, or whose run broke off before it had a plan, is as good as before
        if not report.plan.digest or any("not used up" in said for said in report.warnings):
            self.drawer.give_back(name, approval.digest)
        elif whole:
            self.drawer.use_up(approval.digest)
        if not whole:
            return
        check_books(done)
        if report.needs_approval and not slip:
            held = done.decided.plan.held["phone"] if done.decided else ()
            self.drawer.keep(name, report.plan.digest, frozenset(held))
        elif not slip:
            self.settled.add(name)
        seen = self.story.seen
        if slip:
            seen[f"slip: {slip}"] += 1
        if approval.digest:
            seen["approved" if approval.phones else approval.refused or "approved again"] += 1
        seen.update(f"reason {reason}" for reason in report.reasons)
        seen.update(f"held by {guard}" for guard in guards)
        seen.update(f"outcome {name}" for name, n in asdict(report.load).items() if n)

    def _expect(self, done: Finished, codes: set[ExitCode], of: str) -> None:
        if done.exit_code not in codes:
            self.judge.faults.append(f"exit {done.exit_code.value} of {of}: {done.error}")


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

"""Killed anywhere, a run is finished by the next: nothing lost, only what was in flight again."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from schemas.member_status import UNPROVEN_STOPS, MemberStatus
from schemas.sync_file import SyncFile
from tests.builders.sync_bench import Desk, people, person, phone, sync_file
from tests.stand_ins import killable_run
from tests.stand_ins.sandbox_process import SandboxProcess


class Killer:
    """Runs the desk's sync in other processes, kills them, and checks each kill's consequences.

    With `hold_after`, a run that is to be killed gets no more answers than that, so that it cannot
    end before its time has come.
    """

    def __init__(self, desk: Desk, seed: int, hold_after: int | None) -> None:
        self.desk = desk
        self.chance = random.Random(seed)
        self.latency = self.chance.choice([20, 35, 50])
        self.hold_after = hold_after
        self.kills = 0
        self.asked: Counter[tuple[str, str]] = Counter()
        self.in_flight: set[tuple[str, str]] = set()

    def run_until_done(self, most_kills: int, longest: float) -> None:
        """Kills run after run at random moments, then lets the last one finish."""
        for _ in range(most_kills):
            if self._run(kill_after=self.chance.uniform(0.02, longest)):
                return
        assert self._run(kill_after=None)

    def _run(self, kill_after: float | None) -> bool:
        """One run; True when it ended by itself."""
        desk, latency = self.desk, self.latency
        if kill_after is None or self.hold_after is None:
            desk.sandbox.faults(latency_ms=latency)
        else:
            desk.sandbox.hold(self.hold_after, latency_ms=latency)
        report = desk.folder / "report.json"
        process = killable_run.start(
            desk.sync, desk.folder / "contacts.csv", desk.state_url, desk.sandbox.url, report
        )
        process.join(timeout=kill_after)
        killed = process.exitcode is None
        if killed:
            process.kill()
            process.join()
            self.kills += process.exitcode == -signal.SIGKILL
        else:
            assert process.exitcode in (0, 4), report.read_text()
        self._check_calls(desk.new_commands())
        return not killed

    def _check_calls(self, calls: list[tuple[str, str]]) -> None:
        """What is asked a second time was in flight when the last run died."""
        for call in calls:
            if self.asked[call]:
                assert call in self.in_flight, "asked twice, neither in flight nor unproven"
                self.in_flight.discard(call)
            self.asked[call] += 1
        self.in_flight |= self._intents() | self._unproven()

    def _unproven(self) -> set[tuple[str, str]]:
        if not self.desk.state_file.exists():
            return set()
        standings = self.desk.standings().items()
        return {("stop", number) for number, standing in standings if standing in UNPROVEN_STOPS}

    def _intents(self) -> set[tuple[str, str]]:
        if not self.desk.state_file.exists():
            return set()
        with self.desk.state() as state:
            runs = state.runs.latest(limit=1)
            if not runs or runs[0].status:
                return set()
            operations = state.ledger.operations(runs[0].id)
        intents = operations.loc[operations["state"] == "intent"]
        assert len(intents) <= self.desk.sync.load.concurrency
        kinds = intents["kind"].where(intents["kind"] == "stop", "add")
        return set(zip(kinds, intents["phone"], strict=True))


def _sync(concurrency: int) -> SyncFile:
    return sync_file(
        guards={"max_stops": 1000, "max_opt_outs": 1000},
        load={"concurrency": concurrency, "batch_size": 40},
    )


def _two_nights(
    folder: Path,
    sandbox: SandboxProcess,
    *,
    seed: int,
    count: int,
    kills: int,
    longest: float,
    hold_after: int | None = None,
) -> int:
    """A first load and a next night, both killed again and again; how many kills hit."""
    sandbox.reset()
    desk = Desk(folder, sandbox)
    killer = Killer(desk, seed, hold_after)
    desk.sync = _sync(killer.chance.choice([8, 16, 32]))

    desk.write(people(count))
    killer.run_until_done(kills // 2, longest)
    assert desk.subscribed() == {phone(n) for n in range(count)}
    assert set(desk.standings().values()) == {MemberStatus.SUBSCRIBED}
    repeated = sum(times - 1 for times in killer.asked.values())
    assert repeated <= killer.kills * desk.sync.load.concurrency

    third = count // 3
    moved = [person(n, Mobile=phone(n + 10_000)) for n in range(third)]
    desk.write([*moved, *people(third, start=third), *people(third, start=20_000)])
    killer.run_until_done(kills - kills // 2, longest)
    wanted = {row["Mobile"] for row in moved}
    wanted |= {phone(n) for n in range(third, 2 * third)}
    wanted |= {phone(n) for n in range(20_000, 20_000 + third)}
    assert desk.subscribed() == wanted
    standings = desk.standings()
    assert {number for number, word in standings.items() if word == "subscribed"} == wanted
    gone = set(standings) - wanted
    assert {standings[number] for number in gone} <= {
        MemberStatus.STOPPED,
        MemberStatus.STOP_UNKNOWN,
    }
    unknown = sum(standings[number] == MemberStatus.STOP_UNKNOWN for number in gone)
    assert unknown <= killer.kills * desk.sync.load.concurrency
    for n in range(third):
        assert killer.asked["stop", phone(n)]

    desk.new_calls()
    assert desk.run().report.plan.unchanged == len(wanted)
    again = {number for _, number in desk.new_commands()}
    assert again <= gone and len(again) == unknown, "only what nothing has proven is asked again"
    return killer.kills


def test_killed_runs_lose_nothing_and_repeat_what_was_in_flight(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    """SIGKILL at random moments of two nights: exactly the right people, hardly a call twice."""
    kills = _two_nights(tmp_path, sandbox, seed=1, count=210, kills=8, longest=0.9, hold_after=40)
    assert kills == 8


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_hundreds_of_kills(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """The same with five hundred kills: early, late, in between, and 300 of them sure to hit."""
    kills = 0
    for seed in range(100, 160):
        folder = tmp_path / str(seed)
        kills += _two_nights(folder, sandbox, seed=seed, count=300, kills=10, longest=1.2)
    assert kills > 200
    for seed in range(160, 190):
        folder = tmp_path / str(seed)
        kills += _two_nights(
            folder, sandbox, seed=seed, count=210, kills=10, longest=0.9, hold_after=40
        )
    assert kills > 500


def test_an_order_holds_though_the_run_that_read_it_died(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    """An opt-out read by a run that was killed is on the list before its first call left."""
    desk = Desk(tmp_path, sandbox)
    desk.sync = _sync(8)
    desk.first_load(people(30))
    sandbox.hold()
    report = tmp_path / "report"
    desk.write(person(n, Unsubscribed="yes") for n in range(30))
    process = killable_run.start(
        desk.sync, tmp_path / "contacts.csv", desk.state_url, sandbox.url, report
    )
    killable_run.until_in_flight(1, sandbox, process, report)
    process.kill()
    process.join()
    assert desk.suppressed() == {phone(n) for n in range(30)}
    sandbox.faults()
    desk.write(people(30))
    done = desk.run()
    assert done.report.reasons == {"suppressed": 30}
    assert desk.subscribed() == set()
    assert {name for name, _ in desk.new_commands()} == {"stop"}


def test_a_second_run_of_the_same_sync_is_refused_while_the_first_runs(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    """Exit 5 and no call while another process runs it; at once when that process was killed."""
    desk = Desk(tmp_path, sandbox)
    desk.sync = _sync(2)
    sandbox.faults({"kind": "slow", "seconds": 3600, "nth": [6, 7]})
    desk.write(people(40))
    report = tmp_path / "report"
    process = killable_run.start(
        desk.sync, tmp_path / "contacts.csv", desk.state_url, sandbox.url, report
    )
    killable_run.until_in_flight(2, sandbox, process, report)
    done = desk.run()
    assert done.exit_code == 5
    assert str(process.pid) in str(done.error)
    assert done.report.load.total() == 0
    assert desk.plan().exit_code == 0
    other = desk.run(sync=sync_file(sync="other"))
    assert other.exit_code == 0
    process.kill()
    process.join()
    sandbox.faults()
    assert desk.run().exit_code == 0
    assert desk.subscribed() == {phone(n) for n in range(40)}


def test_a_run_that_lost_its_lease_sends_nothing_more(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    """Overtaken by another holder, a run ends with 1 after what was in flight, and says so much."""
    desk = Desk(tmp_path, sandbox)
    desk.sync = _sync(4)
    sandbox.hold(after=8)
    desk.write(people(80))
    report = tmp_path / "report"
    process = killable_run.start(
        desk.sync, tmp_path / "contacts.csv", desk.state_url, sandbox.url, report
    )
    killable_run.until_in_flight(4, sandbox, process, report)
    # what another machine's run does once this one has been silent for too long
    with closing(sqlite3.connect(desk.state_file, timeout=30)) as other:
        other.execute("UPDATE sendersync_leases SET fence = fence + 1")
        other.commit()
    sandbox.faults()
    process.join()
    assert process.exitcode == 1, report.read_text()
    assert "took over" in report.read_text()
    assert len(sandbox.calls()) == 8 + 4
    done = desk.run()
    assert done.exit_code == 0
    load = json.loads(report.read_text())["load"]
    with desk.state() as state:
        kept = state.ledger.operations(state.runs.latest(limit=2)[1].id)["state"].value_counts()
    assert load["confirmed"] == kept["confirmed"] >= 5
    assert load["unknown"] == kept["unknown"] <= 4
    assert load["not_reached"] == 80 - load["confirmed"] - load["unknown"]
    assert desk.subscribed() == {phone(n) for n in range(80)}
    assert len(sandbox.calls()) <= 80 + 4


def test_a_plan_counts_what_a_dead_run_left_in_flight(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    """A plan says what the next run says: somebody who was perhaps added, and has left, is stopped."""
    desk = Desk(tmp_path, sandbox)
    desk.first_load(people(3))
    sandbox.hold()
    report = tmp_path / "report"
    desk.write([*people(3), person(7), person(8)])
    process = killable_run.start(
        desk.sync, tmp_path / "contacts.csv", desk.state_url, sandbox.url, report
    )
    killable_run.until_in_flight(1, sandbox, process, report)
    process.kill()
    process.join()
    sandbox.faults()
    desk.write(people(3))
    plan, run = desk.plan().report, desk.run().report
    assert plan.plan.stop > 0
    assert (plan.plan.add, plan.plan.stop) == (run.plan.add, run.plan.stop)
    assert any("in flight: a run asks again" in each for each in plan.warnings)
    assert any("in flight: asked again" in each for each in run.warnings)

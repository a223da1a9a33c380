"""Trouble that only shows when there is much of it: a fifth of ten thousand calls, races by the hundred."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.builders.sync_bench import Desk, people, phone, sync_file
from tests.stand_ins import killable_run
from tests.stand_ins.sandbox_process import SandboxProcess
from tests.waiting.until import until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]

OPERATIONS: Final = 10_000
RACES: Final = 200

A_FIFTH: Final = [
    {"kind": "503", "share": 0.05},
    {"kind": "429", "share": 0.05, "retry_after": "0.01"},
    {"kind": "drop_before", "share": 0.05},
    {"kind": "drop_after", "share": 0.05},
]


def test_a_fifth_of_all_calls_goes_wrong(desk: Desk) -> None:
    """Busy, away, lost before and after it was done: within three runs everybody is subscribed."""
    desk.sync = sync_file(load={"rate_per_second": 2000, "concurrency": 16})
    desk.write(people(OPERATIONS))
    desk.sandbox.faults(*A_FIFTH)
    for _ in range(3):
        done = desk.run()
        if done.exit_code == 0:
            break
    assert done.exit_code == 0, done.error
    assert desk.subscribed() == {phone(number) for number in range(OPERATIONS)}


def test_two_runs_of_one_sync_that_start_at_once(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """Exactly one of two processes runs, each time; the other ends with 5 and calls nobody."""
    desk = Desk(tmp_path, sandbox)
    desk.sync = sync_file(guards={"max_stops": 1000, "max_opt_outs": 1000})
    for race in range(RACES):
        desk.write(people(3, start=3 * race))
        sandbox.hold()
        both = [
            killable_run.start(
                desk.sync, tmp_path / "contacts.csv", desk.state_url, sandbox.url, tmp_path / name
            )
            for name in ("one", "other")
        ]
        until(lambda: not all(process.is_alive() for process in both), "one was refused")  # noqa: B023  # asked in this turn
        sandbox.faults()
        for process in both:
            process.join()
        assert sorted(process.exitcode or 0 for process in both) == [0, 5], race
        asked = Counter(desk.new_commands())
        assert set(asked.values()) == {1}, race
        assert {number for kind, number in asked if kind == "add"} == {
            phone(number) for number in range(3 * race, 3 * race + 3)
        }

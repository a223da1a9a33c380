"""Power that fails at any step of a run: the next run finishes it, and repeats one call at most."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.run import Finished, run_job
from tests.builders.sync_bench import as_csv, person, phone, sync_file
from tests.simulation.desk import NO_WAITS, free_the_lease
from tests.simulation.platform import MemoryPlatform
from tests.simulation.power import Power

BEFORE: Final = {phone(number) for number in range(30)}
AFTER: Final = {phone(number) for number in range(4, 50)}
"""50 contacts in all: on the second night 20 join and 4 have left."""

EVERY: Final = 61
"""`make test` pulls the plug at each 61st step, `make soak` at every one."""

SYNC: Final = sync_file(guards={"max_stops": 5}, load={"concurrency": 1, "batch_size": 100})


class _Desk:
    """A folder with a file and a state, and the platform in memory."""

    def __init__(self, folder: Path, subscribed: Iterable[str] = ()) -> None:
        self.folder = folder
        self.power = Power()
        self.platform = MemoryPlatform(random.Random(1), self.power, subscribed=set(subscribed))

    def write(self, numbers: Iterable[int]) -> None:
        rows = [person(number) for number in numbers]
        (self.folder / "contacts.csv").write_text(as_csv(rows), "utf-8")

    def run(self, until: int | None = None) -> Finished:
        """One run, whose power fails at that step."""
        job = Job(Command.RUN, SYNC, CsvFile(self.folder / "contacts.csv"))
        url = f"sqlite:///{self.folder / 'state.db'}"
        self.power.on(until)
        with self.power.plugged_in():
            done = run_job(job, RunContext(url, lambda: self.platform, policy=NO_WAITS))
        if self.power.is_off:
            free_the_lease(self.folder / "state.db")
        return done


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state after the first night, and the file of the second."""
    desk = _Desk(tmp_path_factory.mktemp("first_night"))
    desk.write(range(30))
    assert desk.run().exit_code == 0
    assert desk.platform.subscribed == BEFORE
    desk.write(range(4, 50))
    return desk.folder


def _second_night(first_night: Path, folder: Path) -> _Desk:
    shutil.copytree(first_night, folder)
    return _Desk(folder, BEFORE)


def _cut_at(desk: _Desk, step: int) -> None:
    """The second night with its power cut at a step, and the run after it."""
    desk.run(step)
    assert desk.power.is_off, "the run has fewer steps"
    before = len(desk.platform.calls)
    done = desk.run()
    assert desk.platform.subscribed == AFTER, step
    earlier = {(call.kind, call.phone) for call in desk.platform.calls[:before]}
    again = [call for call in desk.platform.calls[before:] if (call.kind, call.phone) in earlier]
    kinds = [call.kind for call in again]
    if kinds and kinds[0] == "stop":  # the answer to a second stop proves nothing, and that is said
        assert set(kinds) == {"stop"} and len({call.phone for call in again}) == 1, step
        assert done.exit_code == 4, step
    else:
        assert len(kinds) <= 1 and done.exit_code == 0, (step, done.error)


def _steps(first_night: Path, folder: Path) -> range:
    """The steps of the second night, from the first to the last."""
    desk = _second_night(first_night, folder / "whole")
    assert desk.run().exit_code == 0
    assert desk.platform.subscribed == AFTER
    return range(1, desk.power.steps + 1)


def test_power_cuts_here_and_there(first_night: Path, tmp_path: Path) -> None:
    """Before some statements, commits, calls and answers of a run: nothing is lost."""
    steps = _steps(first_night, tmp_path)
    assert len(steps) > 200
    for step in steps[EVERY // 2 :: EVERY]:
        _cut_at(_second_night(first_night, tmp_path / str(step)), step)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_power_cuts_at_every_step(first_night: Path, tmp_path: Path) -> None:
    """Before every statement, commit, call and answer of a run: nothing is lost."""
    for step in _steps(first_night, tmp_path):
        _cut_at(_second_night(first_night, tmp_path / str(step)), step)

"""One story from a seed: nights of trouble, then quiet ones in which all that is owed must settle."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from schemas.errors import ExitCode
from schemas.sync_file import SyncFile
from sendersync.pipeline.load.last_look import MAX_AGE
from tests.simulation.approvals import NOTHING, Approval
from tests.simulation.desk import FIRST_NIGHT, Copy, Desk, Story, free_the_lease
from tests.simulation.platform import Call, StopList
from tests.simulation.slips import SLIPS, sync_of
from tests.simulation.world import World, as_csv

TROUBLED: Final = 8
"""Nights in which anything may happen."""

QUIET: Final = 3
"""Nights without trouble, after which everybody must stand where they should."""

PEOPLE: Final = 14


@dataclass(frozen=True)
class Weather:
    """What goes wrong in one run.

    Attributes:
        cut: The step at which the power fails.
        slip: What is wrong with the sync file.
        approval: What a person says.
        expected: How it may end.
    """

    cut: int | None = None
    slip: str = ""
    approval: Approval = NOTHING
    expected: frozenset[ExitCode] = frozenset(
        {ExitCode.COMPLETED, ExitCode.HELD, ExitCode.PARTIAL, ExitCode.TRY_LATER}
    )


class Stage:
    """A desk, the people, and one or two syncs."""

    def __init__(self, seed: int, folder: Path) -> None:
        """Nothing has run yet."""
        self.chance = random.Random(seed)
        self.desk = Desk(seed, folder)
        self.platform, self.judge = self.desk.platform, self.desk.judge
        self.names = ["first", "second"] if self.chance.random() < 0.4 else ["first"]
        self.world = World(self.chance, PEOPLE, two_syncs=len(self.names) == 2)
        self.stops = StopList(folder / "stops") if self.chance.random() < 0.6 else None
        self.canary = self.chance.random() < 0.15
        self.copies: list[Copy] = []
        self.to_run: list[str] = []

    def play(self, *, until_found: bool) -> Story:
        """All nights, or those up to the first fault."""
        # a fifth quicker with few rows, and equal in every cell
        with self.desk.power.plugged_in(), pd.option_context("mode.string_storage", "python"):
            for night in range(TROUBLED + QUIET):
                self._night(night, trouble=0 < night < TROUBLED)
                if until_found and self.judge.faults:
                    return self.desk.story
            self.judge.end(self.platform.subscribed)
        return self.desk.story

    def _night(self, night: int, *, trouble: bool) -> None:
        self.desk.story.nights += 1
        self.judge.night(night)
        self.platform.night = night
        self.desk.now = FIRST_NIGHT + timedelta(days=1 + night)
        if trouble:
            self.world.day(self.platform.unanswered)
            self._people_say_stop()
            self._state_is_put_back()
        if night == TROUBLED:
            self.world.mend()
        self.platform.unanswered.clear()
        self._platform_exports(trouble=trouble)
        for name in self.names:
            self._deliver(name, trouble=trouble)
        self.to_run = [*self.names]
        while self.to_run:
            name = self.to_run.pop(0)
            if night >= TROUBLED:
                self._run_until_nothing_is_held(name)
            else:
                self._run(name, trouble=trouble)

    def _run_until_nothing_is_held(self, name: str) -> None:
        self.platform.meanwhile, self.platform.share_of_faults = lambda _: None, 0
        done = self.desk.run(self._sync(name), NOTHING)
        if done.report.needs_approval:
            done = self.desk.run(self._sync(name), self.desk.drawer.newest(name))
        self._expect(name, done.exit_code, Weather())

    def _run(self, name: str, *, trouble: bool) -> None:
        """One run of a night of trouble, or of the first night."""
        weather = self._weather(name) if trouble else Weather(approval=self.desk.drawer.draw(name))
        self.platform.meanwhile = self._meanwhile
        sync = self._sync(name, weather.slip)
        done = self.desk.run(sync, weather.approval, cut=weather.cut, slip=weather.slip)
        self.platform.always = ""
        if not (self.desk.power.is_off or done.exit_code is ExitCode.FAILED):
            self._expect(name, done.exit_code, weather)

    def _weather(self, name: str) -> Weather:
        chance, platform = self.chance, self.platform
        platform.share_of_faults = chance.choice([0, 0.1, 0.3])
        drawn = chance.random()
        if drawn < 0.25:
            return Weather(chance.randrange(1, 400), approval=self.desk.drawer.draw(name))
        if drawn < 0.3:
            platform.always = chance.choice(["gateway", "page", "credentials"])
            return Weather(expected=Weather.expected | {ExitCode.WRONG_USE})
        if drawn < 0.45 and name in self.desk.settled:
            slip = chance.choice(sorted(SLIPS))
            return Weather(slip=slip, expected=Weather.expected | {ExitCode.WRONG_USE})
        return Weather(approval=self.desk.drawer.draw(name))

    def _expect(self, name: str, code: ExitCode, weather: Weather) -> None:
        if code not in weather.expected:
            self.judge.faults.append(f"night {self.platform.night}: exit {code.value} of {name}")

    def _sync(self, name: str, slip: str = "") -> SyncFile:
        canary = "C0000" if self.canary and name == "first" else ""
        return sync_of(name, listed=self.stops is not None, canary=canary, slip=slip)

    def _people_say_stop(self) -> None:
        """Some call, and staff put them on the list; some text the platform."""
        if self.chance.random() < 0.15:
            self.judge.order(self.desk.suppress(self.world.any_phone()))
        if self.stops is None or not self.platform.subscribed:
            return
        for _ in range(self.chance.choice([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 4])):
            phone = self.chance.choice(sorted(self.platform.subscribed) or [""])
            if phone:
                self.platform.text_stop(phone)
                self.stops.waiting.append(phone)

    def _platform_exports(self, *, trouble: bool) -> None:
        """The list comes tonight, late, or without those of the last day; at the end it is whole."""
        if self.stops is None or (trouble and self.chance.random() < 0.4):
            return
        fewer = trouble and self.chance.random() < 0.2
        up_to = len(self.stops.waiting) - (1 if fewer else 0)
        whole = self.chance.random() < 0.5
        told = self.stops.deliver(self.desk.now, whole=whole, up_to=max(0, up_to))
        self.judge.texted_stop(told)
        self.desk.story.seen["texted STOP"] += len(told)

    def _state_is_put_back(self) -> None:
        """A copy is made in some nights; in some, an earlier one is put back."""
        if not self.desk.state.exists():
            return
        drawn = self.chance.random()
        if drawn < 0.2:
            self.copies.append(self.desk.backup())
        elif drawn < 0.28 and self.copies:
            # the judge knows what has happened since the last copy, and not since earlier ones
            lost = self.chance.random() < 0.6
            copy = self.copies[-1] if lost else self.chance.choice(self.copies)
            self.desk.take_back(copy, lost=lost)

    def _meanwhile(self, call: Call) -> None:
        """What happens while calls are under way, also between two attempts of one."""
        if self.desk.power.is_off:
            return
        drawn = self.chance.random()
        waits = call.answer in ("lost", "passing", "stop_doubtful", "not_understood")
        if drawn < (0.05 if waits else 0.008):
            self.desk.note("order", self.desk.suppress(self.world.any_phone()))
            free_the_lease(self.desk.state, taken_over=True)
            self.desk.note("frozen")
        elif drawn < (0.1 if waits else 0.025):
            phone = call.phone if waits else self.world.any_phone()
            self.desk.note("order", self.desk.suppress(phone))
        elif drawn < (0.105 if waits else 0.04):
            self._another_run(call)
            return
        elif drawn > 0.995:
            self.desk.stop.cancel("asked to")
            return
        else:
            return
        # longer than a look at the orders counts: whatever leaves from here on must know of them
        time.sleep(MAX_AGE * 1.1)

    def _another_run(self, call: Call) -> None:
        """Somebody starts the same sync, or another, at the same moment."""
        other = self.to_run.pop(0) if self.to_run and self.chance.random() < 0.7 else call.sync
        self.desk.run_meanwhile(self._sync(other))

    def _deliver(self, sync: str, *, trouble: bool) -> None:
        """Tonight's file; on a bad night much of it is missing."""
        rows = self.world.rows(second=sync == "second")
        if trouble and self.chance.random() < 0.1:
            rows = rows[: self.chance.choice([0, len(rows) // 3])]
        (self.desk.folder / f"{sync}.csv").write_text(as_csv(rows), "utf-8")
        self.judge.file(sync, rows)


def play(seed: int, folder: Path, *, until_found: bool = False) -> Story:
    """The story of a seed, in an empty folder; or what of it comes before its first fault."""
    folder.mkdir(parents=True, exist_ok=True)
    return Stage(seed, folder).play(until_found=until_found)

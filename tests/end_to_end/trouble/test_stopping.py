"""A clean stop begins nothing new, finishes what is under way, and the next run does the rest."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.builders.sync_bench import CancelToken, Desk, people, person, phone, sync_file


def test_a_time_budget_ends_a_run_cleanly(desk: Desk) -> None:
    """`--for`: exit 4, what was not reached is counted, the next run does exactly that."""
    desk.sandbox.faults(latency_ms=30)
    desk.sync = sync_file(load={"concurrency": 4})
    desk.write(people(120))
    seen = [0]

    def clock() -> float:
        """A second a call, so that the budget is used up in the middle, however slow it is."""
        seen.append(len(desk.sandbox.calls()))
        return float(seen[-1])

    done = desk.run(stop=CancelToken(seconds=40, clock=clock))
    assert done.exit_code == 4
    assert done.report.status == "partial"
    load = done.report.load
    used_up = next(calls for calls in seen if calls >= 40)
    assert 40 <= load.confirmed <= used_up + 4
    assert load.confirmed + load.not_reached == 120
    assert any("time budget" in warning for warning in done.report.warnings)
    assert len(desk.new_calls()) == load.confirmed
    desk.sandbox.faults(latency_ms=0)
    again = desk.run()
    assert again.exit_code == 0
    assert again.report.plan.add == load.not_reached
    assert len(desk.new_calls()) == load.not_reached
    assert desk.subscribed() == {phone(n) for n in range(120)}


def test_a_time_budget_that_is_used_up_before_the_load_makes_no_call(desk: Desk) -> None:
    """No time left: nothing is asked, everything is owed, the opt-outs are on the list."""
    desk.write([*people(5), person(9, Unsubscribed="yes")])
    done = desk.run(stop=CancelToken(seconds=0))
    assert done.exit_code == 4
    assert done.report.load.not_reached == 5
    assert desk.new_calls() == []
    assert desk.suppressed() == {phone(9)}
    assert desk.run().report.load.confirmed == 5


def test_a_signal_ends_a_run_cleanly(desk: Desk) -> None:
    """What a signal's handler calls: calls in flight get their answers and are written down."""
    desk.sandbox.hold(after=10)
    desk.write(people(60))
    stop = CancelToken()

    def ask() -> None:
        desk.sandbox.until_in_flight(8)
        stop.cancel("asked by SIGTERM")
        desk.sandbox.faults()

    asking = threading.Thread(target=ask)
    asking.start()
    done = desk.run(stop=stop)
    asking.join()
    assert done.exit_code == 4
    assert list(desk.operations(done)["state"]) == ["confirmed"] * (10 + 8)
    assert done.report.load.not_reached == 60 - 10 - 8
    assert len(desk.new_calls()) == 10 + 8
    assert desk.run().exit_code == 0
    assert len(desk.subscribed()) == 60


def test_a_stop_while_waiting_for_retry_after_is_prompt(desk: Desk) -> None:
    """Nobody sleeps through a stop, though the platform asked for a minute."""
    desk.sandbox.faults({"kind": "429", "retry_after": "60"})
    desk.write(people(5))
    started = time.monotonic()
    done = desk.run(stop=CancelToken(seconds=1))
    assert time.monotonic() - started < 30
    assert done.exit_code == 4
    assert done.report.load.confirmed == 0
    desk.sandbox.faults()
    assert desk.run().report.load.confirmed == 5


def test_stops_are_not_lost_by_a_clean_stop(desk: Desk) -> None:
    """Departures that were not reached are stopped by the next run."""
    desk.sync = sync_file(guards={"max_stops": 100})
    desk.first_load(people(60))
    desk.sandbox.faults(latency_ms=250)
    desk.write(people(20))
    done = desk.run(stop=CancelToken(seconds=0.5))
    assert done.exit_code == 4
    desk.sandbox.faults(latency_ms=0)
    assert desk.run().report.plan.stop == 40 - done.report.load.confirmed
    assert desk.subscribed() == {phone(n) for n in range(20)}
    assert len(desk.new_calls()) == 40


_INTERRUPTED_READ = """
import signal, sys, threading
from pathlib import Path
from connectors.sources.delimited.csv_file import CsvFile
signal.signal(signal.SIGINT, lambda *_: None)
main, read = threading.main_thread().ident, threading.Event()
def interrupt():
    while not read.wait(0.0005):
        signal.pthread_kill(main, signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
print(sum(records.rows for records in CsvFile(Path(sys.argv[1])).read()))
read.set()
"""


def test_a_signal_does_not_break_off_a_read(tmp_path: Path) -> None:
    """Ctrl-C while a file is read asks for a clean stop; the reader does not answer it itself."""
    file = tmp_path / "contacts.csv"
    file.write_text("id,phone\n" + "1,+12065550100\n" * 300_000)
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_READ, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "300000\n", done.stderr

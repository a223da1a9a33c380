"""Between the ledger and the wire: what is ordered while a call waits, or while its process sleeps."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from sendersync.pipeline.load.last_look import MAX_AGE
from sendersync.pipeline.load.retries import RetryPolicy
from sendersync.state.store import State
from tests.builders.sync_bench import Desk, people, phone, sync_file
from tests.stand_ins import killable_run
from tests.stand_ins.sandbox_process import SandboxProcess
from tests.waiting.until import until

PATIENT = RetryPolicy(first_wait=4.0, longest_wait=4.0)


def _in_a_thread(work: threading.Thread) -> threading.Thread:
    work.start()
    return work


@pytest.mark.parametrize("kind", ["503", "429", "drop_before"])
def test_an_order_that_comes_while_an_add_waits_for_its_retry(desk: Desk, kind: str) -> None:
    """The first answer was no yes; the person says stop in the pause; nothing is sent any more."""
    fault = {"kind": kind, "phone": phone(2)[1:]}
    desk.sandbox.faults(fault if kind != "429" else {**fault, "retry_after": "4"})
    desk.write(people(3))
    desk.policy = PATIENT

    def order() -> None:
        asked = phone(2)[1:]
        until(lambda: asked in {call["phone"] for call in desk.sandbox.calls()}, "it was asked")
        desk.suppress(phone(2))

    ordering = _in_a_thread(threading.Thread(target=order))
    done = desk.run()
    ordering.join()
    assert desk.new_commands().count(("add", phone(2))) == 1
    assert done.exit_code == 4
    found = desk.operations(done).set_index("phone").loc[phone(2)]
    assert found["state"] in ("failed", "unknown")
    assert "do-not-contact" in found["text"]


def test_an_order_that_comes_while_an_add_waits_for_its_turn(desk: Desk) -> None:
    """Its intent is on disk and the rate keeps it back: an order in that second still counts."""
    desk.write(people(4))
    desk.sync = sync_file(load={"rate_per_second": 0.4, "concurrency": 4})

    def order() -> None:
        until(lambda: len(desk.sandbox.calls()) >= 2, "the second has left")
        desk.suppress(phone(2), phone(3))

    ordering = _in_a_thread(threading.Thread(target=order))
    done = desk.run()
    ordering.join()
    assert set(desk.new_commands()) == {("add", phone(0)), ("add", phone(1))}
    assert (done.report.load.confirmed, done.report.load.not_reached) == (2, 2)
    assert set(desk.operations(done)["state"]) == {"confirmed", "not_reached"}


def _stopped(pid: int) -> bool:
    """Whether every thread of a process stands still: the signal is sent first, obeyed later."""
    threads = list(Path(f"/proc/{pid}/task").glob("*/stat"))
    assert threads, "the run has ended before it could be frozen"
    return all(stat.read_text().rpartition(")")[2].split()[0] == "T" for stat in threads)


def _freeze(pid: int, state_file: Path) -> None:
    """Stops a process at a moment at which it neither reads nor writes the state."""
    with closing(sqlite3.connect(state_file, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")  # waits for its turn: nobody else has a lock from here on
        os.kill(pid, signal.SIGSTOP)
        until(lambda: _stopped(pid), "all its threads stand still")
        other.execute("ROLLBACK")


def _past_its_lease(state_file: Path, *, taken_over: bool) -> None:
    """What the lease is after a minute of sleep, and when another run has come meanwhile."""
    change = "expires_at = 1" + (", fence = fence + 1" if taken_over else "")
    with closing(sqlite3.connect(state_file, timeout=30)) as other:
        other.execute(f"UPDATE sendersync_leases SET {change}")
        other.commit()


def _frozen_run(folder: Path, sandbox: SandboxProcess, *, after: int, taken_over: bool) -> int:
    """A run frozen after so many calls, opposite orders meanwhile, and then it wakes.

    Returns how many calls left after it woke.
    """
    sandbox.reset()
    desk = Desk(folder, sandbox)
    desk.sync = sync_file(load={"rate_per_second": 60, "concurrency": 4})
    desk.write(people(80))
    report = folder / "report.json"
    process = killable_run.start(
        desk.sync, folder / "contacts.csv", desk.state_url, sandbox.url, report
    )
    assert process.pid is not None
    try:
        until(lambda: len(sandbox.calls()) >= after, "so many calls were made")
        _freeze(process.pid, desk.state_file)
        frozen_at = time.monotonic()
        _past_its_lease(desk.state_file, taken_over=taken_over)
        with State.open(desk.state_url) as state:
            state.suppressions.add(
                [phone(number) for number in range(80)], origin="person", reason="said stop"
            )
        until(lambda: time.monotonic() - frozen_at > MAX_AGE, "every look is too old")
        # calls whose bytes had left arrive and are answered while the process sleeps
        sandbox.until_idle()
        before = len(sandbox.calls())
        os.kill(process.pid, signal.SIGCONT)
        process.join()
    finally:
        process.kill()  # a frozen one obeys nothing else
    assert process.exitcode == 1, report.read_text()
    assert "took over" in report.read_text()
    return len(sandbox.calls()) - before


NEEDS_PROC = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only /proc tells when all threads stand still"
)


@NEEDS_PROC
@pytest.mark.parametrize("taken_over", [True, False])
@pytest.mark.parametrize("after", [1, 18])
def test_a_run_frozen_past_its_lease_sends_nothing(
    tmp_path: Path, sandbox: SandboxProcess, after: int, taken_over: bool
) -> None:
    """SIGSTOP past the lease, everybody says stop meanwhile: after SIGCONT no byte leaves.

    Between the look and the socket lie some 50 microseconds, which nothing can close: a freeze that
    hits one request in them is tried once more.
    """
    sent = _frozen_run(tmp_path / "1", sandbox, after=after, taken_over=taken_over)
    if sent == 1:
        sent = _frozen_run(tmp_path / "2", sandbox, after=after, taken_over=taken_over)
    assert sent == 0, "a run that slept and woke has sent something"


@NEEDS_PROC
@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_fifty_frozen_runs(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """The same fifty times, frozen at other moments: two freezes at most hit the microseconds."""
    sent = [
        _frozen_run(
            tmp_path / str(number), sandbox, after=1 + number % 36, taken_over=bool(number % 2)
        )
        for number in range(50)
    ]
    assert max(sent) <= 1 and sum(sent) <= 2, sent

"""The lease: two runs of one sync never overlap, across processes and machines."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from schemas.errors import LeaseLost, RunActive
from sendersync.state.database.engine import connect
from sendersync.state.lease.processes import this_process
from sendersync.state.store import State
from tests.builders.state_bench import BegunRun, a_run
from tests.waiting.moved_clock import MovedClock
from tests.waiting.until import until

HOLDER = """
import sys, time
from sendersync.state.store import State
from schemas.errors import RunActive
with State.open(sys.argv[1]) as state:
    try:
        with state.lease("newsletter", float(sys.argv[2]), run="theirs"):
            print("held", flush=True)
            sys.stdin.readline()
    except RunActive as active:
        print("active", active.exit_code.value, flush=True)
"""


@contextmanager
def another_process(url: str, ttl: float = 60.0) -> Iterator[subprocess.Popen[str]]:
    """Takes the lease if it can, says so, and keeps it until it gets a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, str(ttl)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def first_word(process: subprocess.Popen[str]) -> str:
    """What it said, in its first line."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def forge(url: str, **values: str | float) -> None:
    """Changes the row of the lease, as no honest process would."""
    changes = ", ".join(f"{name} = :{name}" for name in values)
    database = connect(url, read_only=False)
    with database.engine.begin() as connection:
        connection.execute(text(f"UPDATE sendersync_leases SET {changes}"), values)
    database.close()


def fence_of(state: State) -> int:
    """The next fence."""
    with state.lease("newsletter") as lease:
        return lease.fence


def is_free(state: State) -> bool:
    """Whether it can be had."""
    with contextlib.suppress(RunActive), state.lease("newsletter"):
        return True
    return False


def expiry_of(url: str) -> float:
    """When the lease expires."""
    database = connect(url, read_only=True)
    with database.engine.begin() as connection:
        expiry = connection.execute(text("SELECT expires_at FROM sendersync_leases")).scalar()
    database.close()
    return float(str(expiry))


def test_one_of_two_processes_wins(url: str) -> None:
    """Of two processes that open a fresh state and want one sync, exactly one gets it."""
    with another_process(url) as one, another_process(url) as other:
        assert sorted([first_word(one), first_word(other)]) == ["active 5", "held"]


def test_refusal_says_who(url: str) -> None:
    """The refused one learns since when, where and in which process the other runs."""
    with another_process(url) as holder, State.open(url) as state:
        assert first_word(holder) == "held"
        with pytest.raises(RunActive) as caught, state.lease("newsletter"):
            pass
        shown = str(caught.value)
        assert str(holder.pid) in shown
        assert this_process().host_name in shown
        assert "Run theirs" in shown
        with state.lease("offers"):
            pass  # another sync is free


def test_killed_holder_is_superseded_at_once(url: str) -> None:
    """A holder killed on this machine frees the lease at once, even before it is buried."""
    with another_process(url, ttl=3600) as holder, State.open(url) as state:
        assert first_word(holder) == "held"
        holder.kill()
        until(lambda: is_free(state), "the lease is free")
        assert fence_of(state) == 3


def test_fence_never_goes_back(state: State) -> None:
    """Each holder has a higher fence than all before it."""
    assert [fence_of(state) for _ in range(3)] == [1, 2, 3]


def test_same_process_twice(state: State) -> None:
    """Two runs inside one process exclude each other too."""
    with state.lease("newsletter"), pytest.raises(RunActive), state.lease("newsletter"):
        pass


def test_foreign_host_only_by_expiry(state: State, url: str) -> None:
    """A holder on another machine keeps its lease until it expires, whatever runs here."""
    fence_of(state)
    forge(url, host="elsewhere/boot/pid", pid=999_999_999, expires_at=time.time() + 60)
    with pytest.raises(RunActive):
        fence_of(state)
    forge(url, expires_at=time.time() - 1)
    assert fence_of(state) == 2


def test_pid_used_again(state: State, url: str) -> None:
    """A living process with the holder's pid and another start time is not the holder."""
    fence_of(state)
    forge(url, expires_at=time.time() + 60)
    with pytest.raises(RunActive):
        fence_of(state)
    forge(url, process_started="1")
    assert fence_of(state) == 2


def test_lease_is_renewed(state: State, url: str) -> None:
    """A lease outlives its time while its holder lives, and nobody else gets it meanwhile."""
    with state.lease("newsletter", ttl=6) as lease:
        taken = expiry_of(url)
        until(lambda: expiry_of(url) >= taken + 1.5, "it expires later than it did")
        lease.check()
        assert not is_free(state)


def test_stolen_lease_is_noticed(state: State, url: str) -> None:
    """A holder whose lease was taken learns it at its next renewal, without writing anything."""
    with state.lease("newsletter", ttl=0.6) as lease:
        forge(url, fence=7)
        with pytest.raises(LeaseLost):
            until(lease.check, "it is noticed")


def test_freeing_a_stolen_lease(state: State, url: str) -> None:
    """Who lost the lease does not free it for others when it ends."""
    with state.lease("newsletter"):
        forge(url, fence=7)
    with pytest.raises(RunActive):
        fence_of(state)


def test_busy_writer_renews_itself(state: State, url: str) -> None:
    """A thread that writes without a pause keeps its lease alive by its own records."""
    clock = MovedClock()
    with a_run(state, monotonic=clock) as begun:
        taken = expiry_of(url)
        _write(begun)
        assert expiry_of(url) == taken, "each record would pay for a renewal"
        for _ in range(4):  # without a renewal, more than its minute would have passed
            clock.sleep(20)
            before = expiry_of(url)
            _write(begun)
            assert expiry_of(url) > before
            begun.lease.check()


def test_no_thread_is_left(state: State) -> None:
    """The renewing thread ends with the lease."""
    with state.lease("newsletter"):
        assert any("lease of" in thread.name for thread in threading.enumerate())
    assert not any("lease of" in thread.name for thread in threading.enumerate())


def _write(begun: BegunRun) -> None:
    from schemas.outcomes import Kind, Outcome

    begun.do(Kind.ADD, "+12065550101", Outcome.ALREADY)

"""Loading: at least 700 operations a second at 20 ms latency, and 50 a second when asked for 50.

The sandbox is a process of its own and its log says when each call arrived; every outcome must be
in the ledger.
"""

from __future__ import annotations

import sys
import tempfile
from bisect import bisect_left
from pathlib import Path
from typing import Any

from tests.builders.sync_bench import Desk, people, sync_file
from tests.stand_ins.sandbox_process import SandboxProcess

OPERATIONS = 7000
OPERATIONS_A_SECOND = 700
RATE, AT_RATE = 50, 500


def load(count: int, **how: Any) -> list[float]:
    """Loads so many contacts into a sandbox at 20 ms latency; when each call arrived."""
    with tempfile.TemporaryDirectory() as folder, SandboxProcess() as sandbox:
        sandbox.faults(latency_ms=20)
        desk = Desk(Path(folder), sandbox)
        desk.sync = sync_file(load=how)
        desk.write(people(count))
        done = desk.run()
        assert done.exit_code == 0, done.error
        assert (desk.operations(done)["state"] == "confirmed").sum() == count
        assert len(desk.subscribed()) == count
        return sorted(call["received"] for call in desk.new_calls())


def fast() -> bool:
    """As fast as it goes, with 32 requests in flight."""
    received = load(OPERATIONS, rate_per_second=1_000_000, concurrency=32)
    pace = (len(received) - 1) / (received[-1] - received[0])
    met = pace >= OPERATIONS_A_SECOND
    print(
        f"loading at 20 ms latency with 32 workers: {pace:.0f} operations/s "
        f"(bar {OPERATIONS_A_SECOND}): {'met' if met else 'NOT met'}"
    )
    return met


def at_rate() -> bool:
    """Asked for 50 a second with 8 requests in flight."""
    received = load(AT_RATE, rate_per_second=RATE, concurrency=8)
    share = (len(received) - 1) / (received[-1] - received[0]) / RATE
    busiest = max(bisect_left(received, since + 1) - at for at, since in enumerate(received))
    met = 0.95 <= share <= 1 and busiest <= RATE
    print(
        f"asked for {RATE} requests/s: {share:.1%} of it, at most {busiest} in a second: "
        f"{'met' if met else 'NOT met'}"
    )
    return met


def main() -> list[bool]:
    """Prints the figures; which bars are met."""
    return [fast(), at_rate()]


if __name__ == "__main__":
    sys.exit(0 if all(main()) else 1)

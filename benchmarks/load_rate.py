"""Loading: at least 700 operations a second at 20 ms latency, and the rate where one is asked for.

Asked for 50 a second, one run gets 50; two processes on one account, asked for 20 each, get 20.
The sandbox is a process of its own and its log says when each call arrived; every outcome must be
in the ledger.
"""

from __future__ import annotations

import sys
import tempfile
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.builders.command_line import SYNC, CommandLine
from tests.builders.sync_bench import Desk, as_csv, people, phone, sync_file
from tests.stand_ins.sandbox_process import SandboxProcess

OPERATIONS = 7000
OPERATIONS_A_SECOND = 700
RATE, AT_RATE = 50, 500
TOGETHER, EACH = 20, 250


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


def shared() -> bool:
    """Two processes on one account, asked for 20 a second each: what they get together."""
    with tempfile.TemporaryDirectory() as folder, SandboxProcess() as sandbox:
        sandbox.faults(latency_ms=20)
        line = CommandLine(Path(folder) / "desk", sandbox.env())
        for number in range(2):
            text = SYNC.replace("newsletter", f"sync-{number}").replace("SMS consent", "Consent")
            text = text.replace("contacts.csv", f"people-{number}.csv").replace(
                "2000", f"{TOGETHER}"
            )
            line.write(f"sync-{number}.yaml", f"{text}default_country: US\n")
            line.write(f"people-{number}.csv", as_csv(people(EACH, start=number * EACH)))
        with ThreadPoolExecutor(2) as both:
            runs = both.map(lambda number: line.process("run", f"sync-{number}.yaml"), (0, 1))
        assert [done.code for done in runs] == [0, 0]
        first, second = (
            [call["received"] for call in sandbox.calls() if _is_of(call["phone"], number)]
            for number in range(2)
        )
    begin, end = max(first[0], second[0]), min(first[-1], second[-1])
    received = [moment for moment in sorted(first + second) if begin <= moment <= end]
    pace = (len(received) - 1) / (received[-1] - received[0])
    met = 0.97 * TOGETHER <= pace <= TOGETHER
    print(
        f"two processes on one account, {TOGETHER}/s each: {pace:.2f}/s together over "
        f"{end - begin:.0f} s: {'met' if met else 'NOT met'}"
    )
    return met


def _is_of(number: str, half: int) -> bool:
    return (int(number) - int(phone(0))) // EACH == half


def main() -> list[bool]:
    """Prints the figures; which bars are met."""
    return [fast(), at_rate(), shared()]


if __name__ == "__main__":
    sys.exit(0 if all(main()) else 1)

"""Planning 100,000 contacts for the first time: under 9 CPU seconds and 500 MB.

A fresh process reads a file of mixed spellings, normalises, compares and plans it (a dry run), and
tells its own CPU time (user and system, imports included) and its largest memory.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.contacts_file import SYNC

ROWS = 100_000
CPU_SECONDS, MEGABYTES = 9.0, 500.0

SPELLINGS = (
    "+1206{n}",
    "1-206-{a}-{b}",
    "(206) {a}-{b}",
    "206.{a}.{b}",
    "206 {a} {b}",
    "+1 (206) {a}-{b}",
    "001 206 {a} {b}",
    "'206{n}",
)
COUNTRIES = ("US", "USA", "United States", "", "us", "840")


def write_contacts(path: Path, rows: int) -> None:
    """A file of people, each with a number of their own, spelt in many ways."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("CustomerID,Email,Mobile,Country,First Name,Unsubscribed,SMS consent,Segment\n")
        for number in range(rows):
            digits = f"{2_000_000 + number * 7 % 7_900_000:07d}"
            spelt = chance.choice(SPELLINGS).format(n=digits, a=digits[:3], b=digits[3:])
            email = f"person{number}@example.com" if chance.random() < 0.8 else ""
            out = "yes" if chance.random() < 0.01 else ""
            consent = "no" if chance.random() < 0.02 else "yes"
            file.write(
                f"C{number:07d},{email},{spelt},{chance.choice(COUNTRIES)},Ann{number % 900},"
                f"{out},{consent},weekly\n"
            )


def plan(path: Path) -> dict[str, Any]:
    """Plans the file in this process, and tells what that took."""
    from connectors.sources.delimited.csv_file import CsvFile
    from schemas.sync_file import SyncFile
    from sendersync.pipeline.job import Command, Job, RunContext
    from sendersync.pipeline.run import run_job

    def no_platform() -> Any:
        raise AssertionError("a plan makes no call")

    sync = SyncFile.model_validate(SYNC | {"source": {"kind": "csv", "path": str(path)}})
    state = f"sqlite:///{path.with_suffix('.db')}"
    done = run_job(
        Job(Command.RUN, sync, CsvFile(path), dry_run=True), RunContext(state, no_platform)
    )
    assert done.error is None, done.error
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "add": done.report.plan.add,
        "rejected": done.report.contacts.rejected,
        "cpu": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
        "seconds": done.report.seconds,
    }


def measure(rows: int = ROWS) -> dict[str, Any]:
    """Plans so many contacts in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "contacts.csv")
        write_contacts(path, rows)
        root = Path(__file__).resolve().parent.parent
        argv = [sys.executable, "-m", "benchmarks.plan_100k", str(path)]
        done = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def main() -> bool:
    """Prints the figures; whether the bar is met."""
    found = measure()
    met = found["cpu"] < CPU_SECONDS and found["megabytes"] < MEGABYTES
    print(
        f"planning {ROWS:,} contacts for the first time: {found['cpu']:.1f} CPU s "
        f"(bar {CPU_SECONDS:g}), {found['megabytes']:.0f} MB (bar {MEGABYTES:g}), "
        f"{found['seconds']:.1f} s by the clock: {'met' if met else 'NOT met'}"
    )
    return met


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(plan(Path(sys.argv[1]))))
    else:
        sys.exit(0 if main() else 1)

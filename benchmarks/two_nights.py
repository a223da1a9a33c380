"""A first plan and the next night's, next to a plain script on the same files.

    python -m benchmarks.two_nights [rows] [--churn SHARE] [--ours] [--write]

Two files are made from a seed: a night's contacts in many spellings, and those of the next night,
of whom a share has another group, left or is new. Our program plans the first, adopts it and plans
the second, each in a process of its own; `benchmarks/plain_script.py` does the same work. CPU is
user and system, imports included; ratios hold from machine to machine, seconds do not.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from benchmarks.contacts_file import SYNC, write_contacts

T = TypeVar("T")

ROWS: Final = 200_000
CHURN: Final = 0.01
RATIOS: Final = {"first plan": 3.0, "next night": 3.0}
"""How many times less CPU than the plain script each plan must take, at 200,000 rows."""

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
_ROOT: Final = Path(__file__).resolve().parent.parent


class _Steps:
    """Carries out the steps of a run, and keeps the CPU seconds of each."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, work: Callable[[], T], /) -> T:
        began = time.process_time()
        done = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - began
        return done


def ours(command: str, path: Path, state: str) -> dict[str, Any]:
    """Plans or adopts the file in this process, and tells what that took."""
    from connectors.sources.delimited.csv_file import CsvFile
    from schemas.sync_file import SyncFile
    from sendersync.pipeline.job import Command, Job, RunContext
    from sendersync.pipeline.run import run_job

    def no_platform() -> Any:
        raise AssertionError("neither a plan nor an adoption makes a call")

    imports = time.process_time()
    sync = SyncFile.model_validate({**SYNC, "source": {"kind": "csv", "path": str(path)}})
    adopt = command == "adopt"
    job = Job(Command.ADOPT if adopt else Command.RUN, sync, CsvFile(path), dry_run=not adopt)
    steps = _Steps()
    done = run_job(job, RunContext(state, no_platform, steps=steps))
    assert done.error is None, done.error
    plan = done.report.plan
    return _used(
        {"imports": imports, **steps.seconds},
        {"add": plan.add, "stop": plan.stop + plan.held, "unchanged": plan.unchanged},
    )


def _used(stages: dict[str, float], plan: dict[str, int]) -> dict[str, Any]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    stages["rest"] = cpu - sum(stages.values())
    return {"cpu": cpu, "megabytes": used.ru_maxrss / 1024, "stages": stages, "plan": plan}


def _in_own_process(module: str, *arguments: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(argv, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(rows: int, churn: float, *, script: bool = True) -> dict[str, dict[str, Any]]:
    """What each piece of work took, by its name; the script's begin with `script: `."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        contacts, before = Path(folder, "contacts.csv"), Path(folder, "before.csv")
        state = f"sqlite:///{Path(folder, 'state.db')}"

        def night(name: str, *commands: tuple[str, str]) -> None:
            for work, command in commands:
                arguments = ("--only", command, str(contacts), state)
                found[work] = _in_own_process("benchmarks.two_nights", *arguments)
            if script:
                arguments = (str(contacts), str(before))
                found[f"script: {name}"] = _in_own_process("benchmarks.plain_script", *arguments)

        write_contacts(contacts, rows)
        night("first plan", ("first plan", "plan"), ("adopt", "adopt"))
        write_contacts(contacts, rows, churn=churn)
        night("next night", ("next night", "plan"))
    return found


def as_table(found: dict[str, dict[str, Any]]) -> str:
    """The figures as a table of Markdown."""
    lines = [
        "| work | CPU s | peak MB | CPU s by stage | plain script | ratio |",
        "| --- | ---: | ---: | --- | --- | ---: |",
    ]
    for name, took in found.items():
        if name.startswith("script: "):
            continue
        stages = ", ".join(f"{stage} {cpu:.2f}" for stage, cpu in took["stages"].items())
        beside = found.get(f"script: {name}")
        said = f"{beside['cpu']:.1f} s, {beside['megabytes']:.0f} MB" if beside else ""
        ratio = f"{beside['cpu'] / took['cpu']:.1f}" if beside else ""
        row = (name, f"{took['cpu']:.2f}", f"{took['megabytes']:.0f}", stages, said, ratio)
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def main(argv: Sequence[str] = ()) -> bool:
    """Prints the figures; whether the bars are met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.two_nights", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=ROWS)
    parser.add_argument("--churn", type=float, default=CHURN, help="share of rows that differ")
    parser.add_argument("--ours", action="store_true", help="leave the plain script out")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    given = parser.parse_args(argv)
    found = measure(given.rows, given.churn, script=not given.ours)
    table = as_table(found)
    print(f"{given.rows:,} rows, {given.churn:.0%} churn:\n{table}")
    if given.write:
        head = RESULTS.read_text("utf-8").partition("\n| ")[0] if RESULTS.exists() else ""
        RESULTS.write_text(f"{head.rstrip()}\n\n{table}\n", "utf-8")
    if given.ours:
        return True
    return all(
        found[f"script: {name}"]["cpu"] >= bar * found[name]["cpu"] for name, bar in RATIOS.items()
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--only"]:
        print(json.dumps(ours(sys.argv[2], Path(sys.argv[3]), sys.argv[4])))
    else:
        sys.exit(0 if main(sys.argv[1:]) else 1)

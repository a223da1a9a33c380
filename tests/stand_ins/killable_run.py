"""Runs in processes of their own, to be killed.

They are forked from a server that has imported everything, so that a hundred runs do not pay a
hundred imports; each is a real process with its own threads, connections and files.
"""

from __future__ import annotations

import faulthandler
import json
import multiprocessing
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connectors.destinations.sms_platform.client import SmsPlatform
from connectors.destinations.sms_platform.settings import PlatformSettings
from connectors.sources.delimited.csv_file import CsvFile
from schemas.sync_file import SyncFile
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.load.retries import RetryPolicy
from sendersync.pipeline.run import run_job
from tests.stand_ins.sandbox_process import SandboxProcess
from tests.waiting.until import PATIENCE, until

_POLICY = RetryPolicy(first_wait=0.01, longest_wait=0.05, stop_waits=(0.01, 0.02))


def start(
    sync: SyncFile, source: Path, state_url: str, url: str, report: Path
) -> multiprocessing.process.BaseProcess:
    """Starts one run; `report` is written when it ends by itself."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.stand_ins.killable_run"])
    given = (sync.model_dump(mode="json"), str(source), state_url, url, str(report))
    process = context.Process(target=_run, args=given, daemon=True)
    process.start()
    return process


def until_in_flight(
    count: int,
    sandbox: SandboxProcess,
    process: multiprocessing.process.BaseProcess,
    report: Path,
) -> None:
    """Waits until so many calls of the run are unanswered; fails when it ended by itself."""

    def waiting_or_ended() -> bool:
        return sandbox.in_flight() >= count or not process.is_alive()

    until(waiting_or_ended, f"{count} calls in flight")
    assert process.is_alive(), (
        f"it ended by itself: {report.read_text() if report.exists() else process.exitcode}"
    )


def _run(sync: dict[str, Any], source: str, state_url: str, url: str, report: str) -> None:
    # a run that hangs says where, before whoever waits for it loses patience
    faulthandler.dump_traceback_later(PATIENCE * 0.8, exit=False)
    settings = PlatformSettings(url=url, realm="demo", password=SecretStr("demo-password"))
    job = Job(Command.RUN, SyncFile.model_validate(sync), CsvFile(Path(source)))
    done = run_job(job, RunContext(state_url, lambda: SmsPlatform(settings), policy=_POLICY))
    told = {"exit": int(done.exit_code), "load": asdict(done.report.load)}
    Path(report).write_text(json.dumps(told | {"error": str(done.error)}))
    sys.exit(int(done.exit_code))

"""Processes are killed as the production page says they may be: nothing is lost, no place is kept."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.builders.repository import ROOT
from tests.builders.sync_files import CODE
from tests.end_to_end.prefect_flows.made_syncs import write_sync
from tests.stand_ins.prefect_server import Served
from tests.stand_ins.production import Production
from tests.stand_ins.sandbox_process import SandboxProcess
from tests.stand_ins.whole_postgres import WholePostgres, whole_postgres

__all__ = ["whole_postgres"]

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1200)]

REAL = {"mode": "For real"}
BAR = 120
"""Seconds within which a run whose process is gone is called crashed, while the server lives."""


@pytest.fixture
def sandbox() -> Iterator[SandboxProcess]:
    """A sandbox of this test alone."""
    with SandboxProcess().start(sender_code=[CODE]) as running:
        yield running


@pytest.fixture
def site(
    tmp_path: Path, sandbox: SandboxProcess, whole_postgres: WholePostgres
) -> Iterator[Production]:
    """A server on Postgres, our state on Postgres, deployed; no worker yet."""
    prefect = whole_postgres.empty("prefect").replace("postgresql://", "postgresql+asyncpg://")
    env = {
        **sandbox.env(),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect,
        "SENDERSYNC_STATE": whole_postgres.empty("sendersync"),
    }
    with Production(tmp_path, env) as running:
        running.server()
        running.command("sendersync", "deploy")
        yield running


def _is_crashed_in_time(site: Production | Served, run: str) -> None:
    """Waits for it, no longer than the bar."""
    began = time.monotonic()
    while site.run(run)["state_name"] != "Crashed":
        assert time.monotonic() - began < BAR, site.run(run)["state"]
        time.sleep(1)


def _slow(folder: Path, name: str, first: int, calls: int) -> dict[str, str]:
    """A sync of so many calls, one a second."""
    write_sync(folder, name, range(first, first + calls), rate=1)
    return {"file": f"{name}.yaml"}


def _begun(site: Production, sandbox: SandboxProcess, sync: dict[str, str]) -> str:
    """A flow run that has sent its first call."""
    before = len(sandbox.calls())
    run = site.start("sync_contacts/sync-now", options=REAL, sync=sync)
    site.until(lambda: len(sandbox.calls()) > before, "the first call was taken")
    return run


def _short(folder: Path, number: int) -> None:
    write_sync(folder, f"after-{number}", range(number, number + 3))


def _goes_on(site: Production | Served, number: int) -> None:
    """The place of the deployment is free: a run of it starts, and completes."""
    run = site.start("sync_contacts/sync-now", options=REAL, sync={"file": f"after-{number}.yaml"})
    assert site.ended(run)["state_name"] == "Completed", site.run(run)["state"]


def test_workers_and_servers_are_killed(site: Production, sandbox: SandboxProcess) -> None:
    """Two workers on one Postgres: whoever is killed, the run is crashed and the next one starts."""
    assert "Removed 8 deployments" in site.command("sendersync", "deploy", "--remove")
    assert site.deployments() == {}
    syncs = [
        _slow(site.folder, f"slow-{n}", n, calls)
        for n, calls in ((1, 300), (2000, 300), (4000, 40))
    ]
    for number in (1000, 3000, 5000):
        _short(site.folder, number)
    for _ in range(2):  # the second changes nothing
        site.command("sendersync", "deploy")
    assert len(site.deployments()) == 8
    one = site.worker("one")

    # worker and flow, the server alive; the other worker takes the next run
    run = _begun(site, sandbox, syncs[0])
    flow = site.flow_of(run)
    site.worker("two")
    site.kill(one, flow)
    _is_crashed_in_time(site, run)
    _goes_on(site, 1000)
    assert "Worker 'one'" not in site.log("two")
    site.until(lambda: site.workers()["one"] == "OFFLINE", "the dead worker is seen")

    # all of them at once: what is started first, deploy, frees the place
    run = _begun(site, sandbox, syncs[1])
    site.kill(*site.running(), site.flow_of(run))
    server = site.server()
    assert "called crashed" in site.command("sendersync", "deploy")
    assert site.run(run)["state_name"] == "Crashed"
    site.worker("one")
    _goes_on(site, 3000)

    # the server alone: the flow goes on, and so do the workers
    run = _begun(site, sandbox, syncs[2])
    site.kill(server)
    time.sleep(5)
    site.server()
    assert site.ended(run)["state_name"] == "Completed"
    _goes_on(site, 5000)


def test_the_commands_of_an_upgrade(
    site: Production, sandbox: SandboxProcess, whole_postgres: WholePostgres
) -> None:
    """Pause, copies, stop, the copies in other databases, tables, deploy, start: all is still there."""
    syncs = [_slow(site.folder, f"quick-{n}", n, 3) for n in (1, 10)]
    site.command("sendersync", "deploy")
    worker = site.worker("one")
    assert "READY" in site.command("prefect", "work-pool", "inspect", "sendersync")
    first = _begun(site, sandbox, syncs[0])
    assert site.ended(first)["state_name"] == "Completed"

    site.command("prefect", "work-pool", "pause", "sendersync")
    waits = site.start("sync_contacts/sync-now", options=REAL, sync=syncs[1])
    assert first not in site.command("prefect", "flow-run", "ls", "--state", "Running")
    site.stop(worker)
    site.command("sendersync", "backup", "before.db")
    dump, prefect = site.folder / "before.prefect", whole_postgres.address + "/prefect"
    whole_postgres.run("pg_dump", "--format=custom", f"--file={dump}", prefect)
    site.stop(*site.running())

    # as on the way back: new databases, and what was in the copies
    again = whole_postgres.empty("prefect_before")
    whole_postgres.run("pg_restore", f"--dbname={again}", str(dump))
    site.env["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = again.replace("://", "+asyncpg://")
    site.env["SENDERSYNC_STATE"] = whole_postgres.empty("sendersync_before")
    site.command("sendersync", "restore", "before.db")
    site.command("prefect", "server", "database", "upgrade", "-y")
    site.server()
    site.command("sendersync", "deploy")
    site.worker("one")
    assert site.run(waits)["state_type"] == "SCHEDULED"
    assert site.run(first)["state_name"] == "Completed"
    site.command("prefect", "work-pool", "resume", "sendersync")
    assert site.ended(waits)["state_name"] == "Completed"
    calls = len(sandbox.calls())
    same = site.start("sync_contacts/sync-now", options=REAL, sync=syncs[0])
    assert site.ended(same)["state_name"] == "Completed"
    assert len(sandbox.calls()) == calls, "the state came along: nobody is added again"


def test_a_worker_that_is_asked_to_end_ends_its_runs(
    site: Production, sandbox: SandboxProcess
) -> None:
    """What its unit does before it ends a worker: runs finish the calls sent, and keep no place."""
    unit = (ROOT / "docs/examples/systemd/sendersync-worker.service").read_text("utf-8")
    (asks,) = re.findall(r"^ExecStop=/bin/sh -c '(.*?)'$", unit.replace("\\\n", ""), re.M)
    sync = _slow(site.folder, "asked", 1, 300)
    site.command("sendersync", "deploy")
    worker = site.worker("one")
    run = _begun(site, sandbox, sync)
    subprocess.run(["/bin/sh", "-c", asks.replace("$MAINPID", str(worker.pid))], check=False)
    site.stop(worker)
    ended = site.run(run)
    assert ended["state_type"] == "CANCELLED", ended["state"]
    assert "Stopped cleanly" in ended["state"]["message"]


def _served(folder: Path, sandbox: SandboxProcess, api_url: str = "") -> Served:
    state = f"sqlite:///{folder / 'state.db'}"
    return Served(folder, {**sandbox.env(), "SENDERSYNC_STATE": state}, api_url=api_url)


def _under_way(first: Served, sandbox: SandboxProcess, calls: int) -> str:
    sync = _slow(first.folder, "long", 1, calls)
    run = first.start("sync_contacts/sync-now", options=REAL, sync=sync)
    first.until(lambda: sandbox.calls(), "the first call was taken")
    return run


def test_serve_alone_is_killed(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """A healthy run of more than two minutes goes on; the next `serve` takes its server over."""
    with _served(tmp_path, sandbox) as first:
        run = _under_way(first, sandbox, 140)
        psutil.Process(first.pid).kill()
        _short(tmp_path, 1000)
        with _served(tmp_path, sandbox, first.api_url) as second:
            assert "Taking over the Prefect server" in second.log
            ended = second.ended(run)
            assert ended["state_name"] == "Completed", ended["state"]
            assert "140 added" in ended["state"]["message"]
            _goes_on(second, 1000)
        assert not first.is_there(), "the server ends with the serve that took it over"


def test_serve_and_its_flow_are_killed(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """While the server lives, the run is called crashed within two minutes, and its place is free."""
    with _served(tmp_path, sandbox) as first:
        run = _under_way(first, sandbox, 300)
        serve = psutil.Process(first.pid)
        children = serve.children(recursive=True)
        dying = [serve, *(each for each in children if "uvicorn" not in each.cmdline())]
        for each in dying:
            each.suspend()
        for each in dying:
            each.kill()
        _is_crashed_in_time(first, run)
        _short(tmp_path, 1000)
        with _served(tmp_path, sandbox, first.api_url) as second:
            _goes_on(second, 1000)

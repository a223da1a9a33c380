"""The command itself, killed as a power cut would, and started again."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

from schemas.outcomes import Kind
from sendersync.state.store import State
from tests.builders.command_line import CommandLine, row
from tests.builders.state_bench import a_run
from tests.builders.sync_bench import Desk, people, phone
from tests.stand_ins.sandbox_process import SandboxProcess

SYNC = """\
sync: newsletter
source: {kind: csv, path: contacts.csv}
columns: {key: CustomerID, phone: Mobile, country: Country, email: Email}
sender_code: "12065551212"
load: {rate_per_second: 5000, concurrency: 8}
"""


def test_the_command_is_killed_and_started_again(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """`sendersync run` after SIGKILL: everybody once, and at most what was in flight twice."""
    desk = Desk(tmp_path, sandbox)
    desk.write(people(150))
    (tmp_path / "newsletter.yaml").write_text(SYNC)
    sandbox.hold(after=40)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "SENDERSYNC_STATE": desk.state_url,
        **sandbox.env(),
    }
    argv = [sys.executable, "-m", "sendersync.cli.entry", "run", "newsletter.yaml", "--json"]
    first = subprocess.Popen(
        argv, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    sandbox.until_in_flight(8)
    first.kill()
    first.communicate()
    sandbox.faults()
    assert len(sandbox.calls()) == 40 + 8
    _check_show_of_the_dead(CommandLine(tmp_path / "line", {}), desk.state_url, first.pid)
    _check_account_is_known(desk, tmp_path / "elsewhere")
    second = subprocess.run(
        argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert second.returncode == 0, second.stderr
    report = json.loads(second.stdout)
    assert report["status"] == "completed"
    assert any("in flight" in warning for warning in report["warnings"])
    calls = Counter(call["phone"] for call in sandbox.calls())
    assert set(calls) == {phone(n)[1:] for n in range(150)}
    assert sum(calls.values()) <= 150 + 8
    assert desk.subscribed() == {phone(n) for n in range(150)}


def _check_account_is_known(desk: Desk, folder: Path) -> None:
    """What was confirmed before the kill belongs to its account: another one is refused."""
    line = CommandLine(folder, {**desk.sandbox.env(), "SENDERSYNC_REALM": "another"})
    line.env["SENDERSYNC_STATE"] = desk.state_url
    line.contacts([row(1)])
    refused = line("run", "newsletter.yaml")
    assert refused.code == 2 and "another account" in refused.err


def _check_show_of_the_dead(line: CommandLine, state_url: str, pid: int) -> None:
    line.env["SENDERSYNC_STATE"] = state_url
    assert " died " in line("history").out
    shown = line("show", "last", "--limit", "0").out
    assert "begun 20" in shown and "It died" in shown and f"process {pid}" in shown
    found = line("show", "last", "--json").json
    assert found["unfinished"]["state"] == "died" and found["unfinished"]["process"] == pid
    in_flight = len(found["in_flight"])
    settled = len(found["operations"]) - in_flight
    assert in_flight
    assert f"Calls in flight: {in_flight:,}. Answered: {settled:,}" in shown
    assert len(re.findall(r" in flight ", shown)) >= in_flight


def test_a_run_that_is_active_is_shown_as_active(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """`show` tells a run that lives from one that died, and where it runs."""
    desk = Desk(tmp_path, sandbox)
    line = CommandLine(tmp_path, sandbox.env())
    line.env["SENDERSYNC_STATE"] = desk.state_url
    desk.write(people(150))
    line.write("newsletter.yaml", SYNC)
    sandbox.hold(after=10)
    process = line.start("run", "newsletter.yaml", "--json")
    sandbox.until_in_flight(8)
    shown = line("show", "last").out
    listed = line("history").out
    sandbox.faults()
    out, err = process.communicate()
    assert process.returncode == 0, (out, err)
    assert f"It is still active on {socket.gethostname()}, process {process.pid}." in shown
    assert "Calls in flight: 8." in shown
    assert " active " in listed
    ended = line("show", "last", "--json").json
    assert ended["unfinished"] is None and ended["in_flight"] == []


def test_a_stop_list_that_died_is_not_silent(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """Its call in flight is told by doctor and review, and asked again by the next run there is."""
    line = CommandLine(tmp_path, sandbox.env())
    line.contacts([row(n) for n in range(3)])
    assert line("run", "newsletter.yaml").code == 0
    # somebody whom no source names: no row would bring them up again
    stranger = phone(40)
    with (
        State.open(f"sqlite:///{line.state_file}") as state,
        a_run(state, "stop:12065551212", "stop") as dead,
    ):
        dead.intend(dead.operation(Kind.STOP, stranger))
    doctor, review = line("doctor"), line("review", "--json")
    assert (doctor.code, "1 stop is not confirmed" in doctor.out) == (4, True)
    assert (review.json["count"], review.json["in_flight"]) == (0, 1)
    assert "A run died with 1 call in flight" in line("review").out
    to_all = ("--name", "spring", "--yes", "--sender-code", "12065551212")
    send = line("messages", "send-to-sender-code", "Hello", *to_all)
    assert send.code == 3, send.err
    sandbox.setup(switches={"stop_unknown": "error"})
    first = line("run", "newsletter.yaml", "--json")
    assert (first.code, first.json["unproven"]["stops"]) == (4, 1)
    sandbox.setup(switches={"stop_unknown": "opt-out"})
    assert line("review", "--json").json["count"] >= 1
    assert line("run", "newsletter.yaml").code == 0
    assert "every stop is confirmed" in line("doctor").out
    asked = [call for call in sandbox.calls() if call["phone"] == stranger[1:]]
    assert len(asked) == 2

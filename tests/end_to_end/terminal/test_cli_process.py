"""The command line as a real process: streams, signals, and programs it starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from sendersync.transforms.guards.already_subscribed import TRIAL_ANSWERS
from tests.builders.command_line import SYNC, CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line pointed at an empty sandbox."""
    return CommandLine(tmp_path / "line", sandbox.env())


def test_standard_output_holds_one_json_object(line: CommandLine) -> None:
    """Success or failure: one object and a line break; people's text is on standard error."""
    line.contacts([row(1)])
    good = line.process("run", "newsletter.yaml", "--json")
    assert good.code == 0 and good.json["load"]["confirmed"] == 1
    assert good.out.count("\n") == 1
    line.write("newsletter.yaml", "sync: newsletter\nsource: {kind: csvv, path: a}\n")
    bad = line.process("run", "newsletter.yaml", "--json")
    assert bad.code == 2
    assert "csv" in bad.json["error"]["do"] and bad.json["error"]["where"].endswith(":2")
    assert "Error: " in bad.err and bad.json["contacts"]["accepted"] == 0


def test_the_report_for_people_is_on_standard_output(line: CommandLine) -> None:
    """It can be kept in a file; masked, and without anything a terminal would obey."""
    line.contacts([row(1), row(2, Mobile="+1206555")])
    done = line.process("run", "newsletter.yaml")
    assert done.code == 0
    assert (
        done.out.startswith("newsletter: 1 added, 0 stopped, 0 held, 0 failed; 0 unchanged.\n")
        and "phone_too_short" in done.out
    )
    assert "sendersync rejects" in done.out
    assert "\x1b" not in done.out and phone(1) not in done.out + done.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly(
    number: signal.Signals, line: CommandLine, sandbox: SandboxProcess
) -> None:
    """What is under way is finished, the report is given with 130, and the next run goes on there."""
    sandbox.hold(after=TRIAL_ANSWERS)
    line.contacts([row(n) for n in range(60)])
    process = line.start("run", "newsletter.yaml", "--json")
    sandbox.until_in_flight(4)
    process.send_signal(number)
    _wait_until_stopping(process)
    sandbox.faults()
    out, err = process.communicate()
    report = json.loads(out)
    assert process.returncode == 130, err
    assert report["load"]["not_reached"] == 60 - TRIAL_ANSWERS - 4 and report["status"] == "partial"
    assert "interrupted" in " ".join(report["warnings"])
    done = 60 - report["load"]["not_reached"]
    assert sandbox.state()["counts"]["subscriptions"] == done
    again = line("run", "newsletter.yaml", "--json").json
    assert again["plan"]["add"] == report["load"]["not_reached"]


def test_a_second_signal_ends_at_once(line: CommandLine, sandbox: SandboxProcess) -> None:
    """Who does not want to wait need not: the ledger knows what was in flight."""
    sandbox.hold()
    line.contacts([row(n) for n in range(20)])
    process = line.start("run", "newsletter.yaml", "--json")
    sandbox.until_in_flight(1)
    process.send_signal(signal.SIGINT)
    _wait_until_stopping(process)
    process.send_signal(signal.SIGINT)
    process.communicate()  # no call in flight is ever answered
    assert process.returncode == -signal.SIGINT
    sandbox.faults()
    again = line("run", "newsletter.yaml", "--json")
    assert again.code == 0 and sandbox.state()["counts"]["subscriptions"] == 20


def test_the_demo_explains_two_nights(tmp_path: Path) -> None:
    """It checks what it tells, needs no credentials, and leaves nothing behind."""
    folder = tmp_path / "demo"
    folder.mkdir()
    env = {**os.environ, "TMPDIR": str(folder)}
    command = [sys.executable, "-m", "sendersync.cli.entry", "demo"]
    root = Path(__file__).resolve().parents[3]
    env["PYTHONPATH"] = str(root)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same people" in done.stdout and "NULL, FALSE, #N/A" in done.stdout
    assert "NOT so" not in done.stdout and done.stdout.count("[checked]") == 5
    assert list(folder.iterdir()) == []


def test_the_sandbox_takes_its_own_options(tmp_path: Path) -> None:
    """It is started in the command's place: options, signals and exit code are its own."""
    command = [sys.executable, "-m", "sendersync.cli.entry", "sandbox"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--announce", "--sender-code", CODE],
        cwd=Path(__file__).resolve().parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        url = json.loads(process.stdout.readline())["url"]
        assert httpx.get(f"{url}/sandbox/health", trust_env=False).json() == {"ok": True}
        process.terminate()
        assert process.wait(timeout=60) == 0


def _wait_until_stopping(process: subprocess.Popen[str]) -> None:
    """Until it says that it heard; lines of progress may come before."""
    assert process.stderr is not None
    assert any("then stopping" in line for line in process.stderr)


def test_a_reader_that_has_gone_changes_nothing(line: CommandLine, sandbox: SandboxProcess) -> None:
    """As with `| head`: the run is done to its end, and its exit code is its own."""
    line.contacts([row(1)])
    line.write("newsletter.yaml", SYNC.replace(CODE, "19995551212"))
    process = line.start("run", "newsletter.yaml")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    process.stderr.close()
    assert process.wait() == 4
    assert len(sandbox.calls()) == 1
    shown = line("show", "last").out
    assert "completed in part" in shown
    assert "sender code 19995551212 is not known" in shown
    assert "newsletter.yaml:11 (`sender_code`)" in shown


def test_an_interrupted_run_says_so(line: CommandLine, sandbox: SandboxProcess) -> None:
    """A person reads that nothing is lost and what to do, in a report as of any other run."""
    sandbox.hold(after=TRIAL_ANSWERS)
    line.contacts([row(n) for n in range(20)])
    process = line.start("run", "newsletter.yaml")
    sandbox.until_in_flight(1)
    process.send_signal(signal.SIGINT)
    _wait_until_stopping(process)
    sandbox.faults()
    out, _ = process.communicate()
    assert process.returncode == 130
    assert "interrupted, nothing is lost" in out and "run again to send them" in out

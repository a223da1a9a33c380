"""The command itself, killed as a power cut would, and started again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.desk import Desk, people, phone
from tests.sandbox_process import SandboxProcess

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
    sandbox.faults(latency_ms=40)
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
    deadline = time.monotonic() + 60
    while len(sandbox.calls()) < 40 and time.monotonic() < deadline:
        time.sleep(0.02)
    first.kill()
    first.communicate()
    time.sleep(0.1)
    before = {call["phone"] for call in sandbox.calls()}
    assert 40 <= len(before) < 150
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

"""`SENDERSYNC_PING_URL`: an address that is told how a run ended, and misses it when it is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.http_client.ping import ping
from tests.builders.command_line import CommandLine, row
from tests.stand_ins.raw_server import RawServer, Saying, http
from tests.stand_ins.sandbox_process import SandboxProcess


def test_a_run_tells_how_it_ended(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """All well goes to the address, anything else to its /fail; a dry run tells nobody."""
    with RawServer(http({})) as watchman:
        env = {**sandbox.env(), "SENDERSYNC_PING_URL": f"{watchman.url}/ping/abc?rid=1"}
        line = CommandLine(tmp_path, env)
        line.contacts([row(1), row(2)])
        assert line("run", "newsletter.yaml", "--dry-run").code == 0
        assert line("plan", "newsletter.yaml").code == 0
        assert watchman.targets == []
        assert line("run", "newsletter.yaml").code == 0
        assert line("run", "no-such-file.yaml").code == 2
        line.write("contacts.csv", "CustomerID\n")
        assert line("run", "newsletter.yaml", "--json").code == 2
    assert watchman.targets == ["/ping/abc?rid=1", "/ping/abc/fail?rid=1", "/ping/abc/fail?rid=1"]


@pytest.mark.parametrize(
    ("saying", "said"),
    [(http({}, "500 Oops"), "it answered 500"), (Saying(then="reset"), "it could not be reached")],
)
def test_a_watchman_that_is_away_changes_nothing(
    tmp_path: Path, sandbox: SandboxProcess, saying: Saying, said: str
) -> None:
    """The run's exit code and its JSON stay; that nobody was told is said on standard error."""
    with RawServer(saying) as watchman:
        line = CommandLine(tmp_path, {**sandbox.env(), "SENDERSYNC_PING_URL": watchman.url})
        line.contacts([row(1)])
        done = line("run", "newsletter.yaml", "--json")
    assert done.code == 0
    assert done.json["status"] == "completed"
    assert said in done.err
    assert watchman.url not in done.err


@pytest.mark.parametrize(
    "address", ["http://example.com/x", "ping me", "https://", "\x00", "ftp://a"]
)
def test_an_address_that_is_none_is_asked_nothing(address: str) -> None:
    """Only https, or this machine: the answer is why, and nothing is sent."""
    assert ping(address, {"exit_code": 0}, well=True).startswith("the address ")

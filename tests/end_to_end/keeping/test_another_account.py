"""A state beside another account of the platform than the one that gave its answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.stand_ins.sandbox_process import SandboxProcess

ELSEWHERE = {
    "another address": {"SENDERSYNC_API_URL": "http://127.0.0.1:9"},
    "another realm": {"SENDERSYNC_REALM": "another"},
}
CODE = "12065551212"
STOP = ("stop", "contacts.csv", "--map", "opted_out=")


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A folder with one sync of three people that has run once."""
    found = CommandLine(tmp_path / "line", sandbox.env())
    found.contacts([row(1), row(2), row(3)])
    assert found("run", "newsletter.yaml").code == 0
    return found


COMMANDS: dict[str, Callable[[CommandLine], tuple[str, ...]]] = {
    "a run with nothing to do": lambda line: ("run", "newsletter.yaml"),
    "a plan": lambda line: ("plan", "newsletter.yaml"),
    "an import": lambda line: ("import", "contacts.csv", "--sender-code", CODE),
    "a stop list": lambda line: (*STOP, "--sender-code", CODE, "--yes", "3"),
    "an undo": lambda line: (
        "undo",
        "last",
        "--approve",
        line("undo", "last", "--json").json["digest"],
    ),
}


@pytest.mark.parametrize("env", ELSEWHERE.values(), ids=ELSEWHERE)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_another_account_is_refused(
    line: CommandLine,
    sandbox: SandboxProcess,
    env: dict[str, str],
    command: Callable[[CommandLine], tuple[str, ...]],
) -> None:
    """Before anything is read or sent, with what to do; the state stays as it is."""
    calls = len(sandbox.calls())
    line.env.update(env)
    done = line(*command(line))
    assert done.code == 2 and "another account" in done.err and "account --moved" in done.err
    line.env.update(sandbox.env())
    assert len(sandbox.calls()) == calls
    assert line("plan", "newsletter.yaml", "--json").json["plan"]["unchanged"] == 3


def test_a_mistyped_address_binds_nothing(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """A first run that reaches nobody is no bond: the right address is taken afterwards."""
    line = CommandLine(tmp_path / "line", {**sandbox.env(), **ELSEWHERE["another address"]})
    line.contacts([row(1)])
    assert line("run", "newsletter.yaml").code == 75
    line.env.update(sandbox.env())
    assert line("run", "newsletter.yaml").code == 0


def test_an_account_with_a_new_name(line: CommandLine, sandbox: SandboxProcess) -> None:
    """`account` says where the state belongs, and takes it to the account that is set."""
    assert line("account", "--json").json == {"moved": 0, "here": 1, "on_another": 0}
    line.env.update(ELSEWHERE["another realm"])
    shown = line("account")
    assert shown.code == 0 and "1 on another" in shown.out and "--moved" in shown.out
    assert line("account", "--moved", "--json").json == {"moved": 1, "here": 1, "on_another": 0}
    assert "another account" not in line("plan", "newsletter.yaml").err
    line.env.update(sandbox.env())
    assert line("run", "newsletter.yaml").code == 2
    assert phone(1) not in shown.out

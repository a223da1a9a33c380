"""A person on the do-not-contact list who is still subscribed: said aloud, and no send to all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

SEND = ("messages", "send-to-sender-code", "hello", "--name", "spring", "--yes")


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line pointed at an empty sandbox."""
    return CommandLine(tmp_path / "line", sandbox.env())


def test_the_list_says_who_may_still_receive_texts(line: CommandLine) -> None:
    """The list alone stops nobody, which is said until a run has stopped them."""
    line.contacts([row(1), row(2)])
    line("run", "newsletter.yaml", "--json")
    assert line("suppress", "add", phone(1), "--json").json["still_subscribed"] == 1
    line.write("list.csv", f"Phone\n{phone(1)}\n")
    done = line("suppress", "import", "list.csv")
    assert "1 phone on the list is still subscribed" in done.err
    line("run", "newsletter.yaml", "--json")
    done = line("suppress", "add", phone(1))
    assert "still subscribed" not in done.err


def test_nothing_goes_to_a_sender_code_while_a_stop_is_owed_there(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """A send to everybody would reach the person who said stop: it waits for the stop."""
    line("messages", "create", "hello", "Hi", "--json")
    line.contacts([row(1), row(2)])
    line("run", "newsletter.yaml", "--json")
    line("suppress", "add", phone(2))
    refused = line(*SEND, "--sender-code", "+1 206 555 1212", "--json")
    assert refused.code == 3 and "do-not-contact" in refused.json["error"]["what"]
    assert not sandbox.state()["sends"]
    line("run", "newsletter.yaml", "--json")
    assert line(*SEND, "--sender-code", CODE).code == 0


def test_a_person_imported_by_hand_is_owed_a_stop_until_a_stop_list_came(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """No sync's run looks after imports, so the stop list must, and does."""
    line("messages", "create", "hello", "Hi", "--json")
    line.write("once.csv", f"Phone\n{phone(7)}\n")
    line("import", "once.csv", "--sender-code", CODE, "--json")
    line("suppress", "add", phone(7))
    assert line(*SEND, "--sender-code", CODE).code == 3
    assert line("stop", "once.csv", "--sender-code", CODE, "--json").code == 0
    assert line(*SEND, "--sender-code", CODE).code == 0
    assert sandbox.state()["sends"][0]["reached"] == []

"""`restore`: a copy taken back from the command line, and the nights after it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """Three people have been added, and the state copied."""
    found = CommandLine(tmp_path / "line", sandbox.env())
    found.contacts([row(1), row(2), row(3)])
    assert found("run", "newsletter.yaml").code == 0
    assert found("backup", "copy.db").code == 0
    return found


def test_a_stop_given_since_the_copy_survives(line: CommandLine, sandbox: SandboxProcess) -> None:
    """Whoever said stop after the backup is not added by the night after the restore."""
    line.contacts([row(1, Unsubscribed="yes"), row(2), row(3), row(4)])
    assert line("run", "newsletter.yaml").code == 0
    done = line("restore", "copy.db")
    assert done.code == 0, done.err
    assert "1 phone on the do-not-contact list, 1 run, 2 calls, 1 member" in done.out
    assert "Note" not in done.err and phone(1) not in done.out
    before = len(sandbox.calls())
    line.contacts([row(1), row(2), row(3), row(4)])
    report = line("run", "newsletter.yaml", "--json").json
    assert (report["plan"]["add"], report["plan"]["unchanged"]) == (0, 3)
    assert len(sandbox.calls()) == before


def test_without_a_present_state_strangers_who_said_stop_get_a_call(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """Whoever was added after the backup and says stop now is stopped, until a full run has ended."""
    line.contacts([row(1), row(2), row(3), row(4)])
    assert line("run", "newsletter.yaml").code == 0
    line.state_file.unlink()
    done = line("restore", "copy.db", "--json")
    assert (done.code, done.json["present"], done.json["blind"]) == (0, "missing", True)
    line.contacts([row(1), row(2), row(3), row(4, Unsubscribed="yes")])
    assert line("plan", "newsletter.yaml", "--json").json["plan"]["stop"] == 1
    assert line("run", "newsletter.yaml", "--json").json["plan"]["stop"] == 1
    assert sandbox.state()["counts"]["subscriptions"] == 3
    line.contacts([row(1), row(2), row(3), row(4, Unsubscribed="yes"), row(5, Unsubscribed="yes")])
    assert line("run", "newsletter.yaml", "--json").json["plan"]["stop"] == 0


@pytest.mark.parametrize("kind", ["a list of contacts", "an empty file", "another database"])
def test_a_restore_of_what_is_no_copy(line: CommandLine, kind: str) -> None:
    """The file that was given is what is wrong, not the state, which stays as it is."""
    before, wrong = line.state_file.read_bytes(), line.write("wrong.db", "")
    if kind == "a list of contacts":
        wrong = line.folder / "contacts.csv"
    elif kind == "another database":
        wrong.unlink()
        with contextlib.closing(sqlite3.connect(wrong)) as other:
            other.execute("CREATE TABLE people (name TEXT)")
    done = line("restore", wrong.name, "--json")
    error = done.json["error"]
    assert (done.code, error["where"]) == (2, wrong.name)
    assert "no copy of a state" in error["what"] and "SENDERSYNC_STATE" not in str(error)
    assert line.state_file.read_bytes() == before

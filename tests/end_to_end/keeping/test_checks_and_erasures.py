"""`check-state` and `forget` from the command line."""

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
    found.contacts([row(1, Email="ann@example.com"), row(2), row(3)])
    assert found("run", "newsletter.yaml").code == 0
    assert found("backup", "copy.db").code == 0
    return found


def test_damage_is_named_then_mended(line: CommandLine) -> None:
    """Two steps: a look says what to do and ends with 1, fixing keeps a copy and ends with 0."""
    assert line("check-state").code == 0
    with contextlib.closing(sqlite3.connect(line.state_file)) as connection:
        connection.execute("DROP TABLE sendersync_readings")
    assert line("history").code == 1
    looked = line("check-state")
    assert looked.code == 1 and "sendersync_readings is missing" in looked.out
    assert "check-state --fix" in looked.err
    done = line("check-state", "--fix", "--json")
    assert (done.code, done.json["left"]) == (0, 0)
    assert Path(done.json["aside"]).exists()
    assert line("check-state").code == 0 and line("history").code == 0


def test_check_state_of_no_state(tmp_path: Path) -> None:
    """Where there is no state, that is said (2), and none is made."""
    alone = CommandLine(tmp_path / "alone", {})
    done = alone("check-state")
    assert done.code == 2 and "no state here" in done.err
    assert not alone.state_file.exists()


def test_forgotten_everywhere_with_a_receipt(line: CommandLine, sandbox: SandboxProcess) -> None:
    """Erased from state and copies beside it, in any spelling; no file or old backup adds them again."""
    done = line("forget", "(206) 555-0101", "--country", "US")
    assert done.code == 0, done.err
    assert "members: 1" in done.out and "may still send" in done.out
    assert "the source" in done.out and "the platform" in done.out
    assert phone(1) not in done.out + done.err and "ann@" not in done.out + done.err
    data = line.state_file.read_bytes()
    assert phone(1).encode() not in data and b"ann@example.com" not in data
    before = len(sandbox.calls())
    assert line("run", "newsletter.yaml", "--json").json["plan"]["add"] == 0
    restored = line("restore", "copy.db")
    assert "Erased again" in restored.out
    assert line("run", "newsletter.yaml", "--json").json["plan"]["add"] == 0
    assert len(sandbox.calls()) == before
    assert phone(1).encode() not in line.state_file.read_bytes()
    asides = [*line.folder.glob("state.db.*.backup")]
    again = line("forget", phone(1), "--json")
    assert again.code == 0 and len(again.json["deleted"]) == len(asides) == 1
    assert not asides[0].exists()


@pytest.mark.parametrize("who", ["C2", "ann@example.com", phone(3)])
def test_by_key_mail_or_phone(line: CommandLine, who: str) -> None:
    """Each of a person's names leads to them, and the receipt shows none of them."""
    done = line("forget", who, "--json")
    assert done.code == 0 and done.json["erased"]["members"] == 1
    assert who not in done.out


def test_nobody_is_named(line: CommandLine) -> None:
    """Somebody unknown is remembered as forgotten; what names nobody at all is wrong use."""
    assert line("forget", "stranger@example.com").code == 0
    assert line("forget", "C99").code == 2


@pytest.mark.parametrize("column", ["First Name", "CustomerID"])
def test_a_value_of_any_length_is_not_sent(
    line: CommandLine, sandbox: SandboxProcess, column: str
) -> None:
    """A cell above 255 characters makes its row a reject that says which cell, and how long it is."""
    before = len(sandbox.calls())
    line.contacts([row(1), row(2), row(3), {**row(4), column: "x" * 256}])
    report = line("run", "newsletter.yaml", "--json").json
    assert (report["plan"]["add"], report["reasons"]) == (0, {"row_malformed": 1})
    assert len(sandbox.calls()) == before
    assert line("rejects", "last", "--out", "rejected.csv").code == 0
    advice = (line.folder / "rejected.csv").read_text("utf-8")
    assert f"Shorten '{column}': it has 256 characters" in advice

"""`backup`: the state copied from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A folder with one sync of three people that has run once."""
    found = CommandLine(tmp_path / "line", sandbox.env())
    found.contacts([row(1), row(2), row(3)])
    assert found("run", "newsletter.yaml").code == 0
    return found


def test_a_backup_says_what_it_holds(line: CommandLine) -> None:
    """The copy is private and named with what it holds; people are not."""
    done = line("backup", "copy.db", "--json")
    assert done.code == 0 and done.json["rows"]["members"] == 3
    assert (line.folder / "copy.db").stat().st_mode & 0o777 == 0o600
    shown = line("backup", "again.db")
    assert shown.code == 0 and "3 members, 1 run, 0 phones" in shown.out
    assert phone(1) not in shown.out + shown.err
    again = line("backup", "copy.db", "--json")
    assert again.code == 2 and "already" in again.json["error"]["what"]


@pytest.mark.parametrize("ending", ["", "-journal", "-wal", "-shm"])
def test_a_backup_never_becomes_part_of_the_state(line: CommandLine, ending: str) -> None:
    """The state, and names that SQLite would take for its journal, are refused."""
    before = line.state_file.read_bytes()
    done = line("backup", f"{line.state_file.parent}/./{line.state_file.name}{ending}")
    assert done.code == 2 and "state" in done.err
    assert line.state_file.read_bytes() == before
    assert not line.state_file.with_name(line.state_file.name + "-journal").exists()


def test_a_backup_of_no_state(tmp_path: Path) -> None:
    """Where there is no state, there is no copy either, and none is made."""
    alone = CommandLine(tmp_path / "alone", {})
    done = alone("backup", "copy.db")
    assert done.code == 2 and "no state here" in done.err
    assert not (alone.folder / "copy.db").exists()
    assert not alone.state_file.exists()


@pytest.mark.parametrize(
    "left", [b"", b"what is left of it", None], ids=["0 bytes", "damaged", "none"]
)
@pytest.mark.parametrize("ending", ["", "-journal"])
def test_no_output_takes_the_place_of_the_state(
    line: CommandLine, ending: str, left: bytes | None
) -> None:
    """Whatever is left of it, also by a link, and the files that SQLite keeps beside it."""
    line.contacts([row(0)])
    target = line.state_file.with_name(line.state_file.name + ending)
    target.unlink(missing_ok=True)
    if left is not None:
        target.write_bytes(left)
        target.chmod(0o600)
    link = line.folder / "elsewhere"
    link.symlink_to(target.parent)
    for name in (str(target), f"elsewhere/{target.name}"):
        for option in ("--clean", "--html", "--rejects"):
            done = line("check", "contacts.csv", option, name)
            assert (done.code, "is the state" in done.err) == (2, True), done.err
    assert (target.read_bytes() if target.exists() else None) == left

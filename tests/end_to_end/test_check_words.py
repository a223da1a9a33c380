"""What `check` says beside its counts, to a person who has only the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import CommandLine, phone


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line without a platform."""
    return CommandLine(tmp_path / "alone", {})


def test_check_says_why_rows_cannot_be_read(alone: CommandLine) -> None:
    """The first three rows that are no rows are named with what is wrong; the others are counted."""
    good = "".join(f"{phone(n)},Ann\n" for n in range(3, 30))
    alone.write("list.csv", f"Mobile,Name\n{phone(1)},Ann\n" + f"{phone(2)},Bob,x\n" * 5 + good)
    done = alone("check", "list.csv", "--json")
    assert done.json["reasons"] == {"row_malformed": 5}
    said = done.json["warnings"]
    assert [each.partition(" cannot")[0] for each in said[:3]] == ["Line 3", "Line 4", "Line 5"]
    assert said[3].startswith("2 more rows cannot be read") and phone(2)[2:] not in str(said)

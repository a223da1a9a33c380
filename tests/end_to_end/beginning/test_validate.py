"""`validate` and `help`: two ways to ask before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import SYNC, CommandLine


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    """A folder with a sync file whose source is not there."""
    return CommandLine(tmp_path / "line", {})


def test_a_sync_file_is_right_without_its_source(line: CommandLine) -> None:
    """What it names is not read, and no state is made."""
    done = line("validate", "newsletter.yaml")
    assert done.code == 0
    assert "newsletter.yaml: right. Sync newsletter, from csv" in done.out
    assert not line.state_file.exists()


def test_each_wrong_file_of_a_folder_is_named(line: CommandLine) -> None:
    """File, line and fix of each; a second file with the same name is wrong too."""
    line.write("events.yaml", SYNC.replace("sync: newsletter", "sync: events") + "grop: weekly\n")
    line.write("zzz.yaml", SYNC)
    done = line("validate", ".", "--json")
    assert done.code == 2
    found = {Path(each["file"]).name: each["ok"] for each in done.json["files"]}
    assert found == {"events.yaml": False, "newsletter.yaml": True, "zzz.yaml": False}
    assert "events.yaml:14" in done.err and "`group`" in done.err
    assert "Two files describe the sync newsletter" in done.err


@pytest.mark.parametrize("asked", [["help"], ["help", "run"], ["help", "suppress", "add"]])
def test_help_is_a_word_too(line: CommandLine, asked: list[str]) -> None:
    """`sendersync help run` says what `sendersync run --help` does."""
    assert line(*asked).out == line(*asked[1:], "--help").out
    assert line(*asked).code == 0


def test_a_shell_completes_commands_and_options(line: CommandLine) -> None:
    """What a shell asks for when somebody presses Tab."""
    line.env |= {"_SENDERSYNC_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
    line.env |= {"COMP_WORDS": "sendersync run --app"}
    assert line.process().out.split() == ["--approve", "--approve-stops"]

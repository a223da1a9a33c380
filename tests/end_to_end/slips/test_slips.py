"""Slips of the hand, each in a folder whose first night went well."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine
from tests.end_to_end.slips import elsewhere, in_the_sync_file
from tests.end_to_end.slips.slip import Slip, first_night
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture(scope="module")
def after_first_night(one_sandbox: SandboxProcess) -> Iterator[Path]:
    """A folder in which everything went well once; each test gets a copy in its place."""
    one_sandbox.reset()
    with tempfile.TemporaryDirectory() as name:
        line = CommandLine(Path(name, "line"), one_sandbox.env())
        first_night(line)
        line.folder.rename(Path(name, "kept"))
        yield Path(name, "line")


@pytest.fixture
def line(after_first_night: Path, sandbox: SandboxProcess) -> CommandLine:
    """The command line on the morning after, and a platform that counts calls anew."""
    shutil.rmtree(after_first_night, ignore_errors=True)
    shutil.copytree(after_first_night.with_name("kept"), after_first_night)
    found = CommandLine(after_first_night, sandbox.env())
    shutil.copy(after_first_night.with_name("kept") / "newsletter.yaml", after_first_night)
    return found


@pytest.mark.parametrize("slip", [*in_the_sync_file.SLIPS, *elsewhere.SLIPS], ids=str)
def test_a_slip_calls_nobody(line: CommandLine, sandbox: SandboxProcess, slip: Slip) -> None:
    """A slip is held, refused or said, and nobody is added, texted, stopped or suppressed by it."""
    with line.state() as state:
        suppressed = set(state.suppressions.all()["phone"])
    slip.change(line)
    done = line(*slip.command)
    said = " ".join((done.out + done.err).split())
    assert done.code == slip.code, said
    for words in [slip.says] if isinstance(slip.says, str) else slip.says:
        assert words in said, said
    # a call without the right password reaches nobody
    assert [call["command"] for call in sandbox.calls() if call["status"] != 401] == []
    if done.code != 2:
        with line.state() as state:
            assert set(state.suppressions.all()["phone"]) <= suppressed

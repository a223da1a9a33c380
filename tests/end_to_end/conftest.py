"""One sandbox for all of these tests, emptied for each."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.sync_bench import Desk
from tests.stand_ins.one_sandbox import one_sandbox, sandbox
from tests.stand_ins.sandbox_process import SandboxProcess

__all__ = ["desk", "one_sandbox", "sandbox"]


@pytest.fixture
def desk(tmp_path: Path, sandbox: SandboxProcess) -> Iterator[Desk]:
    """A desk with an empty folder; in memory where there is such a place, to spare the disk."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of its own is made there, mode 0700
    place = memory if os.access(memory, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=place, prefix="desk-") as folder:
        yield Desk(Path(folder, "desk"), sandbox)

"""One sandbox for all of these tests, emptied for each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.sync_bench import Desk
from tests.stand_ins.memory_folder import memory_folder
from tests.stand_ins.one_sandbox import one_sandbox, sandbox
from tests.stand_ins.sandbox_process import SandboxProcess

__all__ = ["desk", "one_sandbox", "sandbox"]


@pytest.fixture
def desk(sandbox: SandboxProcess) -> Iterator[Desk]:
    """A desk with an empty folder, gone at the end of the test."""
    with tempfile.TemporaryDirectory(dir=memory_folder(), prefix="desk-") as folder:
        yield Desk(Path(folder, "desk"), sandbox)

"""One Prefect server and one sandbox for all flows of a file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.sync_files import CODE
from tests.end_to_end.prefect_flows.made_syncs import people_in
from tests.stand_ins.prefect_server import Served, inside
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    """One sandbox for all flows."""
    with SandboxProcess().start(sender_code=[CODE]) as running:
        yield running


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxProcess) -> Iterator[Served]:
    """One Prefect server, and our deployments served from a folder that is not the project's.

    Prefect logs all that it can, and after all tests nobody may be found in what was kept.
    """
    folder = tmp_path_factory.mktemp("served")
    env = {
        **sandbox.env(),
        "SENDERSYNC_STATE": f"sqlite:///{folder / 'state.db'}",
        "PREFECT_LOGGING_LEVEL": "DEBUG",
    }
    with Served(folder, env) as running:
        yield running
        assert "DEBUG" in running.log
        assert people_in(running.stored) == people_in(running.log.encode()) == []


@pytest.fixture
def here(
    served: Served, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The same server, state and sandbox for flows that are called as functions."""
    for name, value in sandbox.env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SENDERSYNC_STATE", f"sqlite:///{served.folder / 'state.db'}")
    with inside(served):
        yield served.folder

"""One sandbox for all tests of a folder, as new for each: its `conftest.py` imports these."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def one_sandbox() -> Iterator[SandboxProcess]:
    """The process; tests take `sandbox`."""
    with SandboxProcess() as running:
        yield running


@pytest.fixture
def sandbox(one_sandbox: SandboxProcess) -> SandboxProcess:
    """An empty account: sender code 12065551212, group weekly, no faults, no latency."""
    one_sandbox.reset()
    return one_sandbox


@pytest.fixture
def rest(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    """A client with the right credentials."""
    with sandbox.client() as client:
        yield client

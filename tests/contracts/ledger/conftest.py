"""An open state of each kind, and a begun run in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sendersync.state.store import State
from tests.builders.state_bench import BegunRun, a_run


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a state that is not there yet, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/folder/state.db"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture
def state(url: str) -> Iterator[State]:
    """An open state of each kind."""
    with State.open(url) as opened:
        yield opened


@pytest.fixture
def begun(state: State) -> Iterator[BegunRun]:
    """A begun run in it."""
    with a_run(state) as run:
        yield run

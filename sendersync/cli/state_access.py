"""Opening the state for a command: to look, to change what is there, or to begin one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendersync.state.store import State


@contextmanager
def state_for_reading(*, may_migrate: bool = False) -> Iterator[State]:
    """The state, not a byte of it changed.

    Args:
        may_migrate: An older state that cannot be read as it is may be brought forward.
    """
    from connectors.configuration.environment import state_url
    from schemas.errors import StateTooNew, WrongUse
    from sendersync.state.store import State

    url = state_url()
    try:
        state = State.open(url, read_only=True)
    except StateTooNew:
        raise
    except WrongUse:
        if not may_migrate:
            raise
        state = State.open(url)
    with state:
        yield state


@contextmanager
def state_for_writing() -> Iterator[State]:
    """The state, made where there is none."""
    from connectors.configuration.environment import state_url
    from sendersync.state.store import State

    with State.open(state_url()) as state:
        yield state


@contextmanager
def existing_state() -> Iterator[State]:
    """The state, for a command that changes what is in it: a slip of its name makes no new one.

    Raises:
        WrongUse: There is no state at its place.
    """
    from schemas.errors import WrongUse

    with state_for_reading(may_migrate=True) as state:
        missing, where = state.missing, state.where
    if missing:
        raise WrongUse(
            "There is no state here.",
            where=where,
            do="Check SENDERSYNC_STATE, in the environment and in the .env of this folder.",
        )
    with state_for_writing() as state:
        yield state

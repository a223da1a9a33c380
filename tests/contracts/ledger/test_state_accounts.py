"""On which account each sender code was confirmed, as each kind of state keeps it."""

from __future__ import annotations

from schemas.outcomes import Kind
from sendersync.state.store import State
from tests.builders.state_bench import ANN, a_run
from tests.builders.sync_files import CODE

OTHER = "12065559898"


def test_the_first_account_of_a_sender_code_stays(state: State) -> None:
    """A later confirmation on another account changes nothing; each code has its own."""
    state.accounts.keep("one", [CODE, CODE])
    state.accounts.keep("two", [OTHER, CODE])
    state.accounts.keep("two", [])
    assert state.accounts.all() == {CODE: "one", OTHER: "two"}


def test_codes_of_another_account_are_found(state: State) -> None:
    """Those that are asked for, and those on which the sync knows somebody."""
    with a_run(state, "newsletter") as begun:
        begun.do(Kind.ADD, ANN)
    state.accounts.keep("one", [CODE, OTHER])
    assert state.accounts.codes_of_others("two", "newsletter", []) == [CODE]
    assert state.accounts.codes_of_others("two", "offers", [OTHER]) == [OTHER]
    assert state.accounts.codes_of_others("two", "offers", []) == []
    assert state.accounts.codes_of_others("one", "newsletter", [OTHER]) == []


def test_an_account_moves_with_all_its_codes(state: State) -> None:
    """After a change of address every code belongs to the new one."""
    state.accounts.keep("one", [CODE])
    state.accounts.keep("two", [OTHER])
    assert (state.accounts.move("two"), state.accounts.move("two")) == (1, 0)
    assert state.accounts.all() == {CODE: "two", OTHER: "two"}

"""On which account each sender code was confirmed, as each kind of state keeps it."""

from __future__ import annotations

import pytest

from schemas.outcomes import Kind, Outcome
from sendersync.state.store import State
from tests.builders.state_bench import ANN, a_run
from tests.builders.sync_files import CODE

OTHER = "12065559898"


def answered(state: State, account: str, *codes: str, outcome: Outcome = Outcome.CONFIRMED) -> None:
    """An import adds somebody on each of these sender codes, and the account answers."""
    with a_run(state, f"import:{account}", "import") as begun:
        for code in codes:
            operation = begun.operation(Kind.ADD, ANN, code=code)
            begun.intend(operation)
            begun.settle(operation, outcome, account=account)


def test_the_first_account_of_a_sender_code_stays(state: State) -> None:
    """A later confirmation on another account changes nothing; each code has its own."""
    answered(state, "one", CODE, CODE)
    answered(state, "two", OTHER, CODE, outcome=Outcome.ALREADY)
    assert state.accounts.all() == {CODE: "one", OTHER: "two"}


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.FAILED, Outcome.UNKNOWN])
def test_only_a_confirmation_tells_the_account(state: State, outcome: Outcome) -> None:
    """A wrong address that answers something else binds nothing."""
    answered(state, "one", CODE, outcome=outcome)
    assert state.accounts.all() == {}


def test_codes_of_another_account_are_found(state: State) -> None:
    """Those that are asked for, and those on which the sync knows somebody."""
    with a_run(state, "newsletter") as begun:
        begun.do(Kind.ADD, ANN)
    answered(state, "one", CODE, OTHER)
    assert state.accounts.codes_of_others("two", "newsletter", []) == [CODE]
    assert state.accounts.codes_of_others("two", "offers", [OTHER]) == [OTHER]
    assert state.accounts.codes_of_others("two", "offers", []) == []
    assert state.accounts.codes_of_others("one", "newsletter", [OTHER]) == []


def test_an_account_moves_with_all_its_codes(state: State) -> None:
    """After a change of address every code belongs to the new one."""
    answered(state, "one", CODE)
    answered(state, "two", OTHER)
    assert (state.accounts.move("two"), state.accounts.move("two")) == (1, 0)
    assert state.accounts.all() == {CODE: "two", OTHER: "two"}

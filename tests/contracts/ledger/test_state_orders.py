"""Orders, consents, departures and the syncs themselves, as each kind of state keeps them."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from schemas.errors import WrongUse
from schemas.frames import CONSENTS, PEOPLE
from schemas.outcomes import Kind, Outcome
from schemas.report import Status
from sendersync.state.store import State
from tests.builders.state_bench import ANN, BEN, CEM, BegunRun, a_run, held, pairs, standings
from tests.builders.sync_files import CODE

OTHER = "12065559898"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def given(*phones: str, at: str = "2026-11-01") -> pd.DataFrame:
    """Consents of so many people, from line 2 on."""
    rows = pairs(*phones).assign(key=list(phones), value="yes", at=at)
    rows.index = pd.RangeIndex(2, 2 + len(rows), name="line")
    return rows[[*CONSENTS.names]].astype(dict(CONSENTS.columns))


def add_list(state: State, *phones: str, code: str = "") -> int:
    """Orders as a stop list gives them."""
    return state.suppressions.add(phones, origin="stops.csv", reason="stop", sender_code=code)


def test_an_order_for_one_code_is_another_than_one_for_all(state: State) -> None:
    """Both may stand; each is told and taken off alone, and what was taken off stays on record."""
    assert (add_list(state, ANN), add_list(state, ANN, code=CODE), add_list(state, ANN)) == (
        1,
        1,
        0,
    )
    assert len(state.suppressions.of(ANN)) == 2
    spelt = f"+{CODE[0]} {CODE[1:]}"
    alone = state.suppressions.of(ANN, spelt)
    assert list(alone["sender_code"]) == [CODE]
    assert state.suppressions.lift(alone, who="me", why="a mistake") == 1
    assert list(state.suppressions.all()["sender_code"]) == [""]
    lifted = state.suppressions.lifted()
    assert [*lifted[["phone", "sender_code", "who", "why"]].iloc[0]] == [
        *(ANN, CODE, "me", "a mistake"),
    ]


def test_no_order_is_kept_for_what_is_no_phone(state: State) -> None:
    """It would silently match nobody, so that none of the list is kept."""
    with pytest.raises(WrongUse, match="international form"):
        add_list(state, ANN, "206 555 0102")
    assert state.suppressions.all().empty


def test_whoever_is_ordered_to_be_left_alone_is_told_while_they_may_get_texts(
    state: State, begun: BegunRun
) -> None:
    """Subscribed ones, and those of whom nothing proves that they are stopped."""
    for phone in (ANN, BEN, CEM):
        begun.do(Kind.ADD, phone)
    add_list(state, ANN)
    add_list(state, BEN, code=CODE)
    begun.do(Kind.STOP, BEN, Outcome.UNKNOWN)
    found = state.suppressions.may_receive().set_index("phone")
    assert dict(found["subscribed"]) == {ANN: 1, BEN: 0}
    assert dict(found["ordered_for"]) == {ANN: "", BEN: CODE}
    assert set(state.owed_stops.unproven()["phone"]) == {BEN}


def test_a_later_consent_ends_an_order_on_its_own_code(state: State, begun: BegunRun) -> None:
    """An order for all codes stays in force on the others; a key's stop ends with it."""
    begun.do(Kind.ADD, BEN, code=OTHER)
    add_list(state, ANN)
    people = pd.DataFrame({"phone": [ANN], "sender_code": [""], "key": ["K1"]}, dtype="str")
    state.suppressions.add_keys("newsletter", people[[*PEOPLE.names]], run=begun.run)
    assert list(state.suppressions.stopped_keys("newsletter")["key"]) == ["K1"]
    back = pairs(ANN).assign(key="K1")
    state.suppressions.let_back(
        "newsletter", back, state.suppressions.of(ANN), {"K1"}, "agreed again"
    )
    assert list(state.suppressions.of(ANN)["sender_code"]) == [OTHER]
    assert state.suppressions.stopped_keys("newsletter").empty
    assert set(state.suppressions.lifted()["why"]) == {"agreed again"}


def test_what_the_newest_run_holds_is_owed(state: State) -> None:
    """Opt-outs that an earlier run held and the newest does not are owed no more."""
    for phones in ((ANN, BEN), (BEN,)):
        with a_run(state) as run:
            rows = held(*phones).assign(cause="opted_out", held_by="max_opt_outs")
            state.ledger.keep_held(run.run, rows, "digest")
            run.finish(Status.NEEDS_APPROVAL)
        assert set(state.owed_stops.held()["phone"]) == set(phones)
    with a_run(state) as run:
        run.finish()
    assert state.owed_stops.held().empty


def test_a_consent_is_kept_until_the_source_says_another(state: State, begun: BegunRun) -> None:
    """The same words cost no write; a newer day takes the place of the older."""
    assert state.consents.keep(begun.run, given(ANN, BEN)) == 2
    assert state.consents.keep(begun.run, given(ANN, BEN)) == 0
    assert state.consents.keep(begun.run, given(ANN, at="2026-11-20")) == 1
    assert state.consents.keep(begun.run, given()) == 0


def test_whoever_waits_keeps_the_moment(state: State, begun: BegunRun) -> None:
    """A departure that is noticed again is as old as it was; one that is not is forgotten."""
    state.departures.replace(begun.run, pairs(ANN, BEN), NOON)
    later = NOON.replace(day=30)
    state.departures.replace(begun.run, pairs(BEN, CEM), later)
    found = state.departures.of("newsletter").set_index("phone")["noticed_at"]
    assert dict(found) == {BEN: NOON.isoformat(), CEM: later.isoformat()}
    state.departures.replace(begun.run, pairs(), later)
    assert state.departures.of("newsletter").empty


def test_other_syncs_on_a_code_are_those_in_use(state: State) -> None:
    """With their last run and their last full read; retired ones and stop lists are none."""
    for sync in ("mine", "theirs", "retired", f"stop:{CODE}"):
        with a_run(state, sync) as run:
            run.do(Kind.ADD, ANN)
            run.finish()
            if sync == "retired":
                state.syncs.retire(run.lease, NOON)
    with a_run(state, "new") as run:
        state.guard_history.keep_planned_adds(run.run, pairs(), pairs(BEN))
        run.finish()
    found = {each.sync: each for each in state.departures.other_syncs("mine", [CODE, OTHER])}
    assert set(found) == {"new", "theirs"}, "the adds of the new one are all held"
    assert {each.sender_code for each in found.values()} == {CODE}
    other = found["theirs"]
    assert other.full_read_at == other.last_run_at
    assert state.departures.other_syncs("mine", []) == []


def test_a_sync_gets_another_name_with_all_that_is_known(state: State) -> None:
    """Its members go with it; the old name stays known as retired, and a taken one is refused."""
    for sync in ("old", "taken"):
        with a_run(state, sync) as run:
            run.do(Kind.ADD, ANN)
            run.finish()
    with state.lease("old") as lease, pytest.raises(WrongUse, match="named taken"):
        state.syncs.rename(lease, "taken", NOON)
    with state.lease("old") as lease:
        state.syncs.rename(lease, "new", NOON)
    rows = {row.sync: row for row in state.syncs.all()}
    assert set(rows) == {"new", "old", "taken"}
    assert list(state.members.of("new")["phone"]) == [ANN]
    assert state.syncs.retired_at("old") == "2026-11-29"
    assert state.syncs.retired_at("new") == ""
    state.syncs.require("new")
    with pytest.raises(WrongUse, match="newest"):
        state.syncs.require("newest")


def test_a_retired_sync_may_come_back(state: State, begun: BegunRun) -> None:
    """Its day is written down, and taken away again."""
    state.syncs.retire(begun.lease, NOON)
    assert state.syncs.retired_at("newsletter") == "2026-11-29"
    state.syncs.retire(begun.lease, None)
    assert state.syncs.retired_at("newsletter") == ""


def test_what_a_one_off_command_left_is_ended_by_any_run(state: State) -> None:
    """No run of its own comes; so it is with syncs that run no more, and not with any other."""
    stop, add, idle = "stop:12065551212", "import:12065551212", "offers"
    with a_run(state, stop, "stop") as dead, a_run(state, idle) as retired:
        dead.intend(dead.operation(Kind.STOP, ANN))
        retired.intend(retired.operation(Kind.STOP, CEM))
        with a_run(state, add, "import") as imported, a_run(state) as begun:
            imported.intend(imported.operation(Kind.ADD, BEN))
            assert state.ledger.recover("newsletter", begun.run, begun.lease, [idle]).empty
    assert set(state.owed_stops.unproven()["phone"]) == {ANN, CEM}
    assert set(state.ledger.left_in_flight()["phone"]) == {ANN, BEN, CEM}
    with a_run(state) as begun:
        left = state.ledger.recover("newsletter", begun.run, begun.lease)
        assert set(left["phone"]) == {ANN, BEN}
        assert state.ledger.left_in_flight()["phone"].tolist() == [CEM]
        left = state.ledger.recover("newsletter", begun.run, begun.lease, [idle])
        assert left["phone"].tolist() == [CEM]
    assert standings(state, stop) == {ANN: "stopping"}
    assert standings(state, add) == {BEN: "unsure"}
    assert standings(state, idle) == {CEM: "stopping"}
    assert set(state.owed_stops.unproven()["phone"]) == {ANN, CEM}

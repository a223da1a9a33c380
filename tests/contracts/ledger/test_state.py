"""The ledger and the members: one suite, on a SQLite file and on a real Postgres."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from sqlalchemy import text

from schemas.errors import LeaseLost, RunFailed
from schemas.frames import MEMBER_COLUMNS
from schemas.outcomes import Kind, OperationResult, Outcome
from sendersync.state.database.engine import connect
from sendersync.state.store import State
from tests.builders.state_bench import ANN, BEN, CEM, BegunRun, a_run, members, pairs, standings
from tests.builders.sync_files import CODE

# what an outcome does to the member, without a member before and with a subscribed one
MOVES = [
    (Kind.ADD, Outcome.CONFIRMED, False, "subscribed", "subscribed"),
    (Kind.ADD, Outcome.ALREADY, False, "subscribed", "subscribed"),
    (Kind.UPDATE, Outcome.CONFIRMED, False, "subscribed", "subscribed"),
    (Kind.ADD, Outcome.UNKNOWN, True, "unsure", "subscribed"),
    (Kind.ADD, Outcome.FAILED, True, "unsure", "subscribed"),
    (Kind.ADD, Outcome.FAILED, False, None, "subscribed"),
    (Kind.ADD, Outcome.REFUSED, False, None, "subscribed"),
    (Kind.ADD, Outcome.NOT_REACHED, False, None, "subscribed"),
    (Kind.STOP, Outcome.CONFIRMED, False, "stopped", "stopped"),
    (Kind.STOP, Outcome.UNKNOWN, True, "stop_unknown", "stop_unknown"),
    (Kind.STOP, Outcome.FAILED, True, "stopping", "stopping"),
    (Kind.STOP, Outcome.FAILED, False, None, "subscribed"),
    (Kind.STOP, Outcome.REFUSED, False, None, "subscribed"),
    (Kind.STOP, Outcome.NOT_REACHED, False, None, "subscribed"),
]


@pytest.mark.parametrize(("kind", "outcome", "maybe_done", "fresh", "after_subscribed"), MOVES)
def test_an_outcome_moves_the_member(
    begun: BegunRun,
    kind: Kind,
    outcome: Outcome,
    maybe_done: bool,
    fresh: str | None,
    after_subscribed: str,
) -> None:
    """Only what the platform proved becomes the member's standing."""
    begun.do(Kind.ADD, BEN)

    begun.do(kind, ANN, outcome, maybe_done=maybe_done)
    begun.do(kind, BEN, outcome, maybe_done=maybe_done)

    expected = {BEN: after_subscribed} | ({ANN: fresh} if fresh else {})
    assert standings(begun.state) == expected


def test_refused_update_keeps_the_baseline(begun: BegunRun) -> None:
    """The baseline stays what was confirmed, when an update is refused or its answer lost."""
    begun.do(Kind.ADD, ANN, first_name="Ann")
    begun.do(Kind.UPDATE, ANN, Outcome.REFUSED, first_name="Anna")
    begun.do(Kind.UPDATE, ANN, Outcome.UNKNOWN, maybe_done=True, first_name="Anna")
    assert begun.state.members.of("newsletter")["first_name"].tolist() == ["Ann"]

    begun.do(Kind.UPDATE, ANN, Outcome.CONFIRMED, first_name="Anna")
    assert begun.state.members.of("newsletter")["first_name"].tolist() == ["Anna"]


def test_unsure_stays_unsure_after_refusal(begun: BegunRun) -> None:
    """A member whose add was lost stays unsure when a later add is refused."""
    begun.do(Kind.ADD, ANN, Outcome.UNKNOWN, maybe_done=True)
    begun.do(Kind.ADD, ANN, Outcome.REFUSED)
    assert standings(begun.state) == {ANN: "unsure"}


def test_stop_holds_in_every_sync(state: State) -> None:
    """A stop confirmed in one sync holds for the same phone and code in all; an add does not."""
    for sync in ("newsletter", "offers", "stop:12065551212"):
        with a_run(state, sync) as begun:
            begun.do(Kind.ADD, ANN)
            begun.do(Kind.ADD, BEN)
            if sync.startswith("stop:"):
                begun.do(Kind.STOP, ANN)
    assert standings(state, "newsletter") == {ANN: "stopped", BEN: "subscribed"}
    assert standings(state, "offers") == {ANN: "stopped", BEN: "subscribed"}

    with a_run(state, "offers") as begun:
        begun.do(Kind.ADD, ANN)
    assert standings(state, "offers")[ANN] == "subscribed"
    assert standings(state, "newsletter")[ANN] == "stopped"


def test_stop_of_a_stranger_is_remembered(state: State) -> None:
    """A stop for a phone without a member leaves one behind, so that it is known as stopped."""
    with a_run(state, "stop:12065551212", "stop") as begun:
        begun.do(Kind.STOP, ANN)
    found = state.members.standing_anywhere(pairs(ANN, BEN))
    assert found.stopped.tolist() == [True, False]
    assert found.subscribed.tolist() == [False, False]


def test_same_phone_twice_in_one_batch(begun: BegunRun) -> None:
    """Outcomes of one phone within a batch count in their order."""
    stop, add = begun.operation(Kind.STOP, ANN), begun.operation(Kind.ADD, ANN)
    begun.intend(stop, add)
    settled = [
        OperationResult(stop, Outcome.CONFIRMED, 1),
        OperationResult(add, Outcome.CONFIRMED, 1),
    ]
    begun.state.ledger.record(begun.run, begun.lease, settled=settled, intended=[])
    assert standings(begun.state) == {ANN: "subscribed"}


def test_members_frame(begun: BegunRun) -> None:
    """Members come back exactly, as `str`, with every character a name may hold."""
    names = [
        "",
        "Ann",
        "Zoë 李",
        'quote " comma , back\\slash',
        "line\nbreak\r\n",
        "unit\x1fsep",
        "%s",
    ]
    for place, name in enumerate(names):
        begun.do(Kind.ADD, f"+1206555010{place}", first_name=name, email="a@example.com")
    frame = begun.state.members.of("newsletter")
    assert frame["first_name"].tolist() == names
    assert tuple(frame.columns) == MEMBER_COLUMNS
    assert set(map(str, frame.dtypes)) == {"str"}
    assert begun.state.members.of("nobody").empty
    assert set(map(str, begun.state.members.of("nobody").dtypes)) == {"str"}


def test_wanted_elsewhere(state: State) -> None:
    """Another real sync that has the phone, or may have it, wants it; one-off commands do not."""
    for sync, phone in [("offers", ANN), ("import:12065551212", BEN), ("newsletter", CEM)]:
        with a_run(state, sync) as begun:
            begun.do(Kind.ADD, phone)
    asked = pairs(BEN, ANN, CEM)
    asked.index = pd.Index([7, 5, 3])
    wanted = state.members.wanted_elsewhere("newsletter", asked)
    assert wanted.to_dict() == {7: False, 5: True, 3: False}
    assert not state.members.wanted_elsewhere("newsletter", pairs(ANN, code="12065551313")).any()

    with a_run(state, "offers") as begun:
        begun.do(Kind.STOP, ANN)
    assert not state.members.wanted_elsewhere("newsletter", pairs(ANN)).any()


def test_who_is_about_to_be_added_by_another_sync(state: State) -> None:
    """Whom its last plan adds, held or let go, is wanted, also at the last look before a stop."""
    with a_run(state, "offers") as other:
        state.guard_history.keep_planned_adds(other.run, pairs(ANN), pairs(BEN))
    planned = state.departures.planned_elsewhere
    assert planned("newsletter", pairs(ANN, BEN, CEM)).tolist() == [True, True, False]
    assert planned("newsletter", pairs()).tolist() == []
    assert not planned("offers", pairs(ANN, BEN)).any(), "its own plan"
    assert not planned("newsletter", pairs(ANN, BEN), ["offers"]).any(), "out of use"
    assert not planned("newsletter", pairs(ANN, code="12065551313")).any()
    named = state.departures.planned_by_others("newsletter", pairs(BEN))
    assert named["sync"].tolist() == ["offers"]
    with a_run(state) as begun:
        stops = [begun.operation(Kind.STOP, who, cause="gone") for who in (ANN, BEN, CEM)]
        ordered = begun.operation(Kind.STOP, BEN)
        meant = [*stops, ordered]
        kept = {stops[0].id, stops[1].id}
        assert set(state.ledger.look_again(begun.lease, meant)) == kept
        assert not state.ledger.look_again(begun.lease, meant, ["offers"])
        assert set(state.ledger.record(begun.run, begun.lease, intended=meant)) == kept


def test_what_others_ordered_meanwhile_is_not_intended(state: State) -> None:
    """A suppressed phone is not added; one that another sync has is stopped by an order alone."""
    with a_run(state, "offers") as other:
        other.do(Kind.ADD, BEN)
    state.suppressions.add([ANN], origin="tester", reason="said so")
    with a_run(state) as begun:
        add, gone, said_so, going = (
            begun.operation(Kind.ADD, ANN),
            begun.operation(Kind.STOP, BEN, cause="gone"),
            begun.operation(Kind.STOP, BEN),
            begun.operation(Kind.ADD, CEM),
        )
        found = state.ledger.record(begun.run, begun.lease, intended=[add, gone, said_so, going])
        assert set(found) == {add.id, gone.id}
        assert state.ledger.operations(begun.run)["phone"].tolist() == [BEN, CEM]


def test_an_order_in_another_spelling_is_heard_meanwhile(state: State) -> None:
    """Whoever is on the list, or being stopped, under an old number is not added under the new."""
    old, today = "+22995123456", "+2290195123456"
    state.suppressions.add([old], origin="tester", reason="said so, before the numbers changed")
    with a_run(state, "offers") as other:
        other.intend(other.operation(Kind.STOP, "+5212221234567"))
        with a_run(state) as begun:
            waiting = [
                replace(begun.operation(Kind.ADD, today), spellings=(old,)),
                replace(begun.operation(Kind.ADD, "+522221234567"), spellings=("+5212221234567",)),
            ]
            found = state.ledger.record(begun.run, begun.lease, intended=waiting)
            assert set(found) == {each.id for each in waiting}
            assert set(state.ledger.look_again(begun.lease, waiting)) == set(found)


def test_a_phone_with_another_syncs_call_in_flight_waits(state: State) -> None:
    """Neither a stop overtakes another sync's add, nor an add its stop, unless its run is dead."""
    with a_run(state, "offers") as other:
        other.intend(other.operation(Kind.ADD, ANN), other.operation(Kind.STOP, BEN))
        with a_run(state) as begun:
            waiting = [
                begun.operation(Kind.STOP, ANN, cause="gone"),
                begun.operation(Kind.ADD, BEN),
            ]
            found = state.ledger.record(begun.run, begun.lease, intended=waiting)
            assert set(found) == {each.id for each in waiting}
    with a_run(state) as begun:
        assert (
            state.ledger.record(begun.run, begun.lease, intended=[begun.operation(Kind.ADD, BEN)])
            == {}
        )


def test_an_add_that_a_dead_run_left_in_flight_still_wants_its_person(state: State) -> None:
    """Until its sync runs again nobody concludes their stop; an order is carried out."""
    with a_run(state, "offers") as dead:
        dead.intend(dead.operation(Kind.ADD, ANN))
    with a_run(state, "import:12065551212") as one_off:
        one_off.intend(one_off.operation(Kind.ADD, BEN))
    with a_run(state) as begun:
        gone = begun.operation(Kind.STOP, ANN, cause="gone")
        waiting = [
            gone,
            begun.operation(Kind.STOP, ANN),
            begun.operation(Kind.STOP, BEN, cause="gone"),
        ]
        assert set(state.ledger.look_again(begun.lease, waiting)) == {gone.id}
        assert state.ledger.look_again(begun.lease, waiting, ["offers"]) == {}


def test_a_stop_without_proof_unsettles_other_syncs(state: State) -> None:
    """Whoever a stop may have reached is proven to be subscribed nowhere: an import asks again."""
    for phone in (ANN, BEN, CEM):
        with a_run(state, "import:12065551212") as imported:
            imported.do(Kind.ADD, phone)
    with a_run(state) as begun:
        begun.do(Kind.STOP, ANN, Outcome.UNKNOWN)
        begun.do(Kind.STOP, BEN, Outcome.REFUSED)
        begun.intend(begun.operation(Kind.STOP, CEM))
    with a_run(state) as begun:
        state.ledger.recover("newsletter", begun.run, begun.lease)
    expected = {ANN: "unsure", BEN: "subscribed", CEM: "unsure"}
    assert standings(state, "import:12065551212") == expected
    assert standings(state) == {ANN: "stop_unknown", CEM: "stopping"}


def test_two_syncs_do_not_both_release(state: State) -> None:
    """Somebody who left two syncs at once stays a member of one, whose next run stops them."""
    for sync in ("offers", "newsletter"):
        with a_run(state, sync) as begun:
            begun.do(Kind.ADD, ANN)
            begun.do(Kind.ADD, BEN)
    with a_run(state, "offers") as offers, a_run(state) as begun:
        assert offers.state.members.release(offers.run, pairs(ANN)) == 1
        assert state.members.release(begun.run, pairs(ANN, BEN)) == 1
    assert standings(state, "offers") == {ANN: "released", BEN: "subscribed"}
    assert standings(state) == {ANN: "subscribed", BEN: "released"}


def test_adopt_release_relabel(begun: BegunRun) -> None:
    """Adopted members are subscribed; released ones are let go; a new key changes nothing else."""
    state = begun.state
    with a_run(state, "offers") as other:
        other.do(Kind.ADD, BEN)
    state.members.adopt(begun.run, members(ANN, BEN, CEM))
    state.members.release(begun.run, pairs(BEN))
    state.members.relabel(begun.run, pairs(CEM).assign(key="C-9"))
    assert standings(state) == {ANN: "subscribed", BEN: "released", CEM: "subscribed"}
    assert state.members.of("newsletter")["key"].tolist() == [ANN, BEN, "C-9"]


def test_history_shows_old_and_new(begun: BegunRun) -> None:
    """An operation keeps what the ledger held before it, and what the platform answered."""
    begun.do(Kind.ADD, ANN, first_name="Ann", email="ann@example.com")
    begun.do(Kind.UPDATE, ANN, first_name="Anna", email="ann@example.com")
    history = begun.state.ledger.history_of(ANN)
    assert history["before_first_name"].tolist() == ["", "Ann"]
    assert history["before_standing"].tolist() == ["", "subscribed"]
    assert history["first_name"].tolist() == ["Ann", "Anna"]
    assert history["state"].tolist() == ["confirmed", "confirmed"]
    assert history["status"].tolist() == [200, 200]
    assert begun.state.ledger.history_of("ann@example.com")["number"].tolist() == [0, 1]


def test_never_sent_is_kept_too(begun: BegunRun) -> None:
    """What was not reached, and so never intended, stands in the run's operations."""
    begun.settle(begun.operation(Kind.ADD, ANN), Outcome.NOT_REACHED, attempts=0)
    shown = begun.state.ledger.operations(begun.run)
    assert shown["state"].tolist() == ["not_reached"]
    assert shown["phone"].tolist() == [ANN]


def test_answer_without_intent(begun: BegunRun) -> None:
    """An answer to a call that was never intended is a fault, and nothing of it is kept."""
    with pytest.raises(RunFailed, match="intent is not in the ledger"):
        begun.settle(begun.operation(Kind.ADD, ANN), Outcome.CONFIRMED)
    assert standings(begun.state) == {}


def test_intended_twice(begun: BegunRun) -> None:
    """One operation cannot be intended twice, and the refusal names nobody."""
    operation = begun.operation(Kind.ADD, ANN, email="ann@example.com")
    begun.intend(operation)
    with pytest.raises(RunFailed) as caught:
        begun.intend(operation)
    seen: BaseException | None = caught.value
    while seen is not None:
        assert "555" not in str(seen) + repr(seen)
        assert "example" not in str(seen)
        seen = seen.__cause__ or seen.__context__


def test_recovery(state: State) -> None:
    """What a dead run left in flight ends as unknown, and its members are asked again."""
    with a_run(state) as dead:
        dead.do(Kind.ADD, BEN, first_name="Ben")
        dead.do(Kind.ADD, CEM)
        dead.intend(
            dead.operation(Kind.ADD, ANN),
            dead.operation(Kind.UPDATE, BEN, first_name="Benno"),
            dead.operation(Kind.STOP, CEM),
        )
    with a_run(state) as begun:
        left = state.ledger.recover("newsletter", begun.run, begun.lease)
        assert sorted(left["phone"]) == [ANN, BEN, CEM]
        assert standings(state) == {ANN: "unsure", BEN: "subscribed", CEM: "stopping"}
        assert state.members.of("newsletter")["first_name"].tolist() == ["", "Ben", ""]
        ended = state.ledger.operations(dead.run).tail(3)
        assert ended["state"].tolist() == ["unknown"] * 3
        assert set(ended["text"]) == {"the run ended before the answer came"}
        assert state.ledger.recover("newsletter", begun.run, begun.lease).empty


def test_recovery_leaves_others_alone(state: State) -> None:
    """Recovery touches neither another sync's calls in flight nor those of the own run."""
    with a_run(state, "offers") as other, a_run(state) as begun:
        other.intend(other.operation(Kind.ADD, ANN))
        begun.intend(begun.operation(Kind.ADD, ANN))
        assert state.ledger.recover("newsletter", begun.run, begun.lease).empty


def test_overtaken_run_commits_nothing(state: State, url: str) -> None:
    """A run whose lease was taken over cannot write: not intents, outcomes, nor adoptions."""
    with a_run(state) as begun:
        operation = begun.operation(Kind.ADD, ANN)
        begun.intend(operation)
        thief = connect(url, read_only=False)
        with thief.engine.begin() as connection:
            connection.execute(text("UPDATE sendersync_leases SET fence = fence + 1"))
        thief.close()
        with pytest.raises(LeaseLost):
            begun.settle(operation, Outcome.CONFIRMED)
        with pytest.raises(LeaseLost):
            state.members.adopt(begun.run, members(BEN))
        with pytest.raises(LeaseLost):
            begun.lease.check()
        with pytest.raises(LeaseLost):
            begun.intend(begun.operation(Kind.ADD, BEN))
    assert standings(state) == {}
    assert state.ledger.operations(begun.run)["state"].tolist() == ["intent"]


def test_code_is_part_of_the_member(begun: BegunRun) -> None:
    """The same phone on two sender codes is two members."""
    begun.do(Kind.ADD, ANN)
    second = begun.operation(Kind.ADD, ANN, code="12065551313")
    begun.intend(second)
    begun.settle(second, Outcome.CONFIRMED)
    begun.do(Kind.STOP, ANN)
    frame = begun.state.members.of("newsletter")
    assert dict(zip(frame["sender_code"], frame["standing"], strict=True)) == {
        CODE: "stopped",
        "12065551313": "subscribed",
    }


@pytest.mark.parametrize("count", [499, 500, 501])
def test_few_members_and_many_are_read_as_they_were_written(begun: BegunRun, count: int) -> None:
    """SQLite joins the columns of many rows; those of few are read one by one."""
    phones = [f"+1206{number:07d}" for number in range(2_000_000, 2_000_000 + count)]
    begun.state.members.adopt(begun.run, members(*phones))
    found = begun.state.members.of("newsletter")
    assert (found["phone"].tolist(), found["key"].tolist()) == (phones, phones)
    assert {*found["first_name"]} == {"Ann"}
    assert {*found["standing"]} == {"subscribed"}

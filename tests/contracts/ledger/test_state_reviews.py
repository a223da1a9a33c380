"""What nothing has proven, and what people found out, on SQLite and on Postgres."""

from __future__ import annotations

import pytest

from schemas.errors import WrongUse
from schemas.frames import UNDONE
from schemas.member_status import MemberStatus
from schemas.outcomes import Kind, Outcome
from sendersync.state.corrections.reviews import ReviewAnswer
from sendersync.state.store import State
from tests.builders.state_bench import ANN, BEN, CEM, BegunRun, a_run, standings


def unproven(state: State) -> dict[str, str]:
    """Phone to id, in the order of the list."""
    return {each.phone: each.id for each in state.reviews.unproven()}


def close(state: State, phone: str, answer: ReviewAnswer) -> None:
    """A person looks one of newsletter up, and says so."""
    found = state.reviews.find(unproven(state)[phone])
    with state.lease(found.sync) as lease:
        state.reviews.close(lease, found, answer, who="me@here", note="looked")


def test_unknown_stops_come_first_and_keep_their_names(state: State) -> None:
    """Stops before adds; an outcome is called the same in every run, and nobody can be read from it."""
    for _ in range(2):
        with a_run(state) as begun:
            begun.do(Kind.ADD, ANN, Outcome.UNKNOWN)
            begun.do(Kind.STOP, BEN, Outcome.UNKNOWN)
            begun.do(Kind.ADD, CEM)
            begun.finish()
        found = unproven(state)
        assert [*found] == [BEN, ANN]
    assert found == unproven(state)
    assert not any(digits in name for name in found.values() for digits in (BEN[-7:], ANN[-7:]))


@pytest.mark.parametrize("kind", [Kind.STOP, Kind.ADD])
@pytest.mark.parametrize("answer", [*ReviewAnswer])
def test_what_a_person_saw_is_believed(state: State, kind: Kind, answer: ReviewAnswer) -> None:
    """The member stands as the platform's page says, and it is kept who said so, when and why."""
    with a_run(state) as begun:
        begun.do(kind, ANN, Outcome.UNKNOWN)
        begun.finish()
    before = state.revision("newsletter")
    close(state, ANN, answer)
    assert standings(state) == {ANN: answer.value}
    assert not state.reviews.unproven()
    assert state.revision("newsletter") != before
    (said,) = state.reviews.of_run(begun.run)
    assert (said.who, said.answer, said.note) == ("me@here", answer.value, "looked")
    assert said.at and said.standing in (MemberStatus.STOP_UNKNOWN, MemberStatus.UNSURE)


def test_a_stop_that_was_seen_holds_in_every_sync(state: State) -> None:
    """What the platform's page shows is no matter of one sync; a subscription stays one's own."""
    for sync in ("newsletter", "offers"):
        with a_run(state, sync) as begun:
            begun.do(Kind.ADD, ANN)
            begun.do(Kind.ADD, BEN)
            begun.finish()
    with a_run(state) as begun:
        begun.do(Kind.STOP, ANN, Outcome.UNKNOWN)
        begun.finish()
    assert standings(state, "offers")[ANN] == MemberStatus.UNSURE
    (found,) = (each for each in state.reviews.unproven() if each.sync == "newsletter")
    with state.lease("newsletter") as lease:
        state.reviews.close(lease, found, ReviewAnswer.STOPPED, who="me@here")
    assert standings(state, "offers") == {ANN: "stopped", BEN: "subscribed"}


def test_what_is_proven_cannot_be_closed(state: State) -> None:
    """An answer that came meanwhile counts more than a look that was before it."""
    with a_run(state) as begun:
        begun.do(Kind.STOP, ANN, Outcome.UNKNOWN)
        found = state.reviews.find(unproven(state)[ANN])
        begun.do(Kind.STOP, ANN)
        with pytest.raises(WrongUse, match="proven meanwhile"):
            state.reviews.close(begun.lease, found, ReviewAnswer.SUBSCRIBED, who="me@here")
    assert standings(state) == {ANN: MemberStatus.STOPPED}
    with pytest.raises(WrongUse, match="Nothing unproven"):
        state.reviews.find(found.id)


def test_who_was_taken_back_can_be_let_in(state: State, begun: BegunRun) -> None:
    """They are listed until a person lets them in, or a run adds them again."""
    begun.do(Kind.ADD, ANN)
    begun.do(Kind.ADD, BEN)
    people = state.members.of("newsletter")[[*UNDONE.names]]
    begun.do(Kind.STOP, ANN, cause="undone")
    begun.do(Kind.STOP, BEN, cause="undone")
    state.undone.keep(begun.run, people)
    assert [*unproven(state)] == [ANN, BEN]
    found = state.reviews.find(unproven(state)[ANN])
    with pytest.raises(WrongUse, match="stays out already"):
        state.reviews.close(begun.lease, found, ReviewAnswer.STOPPED, who="me@here")
    state.reviews.close(begun.lease, found, ReviewAnswer.SUBSCRIBED, who="me@here")
    assert state.undone.of("newsletter")["phone"].tolist() == [BEN]
    assert standings(state)[ANN] == MemberStatus.STOPPED, "no call has added them yet"
    state.undone.let_in(begun.run, people)
    assert state.undone.of("newsletter").empty


def test_reviews_are_forgotten_with_their_person(state: State) -> None:
    """Nothing of somebody who asked to be forgotten stays in them."""
    with a_run(state) as begun:
        begun.do(Kind.STOP, ANN, Outcome.UNKNOWN)
        begun.finish()
    close(state, ANN, ReviewAnswer.STOPPED)
    state.erasure.forget(ANN)
    assert not state.reviews.of_run(begun.run)

"""Approvals in the state: found by digest, recorded, and kept until what they let go is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from schemas.frames import SAME_OPERATION, TURNED_DOWN
from schemas.outcomes import Cause, Kind, Outcome
from schemas.report import HoldReason, Report, SourceCount
from sendersync.state.people.people import Names
from sendersync.state.store import State
from tests.builders.state_bench import ANN, BEN, BegunRun, a_run, held
from tests.builders.sync_files import CODE

DIGEST = "7kq2m-9xtr4"


def stops(*phones: str) -> pd.DataFrame:
    """Stops of people who have left, as a run holds them."""
    rows = [("stop", "gone", CODE, phone, phone) for phone in phones]
    return pd.DataFrame(rows, columns=[*SAME_OPERATION], dtype="str")


def phones(frame: pd.DataFrame) -> list[str]:
    """Whose operations they are."""
    return frame["phone"].tolist()


def test_a_ceiling_and_a_digest_are_recorded(state: State) -> None:
    """An approval is kept with its ceiling or digest, who gave it, when, and the note."""
    at = datetime(2026, 11, 22, 2, tzinfo=UTC)
    with a_run(state) as first, a_run(state, "offers") as other:
        state.approvals.give(first.run, ceiling=40, who="operator", at=at)
        state.approvals.give(
            other.run,
            ceiling=3,
            who="ann",
            at=at + timedelta(hours=1),
            digest=DIGEST,
            note="looked",
        )
    given = state.approvals.given("newsletter")
    assert given[["ceiling", "who", "at", "digest", "note"]].to_numpy().tolist() == [
        [40, "operator", "2026-11-22T02:00:00.000+00:00", "", ""]
    ]
    assert state.approvals.given()["note"].tolist() == ["", "looked"]


def test_what_was_held_is_found_by_its_digest(state: State) -> None:
    """The newest run of that sync which held something under a digest gives what it held."""
    assert state.approvals.held_under("newsletter", DIGEST) is None
    for given in (held(ANN), held(ANN, BEN)):
        with a_run(state) as begun:
            state.ledger.keep_held(begun.run, given, DIGEST)
            report = Report(begun.run, "newsletter", source=SourceCount(2, True, True))
            report.held_because = [HoldReason("max_stops", 2, None, 10, "Two have left.")]
            state.runs.finish(begun.run, report)
    with a_run(state) as begun:
        state.ledger.keep_held(begun.run, held(), "")  # a run that holds nothing has none
    found = state.approvals.held_under("newsletter", DIGEST)
    assert found is not None
    assert sorted(phones(found.operations)) == [ANN, BEN]
    assert found.incremental
    assert found.guards == {"max_stops"}
    assert found.at.tzinfo is not None
    assert state.approvals.held_under("offers", DIGEST) is None
    assert state.approvals.held_under("newsletter", "") is None


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        (Outcome.CONFIRMED, [BEN]),
        (Outcome.ALREADY, [BEN]),
        (Outcome.REFUSED, [ANN, BEN]),
        (Outcome.NOT_REACHED, [ANN, BEN]),
    ],
)
def test_released_until_done(begun: BegunRun, outcome: Outcome, left: list[str]) -> None:
    """What an approval let go stays released until the platform has done it."""
    approvals, now = begun.state.approvals, _begun(begun)
    approvals.replace_released(begun.run, stops(ANN, BEN), now)
    assert phones(approvals.released("newsletter", now)) == [ANN, BEN]
    begun.do(Kind.STOP, ANN, outcome, cause=Cause.GONE.value)
    assert phones(approvals.released("newsletter", now)) == left
    assert approvals.released("offers", now).empty


def test_a_release_ends(begun: BegunRun) -> None:
    """Seven days after the approval nothing is released any more, however often it was kept."""
    approvals, now = begun.state.approvals, _begun(begun)
    approvals.replace_released(begun.run, stops(ANN), now)
    approvals.replace_released(begun.run, stops(ANN, BEN), now + timedelta(days=3))
    assert phones(approvals.released("newsletter", now + timedelta(days=7))) == [ANN, BEN]
    assert phones(approvals.released("newsletter", now + timedelta(days=8))) == [BEN]
    approvals.replace_released(begun.run, stops(), now)
    assert approvals.released("newsletter", now).empty


def test_the_released_are_forgotten(begun: BegunRun) -> None:
    """Whoever asks to be forgotten is erased from what an approval let go, too."""
    now = _begun(begun)
    begun.state.approvals.replace_released(begun.run, stops(ANN, BEN), now)
    begun.state.erasure.forget(ANN)
    assert phones(begun.state.approvals.released("newsletter", now)) == [BEN]


def test_why_somebody_is_turned_down(state: State) -> None:
    """A reason is kept under a hash where it changes, ends with a whole read, and is forgotten."""

    def turn_down(*reasons: tuple[str, str, int], whole: bool = True) -> None:
        with a_run(state) as begun:
            frame = pd.DataFrame(reasons, columns=[*TURNED_DOWN.names])
            state.people.turn_down(begun.run, frame.astype(dict(TURNED_DOWN.columns)), whole=whole)

    def told(name: str) -> list[tuple[str, int]]:
        known = state.people.look_up(Names(phones=frozenset({name})))
        return sorted((row["reason"], row["line"]) for row in known.turned_down)

    turn_down((ANN, "no_consent", 2), (BEN, "suppressed", 3))
    turn_down((ANN, "no_consent", 7), whole=False)
    assert (told(ANN), told(BEN)) == ([("no_consent", 2)], [("suppressed", 3)])
    turn_down((ANN, "opted_out", 8))
    assert told(ANN) == [("no_consent", 2), ("opted_out", 8)]
    assert told(BEN) == [("", 0), ("suppressed", 3)]
    state.erasure.forget(ANN)
    assert told(ANN) == []
    assert state.people.look_up(Names(phones=frozenset({ANN}))).erased


def _begun(begun: BegunRun) -> datetime:
    return datetime.fromisoformat(begun.state.runs.one(begun.run).started_at)

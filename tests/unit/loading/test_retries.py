"""What the loader does after each answer: the table of `pipeline/retries.py`, walked."""

from __future__ import annotations

import itertools

import pytest

from schemas.outcomes import Answer, Cause, Kind, Operation, OperationResult, Outcome, Verdict
from sendersync.pipeline.load.retries import Attempts, RetryPolicy

V = Verdict
CONFIRMED, ALREADY, REFUSED = Outcome.CONFIRMED, Outcome.ALREADY, Outcome.REFUSED
FAILED, UNKNOWN = Outcome.FAILED, Outcome.UNKNOWN

ADDS = {
    "confirmed": ([V.CONFIRMED], CONFIRMED, False),
    "already": ([V.ALREADY], ALREADY, False),
    "refused": ([V.REFUSED], REFUSED, False),
    "sender code unknown": ([V.SENDER_CODE_UNKNOWN], REFUSED, False),
    "no such address": ([V.NO_SUCH_ADDRESS], REFUSED, False),
    "suspicious": ([V.UNEXPECTED_SUCCESS], FAILED, True),
    "not the platform": ([V.NOT_THE_PLATFORM], FAILED, True),
    "credentials": ([V.CREDENTIALS], FAILED, False),
    "passing, then confirmed": ([V.TRANSIENT, V.CONFIRMED], CONFIRMED, False),
    "passing for ever": ([V.TRANSIENT] * 5, FAILED, False),
    "lost, then already": ([V.NO_RESPONSE, V.ALREADY], ALREADY, False),
    "lost, then confirmed": ([V.NO_RESPONSE, V.CONFIRMED], CONFIRMED, False),
    "lost, then refused": ([V.NO_RESPONSE, V.REFUSED], UNKNOWN, True),
    "lost, then passing for ever": ([V.NO_RESPONSE] + [V.TRANSIENT] * 4, UNKNOWN, True),
    "passing four times, then lost": ([V.TRANSIENT] * 4 + [V.NO_RESPONSE], UNKNOWN, True),
    "lost for ever": ([V.NO_RESPONSE] * 5, UNKNOWN, True),
    "lost, then credentials": ([V.NO_RESPONSE, V.CREDENTIALS], UNKNOWN, True),
    "not understood twice": ([V.NOT_UNDERSTOOD] * 2, REFUSED, True),
    "not understood, then confirmed": ([V.NOT_UNDERSTOOD, V.CONFIRMED], CONFIRMED, False),
}  # fmt: skip

STOPS = {
    "confirmed": ([V.CONFIRMED], CONFIRMED, False),
    "refused": ([V.REFUSED], REFUSED, False),
    "suspicious": ([V.UNEXPECTED_SUCCESS], FAILED, True),
    "not the platform": ([V.NOT_THE_PLATFORM], FAILED, True),
    "passing, then confirmed": ([V.TRANSIENT, V.CONFIRMED], CONFIRMED, False),
    "lost, then confirmed": ([V.NO_RESPONSE, V.CONFIRMED], CONFIRMED, False),
    "lost twice": ([V.NO_RESPONSE] * 2, UNKNOWN, True),
    "lost, then doubtful": ([V.NO_RESPONSE, V.AMBIGUOUS_STOP], UNKNOWN, True),
    "doubtful three times": ([V.AMBIGUOUS_STOP] * 3, UNKNOWN, None),
    "doubtful, then confirmed": ([V.AMBIGUOUS_STOP, V.CONFIRMED], CONFIRMED, False),
    "not understood twice": ([V.NOT_UNDERSTOOD] * 2, REFUSED, False),
}  # fmt: skip


PROOF = (V.CONFIRMED, V.ALREADY)


def _operation(kind: Kind, *, again: bool = False) -> Operation:
    return Operation("run#1", kind, Cause.GONE, "777", "+12065550101", is_retry_of_lost_stop=again)


def _walk(kind: Kind, verdicts: list[Verdict], *, again: bool = False) -> OperationResult:
    attempts = Attempts(_operation(kind, again=again), RetryPolicy(), lambda: 0.5)
    for number, verdict in enumerate(verdicts, start=1):
        decision = attempts.after(Answer(verdict))
        if isinstance(decision, OperationResult):
            assert number == len(verdicts), "it ended early"
            assert decision.attempts == number
            return decision
        assert decision >= 0
    raise AssertionError("it has not ended")


@pytest.mark.parametrize("case", ADDS.values(), ids=ADDS)
@pytest.mark.parametrize("kind", [Kind.ADD, Kind.UPDATE])
def test_adds_and_updates(kind: Kind, case: tuple[list[Verdict], Outcome, bool]) -> None:
    """How an add ends after these answers, and whether it may have been done."""
    verdicts, outcome, maybe = case
    settled = _walk(kind, verdicts)
    assert (settled.outcome, settled.maybe_done) == (outcome, maybe)


@pytest.mark.parametrize("case", STOPS.values(), ids=STOPS)
def test_stops(case: tuple[list[Verdict], Outcome, bool | None]) -> None:
    """How a stop ends after these answers: a 200 is proof, whatever was lost before it."""
    verdicts, outcome, maybe = case
    settled = _walk(Kind.STOP, verdicts)
    assert settled.outcome == outcome
    assert maybe is None or settled.maybe_done == maybe


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [(V.CONFIRMED, CONFIRMED), (V.AMBIGUOUS_STOP, UNKNOWN), (V.REFUSED, UNKNOWN)],
)
def test_a_stop_asked_again_is_proven_by_a_yes_alone(verdict: Verdict, outcome: Outcome) -> None:
    """A stop that an earlier run could not prove is asked once: 200 proves it, nothing else does."""
    assert _walk(Kind.STOP, [verdict], again=True).outcome == outcome


@pytest.mark.parametrize("kind", [Kind.ADD, Kind.STOP])
def test_every_sequence_of_answers_ends(kind: Kind) -> None:
    """Whatever comes back, an operation ends within its attempts, and a lost stop without a yes as unknown."""
    policy = RetryPolicy()
    verdicts = [each for each in V if not (kind is Kind.ADD and each is V.AMBIGUOUS_STOP)]
    asking = [V.TRANSIENT, V.NO_RESPONSE, V.NOT_UNDERSTOOD, V.AMBIGUOUS_STOP]
    repeated = [each for each in verdicts if each in asking]
    for first in itertools.product(repeated, repeat=3):
        for last in verdicts:
            attempts = Attempts(_operation(kind), policy, lambda: 0.5)
            decision: float | OperationResult = 0.0
            asked: list[Verdict] = []
            for verdict in [*first, *[last] * 9]:
                asked.append(verdict)
                decision = attempts.after(Answer(verdict))
                if isinstance(decision, OperationResult):
                    break
                assert decision <= policy.longest_wait
            assert isinstance(decision, OperationResult)
            assert len(asked) <= policy.attempts + 3
            if kind is Kind.STOP and V.NO_RESPONSE in asked and asked[-1] not in PROOF:
                assert decision.outcome == UNKNOWN


def test_waits_grow_and_honour_retry_after() -> None:
    """Each wait is about twice the last, and never shorter than what the platform asked for."""
    attempts = Attempts(_operation(Kind.ADD), RetryPolicy(attempts=9), lambda: 1.0)
    waits = [attempts.after(Answer(V.TRANSIENT)) for _ in range(8)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    patient = Attempts(_operation(Kind.ADD), RetryPolicy(), lambda: 0.0)
    assert patient.after(Answer(V.TRANSIENT, 429, retry_after=12.5)) == 12.5


# answers of one operation; the waits that they take, without chance
WAITS = {
    "passing": (Kind.ADD, [V.TRANSIENT] * 3, [0.5, 1.0, 2.0]),
    "lost": (Kind.UPDATE, [V.NO_RESPONSE] * 3, [0.5, 1.0, 2.0]),
    "a doubtful stop": (Kind.STOP, [V.AMBIGUOUS_STOP] * 2, [1.0, 3.0]),
    "not understood": (Kind.ADD, [V.NOT_UNDERSTOOD], [1.0]),
}


@pytest.mark.parametrize(("kind", "verdicts", "waits"), WAITS.values(), ids=WAITS)
def test_chance_spreads_the_waits(kind: Kind, verdicts: list[Verdict], waits: list[float]) -> None:
    """Half to all of a growing wait, three to five quarters of a fixed one.

    So operations that failed together are not asked again together.
    """
    grows = verdicts[0] in (V.TRANSIENT, V.NO_RESPONSE)
    least, most = (0.5, 1.0) if grows else (0.75, 1.25)
    for chance, share in ((0.0, least), (0.5, (least + most) / 2), (1.0, most)):
        attempts = Attempts(_operation(kind), RetryPolicy(), lambda chance=chance: chance)
        waited = [attempts.after(Answer(verdict)) for verdict in verdicts]
        assert waited == [share * wait for wait in waits]


def test_a_clean_stop_tells_what_was_asked() -> None:
    """Before the first request: not reached. After one: failed, or unknown where it was lost."""
    fresh = Attempts(_operation(Kind.ADD), RetryPolicy(), lambda: 0.5)
    assert fresh.interrupted().outcome == Outcome.NOT_REACHED
    asked = Attempts(_operation(Kind.ADD), RetryPolicy(), lambda: 0.5)
    asked.after(Answer(V.TRANSIENT))
    assert asked.interrupted().outcome == FAILED
    lost = Attempts(_operation(Kind.STOP), RetryPolicy(), lambda: 0.5)
    lost.after(Answer(V.NO_RESPONSE))
    assert lost.interrupted().outcome == UNKNOWN


def test_an_end_carries_what_was_asked_and_the_last_words() -> None:
    """The operation, the last status and the platform's last words, or else our own note of them."""
    operation = _operation(Kind.ADD)
    attempts = Attempts(operation, RetryPolicy(), lambda: 0.5)
    fresh = attempts.interrupted()
    assert (fresh.operation, fresh.attempts, fresh.status, fresh.text) == (operation, 0, None, "")
    attempts.after(Answer(V.TRANSIENT, 503, "busy"))
    stopped = attempts.interrupted()
    assert (stopped.operation, stopped.status, stopped.text) == (operation, 503, "busy")
    noted = attempts.after(Answer(V.CONFIRMED, 200, note="group not echoed"))
    assert isinstance(noted, OperationResult)
    assert (noted.operation, noted.attempts) == (operation, 2)
    assert (noted.status, noted.text) == (200, "group not echoed")
    both = Attempts(operation, RetryPolicy(), lambda: 0.5)
    refused = both.after(Answer(V.REFUSED, 400, "no such code", note="ours"))
    assert isinstance(refused, OperationResult) and refused.text == "no such code"


def test_an_order_that_came_meanwhile_is_named() -> None:
    """What must not be asked any more says why; how it ended stays the same."""
    attempts = Attempts(_operation(Kind.ADD), RetryPolicy(), lambda: 0.5)
    attempts.after(Answer(V.TRANSIENT, 503, "busy"))
    ended = attempts.interrupted("said stop meanwhile")
    assert (ended.outcome, ended.status) == (FAILED, 503)
    assert ended.text == "said stop meanwhile"


def test_a_gateway_that_gave_up_may_have_passed_it_on() -> None:
    """502 and then nothing: the add failed, and may be on the platform all the same."""
    attempts = Attempts(_operation(Kind.ADD), RetryPolicy(attempts=2), lambda: 0.5)
    attempts.after(Answer(V.TRANSIENT, 502))
    settled = attempts.after(Answer(V.TRANSIENT, None))
    assert isinstance(settled, OperationResult)
    assert (settled.outcome, settled.maybe_done) == (FAILED, True)


LATE = {
    "confirmed twice": ([V.CONFIRMED] * 2, CONFIRMED, False),
    "confirmed, then doubtful": ([V.CONFIRMED] + [V.AMBIGUOUS_STOP] * 3, CONFIRMED, False),
    "doubtful before and after": (
        [V.AMBIGUOUS_STOP, V.CONFIRMED, V.AMBIGUOUS_STOP, V.AMBIGUOUS_STOP], CONFIRMED, False
    ),
    "a passing fault that reads like doubt": (
        [V.CONFIRMED, V.AMBIGUOUS_STOP, V.CONFIRMED], CONFIRMED, False
    ),
    "confirmed, then lost twice": ([V.CONFIRMED] + [V.NO_RESPONSE] * 2, UNKNOWN, True),
    "confirmed, then passing for ever": ([V.CONFIRMED] + [V.TRANSIENT] * 4, UNKNOWN, True),
    "never confirmed": ([V.AMBIGUOUS_STOP] * 3, UNKNOWN, False),
}  # fmt: skip


@pytest.mark.parametrize("case", LATE.values(), ids=LATE)
def test_a_stop_behind_an_add_in_flight_is_asked_once_more(
    case: tuple[list[Verdict], Outcome, bool],
) -> None:
    """One yes may have come before the add landed; it is asked again when that call is over."""
    verdicts, outcome, maybe = case
    attempts = Attempts(_operation(Kind.STOP), RetryPolicy(), lambda: 0.5, behind_an_add=60.0)
    *before, last = [attempts.after(Answer(verdict)) for verdict in verdicts]
    assert isinstance(last, OperationResult)
    assert (last.outcome, last.maybe_done) == (outcome, maybe)
    assert not any(isinstance(each, OperationResult) for each in before)
    if V.CONFIRMED in verdicts:
        assert before[verdicts.index(V.CONFIRMED)] == 60.0


def test_an_add_behind_an_add_in_flight_is_asked_once() -> None:
    """Only a stop can be overtaken by it."""
    attempts = Attempts(_operation(Kind.ADD), RetryPolicy(), lambda: 0.5, behind_an_add=60.0)
    assert isinstance(attempts.after(Answer(V.CONFIRMED)), OperationResult)

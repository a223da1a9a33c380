"""What the loader does after an answer: the one place that decides about asking again.

| verdict | an add or update | a stop |
| --- | --- | --- |
| confirmed | confirmed | confirmed, also after a lost answer: 200 is proof |
| already | already | - |
| refused, sender code unknown, no such address | refused | refused |
| suspicious, not the platform | failed, may have been done | failed, may have been done |
| passing | wait, ask again; then failed | the same |
| lost | ask again; then unknown | ask again once; then unknown |
| stop doubtful | - | two spaced retries, then unknown |
| not understood | one retry, then refused, may have been done | one retry, then refused |

A stop of somebody whose add a dead run left in flight is asked once more when that call is over:
the add may land after the stop. Then an answer that stays doubtful through the spaced retries, as
no passing fault does, confirms it: it is the one that the platform gives to a stop of somebody who
is stopped.

An operation one of whose answers was lost ends as unknown unless it is confirmed or already: the
lost one may have been carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from schemas.outcomes import Answer, Kind, Operation, OperationResult, Outcome, Verdict


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long to wait.

    Attributes:
        attempts: Requests for one operation while answers are passing or lost.
        first_wait, longest_wait: Seconds; doubled each time, with full jitter above half.
        stop_waits: Seconds before each retry of a doubtful stop.
        not_understood_wait: Seconds before the one retry of an answer nobody understands.
        longest_retry_after: Seconds the platform may ask us to wait; more counts as unavailable.
        call_is_over_after: Seconds after which a call that a dead run left in flight is over; None:
            as long as the connector's settings let the whole of a call take.
        give_up_after: Operations in a row that end without an answer of the platform's own: it is
            away.
    """

    attempts: int = 5
    first_wait: float = 0.5
    longest_wait: float = 30.0
    stop_waits: tuple[float, ...] = (1.0, 3.0)
    not_understood_wait: float = 1.0
    longest_retry_after: float = 600.0
    give_up_after: int = 5
    call_is_over_after: float | None = None


@dataclass
class Attempts:
    """The attempts of one operation, and what they mean together.

    Attributes:
        operation: What is asked.
        policy: How often, and how long to wait.
        jitter: Chance, 0 to 1.
        behind_an_add: Seconds until an add of the same phone is over that a dead run left in
            flight; None: there is none. A stop is asked twice behind one.
        made: Requests that have left.
        lost: Those of them without any answer.
        last: The last answer.
    """

    operation: Operation
    policy: RetryPolicy
    jitter: Callable[[], float]
    behind_an_add: float | None = None
    made: int = 0
    lost: int = 0
    last: Answer | None = None
    _perhaps: bool = False
    _was_confirmed: bool = False
    _seen: dict[Verdict, int] = field(default_factory=dict)

    def after(  # noqa: C901  # the module's table, row by row
        self, answer: Answer
    ) -> float | OperationResult:
        """Seconds to wait before asking again, or the end of the operation."""
        self.made += 1
        self.last = answer
        self._perhaps = self._perhaps or answer.may_have_been_done
        verdict = answer.verdict
        times = self._seen[verdict] = self._seen.get(verdict, 0) + 1
        stop, wait = self.operation.kind is Kind.STOP, self.behind_an_add
        match verdict:
            case Verdict.CONFIRMED if stop and not (wait is None or self._was_confirmed):
                self._was_confirmed = True
                return wait
            case Verdict.CONFIRMED | Verdict.ALREADY:
                return self.end(Outcome(verdict.value))
            case Verdict.TRANSIENT:
                if self.made < self.policy.attempts:
                    return self._wait(answer)
                # A gateway that gave up may have handed the add on: such a person is stopped when
                # they leave. A stop that failed is simply asked again, and 200 then proves it.
                return self.end(Outcome.FAILED, maybe_done=self._perhaps and not stop)
            case Verdict.NO_RESPONSE:
                self.lost += 1
                most = 2 if stop else self.policy.attempts
                if self.lost < most and self.made < self.policy.attempts:
                    return self._wait(answer)
                return self.end(Outcome.UNKNOWN)
            case Verdict.AMBIGUOUS_STOP:
                if times <= len(self.policy.stop_waits) and not self._asked_twice():
                    return self.policy.stop_waits[times - 1] * (0.75 + self.jitter() / 2)
                return self.end(Outcome.CONFIRMED if self._was_confirmed else Outcome.UNKNOWN)
            case Verdict.NOT_UNDERSTOOD:
                if times == 1:
                    return self.policy.not_understood_wait * (0.75 + self.jitter() / 2)
                # words nobody knows may mean "already subscribed": an opt-out must reach them
                return self.end(Outcome.REFUSED, maybe_done=not stop)
            case Verdict.UNEXPECTED_SUCCESS | Verdict.NOT_THE_PLATFORM:
                return self.end(Outcome.FAILED, maybe_done=True)
            case Verdict.CREDENTIALS:
                return self.end(Outcome.FAILED)
            case Verdict.REFUSED | Verdict.SENDER_CODE_UNKNOWN | Verdict.NO_SUCH_ADDRESS:
                return self.end(Outcome.REFUSED)

    def interrupted(self, why: str = "") -> OperationResult:
        """The end of an operation that must not be asked (again).

        Args:
            why: What was ordered meanwhile; empty for a clean stop.
        """
        ended = self.end(Outcome.FAILED if self.made else Outcome.NOT_REACHED)
        return replace(ended, text=why) if why else ended

    def end(self, outcome: Outcome, *, maybe_done: bool = False) -> OperationResult:
        """The operation's end; a lost answer turns anything unproven into unknown."""
        good = outcome in (Outcome.CONFIRMED, Outcome.ALREADY)
        uncertain = bool(self.lost) or self._was_confirmed or self.operation.is_retry_of_lost_stop
        if uncertain and not good and self.made:
            outcome = Outcome.UNKNOWN
        return OperationResult(
            self.operation,
            outcome,
            attempts=self.made,
            status=self.last.status if self.last else None,
            text=self.last.text or self.last.note if self.last else "",
            maybe_done=not good and (maybe_done or uncertain),
        )

    def _asked_twice(self) -> bool:
        """A stop with a lost answer is asked once more in this run: the next run asks again."""
        return bool(self.lost) or self.operation.is_retry_of_lost_stop

    def _wait(self, answer: Answer) -> float:
        backed_off = min(self.policy.longest_wait, self.policy.first_wait * 2.0 ** (self.made - 1))
        jittered = backed_off * (0.5 + self.jitter() / 2)
        return max(answer.retry_after or 0.0, jittered)

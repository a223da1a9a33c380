"""One operation after another, each to its end; and what their answers say about the whole run."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from schemas.errors import CredentialsRefused, PlatformUnavailable, SendersyncError, WrongUse
from schemas.outcomes import Answer, Operation, OperationResult, Outcome, Verdict
from sendersync.pipeline.load.clean_stop import CancelToken
from sendersync.pipeline.load.last_look import LastLook
from sendersync.pipeline.load.rate_limiter import POLL_INTERVAL, RateLimiter
from sendersync.pipeline.load.retries import Attempts, RetryPolicy

_SAY_NOTHING: Final = frozenset(
    {
        *(Verdict.TRANSIENT, Verdict.NO_RESPONSE),
        *(Verdict.NOT_THE_PLATFORM, Verdict.NO_SUCH_ADDRESS),
    }
)
"""Verdicts that speak of the platform rather than of a row."""


class Session(Protocol):
    """One worker's connection to the platform."""

    async def perform(
        self, operation: Operation, may_leave: Callable[[], bool] = lambda: True
    ) -> Answer | None:
        """Asks once, and judges whatever comes back; never raises.

        Args:
            operation: What is asked.
            may_leave: Asked directly before the first byte leaves.

        Returns:
            The answer; None when `may_leave` said no, so that nothing has left.
        """


class Destination(Protocol):
    """Where calls go.

    Attributes:
        account: The same for everybody who sends to this account of the platform; it tells nobody
            which one it is.
    """

    account: str

    @property
    def call_timeout(self) -> float:
        """Seconds after which a call is over, answered or not."""

    def session(self) -> AbstractAsyncContextManager[Session]:
        """A connection for one worker."""


class Caller:
    """Takes operations to their ends, under one rate.

    The first request of a run, and the first for each sender code, go alone: wrong credentials and
    an unknown sender code cost one call.

    Args:
        limiter: When the next request may leave.
        last_look: Whether it still may, directly before it does.
        policy: How often to ask again.
        stop: Asked before anything new is begun.
        left_in_flight: Phone and sender code of adds that a dead run left in flight.
        over_after: Seconds from now after which those are over.
        held: Whether an operation must not leave any more, though others may.
    """

    def __init__(
        self,
        limiter: RateLimiter,
        last_look: LastLook,
        policy: RetryPolicy,
        stop: CancelToken,
        held: Callable[[Operation], bool] = lambda _: False,
        left_in_flight: Collection[tuple[str, str]] = frozenset(),
        over_after: float = 0.0,
    ) -> None:
        self.problem: SendersyncError | None = None
        self.broken = False
        self._limiter = limiter
        self._last_look = last_look
        self._policy = policy
        self._stop = stop
        self._held = held
        self._left_in_flight = left_in_flight
        self._over_at = time.monotonic() + over_after
        self._jitter: Callable[[], float] = random.random
        self._unanswered = 0
        self._connected = False
        self._heard = False
        self._first = _FirstCallGate()
        self._codes: dict[str, _FirstCallGate] = {}
        self._unknown_codes: dict[str, OperationResult] = {}

    def ending(self) -> bool:
        """Whether nothing new may begin."""
        return self.broken or self.problem is not None or self._stop.is_set()

    @property
    def unknown_codes(self) -> frozenset[str]:
        """Sender codes that the platform said it does not know."""
        return frozenset(self._unknown_codes)

    def refused_beforehand(self, operation: Operation) -> OperationResult | None:
        """The end of an operation whose sender code the platform does not know."""
        known = self._unknown_codes.get(operation.sender_code)
        if known is None:
            return None
        return OperationResult(operation, Outcome.REFUSED, 0, known.status, known.text)

    async def wait_for_probe(self, operation: Operation) -> None:
        """Waits while another operation finds out whether this one has a chance at all."""
        await self._first.enter(operation.id)
        gate = self._codes.setdefault(operation.sender_code, _FirstCallGate())
        await gate.enter(operation.id)

    def release_waiters(self, operation: Operation) -> None:
        """Lets those through that waited for this operation."""
        self._first.leave(operation.id)
        if gate := self._codes.get(operation.sender_code):
            gate.leave(operation.id)

    async def settle(self, session: Session, operation: Operation) -> OperationResult:
        """Asks until the operation has an end.

        Raises:
            LeaseLost: Another run took over; nothing has left since that was known.
        """
        attempts = Attempts(operation, self._policy, self._jitter, self._behind(operation))
        while True:
            permit = await self._limiter.wait(lambda: self.ending() or self._held(operation))
            if permit is None:
                return attempts.interrupted()
            if not self._last_look.is_fresh(operation):
                if why := await self._last_look.refresh(operation):
                    return attempts.interrupted(why)
                self._limiter.leaves_now(permit)
            answer = await session.perform(operation, lambda: self._last_look.is_fresh(operation))
            if answer is None:
                continue  # something held it up on its way out: look again
            self._limiter.answered(permit)
            self._learn(answer)
            decision = attempts.after(answer)
            if isinstance(decision, OperationResult):
                if answer.verdict is Verdict.SENDER_CODE_UNKNOWN:
                    self._unknown_codes[operation.sender_code] = decision
                self._watch(answer)
                return decision
            if not await self._sleep(decision):
                return attempts.interrupted()

    def _behind(self, operation: Operation) -> float | None:
        """Seconds until an add of this phone is over that a dead run left in flight, if one is."""
        if (operation.phone, operation.sender_code) not in self._left_in_flight:
            return None
        return max(0.0, self._over_at - time.monotonic())

    def _learn(self, answer: Answer) -> None:
        """What one answer says about the whole run."""
        if answer.status is not None or answer.verdict is Verdict.NO_RESPONSE:
            self._connected = True
        status = f" (status {answer.status})" if answer.status else ""
        if answer.verdict is Verdict.CREDENTIALS:
            # else a redirect, a proxy or a certificate: nobody should look for a wrong password
            refused = "credentials" if answer.status in (401, 403) else "request"
            self.problem = self.problem or CredentialsRefused(
                f"The platform refused the {refused}{status}; no other call was made."
                f"{f' It said: {answer.text}' if answer.text else ''}",
                where="SENDERSYNC_API_URL, SENDERSYNC_REALM, SENDERSYNC_PASSWORD",
                do="Check them, and the API client if your account uses one; then run again.",
            )
        if answer.retry_after:
            if answer.retry_after > self._policy.longest_retry_after:
                self.problem = self.problem or PlatformUnavailable(
                    f"The platform asks to wait {answer.retry_after:.0f} seconds.",
                    do="Run again after that; nothing is lost.",
                )
            self._limiter.pause(min(answer.retry_after, self._policy.longest_retry_after))

    def _watch(self, answer: Answer) -> None:
        """Ends the run when one operation after another gets no answer of the platform's own.

        A maintenance page under 200 is none: what counts is what an answer means, not its status.
        At once when there was never so much as a connection: that says nothing about a row.
        """
        silent = answer.verdict in _SAY_NOTHING
        self._heard = self._heard or not silent
        self._unanswered = self._unanswered + 1 if silent else 0
        if self._unanswered >= self._policy.give_up_after or (silent and not self._connected):
            status = f" (status {answer.status})" if answer.status else ""
            if answer.verdict is Verdict.NO_SUCH_ADDRESS and not self._heard:
                self.problem = self.problem or WrongUse(
                    f"{self._unanswered} operations in a row were answered that nothing is there"
                    f"{status}, and nothing else was: the address is not that of the platform.",
                    where="SENDERSYNC_API_URL",
                    do="Check it; then run again. Nothing is lost.",
                )
                return
            if not self._connected:
                what = f"The platform cannot be reached. {answer.text}"
            elif answer.verdict in (Verdict.NOT_THE_PLATFORM, Verdict.NO_SUCH_ADDRESS):
                what = (
                    f"{self._unanswered} operations in a row got no answer of the platform's"
                    f"{status}: a log-in or maintenance page may stand before it."
                )
            else:
                what = (
                    f"The platform did not answer {self._unanswered} operations in a row{status}."
                )
            self.problem = self.problem or PlatformUnavailable(
                what,
                where="SENDERSYNC_API_URL",
                do="Nothing is lost: run again later, and what was not sent yet is sent.",
            )

    async def _sleep(self, seconds: float) -> bool:
        """False when the run is stopped meanwhile."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            if self.ending():
                return False
            await asyncio.sleep(min(left, POLL_INTERVAL))
        return True


class _FirstCallGate:
    """Lets the first one in alone, and everybody else once it has left."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._inside = ""

    async def enter(self, who: str) -> None:
        if not self._inside:
            self._inside = who
        if self._inside != who and not self._open.is_set():
            await self._open.wait()

    def leave(self, who: str) -> None:
        if self._inside == who:
            self._open.set()

"""How often a CRM is asked, and how fast.

| word | meaning |
| --- | --- |
| `Pace` | the vendor's limit: so many questions in any span of time; kept before it is hit |
| `Patience` | what to do when it was hit all the same, or the other side is away |
| `Retry-After` | what the other side says itself; it beats our own growing wait |
"""

from __future__ import annotations

import email.utils
import random
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx


@dataclass(frozen=True)
class Patience:
    """How often a question is asked, and how long is waited between.

    Attributes:
        attempts: Questions in all.
        first_wait: Seconds before the second one; each later wait is twice as long, and a random
            share of up to a half is taken off, so that many clients do not return at once.
        longest_wait: No wait is longer; a `Retry-After` beyond it ends the read.
    """

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0

    def wait(self, attempt: int, asked_for: float | None) -> float | None:
        """Seconds to wait after the `attempt`-th question (from 1); None to give up."""
        if attempt >= self.attempts:
            return None
        if asked_for is not None:
            return asked_for if asked_for <= self.longest_wait else None
        grown = min(self.longest_wait, self.first_wait * 2.0 ** (attempt - 1))
        return grown * (1 - random.random() / 2)  # noqa: S311  # no secret


class Pace:
    """At most so many questions in any span of time, as the CRM counts them.

    A question arrives somewhere between being sent and being answered; the span is counted from the
    answer, so that two of them cannot arrive closer together than they were sent.
    """

    def __init__(self, questions: int, seconds: float) -> None:
        """`questions` in any `seconds`."""
        self._seconds = seconds
        self._ends: deque[float] = deque(maxlen=questions)

    def wait(self) -> None:
        """Returns when the next question may be sent."""
        if len(self._ends) == self._ends.maxlen:
            time.sleep(max(0.0, self._ends[0] + self._seconds - time.monotonic()))

    def answered(self) -> None:
        """A question has been answered, or has failed."""
        self._ends.append(time.monotonic())


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that `Retry-After` asks for, given in seconds or as a date; None without one."""
    value = headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    moment = http_date(value)
    if moment is None:
        return None
    # by the clock that named the moment: ours may be wrong
    now = http_date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (moment - now).total_seconds())


def http_date(text: str) -> datetime | None:
    """A date of HTTP, aware; None for what is none."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""How often a request that failed is sent again, and after which waits."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Exponential backoff with jitter, and its end.

    Attributes:
        attempts: Requests in all.
        first_wait: Seconds before the second one; each later wait is twice as long, and a random
            share of up to a half is taken off, so that many clients do not return at once.
        longest_wait: No wait is longer; a `Retry-After` beyond it ends the read.
    """

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0

    def wait(self, attempt: int, asked_for: float | None) -> float | None:
        """Seconds to wait after the `attempt`-th request (from 1); None to give up.

        Args:
            attempt: How many requests were sent.
            asked_for: Seconds of a `Retry-After`, which is obeyed in place of our own wait.
        """
        if attempt >= self.attempts:
            return None
        if asked_for is not None:
            return asked_for if asked_for <= self.longest_wait else None
        grown = min(self.longest_wait, self.first_wait * 2.0 ** (attempt - 1))
        return grown * (1 - random.random() / 2)  # noqa: S311  # no secret

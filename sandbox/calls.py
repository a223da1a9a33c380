"""What was asked and what was answered, in the order it arrived; shared by all stand-ins."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

DROPPED = 0
"""The status of a call whose connection was cut without an answer."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One call. Times are seconds of the machine's monotonic clock.

    ``status`` is what the client got, ``did`` what the command answered; they differ when
    a fault came in between (``did`` is None when the command was not carried out).
    """

    method: str
    command: str
    n: int = 0
    received: float = field(default_factory=time.monotonic)
    answered: float | None = None
    status: int | None = None
    did: int | None = None
    fault: str | None = None
    error: str | None = None

    def outline(self) -> dict[str, Any]:
        """What ``GET /sandbox/calls`` shows of every call."""
        return {
            "n": self.n,
            "received": self.received,
            "answered": self.answered,
            "method": self.method,
            "command": self.command,
            "status": self.status,
            "did": self.did,
            "fault": self.fault,
            "error": self.error,
        }


C = TypeVar("C", bound=Call)


class Calls(Generic[C]):
    """The latest calls, and counters over all of them."""

    def __init__(self, keep: int) -> None:
        """Keeps the last ``keep`` calls; the counters cover every call."""
        self._keep = keep
        self.clear()

    def clear(self) -> None:
        """Starts anew."""
        self.latest: deque[C] = deque(maxlen=self._keep)
        self.by_command: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()
        self.by_fault: Counter[str] = Counter()
        self.total = 0
        self.in_flight = 0
        self.most_in_flight = 0

    def arrived(self, call: C) -> C:
        """Notes a call the moment it was received, and numbers it."""
        self.total += 1
        call.n = self.total
        self.latest.append(call)
        self.by_command[call.command] += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        return call

    def answered(self, call: C, status: int) -> None:
        """Notes what a call got; ``DROPPED`` when its connection was cut."""
        call.answered = time.monotonic()
        call.status = status
        self.by_status["dropped" if status == DROPPED else str(status)] += 1
        if call.fault:
            self.by_fault[call.fault] += 1
        # A reset may have come in between.
        self.in_flight = max(0, self.in_flight - 1)

    def since(self, n: int, limit: int) -> list[C]:
        """The first ``limit`` calls after number ``n`` that are still kept."""
        return [call for call in self.latest if call.n > n][:limit]

    def counters(self) -> dict[str, Any]:
        """The counters, for ``GET /sandbox/state``."""
        return {
            "total": self.total,
            "by_command": dict(self.by_command),
            "by_status": dict(self.by_status),
            "by_fault": dict(self.by_fault),
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
        }

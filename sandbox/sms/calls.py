"""What was asked and what was answered, in the order it arrived."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from sandbox.sms.paths import decode_query, decode_segment

DROPPED = 0
"""The status of a call whose connection was cut without an answer."""


@dataclass(slots=True)
class Call:
    """One call. Times are seconds of the machine's monotonic clock.

    ``status`` is what the client got, ``did`` what the command answered; they differ when
    a fault came in between (``did`` is None when the command was not carried out).
    """

    n: int
    received: float
    method: str
    command: str
    raw_path: bytes
    raw_query: bytes
    phone: str | None
    sender_code: str | None
    answered: float | None = None
    status: int | None = None
    did: int | None = None
    fault: str | None = None
    error: str | None = None

    def as_json(self, plus: str) -> dict[str, Any]:
        """What ``GET /sandbox/calls`` shows; paths are decoded only now."""
        return {
            "n": self.n,
            "received": self.received,
            "answered": self.answered,
            "method": self.method,
            "command": self.command,
            "segments": [decode_segment(s, plus) for s in self.raw_path.split(b"/")[1:]],
            "query": decode_query(self.raw_query),
            "raw": (self.raw_path + (b"?" + self.raw_query if self.raw_query else b"")).decode(
                "latin-1"
            ),
            "phone": self.phone,
            "sender_code": self.sender_code,
            "status": self.status,
            "did": self.did,
            "fault": self.fault,
            "error": self.error,
        }


class Calls:
    """The latest calls, and counters over all of them."""

    def __init__(self, keep: int) -> None:
        """Keeps the last ``keep`` calls; the counters cover every call."""
        self._keep = keep
        self.clear()

    def clear(self) -> None:
        """Starts anew."""
        self.latest: deque[Call] = deque(maxlen=self._keep)
        self.by_command: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()
        self.by_fault: Counter[str] = Counter()
        self.total = 0
        self.in_flight = 0
        self.most_in_flight = 0

    def arrived(
        self,
        method: str,
        command: str,
        raw_path: bytes,
        raw_query: bytes,
        phone: str | None,
        sender_code: str | None,
    ) -> Call:
        """Notes a call the moment it was received."""
        self.total += 1
        call = Call(
            self.total,
            time.monotonic(),
            method,
            command,
            raw_path,
            raw_query,
            phone,
            sender_code,
        )
        self.latest.append(call)
        self.by_command[command] += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        return call

    def answered(self, call: Call, status: int) -> None:
        """Notes what a call got; ``DROPPED`` when its connection was cut."""
        call.answered = time.monotonic()
        call.status = status
        self.by_status["dropped" if status == DROPPED else str(status)] += 1
        if call.fault:
            self.by_fault[call.fault] += 1
        # A reset may have come in between.
        self.in_flight = max(0, self.in_flight - 1)

    def since(self, n: int, limit: int) -> list[Call]:
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

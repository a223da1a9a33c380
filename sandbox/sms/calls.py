"""A call to the SMS platform, with its path and phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.calls import Call
from sandbox.sms.paths import decode_query, decode_segment


@dataclass(slots=True, kw_only=True)
class SmsCall(Call):
    """A call, and what its path says."""

    raw_path: bytes
    raw_query: bytes
    phone: str | None
    sender_code: str | None

    def as_json(self, plus: str) -> dict[str, Any]:
        """What ``GET /sandbox/calls`` shows; paths are decoded only now."""
        return {
            **self.outline(),
            "segments": [decode_segment(s, plus) for s in self.raw_path.split(b"/")[1:]],
            "query": decode_query(self.raw_query),
            "raw": (self.raw_path + (b"?" + self.raw_query if self.raw_query else b"")).decode(
                "latin-1"
            ),
            "phone": self.phone,
            "sender_code": self.sender_code,
        }

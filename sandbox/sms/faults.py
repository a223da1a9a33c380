"""What can go wrong with a call to the SMS platform; how rules work is in ``sandbox/faults.py``."""

from __future__ import annotations

KINDS = {
    "drop_before": "closes the connection without an answer, before doing anything",
    "drop_after": "does it, then closes the connection without an answer",
    "slow": "does it, then waits `seconds` before answering (`when`: before = waits first)",
    "429": "Too Many Requests with Retry-After: `retry_after`, nothing done",
    "502": "a proxy's HTML page, nothing done",
    "503": "Service Unavailable as HTML, nothing done; Retry-After if `retry_after` is set",
    "broken_json": "does it, then answers 200 with JSON that breaks off",
    "truncated": "does it, then announces more bytes than it sends, and closes",
    "html_200": "does it, then answers 200 with an HTML page",
    "success_false": "nothing done, answers 200 with success false",
    "error": "JSON error with `status` and `error`, nothing done",
}

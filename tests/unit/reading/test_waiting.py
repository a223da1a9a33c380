"""How long is waited before asking again: `Retry-After`, backoff, and a vendor's limit."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from connectors.http_client.backoff import Backoff
from connectors.http_client.request_limiter import RequestLimiter
from connectors.http_client.retry_after import retry_after

NOW = datetime(2026, 11, 22, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("-1", None),
        ("1 2", None),
        ("soon", None),
        ("Mon", None),
        ("", None),
        ("nan", None),
        ("1e9", None),
        ("99999999999999999999", None),
        ("Sun, 22 Nov 2026 02:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 02:05:00 GMT", 300.0),
        ("Sun, 22 Nov 2026 01:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 02:00:30", 30.0),
        ("Sun, 99 Nov 2026 02:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    """Both forms of RFC 9110, never negative; what is no form of it says nothing."""
    assert retry_after({"Retry-After": value}, now=NOW) == seconds
    assert retry_after(httpx.Headers({"Retry-After": value}), now=NOW) == seconds


def test_a_date_is_measured_by_the_clock_that_named_it() -> None:
    """The answer's own `Date` counts, so that a wrong clock here does no harm."""
    headers = {
        "retry-after": "Sun, 22 Nov 2026 02:00:30 GMT",
        "date": "Sun, 22 Nov 2026 02:00:20 GMT",
    }
    assert retry_after(headers, now=NOW) == 10.0
    assert retry_after({"retry-after": headers["retry-after"]}) is None


def test_waits_grow_and_end() -> None:
    """Each wait is up to twice the last, never above the longest, and the attempts end."""
    backoff = Backoff(attempts=9, first_wait=1, longest_wait=10)
    for attempt, most in enumerate([1, 2, 4, 8, 10, 10, 10, 10], start=1):
        waits = [backoff.wait(attempt, None) for _ in range(50)]
        assert all(wait is not None and most / 2 <= wait <= most for wait in waits)
    assert backoff.wait(9, None) is None
    assert backoff.wait(1, 11) is None


@pytest.mark.parametrize("seconds_of_an_answer", [0.0, 0.03, 0.5])
def test_no_span_holds_more_requests_than_the_vendor_allows(seconds_of_an_answer: float) -> None:
    """The next request waits exactly until the span that began with an answer is over."""
    now, waits = [100.0], []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    limiter = RequestLimiter(5, 1.0, clock=lambda: now[0], sleep=sleep)
    begun, answered = [], []
    for _ in range(16):
        limiter.wait()
        begun.append(now[0])
        now[0] += seconds_of_an_answer
        limiter.answered()
        answered.append(now[0])
    spans = [later - first for first, later in zip(answered, begun[5:], strict=False)]
    assert min(spans) >= 1.0 - 1e-9
    assert sum(waits) == pytest.approx(max(0.0, 3 * (1.0 - 4 * seconds_of_an_answer)))

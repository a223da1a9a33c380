"""Asking a CRM: what each answer becomes, how often, how fast, and what is said of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from connectors.http_client.backoff import Pace, Patience, retry_after
from connectors.http_client.json_client import HttpJson
from connectors.http_client.safe_address import checked_site
from schemas.errors import (
    CredentialsRefused,
    RunFailed,
    SendersyncError,
    SourceUnavailable,
    WrongUse,
)

HASTY = Patience(attempts=3, first_wait=0.001, longest_wait=2)
Answers = Callable[[httpx.Request], httpx.Response]


class Other:
    """The other side: gives these answers in turn, and the last one for ever."""

    def __init__(self, *answers: Any) -> None:
        self._answers: Iterator[Any] = iter([*answers[:-1]])
        self._last = answers[-1]
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Takes a request, gives the next answer."""
        self.requests.append(request)
        answer = next(self._answers, self._last)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(**answer)

    def ask(self, **how: Any) -> Any:
        """One question; the body of its answer."""
        given = {"patience": HASTY, "transport": httpx.MockTransport(self), **how}
        site = given.pop("site", "https://crm.example.com")
        secret = {"Authorization": "Bearer secret-token"}
        with HttpJson("A CRM", site, lambda: secret, **given) as ask:
            return ask.get("/people", {"phone": "+12065550123"}).body


FINE = {"status_code": 200, "json": {"a": "1"}}


def _all_of(kind: type[Exception]) -> set[type[Exception]]:
    below = {each for sub in kind.__subclasses__() for each in _all_of(sub)}
    # other libraries of the process, such as Prefect, derive exceptions of their own
    return {each for each in {kind} | below if each.__module__.startswith("httpx")}


def _made(kind: type[Exception]) -> Exception:
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("GET", "https://crm.example.com/+12065550123")
        return kind("+12065550123", request=request, response=httpx.Response(500))
    try:
        return kind("of +12065550123 with secret-token")
    except TypeError:
        return kind()


HTTPX = sorted(
    # other libraries derive exceptions of their own, when they happen to be loaded
    (
        each
        for each in _all_of(httpx.HTTPError) | _all_of(httpx.StreamError)
        if each.__module__ == "httpx"
    ),
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize("kind", HTTPX, ids=lambda each: each.__name__)
def test_whatever_httpx_raises_is_unavailable(kind: type[Exception]) -> None:
    """No exception of the network gets out, and nothing of its text; it was asked again."""
    other = Other(_made(kind))
    with pytest.raises(SourceUnavailable) as failure:
        other.ask()
    assert len(other.requests) == HASTY.attempts
    assert (failure.value.__cause__, failure.value.__context__) == (None, None)
    assert not [each for each in ("2065550123", "secret-token", "phone") if each in str(failure)]


@pytest.mark.parametrize(
    ("answer", "error", "asked"),
    [
        ({"status_code": 400, "json": {"message": "+12065550123"}}, RunFailed, 1),
        ({"status_code": 401}, CredentialsRefused, 1),
        ({"status_code": 403}, CredentialsRefused, 1),
        ({"status_code": 302, "headers": {"Location": "https://evil.example"}}, WrongUse, 1),
        ({"status_code": 404}, RunFailed, 1),
        ({"status_code": 408}, SourceUnavailable, 3),
        ({"status_code": 429}, SourceUnavailable, 3),
        ({"status_code": 500}, SourceUnavailable, 3),
        ({"status_code": 503, "headers": {"Retry-After": "0"}}, SourceUnavailable, 3),
        ({"status_code": 503, "headers": {"Retry-After": "3600"}}, SourceUnavailable, 1),
        ({"status_code": 599}, SourceUnavailable, 3),
        ({"status_code": 200, "text": "<html>Sign in</html>"}, SourceUnavailable, 3),
        ({"status_code": 200, "text": '{"a": '}, SourceUnavailable, 3),
        ({"status_code": 200, "content": b"\xff\xfe"}, SourceUnavailable, 3),
    ],
)
def test_each_answer_has_its_end(answer: Any, error: type[SendersyncError], asked: int) -> None:
    """A row of the table: which error, and whether it was worth asking again."""
    other = Other(answer)
    with pytest.raises(error) as failure:
        other.ask()
    assert type(failure.value) is error
    assert len(other.requests) == asked
    text = f"{failure.value} {failure.value.as_json()}"
    assert failure.value.do
    assert not [each for each in ("2065550123", "secret-token", "evil") if each in text]


def test_an_answer_after_trouble_is_an_answer() -> None:
    """Trouble that passes is not noticed."""
    other = Other(httpx.ReadTimeout("x"), {"status_code": 502}, FINE)
    assert other.ask() == {"a": "1"}
    assert {each.headers["authorization"] for each in other.requests} == {"Bearer secret-token"}


def test_retry_after_is_kept() -> None:
    """The other side's own wait beats ours."""
    other = Other({"status_code": 429, "headers": {"Retry-After": "1"}}, FINE)
    began = time.monotonic()
    assert other.ask() == {"a": "1"}
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(("value", "seconds"), [("7", 7), (" 1.5 ", 1.5), ("-3", 0), ("0", 0)])
def test_retry_after_is_seconds(value: str, seconds: float) -> None:
    """The first form of RFC 9110; the past is now."""
    assert retry_after(httpx.Headers({"Retry-After": value})) == seconds


def test_retry_after_is_a_date() -> None:
    """The second form of RFC 9110; the past is now."""
    now = datetime.now(UTC)
    later = format_datetime(now + timedelta(seconds=300), usegmt=True)
    before = format_datetime(now - timedelta(seconds=300), usegmt=True)
    assert 200 < (retry_after(httpx.Headers({"Retry-After": later})) or 0) <= 300
    assert retry_after(httpx.Headers({"Retry-After": before})) == 0


def test_retry_after_is_a_date_by_the_clock_that_names_it() -> None:
    """Ours may be hours off: the answer's own date is what the moment is compared with."""
    theirs = datetime.now(UTC) - timedelta(hours=3)
    asked = {
        "Date": format_datetime(theirs, usegmt=True),
        "Retry-After": format_datetime(theirs + timedelta(seconds=20), usegmt=True),
    }
    assert retry_after(httpx.Headers(asked)) == 20


@pytest.mark.parametrize("value", ["", "soon", "1 2", "Mon"])
def test_a_retry_after_that_says_nothing_is_none(value: str) -> None:
    """What is not understood is our own growing wait."""
    assert retry_after(httpx.Headers({"Retry-After": value})) is None


def test_waits_grow_and_end() -> None:
    """Each wait is up to twice the last, never above the longest, and the attempts end."""
    patience = Patience(attempts=9, first_wait=1, longest_wait=10)
    for attempt, most in enumerate([1, 2, 4, 8, 10, 10, 10, 10], start=1):
        waits = [patience.wait(attempt, None) for _ in range(50)]
        assert all(wait is not None and most / 2 <= wait <= most for wait in waits)
    assert patience.wait(9, None) is None
    assert patience.wait(1, 11) is None


def test_a_pace_is_kept() -> None:
    """No more than so many answers begin in any span, however quick they are."""
    pace, begins = Pace(5, 0.2), []
    for _ in range(16):
        pace.wait()
        begins.append(time.monotonic())
        pace.answered()
    assert all(later - first >= 0.2 for first, later in zip(begins, begins[5:], strict=False))


def test_an_answer_without_end_ends() -> None:
    """A body that drips in forever is given up, though each drop comes in time."""

    def drip() -> Iterator[bytes]:
        while True:
            time.sleep(0.01)
            yield b" "

    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return drip()

    other = Other({"status_code": 200, "stream": Drip()})
    with pytest.raises(SourceUnavailable, match="come to an end"):
        other.ask(timeout=0.01, patience=Patience(attempts=1))


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("https://crm.example.com", "https://crm.example.com"),
        (" https://crm.example.com/ ", "https://crm.example.com"),
        ("https://crm.example.com:8443/odoo/", "https://crm.example.com:8443/odoo"),
        ("http://127.0.0.1:8069", "http://127.0.0.1:8069"),
        ("http://localhost:8069", "http://localhost:8069"),
    ],
)
def test_addresses_that_credentials_may_go_to(text: str, site: str) -> None:
    """Anything over https, and this machine."""
    assert checked_site(text, "X", "https://x.example.com") == site


@pytest.mark.parametrize(
    "text",
    [
        *("", "crm.example.com", "ftp://crm.example.com", "https://", "http://crm.example.com"),
        *("http://localhost.example.com", "https://user:secret@crm.example.com"),
        *("https://crm.example.com?x=secret", "https://crm.example.com#secret", "https://a b"),
        *("https://crm.example.com\\@evil.example", "https://crm.example.com:99999999"),
    ],
)
def test_addresses_that_credentials_may_not_go_to(text: str) -> None:
    """Everything else is refused, and not repeated: it may hold a password."""
    with pytest.raises(WrongUse) as refusal:
        checked_site(text, "SENDERSYNC_X_URL", "https://x.example.com")
    assert refusal.value.where == "SENDERSYNC_X_URL"
    assert "secret" not in str(refusal.value)

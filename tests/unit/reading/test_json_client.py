"""Asking a CRM: what each answer becomes, how often, how fast, and what is said of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from connectors.http_client.backoff import Backoff
from connectors.http_client.json_client import HttpJson
from connectors.http_client.safe_address import checked_site
from schemas.errors import (
    CredentialsRefused,
    RunFailed,
    SendersyncError,
    SourceUnavailable,
    WrongUse,
)

HASTY = Backoff(attempts=3, first_wait=0.001, longest_wait=2)
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
        given = {"backoff": HASTY, "transport": httpx.MockTransport(self), **how}
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
    slept: list[float] = []
    other = Other({"status_code": 429, "headers": {"Retry-After": "17"}}, FINE)
    assert other.ask(backoff=Backoff(longest_wait=20), sleep=slept.append) == {"a": "1"}
    assert slept == [17]


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
        other.ask(timeout=0.01, backoff=Backoff(attempts=1))


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

"""Asking a CRM over HTTP: one place that waits, asks again, and says in words what went wrong.

| what came back | what becomes of it |
| --- | --- |
| 2xx, readable | the `JsonReply` |
| no answer, time-out, a body that breaks off or is no JSON | asked again, at last unavailable |
| 408, 425, 429, 5xx | asked again after `Retry-After` or a growing wait, at last unavailable |
| 401, 403 | `CredentialsRefused` |
| 3xx | `WrongUse`: credentials are not sent on to another address |
| any other | `RunFailed`: 4xx other than these, a bug of ours |

Unavailable is `SourceUnavailable`. A vendor that says it otherwise (errors as HTTP 200, 403 for a
limit, a session that has to be renewed) gives a `classify` of its own, which falls back on
`classify_status`.

    with HttpJson("HubSpot", site, lambda: {"Authorization": ...}) as ask:
        reply = ask.get("/crm/v3/objects/contacts", {"limit": "100"})

Every question asked through it only reads, so asking again is always safe. Messages name the CRM,
the method and the path: no query, no body, no header, nothing of an exception, since those may
hold people or secrets.
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import httpx

from connectors.http_client.backoff import Backoff
from connectors.http_client.request_limiter import RequestLimiter
from connectors.http_client.retry_after import retry_after
from connectors.http_client.safe_address import is_loopback
from schemas.errors import (
    CredentialsRefused,
    RunFailed,
    SendersyncError,
    SourceUnavailable,
    WrongUse,
)

LONGEST_BODY: Final = 256 << 20
TIMEOUT: Final = 30.0
"""Seconds that connecting and each read may take."""

SLOWEST: Final = 10
"""A whole answer may take so many time-outs: one that drips in byte by byte ends too."""

AGAIN_STATUSES: Final = frozenset({408, 425, 429, *range(500, 600)})


@dataclass(frozen=True)
class JsonReply:
    """One answer.

    Attributes:
        status: HTTP's.
        headers: HTTP's.
        body: What the `read` of the question made of it: parsed JSON by default. Of a
            status other than 2xx the parsed JSON, or None where it is none.
    """

    status: int
    headers: httpx.Headers = field(repr=False)
    body: Any = field(repr=False)


@dataclass(frozen=True)
class RetryAfter:
    """A verdict: ask again.

    Attributes:
        why: A few words, without anything of the answer's own.
        after: Seconds to wait at least; None for the growing wait.
    """

    why: str
    after: float | None = None


@dataclass(frozen=True)
class RequestLabel:
    """Where a question went, for messages: `HubSpot: GET /crm/v3/objects/contacts`."""

    name: str
    method: str
    path: str

    def __str__(self) -> str:
        """The words of it."""
        return f"{self.name}: {self.method} {self.path}"


ResponseVerdict = RetryAfter | SendersyncError | None
ClassifyResponse = Callable[[JsonReply, RequestLabel], ResponseVerdict]


def classify_status(reply: JsonReply, place: RequestLabel) -> ResponseVerdict:
    """The table above, for vendors that keep to it."""
    status = reply.status
    if 200 <= status < 300:
        return None
    if status in AGAIN_STATUSES:
        return RetryAfter(
            f"it answered {status}", retry_after(reply.headers, now=datetime.now(UTC))
        )
    if status in (401, 403):
        return CredentialsRefused(
            f"{place.name} refused the credentials ({status}).",
            where=str(place),
            do="Check them with `sendersync doctor`.",
        )
    if 300 <= status < 400:
        return WrongUse(
            f"{place.name} is at another address ({status}); credentials are not sent on.",
            where=str(place),
            do="Set the address to the one that a browser shows in the end.",
        )
    return RunFailed(
        f"{place.name} answered {status}, which was not expected here.",
        where=str(place),
        do="Run again; if it stays, show this line to whoever looks after sendersync.",
    )


class HttpJson:
    """A conversation with one site; `with` closes its connection."""

    def __init__(
        self,
        name: str,
        site: str,
        headers: Callable[[], Mapping[str, str]] = dict,
        *,
        classify: ClassifyResponse = classify_status,
        backoff: Backoff | None = None,
        timeout: float = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Prepares; nothing is sent.

        Args:
            name: What messages call the CRM.
            site: Checked by `safe_address.checked_site`.
            headers: Gives the credentials, anew before each question: `classify` may
                have renewed them.
            classify: Says what a reply means.
            backoff: How often is asked.
            timeout: Seconds that connecting and each read may take.
            transport: The network; default: the real one, through the environment's proxy unless
                the site is this machine.
            sleep: Lets so many seconds pass before a question is asked again.
        """
        self.name = name
        self._site = site
        self._headers = headers
        self._classify = classify
        self._backoff = backoff or Backoff()
        self._timeout = timeout
        self._sleep = sleep
        local = is_loopback(httpx.URL(site).host)
        self._client = httpx.Client(
            timeout=timeout,
            transport=transport,
            trust_env=not local,
            follow_redirects=False,  # credentials go nowhere else
            # loopback may be plain http: reading the certificates would take 20 ms
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            if site.startswith("http://")
            else httpx.create_ssl_context(),
        )

    def __repr__(self) -> str:
        """The site alone."""
        return f"HttpJson({self.name}, {self._site})"

    def __enter__(self) -> Self:
        """Begins; httpx would otherwise log the address of every question."""
        for each in ("httpx", "httpcore"):
            logging.getLogger(each).setLevel(logging.WARNING)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the connection."""
        self._client.close()

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        limiter: RequestLimiter | None = None,
    ) -> JsonReply:
        """Asks with GET.

        Raises:
            CredentialsRefused: See the table.
            SourceUnavailable: See the table.
        """
        return self.ask("GET", path, params=params, limiter=limiter)

    def post(self, path: str, sent: Any, *, limiter: RequestLimiter | None = None) -> JsonReply:
        """Asks with POST and a JSON body. It must be a question that may be asked twice.

        Raises:
            CredentialsRefused: See the table.
            SourceUnavailable: See the table.
        """
        return self.ask("POST", path, sent=sent, limiter=limiter)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        sent: Any = None,
        form: Mapping[str, str] | None = None,
        read: Callable[[bytes], Any] = json.loads,
        accept: str = "application/json",
        limiter: RequestLimiter | None = None,
        shown: str = "",
    ) -> JsonReply:
        """Asks until there is an answer, or the backoff gives up.

        Args:
            method: HTTP's.
            path: From the site's root, with its slash.
            params: The query.
            sent: The body, as JSON.
            form: The body, as a form, instead.
            read: Makes the body of a 2xx what the caller wants; a ValueError of it is a broken
                answer.
            accept: The media type asked for.
            limiter: The limit that this question counts against.
            shown: What messages show in place of the path.

        Raises:
            CredentialsRefused: `classify` says so.
            SourceUnavailable: Nothing usable came, however often it was asked.
            SendersyncError: Whatever else `classify` says.
        """
        place = RequestLabel(self.name, method, shown or path)
        attempt = 0
        while True:
            attempt += 1
            request = self._client.build_request(
                method,
                self._site + path,
                params=params,
                json=sent,
                data=form,
                headers={"Accept": accept, "User-Agent": "sendersync", **self._headers()},
            )
            if limiter is not None:
                limiter.wait()
            try:
                got = self._once(request, read)
            finally:
                if limiter is not None:
                    limiter.answered()
            verdict = got if isinstance(got, RetryAfter) else self._classify(got, place)
            if verdict is None and isinstance(got, JsonReply):
                return got
            if not isinstance(verdict, RetryAfter):
                raise verdict or _gave_up(place, RetryAfter("it said nothing"), attempt)
            seconds = self._backoff.wait(attempt, verdict.after)
            if seconds is None:
                raise _gave_up(place, verdict, attempt)
            self._sleep(seconds)

    def _once(self, request: httpx.Request, read: Callable[[bytes], Any]) -> JsonReply | RetryAfter:
        """One question. What httpx raises ends here: its text may hold what was asked."""
        until = time.monotonic() + SLOWEST * self._timeout
        try:
            response = self._client.send(request, stream=True)
            try:
                parts: list[bytes] = []
                size = 0
                for part in response.iter_bytes():
                    parts.append(part)
                    size += len(part)
                    if size > LONGEST_BODY:
                        return RetryAfter("its answer is longer than any should be")
                    if time.monotonic() > until:
                        return RetryAfter("its answer did not come to an end")
            finally:
                response.close()
        except AssertionError:
            raise  # a fault of ours (or a test's closed network), never one of the network
        except httpx.TimeoutException:
            return RetryAfter("it did not answer in time")
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError):
            return RetryAfter("the connection broke")
        whole = b"".join(parts)
        fine = response.is_success
        try:
            body = read(whole) if fine else json.loads(whole)
        except (ValueError, RecursionError):
            if fine:
                return RetryAfter("its answer cannot be read")
            body = None
        return JsonReply(response.status_code, response.headers, body)


def _gave_up(place: RequestLabel, verdict: RetryAfter, attempts: int) -> SourceUnavailable:
    times = "once" if attempts == 1 else f"{attempts} times"
    asked = ""
    if verdict.after:
        asked = f" It asks to wait {verdict.after:.0f} seconds."
    return SourceUnavailable(
        f"{place.name} could not be read: asked {times}, and at last {verdict.why}.{asked}",
        where=str(place),
        do="Nothing was changed; run again later.",
    )

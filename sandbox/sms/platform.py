"""The ASGI application behind ``/rest``: credentials, faults, command, answer.

It is written by hand and not as framework routes because paths must be split before they
are decoded, and because the sandbox must stay ahead of the load it is measured with.
"""

from __future__ import annotations

import base64
import json
import sys
import traceback
from dataclasses import dataclass
from typing import Any

from sandbox.calls import DROPPED, Calls
from sandbox.connection import Receive, Scope, Send, cut
from sandbox.faults import Fault, Faults
from sandbox.sms.answers import Reply, plain_error
from sandbox.sms.calls import SmsCall
from sandbox.sms.paths import Request, understand
from sandbox.sms.realm import Realm

_JSON = (b"content-type", b"application/json")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_PAGES = {
    "502": b"<html><head><title>502 Bad Gateway</title></head>"
    b"<body><center><h1>502 Bad Gateway</h1></center></body></html>",
    "503": b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>",
    "html_200": b"<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>",
}


@dataclass
class Credentials:
    """What a client must show: Basic realm and password, and the API client if one is set.

    Doc: ``Authorization: Basic base64(realm:password)``; ``x-api-key: base64(client:auth)``
    without a scheme word.
    """

    realm: str
    password: str
    api_client: str | None = None
    api_client_auth: str | None = None

    def __post_init__(self) -> None:
        """Prepares the two header values."""
        self._basic = base64.b64encode(f"{self.realm}:{self.password}".encode())
        pair = f"{self.api_client}:{self.api_client_auth or ''}".encode()
        self._key = base64.b64encode(pair) if self.api_client else None

    def fit(self, headers: list[tuple[bytes, bytes]]) -> bool:
        """Whether the headers carry them."""
        basic = key = b""
        for name, value in headers:
            if name == b"authorization":
                scheme, _, basic = value.partition(b" ")
                basic = basic.strip() if scheme.lower() == b"basic" else b""
            elif name == b"x-api-key":
                key = value.strip()
        return basic == self._basic and self._key in (None, key)


class Platform:
    """Answers ``/rest/...`` for one realm."""

    def __init__(
        self,
        realm: Realm,
        credentials: Credentials,
        faults: Faults,
        calls: Calls[SmsCall],
        latency: float = 0.0,
    ) -> None:
        """Joins the pieces. ``latency`` is in seconds, for every call."""
        self.realm = realm
        self.credentials = credentials
        self.faults = faults
        self.calls = calls
        self.latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        raw_path, raw_query, method = scope["raw_path"], scope["query_string"], scope["method"]
        request = understand(raw_path, raw_query, self.realm.switches)
        name = request.command.name if request else "unknown"
        phone = request.phone if request else None
        sender_code = request.sender_code if request else None
        call = self.calls.arrived(
            SmsCall(
                method=method,
                command=name,
                raw_path=raw_path,
                raw_query=raw_query,
                phone=phone,
                sender_code=sender_code,
            )
        )
        # Which call is the n-th is decided on arrival, not after sleeping.
        fault = self.faults.pick(name, phone) if self.faults.rules else None
        status = DROPPED
        try:
            if self.latency:
                await self.faults.wait(self.latency)
            if fault is None:
                answer = await self._obey(request, scope, receive, call)
                status = answer.status
                await _answer(send, answer)
            else:
                call.fault = fault.kind
                status = await self._spoil(fault, request, scope, receive, send, call)
        finally:
            self.calls.answered(call, status)

    async def _obey(
        self, request: Request | None, scope: Scope, receive: Receive, call: SmsCall
    ) -> Reply:
        """Does what is asked; from here on nothing waits, so calls never mix."""
        if request is not None and request.needs_body and scope["method"] == "POST":
            await _take_body(request, receive)
        try:
            answer = self._command(request, scope)
        except Exception as bug:  # noqa: BLE001 - our own bug must not print anybody's data
            where = traceback.extract_tb(bug.__traceback__)[-1]
            place = f"{where.filename}:{where.lineno}"
            print(f"sandbox: {type(bug).__name__} at {place}", file=sys.stderr)
            answer = plain_error(500)
        call.did = answer.status
        if isinstance(answer.body, dict):
            call.error = answer.body.get("error")
        return answer

    def _command(self, request: Request | None, scope: Scope) -> Reply:
        if not self.credentials.fit(scope["headers"]):
            return plain_error(401)
        if request is None:
            return plain_error(404)
        if request.command.method != scope["method"]:
            return plain_error(405)
        return request.command.handler(self.realm, request.args, request.query)

    async def _spoil(
        self,
        fault: Fault,
        request: Request | None,
        scope: Scope,
        receive: Receive,
        send: Send,
        call: SmsCall,
    ) -> int:
        """Answers a call a fault has hit; the status the client gets."""
        kind = fault.kind
        answer: Reply | None = None
        if kind == "slow" and not fault.acts_first:
            await self.faults.wait(fault.seconds)
        if fault.acts_first or kind == "slow":
            answer = await self._obey(request, scope, receive, call)
        if kind in ("drop_before", "drop_after"):
            await cut(scope, receive, fault.how)
            return DROPPED
        if kind == "slow" and answer is not None:
            if fault.acts_first:
                await self.faults.wait(fault.seconds)
            await _answer(send, answer)
            return answer.status
        if kind in ("broken_json", "truncated"):
            body = _bytes(answer.body if answer else {})
            half = body[: max(1, len(body) // 2)]
            whole = len(half) if kind == "broken_json" else len(body) + 1
            await _send(send, 200, half, [_JSON], whole, more=kind == "truncated")
            if kind == "truncated":
                await cut(scope, receive, fault.how)
            return 200
        return await _replace(send, fault)


async def _replace(send: Send, fault: Fault) -> int:
    """Sends what stands in place of the platform's own answer."""
    kind, extra = fault.kind, []
    if fault.retry_after is not None:
        extra.append((b"retry-after", fault.retry_after.encode("latin-1")))
    if kind in _PAGES:
        status = 200 if kind == "html_200" else int(kind)
        page = _PAGES[kind]
        await _send(send, status, page, [_HTML, *extra], len(page))
        return status
    if kind == "429":
        answer = plain_error(429)
    elif kind == "success_false":
        answer = Reply(200, {"success": False})
    else:
        answer = _error_of(fault)
    answer.headers = extra
    await _answer(send, answer)
    return answer.status


def _error_of(fault: Fault) -> Reply:
    """A JSON error with a status and text of one's own."""
    answer = plain_error(fault.status)
    answer.body["error"] = fault.error
    return answer


async def _take_body(request: Request, receive: Receive) -> None:
    """Reads name, text and label of a new message from a JSON body, if there is one."""
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    try:
        given: Any = json.loads(body) if body else {}
    except ValueError:
        given = {}
    if isinstance(given, dict):
        request.args = [
            str(given.get("name", request.args[0])),
            str(given.get("messageText", request.args[1])),
        ]
        if "label" in given:
            request.query = {**request.query, "label": str(given["label"])}


def _bytes(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


async def _answer(send: Send, answer: Reply) -> None:
    body = _bytes(answer.body)
    await _send(send, answer.status, body, [_JSON, *answer.headers], len(body))


async def _send(
    send: Send,
    status: int,
    body: bytes,
    headers: list[tuple[bytes, bytes]],
    announced: int,
    *,
    more: bool = False,
) -> None:
    length = (b"content-length", str(announced).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body, "more_body": more})

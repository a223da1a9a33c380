"""The ASGI application before a CRM: notes each call, spoils it if a fault says so."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sandbox.calls import DROPPED, Call, Calls
from sandbox.connection import Receive, Scope, Send, cut
from sandbox.crm.crm import Crm, CrmAnswer, CrmRequest, html
from sandbox.faults import Fault, Faults

KINDS = {
    "drop_before": "closes the connection without an answer, before doing anything",
    "drop_after": "does it, then closes the connection without an answer",
    "slow": "does it, then waits `seconds` before answering (`when`: before = waits first)",
    "429": "the vendor's own words for too many requests; Retry-After if `retry_after` is set",
    "500": "the vendor's own words for an internal error",
    "502": "a proxy's HTML page",
    "503": "Service Unavailable as HTML; Retry-After if `retry_after` is set",
    "broken_json": "answers 200 with a body that breaks off",
    "truncated": "announces more bytes than it sends, and closes",
    "html_200": "answers 200 with an HTML page",
    "error": "the vendor's form of an error with `status` and `error`",
    "expired": "all sessions end before this call; the vendor then answers as it does",
    "revoked": "the credentials are taken away before this call, until a reset",
    "meanwhile": "before this call, `do` is done to the records, as POST /sandbox/setup would",
}
_TITLES = {
    "502": "502 Bad Gateway",
    "503": "503 Service Temporarily Unavailable",
    "html_200": "Sign in",
}


@dataclass(slots=True, kw_only=True)
class CrmCall(Call):
    """A call, and what was asked."""

    path: str
    query: str
    body: str = ""

    def as_json(self) -> dict[str, Any]:
        """What ``GET /sandbox/calls`` shows."""
        return {**self.outline(), "path": self.path, "query": self.query, "body": self.body}


class Front:
    """Answers everything that is not ``/sandbox/...``."""

    def __init__(self, crm: Crm, faults: Faults, calls: Calls[CrmCall], latency: float) -> None:
        """Joins the pieces. ``latency`` is in seconds, for every call."""
        self.crm = crm
        self.faults = faults
        self.calls = calls
        self.latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        request = await _read(scope, receive)
        call = self.calls.arrived(
            CrmCall(
                method=request.method,
                command=self.crm.operation(request),
                path=request.path,
                query=request.raw_query,
                body=request.body[:4000].decode("utf-8", "replace"),
            )
        )
        # Which call is the n-th is decided on arrival, not after sleeping.
        fault = self.faults.pick(call.command) if self.faults.rules else None
        status = DROPPED
        try:
            if self.latency:
                await self.faults.wait(self.latency)
            if fault is None:
                answer = self._obey(request, call)
                status = answer.status
                await _send(send, answer)
            else:
                call.fault = fault.kind
                status = await self._spoil(fault, request, call, scope, receive, send)
        finally:
            self.calls.answered(call, status)

    def _obey(self, request: CrmRequest, call: CrmCall) -> CrmAnswer:
        try:
            answer = self.crm.answer(request)
        except Exception as bug:  # noqa: BLE001 - our own bug must not print anybody's data
            where = traceback.extract_tb(bug.__traceback__)[-1]
            place = f"{where.filename}:{where.lineno}"
            print(f"sandbox: {type(bug).__name__} at {place}", file=sys.stderr)
            answer = self.crm.trouble(500, Fault("500", error=f"sandbox bug at {place}"))
        call.did = answer.status
        if answer.status >= 400 and not isinstance(answer.body, bytes):
            call.error = str(answer.body)[:500]
        return answer

    async def _spoil(
        self,
        fault: Fault,
        request: CrmRequest,
        call: CrmCall,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> int:
        """Answers a call a fault has hit; the status the client gets."""
        kind = fault.kind
        if kind == "meanwhile":
            self._meanwhile(fault)
        elif kind == "expired":
            self.crm.expire()
        elif kind == "revoked":
            self.crm.revoke()
        if kind == "slow" and not fault.acts_first:
            await self.faults.wait(fault.seconds)
        done: CrmAnswer | None = None
        if fault.acts_first or kind in ("slow", "expired", "revoked", "meanwhile"):
            done = self._obey(request, call)
        if kind in ("drop_before", "drop_after"):
            await cut(scope, receive, fault.how)
            return DROPPED
        if kind == "slow" and fault.acts_first:
            await self.faults.wait(fault.seconds)
        if kind in ("broken_json", "truncated") and done is not None:
            body = done.payload()
            half = CrmAnswer(200, body[: max(1, len(body) // 2)], content_type=done.content_type)
            if kind == "broken_json":
                await _send(send, half)
            else:
                await _send(send, half, announced=len(body) + 1)
                await cut(scope, receive, fault.how)
            return 200
        answer = self._instead(fault) if done is None or kind == "html_200" else done
        await _send(send, answer)
        return answer.status

    def _meanwhile(self, fault: Fault) -> None:
        try:
            self.crm.set_up(fault.do)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            # A fault that does nothing would make a test pass for no reason.
            print(f"sandbox: meanwhile: {type(wrong).__name__}: {wrong}", file=sys.stderr)
            raise

    def _instead(self, fault: Fault) -> CrmAnswer:
        """What stands in place of the CRM's own answer."""
        if fault.kind in _TITLES:
            status = 200 if fault.kind == "html_200" else int(fault.kind)
            answer = html(status, _TITLES[fault.kind])
        else:
            answer = self.crm.trouble(
                fault.status if fault.kind == "error" else int(fault.kind), fault
            )
        if fault.retry_after is not None:
            answer.headers = [*answer.headers, ("retry-after", fault.retry_after)]
        return answer


async def _read(scope: Scope, receive: Receive) -> CrmRequest:
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    host, port = scope["server"]
    return CrmRequest(
        method=scope["method"],
        path=unquote(scope["raw_path"].decode("latin-1")),
        raw_query=scope["query_string"].decode("latin-1"),
        headers={k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]},
        body=body,
        base_url=f"http://{'[' + host + ']' if ':' in host else host}:{port}",
    )


async def _send(send: Send, answer: CrmAnswer, *, announced: int | None = None) -> None:
    body = answer.payload()
    length = len(body) if announced is None else announced
    headers = [
        (b"content-type", answer.content_type.encode("latin-1")),
        *((name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers),
        (b"content-length", str(length).encode()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": announced is not None})

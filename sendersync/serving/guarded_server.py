"""Prefect's server behind two checks of ours; `server_process` starts it with uvicorn.

1. A request must name the host that the server was told to be: a page of a stranger whose name
   points to this machine ("DNS rebinding") gets no answer.
2. Pages may load nothing from elsewhere. Prefect's pages ask an analytics host and take the logos
   of blocks from another; with a content-security-policy the browser leaves both alone. Forms,
   graphs and live updates come from the server itself and go on working.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sendersync.serving.server_settings import HOSTS, LOGO_FILES, LOGOS

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; "
    "form-action 'self'; object-src 'none'"
)


def create() -> Application:
    """Prefect's application, guarded."""
    # half a million objects that all stay: looking for garbage among them takes a fifth of the time
    gc.disable()
    from prefect.server.api.server import create_app

    application = create_app(final=True)
    gc.freeze()
    gc.enable()
    return guarded(application, frozenset(os.environ[HOSTS].split(",")))


def guarded(application: Application, hosts: frozenset[str]) -> Application:
    """An application that answers to its own names alone, and whose pages load from it alone.

    Args:
        application: What answers.
        hosts: `host:port` as a browser sends it, in small letters.
    """
    logos = {f"{LOGOS}/{path.name}": path.read_bytes() for path in LOGO_FILES.glob("*.svg")}

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await application(scope, receive, send)
            return
        named = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        if named not in hosts:
            await _refuse(scope, send)
            return

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", []),
                    (b"content-security-policy", POLICY.encode()),
                    (b"referrer-policy", b"same-origin"),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        logo = logos.get(scope.get("path", ""))
        if logo is not None:
            await _send(send_with_policy, 200, b"image/svg+xml", logo)
            return
        await application(scope, receive, send_with_policy)

    return answer


async def _refuse(scope: Message, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    text = b"This server is asked by another name than its own. Use the address that serve printed."
    await _send(send, 421, b"text/plain; charset=utf-8", text)


async def _send(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

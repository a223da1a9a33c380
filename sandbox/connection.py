"""The one piece that reaches below ASGI: it lets a fault cut the line.

An ASGI application cannot drop a connection: returning without an answer makes uvicorn
answer 500. So uvicorn is given this protocol class, which puts the connection's transport
where the application finds it.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_KEY = "sandbox.transport"


class CuttableProtocol(H11Protocol):
    """uvicorn's own protocol, with the transport in the state of every request."""

    # uvicorn's own signature, narrower than asyncio's.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Notes the transport before the first request is read."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _KEY: transport}


async def cut(scope: Scope, receive: Receive, how: str) -> None:
    """Ends the connection now.

    ``close`` ends it in order (a client reads an end of file), after what was written
    already; ``reset`` makes the client see "connection reset by peer". Returns when
    uvicorn knows that the client is gone, so that it does not answer 500 by itself.
    """
    transport: asyncio.Transport = scope["state"][_KEY]
    if how == "reset":
        raw = transport.get_extra_info("socket")
        if raw is not None:
            # A linger time of 0 turns the close into a reset.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass

"""The question whether a request may still leave, put at the last place there is: its own write.

A connection may take seconds to be made, other tasks and threads may run, the machine may sleep. So
the question is asked by the network stream itself, directly before the bytes are handed to the
socket, and not by whoever makes the request.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import httpcore
import httpx

MayLeave = Callable[[], bool]

_MAY_LEAVE: Final[ContextVar[MayLeave | None]] = ContextVar("may_leave", default=None)
"""Who is asked about the request that the present task makes; nobody where none was named."""


class HeldBackError(Exception):
    """A request was not sent, because `may_leave` said no."""


@contextmanager
def asked_before_sending(may_leave: MayLeave | None) -> Iterator[None]:
    """Requests of the present task that are made meanwhile leave only if `may_leave` says so.

    Raises:
        HeldBackError: It said no; no byte of the request has left.
    """
    token = _MAY_LEAVE.set(may_leave)
    try:
        yield
    finally:
        _MAY_LEAVE.reset(token)


class _AskingStream(httpcore.AsyncNetworkStream):
    """A network stream that asks before each write."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's
        """As the stream does."""
        return await self._stream.read(max_bytes, timeout)

    async def aclose(self) -> None:
        """As the stream does."""
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        """As the stream does."""
        return self._stream.get_extra_info(info)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # httpcore's
        """Our requests have no body: each is one write."""
        if not buffer:
            return
        may_leave = _MAY_LEAVE.get()
        if may_leave is not None and not may_leave():
            raise HeldBackError
        await self._stream.write(buffer, timeout)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
    ) -> httpcore.AsyncNetworkStream:
        """The handshake carries nothing of a request and is not asked about."""
        return _AskingStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))


class _AskingBackend(httpcore.AsyncNetworkBackend):
    """httpcore's own connections (https://www.encode.io/httpcore/network-backends/), which ask."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def sleep(self, seconds: float) -> None:
        """As the backend does."""
        await self._backend.sleep(seconds)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection that asks before it writes."""
        return _AskingStream(
            await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        )


def ask_before_sending(transport: httpx.AsyncHTTPTransport) -> None:
    """Makes every connection of an httpx transport ask before it writes.

    Raises:
        AttributeError: This version of httpx or httpcore keeps its backend elsewhere.
    """
    # httpx has no parameter for the documented one of httpcore; a test sends over a real socket
    pool: Any = transport._pool
    pool._network_backend = _AskingBackend(pool._network_backend)

"""An ASGI application as a process that listens; shared by all stand-ins."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import uvicorn

from sandbox.connection import CuttableProtocol


class _Server(uvicorn.Server):
    """uvicorn, saying where it listens, and ending with 0 when it is told to stop."""

    def __init__(self, config: uvicorn.Config, say: list[tuple[Any, str]]) -> None:
        super().__init__(config)
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for stream, line in self._say:
            print(line, file=stream, flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn's own would raise the signal again afterwards, and end with its number.
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        OSError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only on sockets that say TCP; without it each answer, written
    # in two pieces, would wait 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)  # noqa: FBT003 - socket takes no name
    return listener


def url_of(listener: socket.socket) -> str:
    """The address a client uses."""
    host, port = listener.getsockname()[:2]
    return f"http://{'[' + host + ']' if ':' in host else host}:{port}"


async def serve(
    app: Any,
    listeners: list[socket.socket],
    *,
    name: str,
    announce: dict[str, str] | None,
    hints: Sequence[str] = (),
) -> None:
    """Serves until the process is told to stop.

    It says where it listens on standard error, with ``hints`` for a person below it;
    ``announce`` is printed as JSON, with the address, on standard output.
    """
    url = url_of(listeners[0])
    say: list[tuple[Any, str]] = [(sys.stderr, f"{name} listens on {url}")]
    say += [(sys.stderr, hint.replace("{url}", url)) for hint in hints]
    if announce is not None:
        say.append((sys.stdout, json.dumps({"url": url, **announce})))
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_level="critical",
        # An idle client is not cut off under the feet of its next call.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    await _Server(config, say).serve(sockets=listeners)

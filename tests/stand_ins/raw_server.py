"""A server made of a socket: it keeps the very bytes that arrive, and answers what it is told.

No HTTP library stands between, so nothing decodes a path or mends a broken answer.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

HANGS = 60.0
"""Seconds for which a connection that hangs is kept."""


@dataclass(frozen=True)
class Saying:
    """What is answered to one request: bytes, and what becomes of the connection then."""

    sent: bytes = b""
    then: str = "keep"  # keep | close | reset | hang


def http(body: Any, status: str = "200 OK", *headers: str) -> Saying:
    """A well-formed answer; text goes as it is, anything else as JSON."""
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    return Saying("\r\n".join([*head, f"Content-Length: {len(raw)}", "", ""]).encode() + raw)


class RawServer:
    """Answers each request with the next saying; the last one is repeated."""

    def __init__(self, *sayings: Saying) -> None:
        """Listens on a free port of 127.0.0.1."""
        self.requests: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.kept = 0
        self._sayings: Sequence[Saying] = sayings or (http({"id": 1}),)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def targets(self) -> list[str]:
        """The request targets, exactly as they came."""
        return [request.split(b" ", 2)[1].decode("ascii") for request in self.requests]

    def __enter__(self) -> RawServer:
        """Starts it."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it and every connection."""
        self._closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)  # first: what it accepted last is closed, too
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self.kept += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        waiting = b""
        try:
            while got := connection.recv(65536):
                waiting += got
                while b"\r\n\r\n" in waiting:
                    head, _, waiting = waiting.partition(b"\r\n\r\n")
                    saying = self._sayings[min(len(self.requests), len(self._sayings) - 1)]
                    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
                    while (
                        length
                        and len(waiting) < int(length[1])
                        and (more := connection.recv(65536))
                    ):
                        waiting += more
                    body = waiting[: int(length[1])] if length else b""
                    waiting = waiting[len(body) :]
                    self.bodies.append(body)
                    self.requests.append(head)
                    connection.sendall(saying.sent)
                    if saying.then == "reset":
                        linger = struct.pack("ii", 1, 0)
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    if saying.then in ("close", "reset"):
                        connection.close()
                        self.kept -= 1
                        return
                    if saying.then == "hang":
                        self._closing.wait(HANGS)
        except OSError:
            return

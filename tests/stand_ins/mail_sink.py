"""A mail server that keeps every letter and sends none on: as much SMTP as a client needs (RFC 5321)."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

_ANSWERS = {b"EHLO": b"250 sink", b"HELO": b"250 sink", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class MailSink:
    """Listens on a free port of 127.0.0.1.

    Attributes:
        letters: Each with its headers, as it came.
    """

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> MailSink:
        """Starts it."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as client:
                client.write(b"220 sink\r\n")
                client.flush()
                while line := client.readline():
                    word = line[:4].upper()
                    client.write(_ANSWERS.get(word, b"250 well") + b"\r\n")
                    client.flush()
                    if word == b"DATA":
                        self.letters.append(b"".join(iter(client.readline, b".\r\n")))
                        client.write(b"250 kept\r\n")
                        client.flush()
                    if word == b"QUIT":
                        break

"""Options in, listening process out: ``main(argv) -> exit code``."""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sqlite3
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import uvicorn

from sandbox.control import Control
from sandbox.options import (
    DEFAULT_GROUP,
    DEFAULT_LABELS,
    DEFAULT_SENDER_CODE,
    make_parser,
    read_switches,
)
from sandbox.sms.calls import Calls
from sandbox.sms.connection import CuttableProtocol, Receive, Scope, Send
from sandbox.sms.faults import Faults
from sandbox.sms.platform import Credentials, Platform
from sandbox.sms.realm import EmailContact, Realm
from sandbox.sms.saved import SavedRealm


def main(argv: Sequence[str]) -> int:
    """Runs a sandbox until it is told to stop.

    Returns:
        0 after SIGTERM or SIGINT; 1 when it cannot listen or cannot use the ``--db`` file.
        Wrong options end in ``SystemExit(2)``, as argparse does it.
    """
    options = make_parser().parse_args(list(argv))
    try:
        listener = _listen(options.host, options.port)
    except OSError as wrong:
        where = f"{options.host}:{options.port}"
        print(f"sandbox: cannot listen on {where}: {wrong}", file=sys.stderr)
        return 1
    with listener:
        try:
            sandbox = Sandbox(options)
        except sqlite3.DatabaseError as wrong:
            print(f"sandbox: cannot use {options.db} as --db: {wrong}", file=sys.stderr)
            return 1
        try:
            asyncio.run(_serve(sandbox, listener, options.announce))
        finally:
            sandbox.close()
    return 0


class Sandbox:
    """The ASGI application: the platform below ``/rest``, the control API elsewhere."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Builds everything the options ask for.

        Raises:
            sqlite3.DatabaseError: the ``--db`` file cannot be used.
        """
        self._options = options
        self._saved = SavedRealm(options.db) if options.db else None
        switches = read_switches(options)
        if self._saved:
            self._realm = Realm(options.realm_id, switches, self._saved.keep)
            self._saved.load(self._realm)
        else:
            self._realm = Realm(options.realm_id, switches)
        self._platform = Platform(
            realm=self._realm,
            credentials=Credentials(
                options.realm, options.password, options.api_client, options.api_client_auth
            ),
            faults=Faults(options.seed),
            calls=Calls(options.keep_calls),
        )
        self._control = Control(self._platform, self._start_again)
        self._set_up()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends a request to the room that answers it."""
        if scope["raw_path"].startswith(b"/rest"):
            await self._platform(scope, receive, send)
        else:
            await self._control.app(scope, receive, send)

    def close(self) -> None:
        """Closes the file, if there is one."""
        if self._saved:
            self._saved.close()

    def _set_up(self) -> None:
        options, realm = self._options, self._realm
        for code in options.sender_code or [DEFAULT_SENDER_CODE]:
            realm.define("sender_code", code)
        for group in options.group or [DEFAULT_GROUP]:
            realm.define("group", group)
        for label in options.label or DEFAULT_LABELS:
            realm.define("label", label)
        for email in options.email_contact or []:
            realm.add_contact(EmailContact(email))
        self._platform.faults.install(list(options.fault or []), seed=options.seed)
        self._platform.latency = options.latency_ms / 1000

    def _start_again(self) -> None:
        """As it was when it started, with nothing in it."""
        if self._saved:
            self._saved.clear()
        self._realm.clear()
        self._realm.switches = read_switches(self._options)
        self._platform.calls.clear()
        for rule in self._options.fault or []:
            rule.seen = rule.fired = 0
        self._set_up()


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


async def _serve(sandbox: Sandbox, listener: socket.socket, announce: bool) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
    say: list[tuple[Any, str]] = [(sys.stderr, f"sandbox listens on {url}")]
    if announce:
        say.append((sys.stdout, json.dumps({"url": url})))
    config = uvicorn.Config(
        sandbox,
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
    await _Server(config, say).serve(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
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
    listener.setblocking(False)
    return listener

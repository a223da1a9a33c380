"""Options in, listening process out: ``main(argv) -> exit code``."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import shlex
import sqlite3
import sys
from collections.abc import Sequence

from sandbox.calls import Calls
from sandbox.connection import Receive, Scope, Send
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.listening import listen, serve
from sandbox.options import (
    DEFAULT_GROUP,
    DEFAULT_LABELS,
    DEFAULT_PASSWORD,
    DEFAULT_SENDER_CODE,
    make_parser,
    read_switches,
)
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
        listener = listen(options.host, options.port)
    except OSError as wrong:
        where = f"{options.host}:{options.port}"
        print(f"sandbox: cannot listen on {where}: {wrong}", file=sys.stderr)
        return 1
    if not _is_loopback(options.host):
        print(
            "sandbox: warning: others can reach this address, and its control API and its page "
            "have no password: whoever reaches it can read and change everything in it. Use it "
            "with made-up people only.",
            file=sys.stderr,
            flush=True,
        )
    with listener:
        try:
            sandbox = Sandbox(options)
        except sqlite3.DatabaseError as wrong:
            print(f"sandbox: cannot use {options.db} as --db: {wrong}", file=sys.stderr)
            return 1
        try:
            asyncio.run(
                serve(
                    sandbox,
                    [listener],
                    name="sandbox",
                    announce={} if options.announce else None,
                    hints=() if options.announce else _hints(options),
                )
            )
        finally:
            sandbox.close()
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _hints(options: argparse.Namespace) -> list[str]:
    """What a person at a terminal does next; programs, which say ``--announce``, know."""
    known = options.password == DEFAULT_PASSWORD  # one of your own is not shown on a screen
    lines = [
        "Nothing is sent to anybody. Open that address in a browser to see what it holds.",
        "To use it, set this in another terminal, or write it into a file named .env:",
        "  export SENDERSYNC_API_URL={url}",
        f"  export SENDERSYNC_REALM={shlex.quote(options.realm)}",
        f"  export SENDERSYNC_PASSWORD={DEFAULT_PASSWORD if known else '...'}",
    ]
    if options.api_client:
        lines += [
            f"  export SENDERSYNC_API_CLIENT={shlex.quote(options.api_client)}",
            "  export SENDERSYNC_API_CLIENT_AUTH=...",
        ]
    codes = ", ".join(options.sender_code or [DEFAULT_SENDER_CODE])
    groups = ", ".join(options.group or [DEFAULT_GROUP])
    lines.append(f"Its sender code is {codes}, its group {groups}. Ctrl-C ends it.")
    return lines


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

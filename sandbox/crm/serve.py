"""Options in, listening process out: ``main(argv) -> exit code``."""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from sandbox.calls import Calls
from sandbox.connection import Receive, Scope, Send
from sandbox.crm.control import CrmControl
from sandbox.crm.crm import Crm
from sandbox.crm.front import KINDS, Front
from sandbox.crm.hubspot.hubspot import HubSpot
from sandbox.crm.odoo.odoo import Odoo
from sandbox.crm.salesforce.salesforce import Salesforce
from sandbox.faults import Fault, Faults, read_fault_option
from sandbox.listening import listen, serve, url_of

CRMS: dict[str, type[Crm]] = {"hubspot": HubSpot, "odoo": Odoo, "salesforce": Salesforce}


def main(argv: Sequence[str]) -> int:
    """Runs a stand-in until it is told to stop.

    Returns:
        0 after SIGTERM or SIGINT; 1 when it cannot listen.
        Wrong options end in ``SystemExit(2)``, as argparse does it.
    """
    options = _parser().parse_args(list(argv))
    with ExitStack() as stack:
        sockets: list[socket.socket] = []
        try:
            sockets.append(stack.enter_context(listen(options.host, options.port)))
            if options.crm == "salesforce":
                # A customer's own host is not the one where everybody logs in.
                second = listen(options.host, options.instance_port)
                sockets.append(stack.enter_context(second))
        except OSError as wrong:
            where = f"{options.host}:{options.port}"
            print(f"sandbox.crm: cannot listen on {where}: {wrong}", file=sys.stderr)
            return 1
        try:
            standin = StandIn(options, sockets)
        except ValueError as wrong:
            print(f"sandbox.crm: {wrong}", file=sys.stderr)
            return 2
        facts = {"crm": options.crm, **standin.addresses} if options.announce else None
        asyncio.run(serve(standin, sockets, name=f"sandbox.crm ({options.crm})", announce=facts))
    return 0


class StandIn:
    """The ASGI application: the CRM, and the control API below ``/sandbox``."""

    def __init__(self, options: argparse.Namespace, sockets: list[socket.socket]) -> None:
        """Builds what the options ask for.

        Raises:
            ValueError: a switch that is not there.
        """
        self._options = options
        self.addresses = {"instance_url": url_of(sockets[1])} if len(sockets) > 1 else {}
        crm = CRMS[options.crm](**self.addresses)
        self._front = Front(
            crm, Faults(options.seed), Calls(options.keep_calls), options.latency_ms / 1000
        )
        self._control = CrmControl(self._front, self._start_again)
        self._set_up()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends a request to the room that answers it."""
        if scope["raw_path"].startswith(b"/sandbox/"):
            await self._control.app(scope, receive, send)
        else:
            await self._front(scope, receive, send)

    def _set_up(self) -> None:
        options, front = self._options, self._front
        for text in options.switch or []:
            name, _, value = text.partition("=")
            front.crm.switches.change(name, _value(value))
        for rule in options.fault or []:
            rule.seen = rule.fired = 0
        front.faults.install(list(options.fault or []), seed=options.seed)
        front.latency = options.latency_ms / 1000
        front.crm.set_up({"generate": options.generate} if options.generate else {})

    def _start_again(self) -> None:
        self._front.crm.clear()
        self._front.calls.clear()
        self._set_up()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.crm",
        description="A local stand-in of a CRM's API, with invented people only.",
        epilog="Switches, faults and the control API: see sandbox/crm/README.md.",
    )
    parser.add_argument("--crm", required=True, choices=sorted(CRMS))
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8026, help="port; 0 takes a free one")
    parser.add_argument(
        "--instance-port", type=int, default=0, help="Salesforce: the port of instance_url"
    )
    parser.add_argument(
        "--announce", action="store_true", help='print {"url": ...} on standard output when ready'
    )
    parser.add_argument("--generate", type=int, default=0, help="start with so many people")
    parser.add_argument("--keep-calls", type=int, default=50_000)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0, help="for faults with a share")
    parser.add_argument(
        "--switch", action="append", metavar="NAME=VALUE", help="VALUE is JSON or text; repeatable"
    )
    kinds = "; ".join(f"{kind}: {meaning}" for kind, meaning in KINDS.items())
    parser.add_argument(
        "--fault",
        action="append",
        type=_fault,
        metavar="RULE",
        help=f"as kind=502,nth=3+7,command=list; repeatable. {kinds}",
    )
    return parser


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fault(text: str) -> Fault:
    try:
        return read_fault_option(text, KINDS)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong

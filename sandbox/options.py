"""The command line of the sandbox; every switch of the platform becomes an option."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from sandbox.faults import Fault, read_fault_option
from sandbox.sms.faults import KINDS
from sandbox.sms.paths import COMMANDS
from sandbox.sms.switches import Switches

DEFAULT_SENDER_CODE = "12065551212"
DEFAULT_GROUP = "weekly"
DEFAULT_LABELS = ("welcome", "sms")
DEFAULT_PASSWORD = "demo-password"  # noqa: S105  # of nothing but a stand-in


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Shows defaults, but not those that say nothing."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if action.default is None or action.default is False:
            return action.help
        return super()._get_help_string(action)


def make_parser() -> argparse.ArgumentParser:
    """The parser, with the whole interface in its ``--help``."""
    parser = argparse.ArgumentParser(
        prog="sendersync sandbox",
        description="A local stand-in of the SMS platform's REST SMS API. Nothing is sent to "
        "anybody. Open its address in a browser to see what it holds.",
        epilog="Control API below /sandbox/: see sandbox/README.md.",
        formatter_class=_Help,
    )
    process = parser.add_argument_group("process")
    process.add_argument("--host", default="127.0.0.1", help="address to listen on")
    process.add_argument("--port", type=int, default=8025, help="port; 0 takes a free one")
    process.add_argument(
        "--db", type=Path, help="SQLite file that keeps the state; without it, memory only"
    )
    process.add_argument(
        "--announce", action="store_true", help='print {"url": ...} on standard output when ready'
    )
    process.add_argument(
        "--keep-calls", type=int, default=200_000, help="how many calls /sandbox/calls can show"
    )
    _add_account(parser)
    _add_faults(parser)
    _add_switches(parser)
    return parser


def _add_account(parser: argparse.ArgumentParser) -> None:
    account = parser.add_argument_group("account")
    account.add_argument("--realm", default="demo", help="realm, the user name of Basic")
    account.add_argument("--password", default=DEFAULT_PASSWORD, help="password of Basic")
    account.add_argument("--realm-id", type=int, default=10, help="the number answers carry")
    account.add_argument("--api-client", help="with it, calls need x-api-key too")
    account.add_argument("--api-client-auth", help="the second half of that pair")

    def several(option: str, text: str) -> None:
        account.add_argument(option, action="append", metavar="NAME", help=text + "; repeatable")

    several("--sender-code", f"a sender code that exists (default: {DEFAULT_SENDER_CODE})")
    several("--group", f"a group that is defined (default: {DEFAULT_GROUP})")
    labels = ", ".join(DEFAULT_LABELS)
    several("--label", f"a message label that is defined (default: {labels})")
    several("--email-contact", "an e-mail contact that exists, for --strict-emails")


def _add_faults(parser: argparse.ArgumentParser) -> None:
    kinds = "; ".join(f"{kind}: {meaning}" for kind, meaning in KINDS.items())
    faults = parser.add_argument_group("faults", description=f"Kinds: {kinds}.")
    faults.add_argument(
        "--fault",
        action="append",
        type=_fault,
        metavar="RULE",
        help="kind=KIND with any of share=0.1, nth=3+7, every=10, count=2, command=NAME, "
        "phone=DIGITS, when=before|after, seconds=5, retry_after=1, status=500, error=TEXT, "
        f"how=close|reset; repeatable. Commands: {', '.join(COMMANDS)}",
    )
    faults.add_argument("--seed", type=int, default=0, help="for faults with a share")
    faults.add_argument(
        "--latency-ms", type=float, default=0.0, help="every call takes at least this long"
    )


def _add_switches(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "switches",
        description="What the vendor's pages leave open. (doc) stated there, (example) seen in "
        "an example, (inferred) a careful guess.",
    )
    for switch in fields(Switches):
        option = "--" + switch.name.replace("_", "-")
        text = switch.metadata["help"]
        if isinstance(switch.default, bool):
            group.add_argument(option, action="store_true", help=text)
        else:
            choices = switch.metadata.get("choices")
            group.add_argument(option, default=switch.default, choices=choices, help=text)


def read_switches(options: argparse.Namespace) -> Switches:
    """The switches as the options set them."""
    return Switches(**{switch.name: getattr(options, switch.name) for switch in fields(Switches)})


def _fault(text: str) -> Fault:
    try:
        return read_fault_option(text, KINDS)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong

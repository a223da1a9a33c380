"""From a raw path to a command and its arguments.

Paths: wcsupport2/api-rest-sms-overview and the page of each command. Where the two
disagree both forms are taken, unless ``--path-form`` says otherwise.

The raw path is split before it is decoded, so that ``%2F`` inside a segment stays inside
it. (Some servers refuse ``%2F`` outright; ours does not, so that a test can see what was
sent.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from sandbox.sms import messaging, subscribing
from sandbox.sms.answers import Reply, platform_phone
from sandbox.sms.realm import Realm
from sandbox.sms.switches import Switches

Handler = Callable[[Realm, list[str], Mapping[str, str]], Reply]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name in calls and faults, and where its phone and code stand."""

    name: str
    method: str
    handler: Handler
    arguments: int
    phone_at: int | None = None
    sender_code_at: int | None = None


_GET_MESSAGES = Command("getMessages", "GET", messaging.get_messages, 0)
_CREATE_MESSAGE = Command("createMessage", "POST", messaging.create_message, 2)
_BY_NAME = {
    command.name: command
    for command in (
        Command("addSubscriberToSenderCode", "POST", subscribing.add_sms_contact, 3, 1, 2),
        Command("addPhoneToSenderCode", "POST", subscribing.add_phone, 2, 0, 1),
        Command("stopSubscriberSend", "POST", subscribing.stop, 2, 0, 1),
        _CREATE_MESSAGE,
        Command("sendMessageToPhone", "POST", messaging.send_to_phone, 3, 1, 2),
        Command("sendMessageToSenderCode", "POST", messaging.send_to_sender_code, 3, None, 1),
    )
}
COMMANDS = (*_BY_NAME, _GET_MESSAGES.name)
"""Names of the commands, as calls and faults use them."""


@dataclass(slots=True)
class Request:
    """A request that was understood."""

    command: Command
    args: list[str]
    query: dict[str, str]
    needs_body: bool = False

    @property
    def phone(self) -> str | None:
        """The phone it is about, as the platform keeps it."""
        at = self.command.phone_at
        return None if at is None else platform_phone(self.args[at])

    @property
    def sender_code(self) -> str | None:
        """The sender code it names, as the platform keeps it."""
        at = self.command.sender_code_at
        return None if at is None else platform_phone(self.args[at])


def understand(raw_path: bytes, raw_query: bytes, switches: Switches) -> Request | None:
    """Finds the command a path below ``/rest`` names; None for a path nothing answers."""
    segments = raw_path.split(b"/")[1:]
    query = decode_query(raw_query) if raw_query else {}
    if segments == [b"rest", b"sms"]:
        return Request(_GET_MESSAGES, [], query)
    if len(segments) >= 2 and segments[1] == b"create_message":
        return _overview_message(segments[2:], query, switches)
    if len(segments) < 3 or segments[0] != b"rest" or segments[1] != b"sms":
        return None
    command = _BY_NAME.get(segments[2].decode("latin-1"))
    if command is None:
        return None
    raw_args = segments[3:]
    if command.name == "addSubscriberToSenderCode":
        # Overview: {country} and a trailing slash. Command page: neither.
        has_slash = bool(raw_args) and raw_args[-1] == b""
        raw_args = raw_args[:-1] if has_slash else raw_args
        if len(raw_args) == 4:
            fits = switches.path_form != "command-page"
        else:
            fits = len(raw_args) == 3 and switches.path_form != "overview"
        if not fits:
            return None
    elif len(raw_args) != command.arguments or (
        command is _CREATE_MESSAGE and switches.path_form == "overview"
    ):
        return None
    args = [decode_segment(raw, switches.plus) for raw in raw_args]
    if command is not _CREATE_MESSAGE and not all(args):
        # An empty segment matches no path; blank names of messages have their own error.
        return None
    return Request(command, args, query)


def _overview_message(
    rest: list[bytes], query: dict[str, str], switches: Switches
) -> Request | None:
    """``POST /rest/create_message``, which the overview prints without arguments.

    The overview's table of data fields marks ``name``, ``messageText`` and ``label`` as
    settable with POST, so they are taken from a JSON body, or from the query; as path
    segments they are taken too (all three inferred).
    """
    if switches.path_form == "command-page" or len(rest) not in (0, 2):
        return None
    args = [decode_segment(raw, switches.plus) for raw in rest]
    if args:
        return Request(_CREATE_MESSAGE, args, query)
    args = [query.get("name", ""), query.get("messageText", "")]
    return Request(_CREATE_MESSAGE, args, query, needs_body=True)


def decode_segment(raw: bytes, plus: str) -> str:
    """Decodes one path segment; examples show a bare ``+`` standing for a space."""
    if plus == "space":
        raw = raw.replace(b"+", b" ")
    return (
        unquote_to_bytes(raw).decode("utf-8", "replace") if b"%" in raw else raw.decode("latin-1")
    )


def decode_query(raw: bytes) -> dict[str, str]:
    """Decodes a query; of a repeated name the first counts. Names are case sensitive (doc)."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True):
        found.setdefault(name, value)
    return found

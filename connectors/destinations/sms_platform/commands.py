"""The platform's commands as requests: which path, with every segment strictly encoded.

Paths as the vendor prints them ("API: Rest SMS Overview" and the page of each command). The
target is built here as the bytes that go over the wire: no other layer decodes it, collapses its
dots or encodes it a second time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from schemas.errors import WrongUse
from schemas.outcomes import Kind, Operation


class PlatformCommand(StrEnum):
    """The seven commands."""

    ADD_CONTACT = "addSubscriberToSenderCode"
    ADD_PHONE = "addPhoneToSenderCode"
    STOP = "stopSubscriberSend"
    CREATE_MESSAGE = "createMessage"
    GET_MESSAGES = "getMessages"
    SEND_TO_PHONE = "sendMessageToPhone"
    SEND_TO_SENDER_CODE = "sendMessageToSenderCode"


class AddPath(StrEnum):
    """The two forms in which the vendor prints the path of "add SMS contact"."""

    WITH_COUNTRY = "with_country"  # the overview page; the older HTTP API requires the country too
    WITHOUT_COUNTRY = "without_country"  # the command's own page


class CreatePath(StrEnum):
    """The two forms in which the vendor prints the path of "create message"."""

    OWN_PAGE = "sms/createMessage"
    OVERVIEW = "create_message"


ALL: Final = frozenset(PlatformCommand)
ADDS: Final = frozenset({PlatformCommand.ADD_CONTACT, PlatformCommand.ADD_PHONE})
NEVER_TWICE: Final = frozenset(
    {
        PlatformCommand.CREATE_MESSAGE,
        PlatformCommand.SEND_TO_PHONE,
        PlatformCommand.SEND_TO_SENDER_CODE,
    }
)
"""Charged, visible to people, or not to be taken back: never repeated, whatever the answer."""

PAGE: Final = 500
"""Rows on a page of a GET (vendor's page "Get SMS Messages")."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PHONE = re.compile(r"\+?([0-9]{4,15})\Z")
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")


class NotSendable(WrongUse):
    """A value that cannot stand in a request; nothing was sent. Holds no personal data."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, ready to go.

    Attributes:
        command: What it asks for.
        method: GET or POST.
        target: Path and query below the site, as bytes of the request line.
        phone: Digits sent, to be compared with the answer; empty when there are none.
        group: Group asked for, to be compared with the answer; empty when there is none.
        private: Personal values sent, which must not stay in an answer that repeats them.
    """

    command: PlatformCommand
    method: str
    target: bytes = field(repr=False)
    phone: str = field(default="", repr=False)
    group: str = field(default="", repr=False)
    private: tuple[str, ...] = field(default=(), repr=False)


def segment(value: str, name: str, *, keep: str = "") -> str:
    """One path segment, percent-encoded as UTF-8, everything but letters, digits and `-._~`.

    A slash would be another segment to most servers even when encoded, and a dot segment is
    removed on the way by proxies, so both are refused rather than sent.

    Raises:
        NotSendable: Empty, a dot segment, holding a slash, or not text.
    """
    bare = value.strip()
    if bare in ("", ".", ".."):
        what = "empty" if not bare else "nothing but dots"
        raise NotSendable(f"The {name} is {what}.", do="Correct it; nothing was sent.")
    if "/" in value:
        raise NotSendable(
            f"The {name} holds a slash, which the platform's address form cannot carry.",
            do="Take it out; nothing was sent.",
        )
    return _encoded(value, name, keep)


def _encoded(value: str, name: str, keep: str = "") -> str:
    if _CONTROLS.search(value):
        raise NotSendable(f"The {name} holds a control character.", do="Take it out.")
    try:
        return quote(value, safe=keep)
    except UnicodeEncodeError:
        raise NotSendable(f"The {name} holds half a character.", do="Write it anew.") from None


def phone_digits(phone: str) -> str:
    """`+12065550123` as `12065550123`: digits only, with the country code.

    Raises:
        NotSendable: Anything but digits with an optional plus before them.
    """
    found = _PHONE.match(phone)
    if found is None:
        raise NotSendable(
            "The phone number is not in international form (+12065550123).",
            do="Give it with its country code; nothing was sent.",
        )
    return found.group(1)


def _query(*pairs: tuple[str, str]) -> str:
    """The query of the pairs that have a value, or nothing.

    The names are exactly the vendor's: a misspelt or unknown one is ignored silently (doc).
    """
    given = [f"{name}={_encoded(value, name)}" for name, value in pairs if value]
    return "?" + "&".join(given) if given else ""


class Commands:
    """Builds calls for one site, in the path forms it was told to use."""

    def __init__(self, add_path: AddPath, create_path: CreatePath, prefix: str = "") -> None:
        """Args: the path forms, and the path of the site before `/rest`, already encoded."""
        self._with_country = add_path is AddPath.WITH_COUNTRY
        self._rest = f"{prefix}/rest/"
        self._sms = f"{prefix}/rest/sms/"
        self._create = self._rest + create_path.value

    def of(self, operation: Operation) -> Call:
        """The call of an operation: the command follows from its kind and its e-mail.

        Raises:
            NotSendable: A value cannot stand in a request.
        """
        if operation.kind is Kind.STOP:
            return self.stop(operation.phone, operation.sender_code)
        if operation.email:
            return self.add_contact(
                operation.email,
                operation.phone,
                operation.sender_code,
                operation.country,
                group=operation.group,
                first_name=operation.first_name,
                customer_key=operation.customer_key,
            )
        return self.add_phone(operation.phone, operation.sender_code, group=operation.group)

    def add_contact(
        self,
        email: str,
        phone: str,
        sender_code: str,
        country: str,
        *,
        group: str = "",
        first_name: str = "",
        customer_key: str = "",
    ) -> Call:
        """Source: pages "Rest SMS Overview" (with the country) and "Add SMS Contact" (without)."""
        digits = phone_digits(phone)
        # the @ stays as it is in every example of the vendor, and RFC 3986 allows it in a path
        path = (
            f"{self._sms}{PlatformCommand.ADD_CONTACT}/{segment(email, 'e-mail address', keep='@')}"
            f"/{digits}/{segment(sender_code, 'sender code')}"
        )
        if self._with_country:
            if not _COUNTRY.match(country):
                raise NotSendable(
                    "The country of the number is missing.",
                    do="Give its two-letter code; nothing was sent.",
                )
            path += f"/{country.lower()}/"
        path += _query(("groupName", group), ("first", first_name), ("customerKey", customer_key))
        private = (email, first_name, customer_key)
        return Call(
            PlatformCommand.ADD_CONTACT, "POST", path.encode("ascii"), digits, group, private
        )

    def add_phone(self, phone: str, sender_code: str, *, group: str = "") -> Call:
        """Source: page "Add Phone To Sender Code"."""
        digits = phone_digits(phone)
        path = (
            f"{self._sms}{PlatformCommand.ADD_PHONE}/{digits}/{segment(sender_code, 'sender code')}"
        )
        path += _query(("groupName", group))
        return Call(PlatformCommand.ADD_PHONE, "POST", path.encode("ascii"), digits, group)

    def stop(self, phone: str, sender_code: str) -> Call:
        """Source: page "Stop Sending SMS To Contact" (its example misspells the command)."""
        digits = phone_digits(phone)
        path = f"{self._sms}{PlatformCommand.STOP}/{digits}/{segment(sender_code, 'sender code')}"
        return Call(PlatformCommand.STOP, "POST", path.encode("ascii"), digits)

    def create_message(self, name: str, text: str, labels: Sequence[str] = ()) -> Call:
        """Source: page "Create SMS Message"; the overview prints `/rest/create_message`."""
        for label in labels:
            if "," in label or not label.strip():
                raise NotSendable("A label is empty or holds a comma.", do="Give them one by one.")
        path = f"{self._create}/{segment(name, 'message name')}/{segment(text, 'message text')}"
        if labels:
            # the comma between labels is not encoded in the vendor's example
            path += "?label=" + ",".join(_encoded(label, "label") for label in labels)
        return Call(PlatformCommand.CREATE_MESSAGE, "POST", path.encode("ascii"), private=(text,))

    def get_messages(self, skip: int = 0) -> Call:
        """Source: page "Get SMS Messages"."""
        path = f"{self._rest}sms" + (f"?skip={skip}" if skip else "")
        return Call(PlatformCommand.GET_MESSAGES, "GET", path.encode("ascii"))

    def send_to_phone(self, text: str, phone: str, sender_code: str) -> Call:
        """Source: page "Send Message To Phone"."""
        digits = phone_digits(phone)
        path = (
            f"{self._sms}{PlatformCommand.SEND_TO_PHONE}/{segment(text, 'message text')}"
            f"/{digits}/{segment(sender_code, 'sender code')}"
        )
        return Call(
            PlatformCommand.SEND_TO_PHONE, "POST", path.encode("ascii"), digits, private=(text,)
        )

    def send_to_sender_code(
        self,
        message_name: str,
        sender_code: str,
        name: str,
        *,
        description: str = "",
        group: str = "",
    ) -> Call:
        """Source: page "Send Message To Sender Code"."""
        path = (
            f"{self._sms}{PlatformCommand.SEND_TO_SENDER_CODE}"
            f"/{segment(message_name, 'message name')}"
            f"/{segment(sender_code, 'sender code')}/{segment(name, 'campaign name')}"
        )
        path += _query(("description", description), ("groupName", group))
        return Call(PlatformCommand.SEND_TO_SENDER_CODE, "POST", path.encode("ascii"), group=group)

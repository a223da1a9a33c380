"""Bodies the platform answers with: errors, dates, phones.

Source: the error and success examples on the command pages listed in
``sandbox/sms/__init__.py``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

_NARROW_SPACE = "\u202f"


@dataclass(slots=True)
class Reply:
    """What a command answers, before it becomes bytes."""

    status: int
    body: Any
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


def ok(body: Any) -> Reply:
    """A success: always 200 (doc)."""
    return Reply(200, body)


def error(status: int, text: str) -> Reply:
    """An error as the pages print it: ``error``, ``status``, ``statusCode`` (doc)."""
    phrase = HTTPStatus(status).phrase
    return Reply(status, {"error": text, "status": phrase, "statusCode": status})


def plain_error(status: int) -> Reply:
    """An error whose text is its phrase.

    401 is printed so on the page of Get SMS Messages (doc). 404 and 405 in this form are
    inferred.
    """
    return error(status, HTTPStatus(status).phrase)


def unknown_sender(sender_code: str, realm_id: int) -> Reply:
    """The error for a sender code the realm does not have.

    Printed on the page of send message to phone (doc); that the adds, the stop and send
    to sender code answer alike is inferred.
    """
    text = f"Error getting sender with senderCode {sender_code} realmID: {realm_id}"
    return error(500, text)


def date_text(moment: float, style: str) -> str:
    """A date like ``Mar 22, 2018 4:05:11 PM``: local time, no zone.

    Examples on different pages print the hour padded and not; newer Javas put a narrow
    no-break space before AM and PM.
    """
    t = time.localtime(moment)
    hour = t.tm_hour % 12 or 12
    shown = f"{hour:02d}" if style == "padded" else str(hour)
    gap = _NARROW_SPACE if style == "narrow" else " "
    half = "AM" if t.tm_hour < 12 else "PM"
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[t.tm_mon * 3 - 3 : t.tm_mon * 3]
    clock = f"{shown}:{t.tm_min:02d}:{t.tm_sec:02d}"
    return f"{month} {t.tm_mday}, {t.tm_year} {clock}{gap}{half}"


def platform_phone(text: str) -> str:
    """The phone as the platform keeps it: ten digits get the leading 1 of the US (example)."""
    return "1" + text if len(text) == 10 and text.isascii() and text.isdigit() else text


def is_phone(text: str) -> bool:
    """Whether it is digits only and long enough to be a number (digits: doc; length: inferred)."""
    return text.isascii() and text.isdigit() and 10 <= len(text) <= 15


def parts_of(text: str) -> int:
    """How many messages of 160 characters the text takes (doc: 160; counting: inferred)."""
    return max(1, -(-len(text) // 160))


def filled(text: str, realm_id: int, **values: str) -> str:
    """Puts values into a switch's text; plain replacement, so that other braces may stay."""
    for name, value in {"realm_id": str(realm_id), **values}.items():
        text = text.replace("{" + name + "}", value)
    return text

"""Links and addresses that hold a phone number: `wa.me/...`, `tel:...`, `...@c.us`.

Chat links hold the international number without its plus, so they are read with one, in no region.
`tel:`, `sms:` and their like hold whatever their author wrote: both readings are looked at. What
else looks like an address of the web holds no phone that we know of.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote

_NUMBER: Final = r"(?:\+ ?)?\d[\d ().\-]*"
_CHAT: Final = re.compile(
    r"(?:(?:https?://)?(?:www\.)?wa\.me/(?:send/?\?(?:[^#]*&)?phone=)?"
    r"|(?:(?:https?://)?(?:api|web|www|chat)\.whatsapp\.com/send|whatsapp://send)/?\?(?:[^#]*&)?phone="
    r"|viber://(?:chat|add|contact|call|pa)/?\?(?:[^#]*&)?(?:number|contact)="
    r"|(?:https?://)?signal\.me/#p/"
    r"|(?:https?://)?t\.me/(?=\+\d+$)"
    r"|(?:https?://)?(?:line\.me|zalo\.me)/(?=\d{8,}$)"
    rf")(?P<number>{_NUMBER})/?(?:[?&#].*)?"
    r"|(?P<account>\+?\d+)@(?:c\.us|s\.whatsapp\.net)",
    re.IGNORECASE,
)
"""https://faq.whatsapp.com/5913398998672934: the full number in international format, no zeros,
brackets, dashes or plus."""

_SCHEME: Final = re.compile(
    r"(?:tel|phone|sms|smsto|mms|mmsto|callto|sip|skype|imessage|facetime(?:-audio)?|whatsapp"
    rf"|viber|signal|telegram):(?://)?(?P<number>{_NUMBER})(?:\?.*)?",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"://|@|\bwww\.|\w\.[a-z]{2,}(?:/|$)", re.IGNORECASE)


class Link(NamedTuple):
    """The number in a link.

    Attributes:
        number: As it stands there; empty where the address holds none that we know of.
        international: It has its country code, with or without a plus.
    """

    number: str
    international: bool


def read_link(text: str) -> Link | None:
    """The number in a link, or None where the text is no link."""
    plain = unquote(text) if "%" in text else text
    if found := _CHAT.fullmatch(plain):
        return Link((found["number"] or found["account"]).lstrip("+ "), international=True)
    if found := _SCHEME.fullmatch(plain):
        return Link(found["number"], international=False)
    return Link("", international=False) if _ADDRESS.search(text) else None

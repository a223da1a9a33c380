"""What one account of the platform holds, in memory.

A realm is changed only through its methods, and each change is handed to ``keep`` so that
it can be written to a file (``saved.py``) before the call is answered.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.sms.answers import platform_phone
from sandbox.sms.switches import Switches

Keep = Callable[[str, str, Any], None]
"""Receives kind, key and the new record (a dataclass or dict), or None when it is gone."""


def _forget(kind: str, key: str, record: Any) -> None:
    """Keeps nothing: the realm lives in memory only."""


@dataclass(slots=True)
class Subscription:
    """One phone on one sender code."""

    id: int
    subscriber_id: int
    phone: str
    sender_code: str
    group: str | None
    email: str | None
    first: str | None
    customer_key: str | None
    country: str | None
    created: float
    updated: float


@dataclass(slots=True)
class OptOut:
    """One phone that must not get messages from one sender code."""

    id: int
    phone: str
    sender_code: str
    created: float


@dataclass(slots=True)
class Message:
    """A message template of the realm."""

    id: int
    name: str
    text: str
    label: str | None
    parts: int
    created: float


@dataclass(slots=True)
class Send:
    """One message that went out, or was kept back by opt-outs."""

    id: int
    kind: str
    sender_code: str
    text: str
    parts: int
    created: float
    phone: str | None = None
    message: str | None = None
    name: str | None = None
    group: str | None = None
    reached: list[str] = field(default_factory=list)
    kept_back: int = 0


@dataclass(slots=True)
class EmailContact:
    """An e-mail contact that exists on the platform."""

    email: str
    first: str | None = None
    customer_key: str | None = None


class Realm:
    """One account: its setup, subscriptions, opt-outs, messages and sends."""

    def __init__(self, realm_id: int, switches: Switches, keep: Keep = _forget) -> None:
        """Makes an empty realm."""
        self.id = realm_id
        self.switches = switches
        self.keep = keep
        self.clear()

    def clear(self) -> None:
        """Forgets everything, the setup too."""
        self.sender_codes: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self.labels: dict[str, int] = {}
        self.contacts: dict[str, list[EmailContact]] = {}
        self.subscribers: dict[str, int] = {}
        self.subscriptions: dict[tuple[str, str], Subscription] = {}
        self.count_by_code: Counter[str] = Counter()
        self.opt_outs: dict[tuple[str, str], OptOut] = {}
        self.opted_out_phones: dict[str, int] = {}
        self.messages: dict[str, Message] = {}
        self.sends: list[Send] = []
        self.last_id = 0

    def next_id(self) -> int:
        """A number nothing in this realm has yet."""
        self.last_id += 1
        return self.last_id

    # Setup

    def define(self, kind: str, name: str) -> None:
        """Defines a sender code, group or label, once."""
        table = {"sender_code": self.sender_codes, "group": self.groups, "label": self.labels}[kind]
        name = platform_phone(name) if kind == "sender_code" else name
        if name not in table:
            table[name] = self.next_id()
            self.keep(kind, name, {"name": name, "id": table[name]})

    def undefine_all(self, kind: str) -> None:
        """Removes every sender code, group or label."""
        table = {"sender_code": self.sender_codes, "group": self.groups, "label": self.labels}[kind]
        for name in table:
            self.keep(kind, name, None)
        table.clear()

    def add_contact(self, contact: EmailContact) -> None:
        """Makes an e-mail contact exist. Several may share one address."""
        shared = self.contacts.setdefault(contact.email.lower(), [])
        if contact not in shared:
            shared.append(contact)
            key = f"{contact.email.lower()} {len(shared)}"
            self.keep("contact", key, contact)

    def remove_contacts(self) -> None:
        """Removes every e-mail contact."""
        for email, shared in self.contacts.items():
            for place in range(1, len(shared) + 1):
                self.keep("contact", f"{email} {place}", None)
        self.contacts.clear()

    # Subscriptions

    def sender_code(self, sent: str) -> str | None:
        """The realm's own spelling of a sender code, or None when there is no such code."""
        known = platform_phone(sent)
        return known if known in self.sender_codes else None

    def subscribe(self, phone: str, sender_code: str, **details: str | None) -> Subscription:
        """Puts a phone on a sender code. It must not be there yet."""
        if phone not in self.subscribers:
            self.subscribers[phone] = self.next_id()
            self.keep("subscriber", phone, {"phone": phone, "id": self.subscribers[phone]})
        now = time.time()
        made = Subscription(
            id=self.next_id(),
            subscriber_id=self.subscribers[phone],
            phone=phone,
            sender_code=sender_code,
            group=details.get("group"),
            email=details.get("email"),
            first=details.get("first"),
            customer_key=details.get("customer_key"),
            country=details.get("country"),
            created=now,
            updated=now,
        )
        self.subscriptions[phone, sender_code] = made
        self.count_by_code[sender_code] += 1
        self.keep("subscription", f"{phone} {sender_code}", made)
        return made

    def move(self, subscription: Subscription, group: str) -> None:
        """Moves a subscription to another group."""
        subscription.group = group
        subscription.updated = time.time()
        key = f"{subscription.phone} {subscription.sender_code}"
        self.keep("subscription", key, subscription)

    def unsubscribe(self, phone: str, sender_code: str) -> Subscription | None:
        """Takes a phone off a sender code; the subscription that ended, if there was one."""
        ended = self.subscriptions.pop((phone, sender_code), None)
        if ended is not None:
            self.count_by_code[sender_code] -= 1
            self.keep("subscription", f"{phone} {sender_code}", None)
        return ended

    # Opt-outs

    def opt_out(self, phone: str, sender_code: str) -> OptOut:
        """Records an opt-out; the one there is, if it exists already."""
        known = self.opt_outs.get((phone, sender_code))
        if known is not None:
            return known
        made = OptOut(self.next_id(), phone, sender_code, time.time())
        self.opt_outs[phone, sender_code] = made
        self.opted_out_phones[phone] = self.opted_out_phones.get(phone, 0) + 1
        self.keep("opt_out", f"{phone} {sender_code}", made)
        return made

    def clear_opt_outs(self, phone: str, sender_code: str) -> None:
        """Removes what keeps this phone from this code. No vendor command does this."""
        for code in [c for (p, c) in self.opt_outs if p == phone]:
            if code == sender_code or self.switches.opt_out_scope == "realm":
                del self.opt_outs[phone, code]
                self.opted_out_phones[phone] -= 1
                self.keep("opt_out", f"{phone} {code}", None)

    def has_opted_out(self, phone: str, sender_code: str) -> bool:
        """Whether an opt-out covers this phone on this code."""
        if self.switches.opt_out_scope == "realm":
            return self.opted_out_phones.get(phone, 0) > 0
        return (phone, sender_code) in self.opt_outs

    # Messages

    def add_message(self, name: str, text: str, label: str | None, parts: int) -> Message:
        """Keeps a message template."""
        made = Message(self.next_id(), name, text, label, parts, time.time())
        self.messages[name] = made
        self.keep("message", name, made)
        return made

    def add_send(self, send: Send) -> Send:
        """Keeps what was sent."""
        self.sends.append(send)
        self.keep("send", str(send.id), send)
        return send

    # Restoring

    def restore(self, kind: str, record: dict[str, Any]) -> None:
        """Takes back one record a file kept, without writing it again."""
        if kind in ("sender_code", "group", "label"):
            table = {"sender_code": self.sender_codes, "group": self.groups, "label": self.labels}
            table[kind][record["name"]] = record["id"]
        elif kind == "contact":
            contact = EmailContact(**record)
            self.contacts.setdefault(contact.email.lower(), []).append(contact)
        elif kind == "subscriber":
            self.subscribers[record["phone"]] = record["id"]
        elif kind == "subscription":
            subscription = Subscription(**record)
            self.subscriptions[subscription.phone, subscription.sender_code] = subscription
            self.count_by_code[subscription.sender_code] += 1
        elif kind == "opt_out":
            opt_out = OptOut(**record)
            self.opt_outs[opt_out.phone, opt_out.sender_code] = opt_out
            self.opted_out_phones[opt_out.phone] = self.opted_out_phones.get(opt_out.phone, 0) + 1
        elif kind == "message":
            message = Message(**record)
            self.messages[message.name] = message
        elif kind == "send":
            self.sends.append(Send(**record))
        self.last_id = max(self.last_id, int(record.get("id", 0)))

"""The four commands about messages: create, list, send to a phone, send to a sender code.

Sources: wcsupport2/api-rest-create-sms-message, hc/en-us/articles/360000393023 (Get SMS
Messages), wcsupport2/api-rest-send-message-to-phone,
wcsupport2/api-rest-send-message-to-sender-code. Nothing is really sent.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import islice
from typing import Any

from sandbox.sms.answers import (
    Reply,
    date_text,
    error,
    filled,
    is_phone,
    ok,
    parts_of,
    platform_phone,
    unknown_sender,
)
from sandbox.sms.realm import Message, Realm, Send

Query = Mapping[str, str]

PAGE_SIZE = 500
"""Messages on one page of Get SMS Messages (doc)."""

_TOO_LONG = "Message text cannot be more than 160 characters long"


def create_message(realm: Realm, args: list[str], query: Query) -> Reply:
    """``createMessage/{name}/{text}?label=a,b``.

    Doc: blank or taken names are refused; a label that is not defined makes the message
    all the same and answers 500. From the HTTP twin: such a message has no label.
    """
    name, text = args[0], args[1]
    if not name.strip() or not text.strip() or name in realm.messages:
        return error(500, filled(realm.switches.message_text, realm.id, name=name))
    if realm.switches.long_message == "refuse" and len(text) > 160:
        return error(500, _TOO_LONG)
    labels = query.get("label", "")
    asked = [part.strip() for part in labels.split(",") if part.strip()]
    if not all(label in realm.labels for label in asked):
        realm.add_message(name, text, None, parts_of(text))
        return error(500, filled(realm.switches.label_text, realm.id, name=name))
    made = realm.add_message(name, text, ",".join(asked) or None, parts_of(text))
    return ok(_message_body(realm, made))


def get_messages(realm: Realm, args: list[str], query: Query) -> Reply:
    """``GET /rest/sms?skip=``: the realm's messages, 500 at a time (doc).

    The example prints a ``Link`` header to another resource; it is left out here. A
    ``skip`` that is no number counts as 0 (inferred).
    """
    skip = query.get("skip", "0")
    start = int(skip) if skip.isascii() and skip.isdigit() else 0
    page = islice(realm.messages.values(), start, start + PAGE_SIZE)
    return ok([_message_body(realm, message) for message in page])


def send_to_phone(realm: Realm, args: list[str], query: Query) -> Reply:
    """``sendMessageToPhone/{messageText}/{phone}/{senderCode}``.

    Doc: the phone need not be subscribed; opt-outs are always honoured; an unknown code
    is the printed error. Example: the answer is a list. Inferred: one item for each part;
    what an opted-out phone gets is a switch.
    """
    text, phone, sent_code = args[0], platform_phone(args[1]), args[2]
    switches = realm.switches
    code = realm.sender_code(sent_code)
    if code is None:
        return unknown_sender(sent_code, realm.id)
    if not text.strip():
        return error(500, filled(switches.message_text, realm.id))
    if not is_phone(phone):
        return error(500, filled(switches.phone_text, realm.id, phone=phone))
    if switches.long_message == "refuse" and len(text) > 160:
        return error(500, _TOO_LONG)
    kept_back = realm.has_opted_out(phone, code)
    parts = parts_of(text)
    send = realm.add_send(
        Send(
            id=realm.next_id(),
            kind="phone",
            sender_code=code,
            text=text,
            parts=parts,
            created=time.time(),
            phone=phone,
            reached=[] if kept_back else [phone],
            kept_back=int(kept_back),
        )
    )
    if kept_back and switches.send_to_opted_out == "error":
        return error(500, filled(switches.refused_text, realm.id, phone=phone, sender_code=code))
    if kept_back and switches.send_to_opted_out == "empty":
        return ok([])
    when = date_text(send.created, switches.dates)
    return ok(
        [
            {
                "success": not kept_back,
                "createDate": when,
                "updatedDate": when,
                "partSent": 0 if kept_back else part,
                "realmId": realm.id,
                "smsSenderId": realm.sender_codes[code],
                "totalParts": parts,
                "messageId": f"13{send.id:06X}{part:08X}",
                "phone": phone,
                # "0" is the only value the pages show; the other one is inferred.
                "status": "-1" if kept_back else "0",
            }
            for part in ([1] if kept_back else range(1, parts + 1))
        ]
    )


def send_to_sender_code(realm: Realm, args: list[str], query: Query) -> Reply:
    """``sendMessageToSenderCode/{messageName}/{senderCode}/{name}?description=&groupName=``.

    Doc: goes to everybody on the code, or on its group; a group that is not defined or
    misspelt is ignored, so the message goes to everybody. Example: the keys, the status
    ``submitted`` and a count of 0.
    """
    message_name, sent_code, name = args[0], args[1], args[2]
    switches = realm.switches
    code = realm.sender_code(sent_code)
    if code is None:
        return unknown_sender(sent_code, realm.id)
    message = realm.messages.get(message_name)
    if message is None:
        return error(500, filled(switches.message_missing_text, realm.id, name=message_name))
    group = query.get("groupName")
    group = group if group in realm.groups else None
    wanted = [
        s.phone
        for s in realm.subscriptions.values()
        if s.sender_code == code and (group is None or s.group == group)
    ]
    reached = [phone for phone in wanted if not realm.has_opted_out(phone, code)]
    send = realm.add_send(
        Send(
            id=realm.next_id(),
            kind="sender_code",
            sender_code=code,
            text=message.text,
            parts=message.parts,
            created=time.time(),
            message=message.name,
            name=name,
            group=group,
            reached=reached,
            kept_back=len(wanted) - len(reached),
        )
    )
    when = date_text(send.created, switches.dates)
    body: dict[str, Any] = {
        "id": send.id,
        "realmId": realm.id,
        "smsMessageId": message.id,
        "smsSenderId": realm.sender_codes[code],
        "smsGroupId": realm.groups[group] if group else 0,
        "smsSubscriberCount": len(reached) if switches.subscriber_count == "real" else 0,
        "campaignId": 0,
        "lcCampaignId": 0,
        "lcActionId": 0,
        "name": name,
    }
    if query.get("description"):
        body["description"] = query["description"]
    body |= {"status": "submitted", "createdDate": when, "updatedDate": when}
    return ok(body)


def _message_body(realm: Realm, message: Message) -> dict[str, Any]:
    when = date_text(message.created, realm.switches.dates)
    body: dict[str, Any] = {
        "id": message.id,
        "realmId": realm.id,
        "totalParts": message.parts,
        "name": message.name,
        "messageText": message.text,
    }
    if message.label is not None:
        body["label"] = message.label
    return body | {"createdDate": when, "updatedDate": when}

"""The three commands that change who is subscribed: two adds and the stop.

Sources: wcsupport2/api-rest-add-sms-contact-to-sender-code,
wcsupport2/api-rest-add-phone-to-sender-code, wcsupport2/stop-sending-sms-to-contact, and
their HTTP twins where those are silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.sms.answers import (
    Reply,
    date_text,
    error,
    filled,
    is_phone,
    ok,
    platform_phone,
    unknown_sender,
)
from sandbox.sms.realm import Realm, Subscription

Query = Mapping[str, str]


def add_sms_contact(realm: Realm, args: list[str], query: Query) -> Reply:
    """``addSubscriberToSenderCode/{email}/{phone}/{sender_code}[/{country}/]``.

    Doc: the e-mail contact must exist; ``groupName``, ``first``, ``customerKey`` are case
    sensitive and ignored when misspelt; ``customerKey`` is required in realms that have
    customer keys; an existing subscription is an error. Example: the keys of the answer,
    and that ten digits come back as eleven. Inferred: ``groupName`` is left out of the
    answer when there is no group (the platform's JSON omits nulls elsewhere).
    """
    email, phone, sender_code = args[0], args[1], args[2]
    country = args[3] if len(args) > 3 else None
    switches = realm.switches
    if switches.customer_key_realm and not query.get("customerKey"):
        return error(500, filled(switches.customer_key_text, realm.id))
    if not _contact_exists(realm, email, query):
        return error(500, filled(switches.contact_text, realm.id, email=email))
    made = _add(
        realm,
        phone,
        sender_code,
        query,
        email=email,
        first=query.get("first") or None,
        customer_key=query.get("customerKey") or None,
        country=country,
    )
    if isinstance(made, Reply):
        return made
    body: dict[str, Any] = {
        "success": True,
        "createDate": date_text(made.created, switches.dates),
        "updatedDate": date_text(made.updated, switches.dates),
        "realmId": realm.id,
        "smsSubscriberId": made.subscriber_id,
        "id": made.id,
    }
    if made.group is not None:
        body["groupName"] = made.group
    body["phone"] = made.phone
    return ok(body)


def add_phone(realm: Realm, args: list[str], query: Query) -> Reply:
    """``addPhoneToSenderCode/{phone}/{sender_code}``, for people without an e-mail address.

    Doc: ``groupName`` as above. Example: the keys of the answer, among them neither
    ``phone`` nor ``success``. Inferred: ``smsGroupId`` is 0 without a group, as other
    examples print unset numbers.
    """
    made = _add(realm, args[0], args[1], query)
    if isinstance(made, Reply):
        return made
    dates = realm.switches.dates
    return ok(
        {
            "id": made.id,
            "realmId": realm.id,
            "smsSubscriberId": made.subscriber_id,
            "smsSenderId": realm.sender_codes[made.sender_code],
            "smsGroupId": realm.groups.get(made.group, 0) if made.group else 0,
            "authenticated": False,
            "createdDate": date_text(made.created, dates),
            "updatedDate": date_text(made.updated, dates),
        }
    )


def stop(realm: Realm, args: list[str], query: Query) -> Reply:
    """``stopSubscriberSend/{phone}/{senderCode}``: unsubscribes and records an opt-out.

    Doc: it unsubscribes; a phone that is not on the code is the error below, which prints
    the phone with its leading 1. The opt-out is from the HTTP twin's page. Inferred: an
    unknown sender code is the error of the other commands.
    """
    phone, sent_code = platform_phone(args[0]), args[1]
    code = realm.sender_code(sent_code)
    if code is None:
        return unknown_sender(sent_code, realm.id)
    how = realm.switches.stop_unknown
    ended = realm.unsubscribe(phone, code)
    if ended is None and (how != "opt-out" or not is_phone(phone)):
        if how == "error-and-opt-out" and is_phone(phone):
            realm.opt_out(phone, code)
        text = f"An error occurred processing STOP sends for phone [{phone}] realmId [{realm.id}]"
        return error(500, text)
    opt_out = realm.opt_out(phone, code)
    when = date_text(opt_out.created, realm.switches.dates)
    return ok(
        {
            "id": opt_out.id,
            "smsSubscriberId": ended.subscriber_id if ended else 0,
            "smsSenderId": realm.sender_codes[code],
            "realmId": realm.id,
            "campaignId": 0,
            "phone": phone,
            "createdDate": when,
            "updatedDate": when,
        }
    )


def _add(
    realm: Realm, sent_phone: str, sent_code: str, query: Query, **details: str | None
) -> Subscription | Reply:
    """What both adds do: check, then subscribe."""
    switches = realm.switches
    code = realm.sender_code(sent_code)
    if code is None:
        return unknown_sender(sent_code, realm.id)
    phone = platform_phone(sent_phone)
    if not is_phone(phone):
        return error(500, filled(switches.phone_text, realm.id, phone=phone))
    # A group that is not defined is ignored and the phone is subscribed without one (doc).
    group = query.get("groupName")
    group = group if group in realm.groups else None
    existing = realm.subscriptions.get((phone, code))
    if existing is not None:
        if switches.existing_group == "move" and group and group != existing.group:
            realm.move(existing, group)
            return existing
        text = filled(switches.existing_text, realm.id, phone=phone, sender_code=code)
        return error(500, text)
    if realm.has_opted_out(phone, code):
        if switches.after_stop == "refuse":
            text = filled(switches.refused_text, realm.id, phone=phone, sender_code=code)
            return error(500, text)
        if switches.after_stop == "clear":
            realm.clear_opt_outs(phone, code)
    return realm.subscribe(phone, code, group=group, **details)


def _contact_exists(realm: Realm, email: str, query: Query) -> bool:
    """Whether the add finds its e-mail contact.

    Where several contacts share an address, ``first`` and ``customerKey`` select one
    (inferred).
    """
    if not realm.switches.strict_emails:
        return True
    found = realm.contacts.get(email.lower(), [])
    if len(found) > 1 and query.get("first"):
        found = [c for c in found if c.first is None or c.first == query["first"]]
    if realm.switches.customer_key_realm:
        found = [c for c in found if c.customer_key in (None, query.get("customerKey"))]
    return bool(found)

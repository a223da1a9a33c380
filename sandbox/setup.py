"""Puts things into a realm without the vendor's commands, for ``POST /sandbox/setup``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.sms.answers import parts_of, platform_phone
from sandbox.sms.realm import EmailContact, Realm
from sandbox.watching import only_known

_DEFINED = {"sender_codes": "sender_code", "groups": "group", "labels": "label"}
_DETAILS = ("group", "email", "first", "customer_key", "country")


def set_up(realm: Realm, given: Mapping[str, Any]) -> None:
    """Adds to what the realm holds; every key is optional.

    * ``sender_codes``, ``groups``, ``labels``: lists of texts.
    * ``email_contacts``: list of addresses or of ``{"email", "first", "customer_key"}``.
    * ``any_email``: true to take every e-mail as a contact, false for those set up.
    * ``subscriptions``: list of ``{"phone", "sender_code"}`` with ``group``, ``email``,
      ``first``, ``customer_key``, ``country`` if wanted.
    * ``opt_outs``: list of ``{"phone", "sender_code"}``; an opt-out ends the subscription,
      as when a person replies STOP.
    * ``messages``: list of ``{"name", "text"}``.
    * ``switches``: see ``--help``.
    * ``replace``: true to empty sender codes, groups, labels or e-mail contacts that are
      named here before adding.

    Raises:
        ValueError: an unknown key, switch or value.
        KeyError: a thing without its name.
    """
    lists = ("email_contacts", "subscriptions", "opt_outs", "messages")
    only_known(given, *_DEFINED, *lists, "any_email", "switches", "replace")
    for name, value in given.get("switches", {}).items():
        realm.switches.change(name, value)
    if "any_email" in given:
        realm.switches.change("strict_emails", not given["any_email"])
    for key, kind in _DEFINED.items():
        if key in given and given.get("replace"):
            realm.undefine_all(kind)
        for name in given.get(key, []):
            realm.define(kind, str(name))
    if "email_contacts" in given and given.get("replace"):
        realm.remove_contacts()
    for contact in given.get("email_contacts", []):
        known = {"email": contact} if isinstance(contact, str) else contact
        realm.add_contact(EmailContact(**known))
    _set_up_phones(realm, given)
    for message in given.get("messages", []):
        if message["name"] not in realm.messages:
            text = message["text"]
            realm.add_message(message["name"], text, None, parts_of(text))


def _set_up_phones(realm: Realm, given: Mapping[str, Any]) -> None:
    for wanted in given.get("subscriptions", []):
        only_known(wanted, "phone", "sender_code", *_DETAILS)
        phone, code = _pair(wanted)
        if (phone, code) not in realm.subscriptions:
            realm.subscribe(phone, code, **{name: wanted.get(name) for name in _DETAILS})
    for wanted in given.get("opt_outs", []):
        phone, code = _pair(wanted)
        realm.unsubscribe(phone, code)
        realm.opt_out(phone, code)


def _pair(wanted: Mapping[str, Any]) -> tuple[str, str]:
    return platform_phone(str(wanted["phone"])), platform_phone(str(wanted["sender_code"]))

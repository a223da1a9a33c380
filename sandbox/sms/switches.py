"""Every behaviour the vendor's pages leave open, as a switch with a careful default."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


def _choice(default: str, *others: str, help: str) -> Any:
    return field(default=default, metadata={"choices": (default, *others), "help": help})


def _flag(help: str) -> Any:
    return field(default=False, metadata={"help": help})


def _text(default: str, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass
class Switches:
    """The doubtful behaviours of one realm.

    Every field becomes an option of the command line (``after_stop`` is
    ``--after-stop``) and can be changed while running with
    ``POST /sandbox/setup {"switches": {...}}``. Texts may hold ``{phone}``,
    ``{sender_code}``, ``{email}``, ``{name}`` and ``{realm_id}``.
    """

    after_stop: str = _choice(
        "accept",
        "refuse",
        "clear",
        help="an add after a stop (inferred): accept it while the opt-out stands and no send "
        "gets through; refuse it with 500; accept it and clear the opt-out",
    )
    stop_unknown: str = _choice(
        "error",
        "error-and-opt-out",
        "opt-out",
        help="a stop for a phone that is not on the code: error as the REST page says (doc), the "
        "same error but an opt-out is kept, or success with an opt-out as the HTTP twin says",
    )
    opt_out_scope: str = _choice(
        "sender-code",
        "realm",
        help="what an opt-out covers (inferred): the code it was made for, or every code",
    )
    existing_group: str = _choice(
        "error",
        "move",
        help="an add of a subscribed phone with another defined group (inferred): the usual "
        "'already exists' error, or the subscription moves to that group",
    )
    send_to_opted_out: str = _choice(
        "success-false",
        "error",
        "empty",
        help="send to an opted-out phone (doc: opt-outs are honoured; answer inferred): 200 with "
        "success false, 500, or 200 with an empty list. Nothing is sent in any case",
    )
    subscriber_count: str = _choice(
        "zero",
        "real",
        help="smsSubscriberCount of send to sender code: 0 as in the example, or the number of "
        "phones it went to",
    )
    long_message: str = _choice(
        "parts",
        "refuse",
        help="a text of more than 160 characters: made of parts, or refused as the HTTP twin says",
    )
    path_form: str = _choice(
        "both",
        "overview",
        "command-page",
        help="where overview and command page disagree on a path (add SMS contact, create "
        "message): take both, or one of them only",
    )
    plus: str = _choice(
        "space",
        "plus",
        help="a bare + in a path segment: a space as in the examples, or a plus. %%2B is always "
        "a plus, %%20 always a space",
    )
    dates: str = _choice(
        "plain",
        "padded",
        "narrow",
        help="dates (example): 'Mar 22, 2018 4:05:11 PM', '... 04:05:11 PM', or with a narrow "
        "no-break space before AM and PM as newer Javas print it",
    )
    strict_emails: bool = _flag(
        "add SMS contact only for e-mail contacts that were set up (doc: it must exist already); "
        "otherwise every e-mail counts as a contact, so that a demo works",
    )
    customer_key_realm: bool = _flag(
        "customerKey is required by add SMS contact (doc, for realms with customer keys)"
    )
    existing_text: str = _text(
        "An SMS subscription already exists for phone [{phone}] realmId [{realm_id}]",
        "error of an add that is subscribed already (doc: begins with 'An SMS '; rest inferred)",
    )
    refused_text: str = _text(
        "Phone [{phone}] has opted out of sender code [{sender_code}] realmId [{realm_id}]",
        "error of an add or send that is refused for an opt-out (inferred)",
    )
    contact_text: str = _text(
        "Error getting subscriber with email {email} realmID: {realm_id}",
        "error when the e-mail contact does not exist (inferred)",
    )
    customer_key_text: str = _text(
        "Customer key is required realmID: {realm_id}",
        "error when customerKey is missing (inferred)",
    )
    phone_text: str = _text(
        "Invalid phone number [{phone}] realmId [{realm_id}]",
        "error when a phone is not 10 to 15 digits (inferred)",
    )
    message_text: str = _text(
        "Message could not be saved",
        "error when a message's name is taken or blank (doc: begins 'Message could not be save')",
    )
    label_text: str = _text(
        "Error label name not found",
        "error after creating a message with an undefined label (text from the HTTP twin)",
    )
    message_missing_text: str = _text(
        "Error getting message with name {name} realmID: {realm_id}",
        "error of send to sender code when the message does not exist (inferred)",
    )

    def change(self, name: str, value: object) -> None:
        """Sets one switch.

        Raises:
            ValueError: there is no such switch, or it cannot take that value.
        """
        known = {f.name: f for f in fields(self)}
        if name not in known:
            raise ValueError(f"no switch {name!r}; there are: {', '.join(sorted(known))}")
        choices = known[name].metadata.get("choices")
        wanted = bool if isinstance(known[name].default, bool) else str
        if not isinstance(value, wanted) or (choices and value not in choices):
            allowed = " | ".join(choices) if choices else wanted.__name__
            raise ValueError(f"switch {name!r} takes {allowed}, not {value!r}")
        setattr(self, name, value)

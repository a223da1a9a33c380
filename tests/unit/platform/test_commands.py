"""What goes over the wire: paths, segments, queries."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.destinations.sms_platform.commands import (
    AddPath,
    Commands,
    CreatePath,
    NotSendable,
    PlatformCommand,
    segment,
)
from schemas.errors import ExitCode
from schemas.outcomes import Cause, Kind, Operation
from tests.builders.sync_files import CODE

PHONE = "+12065550123"
COMMANDS = Commands(AddPath.WITH_COUNTRY, CreatePath.OWN_PAGE)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("12065551212", "12065551212"),
        ("Welcome to SMS", "Welcome%20to%20SMS"),
        ("a+b", "a%2Bb"),
        ("100% off?", "100%25%20off%3F"),
        ("%2e%2e", "%252e%252e"),
        ("#1;a=b&c:d", "%231%3Ba%3Db%26c%3Ad"),
        ("Zoë 蓮", "Zo%C3%AB%20%E8%93%AE"),
        ("🙂", "%F0%9F%99%82"),
        ("...", "..."),
        ("two\nlines", "two%0Alines"),
        ("back\\slash", "back%5Cslash"),
    ],
)
def test_a_segment_is_encoded_strictly(value: str, sent: str) -> None:
    """Everything but letters, digits and -._~ is percent-encoded as UTF-8."""
    assert segment(value, "name") == sent


@pytest.mark.parametrize(
    "value", ["", " ", "\t", ".", "..", " .. ", "a/b", "/", "../x", "a\x00b", "\x7f", "\ud800"]
)
def test_a_segment_that_would_change_the_path_is_refused(value: str) -> None:
    """Slashes, dots, nothing, control and broken characters are refused before sending."""
    with pytest.raises(NotSendable) as refusal:
        segment(value, "message name")
    assert refusal.value.exit_code is ExitCode.WRONG_USE
    assert "message name" in str(refusal.value)


@given(st.text())
def test_a_segment_arrives_as_it_was_or_not_at_all(value: str) -> None:
    """Decoding what is sent gives back the value, in one segment of plain ASCII."""
    try:
        sent = segment(value, "name")
    except NotSendable:
        return
    assert unquote(sent, errors="strict") == value
    assert sent.isascii()
    assert not set(sent) & set("/?#%&+ ") - {"%"}


@pytest.mark.parametrize(
    "phone", ["", "+", "12 06", "206-555-0123", "tel:1", "+1206555o123", "٣" * 11]
)
def test_only_digits_are_sent_as_a_phone(phone: str) -> None:
    """A phone that is not international digits is refused, and the refusal does not repeat it."""
    with pytest.raises(NotSendable) as refusal:
        COMMANDS.stop(phone, CODE)
    assert len(phone) < 4 or phone not in str(refusal.value)


def _target(**values: str) -> str:
    operation = Operation("r#1", Kind.ADD, Cause.NEW, CODE, PHONE, country="US")
    return COMMANDS.of(replace(operation, **values)).target.decode()


def test_an_operation_becomes_the_right_command() -> None:
    """With e-mail the contact is added, without it the phone; a stop is a stop in either case."""
    for kind in (Kind.ADD, Kind.UPDATE):
        operation = Operation("r#1", kind, Cause.NEW, CODE, PHONE, country="US")
        assert COMMANDS.of(operation).command is PlatformCommand.ADD_PHONE
        operation = Operation("r#1", kind, Cause.NEW, CODE, PHONE, country="US", email="a@b.c")
        assert COMMANDS.of(operation).command is PlatformCommand.ADD_CONTACT
    stop = Operation("r#1", Kind.STOP, Cause.GONE, CODE, PHONE, email="ann@example.com")
    assert COMMANDS.of(stop).command is PlatformCommand.STOP


@pytest.mark.parametrize(
    ("values", "target"),
    [
        ({}, f"/rest/sms/addPhoneToSenderCode/12065550123/{CODE}"),
        (
            {"group": "week & end", "first_name": "Ann", "customer_key": "7"},
            f"/rest/sms/addPhoneToSenderCode/12065550123/{CODE}?groupName=week%20%26%20end",
        ),
        (
            {"email": "ann+news@example.com"},
            f"/rest/sms/addSubscriberToSenderCode/ann%2Bnews@example.com/12065550123/{CODE}/us/",
        ),
        (
            {
                "email": "zoë@example.com",
                "group": "a+b",
                "first_name": "Zoë Ann",
                "customer_key": "k/1?#",
            },
            f"/rest/sms/addSubscriberToSenderCode/zo%C3%AB@example.com/12065550123/{CODE}/us/"
            "?groupName=a%2Bb&first=Zo%C3%AB%20Ann&customerKey=k%2F1%3F%23",
        ),
        (
            {"sender_code": "My Shop"},
            "/rest/sms/addPhoneToSenderCode/12065550123/My%20Shop",
        ),
    ],
)
def test_an_add_has_the_vendors_path(values: dict[str, str], target: str) -> None:
    """Paths and query names are the vendor's, letter for letter; absent values are left out."""
    assert _target(**values) == target


def test_a_contact_without_country_is_not_sent() -> None:
    """The overview's path needs the country; an empty segment would move all that follow."""
    with pytest.raises(NotSendable, match="country"):
        _target(email="ann@example.com", country="")
    assert "/12065550123/" in _target(country="")


def test_the_other_forms_of_the_paths() -> None:
    """Where the vendor's pages disagree, the other form is a setting."""
    other = Commands(AddPath.WITHOUT_COUNTRY, CreatePath.OVERVIEW, "/wc")
    add = other.add_contact("a@example.com", PHONE, CODE, "", group="g")
    assert (
        add.target
        == (
            f"/wc/rest/sms/addSubscriberToSenderCode/a@example.com/12065550123/{CODE}?groupName=g"
        ).encode()
    )
    assert other.create_message("n", "t").target == b"/wc/rest/create_message/n/t"


def test_messages_have_the_vendors_paths() -> None:
    """Create, list and send as printed on their own pages."""
    create = COMMANDS.create_message("My SMS", "50% off + more", ["welcome", "s m"])
    assert create.target == (
        b"/rest/sms/createMessage/My%20SMS/50%25%20off%20%2B%20more?label=welcome,s%20m"
    )
    assert COMMANDS.get_messages().target == b"/rest/sms"
    assert COMMANDS.get_messages(500).target == b"/rest/sms?skip=500"
    assert COMMANDS.send_to_phone("Hi you", PHONE, CODE).target == (
        f"/rest/sms/sendMessageToPhone/Hi%20you/12065550123/{CODE}".encode()
    )
    send = COMMANDS.send_to_sender_code("welcome", CODE, "My run", description="d", group="g")
    assert (
        send.target
        == (
            f"/rest/sms/sendMessageToSenderCode/welcome/{CODE}/My%20run?description=d&groupName=g"
        ).encode()
    )


@pytest.mark.parametrize("labels", [["a,b"], [""], ["a", " "]])
def test_a_label_cannot_smuggle_another(labels: list[str]) -> None:
    """The comma separates labels, so none may hold one."""
    with pytest.raises(NotSendable):
        COMMANDS.create_message("n", "t", labels)


def test_a_call_shows_nothing_personal() -> None:
    """What a debugger or log prints of a call holds neither phone, e-mail nor name."""
    call = COMMANDS.add_contact(
        "ann@example.com", PHONE, CODE, "US", group="g", first_name="Ann", customer_key="k1"
    )
    assert repr(call) == (
        "Call(command=<PlatformCommand.ADD_CONTACT: 'addSubscriberToSenderCode'>, method='POST')"
    )

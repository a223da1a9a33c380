"""The answer table: every row, every exception of httpx, and what is kept of an answer."""

from __future__ import annotations

import inspect
import json
import socket
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.destinations.sms_platform.answer_table import EXCEPTION_RULES, RULES
from connectors.destinations.sms_platform.commands import ADDS, ALL, NEVER_TWICE, PlatformCommand
from connectors.destinations.sms_platform.judge_answer import (
    LONGEST_TEXT,
    LONGEST_WAIT,
    judge,
    judge_exception,
    read_body,
    rule_for,
    tidy,
)
from schemas.outcomes import Answer, Verdict

V = Verdict
STOP = frozenset({PlatformCommand.STOP})
CREATE = frozenset({PlatformCommand.CREATE_MESSAGE})
SYNC = ADDS | STOP
FRAMED = {"Content-Length": "1"}


def error(text: str, status: int = 500) -> bytes:
    """An error as the vendor's pages describe it."""
    body = {"error": text, "status": "Internal Server Error", "statusCode": status}
    return json.dumps(body).encode()


GOOD = b'{"id": 7, "realmId": 1}'
HTML = b"<html><body>502 Bad Gateway</body></html>"
EXISTS = "An SMS Subscription already exists for phone [12065550123]"
UNKNOWN_CODE = "Error getting sender with senderCode 1 realmID: 10"
STOPPING = "An error occurred processing STOP sends for phone [12065550123] realmId [10]"

CASES: list[tuple[str, frozenset[PlatformCommand], int, bytes, Verdict]] = [
    # the rule of the table that must decide, commands, status, body, verdict
    ("credentials: 401", ALL, 401, error("Unauthorized", 401), V.CREDENTIALS),
    ("credentials: 401", ALL, 401, HTML, V.CREDENTIALS),
    ("credentials: 403", ALL, 403, b"", V.CREDENTIALS),
    ("proxy credentials", ALL, 407, HTML, V.CREDENTIALS),
    ("redirect", ALL, 301, b"", V.CREDENTIALS),
    ("redirect", ALL, 302, HTML, V.CREDENTIALS),
    ("redirect", ALL, 307, GOOD, V.CREDENTIALS),
    ("wait: 408", ALL, 408, b"", V.TRANSIENT),
    ("wait: 425", ALL, 425, b"", V.TRANSIENT),
    ("wait: 429", ALL, 429, error("Too many", 429), V.TRANSIENT),
    ("already subscribed", ADDS, 500, error(EXISTS), V.ALREADY),
    ("already subscribed", ADDS, 500, error("An SMS SUBSCRIBER is EXISTING"), V.ALREADY),
    (
        "already subscribed",
        ADDS,
        500,
        error("An SMS contact that exists\nis subscribed"),
        V.ALREADY,
    ),
    ("already subscribed", ADDS, 500, b"[" + error(EXISTS) + b"]", V.ALREADY),
    (
        "already subscribed",
        ADDS,
        500,
        b'{\n"error": "An SMS subscription exists"\n"statusCode": 500\n}',
        V.ALREADY,
    ),
    ("error not understood", STOP, 500, error(EXISTS), V.NOT_UNDERSTOOD),
    ("error not understood", ADDS, 500, error("An SMS cannot be sent"), V.NOT_UNDERSTOOD),
    ("error not understood", ADDS, 500, error("No, " + EXISTS), V.NOT_UNDERSTOOD),
    ("sender code unknown", SYNC, 500, error(UNKNOWN_CODE), V.SENDER_CODE_UNKNOWN),
    ("sender code unknown", SYNC, 500, error(UNKNOWN_CODE.upper()), V.SENDER_CODE_UNKNOWN),
    ("stop error", STOP, 500, error(STOPPING), V.AMBIGUOUS_STOP),
    ("error not understood", ADDS, 500, error(STOPPING), V.NOT_UNDERSTOOD),
    ("message not saved", CREATE, 500, error("Message could not be saved: X"), V.REFUSED),
    (
        "message created in spite of a 500",
        CREATE,
        500,
        error("Label x is undefined"),
        V.NO_RESPONSE,
    ),
    ("message: 502", NEVER_TWICE, 502, HTML, V.NO_RESPONSE),
    ("message: 503", NEVER_TWICE, 503, HTML, V.NO_RESPONSE),
    ("message: 504", NEVER_TWICE, 504, b"", V.NO_RESPONSE),
    ("passing: 502", SYNC, 502, HTML, V.TRANSIENT),
    ("passing: 503", SYNC, 503, error("Service Unavailable", 503), V.TRANSIENT),
    ("passing: 504", SYNC, 504, b"", V.TRANSIENT),
    ("error not understood", ALL - CREATE, 500, error("Boom"), V.NOT_UNDERSTOOD),
    ("error not understood", SYNC, 501, error("Not Implemented", 501), V.NOT_UNDERSTOOD),
    ("message: server fault", NEVER_TWICE, 599, HTML, V.NO_RESPONSE),
    ("server fault", SYNC, 500, HTML, V.TRANSIENT),
    ("server fault", SYNC, 500, b"", V.TRANSIENT),
    ("server fault", SYNC, 500, b'{"message": "oops"}', V.TRANSIENT),
    ("server fault", SYNC, 500, b'{"error": "Internal Server Error"}', V.TRANSIENT),
    ("row refused", ALL, 400, error("Bad Request", 400), V.REFUSED),
    ("no such address", ALL, 404, HTML, V.NO_SUCH_ADDRESS),
    ("no such address", ALL, 404, error("Not Found", 404), V.NO_SUCH_ADDRESS),
    ("no such address", ALL, 405, error("Method Not Allowed", 405), V.NO_SUCH_ADDRESS),
    ("row refused: 404 in words", ALL, 404, error("No such phone", 404), V.REFUSED),
    ("row refused", ADDS, 409, error(EXISTS, 409), V.REFUSED),
    ("answer cut off", ALL, 200, b'{"id": 7, "real', V.NO_RESPONSE),
    ("error under 200", ALL, 200, error("Boom"), V.UNEXPECTED_SUCCESS),
    ("success is not true", ALL, 200, b'{"id": 7, "success": false}', V.UNEXPECTED_SUCCESS),
    ("success is not true", ALL, 200, b'{"id": 7, "success": "false"}', V.UNEXPECTED_SUCCESS),
    (
        "success is not true",
        ALL,
        200,
        b'[{"success": true}, {"success": null}]',
        V.UNEXPECTED_SUCCESS,
    ),
    ("not an answer we know", ALL, 200, HTML, V.NOT_THE_PLATFORM),
    ("not an answer we know", ALL, 200, b"", V.NOT_THE_PLATFORM),
    ("not an answer we know", ALL, 200, b"null", V.NOT_THE_PLATFORM),
    ("not an answer we know", ALL, 200, b'"ok"', V.NOT_THE_PLATFORM),
    ("not an answer we know", ALL, 200, b"{}", V.NOT_THE_PLATFORM),
    ("not an answer we know", ALL, 200, b'{"login": "please"}', V.NOT_THE_PLATFORM),
    ("not an answer we know", SYNC, 200, b"[]", V.NOT_THE_PLATFORM),
    ("not an answer we know", ALL, 200, b"[" * 100_000 + b"]" * 100_000, V.NOT_THE_PLATFORM),
    ("not an answer we know", ALL, 200, b"\xff\xfe\x00", V.NOT_THE_PLATFORM),
    ("done", ALL, 200, GOOD, V.CONFIRMED),
    ("done", ALL, 200, b"[" + GOOD + b"]", V.CONFIRMED),
    ("done", ADDS, 200, b'{"success": true}', V.CONFIRMED),
    ("done", frozenset({PlatformCommand.GET_MESSAGES}), 200, b"[]", V.CONFIRMED),
    ("any other status", ALL, 201, GOOD, V.NOT_THE_PLATFORM),
    ("any other status", ALL, 204, b"", V.NOT_THE_PLATFORM),
    ("any other status", ALL, 600, GOOD, V.NOT_THE_PLATFORM),
    ("any other status", ALL, 101, b"", V.NOT_THE_PLATFORM),
]


@pytest.mark.parametrize(
    ("rule", "commands", "status", "body", "verdict"),
    CASES,
    ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)],
)
def test_every_row_decides_as_written(
    rule: str, commands: frozenset[PlatformCommand], status: int, body: bytes, verdict: Verdict
) -> None:
    """An answer is judged by the row of the table that describes it, for each of its commands."""
    headers = {} if rule == "answer cut off" else FRAMED
    for command in commands:
        assert rule_for(command, status, read_body(body, headers)).name == rule, command
        answer = judge(command, status, headers, body)
        assert answer.verdict is verdict, command
        assert answer.status == status


def test_no_row_is_without_a_case() -> None:
    """Each row of the table has at least one case here, and each case names a row."""
    assert {case[0] for case in CASES} == {rule.name for rule in RULES}
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_row_says_where_it_is_known_from() -> None:
    """A fact without a source is a guess nobody can check."""
    assert all(rule.source for rule in RULES)


@given(
    command=st.sampled_from(PlatformCommand),
    status=st.integers(100, 999),
    body=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["id", "error", "success", "statusCode", "phone", "x"]), inner
                )
            ),
            max_leaves=6,
        ).map(lambda value: json.dumps(value).encode()),
    ),
)
def test_whatever_comes_is_judged(command: PlatformCommand, status: int, body: bytes) -> None:
    """No status and no body make the judge raise, and only a 200 is ever confirmed."""
    answer = judge(command, status, {}, body)
    assert answer.verdict is not V.CONFIRMED or status == 200
    assert len(answer.text) <= LONGEST_TEXT


@pytest.mark.parametrize("command", sorted(NEVER_TWICE))
def test_a_message_is_never_passing_after_a_server_fault(command: PlatformCommand) -> None:
    """A message that may have gone out is not said to have done nothing."""
    for status in range(500, 600):
        assert judge(command, status, {}, HTML).verdict is V.NO_RESPONSE


def test_a_stop_is_confirmed_by_200_alone() -> None:
    """Nothing but a 200 proves a stop, whatever the body says."""
    for status in set(range(100, 600)) - {200}:
        for body in (GOOD, error(EXISTS), error(STOPPING), b""):
            assert judge(PlatformCommand.STOP, status, {}, body).verdict not in (
                V.CONFIRMED,
                V.ALREADY,
            )


# Exceptions

BEFORE = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"}
UNUSABLE = {"UnsupportedProtocol", "InvalidURL"}


def _raised() -> list[type[BaseException]]:
    found = [
        item
        for _, item in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(item, BaseException)
    ]
    assert len(found) > 25
    return found


@pytest.mark.parametrize("raised", _raised(), ids=lambda raised: raised.__name__)
@pytest.mark.parametrize("command", PlatformCommand)
def test_every_exception_of_httpx_is_judged(
    raised: type[BaseException], command: PlatformCommand
) -> None:
    """Only what is raised before a request leaves counts as nothing done; all else may be done."""
    exc = raised.__new__(raised)
    answer = judge_exception(PlatformCommand.STOP, exc)
    name = raised.__name__
    if name in BEFORE:
        assert answer.verdict is V.TRANSIENT
    elif name in UNUSABLE:
        assert answer.verdict is V.CREDENTIALS
    else:
        assert answer.verdict is V.NO_RESPONSE
    assert answer.text
    assert answer.status is None
    assert answer.may_have_been_done is (answer.verdict is V.NO_RESPONSE)


def test_every_exception_row_is_of_httpx_or_the_last_resort() -> None:
    """The table holds classes httpx still has, and ends with the row for everything else."""
    assert {rule.raised for rule in EXCEPTION_RULES[:-1]} <= set(_raised())
    assert EXCEPTION_RULES[-1].raised is Exception


@pytest.mark.parametrize(
    "exc", [OSError(), TimeoutError(), RuntimeError(), ExceptionGroup("", [OSError()])]
)
def test_an_exception_nobody_expected_counts_as_sent(exc: Exception) -> None:
    """Where nothing proves that the request did not leave, it may have been carried out."""
    assert judge_exception(PlatformCommand.STOP, exc).verdict is V.NO_RESPONSE


def test_a_bad_certificate_is_no_passing_fault() -> None:
    """Somebody else may be answering: the run ends instead of trying again and again."""
    exc = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    answer = judge_exception(PlatformCommand.ADD_PHONE, exc)
    assert answer.verdict is V.CREDENTIALS
    assert "certificate" in answer.text


def test_a_name_that_cannot_be_resolved_names_the_variable() -> None:
    """A passing fault, or a slip in the address: the person is told where to look."""
    exc = httpx.ConnectError("[Errno -2] Name or service not known")
    exc.__cause__ = OSError("all attempts failed")
    exc.__cause__.__context__ = socket.gaierror(-2, "Name or service not known")
    answer = judge_exception(PlatformCommand.ADD_PHONE, exc)
    assert answer.verdict is Verdict.TRANSIENT and "SENDERSYNC_API_URL" in answer.text
    assert (
        "SENDERSYNC"
        not in judge_exception(PlatformCommand.ADD_PHONE, httpx.ConnectError("no")).text
    )


def test_the_text_of_an_exception_is_not_kept() -> None:
    """An exception may hold the address, and the address holds phone and e-mail."""
    exc = httpx.ReadError("https://mail.example.com/rest/sms/x/12065550123/ann@example.com")
    assert judge_exception(PlatformCommand.STOP, exc).text == (
        "The connection was lost after the request had left."
    )


# What is kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("phone [12065550123] realmId [10]", "phone [1206***0123] realmId [10]"),
        ("phone +1 (206) 555-0123", "phone +1206***0123"),
        ("for ann.lee+x@example.com.", "for ***@***"),
        ("two\r\nlines\x1b[31m\u2028and more", "two lines [31m and more"),
        ("x" * 300, "x" * LONGEST_TEXT),
    ],
)
def test_words_are_kept_masked(said: str, kept: str) -> None:
    """Phones and e-mails in the platform's words are masked, and the words stay one short line."""
    assert tidy(said) == kept
    assert judge(PlatformCommand.STOP, 500, {}, error(said)).text == kept


@pytest.mark.parametrize("length", range(980, 1003))
def test_a_phone_at_the_cut_is_not_kept_in_half(length: int) -> None:
    """Where a long text is cut, no digits of a cut number are left over."""
    kept = tidy(" " * length + "12065550123 and more")
    assert "206555" not in kept


def test_values_that_were_sent_are_not_kept() -> None:
    """A name or customer key that the platform repeats is hidden, too."""
    assert tidy("No contact Zoë (jDoe3214)", ("Zoë", "jDoe3214")) == "No contact *** (***)"


@pytest.mark.parametrize("value", ["999999", "Tue, 22 Dec 2026 02:00:00 GMT"])
def test_a_wait_of_days_is_cut_to_an_hour(value: str) -> None:
    """A wrong clock at the platform does not stop a run for days."""
    now = datetime(2026, 11, 22, 2, 0, 0, tzinfo=UTC)
    answer = judge(PlatformCommand.STOP, 503, {"Retry-After": value}, HTML, now=now)
    assert answer.retry_after == LONGEST_WAIT


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_wait_is_obeyed_wherever_it_comes(status: int) -> None:
    """Retry-After counts for every passing answer, and for no other."""
    assert judge(PlatformCommand.STOP, status, {"Retry-After": "3"}, HTML).retry_after == 3.0
    assert judge(PlatformCommand.STOP, 404, {"Retry-After": "3"}, HTML).retry_after is None


@pytest.mark.parametrize(
    ("answer", "open_end"),
    [
        (Answer(V.NO_RESPONSE), True),
        (Answer(V.UNEXPECTED_SUCCESS, 200), True),
        (Answer(V.NOT_THE_PLATFORM, 200), True),
        (Answer(V.AMBIGUOUS_STOP, 500), True),
        (Answer(V.TRANSIENT, 502), True),
        (Answer(V.TRANSIENT, 504), True),
        (Answer(V.TRANSIENT, 500), True),
        (Answer(V.NOT_UNDERSTOOD, 500), True),
        (Answer(V.TRANSIENT, 503), False),
        (Answer(V.TRANSIENT, 429), False),
        (Answer(V.TRANSIENT), False),
        (Answer(V.REFUSED, 404), False),
        (Answer(V.NO_SUCH_ADDRESS, 404), False),
        (Answer(V.CREDENTIALS, 401), False),
    ],
)
def test_what_may_have_been_done_is_said(answer: Answer, *, open_end: bool) -> None:
    """An answer that does not prove that nothing happened says so."""
    assert answer.may_have_been_done is open_end


def test_a_rule_of_the_installation_goes_first() -> None:
    """Texts differ between installations: a rule of their own beats the built-in table."""
    own = next(rule for rule in RULES if rule.name == "already subscribed")
    rule = replace(own, name="own", first=409, last=409, error=None)
    answer = judge(PlatformCommand.ADD_PHONE, 409, {}, error("Da ist schon wer", 409), (rule,))
    assert answer.verdict is V.ALREADY
    assert judge(PlatformCommand.STOP, 409, {}, error("x", 409), (rule,)).verdict is V.REFUSED

"""The answer table: what the platform says, what it means, and where that is known from.

This is the one place. Rules are tried from top to bottom and the first that fits decides; rules of
an installation (`PlatformSettings.extra_rules`, read by `site_rules`) are tried before these.

Marks in `source`: *doc* stated on a vendor's page, *ex* seen only in an example there, *inf*
inferred, *HTTP* the RFCs. Nobody here has an account: where the vendor is silent, the careful
choice is taken. Two questions decide what is careful: may the request have been carried out (then
it is never `passing` for a message, and `Answer.may_have_been_done` says so for the rest), and
would every other row get the same answer (then the run ends at once instead of refusing them one
by one).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import httpx

from connectors.destinations.sms_platform.commands import ADDS, ALL, NEVER_TWICE, PlatformCommand
from schemas.outcomes import Verdict


class Shape(StrEnum):
    """What a body must look like for a rule to fit."""

    ANY = "any"
    ERROR = "error"  # an `error` text and a `statusCode`: the platform's own error (doc)
    ERROR_TEXT = "error_text"  # an `error` text, with or without a `statusCode`
    SAYS_NO = "says_no"  # `success` is there and is not true
    CUT_OFF = "cut_off"  # JSON that breaks off, and no length by which the end could be known
    NOT_KNOWN = "not_known"  # not JSON, or nothing in it that belongs to this command


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """One row of the table.

    Attributes:
        name: What the row is about; unique.
        verdict: What an answer that fits means.
        first, last: The statuses, both included.
        source: Where the fact is from.
        says: The sentence kept when the platform sent no words of its own.
        commands: The commands it holds for.
        shape: What the body must look like.
        error: What the `error` text must contain; None for any.
        note: Something a person should read as well.
        advice: What is kept behind the words, the platform's own or `says`.
    """

    name: str
    verdict: Verdict
    first: int
    last: int
    source: str
    says: str = ""
    commands: frozenset[PlatformCommand] = ALL
    shape: Shape = Shape.ANY
    error: re.Pattern[str] | None = None
    note: str = ""
    advice: str = ""

    def concerns(self, command: PlatformCommand, status: int) -> bool:
        """True when command and status fit; the body is looked at later."""
        return self.first <= status <= self.last and command in self.commands


def _text(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _gateway(status: int, source: str) -> tuple[AnswerRule, AnswerRule]:
    """502, 503, 504: for a sync passing, for a message never known to have done nothing."""
    return (
        AnswerRule(
            f"message: {status}",
            Verdict.NO_RESPONSE,
            status,
            status,
            "inf: a gateway may give up on a message that the platform then sends",
            says=f"The site answered {status}; the message may have gone out.",
            commands=NEVER_TWICE,
        ),
        AnswerRule(
            f"passing: {status}",
            Verdict.TRANSIENT,
            status,
            status,
            source,
            says=f"The site answered {status}: it is not available at the moment.",
        ),
    )


RULES: Final[tuple[AnswerRule, ...]] = (
    AnswerRule(
        "credentials: 401",
        Verdict.CREDENTIALS,
        401,
        401,
        'doc: "Get SMS Messages" shows it for a wrong Authorization',
        says="The platform refused the credentials (401).",
    ),
    AnswerRule(
        "credentials: 403",
        Verdict.CREDENTIALS,
        403,
        403,
        "HTTP: known and not allowed; every other row would get the same",
        says="The platform refused the credentials (403).",
    ),
    AnswerRule(
        "proxy credentials",
        Verdict.CREDENTIALS,
        407,
        407,
        "HTTP: a proxy on the way wants credentials; every row would get the same",
        says="A proxy on the way refused the request (407).",
    ),
    AnswerRule(
        "redirect",
        Verdict.CREDENTIALS,
        300,
        399,
        "inf: the address is wrong, or a log-in page stands before it; credentials do not follow",
        says="The site sends us elsewhere, and redirects are never followed: "
        "check SENDERSYNC_API_URL.",
    ),
    AnswerRule("wait: 408", Verdict.TRANSIENT, 408, 408, "HTTP", says="Time-out (408)."),
    AnswerRule("wait: 425", Verdict.TRANSIENT, 425, 425, "HTTP", says="Too early (425)."),
    AnswerRule(
        "wait: 429",
        Verdict.TRANSIENT,
        429,
        429,
        "HTTP; the vendor documents no rate limit and may have one",
        says="Too many requests (429).",
    ),
    AnswerRule(
        "already subscribed",
        Verdict.ALREADY,
        500,
        500,
        'doc: "Add Phone To Sender Code"; its example begins "An SMS " and is cut off there, '
        "so the rest is matched loosely",
        commands=ADDS,
        shape=Shape.ERROR_TEXT,
        error=_text(r"\A\s*An SMS (?=.*exist)(?=.*subscri)"),
    ),
    AnswerRule(
        "sender code unknown",
        Verdict.SENDER_CODE_UNKNOWN,
        500,
        500,
        'doc: "Send Message To Phone": Error getting sender with senderCode 1 realmID: 10',
        commands=ALL - {PlatformCommand.CREATE_MESSAGE, PlatformCommand.GET_MESSAGES},
        shape=Shape.ERROR_TEXT,
        error=_text(r"Error getting sender with senderCode"),
    ),
    AnswerRule(
        "stop error",
        Verdict.AMBIGUOUS_STOP,
        500,
        500,
        'doc: "Stop Sending SMS To Contact": for a phone that is not on the sender code; '
        "a passing fault reads the same",
        commands=frozenset({PlatformCommand.STOP}),
        shape=Shape.ERROR_TEXT,
        error=_text(r"error occurred processing STOP sends for phone"),
    ),
    AnswerRule(
        "message not saved",
        Verdict.REFUSED,
        500,
        500,
        'doc: "Create SMS Message": the name is taken, or name or text is blank',
        shape=Shape.ERROR_TEXT,
        error=_text(r"Message could not be save"),
    ),
    AnswerRule(
        "message created in spite of a 500",
        Verdict.NO_RESPONSE,
        500,
        500,
        'doc: "Create SMS Message": an undefined label gives 500 and the message is created',
        commands=frozenset({PlatformCommand.CREATE_MESSAGE}),
        says="The platform answered 500, and may have created the message all the same.",
        note="Look with `sendersync messages list` before creating it again.",
    ),
    *_gateway(502, "HTTP; sms-platform.md: passing"),
    *_gateway(503, "HTTP; sms-platform.md: passing"),
    *_gateway(504, "HTTP; sms-platform.md: passing"),
    AnswerRule(
        "error not understood",
        Verdict.NOT_UNDERSTOOD,
        500,
        599,
        "doc: errors are error, status, statusCode; this text is in no page",
        shape=Shape.ERROR,
    ),
    AnswerRule(
        "message: server fault",
        Verdict.NO_RESPONSE,
        500,
        599,
        "inf: the fault may have come after sending",
        says="The platform failed; the message may have gone out.",
        commands=NEVER_TWICE,
    ),
    AnswerRule(
        "server fault",
        Verdict.TRANSIENT,
        500,
        599,
        "inf: not the platform's own error, so a server or gateway before it",
        says="The site failed without an explanation.",
    ),
    AnswerRule(
        "row refused: 404 in words",
        Verdict.REFUSED,
        404,
        404,
        "doc: Client Errors (4xx); what is not found is in the words",
        shape=Shape.ERROR_TEXT,
        error=_text(r"\A(?!\s*Not Found\W*\Z)"),
    ),
    AnswerRule(
        "no such address",
        Verdict.NO_SUCH_ADDRESS,
        404,
        405,
        "HTTP: nothing is there, or nothing that takes this method; a firewall that dislikes one "
        "row may answer so too, so only several in a row end the run",
        says="Nothing at this address takes the request.",
        advice="If all are refused so, the address is wrong: check SENDERSYNC_API_URL.",
    ),
    AnswerRule(
        "row refused",
        Verdict.REFUSED,
        400,
        499,
        "doc: Client Errors (4xx)",
        says="The platform refused this request.",
    ),
    AnswerRule(
        "answer cut off",
        Verdict.NO_RESPONSE,
        200,
        200,
        "inf: the connection broke within an answer that did not say how long it is",
        says="The answer broke off.",
        shape=Shape.CUT_OFF,
    ),
    AnswerRule(
        "error under 200",
        Verdict.UNEXPECTED_SUCCESS,
        200,
        200,
        "inf: an error text never stands in an answer that means success",
        shape=Shape.ERROR_TEXT,
    ),
    AnswerRule(
        "success is not true",
        Verdict.UNEXPECTED_SUCCESS,
        200,
        200,
        'ex: "Add SMS Contact" and "Send Message To Phone" answer success: true',
        says="The answer says that it was not successful.",
        shape=Shape.SAYS_NO,
    ),
    AnswerRule(
        "not an answer we know",
        Verdict.NOT_THE_PLATFORM,
        200,
        200,
        "ex: every page shows a JSON answer with ids; a log-in or maintenance page has none",
        says="The answer is not one of the platform's.",
        shape=Shape.NOT_KNOWN,
    ),
    AnswerRule("done", Verdict.CONFIRMED, 200, 200, "doc: success is 200"),
    AnswerRule(
        "any other status",
        Verdict.NOT_THE_PLATFORM,
        0,
        999,
        "inf: the vendor names 200, 4xx and 5xx only",
        says="The platform answered with a status it does not document.",
    ),
)


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """One row of the table of what is raised instead of an answer.

    Attributes:
        raised: The class; a subclass without a row of its own shares it.
        verdict: What it means.
        why: Whether the request had left.
        says: The sentence kept; never the text of the exception, which may hold an address.
    """

    raised: type[Exception]
    verdict: Verdict
    why: str
    says: str


_LOST_SAYS: Final = "The connection was lost after the request had left."

EXCEPTION_RULES: Final[tuple[ExceptionRule, ...]] = (
    ExceptionRule(httpx.ConnectError, Verdict.TRANSIENT, "no connection", "No connection."),
    ExceptionRule(
        httpx.ConnectTimeout, Verdict.TRANSIENT, "no connection", "No connection in time."
    ),
    ExceptionRule(
        httpx.PoolTimeout, Verdict.TRANSIENT, "waited for a connection", "No connection was free."
    ),
    ExceptionRule(
        httpx.ProxyError, Verdict.TRANSIENT, "the tunnel was refused", "The proxy refused."
    ),
    ExceptionRule(
        httpx.UnsupportedProtocol,
        Verdict.CREDENTIALS,
        "nothing left; every row would get the same",
        "The address of the platform is not one of the web: check SENDERSYNC_API_URL.",
    ),
    ExceptionRule(
        httpx.InvalidURL,
        Verdict.CREDENTIALS,
        "nothing left; every row would get the same",
        "The address of the platform cannot be read: check SENDERSYNC_API_URL.",
    ),
    ExceptionRule(
        httpx.ReadTimeout, Verdict.NO_RESPONSE, "the request had left", "No answer came in time."
    ),
    # httpx swallows most of these two and reads on: an answer may come before all is written
    ExceptionRule(httpx.WriteError, Verdict.NO_RESPONSE, "part of it had left", _LOST_SAYS),
    ExceptionRule(httpx.WriteTimeout, Verdict.NO_RESPONSE, "part of it had left", _LOST_SAYS),
    # a kept connection that the server closed just before our request looks like one that broke
    # after it: it cannot be told apart, so both count as sent
    ExceptionRule(httpx.ReadError, Verdict.NO_RESPONSE, "the request had left", _LOST_SAYS),
    ExceptionRule(
        httpx.RemoteProtocolError,
        Verdict.NO_RESPONSE,
        "the request had left; the answer broke off or is not HTTP",
        "The answer broke off.",
    ),
    ExceptionRule(
        httpx.DecodingError,
        Verdict.NO_RESPONSE,
        "an unreadable answer",
        "The answer is unreadable.",
    ),
    # everything else, known or new: nothing proves that the request did not leave
    ExceptionRule(
        Exception, Verdict.NO_RESPONSE, "nothing proves that it had not left", _LOST_SAYS
    ),
)

CERTIFICATE_REFUSED: Final = ExceptionRule(
    httpx.ConnectError,
    Verdict.CREDENTIALS,
    "nothing left; somebody else may be answering, and every row would get the same",
    "The site's certificate was not accepted: check SENDERSYNC_API_URL.",
)
"""A `ConnectError` that is no passing fault, told apart by the words of OpenSSL."""

NAME_UNKNOWN: Final = ExceptionRule(
    httpx.ConnectError,
    Verdict.TRANSIENT,
    "nothing left; the network may be down, or the name be misspelt",
    "The site's host name cannot be resolved: check SENDERSYNC_API_URL and the network.",
)
"""A `ConnectError` that asking again may or may not help, by what caused it."""

"""Judges what came back against the answer table: pure, without clock, network or logging."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from connectors.destinations.sms_platform.answer_table import (
    CERTIFICATE_REFUSED,
    EXCEPTION_RULES,
    NAME_UNKNOWN,
    RULES,
    AnswerRule,
    ExceptionRule,
    Shape,
)
from connectors.destinations.sms_platform.commands import PlatformCommand
from connectors.http_client.retry_after import header, retry_after
from schemas.masking import mask_text
from schemas.outcomes import Answer, Verdict

LONGEST_TEXT: Final = 200
LONGEST_WAIT: Final = 3600.0
"""Seconds; a longer Retry-After is cut to it: a wrong clock there must not stop a run for days."""

_READ_OF_TEXT: Final = 1000  # masking takes its time on long texts, and 200 are kept anyway
_KNOWN_KEYS: Final = frozenset(
    {"id", "smsSubscriberId", "smsSenderId", "realmId", "success", "phone", "messageId", "name"}
)
# the vendor prints its errors without the commas; should a site answer so, this still reads them
_ERROR_TEXT = re.compile(r'"error"\s*:\s*"((?:[^"\\]|\\.){0,4000})"')
_STATUS_CODE = re.compile(r'"statusCode"\s*:\s*"?\d{3}')
_DIGITS_CUT_OFF = re.compile(r"[\d\s().+-]+\Z")
_SPACES_AND_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")

_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class ParsedBody:
    """A body, looked at once.

    Attributes:
        records: The objects in it: the object on top, or those of the array on top.
        is_json: It was JSON with an object or an array on top.
        is_list: An array was on top.
        error: The platform's `error` text.
        has_code: A `statusCode` stood beside it.
        cut_off: JSON that breaks off without a length that would prove it whole.
    """

    records: Sequence[dict[str, Any]] = ()
    is_json: bool = False
    is_list: bool = False
    error: str | None = None
    has_code: bool = False
    cut_off: bool = False


def judge(
    command: PlatformCommand,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    extra_rules: tuple[AnswerRule, ...] = (),
    now: datetime | None = None,
) -> Answer:
    """What an answer means.

    Args:
        command: What was asked.
        status: HTTP status.
        headers: Headers of the answer, names in any case.
        body: The body as it came.
        extra_rules: Rules of this installation, tried first.
        now: For a Retry-After that is a date, where the answer has no `Date` of its own.
    """
    return judge_reading(command, status, headers, read_body(body, headers), extra_rules, now)


def judge_reading(
    command: PlatformCommand,
    status: int,
    headers: Mapping[str, str],
    reading: ParsedBody,
    extra_rules: tuple[AnswerRule, ...] = (),
    now: datetime | None = None,
    private: Sequence[str] = (),
) -> Answer:
    """`judge` for a body that was read already; `private` are values that must not be kept."""
    rule = rule_for(command, status, reading, extra_rules)
    if rule.verdict is Verdict.CONFIRMED:
        return Answer(Verdict.CONFIRMED, status, note=rule.note)
    wait = retry_after(headers, now=now) if rule.verdict is Verdict.TRANSIENT else None
    wait = min(wait, LONGEST_WAIT) if wait is not None else None
    text = tidy(reading.error, private) if reading.error else ""
    words = f"{text or rule.says} {rule.advice}".strip()
    return Answer(rule.verdict, status, words, wait, rule.note)


def rule_for(
    command: PlatformCommand,
    status: int,
    reading: ParsedBody,
    extra_rules: tuple[AnswerRule, ...] = (),
) -> AnswerRule:
    """The first row of the table that fits; the last row fits everything."""
    rules = _candidates(command, status, extra_rules)
    return next(rule for rule in rules if _fits(rule, command, reading))


def judge_exception(command: PlatformCommand, exc: BaseException) -> Answer:
    """What it means that this was raised instead of an answer.

    The exception itself is not kept: its text and its request may hold the address.
    """
    rule = _exception_rule(type(exc))
    if rule.raised is CERTIFICATE_REFUSED.raised and "CERTIFICATE" in str(exc).upper():
        rule = CERTIFICATE_REFUSED
    elif rule.raised is NAME_UNKNOWN.raised and _is_of_its_name(exc):
        rule = NAME_UNKNOWN
    return Answer(rule.verdict, None, rule.says)


def read_body(body: bytes, headers: Mapping[str, str]) -> ParsedBody:
    """Looks at a body: never fails, whatever it is."""
    document: Any
    try:
        document = json.loads(body) if body else _NOTHING
    except (ValueError, RecursionError):
        document = _NOTHING
    if isinstance(document, dict):
        records = [document]
    elif isinstance(document, list):
        records = [record for record in document if isinstance(record, dict)]
    else:
        return _read_broken(body, headers)
    error, has_code = None, False
    for record in records:
        found = record.get("error")
        if isinstance(found, str) and found:
            error, has_code = found, record.get("statusCode") is not None
            break
    return ParsedBody(
        records,
        is_json=True,
        is_list=isinstance(document, list),
        error=error,
        has_code=has_code,
    )


def _read_broken(body: bytes, headers: Mapping[str, str]) -> ParsedBody:
    """A body that is not JSON: sloppy JSON of an error, JSON that breaks off, or a page."""
    text = body[:20_000].decode("utf-8", "replace")
    found = _ERROR_TEXT.search(text)
    if found is not None:
        return ParsedBody(error=found.group(1), has_code=bool(_STATUS_CODE.search(text)))
    framed = header(headers, "content-length") or header(headers, "transfer-encoding")
    return ParsedBody(cut_off=not framed and text.lstrip()[:1] in ("{", "["))


@lru_cache(maxsize=512)
def _candidates(
    command: PlatformCommand, status: int, extra_rules: tuple[AnswerRule, ...]
) -> tuple[AnswerRule, ...]:
    """The rules that command and status leave, in order; the same few for all calls of a run."""
    return tuple(rule for rule in (*extra_rules, *RULES) if rule.concerns(command, status))


def _fits(rule: AnswerRule, command: PlatformCommand, reading: ParsedBody) -> bool:
    if rule.error is not None and (
        reading.error is None or rule.error.search(reading.error) is None
    ):
        return False
    match rule.shape:
        case Shape.ANY:
            return True
        case Shape.ERROR:
            return reading.error is not None and reading.has_code
        case Shape.ERROR_TEXT:
            return reading.error is not None
        case Shape.SAYS_NO:
            return any(_says_no(record) for record in reading.records)
        case Shape.CUT_OFF:
            return reading.cut_off
        case Shape.NOT_KNOWN:
            return not _is_known(command, reading)


def _says_no(record: dict[str, Any]) -> bool:
    said = record.get("success", True)
    return said is not True and str(said).lower() not in ("true", "1")


def _is_known(command: PlatformCommand, reading: ParsedBody) -> bool:
    """An answer with at least one key of the vendor's examples; ids may be missing."""
    if not reading.is_json:
        return False
    if command is PlatformCommand.GET_MESSAGES and reading.is_list and not reading.records:
        return True  # a realm without messages
    return bool(reading.records) and all(
        not _KNOWN_KEYS.isdisjoint(record) for record in reading.records
    )


def _exception_rule(raised: type[BaseException]) -> ExceptionRule:
    """The row of the nearest class, upwards from the class itself."""
    rows = {rule.raised: rule for rule in EXCEPTION_RULES}
    for ancestor in raised.__mro__:
        if ancestor in rows:
            return rows[ancestor]
    return rows[Exception]


def _is_of_its_name(exc: BaseException | None) -> bool:
    """True when it began with a host name that nobody could resolve."""
    while exc is not None:
        if isinstance(exc, socket.gaierror):
            return True
        exc = exc.__cause__ or exc.__context__
    return False


def tidy(text: str, private: Sequence[str] = ()) -> str:
    """The platform's words as they may be kept: one line, masked, at most 200 characters.

    Args:
        text: The words as they came.
        private: Values that were sent (a name, a customer key), which no pattern would find.
    """
    if len(text) > _READ_OF_TEXT:
        # a number cut in two would be too short to be recognised as one
        text = _DIGITS_CUT_OFF.sub("", text[:_READ_OF_TEXT])
    for value in private:
        if len(value) > 1:
            text = text.replace(value, "***")
    return mask_text(_SPACES_AND_CONTROLS.sub(" ", text).strip())[:LONGEST_TEXT]

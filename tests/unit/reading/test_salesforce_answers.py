"""Salesforce's answer table: what each (status, code, message) becomes."""

from __future__ import annotations

import httpx
import pytest

from connectors.http_client.json_client import JsonReply, RequestLabel, RetryAfter
from connectors.sources.salesforce.answer_table import RULES, LocatorLost, TooSlow, classify
from schemas.errors import (
    CredentialsRefused,
    RunFailed,
    SendersyncError,
    SourceMismatch,
    SourceUnavailable,
    WrongUse,
)

PLACE = RequestLabel("Salesforce", "GET", "/services/data/v62.0/query")
PERSON = "Ann Lee <ann@example.com>"

CASES: list[tuple[int, str, str, type[SendersyncError] | type[RetryAfter] | None]] = [
    (200, "", "", None),
    (403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.", RetryAfter),
    (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", SourceUnavailable),
    (400, "QUERY_TIMEOUT", PERSON, TooSlow),
    (400, "UNABLE_TO_LOCK_ROW", PERSON, RetryAfter),
    (503, "SERVER_UNAVAILABLE", PERSON, RetryAfter),
    (400, "INVALID_QUERY_LOCATOR", PERSON, LocatorLost),
    (404, "INVALID_QUERY_LOCATOR", PERSON, LocatorLost),
    (400, "INVALID_FIELD", PERSON, SourceMismatch),
    (400, "MALFORMED_QUERY", PERSON, SourceMismatch),
    (400, "INVALID_TYPE", PERSON, SourceMismatch),
    (400, "API_ERROR", PERSON, SourceMismatch),
    (500, "API_ERROR", PERSON, RetryAfter),
    (403, "API_DISABLED_FOR_ORG", PERSON, CredentialsRefused),
    (403, PERSON, PERSON, CredentialsRefused),
    (404, "NOT_FOUND", PERSON, CredentialsRefused),
    (400, PERSON, PERSON, RunFailed),
    (409, "API_VERSION_MISMATCH", PERSON, RunFailed),
    (429, "", "", RetryAfter),
    (302, "", "", WrongUse),
]


@pytest.mark.parametrize(("status", "code", "message", "becomes"), CASES)
def test_each_answer_becomes_what_its_row_says(
    status: int,
    code: str,
    message: str,
    becomes: type[SendersyncError] | type[RetryAfter] | None,
) -> None:
    """The first row that fits decides, the status decides for the rest, and nobody is quoted."""
    reply = JsonReply(status, httpx.Headers(), [{"errorCode": code, "message": message}])
    verdict = classify(reply, PLACE)
    assert type(verdict) is (becomes or type(None))
    assert "Ann" not in str(verdict)
    if isinstance(verdict, SendersyncError):
        assert verdict.where
        assert verdict.do


def test_every_row_of_the_table_decides_some_answer() -> None:
    """A row that no answer reaches would be dead: each is the first to fit one of the cases."""
    first = {
        next((rule for rule in RULES if rule.fits(status, code, message)), None)
        for status, code, message, _ in CASES
    }
    assert set(RULES) <= first


def test_an_unknown_field_is_named() -> None:
    """Salesforce says which field of the question it does not know, and so do we."""
    message = "SELECT Ann FROM Contact\nNo such column 'Mobil__c' on entity 'Contact'. If you ..."
    reply = JsonReply(400, httpx.Headers(), [{"errorCode": "INVALID_FIELD", "message": message}])
    found = str(classify(reply, PLACE))
    assert "no field 'Mobil__c' on Contact" in found
    assert "Ann" not in found

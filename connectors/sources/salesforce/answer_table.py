"""The answer table of Salesforce's data services: (status, code, message) -> what it becomes.

Rules are tried from top to bottom and the first that fits decides; what no rule fits is judged by
its status alone (`json_client.classify_status`). The end of a session (401) is the business of
`session`.

Source: "Status Codes and Error Responses" of the REST API Developer Guide, "API Request Limits and
Allocations" of the Limits and Allocations Quick Reference, "QueryLocator" of the SOAP API guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from connectors.http_client.json_client import (
    JsonReply,
    RequestLabel,
    ResponseVerdict,
    RetryAfter,
    classify_status,
)
from schemas.errors import CredentialsRefused, SendersyncError, SourceMismatch, SourceUnavailable

NAME: Final = "Salesforce"
PAGE: Final = "docs/how-to/salesforce.md"


class TooSlow(SourceUnavailable):
    """A query took longer than Salesforce allows: asking it again would take as long."""


class LocatorLost(SourceUnavailable):
    """The cursor of a query is not there any more: Salesforce keeps a few, and not for ever."""


@dataclass(frozen=True, slots=True)
class SalesforceRule:
    """One row of the table.

    Attributes:
        becomes: The error that the answer becomes; None to ask again.
        says: The sentence of it. `{field}` names the unknown field where Salesforce names one,
            `{code}` is Salesforce's own word.
        do: What a person does.
        where: What to look at; empty for the request itself.
        first, last: The statuses, both included.
        codes: The values of `errorCode`; empty for any.
        begins: How the message begins.
    """

    becomes: type[SendersyncError] | None
    says: str
    do: str = ""
    where: str = ""
    first: int = 300
    last: int = 599
    codes: frozenset[str] = frozenset()
    begins: str = ""

    def fits(self, status: int, code: str, message: str) -> bool:
        """Whether the row is about such an answer."""
        return (
            self.first <= status <= self.last
            and (not self.codes or code in self.codes)
            and message.startswith(self.begins)
        )


RULES: Final = (
    SalesforceRule(
        # others ask much at this moment; the limit of a day is another one with the same code
        None,
        "too many long calls ran at once",
        codes=frozenset({"REQUEST_LIMIT_EXCEEDED"}),
        begins="Concurrent",
    ),
    SalesforceRule(
        SourceUnavailable,
        "Salesforce's limit of API calls is used up.",
        "Run again later: it counts 24 hours back; see Setup > Company Information.",
        codes=frozenset({"REQUEST_LIMIT_EXCEEDED"}),
    ),
    SalesforceRule(
        TooSlow,
        "Salesforce gave up a query after its two minutes.",
        "Nothing was changed; run again later, or let `where:` use an indexed field.",
        codes=frozenset({"QUERY_TIMEOUT"}),
    ),
    SalesforceRule(
        None,
        "it was busy",
        codes=frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"}),
    ),
    SalesforceRule(
        LocatorLost,
        "Salesforce does not know the cursor of this read any more.",
        "Nothing was changed; run again.",
        codes=frozenset({"INVALID_QUERY_LOCATOR"}),
    ),
    SalesforceRule(
        SourceMismatch,
        "Salesforce does not understand the question{field}: {code}.",
        "Write `where:` as the condition of a SOQL query, without WHERE, ORDER BY and LIMIT; "
        "fields by their API names.",
        "source.where, columns",
        first=400,
        last=400,
        codes=frozenset(
            "INVALID_FIELD MALFORMED_QUERY INVALID_TYPE INVALID_QUERY_FILTER_OPERATOR INVALIDJOB "
            "API_ERROR".split()
        ),
    ),
    *(
        SalesforceRule(
            CredentialsRefused,
            "Salesforce knows the login, but its user may not read this ({code}).",
            f"Grant the user `API Enabled` and the right to read the object, see {PAGE}.",
            first=status,
            last=status,
        )
        for status in (403, 404)
    ),
)


def classify(reply: JsonReply, place: RequestLabel) -> ResponseVerdict:
    """What the data services say, but for the end of a session: `[{"message", "errorCode"}]`."""
    code, message = _error(reply.body)
    for rule in RULES:
        if not rule.fits(reply.status, code, message):
            continue
        if rule.becomes is None:
            return RetryAfter(rule.says)
        what = rule.says.format(field=_unknown_field(message), code=error_word(code))
        return rule.becomes(what, where=rule.where or str(place), do=rule.do)
    return classify_status(reply, place)


def error_word(code: str) -> str:
    """An error's code; anything else could quote a person."""
    return code if re.fullmatch(r"[A-Za-z_]{1,60}", code) else "without a code"


def _error(body: Any) -> tuple[str, str]:
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("errorCode", "")), str(first.get("message", ""))


def _unknown_field(message: str) -> str:
    found = re.search(r"No such column '([\w.]{1,80})' on entity '(\w{1,80})'", message)
    return f" (no field {found[1]!r} on {found[2]})" if found else ""

"""Where HubSpot is, with which key, and what its refusals mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import SecretStr

from connectors.http_client.json_client import (
    JsonReply,
    RequestLabel,
    ResponseVerdict,
    RetryAfter,
    classify_status,
)
from connectors.http_client.retry_after import retry_after
from connectors.http_client.safe_address import checked_site
from schemas.errors import CredentialsRefused, SourceUnavailable, WrongUse

SITE: Final = "https://api.hubapi.com"
TOKEN_VARIABLE: Final = "SENDERSYNC_HUBSPOT_TOKEN"  # noqa: S105  # its name, not its value
URL_VARIABLE: Final = "SENDERSYNC_HUBSPOT_URL"
LOCK_SECONDS: Final = 2.0
TOKEN_PLACE: Final = "Development > Keys > Service keys"  # noqa: S105  # where it is shown


@dataclass(frozen=True, slots=True)
class HubspotSettings:
    """One HubSpot account.

    Attributes:
        token: A service key; or the access token of a private app, which cannot be made any more.
        url: The API's site; another one only for tests.

    Raises:
        WrongUse: The token cannot be one, or the address is not one for credentials.
    """

    token: SecretStr
    url: str = SITE

    def __post_init__(self) -> None:
        """Checks what the first call would find out."""
        object.__setattr__(self, "url", checked_site(self.url, URL_VARIABLE, SITE))
        token = self.token.get_secret_value()
        if not token.isascii() or not token.isprintable() or " " in token or not token:
            raise WrongUse(
                "The token is empty, or holds signs that no token has.",
                where=TOKEN_VARIABLE,
                do=f"Copy it again from HubSpot: {TOKEN_PLACE}.",
            )

    def headers(self) -> dict[str, str]:
        """The credentials of a request."""
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"}


def classify(reply: JsonReply, place: RequestLabel) -> ResponseVerdict:
    """HubSpot's answers: https://developers.hubspot.com/docs/api-reference/error-handling ."""
    body: dict[str, Any] = reply.body if isinstance(reply.body, dict) else {}
    if reply.status == 401:
        return CredentialsRefused(
            "HubSpot refused the token (401).",
            where=str(place),
            do=f"Set {TOKEN_VARIABLE} to the service key shown at {TOKEN_PLACE}.",
        )
    if reply.status == 403:
        missing = " and ".join(_scopes(body)) or "the scopes of docs/how-to/hubspot.md"
        return CredentialsRefused(
            "HubSpot knows the token, but it may not read this (403).",
            where=str(place),
            do=f"Grant the service key {missing} at {TOKEN_PLACE}.",
        )
    if reply.status == 429 and body.get("policyName") == "DAILY":
        return SourceUnavailable(
            "HubSpot's limit of calls a day is used up.",
            where=str(place),
            do="Run again after midnight of the account's time zone.",
        )
    if reply.status == 423:
        # other programs write much; locks last two seconds, as that page says
        return RetryAfter("the account is locked for a moment", LOCK_SECONDS)
    if reply.status == 477:
        # the account moves to another data centre; it says how long
        after = retry_after(reply.headers, now=datetime.now(UTC))
        return RetryAfter("the account is being moved", after)
    return classify_status(reply, place)


def _scopes(body: dict[str, Any]) -> list[str]:
    """Names of the missing scopes: `errors[].context.requiredGranularScopes`."""
    found: list[str] = []
    for problem in body.get("errors") or []:
        context = problem.get("context") if isinstance(problem, dict) else None
        names = context.get("requiredGranularScopes") if isinstance(context, dict) else None
        found.extend(str(name) for name in names or [])
    return [name for name in found if re.fullmatch(r"[a-z0-9._-]{1,80}", name)]

"""Where Salesforce is, who asks, and how its refusals are mended.

| grant | when | needs |
| --- | --- | --- |
| client credentials | there is no refresh token | client id and secret, the address of My Domain |
| refresh token | there is one | client id and, where the app asks for it, the secret |

Sources: "OAuth 2.0 Client Credentials Flow" and "OAuth 2.0 Refresh Token Flow" of
help.salesforce.com; "Status Codes and Error Responses" of the REST API Developer Guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import httpx
from pydantic import SecretStr

from connectors.http_client.json_client import (
    JsonReply,
    RequestLabel,
    ResponseVerdict,
    RetryAfter,
    classify_status,
)
from connectors.http_client.safe_address import checked_site, is_loopback
from schemas.errors import CredentialsRefused, SourceMismatch, SourceUnavailable, WrongUse

NAME: Final = "Salesforce"
LOGIN_URL: Final = "SENDERSYNC_SALESFORCE_LOGIN_URL"
CLIENT_ID: Final = "SENDERSYNC_SALESFORCE_CLIENT_ID"
CLIENT_SECRET: Final = "SENDERSYNC_SALESFORCE_CLIENT_SECRET"  # noqa: S105  # its name only
REFRESH_TOKEN: Final = "SENDERSYNC_SALESFORCE_REFRESH_TOKEN"  # noqa: S105  # its name only
VARIABLES: Final = {
    LOGIN_URL: "the address of My Domain, e.g. https://example.my.salesforce.com",
    CLIENT_ID: "the consumer key of the connected app",
    CLIENT_SECRET: "its consumer secret",
    REFRESH_TOKEN: "a refresh token, where the app does not use client credentials",
}
EXAMPLE: Final = "https://example.my.salesforce.com"
PAGE: Final = "docs/how-to/salesforce.md"

_HOSTS: Final = (".salesforce.com", ".force.com", ".salesforce.mil", ".cloudforce.com")
"""Domains that are Salesforce's own: what answers there may have the session."""


@dataclass(frozen=True, slots=True)
class SalesforceSettings:
    """One organisation, and the app that reads it.

    Attributes:
        login_url: Where sessions are asked for.
        client_id: The app's consumer key.
        client_secret: Its secret; may be empty with a refresh token.
        refresh_token: Of the user who reads; without it the app's own user does.

    Raises:
        WrongUse: A value is missing, or the address is not one for credentials.
    """

    login_url: str
    client_id: SecretStr
    client_secret: SecretStr
    refresh_token: SecretStr | None = None

    def __post_init__(self) -> None:
        """Checks what the first call would find out."""
        object.__setattr__(self, "login_url", checked_site(self.login_url, LOGIN_URL, EXAMPLE))
        needed = {CLIENT_ID: self.client_id}
        if self.refresh_token is None:
            needed[CLIENT_SECRET] = self.client_secret
        for variable, value in needed.items():
            if not value.get_secret_value():
                raise WrongUse("It is empty.", where=variable, do=f"Set it: {VARIABLES[variable]}.")

    def form(self) -> dict[str, str]:
        """What asks for a session."""
        given = {"client_id": self.client_id.get_secret_value()}
        if secret := self.client_secret.get_secret_value():
            given["client_secret"] = secret
        if self.refresh_token is None:
            return {"grant_type": "client_credentials", **given}
        token = self.refresh_token.get_secret_value()
        return {"grant_type": "refresh_token", "refresh_token": token, **given}


def checked_instance(declared: Any, login_url: str) -> str:
    """The address to read at, when the session may be sent there.

    Whoever answers a login says where to go on. A session opens the whole organisation, so it goes
    to the login's own host, to Salesforce's own domains by https, and, when the login itself is on
    this machine, to this machine; nowhere else.

    Args:
        declared: `instance_url` of the answer.
        login_url: Where the login was asked.

    Raises:
        CredentialsRefused: It is none of these.
    """
    url = None
    if isinstance(declared, str) and declared.isascii() and not any(map(str.isspace, declared)):
        try:
            url = httpx.URL(declared.rstrip("/"))
        except (httpx.InvalidURL, ValueError):
            url = None
    login = httpx.URL(login_url)
    if url is not None and url.host and not (url.userinfo or url.query or url.fragment):
        local = (
            is_loopback(login.host) and is_loopback(url.host) and url.scheme in ("http", "https")
        )
        named = re.fullmatch(r"[a-z0-9.-]+", url.host) is not None
        ours = named and (url.host == login.host or url.host.endswith(_HOSTS))
        standard = url.port in (None, 443, login.port)
        if (local or (url.scheme == "https" and ours and standard)) and url.path in ("", "/"):
            return f"{url.scheme}://{url.netloc.decode('ascii')}"
    raise CredentialsRefused(
        "The answer to the login names an address that is not Salesforce's; nothing went there.",
        where=LOGIN_URL,
        do=f"Check that it is the address of My Domain, such as {EXAMPLE}.",
    )


def classify_login(reply: JsonReply, place: RequestLabel) -> ResponseVerdict:
    """What the token endpoint says: `{"error", "error_description"}`."""
    if reply.status == 200:
        body = reply.body if isinstance(reply.body, dict) else {}
        token = body.get("access_token")
        fine = (
            isinstance(token, str) and token.isascii() and token.isprintable() and " " not in token
        )
        return None if fine and token else RetryAfter("its answer holds no session")
    if 300 <= reply.status < 400 or reply.status == 404:
        return WrongUse(
            f"There is no login of Salesforce at this address ({reply.status}).",
            where=LOGIN_URL,
            do=f"Write the address of My Domain alone, such as {EXAMPLE}.",
        )
    if reply.status not in (400, 401, 403):
        return classify_status(reply, place)
    if isinstance(reply.body, list):
        return classify(reply, place)  # the data services' own words: a limit, not the credentials
    body = reply.body if isinstance(reply.body, dict) else {}
    error, more = str(body.get("error", "")), str(body.get("error_description", "")).lower()
    if "rate exceeded" in more or error in ("server_error", "unknown_error"):
        return RetryAfter("it has had too many logins, or is busy")
    do, where = f"Check them with the connected app, see {PAGE}.", f"{CLIENT_ID}, {CLIENT_SECRET}"
    if "not supported on this domain" in more:
        do, where = f"Use the address of My Domain, such as {EXAMPLE}.", LOGIN_URL
    elif "client credentials user" in more:
        do = "Choose a user under Manage > Edit Policies > Client Credentials Flow of the app."
    elif "refresh token" in more:
        do, where = "Ask for a new refresh token: this one has expired.", REFRESH_TOKEN
    return CredentialsRefused(f"{NAME} refused the login ({_word(error)}).", where=where, do=do)


class TooSlow(SourceUnavailable):
    """A query took longer than Salesforce allows: asking it again would take as long."""


class LocatorLost(SourceUnavailable):
    """The cursor of a query is not there any more: Salesforce keeps a few, and not for ever."""


def classify(reply: JsonReply, place: RequestLabel) -> ResponseVerdict:
    """What the data services say, but for the end of a session: `[{"message", "errorCode"}]`."""
    if 200 <= reply.status < 300:
        return None
    code, message = _error(reply.body)
    if code == "REQUEST_LIMIT_EXCEEDED" and message.startswith("Concurrent"):
        # others ask much at this moment; the limit of a day is another one with the same code
        return RetryAfter("too many long calls ran at once")
    if code == "REQUEST_LIMIT_EXCEEDED":
        return SourceUnavailable(
            f"{NAME}'s limit of API calls is used up.",
            where=str(place),
            do="Run again later: it counts 24 hours back; see Setup > Company Information.",
        )
    if code == "QUERY_TIMEOUT":
        return TooSlow(
            f"{NAME} gave up a query after its two minutes.",
            where=str(place),
            do="Nothing was changed; run again later, or let `where:` use an indexed field.",
        )
    if code in ("UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"):
        return RetryAfter("it was busy")
    if code == "INVALID_QUERY_LOCATOR":
        return LocatorLost(
            f"{NAME} does not know the cursor of this read any more.",
            where=str(place),
            do="Nothing was changed; run again.",
        )
    if reply.status == 400 and code in (
        *("INVALID_FIELD", "MALFORMED_QUERY", "INVALID_TYPE", "INVALID_QUERY_FILTER_OPERATOR"),
        *("INVALIDJOB", "API_ERROR"),
    ):
        found = re.search(r"No such column '([\w.]{1,80})' on entity '(\w{1,80})'", message)
        what = f" (no field {found[1]!r} on {found[2]})" if found else ""
        return SourceMismatch(
            f"{NAME} does not understand the question{what}: {_word(code)}.",
            where="source.where, columns",
            do="Write `where:` as the condition of a SOQL query, without WHERE, ORDER BY and "
            "LIMIT; fields by their API names.",
        )
    if reply.status in (403, 404):
        return CredentialsRefused(
            f"{NAME} knows the login, but its user may not read this ({_word(code)}).",
            where=str(place),
            do=f"Grant the user `API Enabled` and the right to read the object, see {PAGE}.",
        )
    return classify_status(reply, place)


def _error(body: Any) -> tuple[str, str]:
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("errorCode", "")), str(first.get("message", ""))


def _word(code: str) -> str:
    """An error's code; anything else could quote a person."""
    return code if re.fullmatch(r"[A-Za-z_]{1,60}", code) else "without a code"

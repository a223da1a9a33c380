"""Where Salesforce is, who asks, and what its answers to a login mean.

| grant | when | needs |
| --- | --- | --- |
| client credentials | there is no refresh token | client id and secret, the address of My Domain |
| refresh token | there is one | client id and, where the app asks for it, the secret |

Sources: "OAuth 2.0 Client Credentials Flow" and "OAuth 2.0 Refresh Token Flow" of
help.salesforce.com.
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
from connectors.sources.salesforce.answer_table import NAME, PAGE, classify, error_word
from schemas.errors import CredentialsRefused, WrongUse

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
    return CredentialsRefused(
        f"{NAME} refused the login ({error_word(error)}).", where=where, do=do
    )

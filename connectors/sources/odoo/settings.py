"""Where Odoo is, who asks, and what its refusals mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import SecretStr

from connectors.http_client.json_client import (
    JsonReply,
    RequestLabel,
    ResponseVerdict,
    RetryAfter,
    classify_status,
)
from connectors.http_client.safe_address import checked_site
from schemas.errors import CredentialsRefused, RunFailed, SourceMismatch, WrongUse

VARIABLES: Final = {
    "SENDERSYNC_ODOO_URL": "the address you open Odoo at, e.g. https://example.odoo.com",
    "SENDERSYNC_ODOO_DB": "the name of the database",
    "SENDERSYNC_ODOO_LOGIN": "the login of the user that reads, usually an e-mail address",
    "SENDERSYNC_ODOO_API_KEY": "an API key of that user",
}
URL, DB, LOGIN, API_KEY = VARIABLES
EXAMPLE: Final = "https://example.odoo.com"

_PASSING: Final = (
    *("SerializationFailure", "TransactionRollbackError", "DeadlockDetected", "LockNotAvailable"),
    *("OperationalError", "InterfaceError", "QueryCanceled", "PoolError"),
)
"""Errors of the database that pass: another transaction, a restart, no connection left."""


@dataclass(frozen=True, slots=True)
class OdooSettings:
    """One database, and the one user that reads it.

    Attributes:
        url: The site.
        db: The database.
        login: The user; e-mail addresses are personal, so it is never shown.
        api_key: Stands in the place of the password.

    Raises:
        WrongUse: A value is missing, or the address is not one for credentials.
    """

    url: str
    db: str
    login: SecretStr
    api_key: SecretStr

    def __post_init__(self) -> None:
        """Checks what the first call would find out."""
        object.__setattr__(self, "url", checked_site(self.url, URL, EXAMPLE))
        given = {
            DB: self.db,
            LOGIN: self.login.get_secret_value(),
            API_KEY: self.api_key.get_secret_value(),
        }
        for variable, value in given.items():
            if not value:
                raise WrongUse("It is empty.", where=variable, do=f"Set it: {VARIABLES[variable]}.")


def refused() -> CredentialsRefused:
    """What a wrong login and a wrong key look like: Odoo answers `false`, or AccessDenied."""
    return CredentialsRefused(
        "Odoo refused the login.",
        where=f"{LOGIN}, {API_KEY}",
        do="Check database, login and key; a key is made in Odoo under Preferences > Account "
        "Security, and is shown once.",
    )


def classify(reply: JsonReply, place: RequestLabel) -> ResponseVerdict:
    """Odoo's answers: every error is HTTP 200 with `error` in place of `result`.

    https://www.odoo.com/documentation/18.0/developer/howtos/web_services.html
    """
    if reply.status == 404:
        return SourceMismatch(
            "There is no Odoo at this address (404).",
            where=URL,
            do="Write the address alone, without /web or /odoo behind it. An Odoo that has given "
            "up /jsonrpc cannot be read.",
        )
    if reply.status != 200:
        return classify_status(reply, place)
    body = reply.body if isinstance(reply.body, dict) else {}
    if "error" not in body:
        return None if "result" in body else RetryAfter("its answer holds no result")
    return _classify_error(body["error"], place)


def _classify_error(error: Any, place: RequestLabel) -> ResponseVerdict:
    data = error.get("data") if isinstance(error, dict) else None
    data = data if isinstance(data, dict) else {}
    name, message = str(data.get("name", "")), str(data.get("message", ""))
    if name.endswith(".SessionExpiredException"):
        return SourceMismatch(
            "This is an address of Odoo's pages, which want a session, not of its API.",
            where=URL,
            do="Write the address alone, without /web or /odoo behind it.",
        )
    if name.endswith(".AccessDenied"):
        return refused()
    if name.endswith(".AccessError"):
        return CredentialsRefused(
            "Odoo knows the login, but its user may not read this.",
            where=str(place),
            do="Give the user the right to read contacts (docs/how-to/odoo.md).",
        )
    if name == "psycopg2.OperationalError" and "does not exist" in message:
        return SourceMismatch(
            "Odoo has no such database.", where=DB, do="Ask whoever looks after Odoo for its name."
        )
    if name.rpartition(".")[2] in _PASSING:
        return RetryAfter("its database was busy")
    if name == "builtins.ValueError" and message.startswith("Invalid field"):
        return SourceMismatch(
            "Odoo does not know a field of the domain.",
            where="source.domain",
            do="Use technical names, as developer mode shows them.",
        )
    # the message may quote a person; the name of the exception cannot
    known = name if re.fullmatch(r"[A-Za-z_.]{1,80}", name) else "without a name"
    return RunFailed(
        f"Odoo answered an error that is not understood: {known}.",
        where=str(place),
        do="Odoo's own log says more.",
    )

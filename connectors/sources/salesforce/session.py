"""A session with Salesforce: logged in when it is first needed, and again when it ends.

| what happens | what becomes of it |
| --- | --- |
| 401 in mid-read | one new login, and the same question again: the read goes on where it was |
| 401 right after it | `CredentialsRefused` |
| the new login names another address | unavailable: the organisation is being moved |
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self

import httpx

from connectors.http_client.backoff import Backoff
from connectors.http_client.json_client import (
    HttpJson,
    JsonReply,
    RequestLabel,
    ResponseVerdict,
    RetryAfter,
)
from connectors.sources.salesforce.answer_table import NAME, PAGE, classify
from connectors.sources.salesforce.settings import (
    SalesforceSettings,
    checked_instance,
    classify_login,
)
from schemas.errors import CredentialsRefused, SourceUnavailable

VERSION: Final = "62.0"
DATA: Final = f"/services/data/v{VERSION}"
LOGIN: Final = "/services/oauth2/token"


class SalesforceSession:
    """One conversation with an organisation; `with` begins it with a login."""

    def __init__(
        self,
        settings: SalesforceSettings,
        backoff: Backoff,
        page_rows: int,
        transport: Callable[[], httpx.BaseTransport] | None = None,
    ) -> None:
        """Prepares; nothing is sent.

        Args:
            settings: Address and credentials.
            backoff: How often a question is repeated.
            page_rows: Rows asked for in each answer to a query, 200 to 2,000.
            transport: Makes the network; default: the real one.
        """
        self._settings = settings
        self._backoff = backoff
        self._page_rows = page_rows
        self._transport = transport
        self._token = ""
        self._renewed = False

    def __repr__(self) -> str:
        """The login's address alone."""
        return f"SalesforceSession({self._settings.login_url})"

    def __enter__(self) -> Self:
        """Logs in.

        Raises:
            CredentialsRefused: The login is refused, or leads elsewhere.
            SourceUnavailable: It does not answer.
        """
        self._instance = self._log_in()
        self._ask = HttpJson(
            NAME,
            self._instance,
            self._headers,
            classify=self._classify,
            backoff=self._backoff,
            transport=self._transport() if self._transport else None,
        )
        self._ask.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the connection; the session ends by itself, another read may share it."""
        self._ask.__exit__(kind, error, trace)

    def get(self, path: str, **params: str) -> JsonReply:
        """Asks for JSON; numbers keep all their digits.

        Raises:
            SendersyncError: See `answer_table.classify`.
        """
        return self._ask.ask("GET", path, params=params or None, read=_exact, shown=_shown(path))

    def get_csv(self, path: str, read: Callable[[bytes], Any], **params: str) -> JsonReply:
        """Asks for CSV, which `read` makes something of.

        Raises:
            SendersyncError: See `answer_table.classify`.
        """
        return self._ask.ask(
            "GET", path, params=params, read=read, accept="text/csv", shown=_shown(path)
        )

    def send(self, method: str, path: str, sent: Any = None) -> Any:
        """Makes, ends or removes a query job; the answer's body, if it has one.

        Raises:
            SendersyncError: See `answer_table.classify`.
        """
        return self._ask.ask(method, path, sent=sent, read=_exact_or_none, shown=_shown(path)).body

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._token}",
            "Sforce-Query-Options": f"batchSize={self._page_rows}",
        }

    def _classify(self, reply: JsonReply, place: RequestLabel) -> ResponseVerdict:
        if reply.status != 401:
            self._renewed = False
            return classify(reply, place)
        if self._renewed:
            return CredentialsRefused(
                f"{NAME} gives a session and does not accept it (401).",
                where=str(place),
                do=f"Look at the app's IP restrictions and OAuth scopes, see {PAGE}.",
            )
        self._renewed = True
        if self._log_in() != self._instance:
            return SourceUnavailable(
                f"{NAME} moved the organisation to another address in mid-read.",
                where=str(place),
                do="Nothing was changed; run again.",
            )
        return RetryAfter("the session had ended", 0.0)

    def _log_in(self) -> str:
        login = HttpJson(
            NAME,
            self._settings.login_url,
            classify=classify_login,
            backoff=self._backoff,
            transport=self._transport() if self._transport else None,
        )
        with login as ask:
            body = ask.ask("POST", LOGIN, form=self._settings.form(), shown=LOGIN).body
        instance = checked_instance(body.get("instance_url"), self._settings.login_url)
        self._token = str(body["access_token"])
        return instance


def _shown(path: str) -> str:
    """A path for messages, without ids."""
    return re.sub(r"/[A-Za-z0-9]{15,18}(-\d+)?(?=/|$)", "/...", path.partition("?")[0])


def _exact(body: bytes) -> Any:
    return json.loads(body, parse_float=Decimal)


def _exact_or_none(body: bytes) -> Any:
    return _exact(body) if body.strip() else None

"""Odoo's JSON-RPC: logging in, and the three questions that reading partners takes.

| question | call |
| --- | --- |
| who am I | `common.authenticate(db, login, key, {})`: a number, or `false` |
| which fields are there | `res.partner.fields_get` |
| partners | `res.partner.search_read(domain, fields, order, limit)` |
| codes of countries | `res.country.search_read` |

https://www.odoo.com/documentation/18.0/developer/reference/external_api.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from connectors.http_client.json_client import HttpJson, JsonReply
from connectors.sources.odoo.settings import OdooSettings, refused
from schemas.errors import SourceUnavailable

PATH: Final = "/jsonrpc"
PARTNERS: Final = "res.partner"
ACTIVE: Final = ["active", "=", True]
"""Said aloud: a domain that speaks of `active` itself would otherwise bring archived ones."""


@dataclass(frozen=True)
class Partner:
    """A partner as Odoo gives it.

    Attributes:
        id: Its number.
        moment: The second of its last change; 0 when it was not asked for.
        values: Field to value, `false` for nothing.
    """

    id: int
    moment: int
    values: dict[str, Any] = field(repr=False)


@dataclass
class Login:
    """Who asks; logged in once a conversation."""

    settings: OdooSettings
    uid: int = 0
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)


class OdooRpc:
    """One conversation with one database."""

    def __init__(self, ask: HttpJson, login: Login) -> None:
        """Prepares; nothing is sent."""
        self._ask = ask
        self._who = login

    def fields(self) -> dict[str, dict[str, Any]]:
        """Name to description (`string`, `type`, `relation`) of every field of partners."""
        wanted = {"attributes": ["string", "type", "relation"]}
        found = self._call(PARTNERS, "fields_get", [], wanted)
        if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
            raise _unreadable("fields_get")
        return found

    def partners(
        self, domain: Sequence[Any], names: Sequence[str], *, order: str, limit: int
    ) -> list[Partner]:
        """The first active partners that fit, each with all of the fields `names`.

        Raises:
            SourceUnavailable: A field is missing: Odoo writes `false` for nothing, and what is not
                there was not answered.
        """
        asked = {"fields": list(names), "order": order, "limit": limit}
        found = self._call(PARTNERS, "search_read", [[*domain, ACTIVE]], asked)
        wanted = {"id", *names}
        try:
            if any(not wanted <= one.keys() for one in found):
                raise KeyError
            return [Partner(int(one["id"]), _moment(one.get("write_date")), one) for one in found]
        except (AttributeError, KeyError, TypeError, ValueError):
            raise _unreadable("search_read") from None

    def country_codes(self) -> Mapping[int, str]:
        """Id to two letters."""
        found = self._call("res.country", "search_read", [[]], {"fields": ["code"]})
        try:
            return {int(one["id"]): str(one["code"]) for one in found if one["code"]}
        except (KeyError, TypeError, ValueError):
            raise _unreadable("res.country") from None

    def login_headers(self) -> httpx.Headers:
        """The headers of the answer to the login, which hold the server's time."""
        self._uid()
        return self._who.headers

    def _uid(self) -> int:
        who, settings = self._who, self._who.settings
        if not who.uid:
            args = [settings.db, settings.login.get_secret_value()]
            reply = self._post("common", "authenticate", [*args, self._key(), {}], "authenticate")
            uid = reply.body["result"]
            if isinstance(uid, bool) or not isinstance(uid, int):
                raise refused()
            who.uid, who.headers = uid, reply.headers
        return who.uid

    def _key(self) -> str:
        return self._who.settings.api_key.get_secret_value()

    def _call(self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        given = [self._who.settings.db, self._uid(), self._key(), model, method, args, kwargs]
        return self._post("object", "execute_kw", given, f"{model}.{method}").body["result"]

    def _post(self, service: str, method: str, args: list[Any], shown: str) -> JsonReply:
        params = {"service": service, "method": method, "args": args}
        sent = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        return self._ask.ask("POST", PATH, sent=sent, shown=f"{PATH} ({shown})")


def _moment(text: Any) -> int:
    if not isinstance(text, str):
        return 0
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _unreadable(what: str) -> SourceUnavailable:
    return SourceUnavailable(
        "Odoo answered something that is not what was asked for.",
        where=f"Odoo: {what}",
        do="Nothing was changed; run again later.",
    )

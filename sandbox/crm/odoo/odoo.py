"""Routes, logins and methods of the Odoo stand-in."""

from __future__ import annotations

import bisect
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sandbox.crm.crm import Crm, CrmAnswer, CrmRequest, CrmSwitches, html
from sandbox.crm.odoo.domain import Condition, names_field, read_domain
from sandbox.crm.odoo.partners import CATEGORIES, COUNTRIES, Partners, fixed_definitions
from sandbox.crm.odoo.rpc import (
    OdooError,
    access_denied,
    json_error,
    json_result,
    session_expired,
    value_error,
    xml_call,
    xml_fault,
    xml_result,
)
from sandbox.crm.records import CrmRecord, CrmRecords
from sandbox.faults import Fault

UID = 2
_DEFAULT_ORDER = "complete_name asc, id desc"


@dataclass
class OdooSwitches(CrmSwitches):
    """What a database may have otherwise."""

    database: str = "sandbox"
    login: str = "sync@example.com"
    password: str = "sandbox-api-key"  # noqa: S105 - of a stand-in; it opens nothing
    version: str = "18.0"
    mobile: bool = True
    """Whether res.partner has ``mobile``; it is gone since 18.2."""
    phone_validation: bool = True
    """Whether the module with phone_sanitized and the blacklist is installed."""
    write_date: str = field(default="seconds", metadata={"choices": ("seconds", "microseconds")})
    """What is stored: the read always shows seconds."""
    may_read: bool = True
    """Whether the user may read partners."""


class Odoo(Crm):
    """One database.

    One class because it is one server: its routes share records, switches and clock.
    """

    kind = "odoo"
    default_object = "res.partner"

    def __init__(self) -> None:
        """An empty database."""
        self._partners = Partners()
        self.clear()

    def clear(self) -> None:
        """Back to an empty database."""
        self._partners.records.clear()
        self._partners.custom = {}
        self.switches: OdooSwitches = OdooSwitches()
        self._revoked = False
        self._sessions: set[str] = set()
        self._sorted: dict[str, tuple[int, list[CrmRecord]]] = {}
        self.more({})

    # What the front asks

    def operation(self, request: CrmRequest) -> str:
        """The method that is called: ``search_read``, ``fields_get``, ``login``, ``version``..."""
        try:
            if request.path.startswith("/xmlrpc/"):
                args, method = xml_call(request.body)
                return str(args[4]) if method in ("execute", "execute_kw") else method
            params = request.json().get("params") or {}
            if "service" not in params:
                return str(params.get("method") or request.path.rstrip("/").rsplit("/", 1)[-1])
            given, method = params.get("args") or [], str(params.get("method"))
            return str(given[4]) if method in ("execute", "execute_kw") else method
        except Exception:  # noqa: BLE001 - whatever it is, it is no call that has a name
            return "unknown"

    def answer(self, request: CrmRequest) -> CrmAnswer:
        """JSON-RPC or XML-RPC."""
        if request.path in ("/xmlrpc/2/common", "/xmlrpc/2/object"):
            args, method = xml_call(request.body)
            try:
                return xml_result(self._serve(request.path.rsplit("/", 1)[1], method, list(args)))
            except OdooError as error:
                return xml_fault(error)
        if request.method != "POST":
            return html(404, "404 Not Found")
        try:
            asked = request.json()
        except ValueError:
            return html(400, "400 Bad Request")
        key, params = asked.get("id"), asked.get("params") or {}
        try:
            if request.path == "/jsonrpc":
                service, method = str(params.get("service")), str(params.get("method"))
                return json_result(key, self._serve(service, method, list(params.get("args", []))))
            return self._web(request, key, params)
        except OdooError as error:
            return json_error(key, error)

    def trouble(self, status: int, fault: Fault) -> CrmAnswer:
        """A proxy's page for 429; a server's trouble is HTTP 200 with an error in it."""
        if status == 429:
            return html(429, "429 Too Many Requests")
        if fault.kind == "error":
            return json_error(None, OdooError("odoo.exceptions.UserError", fault.error))
        text = "could not serialize access due to concurrent update\n"
        return json_error(None, OdooError("psycopg2.errors.SerializationFailure", text))

    def expire(self) -> None:
        """Ends the sessions of ``/web/...``; calls with a password have none."""
        self._sessions.clear()

    def revoke(self) -> None:
        """The API key is removed."""
        self._revoked = True

    def objects(self) -> dict[str, CrmRecords]:
        """Partners only."""
        return {"res.partner": self._partners.records}

    def key(self, given: Any) -> int:
        """Ids are numbers."""
        return int(given)

    def shown(self, record: CrmRecord, name: str) -> dict[str, Any]:
        """With every field."""
        return self._partners.shown(record, list(self._partners.definitions()))

    def more(self, given: dict[str, Any]) -> dict[str, Any]:
        """``fields``: custom fields ``{name: label}``; ``renew``: the key works again."""
        partners, switches = self._partners, self.switches
        partners.with_mobile = switches.mobile
        partners.with_phone_validation = switches.phone_validation
        partners.records.grain_ms = 1000 if switches.write_date == "seconds" else 1
        partners.custom |= given.pop("fields", {})
        if given.pop("renew", False):
            self._revoked = False
        return {}

    # Services

    def _serve(self, service: str, method: str, args: list[Any]) -> Any:
        if service == "common":
            return self._common(method, args)
        if service == "db" and method == "list":
            return [self.switches.database]
        if service != "object" or method not in ("execute", "execute_kw"):
            raise OdooError("builtins.KeyError", service)
        database, uid, password, model, name, *rest = args
        if database != self.switches.database:
            text = f'FATAL:  database "{database}" does not exist\n'
            raise OdooError("psycopg2.OperationalError", text)
        if uid != UID or not self._knows(password):
            raise access_denied()
        if method == "execute":
            return self._call(model, name, rest, {})
        return self._call(model, name, rest[0] if rest else [], rest[1] if len(rest) > 1 else {})

    def _knows(self, password: Any) -> bool:
        return password == self.switches.password and not self._revoked

    def _common(self, method: str, args: list[Any]) -> Any:
        if method == "version":
            return self._version()
        if method not in ("login", "authenticate"):
            raise OdooError("builtins.AttributeError", f"exp_{method}")
        known = args[:2] == [self.switches.database, self.switches.login] and self._knows(args[2])
        # Who is not known gets false, not an error (doc).
        return UID if known else False

    def _version(self) -> dict[str, Any]:
        version = self.switches.version
        numbers = [int(part) for part in version.split(".")[:2]]
        return {
            "server_version": version,
            "server_version_info": [*numbers, 0, "final", 0, ""],
            "server_serie": version,
            "protocol_version": 1,
        }

    def _web(self, request: CrmRequest, key: Any, params: dict[str, Any]) -> CrmAnswer:
        """What the web client uses, with a session; OdooRPC asks it for the version."""
        path = request.path
        if path == "/web/webclient/version_info":
            return json_result(key, self._version())
        if path == "/web/session/authenticate":
            who = [params.get("db"), params.get("login"), params.get("password")]
            if not self._common("authenticate", who):
                raise access_denied()
            session = secrets.token_hex(20)
            self._sessions.add(session)
            context = {"lang": "en_US", "tz": "UTC", "uid": UID}
            answer = json_result(key, {"uid": UID, "db": who[0], "user_context": context})
            answer.headers.append(("set-cookie", f"session_id={session}; Path=/; HttpOnly"))
            return answer
        cookie = request.headers.get("cookie", "").partition("session_id=")[2].partition(";")[0]
        if cookie not in self._sessions:
            raise session_expired()
        if path == "/web/session/destroy":
            self._sessions.discard(cookie)
            return json_result(key, None)
        if path.startswith("/web/dataset/call_kw"):
            found = self._call(
                params["model"], params["method"], params.get("args", []), params.get("kwargs", {})
            )
            return json_result(key, found)
        raise OdooError("werkzeug.exceptions.NotFound", "404: Not Found", code=404)

    # Models

    def _call(self, model: str, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if model == "res.users" and name == "context_get":
            return {"lang": "en_US", "tz": "UTC"}
        if model in ("res.country", "res.partner.category"):
            return _fixed(model, name, args)
        if model != "res.partner":
            raise OdooError("builtins.KeyError", model)
        methods: dict[str, Callable[..., Any]] = {
            "search": self._search,
            "search_count": self._search_count,
            "search_read": self._search_read,
            "read": self._read,
            "fields_get": self._fields_get,
            "check_access_rights": lambda *args, **kwargs: self.switches.may_read,
        }
        if name not in methods:
            text = f"The method 'res.partner.{name}' does not exist"
            raise OdooError("builtins.AttributeError", text)
        if not self.switches.may_read and name not in ("fields_get", "check_access_rights"):
            text = "You are not allowed to access 'Contact' (res.partner) records."
            raise OdooError("odoo.exceptions.AccessError", text)
        context = kwargs.pop("context", None) or {}
        try:
            return methods[name](*args, context=context, **kwargs)
        except TypeError as wrong:
            raise OdooError("builtins.TypeError", str(wrong)) from wrong

    def _found(
        self, domain: Any, order: str | None, context: dict[str, Any]
    ) -> Iterable[CrmRecord]:
        condition = read_domain(domain or [], self._partners.getter)
        only_active = context.get("active_test", True) and not names_field(domain, "active")
        for record in self._from(order or _DEFAULT_ORDER, condition):
            if (not only_active or not record.archived) and condition.test(record):
                yield record

    def _from(self, order: str, condition: Condition) -> Iterator[CrmRecord]:
        """All records in order, from where the condition may begin to hold."""
        records = self._partners.records
        name = " ".join(order.lower().replace(" asc", "").split())
        if name == "id":
            return records.from_id(condition.least_id)
        known = self._sorted.get(name)
        if known is None or known[0] != records.version:
            known = (records.version, self._sort(name))
            self._sorted = {name: known}
        begin = 0
        if name.replace(" ", "") in ("write_date,id", "write_date"):
            begin = bisect.bisect_left(known[1], condition.least_moment, key=lambda r: r.modified)
        return islice(known[1], begin, None)

    def _sort(self, order: str) -> list[CrmRecord]:
        found = list(self._partners.records)
        for term in reversed(order.split(",")):
            name, *way = term.split()
            getter, _ = self._partners.getter(name)
            found.sort(key=lambda r: _sortable(getter(r)), reverse=way == ["desc"])
        return found

    def _search(
        self,
        domain: Any,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        *,
        context: dict[str, Any],
    ) -> list[int]:
        found = self._found(domain, order, context)
        return [one.id for one in islice(found, offset or 0, _end(offset, limit))]

    def _search_count(
        self, domain: Any, limit: int | None = None, *, context: dict[str, Any]
    ) -> int:
        return sum(1 for _ in islice(self._found(domain, "id", context), limit or None))

    def _search_read(
        self,
        domain: Any = None,
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        *,
        context: dict[str, Any],
    ) -> list[dict[str, Any]]:
        names = self._names(fields)
        found = islice(self._found(domain, order, context), offset or 0, _end(offset, limit))
        return [self._partners.shown(one, names) for one in found]

    def _read(
        self,
        ids: Any,
        fields: list[str] | None = None,
        load: str = "_classic_read",
        *,
        context: dict[str, Any],
    ) -> list[dict[str, Any]]:
        """Those that are gone are left out; archived ones are read like others.

        With another ``load`` than ``_classic_read`` a many2one is its id alone.
        """
        names = self._names(fields)
        by_id = self._partners.records.by_id
        wanted = ids if isinstance(ids, list) else [ids]
        pairs = load == "_classic_read"
        found = [by_id[one] for one in wanted if one in by_id]
        return [self._partners.shown(one, names, pairs=pairs) for one in found]

    def _fields_get(
        self,
        allfields: list[str] | None = None,
        attributes: list[str] | None = None,
        *,
        context: dict[str, Any],
    ) -> dict[str, Any]:
        # A user without rights is told of none but these (inferred).
        seen = None if self.switches.may_read else ("id", "display_name")
        return {
            name: {k: v for k, v in one.items() if not attributes or k in attributes}
            for name, one in self._partners.definitions().items()
            if (not allfields or name in allfields) and (seen is None or name in seen)
        }

    def _names(self, fields: list[str] | None) -> list[str]:
        known = self._partners.definitions()
        for name in fields or []:
            if name not in known:
                raise value_error(f"Invalid field {name!r} on model 'res.partner'")
        return list(fields or known)


def _fixed(model: str, name: str, args: list[Any]) -> Any:
    """The small tables that a partner points to; domains are not looked at."""
    if model == "res.country":
        keys = ("id", "name", "code", "phone_code")
        rows = [dict(zip(keys, (key, *rest), strict=True)) for key, rest in COUNTRIES.items()]
    else:
        rows = [{"id": key, "name": label} for key, label in CATEGORIES.items()]
    if name == "fields_get":
        return fixed_definitions(list(rows[0]))
    if name == "search_read":
        return rows
    if name == "search":
        return [row["id"] for row in rows]
    if name == "read":
        return [row for row in rows if row["id"] in args[0]]
    raise OdooError("builtins.AttributeError", f"The method '{model}.{name}' does not exist")


def _end(offset: int | None, limit: int | None) -> int | None:
    # A limit of 0 is no limit, as in Odoo.
    return (offset or 0) + limit if limit else None


def _sortable(value: Any) -> tuple[bool, Any]:
    """Postgres puts empty values last when ascending, first when descending."""
    return (value is False, "" if value is False else value)

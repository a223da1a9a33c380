"""Routes, token, scopes and rate limits of the HubSpot stand-in."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sandbox.crm.crm import Crm, CrmAnswer, CrmRequest, CrmSwitches
from sandbox.crm.hubspot.contacts import Contacts, iso
from sandbox.crm.hubspot.errors import (
    HubspotRefusal,
    error,
    expired,
    invalid,
    missing_scopes,
    no_credentials,
    not_found,
    too_many,
)
from sandbox.crm.hubspot.lists import Lists
from sandbox.crm.hubspot.search import Search
from sandbox.crm.records import CrmRecord, CrmRecords, now_ms
from sandbox.faults import Fault

_READ, _SCHEMAS, _LISTS = "crm.objects.contacts.read", "crm.schemas.contacts.read", "crm.lists.read"


@dataclass
class HubSpotSwitches(CrmSwitches):
    """What an account may have otherwise."""

    token: str = "pat-na1-sandbox"  # noqa: S105 - of a stand-in; it opens nothing
    scopes: list[str] = field(default_factory=lambda: [_READ, _SCHEMAS, _LISTS])
    searches_per_second: int = 5
    """Doc: five requests a second for search, for the account. 0: no limit."""
    requests_per_ten_seconds: int = 0
    """Doc: 100 (or 190) for a private app. Off, so that tests are quick."""
    retry_after: str = ""
    """Retry-After of a 429; none is documented."""
    clock_ahead_ms: int = 0
    """How much later it is for the limits: a test moves this clock in place of waiting."""
    index_delay_ms: int = 0
    """How long after a change search does not know of it."""
    short_pages: bool = False
    """Whether a page of a search may hold fewer than asked for while more are announced."""
    merge_id: str = field(default="new", metadata={"choices": ("new", "primary")})
    """Doc: merging makes a new record with a new id; before 2025 the primary's id stayed."""


class HubSpot(Crm):
    """One account.

    One class because it is one server: its routes share records, switches and clock.
    """

    kind = "hubspot"
    default_object = "contacts"

    def __init__(self) -> None:
        """An empty account."""
        self._contacts = Contacts()
        self.clear()

    def clear(self) -> None:
        """Back to an empty account."""
        self._contacts.clear()
        self.switches: HubSpotSwitches = HubSpotSwitches()
        self._lists = Lists(self._contacts)
        self._search = Search(self._contacts)
        self._revoked = False
        self._expired_at: float | None = None
        self._searches: deque[float] = deque()
        self._requests: deque[float] = deque()
        contacts = r"/crm/v3/objects/(?:contacts|0-1)"
        self._routes: list[tuple[str, str, str, str, Callable[..., CrmAnswer]]] = [
            ("GET", contacts, "list", _READ, self._list),
            ("POST", contacts + "/search", "search", _READ, self._do_search),
            ("POST", contacts + "/batch/read", "batch_read", _READ, self._batch_read),
            ("GET", contacts + r"/([^/]+)", "read", _READ, self._read),
            ("GET", r"/crm/v3/properties/(?:contacts|0-1)", "properties", _SCHEMAS, self._props),
            ("GET", r"/crm/v3/properties/(?:contacts|0-1)/(\w+)", "property", _SCHEMAS, self._prop),
            ("GET", r"/crm/v3/lists/object-type-id/0-1/name/(.+)", "list_by_name", _LISTS,
             lambda request, name: self._lists.by_name(name)),
            ("GET", r"/crm/v3/lists/(\d+)", "list_by_id", _LISTS,
             lambda request, key: self._lists.one(key)),
            ("GET", r"/crm/v3/lists/(\d+)/memberships(?:/join-order)?", "memberships", _LISTS,
             lambda request, key: self._lists.memberships(key, request)),
            ("GET", r"/account-info/v3/details", "account", "", self._account),
        ]  # fmt: skip

    # What the front asks

    def operation(self, request: CrmRequest) -> str:
        """``list``, ``search``, ``batch_read``, ``read``, ``memberships``, ``properties``..."""
        found = self._route(request)
        return found[0] if found else "unknown"

    def answer(self, request: CrmRequest) -> CrmAnswer:
        """Token, scope, rate limit, then what is asked."""
        found = self._route(request)
        try:
            self._check_token(request)
            if found is None:
                raise HubspotRefusal(not_found())
            name, scope, handler, parts = found
            if scope and scope not in self.switches.scopes:
                raise HubspotRefusal(missing_scopes(scope))
            self._check_rate(name)
            answer = handler(request, *parts)
        except HubspotRefusal as refused:
            answer = refused.answer
        answer.headers += self._rate_headers(found[0] if found else "")
        return answer

    def trouble(self, status: int, fault: Fault) -> CrmAnswer:
        """Errors that a fault asks for."""
        if status == 429:
            return too_many("TEN_SECONDLY_ROLLING")
        text = "internal error" if status == 500 and fault.kind == "500" else fault.error
        category = {401: "INVALID_AUTHENTICATION", 403: "MISSING_SCOPES"}.get(
            status, "VALIDATION_ERROR" if status < 500 else "INTERNAL_ERROR"
        )
        return error(status, category, text)

    def expire(self) -> None:
        """The token's time is over, as an OAuth token's after 30 minutes."""
        self._expired_at = time.monotonic()

    def revoke(self) -> None:
        """The token is taken away, as when a private app is deleted."""
        self._revoked = True

    def objects(self) -> dict[str, CrmRecords]:
        """Contacts only."""
        return {"contacts": self._contacts.records}

    def key(self, given: Any) -> int:
        """Ids are numbers, shown as text."""
        return int(given)

    def shown_id(self, key: int, name: str) -> Any:
        """Ids are shown as text."""
        return str(key)

    def shown(self, record: CrmRecord, name: str) -> dict[str, Any]:
        """With every property that has a value."""
        return self._contacts.shown(record, list(self._contacts.values(record)))

    def merge(self, into: int, gone: int, at: int) -> int:
        """Joins two contacts."""
        return self._contacts.merge(into, gone, at, new_id=self.switches.merge_id == "new")

    def more(self, given: dict[str, Any]) -> dict[str, Any]:
        """``properties``: names of custom ones; ``lists``; ``renew``: the token works again."""
        self._contacts.index_delay = self.switches.index_delay_ms / 1000
        self._contacts.define([str(name) for name in given.pop("properties", [])])
        for values in (*given.get("add", []), *given.get("change", [])):
            self._contacts.define([name for name in values if name not in ("id", "at")])
        for one in given.pop("lists", []):
            self._lists.define(one, now_ms())
        if given.pop("renew", False):
            self._revoked, self._expired_at = False, None
        return {}

    # Before a request is answered

    def _route(self, request: CrmRequest) -> tuple[str, str, Callable[..., CrmAnswer], Any] | None:
        for method, pattern, name, scope, handler in self._routes:
            if method == request.method and (fits := re.fullmatch(pattern, request.path)):
                return name, scope, handler, fits.groups()
        return None

    def _check_token(self, request: CrmRequest) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        known = scheme.lower() == "bearer" and token.strip() == self.switches.token
        if not known or self._revoked:
            raise HubspotRefusal(no_credentials())
        if self._expired_at is not None:
            raise HubspotRefusal(expired(int(time.monotonic() - self._expired_at)))

    def _check_rate(self, name: str) -> None:
        switches = self.switches
        now = time.monotonic() + switches.clock_ahead_ms / 1000
        refused = None
        if name == "search":
            if not _fits(self._searches, switches.searches_per_second, 1.0, now):
                refused = too_many("SECONDLY")
        elif not _fits(self._requests, switches.requests_per_ten_seconds, 10.0, now):
            refused = too_many("TEN_SECONDLY_ROLLING")
        if refused is not None:
            if switches.retry_after:
                refused.headers.append(("retry-after", switches.retry_after))
            raise HubspotRefusal(refused)

    def _rate_headers(self, name: str) -> list[tuple[str, str]]:
        """Documented names; search has none of them (doc)."""
        if name == "search":
            return []
        most = self.switches.requests_per_ten_seconds or 100
        left = max(0, most - len(self._requests))
        return [
            ("X-HubSpot-RateLimit-Daily", "250000"),
            ("X-HubSpot-RateLimit-Daily-Remaining", "249000"),
            ("X-HubSpot-RateLimit-Interval-Milliseconds", "10000"),
            ("X-HubSpot-RateLimit-Max", str(most)),
            ("X-HubSpot-RateLimit-Remaining", str(left)),
        ]

    # What is asked

    def _list(self, request: CrmRequest) -> CrmAnswer:
        asked = request.query
        properties, archived = _properties(request), _true(asked.get("archived"))
        try:
            limit, after = int(asked.get("limit", 10)), int(asked.get("after") or 0)
        except ValueError as wrong:
            raise HubspotRefusal(invalid("limit and after must be whole numbers")) from wrong
        if not 0 < limit <= 100:
            text = f"limit: {limit} is not in range [1, 100]"
            raise HubspotRefusal(invalid(text))
        rows = self._contacts.records.from_id(after)
        fitting = (one for one in rows if bool(one.archived) is archived)
        page = list(islice(fitting, limit + 1))
        body: dict[str, Any] = {
            "results": [self._contacts.shown(o, properties) for o in page[:limit]]
        }
        if len(page) > limit:
            # The next page begins behind the last record, also when that is gone by then.
            token = str(page[limit - 1].id + 1)
            others = "&".join(f"{k}={v}" for k, v in request.pairs if k != "after")
            link = f"{request.base_url}{request.path}?{others}{'&' if others else ''}after={token}"
            body["paging"] = {"next": {"after": token, "link": link}}
        return CrmAnswer(200, body)

    def _do_search(self, request: CrmRequest) -> CrmAnswer:
        try:
            asked = request.json()
        except ValueError as wrong:
            raise HubspotRefusal(invalid("Invalid input JSON on line 1, column 1")) from wrong
        return self._search.answer(asked, short=self.switches.short_pages)

    def _read(self, request: CrmRequest, key: str) -> CrmAnswer:
        by_email = request.query.get("idProperty") == "email"
        found = self._contacts.by_email(key) if by_email else self._contacts.find(key)
        if found is None or bool(found.archived) is not _true(request.query.get("archived")):
            raise HubspotRefusal(not_found())
        return CrmAnswer(200, self._contacts.shown(found, _properties(request)))

    def _batch_read(self, request: CrmRequest) -> CrmAnswer:
        began, asked = now_ms(), request.json()
        ids = [str(one["id"]) for one in asked.get("inputs", [])]
        if len(ids) > 100:
            raise HubspotRefusal(invalid("You can only read 100 objects at a time."))
        archived = _true(request.query.get("archived"))
        names = [str(name) for name in asked.get("properties", [])]
        by_email = asked.get("idProperty") == "email"
        found: dict[int, CrmRecord] = {}
        missing = []
        for one in ids:
            record = self._contacts.by_email(one) if by_email else self._contacts.find(one)
            if record is None or bool(record.archived) is not archived:
                missing.append(one)
            else:
                found[record.id] = record
        body: dict[str, Any] = {
            "status": "COMPLETE",
            "results": [self._contacts.shown(record, names) for record in found.values()],
            "startedAt": iso(began),
            "completedAt": iso(now_ms()),
        }
        if not missing:
            return CrmAnswer(200, body)
        text = (
            "Could not get some CONTACT objects, they may be deleted or not exist. "
            "Check that ids are valid."
        )
        problem = {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": text,
            "context": {"ids": missing},
        }
        return CrmAnswer(207, {**body, "numErrors": 1, "errors": [problem]})

    def _props(self, request: CrmRequest) -> CrmAnswer:
        return CrmAnswer(200, {"results": list(self._contacts.properties.values())})

    def _prop(self, request: CrmRequest, name: str) -> CrmAnswer:
        if name not in self._contacts.properties:
            raise HubspotRefusal(not_found(f"Property {name} does not exist"))
        return CrmAnswer(200, self._contacts.properties[name])

    def _account(self, request: CrmRequest) -> CrmAnswer:
        return CrmAnswer(
            200,
            {
                "portalId": 1234567,
                "accountType": "DEVELOPER_TEST",
                "timeZone": "US/Pacific",
                "companyCurrency": "USD",
                "additionalCurrencies": [],
                "utcOffset": "-08:00",
                "utcOffsetMilliseconds": -28800000,
                "uiDomain": "app.hubspot.com",
                "dataHostingLocation": "na1",
            },
        )


def _fits(seen: deque[float], most: int, seconds: float, now: float) -> bool:
    """Counts a request in a rolling window, unless it is one too many."""
    while seen and seen[0] <= now - seconds:
        seen.popleft()
    if most and len(seen) >= most:
        return False
    if most:
        seen.append(now)
    return True


def _true(text: str | None) -> bool:
    return (text or "").lower() == "true"


def _properties(request: CrmRequest) -> list[str]:
    """Joined with commas or repeated: both are used by vendors' own clients."""
    given = [value for name, value in request.pairs if name == "properties"]
    return [name for value in given for name in value.split(",") if name]

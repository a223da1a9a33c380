"""Routes, sessions and limits of the Salesforce stand-in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.crm.crm import Crm, CrmAnswer, CrmRequest
from sandbox.crm.records import CrmRecord, CrmRecords
from sandbox.crm.salesforce.errors import SalesforceRefusal, error, not_found, session_invalid
from sandbox.crm.salesforce.jobs import Jobs
from sandbox.crm.salesforce.objects import SObject, long_id, number_of, sobjects
from sandbox.crm.salesforce.queries import Queries
from sandbox.crm.salesforce.tokens import SalesforceSwitches, Sessions
from sandbox.faults import Fault

_DATA = r"/services/data/v(\d+\.\d)"


class Salesforce(Crm):
    """One org: people log in at one address and read at another."""

    kind = "salesforce"
    default_object = "Contact"

    def __init__(self, instance_url: str = "") -> None:
        """``instance_url`` is the address to read at."""
        self._instance_url = instance_url
        self._sobjects = sobjects()
        self.clear()

    def clear(self) -> None:
        """Back to an empty org."""
        for sobject in self._sobjects.values():
            sobject.records.clear()
        self.switches: SalesforceSwitches = SalesforceSwitches()
        self._sessions = Sessions(self.switches, self._instance_url)
        self._queries = Queries(self._sobjects, self.switches)
        self._jobs = Jobs(self._sobjects, self.switches)
        self._requests = 0
        jobs, queries = self._jobs, self._queries
        self._routes: list[tuple[str, str, str, Callable[..., CrmAnswer]]] = [
            ("POST", r"/services/oauth2/token", "token", self._sessions.token),
            ("GET", r"/services/data/?", "versions", self._versions),
            ("GET", _DATA + r"/?", "resources", self._resources),
            ("GET", _DATA + r"/limits/?", "limits", self._limits),
            ("GET", _DATA + r"/query/?", "query",
             lambda request, version: queries.ask(request, version, "query")),
            ("GET", _DATA + r"/queryAll/?", "queryAll",
             lambda request, version: queries.ask(request, version, "queryAll")),
            ("GET", _DATA + r"/(?:query|queryAll)/([^/]+)", "query_more", queries.more),
            ("GET", _DATA + r"/sobjects/?", "sobjects", self._global),
            ("GET", _DATA + r"/sobjects/(\w+)/describe/?", "describe", self._describe),
            ("GET", _DATA + r"/sobjects/(\w+)/(\w{15,18})/?", "row", self._row),
            ("POST", _DATA + r"/jobs/query/?", "create_job", jobs.create),
            ("GET", _DATA + r"/jobs/query/?", "jobs", lambda request, version: jobs.every()),
            ("GET", _DATA + r"/jobs/query/(\w+)/?", "job",
             lambda request, version, key: jobs.one(key)),
            ("PATCH", _DATA + r"/jobs/query/(\w+)/?", "abort_job",
             lambda request, version, key: jobs.change(key, request)),
            ("DELETE", _DATA + r"/jobs/query/(\w+)/?", "delete_job",
             lambda request, version, key: jobs.delete(key)),
            ("GET", _DATA + r"/jobs/query/(\w+)/results/?", "results",
             lambda request, version, key: jobs.results(key, request, version)),
        ]  # fmt: skip

    # What the front asks

    def operation(self, request: CrmRequest) -> str:
        """``token``, ``query``, ``queryAll``, ``query_more``, ``create_job``, ``job``..."""
        found = self._route(request)
        return found[0] if found else "unknown"

    def answer(self, request: CrmRequest) -> CrmAnswer:
        """Session, limit, then what is asked."""
        found = self._route(request)
        try:
            if found is None:
                raise not_found()
            name, handler, parts = found
            if name not in ("token", "versions"):
                self._check(request)
            return self._counted(handler(request, *parts), name)
        except SalesforceRefusal as refused:
            return refused.answer

    def trouble(self, status: int, fault: Fault) -> CrmAnswer:
        """REQUEST_LIMIT_EXCEEDED for 429, which Salesforce answers with 403."""
        if status == 429:
            return error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        if fault.kind == "error":
            return error(status, "UNKNOWN_EXCEPTION", fault.error)
        text = (
            "An unexpected error occurred. Please include this ErrorId if you contact support: "
            "1234567890-12345 (123456789)"
        )
        return error(500, "UNKNOWN_EXCEPTION", text)

    def expire(self) -> None:
        """Ends all sessions."""
        self._sessions.expire()

    def revoke(self) -> None:
        """The app is taken away: no session, and no new one."""
        self._sessions.expire()
        self._sessions.revoked = True

    def objects(self) -> dict[str, CrmRecords]:
        """Contact and Lead."""
        return {one.name: one.records for one in self._sobjects.values()}

    def key(self, given: Any) -> int:
        """The number behind an id."""
        return number_of(str(given))

    def shown_id(self, key: int, name: str) -> Any:
        """Ids have 18 characters."""
        return long_id(self._sobjects[name.lower()].prefix, key)

    def shown(self, record: CrmRecord, name: str) -> dict[str, Any]:
        """With every field."""
        sobject = self._sobjects[name.lower()]
        names = [field.name for field in sobject.fields.values()]
        return sobject.row(record, names, self.switches.version)

    def merge(self, into: int, gone: int, at: int) -> int:
        """The one that goes is deleted, and says which it went into (doc: MasterRecordId)."""
        contact = self._sobjects["contact"]
        contact.records.change(into, {}, at)
        contact.records.change(gone, {"MasterRecordId": long_id(contact.prefix, into)}, at)
        contact.records.archive(gone, at)
        return into

    def more(self, given: dict[str, Any]) -> dict[str, Any]:
        """``renew``: the app works again."""
        if given.pop("renew", False):
            self._sessions.revoked = False
        return {}

    # Before and after

    def _route(self, request: CrmRequest) -> tuple[str, Callable[..., CrmAnswer], Any] | None:
        for method, pattern, name, handler in self._routes:
            if method == request.method and (fits := re.fullmatch(pattern, request.path)):
                return name, handler, fits.groups()
        return None

    def _check(self, request: CrmRequest) -> None:
        if self._instance_url and request.base_url != self._instance_url:
            # The login host has no data; what it answers to this is inferred.
            raise not_found()
        if not self._sessions.fits(request):
            raise session_invalid()
        self._requests += 1
        if self._requests > self.switches.daily_requests:
            raise SalesforceRefusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")

    def _counted(self, answer: CrmAnswer, name: str) -> CrmAnswer:
        if name not in ("token", "versions"):
            usage = f"api-usage={self._requests}/{self.switches.daily_requests}"
            answer.headers.append(("Sforce-Limit-Info", usage))
        return answer

    # Small answers

    def _versions(self, request: CrmRequest) -> CrmAnswer:
        numbers = sorted({"60.0", "61.0", self.switches.version}, key=float)
        return CrmAnswer(
            200,
            [
                {"label": f"Release {one}", "url": f"/services/data/v{one}", "version": one}
                for one in numbers
            ],
        )

    def _resources(self, request: CrmRequest, version: str) -> CrmAnswer:
        names = ("query", "queryAll", "sobjects", "limits", "jobs")
        return CrmAnswer(200, {name: f"/services/data/v{version}/{name}" for name in names})

    def _limits(self, request: CrmRequest, version: str) -> CrmAnswer:
        most = self.switches.daily_requests
        return CrmAnswer(
            200, {"DailyApiRequests": {"Max": most, "Remaining": most - self._requests}}
        )

    def _global(self, request: CrmRequest, version: str) -> CrmAnswer:
        found = [{"name": one.name, "queryable": True} for one in self._sobjects.values()]
        return CrmAnswer(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found})

    def _describe(self, request: CrmRequest, version: str, name: str) -> CrmAnswer:
        sobject = self._sobject(name)
        hidden = {one.lower() for one in self.switches.hidden_fields}
        fields = [one.describe() for low, one in sobject.fields.items() if low not in hidden]
        shown = {"name": sobject.name, "keyPrefix": sobject.prefix, "queryable": True}
        return CrmAnswer(200, {**shown, "fields": fields})

    def _row(self, request: CrmRequest, version: str, name: str, key: str) -> CrmAnswer:
        sobject = self._sobject(name)
        record = sobject.records.by_id.get(number_of(key))
        if record is None or record.archived:
            raise SalesforceRefusal(
                404, "NOT_FOUND", "Provided external ID field does not exist or is invalid"
            )
        hidden = {one.lower() for one in self.switches.hidden_fields}
        names = [one.name for low, one in sobject.fields.items() if low not in hidden]
        return CrmAnswer(200, sobject.row(record, names, version))

    def _sobject(self, name: str) -> SObject:
        if name.lower() not in self._sobjects:
            raise not_found()
        return self._sobjects[name.lower()]

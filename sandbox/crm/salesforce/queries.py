"""``query``, ``queryAll``, and the cursors of those that have more.

2,000 rows a batch at most, 200 at least when asked by ``Sforce-Query-Options`` (doc); ten cursors
are open at once, then the oldest is lost (doc). Inferred: which rows belong to a query is settled
when it is asked, what stands in them when they are fetched.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sandbox.crm.crm import CrmAnswer, CrmRequest
from sandbox.crm.records import CrmRecord
from sandbox.crm.salesforce.errors import SalesforceRefusal, malformed
from sandbox.crm.salesforce.objects import SObject, long_id
from sandbox.crm.salesforce.soql import Query, read_query
from sandbox.crm.salesforce.tokens import SalesforceSwitches


@dataclass
class _Cursor:
    query: Query
    found: list[CrmRecord]
    resource: str


class Queries:
    """Answers queries."""

    def __init__(self, sobjects: dict[str, SObject], switches: SalesforceSwitches) -> None:
        """Over these objects."""
        self._sobjects = sobjects
        self._switches = switches
        self._cursors: OrderedDict[str, _Cursor] = OrderedDict()
        self._made = 0

    def ask(self, request: CrmRequest, version: str, resource: str) -> CrmAnswer:
        """The first batch.

        Raises:
            Refused: the query is wrong.
        """
        text = request.query.get("q", "")
        if not text:
            raise malformed("SOQL query is required")
        query = read_query(text, self._sobjects, self._switches.hidden_fields)
        found = query.run(deleted=resource == "queryAll")
        if query.count_only:
            return CrmAnswer(200, {"totalSize": len(found), "done": True, "records": []})
        self._made += 1
        locator = long_id("01g", self._made)
        self._cursors[locator] = _Cursor(query, found, resource)
        while len(self._cursors) > 10:
            self._cursors.popitem(last=False)
        return self._batch(request, version, locator, 0)

    def more(self, request: CrmRequest, version: str, token: str) -> CrmAnswer:
        """A further batch.

        Raises:
            Refused: the cursor is not there any more.
        """
        locator, _, start = token.rpartition("-")
        if locator not in self._cursors or not start.isdigit():
            raise SalesforceRefusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._batch(request, version, locator, int(start))

    def _batch(self, request: CrmRequest, version: str, locator: str, start: int) -> CrmAnswer:
        cursor = self._cursors[locator]
        size = self._size(request)
        page = cursor.found[start : start + size]
        end, names = start + len(page), cursor.query.names
        body: dict[str, Any] = {"totalSize": len(cursor.found), "done": end >= len(cursor.found)}
        if not body["done"]:
            where = f"/services/data/v{version}/{cursor.resource}"
            body["nextRecordsUrl"] = f"{where}/{locator}-{end}"
        body["records"] = [cursor.query.sobject.row(one, names, version) for one in page]
        return CrmAnswer(200, body)

    def _size(self, request: CrmRequest) -> int:
        most = self._switches.batch_size
        options = request.headers.get("sforce-query-options", "")
        asked = re.search(r"batchSize\s*=\s*(\d+)", options, re.IGNORECASE)
        size = min(most, max(200, int(asked.group(1)))) if asked else most
        return size - 3 if self._switches.short_batches else size

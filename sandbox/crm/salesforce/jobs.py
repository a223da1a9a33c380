"""Query jobs of the Bulk API 2.0: ``/services/data/vXX.X/jobs/query``.

Documented: a job is UploadComplete, InProgress, then JobComplete, Failed or Aborted; results are
CSV with ``Sforce-Locator``, which is the text ``null`` at the end, and ``Sforce-NumberOfRecords``;
columns are in the order asked for since version 50.0, by name before; asking with another version
than the job's is 409; a job that is not done yet answers JOB_NOT_COMPLETE (example of
https://developer.salesforce.com/docs/atlas.ja-jp.222.0.api_bulk_v2.meta/api_bulk_v2/query_get_job_results.htm).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from sandbox.crm.crm import CrmAnswer, CrmRequest
from sandbox.crm.records import CrmRecord, now_ms
from sandbox.crm.salesforce.errors import SalesforceRefusal, malformed, not_found
from sandbox.crm.salesforce.objects import SObject, long_id, moment_text
from sandbox.crm.salesforce.soql import Query, read_query
from sandbox.crm.salesforce.tokens import SalesforceSwitches

_DELIMITERS = {
    "COMMA": ",",
    "SEMICOLON": ";",
    "TAB": "\t",
    "PIPE": "|",
    "CARET": "^",
    "BACKQUOTE": "`",
}
_ENDS = ("JobComplete", "Failed", "Aborted")


@dataclass
class QueryJob:
    """One query job."""

    id: str
    operation: str
    query: Query
    version: str
    delimiter: str
    line_ending: str
    outcome: str
    polls_left: int
    state: str = "UploadComplete"
    made: int = field(default_factory=now_ms)
    found: list[CrmRecord] = field(default_factory=list)

    def step(self) -> None:
        """One look at it brings it on."""
        if self.state in _ENDS:
            return
        if self.polls_left > 0:
            self.polls_left -= 1
            self.state = "InProgress"
            return
        self.state = self.outcome

    def as_json(self) -> dict[str, Any]:
        """As creating it answers."""
        return {
            "id": self.id,
            "operation": self.operation,
            "object": self.query.sobject.name,
            "createdById": long_id("005", 7),
            "createdDate": moment_text(self.made - self.made % 1000),
            "systemModstamp": moment_text(self.made - self.made % 1000),
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.line_ending,
            "columnDelimiter": self.delimiter,
        }

    def details(self) -> dict[str, Any]:
        """As asking for it answers."""
        done = self.state == "JobComplete"
        shown = {
            **self.as_json(),
            "jobType": "V2Query",
            "numberRecordsProcessed": len(self.found) if done else 0,
            "retries": 0,
            "totalProcessingTime": 1000 if done else 0,
            "isPkChunkingSupported": True,
        }
        if self.state == "Failed":
            shown["errorMessage"] = "InternalServerError: retried more than fifteen times"
        return shown


class Jobs:
    """All jobs."""

    def __init__(self, sobjects: dict[str, SObject], switches: SalesforceSwitches) -> None:
        """None yet."""
        self._sobjects = sobjects
        self._switches = switches
        self._by_id: dict[str, QueryJob] = {}
        self._made = 0

    def create(self, request: CrmRequest, version: str) -> CrmAnswer:
        """A new job; its rows are those of now (inferred).

        Raises:
            Refused: the query or an option is wrong.
        """
        given = _body(request)
        operation = given.get("operation")
        if operation not in ("query", "queryAll"):
            raise SalesforceRefusal(400, "INVALIDJOB", f"{operation} is not a supported operation")
        delimiter, ending = given.get("columnDelimiter", "COMMA"), given.get("lineEnding", "LF")
        if delimiter not in _DELIMITERS or ending not in ("LF", "CRLF"):
            raise SalesforceRefusal(
                400, "INVALIDJOB", "columnDelimiter or lineEnding is not supported"
            )
        hidden = self._switches.hidden_fields
        query = read_query(str(given.get("query", "")), self._sobjects, hidden)
        if query.count_only or query.offset:
            raise malformed("Bulk API 2.0 Query supports neither aggregates nor OFFSET")
        self._made += 1
        job = QueryJob(
            long_id("750", self._made),
            str(operation),
            query,
            version,
            delimiter,
            ending,
            self._switches.job_outcome,
            self._switches.job_polls,
        )
        job.found = query.run(deleted=operation == "queryAll")
        self._by_id[job.id] = job
        return CrmAnswer(200, job.as_json())

    def every(self) -> CrmAnswer:
        """All of them, without pages."""
        records = [{**job.as_json(), "jobType": "V2Query"} for job in self._by_id.values()]
        return CrmAnswer(200, {"done": True, "records": records, "nextRecordsUrl": None})

    def one(self, key: str) -> CrmAnswer:
        """How it goes.

        Raises:
            Refused: there is none.
        """
        job = self._get(key)
        job.step()
        return CrmAnswer(200, job.details())

    def change(self, key: str, request: CrmRequest) -> CrmAnswer:
        """Aborts it.

        Raises:
            Refused: there is none, or another state is asked for.
        """
        job = self._get(key)
        if _body(request).get("state") != "Aborted":
            raise SalesforceRefusal(400, "INVALIDJOBSTATE", "Only Aborted can be asked for")
        if job.state not in _ENDS:
            job.state = "Aborted"
        return CrmAnswer(200, job.as_json())

    def delete(self, key: str) -> CrmAnswer:
        """Removes it, once it has ended.

        Raises:
            Refused: there is none, or it runs.
        """
        job = self._get(key)
        if job.state not in _ENDS:
            text = f"Job must be in one of the final states, is {job.state}"
            raise SalesforceRefusal(400, "INVALIDJOBSTATE", text)
        del self._by_id[key]
        return CrmAnswer(204, b"")

    def results(self, key: str, request: CrmRequest, version: str) -> CrmAnswer:
        """One page of rows as CSV.

        Raises:
            Refused: there is no such job or locator, or it is not done.
        """
        job = self._get(key)
        if job.version != version:
            text = f"Job {key} was created with API version {job.version}"
            raise SalesforceRefusal(409, "API_VERSION_MISMATCH", text)
        if job.state != "JobComplete":
            text = (
                "can only download query results of successfully completed bulk job with status: "
                f"JOB_COMPLETE. Current status: {job.state}"
            )
            raise SalesforceRefusal(412, "JOB_NOT_COMPLETE", text)
        asked = request.query
        most = int(asked.get("maxRecords") or self._switches.job_records)
        start = 0
        if asked.get("locator"):
            try:
                start = int(base64.b64decode(asked["locator"] + "=="))
            except ValueError as wrong:
                raise SalesforceRefusal(400, "INVALID_LOCATOR", "invalid locator") from wrong
        page = job.found[start : start + most]
        end = start + len(page)
        locator = "null"
        if end < len(job.found):
            locator = base64.b64encode(str(end).encode()).decode().rstrip("=")
        headers = [("Sforce-Locator", locator), ("Sforce-NumberOfRecords", str(len(page)))]
        return CrmAnswer(200, self._csv(job, page, start), headers, content_type="text/csv")

    def _csv(self, job: QueryJob, page: list[CrmRecord], start: int) -> bytes:
        sobject, names = job.query.sobject, list(job.query.names)
        if float(job.version) < 50:
            names.sort()
        rows = [sobject.values(one) for one in page]
        if self._switches.job_columns == "reordered" and start:
            names = names[::-1]
        elif self._switches.job_columns == "missing":
            filled = [n for n in names if any(sobject.read(v, n) is not None for v in rows)]
            names = filled or names
        moments = {name for name in names if sobject.kind_of(name) == "datetime"}
        between = _DELIMITERS[job.delimiter]
        end = "\n" if job.line_ending == "LF" else "\r\n"
        lines = [between.join(f'"{name}"' for name in names)]
        lines += [
            between.join(
                _cell(sobject.read(values, name), is_moment=name in moments) for name in names
            )
            for values in rows
        ]
        return (end.join(lines) + end).encode()

    def _get(self, key: str) -> QueryJob:
        if key not in self._by_id:
            raise not_found()
        return self._by_id[key]


def _cell(value: Any, *, is_moment: bool) -> str:
    if value is None:
        return '""'
    if value is True or value is False:
        return '"true"' if value else '"false"'
    text = moment_text(value, "Z") if is_moment else str(value)
    return '"' + str(text).replace('"', '""') + '"'


def _body(request: CrmRequest) -> dict[str, Any]:
    try:
        given = request.json()
    except ValueError as wrong:
        raise SalesforceRefusal(400, "JSON_PARSER_ERROR", "Unexpected character") from wrong
    return given if isinstance(given, dict) else {}

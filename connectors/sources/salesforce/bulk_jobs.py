"""Query jobs of the Bulk API 2.0, for reads of many rows.

| step | what can happen |
| --- | --- |
| make the job | - |
| ask until it has ended | `JobComplete`; `Failed`, `Aborted` or too slow: unavailable |
| results, page after page | `Sforce-Locator` is the next page's, until it is the word `null` |
| each page | CSV under its own header; `Sforce-NumberOfRecords` says how many rows |
| a page without a column that was asked for | is not whole: unavailable |
| remove the job | also when the read breaks off; a job that still runs is ended first |

Source: "Query with Bulk API 2.0" in the Bulk API 2.0 Developer Guide.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from connectors.http_client.json_client import JsonReply
from connectors.sources.salesforce.answer_table import NAME
from connectors.sources.salesforce.cell_values import FieldMissing, FieldTypes
from connectors.sources.salesforce.session import DATA, SalesforceSession
from schemas.errors import SendersyncError, SourceUnavailable

JOBS: Final = f"{DATA}/jobs/query"
_RUNNING: Final = frozenset({"UploadComplete", "InProgress"})


@dataclass(frozen=True)
class JobLimits:
    """How a job is waited for, and how its rows are fetched.

    Attributes:
        page_rows: Rows of a page: a page is in memory, so not too many.
        first_wait: Seconds before the state is asked for again; each wait is half as long again.
        longest_wait: No single wait is longer.
        longest_job: A job that runs longer, in seconds, is given up.
    """

    page_rows: int = 10_000
    first_wait: float = 1.0
    longest_wait: float = 15.0
    longest_job: float = 3600.0


class JobPages:
    """The pages of one job; `complete` when all rows came that it counted."""

    def __init__(
        self, session: SalesforceSession, soql: str, fields: FieldTypes, limits: JobLimits
    ) -> None:
        """Nothing is asked yet."""
        self._session = session
        self._soql = soql
        self._fields = fields
        self._limits = limits
        self.complete = False

    def __iter__(self) -> Iterator[Sequence[tuple[str, ...]]]:
        """Makes the job, waits for it, fetches its pages and removes it.

        Raises:
            SourceUnavailable: It failed, was aborted or took too long; see also `answer_table`.
        """
        made = self._session.send("POST", JOBS, {"operation": "query", "query": self._soql})
        job = f"{JOBS}/{_job_id(made)}"
        running = True
        try:
            announced = self._wait(job)
            running = False
            received = 0
            for page in self._pages(job):
                received += len(page)
                yield page
            self.complete = announced is None or received == announced
        finally:
            # what was read counts, whether or not the job can be removed: Salesforce does it
            # after seven days
            with suppress(SendersyncError):
                if running:
                    self._session.send("PATCH", job, {"state": "Aborted"})
                self._session.send("DELETE", job)

    def _wait(self, job: str) -> int | None:
        """Returns when the job is complete: how many rows it has, if it says so."""
        limits, wait = self._limits, self._limits.first_wait
        until = time.monotonic() + limits.longest_job
        while True:
            seen = self._session.get(job).body
            state = seen.get("state") if isinstance(seen, dict) else None
            if state == "JobComplete":
                counted = seen.get("numberRecordsProcessed")
                return counted if isinstance(counted, int) else None
            if state not in _RUNNING:
                raise _ended(str(state))
            if time.monotonic() + wait > until:
                raise _ended("it took too long")
            time.sleep(wait)
            wait = min(limits.longest_wait, wait * 1.5)

    def _page(self, job: str, asked: dict[str, str]) -> tuple[list[tuple[str, ...]], JsonReply]:
        """The rows of one page, and the answer they came with."""
        try:
            reply = self._session.get_csv(f"{job}/results", self._fields.of_csv, **asked)
        except FieldMissing as missing:
            name = missing.name
        else:
            return reply.body, reply
        raise SourceUnavailable(
            f"A page of {NAME}'s results has no column {name}, which was asked for.",
            where=f"{NAME}: {JOBS}",
            do="Nothing was changed; run again later. If it stays, check that the user who reads "
            "may see this field.",
        )

    def _pages(self, job: str) -> Iterator[Sequence[tuple[str, ...]]]:
        asked = {"maxRecords": str(self._limits.page_rows)}
        seen: set[str] = set()
        while True:
            rows, reply = self._page(job, asked)
            locator = reply.headers.get("sforce-locator")
            counted = reply.headers.get("sforce-numberofrecords") or str(len(rows))
            if locator is None or locator in seen or counted != str(len(rows)):
                raise _ended("a page of its results was not whole")
            yield rows
            if locator == "null":
                return
            seen.add(locator)
            asked["locator"] = locator


def _job_id(body: Any) -> str:
    found = body.get("id") if isinstance(body, dict) else None
    if not isinstance(found, str) or not re.fullmatch(r"[A-Za-z0-9]{15,18}", found):
        raise _ended("it has no id")
    return found


def _ended(why: str) -> SourceUnavailable:
    known = why if re.fullmatch(r"[A-Za-z ]{1,60}", why) else "unknown"
    return SourceUnavailable(
        f"The query job of {NAME} did not end well: {known}.",
        where=f"{NAME}: {JOBS}",
        do="Nothing was changed; run again later. Setup > Bulk Data Load Jobs says why.",
    )

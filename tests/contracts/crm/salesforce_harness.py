"""Harnesses of Salesforce: by queries, and by query jobs; its fixtures, and answers made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import SecretStr

from connectors.sources.incremental.cursor_text import write_cursor
from connectors.sources.salesforce.bulk_jobs import JobLimits
from connectors.sources.salesforce.records import SalesforceLimits, SalesforceRecords
from connectors.sources.salesforce.settings import SalesforceSettings
from connectors.sources.source import IncrementalSource
from tests.builders.hasty import HASTY
from tests.contracts.crm.crm_harness import CrmHarness

CLIENT, SECRET, REFRESH = "3MVG9sandbox", "sandbox-client-secret", "5Aep861sandbox"
NEVER = 999_999_999


class SalesforceHarness(CrmHarness):
    """Salesforce, read by queries however many there are."""

    crm_name = "salesforce"
    key = "Id"
    text_column = "Customer_Number__c"
    mapped = ("MobilePhone", "Email", "Customer_Number__c", "SMS_Opt_Out__c")
    secrets = (CLIENT, SECRET)
    bulk_from = NEVER

    def settings(self, **changes: Any) -> SalesforceSettings:
        """The right credentials, but for the changes."""
        given = {
            "login_url": self.crm.url,
            "client_id": SecretStr(CLIENT),
            "client_secret": SecretStr(SECRET),
        }
        return SalesforceSettings(**{**given, **changes})

    def source(
        self, *, page: int = 10, overlap: timedelta = timedelta(0), **more: Any
    ) -> SalesforceRecords:
        """As the contract says; the stand-in is told to give smaller pages than the real one may."""
        self.crm.setup(switches={"batch_size": min(page, 2000)})
        jobs = JobLimits(page_rows=page, first_wait=0.001, longest_wait=0.01)
        source = SalesforceRecords(
            self.settings(),
            self.mapped,
            limits=SalesforceLimits(2000, self.bulk_from, jobs),
            backoff=HASTY,
            overlap=overlap,
        )
        return replace(source, **more)

    def place(self, page: int, *, again: int = 1) -> list[dict[str, Any]]:
        """Which calls a page is: the first query counts, the second is page 1, the rest follow."""
        if page == 1:
            return [{"command": "query", "nth": [2 + n for n in range(again)]}]
        return [{"command": "query_more", "nth": [page - 1 + n for n in range(again)]}]

    def break_page(self, page: int, how: str) -> None:
        """As the contract says."""
        self.crm.faults(
            *({"kind": how, **where} for where in self.place(page, again=HASTY.attempts))
        )

    def change_before_page(self, page: int, keys: Sequence[str], *, full: bool) -> None:
        """As the contract says."""
        do = {"touch": list(keys)}
        self.crm.faults(*({"kind": "meanwhile", "do": do, **where} for where in self.place(page)))

    def busy_once(self, wait: int) -> None:
        """Salesforce has no 429: a server that is down for a moment says so with 503."""
        self.crm.faults(
            *({"kind": "503", "retry_after": str(wait), **where} for where in self.place(2))
        )

    def cursor_at(self, source: IncrementalSource, moment: datetime) -> str:
        """As the contract says."""
        assert isinstance(source, SalesforceRecords)
        return write_cursor(source.asked, moment.isoformat())

    def moments(self) -> dict[str, datetime]:
        """As the contract says."""
        return {str(each["Id"]): self.moment(each) for each in self.records()}

    def cells(self, record: dict[str, Any]) -> tuple[str, ...]:
        """As the contract says."""
        texts = [record[name] or "" for name in self.mapped[:-1]]
        return (record["Id"], *texts, "true" if record["SMS_Opt_Out__c"] else "false")

    def is_live(self, record: dict[str, Any]) -> bool:
        """As the contract says."""
        return not record["IsDeleted"]

    def moment(self, record: dict[str, Any]) -> datetime:
        """As the contract says."""
        return datetime.strptime(record["SystemModstamp"], "%Y-%m-%dT%H:%M:%S.%f%z")

    def child_code(self) -> str:
        """As the contract says."""
        self.crm.setup(switches={"batch_size": 2000})
        return f"""
from pydantic import SecretStr
from connectors.sources.salesforce.records import SalesforceLimits, SalesforceRecords
from connectors.sources.salesforce.settings import SalesforceSettings
settings = SalesforceSettings({self.crm.url!r}, SecretStr({CLIENT!r}), SecretStr({SECRET!r}))
source = SalesforceRecords(
    settings, {self.mapped!r}, limits=SalesforceLimits(bulk_from={self.bulk_from})
)
"""


class SalesforceJobHarness(SalesforceHarness):
    """Salesforce, read by query jobs however few there are."""

    bulk_from: ClassVar[int] = 0

    def place(self, page: int, *, again: int = 1) -> list[dict[str, Any]]:
        """A page of results is a call of its own."""
        return [{"command": "results", "nth": [page + n for n in range(again)]}]


@pytest.fixture(scope="module")
def salesforce_stand_in() -> Iterator[SalesforceHarness]:
    """One stand-in for the tests of a module."""
    with SalesforceHarness() as harness:
        yield harness


@pytest.fixture
def queries(salesforce_stand_in: SalesforceHarness) -> SalesforceHarness:
    """An organisation with 45 contacts, a second apart, read by queries."""
    salesforce_stand_in.bulk_from = SalesforceHarness.bulk_from
    salesforce_stand_in.fill(45)
    return salesforce_stand_in


@pytest.fixture(params=["query", "job"])
def either(request: pytest.FixtureRequest, queries: SalesforceHarness) -> SalesforceHarness:
    """The same, read by queries and by jobs."""
    queries.bulk_from = 0 if request.param == "job" else SalesforceHarness.bulk_from
    return queries


@pytest.fixture
def jobs(queries: SalesforceHarness) -> SalesforceHarness:
    """The same, read by jobs."""
    queries.bulk_from = 0
    return queries


Answer = Callable[[httpx.Request], httpx.Response]


def answered_by(answer: Answer) -> SalesforceRecords:
    """A source whose network is one function."""
    settings = SalesforceSettings(
        "https://example.my.salesforce.com", SecretStr("id"), SecretStr("secret")
    )
    return SalesforceRecords(
        settings,
        ("MobilePhone",),
        backoff=HASTY,
        transport=lambda: httpx.MockTransport(answer),
    )


def data_answer(body: Any, status: int = 200) -> Answer:
    """Login, describe and count as they should be; queries for rows get this."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            told = "https://example.my.salesforce.com"
            return httpx.Response(200, json={"access_token": "t", "instance_url": told})
        if request.url.path.endswith("/describe"):
            fields = [{"name": name, "type": "string"} for name in ("Id", "MobilePhone")]
            return httpx.Response(200, json={"fields": fields})
        if "COUNT()" in request.url.params.get("q", ""):
            return httpx.Response(200, json={"totalSize": 2, "done": True, "records": []})
        return httpx.Response(status, json=body)

    return answer

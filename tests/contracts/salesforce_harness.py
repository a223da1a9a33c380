"""Harnesses of Salesforce: by queries, and by query jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import SecretStr

from connectors.sources.cursor_text import write_cursor
from connectors.sources.salesforce import SalesforceLimits, SalesforceRecords
from connectors.sources.salesforce_jobs import JobLimits
from connectors.sources.salesforce_settings import SalesforceSettings
from connectors.sources.source import IncrementalSource
from tests.contracts.crm_harness import HASTY, CrmHarness

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
            patience=HASTY,
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
        return write_cursor(source._asked, moment.isoformat())

    def moments(self) -> dict[str, datetime]:
        """As the contract says."""
        return {str(each["Id"]): self.moment(each) for each in self._records()}

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
from connectors.sources.salesforce import SalesforceLimits, SalesforceRecords
from connectors.sources.salesforce_settings import SalesforceSettings
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

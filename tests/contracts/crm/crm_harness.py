"""Harnesses of the CRMs that `sandbox.crm` stands in for; one base, and what each CRM does its way."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, ClassVar, Self

from pydantic import SecretStr

from connectors.sources.hubspot.contacts import HubspotContacts
from connectors.sources.hubspot.pages import HubspotLimits
from connectors.sources.hubspot.settings import HubspotSettings
from connectors.sources.incremental.cursor_text import write_cursor
from connectors.sources.odoo.partners import OdooPartners
from connectors.sources.odoo.settings import OdooSettings
from connectors.sources.source import IncrementalSource
from tests.builders.hasty import HASTY
from tests.contracts.source_contract import START, Harness
from tests.stand_ins.crm_process import TOKEN, CrmProcess

NO_LIMIT = (1_000_000, 1.0)
EVERY_BREAKAGE = (
    *("drop_before", "drop_after", "429", "500", "502", "503"),
    *("broken_json", "truncated", "html_200"),
)


class CrmHarness(Harness):
    """A stand-in as a process of its own."""

    crm_name: ClassVar[str]
    full_call: ClassVar[tuple[str, int]]
    """What a page of a full read is called, and how many such calls come before the first."""
    changed_call: ClassVar[tuple[str, int]]
    """The same for an incremental read."""
    switches: ClassVar[dict[str, Any]] = {}
    breakages = EVERY_BREAKAGE

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.crm = CrmProcess(self.crm_name)

    def __enter__(self) -> Self:
        """Starts the stand-in."""
        self.crm.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it."""
        self.crm.stop()

    def fill(self, count: int, *, same_moment: int = 0) -> None:
        """As the contract says."""
        self.crm.reset()
        self.crm.faults()
        if self.switches:
            self.crm.setup(switches=self.switches)
        if count:
            self.crm.setup(generate=count, same_timestamp=same_moment, start=START.isoformat())

    def truth(self) -> dict[str, tuple[str, ...]]:
        """As the contract says."""
        rows = [self.cells(each) for each in self.records() if self.is_live(each)]
        return {row[0]: row for row in rows}

    def moments(self) -> dict[str, datetime]:
        """As the contract says."""
        return {str(each["id"]): self.moment(each) for each in self.records()}

    def change(self, keys: Sequence[str], at: datetime) -> None:
        """As the contract says."""
        self.crm.setup(touch=list(keys), at=at.isoformat())

    def put_away(self, keys: Sequence[str]) -> None:
        """One is deleted, the others are archived."""
        self.crm.setup(archive=list(keys[1:]))
        self.crm.setup(delete=list(keys[:1]))

    def add(self, texts: Sequence[str]) -> None:
        """As the contract says."""
        self.crm.setup(add=[{self.text_column: text} for text in texts], at=START.isoformat())

    def break_page(self, page: int, how: str) -> None:
        """As the contract says."""
        command, before = self.full_call
        nth = [page + before + again for again in range(HASTY.attempts)]
        self.crm.faults({"kind": how, "command": command, "nth": nth})

    def change_before_page(self, page: int, keys: Sequence[str], *, full: bool) -> None:
        """As the contract says."""
        command, before = self.full_call if full else self.changed_call
        do = {"touch": list(keys)}
        self.crm.faults({"kind": "meanwhile", "command": command, "nth": [page + before], "do": do})

    def busy_once(self, wait: int) -> None:
        """As the contract says."""
        command, before = self.full_call
        rule = {"kind": "429", "command": command, "nth": [2 + before], "retry_after": str(wait)}
        self.crm.faults(rule)

    def lock_out(self) -> None:
        """As the contract says."""
        self.crm.faults()
        self.crm.setup(revoke=True)

    def cursor_at(self, source: IncrementalSource, moment: datetime) -> str:
        """As the contract says."""
        assert isinstance(source, HubspotContacts | OdooPartners)
        return write_cursor(source.asked, moment.isoformat())

    def records(self) -> list[dict[str, Any]]:
        """All records as they are, archived ones too."""
        return self.crm.records(limit=1_000_000)

    @abstractmethod
    def cells(self, record: dict[str, Any]) -> tuple[str, ...]:
        """A record as the source gives it."""

    @abstractmethod
    def is_live(self, record: dict[str, Any]) -> bool:
        """Whether it is not archived."""

    @abstractmethod
    def moment(self, record: dict[str, Any]) -> datetime:
        """When it changed last."""


class HubspotHarness(CrmHarness):
    """HubSpot."""

    crm_name = "hubspot"
    # the first `list` asks for the time and one id
    full_call = ("list", 1)
    changed_call = ("search", 0)
    text_column = "customer_number"
    mapped = ("mobilephone", "email", "customer_number", "sms_opt_out")
    switches: ClassVar[dict[str, Any]] = {"searches_per_second": 0}
    secrets = (TOKEN,)

    def source(
        self, *, page: int = 10, overlap: timedelta = timedelta(0), **more: Any
    ) -> HubspotContacts:
        """As the contract says."""
        limits = HubspotLimits(min(page, 100), page, min(page, 200), NO_LIMIT, NO_LIMIT)
        source = HubspotContacts(
            HubspotSettings(SecretStr(TOKEN), self.crm.url),
            self.mapped,
            limits=limits,
            backoff=HASTY,
            overlap=overlap,
        )
        return replace(source, **more)

    def cells(self, record: dict[str, Any]) -> tuple[str, ...]:
        """As the contract says."""
        values = record["properties"]
        return (str(record["id"]), *(values.get(name) or "" for name in self.mapped))

    def is_live(self, record: dict[str, Any]) -> bool:
        """As the contract says."""
        return not record["archived"]

    def moment(self, record: dict[str, Any]) -> datetime:
        """As the contract says."""
        return datetime.fromisoformat(record["updatedAt"])

    def child_code(self) -> str:
        """As the contract says."""
        return f"""
from pydantic import SecretStr
from connectors.sources.hubspot.contacts import HubspotContacts, HubspotLimits
from connectors.sources.hubspot.settings import HubspotSettings
source = HubspotContacts(
    HubspotSettings(SecretStr({TOKEN!r}), {self.crm.url!r}), {self.mapped!r},
    limits=HubspotLimits(questions=(1000000, 1.0)),
)
"""


class OdooHarness(CrmHarness):
    """Odoo, with write dates to the microsecond, as it stores them."""

    crm_name = "odoo"
    full_call = changed_call = ("search_read", 0)
    text_column = "ref"
    mapped = ("mobile", "email", "ref", "name", "x_sms_consent")
    switches: ClassVar[dict[str, Any]] = {"write_date": "microseconds"}
    secrets = ("sync@example.com", "sandbox-api-key")

    def source(
        self, *, page: int = 10, overlap: timedelta = timedelta(0), **more: Any
    ) -> OdooPartners:
        """As the contract says."""
        login, key = map(SecretStr, self.secrets)
        settings = OdooSettings(self.crm.url, "sandbox", login, key)
        source = OdooPartners(settings, self.mapped, page=page, backoff=HASTY, overlap=overlap)
        return replace(source, **more)

    def cells(self, record: dict[str, Any]) -> tuple[str, ...]:
        """As the contract says."""
        texts = [record[name] or "" for name in self.mapped[:-1]]
        return (str(record["id"]), *texts, "true" if record["x_sms_consent"] else "false")

    def is_live(self, record: dict[str, Any]) -> bool:
        """As the contract says."""
        return bool(record["active"])

    def moment(self, record: dict[str, Any]) -> datetime:
        """As the contract says."""
        return datetime.fromisoformat(record["write_date"]).replace(tzinfo=UTC)

    def child_code(self) -> str:
        """As the contract says."""
        login, key = self.secrets
        return f"""
from pydantic import SecretStr
from connectors.sources.odoo.partners import OdooPartners
from connectors.sources.odoo.settings import OdooSettings
settings = OdooSettings({self.crm.url!r}, "sandbox", SecretStr({login!r}), SecretStr({key!r}))
source = OdooPartners(settings, {self.mapped!r})
"""

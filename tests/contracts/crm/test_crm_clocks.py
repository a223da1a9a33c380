"""The CRM's clock and ours may differ: what changed by its clock is read now, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from tests.contracts.crm.crm_harness import CrmHarness, HubspotHarness, OdooHarness
from tests.contracts.crm.salesforce_harness import SalesforceHarness
from tests.contracts.source_contract import START, rows_of


class OtherClock(httpx.HTTPTransport):
    """The real network; every answer says another time of day."""

    def __init__(self, ahead: timedelta) -> None:
        """So much later than it is."""
        super().__init__()
        self._ahead = ahead

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer as it came, but for its date."""
        response = super().handle_request(request)
        response.headers["date"] = format_datetime(datetime.now(UTC) + self._ahead, usegmt=True)
        return response


@pytest.fixture(scope="module", params=[HubspotHarness, OdooHarness, SalesforceHarness])
def crm(request: pytest.FixtureRequest) -> Iterator[CrmHarness]:
    """Each of the three."""
    with request.param() as harness:
        yield harness


@pytest.mark.parametrize("hours", [2, -2])
def test_what_changed_by_their_clock_is_read(crm: CrmHarness, hours: int) -> None:
    """Who changed a minute ago by a clock that is hours off is in this read; nobody is skipped later."""
    ahead = timedelta(hours=hours)
    crm.fill(5)
    key = sorted(crm.truth())[2]
    source = crm.source(transport=lambda: OtherClock(ahead))  # type: ignore[call-arg]  # each CRM's has it
    before = datetime.now(UTC)
    crm.change([key], before + ahead - timedelta(minutes=1))
    since = crm.cursor_at(source, START + timedelta(hours=1))
    last = list(source.read_since(since))
    assert [row[0] for row in rows_of(last)] == [key]
    place = datetime.fromisoformat(last[-1].cursor.partition(" ")[2])
    assert place <= min(before, before + ahead) + timedelta(minutes=1)

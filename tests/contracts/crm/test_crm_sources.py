"""HubSpot and Odoo pass the contract of sources.

The contract itself is `tests.contracts.source_contract.SourceContract`: subclass it with a fixture
`harness` to examine another source. Salesforce and SQL do so in files of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.crm.crm_harness import HubspotHarness, OdooHarness
from tests.contracts.source_contract import Harness, SourceContract


@pytest.fixture(scope="module")
def hubspot() -> Iterator[HubspotHarness]:
    """A stand-in of HubSpot."""
    with HubspotHarness() as harness:
        yield harness


@pytest.fixture(scope="module")
def odoo() -> Iterator[OdooHarness]:
    """A stand-in of Odoo."""
    with OdooHarness() as harness:
        yield harness


class TestHubspot(SourceContract):
    """Contacts of HubSpot."""

    @pytest.fixture
    def harness(self, hubspot: HubspotHarness) -> Harness:
        """The one of HubSpot."""
        return hubspot


class TestOdoo(SourceContract):
    """Partners of Odoo."""

    @pytest.fixture
    def harness(self, odoo: OdooHarness) -> Harness:
        """The one of Odoo."""
        return odoo

"""Salesforce passes the contract of sources, by queries and by query jobs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.crm.salesforce_harness import (
    SalesforceHarness,
    SalesforceJobHarness,
)
from tests.contracts.source_contract import Harness, SourceContract


@pytest.fixture(scope="module")
def by_query() -> Iterator[SalesforceHarness]:
    """A stand-in read by queries."""
    with SalesforceHarness() as harness:
        yield harness


@pytest.fixture(scope="module")
def by_job() -> Iterator[SalesforceHarness]:
    """A stand-in read by jobs."""
    with SalesforceJobHarness() as harness:
        yield harness


class TestQueries(SourceContract):
    """Contacts by queries of the REST API."""

    @pytest.fixture
    def harness(self, by_query: SalesforceHarness) -> Harness:
        """The one of queries."""
        return by_query


class TestJobs(SourceContract):
    """Contacts by query jobs of the Bulk API 2.0."""

    @pytest.fixture
    def harness(self, by_job: SalesforceHarness) -> Harness:
        """The one of jobs."""
        return by_job

"""A database passes the contract of sources: Postgres, as a real server."""

from __future__ import annotations

import pytest

from tests.contracts.source_contract import Harness, SourceContract
from tests.contracts.sql.postgres_harness import PostgresHarness


@pytest.fixture(scope="module")
def postgres() -> PostgresHarness:
    """A database of its own."""
    return PostgresHarness()


class TestPostgres(SourceContract):
    """Rows of a view."""

    @pytest.fixture
    def harness(self, postgres: PostgresHarness) -> Harness:
        """The one of Postgres."""
        return postgres

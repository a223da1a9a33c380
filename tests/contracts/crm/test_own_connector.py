"""The connector of docs/how-to/write-a-connector.md passes the contract that it is shown for."""

from __future__ import annotations

import pytest

from tests.contracts.crm.rolodex import RolodexHarness, example_code
from tests.contracts.source_contract import Harness, SourceContract


class TestRolodex(SourceContract):
    """The example."""

    @pytest.fixture
    def harness(self) -> Harness:
        """An office of its own for each test."""
        return RolodexHarness()


def test_the_example_is_short() -> None:
    """Sixty lines, besides imports and blank ones: what is hard is in the pieces it uses."""
    lines = [line for line in example_code().splitlines() if line.strip()]
    body = [line for line in lines if not line.startswith(("import ", "from "))]
    assert len(body) <= 60

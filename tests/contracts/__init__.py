"""Examinations that every source, and the destination, must pass."""

import pytest

# before any module here is imported: a failing check of the contract then shows its values
pytest.register_assert_rewrite("tests.contracts.source_contract")

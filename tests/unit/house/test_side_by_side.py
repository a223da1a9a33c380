"""How the tests are dealt out to processes that run side by side."""

from __future__ import annotations

from tests.builders.repository import ROOT
from tests.side_by_side import TOGETHER, group_of


def test_files_of_a_shared_folder_go_together() -> None:
    """Whoever shares a server is run by one process; every other file may go to any."""
    for folder in TOGETHER:
        files = sorted(each.name for each in (ROOT / folder).glob("test_*.py"))
        assert len(files) > 1
        assert {group_of(f"{folder}{each}::test_one[a/b::c]") for each in files} == {folder}
    assert group_of("tests/unit/cells/test_flags.py::test_yes") == "tests/unit/cells/test_flags.py"

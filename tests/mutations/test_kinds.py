"""Each rule of `kinds.toml` broken by one change: one of the tests beside it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tests.mutations.broken_copy import broken, copy_project

CHANGES: Final = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text("utf-8"))["change"]

ENVIRONMENT: Final = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which code may be broken."""
    return copy_project(tmp_path_factory.mktemp("mutations"))


def _tests_end_with(project: Path, tests: list[str]) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    ended = subprocess.run(
        command, cwd=project, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout[-2000:]


@pytest.mark.parametrize("change", CHANGES, ids=[change["rule"] for change in CHANGES])
def test_a_broken_rule_is_noticed(project: Path, change: dict[str, Any]) -> None:
    """The code with the one change makes a test beside it fail."""
    with broken(project, change, CHANGES.index(change)):
        ended, told = _tests_end_with(project, change["tests"])
    assert ended == pytest.ExitCode.TESTS_FAILED and "FAILED" in told, told


def test_the_tests_pass_where_nothing_is_broken(project: Path) -> None:
    """A test that fails by itself would notice every change."""
    tests = sorted({test for change in CHANGES for test in change["tests"]})
    ended, told = _tests_end_with(project, tests)
    assert ended == pytest.ExitCode.OK, told

"""Each rule of `kinds.toml` broken by one change: one of the tests beside it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tests.builders.repository import ROOT

CHANGES: Final = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text("utf-8"))["change"]
NOT_COPIED: Final = shutil.ignore_patterns(".*", "__pycache__", "mutants", "build", "*.egg-info")

ENVIRONMENT: Final = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which code may be broken."""
    copy = tmp_path_factory.mktemp("mutations") / "project"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    return copy


def _tests_end_with(project: Path, tests: list[str]) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    ended = subprocess.run(
        command, cwd=project, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout[-2000:]


@pytest.mark.parametrize("change", CHANGES, ids=[change["rule"] for change in CHANGES])
def test_a_broken_rule_is_noticed(project: Path, change: dict[str, Any]) -> None:
    """The code with the one change makes a test beside it fail."""
    path = project / change["file"]
    whole = path.read_text("utf-8")
    assert whole.count(change["line"]) == 1, f"{change['line']!r} is not, or not once, in the file"
    before = path.stat().st_mtime
    path.write_text(whole.replace(change["line"], change["becomes"]), "utf-8")
    # byte code is known by the size and the second of its source: no two changes share them
    os.utime(path, (before, before + 1 + CHANGES.index(change)))
    try:
        ended, told = _tests_end_with(project, change["tests"])
    finally:
        path.write_text(whole, "utf-8")
        os.utime(path, (before, before))
    assert ended == pytest.ExitCode.TESTS_FAILED and "FAILED" in told, told


def test_the_tests_pass_where_nothing_is_broken(project: Path) -> None:
    """A test that fails by itself would notice every change."""
    tests = sorted({test for change in CHANGES for test in change["tests"]})
    ended, told = _tests_end_with(project, tests)
    assert ended == pytest.ExitCode.OK, told

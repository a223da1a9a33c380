"""Bugs planted in a copy of the project: the nights find every one of them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.mutations.broken_copy import broken, copy_project

BUGS: Final[list[dict[str, str]]] = tomllib.loads(
    Path(__file__).with_name("planted.toml").read_text("utf-8")
)["bug"]

MOST_SEEDS: Final = 500


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project."""
    return copy_project(tmp_path_factory.mktemp("planted"))


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("bug", BUGS, ids=[bug["name"] for bug in BUGS])
def test_the_nights_find_a_planted_bug(project: Path, bug: dict[str, str]) -> None:
    """Within 500 seeds the judge, who does not know of it, says that something is wrong."""
    command = [sys.executable, "-m", "tests.simulation", "--until-found"]
    with broken(project, bug, BUGS.index(bug)):
        done = subprocess.run(
            [*command, "--seeds", "1", str(MOST_SEEDS)],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"found after (\d+) seeds", done.stdout)
    assert done.returncode == 1 and found, done.stdout[-500:] + done.stderr[-2000:]

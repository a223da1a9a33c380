"""The share of lines that tests reach, wing by wing: it may rise, and never fall.

`make test` counts while the first case of each test near these wings runs: docs/adr/0091 says why
no more. The floors stand in pyproject.toml, under `tool.sendersync.coverage_floor`.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import coverage
import pytest

SETTINGS = Path(__file__).resolve().parents[1] / "pyproject.toml"
NEAR = ("tests/unit/", "tests/contracts/ledger/")
"""Folders whose tests are counted, ..."""

HOUSE = "tests/unit/house/"
"""... but for those that read our code instead of running it."""


def floors() -> dict[str, float]:
    """Wing, as a path, to the least percentage of its lines."""
    settings = tomllib.loads(SETTINGS.read_text("utf-8"))
    found: dict[str, float] = settings["tool"]["sendersync"]["coverage_floor"]
    return found


def counted(tests: Iterable[str]) -> set[str]:
    """Ids of the tests that are counted: of each test near the wings the first case."""
    first: dict[str, str] = {}
    for test in tests:
        if test.startswith(NEAR) and not test.startswith(HOUSE):
            first.setdefault(test.partition("[")[0], test)
    return set(first.values())


def told(shares: Mapping[str, float], least: Mapping[str, float]) -> tuple[str, bool]:
    """A line that names each wing with its share and its floor, and whether all of them hold."""
    words = [f"{wing} {share:.1f} % (at least {least[wing]} %)" for wing, share in shares.items()]
    low = [wing for wing, share in shares.items() if share < least[wing]]
    end = f" Too few lines of {' and of '.join(low)} are reached: write their tests." if low else ""
    return f"Lines reached: {', '.join(words)}.{end}", not low


def _shares() -> dict[str, float]:
    """What was counted last."""
    found = coverage.Coverage(config_file=str(SETTINGS))
    found.load()
    root = SETTINGS.parent
    return {
        wing: found.report(include=[f"{root / wing}/*"], file=io.StringIO()) for wing in floors()
    }


class CoverageFloor:
    """Counts no more than is needed, and ends a run below a floor as failed."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self._line = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """All other tests run untraced: tracing makes a test half as long again."""
        chosen = counted(item.nodeid for item in items)
        for item in items:
            if item.nodeid not in chosen:
                item.add_marker(pytest.mark.no_cover)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compares, once the counts of all processes are together."""
        if hasattr(session.config, "workerinput"):
            return
        if session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return  # interrupted: what was counted says nothing
        self._line, enough = told(_shares(), floors())
        if not enough and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints the line before pytest's own last one."""
        if self._line:
            terminalreporter.write_line(self._line)

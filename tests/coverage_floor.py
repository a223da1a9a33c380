"""The share of lines that tests reach, wing by wing: it may rise, and never fall.

`make test` counts while the first case of each test near these wings runs: docs/adr/0091 says why
no more. The floors stand in pyproject.toml, under `tool.sendersync.coverage_floor`.
"""

from __future__ import annotations

import importlib
import io
import tomllib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import coverage
import pandas as pd
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


def _import_the_wings() -> None:
    """The lines that a module runs as it is imported are counted too."""
    for wing in floors():
        root = SETTINGS.parent / wing
        for path in sorted(root.rglob("*.py")):
            name = path.relative_to(SETTINGS.parent).with_suffix("").as_posix().replace("/", ".")
            importlib.import_module(name.removesuffix(".__init__"))


def _build_the_tables() -> None:
    """What a process builds once is counted here: else by chance, where a counted test was first."""
    from sendersync.transforms.countries.normalise_countries import normalise_countries
    from sendersync.transforms.phones.normalise_phones import normalise_phones

    countries = pd.Series(["Germny", "\U0001f1e9\U0001f1ea", "nowhere at all"], dtype="str")
    normalise_countries(countries)
    phones = pd.Series(["206 555 0100", "+49 30 901820", "12"], dtype="str")
    normalise_phones(phones, pd.Series(["US", "DE", ""], dtype="str"))


def _shares(counts: Path) -> dict[str, float]:
    """What all processes have counted together."""
    found = coverage.Coverage(data_file=str(counts), config_file=str(SETTINGS))
    found.combine([str(counts.parent)], keep=False)
    root = SETTINGS.parent
    return {
        wing: found.report(include=[f"{root / wing}/*"], file=io.StringIO()) for wing in floors()
    }


class CoverageFloor:
    """Counts no more than is needed, and ends a run below a floor as failed.

    The tracer is on while the wings are imported and while a counted test runs with its
    fixtures, and off else: all other tests, and what they import, run at their own speed.
    """

    def __init__(self, worker: str) -> None:
        """Counts what is imported.

        Args:
            worker: Name of this process among those of the run.
        """
        self._line = ""
        self._chosen: set[str] = set()
        self._counts = SETTINGS.parent / "build" / "coverage" / "lines"
        self._counts.parent.mkdir(parents=True, exist_ok=True)
        self._tracer = coverage.Coverage(
            data_file=str(self._counts), data_suffix=worker, config_file=str(SETTINGS)
        )
        with self._counting():
            _import_the_wings()
            _build_the_tables()

    @contextmanager
    def _counting(self) -> Iterator[None]:
        self._tracer.start()
        try:
            yield
        finally:
            self._tracer.stop()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Which tests are counted."""
        self._chosen = counted(
            item.nodeid for item in items if item.get_closest_marker("untraced") is None
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """All other tests run untraced: tracing makes a test half as long again."""
        if item.nodeid not in self._chosen:
            return (yield)
        with self._counting():
            return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compares, once the counts of all processes are together."""
        self._tracer.save()
        if hasattr(session.config, "workerinput"):
            return
        if session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return  # interrupted: what was counted says nothing
        self._line, enough = told(_shares(self._counts), floors())
        if not enough and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints the line before pytest's own last one."""
        if self._line:
            terminalreporter.write_line(self._line)

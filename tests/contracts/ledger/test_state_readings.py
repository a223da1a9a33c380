"""How a sync was read, as the state keeps it, on SQLite and on Postgres."""

from __future__ import annotations

import pytest

from schemas.report import Report, Status
from sendersync.state.store import State
from tests.builders.state_bench import a_run


def test_a_reading_is_kept_for_each_sync(state: State) -> None:
    """The last reading that was kept is given back, for its own sync only."""
    assert state.readings.of("newsletter") is None
    for country in ("US", "IN"):
        with a_run(state) as begun:
            state.readings.keep(begun.run, {"default_country": country, "countries": ["US"]})
    assert state.readings.of("newsletter") == {"default_country": "IN", "countries": ["US"]}
    assert state.readings.of("offers") is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.COMPLETED, {"columns": {"phone": "New"}}),
        (Status.PARTIAL, {"columns": {"phone": "New"}}),
        (Status.NEEDS_APPROVAL, {"columns": {"phone": "Old"}}),
        (Status.FAILED, {"columns": {"phone": "Old"}}),
    ],
)
def test_what_a_report_tells(state: State, status: Status, expected: object) -> None:
    """A state from before readings were kept has the report of the last run that held nothing."""
    assert state.readings.of_last_report("newsletter") is None
    for ending, phone in ((Status.COMPLETED, "Old"), (status, "New")):
        with a_run(state) as begun:
            report = Report(begun.run, "newsletter", ending, read_as={"columns": {"phone": phone}})
            state.runs.finish(begun.run, report)
    assert state.readings.of_last_report("newsletter") == expected

"""A night whose sync file reads differently than the last one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.builders.sync_bench import Desk, people, sync_file, without


def test_nobody_is_stopped_in_a_night_whose_sync_file_reads_differently(desk: Desk) -> None:
    """Removals count as a first run's: whoever left is stopped by the next run, not by this one."""
    rows = people(30)
    desk.first_load(rows)
    desk.write(without(rows, 3))
    changed = sync_file(columns={"group": "Country"})
    plan = desk.plan(sync=changed)
    done = desk.run(sync=changed)
    for each in (plan, done):
        assert each.report.plan.reading_changed == ["columns.group"]
        assert "`columns.group` was not there, is 'Country'" in " ".join(each.report.warnings)
        assert each.report.plan.stop == each.report.plan.held == 0
    assert not [each for each in desk.new_commands() if each[0] == "stop"]
    after = desk.run(sync=changed)
    assert after.report.plan.reading_changed == []
    assert (after.report.plan.stop, after.exit_code) == (1, 0)


def test_a_dry_run_keeps_no_reading(desk: Desk) -> None:
    """What a plan was shown with is no baseline: the run after it names the change all the same."""
    desk.first_load(people(3))
    changed = sync_file(columns={"group": "Country"})
    for _ in range(2):
        assert desk.plan(sync=changed).report.plan.reading_changed == ["columns.group"]
    assert desk.run().report.plan.reading_changed == []


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ("report", ["columns.group"]),
        ("'{}'", []),
    ],
)
def test_a_state_from_before_readings_were_kept(
    desk: Desk, report: str, expected: list[str]
) -> None:
    """The last report stands for the reading; where it tells none, that is said, once."""
    desk.first_load(people(3))
    _change(desk, "DELETE FROM sendersync_readings")
    _change(desk, f"UPDATE sendersync_runs SET report = {report}")
    said: list[Any] = []
    for sync in (sync_file(columns={"group": "Country"}),) * 2:
        done = desk.run(sync=sync)
        said.append([each for each in done.report.warnings if "was not kept" in each])
        assert done.report.plan.reading_changed == expected
        expected = []
    assert [len(each) for each in said] == [int(report == "'{}'"), 0]


def test_an_adoption_does_not_settle_what_has_changed(desk: Desk) -> None:
    """The line `consent:` is deleted and the file adopted: the next run still asks."""
    desk.first_load(people(3))
    changed = sync_file(columns={"consent": None})
    desk.adopt(sync=changed)
    desk.write(people(5))
    done = desk.run(sync=changed)
    assert (done.exit_code, done.report.plan.reading_changed) == (3, ["columns.consent"])
    assert desk.new_commands() == []


def test_two_sync_files_of_one_name(desk: Desk) -> None:
    """A sync name that another file used before is said, with what comes of it."""
    desk.write(people(3))
    desk.run(sync_file="/somewhere/a/newsletter.yaml")
    done = desk.run(sync_file="/somewhere/b/newsletter.yaml")
    assert "another sync file (/somewhere/a/newsletter.yaml)" in " ".join(done.report.warnings)


def _change(desk: Desk, statement: str) -> None:
    engine = create_engine(desk.state_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()

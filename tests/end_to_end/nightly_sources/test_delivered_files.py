"""Files as they are delivered: spreadsheets, the same file again, one that is too old."""

from __future__ import annotations

import os
from pathlib import Path

from connectors.sources.registry import open_file, open_source
from schemas.errors import ExitCode
from tests.builders.spreadsheets import xlsx
from tests.builders.sync_bench import HEADER, Desk, people, person, sync_file


def test_a_spreadsheet_is_synced_and_what_is_odd_is_told(desk: Desk) -> None:
    """Phones that are numbers are phones; an error in a mapped column adds nobody."""
    rows = [list(person(n).values()) for n in range(11, 15)]
    rows[0][2] = int(rows[0][2])
    rows[1][5] = "=NA()"

    def hide(book: object) -> None:
        book.active.row_dimensions[4].hidden = True  # type: ignore[attr-defined]

    xlsx(desk.folder / "c.xlsx", [["Newsletter"], [], list(HEADER), *rows, ["Total", 4]], hide)
    sync = sync_file(source={"kind": "excel", "path": "*.xlsx"})
    done = desk.run(sync=sync, source=open_source(sync, desk.folder))
    assert done.report.load.confirmed == 3
    assert done.report.reasons == {"row_malformed": 1}
    said = " ".join(done.report.warnings)
    assert "row 1 above the table" in said
    assert "row 8 below the table" in said
    assert "1 row is hidden" in said


def test_an_error_in_a_column_that_nobody_mapped_rejects_nobody(desk: Desk) -> None:
    """A look-up that fails in every row is no reason to add nobody, in an import either."""
    rows = [[*person(n).values(), "#N/A"] for n in range(11, 13)]
    path = xlsx(desk.folder / "c.xlsx", [[*HEADER, "Look-up"], *rows])
    done = desk.import_(source=open_file(path))
    assert done.report.load.confirmed == 2
    assert not done.report.reasons


def test_the_same_file_again_is_told_and_costs_no_call(desk: Desk) -> None:
    """Under another name, too; what was owed is sent all the same."""
    desk.write(people(5), "monday.csv")
    sync = sync_file(source={"kind": "csv", "path": "*.csv", "settle_seconds": 0})
    first = desk.run(sync=sync, source=open_source(sync, desk.folder))
    assert first.report.load.confirmed == 5
    assert not any("same file" in each for each in first.report.warnings)
    (desk.folder / "monday.csv").rename(desk.folder / "tuesday.csv")
    again = desk.run(sync=sync, source=open_source(sync, desk.folder))
    assert again.report.plan.unchanged == 5
    assert again.report.load.total() == 0
    assert any(
        "tuesday.csv is the same file as in run" in each and first.report.run in each
        for each in again.report.warnings
    )
    desk.write(people(6), "wednesday.csv")
    other = desk.run(sync=sync, source=open_source(sync, desk.folder))
    assert not any("same file" in each for each in other.report.warnings)


def test_a_delivery_that_did_not_come_changes_nobody(desk: Desk) -> None:
    """Exit 75, written down as a failed run, and the next delivery is read."""
    path: Path = desk.write(people(3))
    sync = sync_file(source={"kind": "csv", "path": "contacts.csv", "max_age": "36h"})
    os.utime(path, (0, 0))
    done = desk.run(sync=sync, source=open_source(sync, desk.folder))
    assert done.exit_code is ExitCode.TRY_LATER
    assert done.report.error is not None
    assert "max_age" in done.report.error["what"]
    path.touch()
    done = desk.run(sync=sync, source=open_source(sync, desk.folder))
    assert done.report.load.confirmed == 3

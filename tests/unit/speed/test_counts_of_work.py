"""How much is done, and never how long it takes: guards that no busy machine can trip."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from schemas.sync_file import SyncFile
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.run import run_job

ROWS, MOVED = 1000, 7


@contextmanager
def _calls_counted() -> Iterator[Counter[str]]:
    """Counts what is entered meanwhile: functions of ours and of the libraries, by module."""
    seen: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            seen[f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}"] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def _write(path: Path, rows: int, moved: int = 0) -> None:
    """People with plainly written phones; some of them have another group."""
    with path.open("w", encoding="utf-8") as file:
        file.write("id,phone,group\n")
        for at in range(rows):
            group = "monthly" if at < moved else "weekly"
            file.write(f"C{at},+1206{2_000_000 + 7 * at},{group}\n")


def _work(folder: Path, rows: int, moved: int) -> Counter[str]:
    """What a nightly plan enters, after a night with as many rows, of which some have moved."""
    folder.mkdir()
    path = folder / "contacts.csv"
    sync = SyncFile.model_validate(
        {
            "sync": "counts",
            "source": {"kind": "csv", "path": str(path)},
            "columns": {"key": "id", "phone": "phone", "group": "group"},
            "sender_code": "12065551212",
            "default_country": "US",
            "updates": "send",
            "not_permission": ["group"],
        }
    )
    state = RunContext(f"sqlite:///{folder / 'state.db'}", lambda: pytest.fail("no call is due"))
    _write(path, rows)
    assert run_job(Job(Command.ADOPT, sync, CsvFile(path)), state).error is None
    _write(path, rows, moved)
    with _calls_counted() as seen:
        done = run_job(Job(Command.RUN, sync, CsvFile(path), dry_run=True), state)
    assert done.error is None
    assert done.report.plan.unchanged == rows - moved
    return seen


def test_a_row_that_has_not_moved_costs_no_call_of_python(tmp_path: Path) -> None:
    """A night of twice as many rows enters no function, ours or a library's, by its rows."""
    some, more = (_work(tmp_path / str(rows), rows, MOVED) for rows in (ROWS, 2 * ROWS))
    grown = {name: (some[name], n) for name, n in more.items() if n - some[name] > ROWS // 10}
    assert not grown

"""Today's sync file against the one of the sync's last run, before anything is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sendersync.pipeline.job import Command, Job
from sendersync.state.store import State
from sendersync.transforms.readings.changes import NO_CHANGES, ReadingChanges, reading_changes
from sendersync.transforms.readings.reading import reading_of, reading_of_report

_COMPARED: Final = frozenset({Command.RUN, Command.PLAN, Command.ADOPT})
"""Imports and stop lists have no night before."""


@dataclass(frozen=True)
class ReadingComparison:
    """What the last run says of today's sync file.

    Attributes:
        changes: What differs.
        notes: What else a person should know.
    """

    changes: ReadingChanges = NO_CHANGES
    notes: tuple[str, ...] = ()


def compare_reading(job: Job, state: State) -> ReadingComparison:
    """What differs from the last run that held nothing.

    Args:
        job: What is run.
        state: What earlier runs left; only read here.
    """
    if job.command not in _COMPARED:
        return ReadingComparison()
    sync = job.sync.sync
    report = state.readings.of_last_report(sync)
    if report is None:
        return ReadingComparison(notes=tuple(_ran_before_as(job, state)))
    notes = (*_another_file(job, str(report.get("sync_file", ""))), *_list_left_out(job, report))
    now, before = reading_of(job.sync), state.readings.of(sync)
    if before is not None:
        return ReadingComparison(reading_changes(before, now), notes)
    reported = reading_of_report(report)
    if reported is not None:
        return ReadingComparison(reading_changes(reported, now, of_report=True), notes)
    first = (
        "How the last run read the source was not kept. It is kept from now on, so that a later "
        "run can say what differs."
    )
    return ReadingComparison(notes=(*notes, first))


def keep_reading(job: Job, state: State, run: str, changes: ReadingChanges) -> None:
    """Keeps today's reading for the next run; called once a run has ended and held nothing.

    An adoption holds nothing for what has changed, since it calls nobody: so it keeps no changed
    reading either, and the next run still says what differs.

    Args:
        job: What was run.
        state: Where.
        run: Its id, begun, whose lease is held.
        changes: What differs from the last run.
    """
    if job.command in _COMPARED and not (job.command is Command.ADOPT and changes):
        state.readings.keep(run, reading_of(job.sync))


def _ran_before_as(job: Job, state: State) -> Iterator[str]:
    """Says that a sync which never ran has the file of another one: its name was changed there."""
    for row in state.syncs.all() if job.sync_file else ():
        report = state.readings.of_last_report(row.sync) or {}
        if report.get("sync_file") == job.sync_file and not row.retired_at:
            new = job.sync.sync
            yield (
                f"This sync file ran as {row.sync} until now. As {new} everybody in it is new, and "
                f"{row.sync} still wants its people. If it is the same list, give it its new name "
                f"with all that is known of it: `sendersync rename {row.sync} {new}`."
            )
            return


def _list_left_out(job: Job, report: Mapping[str, Any]) -> Iterator[str]:
    """Says that the last run read a list of who texted STOP, and this one has none."""
    if report.get("opt_outs") and job.sync.opt_outs is None:
        yield (
            f"The last run read who texted STOP (`opt_outs`, {report['opt_outs']}), and the sync "
            "file does not name that list any more. Whoever texts STOP from now on is not known "
            "here."
        )


def _another_file(job: Job, before: str) -> Iterator[str]:
    if before and job.sync_file and before != job.sync_file:
        yield (
            f"The last run of {job.sync.sync} used another sync file ({before}). If both are in "
            "use, give one of them another name under `sync:`: with one name, each stops the "
            "people who are only in the other's source."
        )

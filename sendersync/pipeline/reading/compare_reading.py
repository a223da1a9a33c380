"""Today's sync file against the one of the sync's last run, before anything is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sendersync.pipeline.job import Command, Job
from sendersync.state.store import State
from sendersync.transforms.idle_syncs import is_idle
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


def compare_reading(job: Job, state: State, now: datetime) -> ReadingComparison:
    """What differs from the last run that held nothing.

    Args:
        job: What is run.
        state: What earlier runs left; only read here.
        now: When the run began, by the schedule's clock.
    """
    if job.command not in _COMPARED:
        return ReadingComparison()
    sync = job.sync.sync
    report = state.readings.of_last_report(sync)
    if report is None:
        return ReadingComparison(notes=tuple(_has_other_names(job, state, now)))
    notes = (
        *_another_file(job, str(report.get("sync_file", ""))),
        *_has_other_names(job, state, now),
        *_list_left_out(job, report),
    )
    today, before = reading_of(job.sync), state.readings.of(sync)
    if before is not None:
        return ReadingComparison(reading_changes(before, today), notes)
    reported = reading_of_report(report)
    if reported is not None:
        return ReadingComparison(reading_changes(reported, today, of_report=True), notes)
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


def _has_other_names(job: Job, state: State, now: datetime) -> Iterator[str]:
    """Says that another sync in use ran from this sync file: its name was changed there.

    Each of the two keeps the people of the other, for as long as both are in use.
    """
    if not job.sync_file:
        return
    new, rows = job.sync.sync, state.syncs.all()
    has_run = any(row.sync == new and row.last_run for row in rows)
    for row in rows:
        if row.sync == new or row.retired_at or is_idle(row.last_run_at, now):
            continue
        report = state.readings.of_last_report(row.sync) or {}
        if report.get("sync_file") != job.sync_file:
            continue
        old = row.sync
        if has_run:  # then its name is taken, by this run at the latest
            yield (
                f"This sync file ran as {old} too, and {old} still wants its people: whoever "
                f"leaves {new} stays subscribed. If {new} is a slip, write `sync: {old}` into the "
                f"sync file and take the wrong name out of use: `sendersync retire {new}`. If "
                f"{new} is right: `sendersync retire {old}`."
            )
        else:
            yield (
                f"This sync file ran as {old} until now. As {new} everybody in it is new, and "
                f"{old} still wants its people. If {new} is a slip, write `sync: {old}` again. If "
                "it is the same list under a new name, give it that name with all that is known "
                f"of it, before its first run: `sendersync rename {old} {new}`."
            )


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

"""The first step of a run: the source is read, and doubted where it may not be all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from connectors.sources.source import HasContentHash
from schemas.errors import SourceMismatch
from schemas.report import Status
from sendersync.pipeline.approval import read_whole
from sendersync.pipeline.extract import Extracted, extract
from sendersync.pipeline.incremental import since
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.one_off.refuse_departed import (
    refuse_departed_names,
    refuse_departure_columns,
)
from sendersync.pipeline.reading.cut_short import at_a_limit, looks_cut_short
from sendersync.pipeline.reading.permission_question import ask
from sendersync.pipeline.reading.texted_stop import read_texted_stop
from sendersync.pipeline.run_recorder import RunRecorder
from sendersync.state.store import State

_ADDING: Final = frozenset({Command.RUN, Command.PLAN, Command.ADOPT})
"""An import asks before it makes its job: only there is known what its options decide."""


def read_source(
    job: Job,
    context: RunContext,
    state: State,
    recorder: RunRecorder,
    now: datetime,
    *,
    all_of_it: bool,
) -> Extracted:
    """Reads who texted STOP, and then the source: all of it or what changed.

    Raises:
        SourceMismatch: An import has no list of who texted STOP, though its sync file names one: a
            run holds its adds, and an import has no plan that could be approved.
    """
    texted_stop = read_texted_stop(job.opt_outs, job.sync, now)
    recorder.warn(texted_stop.warnings)
    if texted_stop.is_missing and job.command is Command.IMPORT:
        raise SourceMismatch(
            "There is no list of who texted STOP, though the sync file names one: nobody is added.",
            where="opt_outs",
            do="Put the platform's list there; a list of nobody is a file with its header alone.",
        )
    # an approval is for removals, which only a full read can propose
    full = job.full or job.approve_stops is not None or all_of_it or read_whole(job, state)
    cursor = None if full else since(job.source, job.sync, state, now)
    on_rows_read = context.progress.on_rows_read
    if job.command in _ADDING:
        refuse_departed_names(job.source, job.sync.source)
    extracted = context.steps(
        "extract",
        lambda: extract(
            job.source,
            job.sync,
            on_rows_read,
            cursor,
            every_row_says_stop=job.command is Command.STOP and job.sync.columns.opted_out is None,
        ),
    )
    if job.command in _ADDING:
        decided = (*job.sync.columns.sources(), *job.sync.not_permission)
        refuse_departure_columns(extracted.raw, decided, job.source.name, job.sync)
    extracted = _not_whole_if_cut_short(job, state, extracted)
    extracted = replace(
        extracted, texted_stop=texted_stop.people, no_stop_list=texted_stop.is_missing
    )
    content = job.source.content() if isinstance(job.source, HasContentHash) else ""
    recorder.was_read(extracted, content)
    recorder.warn(ask(job, extracted, _columns_before(job, state), now.date()))
    if content and job.command is Command.RUN:
        recorder.warn(_same_file(job, state, content))
    return extracted


def _not_whole_if_cut_short(job: Job, state: State, extracted: Extracted) -> Extracted:
    """A read that ends at a limit is not whole, unless a person has looked and approved."""
    removes = job.command in (Command.RUN, Command.PLAN) and job.approve_stops is None
    if not (removes and extracted.complete and not extracted.incremental):
        return extracted
    if not at_a_limit(extracted.rows):
        return extracted
    name = job.sync.sync
    said = looks_cut_short(
        extracted.rows, extracted.contacts, state.members.of(name), state.members.added(name)
    )
    return replace(extracted, complete=False, cut_short=said) if said else extracted


def _columns_before(job: Job, state: State) -> list[str]:
    """The source's columns when the sync last ran; empty where that is not known."""
    if job.command is not Command.RUN:
        return []
    for earlier in state.runs.latest(limit=50, sync=job.sync.sync):
        if earlier.command == Command.RUN.value and (columns := state.rejects.of(earlier.id)[0]):
            return columns
    return []


def _same_file(job: Job, state: State, content: str) -> Iterator[str]:
    """Says that the last completed run has read the very same file."""
    for earlier in state.runs.latest(limit=50, sync=job.sync.sync):
        if earlier.command == Command.RUN.value and earlier.status == Status.COMPLETED.value:
            if earlier.report.get("source", {}).get("content") == content:
                yield (
                    f"{job.source.name} is the same file as in run {earlier.id}: nothing new was "
                    "delivered since."
                )
            return

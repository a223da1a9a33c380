"""May one of these columns say who must not be texted? Asked after reading, before any call.

Every distinct cell of every column that nobody mapped is looked at, over the whole source: a file
that is sorted by its status shows nobody who left in its first rows. `import` refuses to go on past
such a column until a person has decided; `run` and `adopt` refuse only where neither `opted_out`
nor `consent` is mapped, and warn where one is. `not_permission` in the sync file is the answer no.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from schemas.errors import SourceMismatch
from schemas.sync_file import SyncFile
from schemas.wording import counted
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.job import Command, Job
from sendersync.transforms.mapping.permissions import Doubt, all_doubts
from sendersync.transforms.mapping.polarity import Polarity, polarity
from sendersync.transforms.mapping.whole_columns import evidence_of_all, first_line, rows_with


@dataclass(frozen=True)
class Question:
    """A column that says of somebody, it seems, that they must not be texted.

    Attributes:
        column: Its header.
        field: `opted_out` or `consent`: what it would be.
        line: The first row that says so.
        rows: How many do.
    """

    column: str
    field: str
    line: int
    rows: int


def ask(
    job: Job, extracted: Extracted, columns_before: Sequence[str] = (), today: date | None = None
) -> Iterator[str]:
    """What a run must say of columns that nobody mapped.

    Args:
        job: What is run.
        extracted: What was read.
        columns_before: The source's columns when the sync last ran, none where it has not.
        today: What ended before it is over.

    Raises:
        SourceMismatch: A person must decide before anybody is added.
    """
    if job.command is Command.STOP:
        return
    sync, name = job.sync, job.source.name
    one_off = job.command is Command.IMPORT and not job.sync_file
    found = questions(sync, extracted, ask_all=not one_off, today=today)
    asked = [each for each in found if each.field not in job.decided]
    mapped = {"opted_out", "consent"} & set(sync.columns.mapped())
    if asked and (one_off or not mapped):
        raise _undecided(asked[0], name, one_off=one_off)
    for each in asked:
        yield (
            f"{each.column!r} may say who must not be texted ({counted(each.rows, 'row')}, the "
            f"first in line {each.line}), and it is not read. Map it, or answer no: "
            f"`not_permission: [{each.column}]`."
        )
    named = {each.column for each in asked}
    for column in _new_permissions(sync, extracted.columns, columns_before):
        if column not in named:
            yield (
                f"The column {column!r} is new since the last run. By its name it may say who must "
                f"not be texted, and it is not read. Map it, or answer no: "
                f"`not_permission: [{column}]`."
            )


def questions(
    sync: SyncFile, extracted: Extracted, *, ask_all: bool, today: date | None = None
) -> list[Question]:
    """The columns of a read that a person must decide about, those of known headers first.

    Args:
        sync: Says which columns are mapped, and which are no permission.
        extracted: What was read.
        ask_all: Ask also where another column is mapped for the same field.
        today: What ended before it is over.
    """
    mapped = sync.columns.mapped()
    skipped = {*sync.columns.sources(), *sync.not_permission}
    batches = [batch for batch in extracted.raw if len(batch)]
    free = [column for column in extracted.columns if column not in skipped]
    if not batches or not free:
        return []
    evidence = evidence_of_all(free, batches)
    doubts = all_doubts(
        extracted.columns, evidence, frozenset(skipped), mapped, ask_all=ask_all, today=today
    )
    found: list[Question] = []
    for doubt in sorted(doubts, key=lambda each: not each.known):
        cells = _that_speak(doubt, [cell for cell, _ in evidence[doubt.column].counts])
        found += _question(doubt, batches, cells)
    return found


def _question(
    doubt: Doubt, batches: Sequence[pd.DataFrame], cells: Sequence[str]
) -> Iterator[Question]:
    line = first_line(doubt.column, batches, cells) if cells else 0
    if line:
        rows = rows_with(doubt.column, batches, cells)
        yield Question(doubt.column, doubt.field, line, rows)


def _that_speak(doubt: Doubt, cells: Sequence[str]) -> list[str]:
    return [cell for cell in (*cells, "") if doubt.speaks(cell)]


def _new_permissions(
    sync: SyncFile, columns: Sequence[str], before: Sequence[str]
) -> Iterator[str]:
    """Columns that were not there before and are called after a permission."""
    if not before:
        return
    known = {*before, *sync.columns.sources(), *sync.not_permission}
    for column in columns:
        if column not in known and polarity(column) is not Polarity.NEITHER:
            yield column


def _undecided(question: Question, name: str, *, one_off: bool) -> SourceMismatch:
    column, field = question.column, question.field
    what = "who opted out" if field == "opted_out" else "who agreed to texts, and who did not"
    do = (
        f"If so: --map {field}=COLUMN, with yes and no in its cells. If it says nothing about "
        f"texts, go on without it: --map {field}= (`sendersync check` says more)."
        if one_off
        else f"If so, write `{field}: {column}` under `columns:`, and under `words:` what its "
        f"cells mean. If it says nothing about texts: `not_permission: [{column}]`."
    )
    return SourceMismatch(
        f"{column!r} may say {what} ({counted(question.rows, 'row')}, the first in line "
        f"{question.line}), and nobody has decided. Nobody was added.",
        where=f"{name}:{question.line}",
        do=do,
    )

"""Reads a source and normalises it, and that is all: no credentials, no state, no calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pandas as pd

from connectors.sources.source import Source
from schemas.frames import CONTACT_COLUMNS, LINE
from schemas.reasons import Reason
from schemas.report import ContactCount
from schemas.sync_file import SyncFile
from sendersync.pipeline.check.clean_copy import CleanCopy, write_clean
from sendersync.pipeline.check.result import CheckSummary, Sample
from sendersync.pipeline.export.rejected_rows import rejects_to_keep, write_rejects
from sendersync.pipeline.extract import Extracted, extract
from sendersync.pipeline.reading.permission_question import questions
from sendersync.pipeline.run_warnings import first_malformed, of_reading
from sendersync.transforms.choose_contacts import choose_contacts
from sendersync.transforms.near_misses import near_countries, near_domains

SHOWN_ROWS: Final = 20


def check(
    source: Source,
    sync: SyncFile | None,
    clean: Path | None = None,
    rejected: Path | None = None,
    *,
    ask_all: bool = False,
    look_at: Collection[int] = (),
) -> CheckSummary:
    """Reads `source` to its end.

    Args:
        source: What to read.
        sync: Says which column is what; None to count rows only.
        clean: Where to write what was read as plain CSV.
        rejected: Where to write the rejected rows, to be fixed.
        ask_all: Ask about each column that may hold a permission, as `run` does; an import asks
            only where none is mapped.
        look_at: Lines whose rows are shown whatever became of them.

    Raises:
        WrongUse: The source is not what the sync file says, or there is no writing there.
        SourceUnavailable: The source broke off.
    """
    if sync is None:
        return _count(source, clean)
    extracted = extract(source, sync)
    copy = CleanCopy(0)
    if clean is not None:
        copy = write_clean(clean, source, extracted.raw, extracted.malformed)
    chosen = choose_contacts(
        pd.concat([extracted.contacts, extracted.more_numbers]), extracted.rejects, sync.duplicates
    )
    rejects = chosen.rejects
    if rejected is not None:
        kept = rejects_to_keep(rejects, extracted).rename_axis(LINE).reset_index()
        write_rejects(rejected, extracted.columns, kept)
    ends = pd.concat(
        [
            rejects["reason"],
            chosen.withheld["reason"],
            pd.Series("accepted", index=chosen.wanted.index, dtype="str"),
            pd.Series("merged", index=chosen.merged, dtype="str"),
        ]
    ).sort_index()
    return CheckSummary(
        columns=extracted.columns,
        rows=extracted.rows,
        malformed=len(extracted.malformed),
        shown=copy.shown,
        complete=extracted.complete,
        count=ContactCount(
            accepted=len(chosen.wanted),
            rejected=len(rejects),
            merged=len(chosen.merged),
            withheld=len(chosen.withheld),
        ),
        reasons=dict(sorted(Counter(rejects["reason"].tolist()).items())),
        withheld=dict(sorted(Counter(chosen.withheld["reason"].tolist()).items())),
        country_differs=extracted.country_differs,
        samples=tuple(_samples(extracted, ends.head(SHOWN_ROWS), sync)),
        examples=tuple(_samples(extracted, ends.drop_duplicates(), sync)),
        looked_at=tuple(_samples(extracted, ends[ends.index.isin(look_at)], sync)),
        countries=near_countries(_countries_not_understood(extracted, sync)),
        domains=near_domains(_domains(extracted)),
        unclear=extracted.unclear,
        questions=tuple(
            questions(sync, extracted, ask_all=ask_all, today=datetime.now(UTC).date())
        ),
        remarks=(*first_malformed(extracted), *of_reading(sync, extracted)),
        second_table=copy.second_table,
    )


def _count(source: Source, clean: Path | None) -> CheckSummary:
    columns = source.columns()
    rows = faults = 0
    complete, copy = False, CleanCopy(0)
    raw, malformed = [], []
    for records in source.read():
        rows += records.rows
        faults += len(records.malformed)
        complete = records.complete
        if clean is not None:
            raw.append(records.frame)
            malformed.append(records.malformed)
    if clean is not None:
        copy = write_clean(clean, source, raw, pd.concat(malformed))
    return CheckSummary(
        *(columns, rows, faults, copy.shown, complete, None, {}, {}, 0, (), ()),
        second_table=copy.second_table,
    )


def _countries_not_understood(extracted: Extracted, sync: SyncFile) -> list[str]:
    rejects = extracted.rejects
    lines = rejects.index[rejects["reason"] == Reason.COUNTRY_UNKNOWN.value]
    column = sync.columns.country
    if column is None or not len(lines):
        return []
    cells: list[str] = extracted.rows_as_given(lines)[column].tolist()
    return cells


def _domains(extracted: Extracted) -> dict[str, int]:
    emails = pd.concat([extracted.contacts["email"], extracted.rejects["email"]])
    filled = emails[emails != ""]
    counts = filled.str.rpartition("@")[2].value_counts() if len(filled) else filled
    return {str(domain): int(rows) for domain, rows in counts.items()}


def _samples(extracted: Extracted, first: pd.Series[str], sync: SyncFile) -> Iterator[Sample]:
    mapped: dict[str, list[str]] = {}
    for name, column in sync.columns.pairs():
        mapped.setdefault(name, []).append(column)
    given = extracted.rows_as_given(first.index)
    for line, end in zip(first.index.tolist(), first.tolist(), strict=True):
        before = {}
        if line in given.index:
            row = given.loc[line]
            before = {
                field: " / ".join(str(row[column]) for column in columns if row[column])
                for field, columns in mapped.items()
            }
        after = {}
        if line in extracted.contacts.index:
            contact = extracted.contacts.loc[line]
            after = {field: str(contact[field]) for field in mapped if field in CONTACT_COLUMNS}
        yield Sample(int(line), before, after, str(end))

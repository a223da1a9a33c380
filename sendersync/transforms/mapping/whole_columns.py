"""Evidence from whole columns: what all their cells speak for, each distinct one judged once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.mapping.column_evidence import ColumnEvidence, distinct_cells, trimmed
from sendersync.transforms.mapping.refusals import that_refuse_texts
from sendersync.transforms.mapping.stop_keywords import that_are_keywords

_MOST: Final = 300
"""Distinct cells that evidence holds: the most frequent ones, and all that refuse texts or
are a keyword to stop."""


def evidence_of_all(
    columns: Iterable[str], batches: Sequence[pd.DataFrame]
) -> dict[str, ColumnEvidence]:
    """The evidence of some columns over a whole source.

    Args:
        columns: Those to look at; each is in every batch.
        batches: The rows as the source gave them, all `str`.
    """
    return {column: _evidence(column, batches) for column in columns}


def first_line(column: str, batches: Sequence[pd.DataFrame], cells: Sequence[str]) -> int:
    """The line of the first row with one of these cells, blanks at their ends aside; 0 for none."""
    wanted = pa.array(cells, pa.large_string())
    for batch in batches:
        found = pc.index(pc.is_in(trimmed(batch[column]), wanted), True)
        if found.as_py() >= 0:
            return int(batch.index[found.as_py()])
    return 0


def rows_with(column: str, batches: Sequence[pd.DataFrame], cells: Sequence[str]) -> int:
    """How many rows have one of these cells, blanks at their ends aside."""
    wanted = pa.array(cells, pa.large_string())
    return sum(pc.sum(pc.is_in(trimmed(batch[column]), wanted)).as_py() or 0 for batch in batches)


def _evidence(column: str, batches: Sequence[pd.DataFrame]) -> ColumnEvidence:
    parts = [batch[column] for batch in batches]
    cells, counts = distinct_cells(parts, column)
    kept, often = cells[:_MOST].to_pylist(), counts[:_MOST].tolist()
    if len(cells) > _MOST:
        rest = cells[_MOST:]
        speaking = {*that_refuse_texts(rest), *that_are_keywords(rest)}
        refusing = pc.is_in(rest, pa.array(speaking, rest.type))
        kept += rest.filter(refusing).to_pylist()
        often += counts[_MOST:][refusing.to_numpy(zero_copy_only=False)].tolist()
    return ColumnEvidence(sum(map(len, parts)), tuple(zip(kept, often, strict=True)))

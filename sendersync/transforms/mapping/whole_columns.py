"""Evidence from whole columns: what all their cells speak for, each distinct one judged once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.mapping.column_evidence import ColumnEvidence
from sendersync.transforms.mapping.refusals import that_refuse_texts

_MOST: Final = 300
"""Distinct cells that evidence holds: the most frequent ones, and all that refuse texts."""


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
        found = pc.index(pc.is_in(_trimmed(batch[column]), wanted), True)
        if found.as_py() >= 0:
            return int(batch.index[found.as_py()])
    return 0


def rows_with(column: str, batches: Sequence[pd.DataFrame], cells: Sequence[str]) -> int:
    """How many rows have one of these cells, blanks at their ends aside."""
    wanted = pa.array(cells, pa.large_string())
    return sum(pc.sum(pc.is_in(_trimmed(batch[column]), wanted)).as_py() or 0 for batch in batches)


def _evidence(column: str, batches: Sequence[pd.DataFrame]) -> ColumnEvidence:
    cells = pa.chunked_array([_trimmed(batch[column]) for batch in batches], pa.large_string())
    counted = cells.value_counts()
    frame = pd.DataFrame(
        {"cell": counted.field("values").to_pandas(), "rows": counted.field("counts").to_numpy()}
    )
    header = column.strip()
    frame = frame[(frame["cell"] != "") & (frame["cell"] != header)]
    frame = frame.sort_values("rows", ascending=False, kind="stable")
    refusing = that_refuse_texts(pa.array(frame["cell"], pa.large_string()))
    rest = frame.iloc[_MOST:]
    kept = pd.concat([frame.head(_MOST), rest[rest["cell"].isin(refusing)]])
    counts = zip(kept["cell"].tolist(), kept["rows"].tolist(), strict=True)
    return ColumnEvidence(len(cells), tuple(counts))


def _trimmed(column: pd.Series) -> pa.Array[Any]:
    cells = pa.array(column, type=pa.large_string(), from_pandas=True)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    return pc.utf8_trim_whitespace(pc.fill_null(cells, ""))

"""Distinct values: a rule is asked once for each, and its answers are spread over the rows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def as_arrow(raw: pd.Series) -> pa.Array:
    """The cells as one Arrow array without nulls.

    Args:
        raw: Text column, pandas `str`; a missing cell counts as empty.

    Returns:
        `large_string` array of the same length, "" where a cell was missing.
    """
    cells = pa.array(raw, type=pa.large_string(), from_pandas=True)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    return pc.fill_null(cells, "") if cells.null_count else cells


def as_text(cells: pa.Array, index: pd.Index) -> pd.Series:
    """An Arrow text array as a pandas `str` column with this index."""
    return pd.Series(pd.array(cells, dtype="str"), index=index)


def as_flags(cells: pa.Array, index: pd.Index) -> pd.Series:
    """An Arrow bool array without nulls as a pandas `bool` column with this index."""
    return pd.Series(cells.to_numpy(zero_copy_only=False), index=index, dtype=bool)


def by_distinct(
    cells: pa.Array, decide: Callable[[str], str | bool | None], kind: pa.DataType
) -> pa.Array:
    """Asks `decide` once for each distinct cell and spreads the answers over the rows.

    Args:
        cells: Text array without nulls.
        decide: Pure function of one cell; None becomes a null.
        kind: Type of the answers.

    Returns:
        Array of the same length and of this type.
    """
    coded = cells.dictionary_encode()
    answers = pa.array([decide(cell) for cell in coded.dictionary.to_pylist()], type=kind)
    return answers.take(coded.indices)

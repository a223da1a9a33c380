"""Columns of text as Arrow arrays: what pandas lacks, or does one Python string at a time.

`Series.isin` of a text column makes a Python string of each value that it looks among: a million
of them, in a night's run some fifty times. Arrow looks them up as they lie in memory, and of small
columns it takes a tenth of the time too. So whoever looks values up asks here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Flags: TypeAlias = "pd.Series[bool] | npt.NDArray[np.bool_]"
Texts: TypeAlias = pd.Series | pd.Index | Collection[str]

_TYPE: Final = pa.large_string()
_BETWEEN: Final = pa.scalar("\x1f", _TYPE)
_TEXT: Final[Any] = pd.StringDtype("pyarrow", na_value=np.nan)  # stubs know no __from_arrow__


def as_arrow(raw: pd.Series | pd.Index) -> pa.Array:
    """The cells as one Arrow array without nulls.

    Args:
        raw: Text column, pandas `str`; a missing cell counts as empty.

    Returns:
        `large_string` array of the same length, "" where a cell was missing.
    """
    # of the column's array: of the column itself Arrow first asks whether it is one of pandas'
    cells = pa.array(raw.array, type=_TYPE, from_pandas=True)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.chunk(0) if cells.num_chunks == 1 else cells.combine_chunks()
    return pc.fill_null(cells, "") if cells.null_count else cells


def as_text(cells: pa.Array, index: pd.Index) -> pd.Series:
    """An Arrow text array as a pandas `str` column with this index."""
    return pd.Series(_TEXT.__from_arrow__(cells), index=index)


def as_flags(cells: pa.Array, index: pd.Index) -> pd.Series:
    """An Arrow bool array without nulls as a pandas `bool` column with this index."""
    return pd.Series(cells.to_numpy(zero_copy_only=False), index=index)


def is_in(values: pd.Series[str], others: Texts) -> pd.Series[bool]:
    """Whether each value is one of `others`.

    Args:
        values: Text column, pandas `str`.
        others: Text, with any index, in any order, as often as it comes.

    Returns:
        `bool`, with the index of `values`.
    """
    if not len(values) or not len(others):
        return pd.Series(data=False, index=values.index, dtype=bool)
    return as_flags(pc.is_in(as_arrow(values), value_set=_texts(others)), values.index)


def places_in(values: pd.Series[str], others: pd.Series[str]) -> npt.NDArray[np.int64]:
    """Where each value first stands among `others`, counted from 0; -1 where it does not.

    Args:
        values: Text column, pandas `str`.
        others: Text column, pandas `str`, with any index.
    """
    if not len(values) or not len(others):
        return np.full(len(values), -1, dtype=np.int64)
    found = pc.index_in(as_arrow(values), value_set=as_arrow(others))
    return np.asarray(pc.fill_null(found, -1), dtype=np.int64)


def joined(first: pd.Series[str], *others: pd.Series[str]) -> pd.Series[str]:
    """Several text columns as one, to look up what is only together one thing.

    No cell that was read or stored holds the sign between them (U+001F): `clean_text` takes it for
    a blank.

    Args:
        first: Text column, pandas `str`.
        others: Text columns of the same rows.

    Returns:
        `str`, with the index of `first`.
    """
    cells = (as_arrow(column) for column in (first, *others))
    return as_text(pc.binary_join_element_wise(*cells, _BETWEEN), first.index)


def all_differ(values: pd.Series[str]) -> bool:
    """Whether no value stands there twice.

    Args:
        values: Text column, pandas `str`.
    """
    return bool(pc.count_distinct(as_arrow(values)).as_py() == len(values))


def one_of(choices: Sequence[str], places: npt.ArrayLike, index: pd.Index) -> pd.Series[str]:
    """A column that holds one of a few texts in each row.

    Args:
        choices: The texts.
        places: For each row the place of its text among them, counted from 0.
        index: Of the column.
    """
    texts = pa.array([str(choice) for choice in choices], _TYPE)
    return as_text(texts.take(pa.array(places)), index)


def rows_where(frame: pd.DataFrame, where: Flags) -> pd.DataFrame:
    """`frame.loc[where]`: the frame itself where all its rows are chosen, as they mostly are.

    To take rows of ten columns costs half a millisecond also where nothing is left out.

    Args:
        frame: Any frame.
        where: A flag for each row, in the order of the frame.
    """
    flags = np.asarray(where)
    if flags.all():
        return frame
    return frame.loc[flags] if flags.any() else frame.iloc[:0]


def stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """`pd.concat` of frames of one type: those without rows cost nothing."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled) if len(filled) > 1 else (filled or parts)[0]


def _texts(values: Texts) -> pa.Array:
    if isinstance(values, pd.Series | pd.Index):
        return as_arrow(values)
    return pa.array([str(value) for value in values], _TYPE)

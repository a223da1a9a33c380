"""Cells that mean yes, and cells that mean neither yes nor no."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pyarrow as pa

from schemas.sync_file import TRUTHY
from sendersync.transforms.distinct import as_arrow, as_flags, by_distinct

_NO: Final = frozenset(
    "false no n 0 0.0 off f - -- none null nan n/a "
    "falso falsch faux nein non não nao nie nej nee nei нет いいえ 否".split()
)
"""Cells that surely mean no. A yes in another language is not on the sync file's list and counts as
a no, which is worth a word; a no in another language is as it should be."""


def truthy(raw: pd.Series) -> pd.Series:
    """Which cells say yes, by the sync file's own list.

    Args:
        raw: Text column, pandas `str`; blanks around the word and capitals do not count.

    Returns:
        `bool` column with the same index: False for everything that is not on the list, the
        empty cell too, so that a doubtful consent is none.
    """
    cells = as_arrow(raw)
    return as_flags(by_distinct(cells, _says_yes, pa.bool_()), raw.index)


def doubtful(raw: pd.Series) -> pd.Series:
    """Which cells hold something that is neither a yes nor a no, such as a date or `Sí`.

    Args:
        raw: Text column, pandas `str`.

    Returns:
        `bool` column with the same index; `truthy` is False wherever this is True.
    """
    cells = as_arrow(raw)
    return as_flags(by_distinct(cells, _says_nothing, pa.bool_()), raw.index)


def _says_nothing(cell: str) -> bool:
    word = cell.strip().casefold()
    return bool(word) and word not in TRUTHY and word not in _NO


def _says_yes(cell: str) -> bool:
    return cell.strip().casefold() in TRUTHY

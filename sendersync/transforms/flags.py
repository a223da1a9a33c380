"""Cells that mean yes."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from schemas.sync_file import TRUTHY
from sendersync.transforms.distinct import as_arrow, as_flags, by_distinct


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


def _says_yes(cell: str) -> bool:
    return cell.strip().casefold() in TRUTHY

"""The do-not-contact list as a file for the CRM: plain CSV after RFC 4180."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from schemas.frames import SUPPRESSIONS
from sendersync.pipeline.export.output_place import csv_with
from sendersync.pipeline.export.write_csv import write_csv

COLUMNS: Final = ("phone", "sender_code", "since", "origin", "reason")
"""Of the file; `sender_code` is empty where an order holds for all of them."""


def write_opt_outs(path: Path, orders: pd.DataFrame, since: date | None = None) -> int:
    """Writes the list, the oldest order first.

    Args:
        path: The file.
        orders: `SUPPRESSIONS`.
        since: Only what was put on the list on this day or later, UTC.

    Returns:
        Rows written, the header not counted.

    Raises:
        WrongUse: The place cannot be written, or is taken by what is no earlier export.
    """
    SUPPRESSIONS.require(orders)
    rows = orders.rename(columns={"created_at": "since"}).sort_values(["since", "phone"])
    if since is not None:
        rows = rows.loc[rows["since"].str[:10] >= since.isoformat()]

    def lines() -> Iterator[tuple[str, ...]]:
        yield COLUMNS
        yield from rows[[*COLUMNS]].itertuples(index=False, name=None)

    return write_csv(path, lines(), csv_with(COLUMNS))

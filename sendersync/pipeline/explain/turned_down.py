"""Who is turned down in a read, under every name that they might be asked about."""

from __future__ import annotations

import pandas as pd

from schemas.frames import REJECTS, TURNED_DOWN, WITHHELD
from sendersync.transforms.diff import none_of


def turned_down(rejects: pd.DataFrame, withheld: pd.DataFrame) -> pd.DataFrame:
    """Phones, e-mails and keys of rows that nobody is added for: `TURNED_DOWN`.

    Args:
        rejects: `REJECTS`.
        withheld: `WITHHELD`.
    """
    REJECTS.require(rejects)
    WITHHELD.require(withheld)
    if rejects.empty and withheld.empty:
        return none_of(TURNED_DOWN)
    parts = [
        pd.DataFrame(
            {"name": rows[name], "reason": rows["reason"], "line": rows.index.astype("int64")}
        )
        for rows in (withheld, rejects)
        for name in ("key", "phone", "email")
    ]
    found = pd.concat(parts, ignore_index=True)
    found = found.loc[found["name"] != ""].drop_duplicates("name", ignore_index=True)
    return TURNED_DOWN.cast(found)

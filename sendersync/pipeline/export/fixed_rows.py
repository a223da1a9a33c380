"""Rejected rows that came back fixed: which lines of the first source they close."""

from __future__ import annotations

import pandas as pd

from schemas.frames import EXPORT_COLUMNS
from sendersync.pipeline.extract import Extracted

LINE_COLUMN = EXPORT_COLUMNS[0]
"""Where an export says in which line of the first source a row was."""


def fixed_lines(extracted: Extracted, rejects: pd.DataFrame) -> list[int]:
    """Lines of the first source whose rows an import of the export could read.

    Args:
        extracted: What the import read.
        rejects: Its own `REJECTS`.
    """
    parts = [part for part in extracted.raw if LINE_COLUMN in part]
    if not parts:
        return []
    lines = pd.concat([part[LINE_COLUMN] for part in parts])
    read = lines.loc[~lines.index.isin(rejects.index)]
    return [int(each) for each in read if str(each).isdecimal()]

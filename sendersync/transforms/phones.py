"""Phone numbers, a column at a time: E.164, the country they belong to, and their kind."""

from __future__ import annotations

from typing import Final

import pandas as pd

from schemas.reasons import Reason
from sendersync.transforms.phone_library import (
    Reading,
    phone_metadata_version,
    read_number,
    rejected,
)

__all__ = ["NORMALISER_VERSION", "normalise_phones", "phone_metadata_version"]

NORMALISER_VERSION: Final = "1"
"""Changes whenever the same cell may be read differently; part of every cache's salt."""


def normalise_phones(
    raw: pd.Series[str], region: pd.Series[str], *, library_only: bool = False
) -> pd.DataFrame:
    """Reads a column of phone numbers.

    Args:
        raw: Cells as the source gave them, `str`; empty where there is none.
        region: `str`, same index: alpha-2, upper case, the region to read a number without
            country code in; empty for none.
        library_only: Ask `phonenumbers` for every cell; the result is the same, and slower.

    Returns:
        A frame with the index of `raw` and the columns `phone`, `country`, `line_type`, `reason`
        (`str`; the first three empty where `reason` is not) and `needs_region` (`bool`).
    """
    readings = [_read(text, where) for text, where in zip(raw, region, strict=True)]
    frame = pd.DataFrame(readings, columns=list(Reading._fields), index=raw.index)
    return frame.astype(
        {"phone": "str", "country": "str", "line_type": "str", "reason": "str", "needs_region": bool}
    )


def _read(text: str, region: str) -> Reading:
    if not text.strip():
        return rejected(Reason.PHONE_MISSING)
    return read_number(text, region)

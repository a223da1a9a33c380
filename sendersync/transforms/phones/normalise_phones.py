"""Phone numbers, a column at a time: E.164, the country they belong to, and their kind.

Three modules do it, each knowing one thing. `fast_columns` reads what is written plainly, a whole
column at once, and only ever accepts what the library accepts. Everything else is read once a
spelling: `damage` repairs what can only have been one number and refuses what could be another's,
and `library` asks `phonenumbers`, which decides.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from sendersync.transforms.phones.damage import read_cell
from sendersync.transforms.phones.fast_columns import read_columns
from sendersync.transforms.phones.library import Reading, phone_metadata_version
from sendersync.transforms.phones.numbering_plans import PLANS, TYPE_NAMES

__all__ = ["NORMALISER_VERSION", "normalise_phones", "phone_metadata_version"]

NORMALISER_VERSION: Final = "2"
"""Changes whenever the same cell may be read differently; part of every cache's salt."""

_AT_ONCE: Final = 1 << 15
_TEXT: Final[Any] = pd.StringDtype("pyarrow", na_value=np.nan)  # stubs know no __from_arrow__


def normalise_phones(
    raw: pd.Series[str], region: pd.Series[str], *, library_only: bool = False
) -> pd.DataFrame:
    """Reads a column of phone numbers; never raises for what a cell holds.

    Args:
        raw: Cells as the source gave them, `str`; empty where there is none.
        region: `str`, same index: alpha-2, upper case, the region to read a number without
            country code in; empty for none.
        library_only: Read nothing in columns: every spelling goes through the library. The result
            is the same, and slower.

    Returns:
        A frame with the index of `raw` and the columns

        | column | dtype | holds |
        | --- | --- | --- |
        | phone | str | E.164 with plus; empty when rejected |
        | country | str | alpha-2 region of the number itself; empty when rejected, and for valid \
numbers of no country, such as +800 |
        | line_type | str | a value of `LineType`; empty when rejected |
        | reason | str | a reason code; empty when accepted |
        | needs_region | bool | rejected, and a region could have made a number of it, while \
`region` was empty or one without a numbering plan |
        | today | str | rejected, and a number from before a renumbering: E.164 of the number that \
it is today, to stop somebody by an old list; else empty |
    """
    cells = _texts(raw)
    where, names = _regions(region)
    parts = [
        _read(
            cells.slice(first, _AT_ONCE),
            where[first : first + _AT_ONCE],
            names,
            library_only=library_only,
        )
        for first in range(0, len(cells), _AT_ONCE)
    ]
    parts = parts or [_read(cells, where, names, library_only=library_only)]
    columns = [pa.chunked_array(column) for column in zip(*parts, strict=True)]
    *texts, needs_region, today = columns
    data: dict[str, Any] = {
        name: _TEXT.__from_arrow__(column)
        for name, column in zip(Reading._fields[:4], texts, strict=True)
    }
    data["needs_region"] = needs_region.to_numpy()
    data["today"] = _TEXT.__from_arrow__(today)
    return pd.DataFrame(data, index=raw.index)


class _Columns(NamedTuple):
    phone: pa.Array[Any]
    country: pa.Array[Any]
    line_type: pa.Array[Any]
    reason: pa.Array[Any]
    needs_region: pa.Array[Any]
    today: pa.Array[Any]


def _texts(column: pd.Series[str]) -> pa.Array[Any]:
    """One Arrow array without nulls."""
    cells = pa.array(column, type=pa.large_string(), from_pandas=True)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    return cells.fill_null("") if cells.null_count else cells


def _regions(column: pd.Series[str]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """For each row a place in the list of the regions that occur."""
    encoded = _texts(column).dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def _read(
    cells: pa.Array[Any], where: npt.NDArray[np.int64], names: list[str], *, library_only: bool
) -> _Columns:
    """One batch: in columns first, then the rest, each spelling once."""
    count = len(cells)
    source = np.full(count, -1, dtype=np.int64)
    phones = pa.array([], type=pa.large_string())
    countries: list[str] = []
    types: list[str] = []
    accepted_country = accepted_type = np.zeros(0, dtype=np.int64)
    if not library_only:
        accepted = read_columns(cells, PLANS.ids(names)[where])
        source[accepted.rows] = np.arange(len(accepted.rows))
        phones = accepted.phones
        countries, types = list(PLANS.regions), list(TYPE_NAMES)
        accepted_country, accepted_type = accepted.plans, accepted.types.astype(np.int64)

    rest = np.flatnonzero(source < 0)
    spellings: dict[tuple[str, int], int] = {}
    first = len(phones)
    texts = cells.take(pa.array(rest)).to_pylist()
    source[rest] = [
        first + spellings.setdefault(spelling, len(spellings))
        for spelling in zip(texts, where[rest].tolist(), strict=True)
    ]
    readings = [read_cell(text, names[place]) for text, place in spellings]
    chosen = pa.array(source)

    def column(accepted_values: pa.Array[Any], field: int) -> pa.Array[Any]:
        own = pa.array([reading[field] for reading in readings], type=accepted_values.type)
        return pa.concat_arrays([accepted_values, own]).take(chosen)

    return _Columns(
        column(phones, 0),
        column(_named(countries, accepted_country), 1),
        column(_named(types, accepted_type), 2),
        column(pa.array([""] * first, type=pa.large_string()), 3),
        column(pa.array([False] * first, type=pa.bool_()), 4),
        column(pa.array([""] * first, type=pa.large_string()), 5),
    )


def _named(names: list[str], places: npt.NDArray[np.int64]) -> pa.Array[Any]:
    return pa.array(names, type=pa.large_string()).take(pa.array(places))

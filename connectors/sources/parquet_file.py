"""Contacts from a Parquet file, batch by batch.

| delivers | how |
| --- | --- |
| whole numbers, also those that pandas made floats of | all their digits |
| decimals, text | as they are |
| dates, times | ISO text; a moment with a zone is told in that zone |
| yes and no | `true`, `false` |
| a struct in `address` | `address.country`, `address.city`, ... |
| a list of plain values | joined with `; `; other lists and maps as JSON |
| origin | the place of the row, from 1 on: the format has no lines |
| completeness | true when as many rows came as the file says it has, and it did not change |
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connectors.sources.files.number_text import number_text
from connectors.sources.files.opening import fingerprint, open_bytes
from connectors.sources.source import BATCH_ROWS, Records
from schemas.errors import SourceMismatch
from schemas.frames import LINE

MOST_ROWS: Final = 50_000_000
MOST_COLUMNS: Final = 16_384
MOST_BYTES: Final = 64 << 30
"""What a file may claim; a few bytes of run-length encoding can stand for billions of rows."""


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file as a source.

    Args:
        path: The file, on this machine.
        batch_rows: Rows a batch.
    """

    path: Path
    batch_rows: int = BATCH_ROWS

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def columns(self) -> tuple[str, ...]:
        """The columns, nested ones flattened.

        Raises:
            SourceMismatch: No such file, no Parquet, cut off, or larger than a table of contacts.
            SourceUnavailable: The file cannot be read now.
        """
        with self._opened() as file:
            return _names(_flat(file.schema_arrow.empty_table()))

    def read(self) -> Iterator[Records]:
        """Reads the file in batches; see `Source.read`."""
        before = fingerprint(self.path)
        line = 1
        with self._opened() as file:
            promised = file.metadata.num_rows
            batches = file.iter_batches(self.batch_rows)
            held = next(batches, None)
            while held is not None:
                following = next(batches, None)
                frame = self._frame(pa.Table.from_batches([held]), line)
                line += len(frame)
                if following is not None:
                    yield Records(frame)
                else:
                    break
                held = following
            else:
                frame = self._frame(file.schema_arrow.empty_table(), line)
        whole = line - 1 == promised and fingerprint(self.path) == before
        yield Records(frame, complete=whole)

    def _frame(self, table: Any, first: int) -> pd.DataFrame:
        flat = _flat(table)
        names = _names(flat)
        index = pd.RangeIndex(first, first + flat.num_rows).astype("int64").rename(LINE)
        return pd.DataFrame(
            {
                name: pd.Series(_texts(flat.column(place)), index=index, dtype="str")
                for place, name in enumerate(names)
            },
            index=index,
        )

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        with open_bytes(self.path) as handle:
            try:
                file = pq.ParquetFile(handle)
                self._refuse_too_large(file.metadata)
                yield file
            except (pa.ArrowException, OSError, ValueError) as problem:
                if isinstance(problem, pa.ArrowMemoryError):
                    raise self._too_large() from None
                raise SourceMismatch(
                    "This is no Parquet file, or it is cut off, encrypted or damaged.",
                    where=self.name,
                    do="Get it again from where it came, or export the contacts as CSV.",
                ) from None

    def _refuse_too_large(self, metadata: Any) -> None:
        size = sum(
            metadata.row_group(place).total_byte_size for place in range(metadata.num_row_groups)
        )
        if (
            metadata.num_rows > MOST_ROWS
            or metadata.num_columns > MOST_COLUMNS
            or size > MOST_BYTES
        ):
            raise self._too_large()

    def _too_large(self) -> SourceMismatch:
        return SourceMismatch(
            f"This file says it holds more than {MOST_ROWS:,} rows, {MOST_COLUMNS:,} columns or "
            f"{MOST_BYTES >> 30} GB.",
            where=self.name,
            do="Export only the rows and columns that are needed.",
        )


def _flat(table: Any) -> Any:
    while any(pa.types.is_struct(each.type) for each in table.schema):
        table = table.flatten()
    return table


def _names(table: Any) -> tuple[str, ...]:
    """Names that differ: `Phone`, `Phone (2)`."""
    found: list[str] = []
    for place, given in enumerate(table.schema.names, start=1):
        name, times = given or f"column_{place}", 1
        wanted = name
        while wanted in found:
            times += 1
            wanted = f"{name} ({times})"
        found.append(wanted)
    return tuple(found)


def _texts(column: Any) -> Any:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_null(kind):
        return [""] * len(column)
    if _casts_as_it_is(kind):
        # a text column may hold bytes that are no text; the cast of others cannot fail
        column = column.cast(pa.large_string())
        column.validate(full=True)
        return pc.fill_null(column, "").to_pylist()
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    return [_text(value) for value in column.to_pylist()]


def _casts_as_it_is(kind: Any) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_date(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list):
        if any(isinstance(each, list | dict | tuple) for each in value):
            return json.dumps(value, default=_text, ensure_ascii=False)
        return "; ".join(map(_text, value))
    if isinstance(value, dict):
        return json.dumps(value, default=_text, ensure_ascii=False)
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return str(value)

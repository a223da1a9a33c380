"""From a query to a frame, a million rows in about two seconds.

The rows of a cursor are Python tuples of Python strings, nine objects a row: slow to make and to
turn into Arrow. So where all columns are text, SQLite joins them with a separator no text should
hold and Arrow splits them again; one value with that separator, and the plain way is taken.
Postgres has COPY, which Arrow's CSV reader understands.
"""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from sqlalchemy import Connection, Integer, Select, Text, literal_column

# a Ctrl-C asks for a clean stop, and must not break off the reading of the state
pa.enable_signal_handlers(enable=False)

_CHUNK = 50_000
_FEW = 500
"""Rows up to which the plain way is quicker: most queries of a run find fewer."""

_SEPARATOR = "\x1f"
_TEXT: Any = pd.StringDtype("pyarrow", na_value=np.nan)  # stubs know no __from_arrow__


def read_frame(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """The rows of a query.

    Returns:
        Text columns as pandas `str`, numbers as `int64`, those that may be missing as `Int64`.
    """
    columns = list(query.selected_columns)
    schema = pa.schema(
        [
            (column.name, pa.int64() if isinstance(column.type, Integer) else pa.large_string())
            for column in columns
        ]
    )
    if connection.dialect.name == "postgresql":
        table = _copied(connection, query, schema)
    else:
        table = _fetched(connection, query, schema)
    return pd.DataFrame({column.name: _cells(column, table[column.name]) for column in columns})


def _cells(column: Any, cells: pa.ChunkedArray[Any]) -> Any:
    if not isinstance(column.type, Integer):
        return _TEXT.__from_arrow__(cells)
    if getattr(column, "nullable", False):
        return cells.to_pandas().astype("Int64")
    return cells.to_numpy()


def _copied(connection: Connection, query: Select[Any], schema: pa.Schema) -> pa.Table:
    text, parameters = _compiled(connection, query)
    driver: Any = connection.connection.driver_connection
    received = io.BytesIO()
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT csv)", parameters) as copy,
    ):
        for block in copy:
            received.write(block)
    if not received.tell():
        return schema.empty_table()
    received.seek(0)
    return pa.csv.read_csv(
        received,
        read_options=pa.csv.ReadOptions(column_names=schema.names),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=schema, strings_can_be_null=False, null_values=[""]
        ),
    )


def _fetched(connection: Connection, query: Select[Any], schema: pa.Schema) -> pa.Table:
    texts = all(isinstance(column.type, Text) for column in query.selected_columns)
    text, parameters = _compiled(connection, query)
    driver: Any = connection.connection.driver_connection
    batches = []
    with _no_collection():
        cursor = driver.execute(text, parameters)
        few = cursor.fetchmany(_FEW)
        if texts and len(schema) > 1 and len(few) == _FEW:
            table = _joined(connection, query, schema)
            if table is not None:
                return table
        for rows in _then(few, cursor):
            arrays = [
                pa.array(values, field.type)
                for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def _then(first: list[Any], cursor: Any) -> Iterator[list[Any]]:
    """Rows that were fetched already, and all others."""
    rows = first
    while rows:
        yield rows
        rows = cursor.fetchmany(_CHUNK)


def _joined(connection: Connection, query: Select[Any], schema: pa.Schema) -> pa.Table | None:
    separator: Any = literal_column("char(31)")
    columns = list(query.selected_columns)
    joined: Any = columns[0]
    for column in columns[1:]:
        joined = joined.op("||")(separator).op("||")(column)
    text, parameters = _compiled(connection, query.with_only_columns(joined))
    driver: Any = connection.connection.driver_connection
    width = len(columns)
    batches = []
    with _no_collection():
        cursor = driver.execute(text, parameters)
        while rows := cursor.fetchmany(_CHUNK):
            lines = pa.array([line for (line,) in rows], pa.large_string())
            values = pc.split_pattern(lines, _SEPARATOR).flatten()
            if len(values) != width * len(lines):
                return None
            picks = np.arange(0, len(values), width)
            arrays = [values.take(pa.array(picks + place)) for place in range(width)]
            batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def _compiled(connection: Connection, query: Select[Any]) -> tuple[str, tuple[Any, ...]]:
    compiled: Any = query.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    values = compiled.params
    return str(compiled), tuple(values[name] for name in compiled.positiontup)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the garbage collector, which would look at a million tuples again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

"""A CSV file read to its end, in the words that the tests of hazards use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.delimited.dialect import CsvOptions
from connectors.sources.source import Dialect


@dataclass(frozen=True)
class Read:
    """What came of a file."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    lines: list[int]
    malformed: dict[int, str]
    complete: bool
    dialect: Dialect


def read(folder: Path, data: bytes | str, *, batch_rows: int = 50_000, **told: Any) -> Read:
    """Writes a file and reads it."""
    path = folder / "contacts.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    source = CsvFile(path, batch_rows=batch_rows, options=CsvOptions(**told))
    batches = list(source.read())
    assert [each.complete for each in batches[:-1]] == [False] * (len(batches) - 1)
    assert all(each.rows <= batch_rows for each in batches)
    frame = pd.concat([each.frame for each in batches])
    faults = pd.concat([each.malformed for each in batches])
    assert all(dtype == "str" for dtype in frame.dtypes)
    assert not frame.isna().to_numpy().any()
    seen = [*frame.index, *faults.index]
    assert len(set(seen)) == len(seen), "a line is one row"
    return Read(
        source.columns(),
        list(frame.itertuples(index=False, name=None)),
        [int(line) for line in frame.index],
        {int(line): str(problem) for line, problem in faults["problem"].items()},
        batches[-1].complete,
        source.dialect(),
    )

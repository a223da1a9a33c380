"""The CPU of reading a clean file of a million rows, next to Arrow's own reader (bar: 1.5).

    python -m benchmarks.read_csv [rows]

Ours gives batches of 50,000 rows as pandas frames with the line of each row; Arrow's own reader
gives one table of strings. Both run in one process, in turn; the median of seven ratios counts, and
that of the best times is shown beside it.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.csv as arrow_csv

from connectors.sources.delimited.csv_file import CsvFile

BAR = 1.5
KINDS = (
    ("", "\n", "no quotes"),
    ("", "\r\n", "no quotes, CRLF"),
    ('"', "\n", "every cell quoted"),
    ('"', "\r\n", "every cell quoted, CRLF"),
)
COLUMNS = ("id", "phone", "email", "first_name", "last_name", "city", "country", "segment")


def write_clean(path: Path, rows: int, quote: str = "", end: str = "\n") -> None:
    """Eight text columns, about 90 bytes a row."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(COLUMNS) + end)
        for at in range(rows):
            cells = (
                f"C{at:07d}",
                f"+1206555{chance.randrange(10_000):04d}",
                f"person{at}@example.com",
                f"First{at % 977}",
                f"Lastname{at % 7919}",
                "Saint-Étienne" if at % 50 == 0 else "Springfield",
                "United States",
                "weekly",
            )
            file.write(",".join(f"{quote}{cell}{quote}" for cell in cells) + end)


def ours(path: Path) -> int:
    """Every row, in batches."""
    return sum(records.rows for records in CsvFile(path).read())


def arrows(path: Path) -> int:
    """Every row, in one table of strings."""
    convert = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(COLUMNS, pa.string()), strings_can_be_null=False, null_values=[]
    )
    return int(arrow_csv.read_csv(path, convert_options=convert).num_rows)


def _cpu(work: Callable[[], int], rows: int) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    assert work() == rows
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Prints both figures and their ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clean.csv"
        for quote, end, what in KINDS:
            write_clean(path, rows, quote, end)
            pairs = [
                (_cpu(lambda: ours(path), rows), _cpu(lambda: arrows(path), rows)) for _ in range(7)
            ]
            mine, theirs = (min(each) for each in zip(*pairs, strict=True))
            print(
                f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, {what}: ours {mine:.2f} s, "
                f"Arrow {theirs:.2f} s: ratio {median(one / other for one, other in pairs):.2f}, "
                f"of the best {mine / theirs:.2f}, bar {BAR}"
            )
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, Arrow's"
    )


if __name__ == "__main__":
    main()

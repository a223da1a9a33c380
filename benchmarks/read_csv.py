"""The CPU of reading a clean file of a million rows, next to Arrow's own reader (bar: 1.5).

    python -m benchmarks.read_csv [rows]

Ours gives batches of 50,000 rows as pandas frames with the line of each row; Arrow's own reader
gives one table of strings. Both run in one process, in turn, and the best of five counts.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv

from connectors.sources.csv_file import CsvFile

BAR = 1.5
COLUMNS = ("id", "phone", "email", "first_name", "last_name", "city", "country", "segment")


def write_clean(path: Path, rows: int, quote: str = "") -> None:
    """Eight text columns, about 90 bytes a row."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
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
            file.write(",".join(f"{quote}{cell}{quote}" for cell in cells) + "\n")


def ours(path: Path) -> int:
    """Every row, in batches."""
    return sum(records.rows for records in CsvFile(path).read())


def arrows(path: Path, kind: object) -> int:
    """Every row, in one table of strings."""
    convert = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(COLUMNS, kind), strings_can_be_null=False, null_values=[]
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
        for quote, what in (("", "no quotes"), ('"', "every cell quoted")):
            write_clean(path, rows, quote)
            mine, string, large = [], [], []
            for _ in range(5):
                string.append(_cpu(lambda: arrows(path, pa.string()), rows))
                large.append(_cpu(lambda: arrows(path, pa.large_string()), rows))
                mine.append(_cpu(lambda: ours(path), rows))
            size = path.stat().st_size / 1e6
            print(
                f"{rows:,} rows, {size:.0f} MB, {what}: ours {min(mine):.2f} s, Arrow "
                f"{min(string):.2f} s (string) {min(large):.2f} s (large_string): "
                f"ratio {min(mine) / min(min(string), min(large)):.2f}, bar {BAR}"
            )
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, Arrow's"
    )


if __name__ == "__main__":
    main()

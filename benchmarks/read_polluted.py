"""How much of polluted files readers deliver, scored as the Pollock benchmark does (10 is perfect).

    python -m benchmarks.read_polluted [every Nth row]

Ours reads each file as it stands, without being told its dialect, and so do the others. DuckDB and
CleverCSV are measured when they can be imported; the product does not need them.

What counts is what `check --clean` writes: all that was read, malformed rows among it. A sync takes
less: for it a malformed row is a reject, and costs (`rows alone`).
"""

from __future__ import annotations

import csv
import importlib
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from connectors.sources.delimited.csv_file import CsvFile
from sendersync.pipeline.check.check_source import check
from tests.builders.polluted_files import FAILED, Polluted, Table, pollutions, score

Read = Callable[[Path], Table]


def ours(path: Path) -> Table:
    """What `check --clean` writes."""
    out = path.with_suffix(".clean.csv")
    out.unlink(missing_ok=True)
    check(CsvFile(path), None, out)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def rows_alone(path: Path) -> Table:
    """The rows that a sync takes: malformed ones are rejects, and cost."""
    source = CsvFile(path)
    rows: Table = [list(source.columns())]
    for records in source.read():
        rows += [list(row) for row in records.frame.itertuples(index=False, name=None)]
    return rows


def stdlib(path: Path) -> Table:
    """The standard library, with its sniffer."""
    text = path.read_text("utf-8-sig")
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:8192])
    except csv.Error:
        dialect = csv.excel
    return list(csv.reader(io.StringIO(text, newline=""), dialect))


def pandas(path: Path) -> Table:
    """pandas, with its sniffer, and lines that do not fit left out."""
    frame = pd.read_csv(
        path, sep=None, engine="python", dtype=str, keep_default_na=False, on_bad_lines="skip"
    )
    return [list(map(str, frame.columns)), *frame.fillna("").astype(str).values.tolist()]


def clevercsv(path: Path) -> Table:
    """CleverCSV."""
    return list(importlib.import_module("clevercsv").read_table(str(path)))


def duckdb(path: Path) -> Table:
    """DuckDB, with its sniffer, and lines that do not fit left in as far as they can be."""
    module = importlib.import_module("duckdb")
    found = module.execute(
        "from read_csv(?, all_varchar=true, null_padding=true, strict_mode=false)", [str(path)]
    )
    return [
        [column[0] for column in found.description],
        *[[cell or "" for cell in row] for row in found.fetchall()],
    ]


def main() -> None:
    """Prints one line a reader."""
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    files = list(pollutions(range(0, 84, step)))
    readers: dict[str, Read] = {
        "ours, --clean": ours,
        "ours, rows alone": rows_alone,
        "csv (stdlib)": stdlib,
        "pandas": pandas,
        "CleverCSV": clevercsv,
        "DuckDB": duckdb,
    }
    print(f"{len(files)} files")
    with tempfile.TemporaryDirectory() as folder:
        for name, read in readers.items():
            _print_score(name, read, files, Path(folder) / "polluted.csv")


def _print_score(name: str, read: Read, files: list[Polluted], path: Path) -> None:
    totals, failed, worst = [], 0, {}
    began = time.process_time()
    for each in files:
        path.write_bytes(each.data)
        try:
            rows = read(path)
            got = score(each, rows)
        except ModuleNotFoundError:
            print(f"{name:18} not installed")
            return
        except Exception:  # noqa: BLE001  # a reader that fails is scored, whatever its fault
            got, failed = FAILED, failed + 1
        totals.append(got.total)
        worst[each.name] = got.total
    seconds = time.process_time() - began
    print(
        f"{name:18} {sum(totals) / len(totals):6.3f}   failed {failed:4}   "
        f"perfect {sum(total > 9.9999 for total in totals):4}   {seconds:.1f} s CPU"
    )
    if "-v" in sys.argv:
        for what, total in sorted(worst.items(), key=lambda one: one[1])[:40]:
            print(f"      {total:6.3f} {what}")


if __name__ == "__main__":
    main()

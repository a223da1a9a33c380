"""The quarantine of rejected rows: kept in the state, written out as rows to import."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pandas as pd

from schemas.frames import EXPORT_COLUMNS, GUARDED
from schemas.reasons import ADVICE, Reason
from schemas.sync_file import SyncFile
from sendersync.pipeline.export.output_place import EarlierOutput, csv_with, workbook_with
from sendersync.pipeline.export.write_csv import write_csv
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.one_off.one_off import IMPORTED
from sendersync.transforms.mapping.suggest import suggest
from sendersync.transforms.normalise import LONGEST_CELL

_GUARDED: Final = re.compile(GUARDED)

KEPT: Final = timedelta(days=90)
"""How long rejected rows are kept: they are people's data, and nobody fixes them after months."""

RAW: Final = "sendersync_raw"
"""One more, only where a row could not be read into columns: the row as it stands."""


_HOW_TO_FIX: Final = (
    f"Fix it in the source, or write its cells into the columns here: {RAW} has it."
)


def rejects_to_keep(rejects: pd.DataFrame, extracted: Extracted) -> pd.DataFrame:
    """Rejects with the row as the source gave it.

    Args:
        rejects: `reason` and `column`, index `line`.
        extracted: The read they are from.

    Returns:
        `reason`, `column` and `row` (`str`), index `line`. `row` is the JSON list of the source's
        own cells; of a malformed row the JSON object of its `problem` and `raw` text.
    """
    rejects = rejects[["reason", "column"]]
    given = extracted.rows_as_given(rejects.index)
    cells = {
        line: json.dumps(row, ensure_ascii=False)
        for line, row in zip(given.index, given.itertuples(index=False, name=None), strict=True)
    }
    for line, row in extracted.malformed.iterrows():
        kept = {"problem": row["problem"], "raw": row["raw"]}
        cells[line] = json.dumps(kept, ensure_ascii=False)
    row_of = pd.Series([cells.get(line, "[]") for line in rejects.index], dtype="str")
    return rejects.assign(row=row_of.set_axis(rejects.index))


def write_rejects(out: Path, columns: Sequence[str], kept: pd.DataFrame) -> int:
    """Writes an export: Excel where the name says so, otherwise CSV without formulas.

    Args:
        out: Where to write; readable to this user only.
        columns: The source's own columns.
        kept: See `rejects_as_table`.

    Returns:
        Rows written, the header not counted.

    Raises:
        WrongUse: The place cannot be written, or is taken by what is no earlier export.
    """
    table = rejects_as_table(columns, kept)
    if _is_workbook(out):
        from sendersync.pipeline.export.write_xlsx import write_xlsx  # few write workbooks

        return write_xlsx(out, table, earlier_export(out))
    return write_csv(out, escape_formulas(table), earlier_export(out))


def earlier_export(out: Path) -> EarlierOutput:
    """Knows an earlier export of rejects, of any run, by the columns that it adds."""
    return workbook_with(EXPORT_COLUMNS) if _is_workbook(out) else csv_with(EXPORT_COLUMNS)


def _is_workbook(out: Path) -> bool:
    return out.suffix.lower() == ".xlsx"


def rejects_as_table(columns: Sequence[str], kept: pd.DataFrame) -> Iterator[list[str]]:
    """The header and the rows of an export; every cell as the source gave it.

    Args:
        columns: The source's own columns.
        kept: `line`, `reason`, `column`, `row`, as the state gives them back.
    """
    rows = [json.loads(row) for row in kept["row"]]
    malformed = any(isinstance(row, dict) for row in rows)
    # a file that was exported before has these columns already: the new ones take their place
    own = [n for n, name in enumerate(columns) if name not in (*EXPORT_COLUMNS, RAW)]
    yield [*(columns[n] for n in own), *EXPORT_COLUMNS, *([RAW] if malformed else [])]
    for line, reason, column, row in zip(
        kept["line"], kept["reason"], kept["column"], rows, strict=True
    ):
        broken = isinstance(row, dict)
        cells = [""] * len(own) if broken else [str(row[n]) for n in own]
        advice = ADVICE[Reason(reason)] if reason in set(Reason) else ""
        if broken:
            problem = str(row["problem"])
            advice = f"{problem[:1].upper()}{problem[1:]}. {_HOW_TO_FIX}"
        elif reason == Reason.ROW_MALFORMED and column:
            advice = _advice_for_cell(column, dict(zip(columns, map(str, row), strict=True)))
        raw = [row["raw"] if broken else ""] if malformed else []
        yield [*cells, str(line), reason, advice, *raw]


def _advice_for_cell(column: str, row: Mapping[str, str]) -> str:
    """Of a row that has all its cells: one is too long, or no sender code for an address."""
    length = len(row.get(column, ""))
    if length > LONGEST_CELL:
        return f"Shorten {column!r}: it has {length:,} characters; {LONGEST_CELL} are allowed."
    return f"Fill {column!r} with a sender code: not empty, and without a slash."


def escape_formulas(table: Iterator[list[str]]) -> Iterator[list[str]]:
    """The same table with an apostrophe before cells that a spreadsheet would calculate."""
    yield next(table)  # names stay as they are, so that they can be mapped
    for row in table:
        yield [f"'{cell}" if _GUARDED.match(cell) else cell for cell in row]


def read_options(sync: SyncFile, sync_file: str = "") -> dict[str, Any]:
    """How a sync reads its rows, for the report: by this an import reads them in the same way."""
    constants = {
        "sender_code": sync.sender_code,
        "group": sync.group,
        "country": sync.default_country,
        "sync_file": sync_file,
        "opt_outs": sync.opt_outs.shown() if sync.opt_outs else None,
    }
    given = {name: value for name, value in constants.items() if value}
    return {"columns": sync.columns.model_dump(exclude_none=True), **given}


def reimport_command(
    run: str,
    command: str,
    found: Mapping[str, Any],
    out: Path,
    columns: Sequence[str],
    kept: pd.DataFrame,
) -> str:
    """The command that takes the fixed export of a run; empty where there is none.

    Args:
        run: The run, whose rejected rows it closes.
        command: The run's own: an import and a sync come back by `import`, a stop list by `stop`.
        found: What `read_options` said of that run; empty for a run of an older version.
        out: The export.
        columns: The source's own columns.
        kept: See `rejects_as_table`.
    """
    code, mapped = found.get("sender_code"), found.get("columns")
    if not code or not mapped:
        return ""
    verb = "stop" if command == "stop" else "import"
    words = ["sendersync", verb, str(out), "--fixes", run]
    sync_file = str(found.get("sync_file", ""))
    like = bool(sync_file) and Path(sync_file).is_file()
    if like:
        words += ["--like", sync_file]
    if like and command != "import":
        return shlex.join(words)  # all the rest stands in the sync file
    several = isinstance(mapped["phone"], list)
    if several and not like:
        return ""  # `--map` takes one column for each field
    words += ["--sender-code", str(code)]
    if verb == "import" and found.get("group"):
        words += ["--group", str(found["group"])]
    if found.get("country"):
        words += ["--country", str(found["country"])]
    passed_over = _passed_over(mapped, columns, kept)
    if verb == "stop":
        passed_over = [field for field in passed_over if field == "opted_out"]
    for field, column in {**mapped, **dict.fromkeys(passed_over, "")}.items():
        if field == "phone" and several:
            continue  # the sync file has the list
        words += ["--map", f"{field}={column}"]
    return shlex.join(words)


def _passed_over(mapped: Iterable[str], columns: Sequence[str], kept: pd.DataFrame) -> list[str]:
    """Fields that an import would find in the export, or ask about, and the run did not read."""
    rows = [row for row in map(json.loads, kept["row"]) if isinstance(row, list)]
    filled = [row for row in rows if len(row) == len(columns)]
    frame = pd.DataFrame(filled, columns=list(columns), dtype="str")
    # by the headers alone, and with the cells, since fixed cells may be other evidence
    suggestions = (suggest(columns), suggest(columns, frame))
    return [
        field
        for field in IMPORTED
        if field not in mapped
        and any(field in each.columns or field in each.undecided for each in suggestions)
    ]

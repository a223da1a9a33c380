"""Rejected rows: out as CSV or Excel, harmless to a spreadsheet, and in again exactly."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from connectors.sources.registry import open_file
from schemas.errors import WrongUse
from schemas.frames import EXPORT_COLUMNS
from sendersync.pipeline.export.rejected_rows import escape_formulas, rejects_as_table
from sendersync.pipeline.export.write_csv import write_csv
from sendersync.pipeline.export.write_xlsx import write_xlsx
from tests.builders.delivered import delivered
from tests.builders.spreadsheets import cells_of

COLUMNS = ["Id", "Phone", "Name"]
ROWS = [
    ["+C1", "+12065550142", "Ann"],
    ["C2", '=HYPERLINK("http://x")', "-Bo"],
    ["'C3", "'+1206", "''=x"],
    ["@C4", "\tx", "a\nb"],
    ["C5", "\rx", '_x000D_ and \x07 and é and <&>"'],
    ["=", "-", "+"],
    ["", "  lead", "'plain"],
    ["<r>Ann</r>", "_x0041_x0042_", "\ufffe and \uffff"],
]


def _kept(rows: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "line": range(2, len(rows) + 2),
            "reason": "phone_invalid",
            "column": "Phone",
            "row": [json.dumps(row) for row in rows],
        }
    )


def _written(path: Path, rows: list[Any]) -> Path:
    table = rejects_as_table(COLUMNS, _kept(rows))
    if path.suffix == ".xlsx":
        write_xlsx(path, table)
    else:
        write_csv(path, escape_formulas(table))
    return delivered(path)


@pytest.mark.parametrize("name", ["rejected.csv", "rejected.xlsx"])
def test_every_cell_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    """What was put before a cell against formulas is taken away again, and nothing else."""
    source = open_file(_written(tmp_path / name, ROWS))
    assert source.columns() == (*COLUMNS, *EXPORT_COLUMNS)
    assert [row[:3] for row in cells_of(source).values()] == ROWS


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path) -> None:
    """Cells that begin with = + - @ tab or return begin with an apostrophe (OWASP)."""
    path = _written(tmp_path / "rejected.csv", ROWS)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_all_cells_of_the_workbook_are_text(tmp_path: Path) -> None:
    """Another reader sees the same cells, none of them a formula or a number."""
    path = _written(tmp_path / "rejected.xlsx", [["1", "=1+1", "0171"]])
    sheet = openpyxl.load_workbook(path)["Rejected"]
    row = next(sheet.iter_rows(min_row=2, max_col=3))
    assert [(cell.value, cell.data_type, cell.number_format) for cell in row] == [
        ("1", "s", "@"),
        ("=1+1", "s", "@"),
        ("0171", "s", "@"),
    ]


def test_the_workbook_is_private(tmp_path: Path) -> None:
    """It holds personal data."""
    assert _written(tmp_path / "rejected.xlsx", ROWS).stat().st_mode & 0o777 == 0o600


def test_what_excel_cannot_hold_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    """Excel would cut the cell and say nothing."""
    with pytest.raises(WrongUse, match="cannot hold"):
        _written(tmp_path / "rejected.xlsx", [["x" * 32_768, "", ""]])
    assert not list(tmp_path.iterdir())


def test_an_export_of_an_export_has_its_columns_once(tmp_path: Path) -> None:
    """Mended, imported and rejected again: the new line and reason replace the old ones."""
    kept = _kept([[*ROWS[0], "2", "phone_invalid", "Mend it."]])
    header, row = list(rejects_as_table([*COLUMNS, *EXPORT_COLUMNS], kept))
    assert header == [*COLUMNS, *EXPORT_COLUMNS]
    assert row[:4] == [*ROWS[0], "2"]


def test_a_row_without_a_usable_sender_code_is_not_said_to_lack_cells() -> None:
    """Its reason is that of a malformed row; its advice names the cell that can be mended."""
    kept = _kept([ROWS[0]]).assign(reason="row_malformed", column="Sender")
    _, row = list(rejects_as_table(COLUMNS, kept))
    assert row[-1] == "Fill 'Sender' with a sender code: not empty, and without a slash."


def test_a_file_that_is_not_ours_keeps_its_apostrophes(tmp_path: Path) -> None:
    """Only an export of our own is known to have had them put there."""
    path = tmp_path / "a.csv"
    path.write_text("Phone,Name\n'+12065550142,Ann\n'+12065550143,Bo\n", "utf-8")
    assert cells_of(open_file(delivered(path)))[2][0] == "'+12065550142"

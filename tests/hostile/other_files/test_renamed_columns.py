"""Columns that are called otherwise tonight, and are the same."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from connectors.sources.files.renamed_columns import spelled_as_wanted
from connectors.sources.registry import open_source
from schemas.sync_file import SyncFile
from tests.builders.delivered import delivered
from tests.builders.spreadsheets import cells_of, problems_of, xlsx
from tests.builders.sync_files import sync_of


@pytest.mark.parametrize(
    ("wanted", "tonight"),
    [
        ("SMS opt-out date (EDT)", "SMS opt-out date (EST)"),
        ("Created (CET)", "Created (CEST)"),
        ("Erstellt (MEZ)", "Erstellt (MESZ)"),
        ("Updated (UTC-05:00)", "Updated (UTC-04:00)"),
        ("Updated (GMT+1)", "Updated (GMT+2)"),
        ("Updated [+01:00]", "Updated [+02:00]"),
        ("Opted out at (PST/PDT)", "Opted out at (PDT)"),
        ("Opted out (Europe/Berlin) date", "Opted out (Europe/Paris) date"),
        ("Opted out (Eastern Standard Time)", "Opted out (Eastern Daylight Time)"),
        ("Date (heure d'été)", "Date (heure d’hiver)"),
        ("Opted out", "Opted out (BST)"),
        ("Opted out (GMT)", "Opted out"),
        ("Phone Number", "Phone\u00a0Number"),
        ("Phone Number", " Phone  Number "),
        ("Phone Number", "Phone\nNumber"),
        ("Téléphone", "Te\u0301le\u0301phone"),
        ("Phone", "Ｐｈｏｎｅ"),
        ("Phone", "\u200bPhone\ufeff"),
        ("SMS opt-out", "SMS opt\u2011out"),
        ("Opt-out - SMS", "Opt\u2013out \u2014 SMS"),
        ("Don't text", "Don\u2019t text"),
    ],
)
def test_a_name_that_changed_by_season_or_form_is_the_same_column(
    wanted: str, tonight: str
) -> None:
    """A zone in brackets, blanks and Unicode forms are no part of what a column is."""
    assert spelled_as_wanted(["Id", tonight], ["Id", wanted]) == {tonight: wanted}


@pytest.mark.parametrize(
    ("wanted", "tonight"),
    [
        (["Consent (SMS)"], ["Consent (EMAIL)"]),
        (["Phone (home)"], ["Phone (work)"]),
        (["Opted out"], ["Opted in"]),
        (["Opted out (EDT)"], ["Opted out (EST)", "Opted out (CST)"]),
        (["Opted out (EDT)", "Opted out (CDT)"], ["Opted out (EST)"]),
        (["Best"], ["Best (time to call)"]),
        (["Code (US)"], ["Code (CA)"]),
        (["Date"], ["Date (2026)"]),
    ],
)
def test_a_name_that_means_something_else_is_not_taken(
    wanted: list[str], tonight: list[str]
) -> None:
    """Two that could be meant, or another word in the brackets: the run refuses and asks."""
    assert spelled_as_wanted(tonight, wanted) == {}


def test_a_column_that_is_there_is_never_replaced() -> None:
    """The other one is another column."""
    assert spelled_as_wanted(["Date (EDT)", "Date (EST)"], ["Date (EDT)"]) == {}


def _summer_sync(kind: str, path: str) -> SyncFile:
    columns = {"phone": "Phone", "opted_out": "Opt-out date (EDT)"}
    return sync_of({"kind": kind, "path": path}, columns=columns)


@pytest.mark.parametrize("kind", ["csv", "packed", "excel", "jsonl"])
def test_everything_goes_on_under_the_name_of_the_sync_file(kind: str, tmp_path: Path) -> None:
    """In every kind of file; the report says so."""
    table = "Phone,Opt-out date (EST)\n+12065550142,2026-11-01\n"
    if kind == "csv":
        (tmp_path / "a.csv").write_text(table, "utf-8")
    elif kind == "packed":
        (tmp_path / "a.csv").write_bytes(gzip.compress(table.encode()))
    elif kind == "excel":
        xlsx(tmp_path / "a.csv", [row.split(",") for row in table.splitlines()])
    else:
        line = '{"Phone": "+12065550142", "Opt-out date (EST)": "2026-11-01"}\n'
        (tmp_path / "a.csv").write_text(line, "utf-8")
    delivered(tmp_path / "a.csv")
    source: Any = open_source(_summer_sync("csv" if kind == "packed" else kind, "a.csv"), tmp_path)
    assert source.columns() == ("Phone", "Opt-out date (EDT)")
    assert list(cells_of(source).values()) == [["+12065550142", "2026-11-01"]]
    assert list(next(source.read()).frame.columns) == ["Phone", "Opt-out date (EDT)"]
    assert any("'Opt-out date (EST)' is taken for" in note for note in source.notes())


def test_a_fault_in_a_renamed_column_matters_as_in_any(tmp_path: Path) -> None:
    """An error cell in the opt-out column makes the row malformed, whatever its name tonight."""

    def change(book: Any) -> None:
        book.active["B2"] = "#N/A"

    rows = [["Phone", "Opt-out date (EST)"], ["+12065550142", None]]
    xlsx(tmp_path / "a.xlsx", rows, change)
    source: Any = open_source(_summer_sync("excel", "a.xlsx"), tmp_path)
    source.select(frozenset({"Phone", "Opt-out date (EDT)"}))
    assert list(problems_of(source)) == [2]

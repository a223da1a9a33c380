"""Which of the files that match a pattern is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import fsspec
import pytest

from connectors.sources.registry import open_source
from schemas.errors import SourceMismatch
from schemas.sync_file import SyncFile
from tests.builders.spreadsheets import cells_of
from tests.builders.sync_files import sync_of

TABLE = "Phone,Name\n+12065550142,Ann\n"
ROWS = {2: ["+12065550142", "Ann"]}


def _csv(path: str, **source: Any) -> SyncFile:
    return sync_of({"kind": "csv", "path": path, **source})


def _delivered(folder: Path, *names: str) -> None:
    """Files of these names, each a minute younger than the one before."""
    for n, name in enumerate(names):
        path = folder / name
        path.write_text(TABLE, "utf-8")
        os.utime(path, (1_795_000_000 + 60 * n,) * 2)


@pytest.mark.parametrize(
    "shadow",
    [
        "~$contacts.csv",
        "._contacts.csv",
        ".contacts.csv",
        ".~lock.contacts.csv#",
        "contacts.csv~",
        "#contacts.csv#",
        ".#contacts.csv",
        "contacts.csv.part",
        "contacts.csv.crdownload",
        "CONTACTS.CSV.TMP",
        ".contacts.csv.swp",
        "~contacts.csv",
        "contacts.csv.bak",
        "contacts.csv.uploading",
        "contacts.csv.opdownload",
        "contacts.csv.lck",
        ".DS_Store.csv",
        "~WRL0001.csv",
    ],
)
def test_what_programs_leave_beside_a_document_matches_nothing(shadow: str, tmp_path: Path) -> None:
    """It carries the document's ending and is newer, and is none; alone it is as good as nothing."""
    _delivered(tmp_path, "contacts.csv", shadow)
    assert open_source(_csv("*"), tmp_path).name == "contacts.csv"
    (tmp_path / "contacts.csv").unlink()
    with pytest.raises(SourceMismatch, match="No file matches"):
        open_source(_csv("*"), tmp_path)


@pytest.mark.parametrize("shadow", ["~$contacts.csv", "._contacts.csv", "contacts.csv~"])
def test_shadows_match_nothing_at_an_address_either(shadow: str) -> None:
    """One rule for this machine and for others."""
    files = fsspec.filesystem("memory")
    folder = f"/shadows-{shadow.encode().hex()}"
    files.pipe(f"{folder}/contacts.csv", TABLE.encode())
    files.pipe(f"{folder}/{shadow}", b"x")
    source = open_source(_csv(f"memory:/{folder}/*"), Path())
    assert cells_of(source) == ROWS


def test_a_hidden_file_is_read_where_the_pattern_asks_for_it(tmp_path: Path) -> None:
    """Who writes a dot means it; a Mac's own shadow is still none."""
    _delivered(tmp_path, ".contacts-1.csv", "._contacts-2.csv")
    assert open_source(_csv(".contacts*.csv"), tmp_path).name == ".contacts-1.csv"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("contacts-2026-11-01.csv", "contacts-2026-11-27.csv"),
        ("contacts_20261101.csv", "contacts_20261127.csv"),
        ("Kontakte 01.10.2026.csv", "Kontakte 27.11.2026.csv"),
        ("export-01-13-2026.csv", "export-11-27-2026.csv"),
        ("export 1 Nov 2026.csv", "export 27 Nov 2026.csv"),
        ("export-November-01-2026.csv", "export-November-27-2026.csv"),
        ("export-2026-10.csv", "export-2026-11.csv"),
        ("crm-20261127T0400.csv", "crm-20261127T1600.csv"),
        ("crm-2026-11-27_04-00-05.csv", "crm-2026-11-27_16-00-05.csv"),
        ("w-2026-11-01_2026-11-07.csv", "w-2026-11-08_2026-11-14.csv"),
        ("contacts-2026-11-01 (1).csv", "contacts-2026-11-27.csv"),
        ("Kontakte 1. März 2026.csv", "Kontakte 27. Mai 2026.csv"),
        ("contactos 1 de enero de 2026.csv", "contactos 27 de diciembre de 2026.csv"),
        ("klienci 1 paź 2026.csv", "klienci 27 lis 2026.csv"),
        ("会員2026年11月1日.csv", "会員2026年11月27日.csv"),
        ("contacts-Oct2026.csv", "contacts-Nov2026.csv"),
        ("contacts-2026-W45.csv", "contacts-2026-W47.csv"),
        ("contacts_Q3_2026.csv", "contacts_Q4_2026.csv"),
        ("contacts-26-11-01.csv", "contacts-26-11-27.csv"),
    ],
)
def test_an_older_file_with_a_newer_time_is_refused(older: str, newer: str, tmp_path: Path) -> None:
    """Somebody has opened and saved it: a list of last month must not become today's."""
    _delivered(tmp_path, newer, older)
    with pytest.raises(SourceMismatch) as caught:
        open_source(_csv("*.csv"), tmp_path)
    assert older in caught.value.what and newer in caught.value.what
    assert "newest_by: name" in caught.value.do
    assert open_source(_csv("*.csv", newest_by="name"), tmp_path).name == newer
    os.utime(tmp_path / newer, (1_796_000_000,) * 2)
    assert open_source(_csv("*.csv"), tmp_path).name == newer


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("contacts-2026-11-27.csv", "contacts.csv"),
        ("prices-2026-12-31.csv", "contacts-2026-11-01.csv"),
        ("a-03-04-2026.csv", "a-04-03-2026.csv"),
        ("order 4711.csv", "order 0815.csv"),
        ("a-2026-13-45.csv", "a-2026-11-01.csv"),
        ("marketing 12.csv", "marketing 11.csv"),
        ("contacts-2026-11-27.csv", "contacts-2026-11-27 (1).csv"),
    ],
    ids=["no date", "another list", "two readings", "no dates", "no day", "a word", "the same day"],
)
def test_names_without_an_older_date_are_told_apart_by_time(
    first: str, last: str, tmp_path: Path
) -> None:
    """Only a date that is surely older, in a name that is otherwise the same, speaks against it."""
    _delivered(tmp_path, first, last)
    assert open_source(_csv("*.csv"), tmp_path).name == last


def test_a_date_may_stand_in_the_folders(tmp_path: Path) -> None:
    """One folder a day, and in each the same name: the dates of the folders count, both ways."""
    older, newer = "2026/11/01/contacts.csv", "2026/11/27/contacts.csv"
    for name in (older, newer):
        (tmp_path / name).parent.mkdir(parents=True)
    _delivered(tmp_path, newer, older)
    told = "^contacts.csv: 01/contacts.csv was written last, but 27/contacts.csv has a later date"
    with pytest.raises(SourceMismatch, match=told):
        open_source(_csv("2026/11/*/*.csv"), tmp_path)
    (tmp_path / newer).write_text("Phone\n+12065550199\n", "utf-8")
    source = open_source(_csv("2026/11/*/*.csv", newest_by="name"), tmp_path)
    assert cells_of(source) == {2: ["+12065550199"]}


def test_an_older_file_with_a_newer_time_is_refused_at_an_address() -> None:
    """As on this machine."""
    files = fsspec.filesystem("memory")
    for day in ("27", "01"):
        files.pipe(f"/older/contacts-2026-11-{day}.csv", TABLE.encode())
    source = open_source(_csv("memory://older/*.csv"), Path())
    with pytest.raises(SourceMismatch, match="has a later date in its name"):
        source.columns()
    source = open_source(_csv("memory://older/*.csv", newest_by="name"), Path())
    assert cells_of(source) == ROWS
    assert source.name == "contacts-2026-11-27.csv"


def test_a_second_download_is_read_with_a_remark(tmp_path: Path) -> None:
    """`contacts (1).csv` may be today's file or last month's: a person is told."""
    _delivered(tmp_path, "contacts.csv", "contacts (1).csv")
    source: Any = open_source(_csv("*.csv"), tmp_path)
    assert source.name == "contacts (1).csv"
    assert any("second download" in note for note in source.notes())

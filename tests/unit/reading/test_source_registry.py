"""Which source reads what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.files.delivered_file import DeliveredText
from connectors.sources.registry import open_file, open_source
from schemas.errors import SourceMismatch, WrongUse
from tests.builders.sync_files import sync_of


def _path(path: str, folder: Path) -> Path:
    source = open_source(sync_of({"kind": "csv", "path": path}), folder)
    assert isinstance(source, DeliveredText)
    assert isinstance(source.place, Path)
    return source.place


def test_paths_start_from_the_folder_of_the_sync_file(tmp_path: Path) -> None:
    """A relative path is beside the sync file, an absolute one is where it says."""
    assert _path("a.csv", tmp_path) == tmp_path / "a.csv"
    assert _path(str(tmp_path / "b.csv"), Path("elsewhere")) == tmp_path / "b.csv"


def test_the_newest_match_of_a_pattern_is_read(tmp_path: Path) -> None:
    """The file changed last wins; of two changed at once the last name."""
    folder = tmp_path / "syncs"
    for name, age in (("exports/a.csv", 100), ("exports/c.csv", 50), ("exports/b.csv", 50)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Phone\n", "utf-8")
        os.utime(path, ns=(0, 10**18 - age * 10**9))
    folder.mkdir()
    assert _path("../exports/*.csv", folder).name == "c.csv"
    assert _path(str(tmp_path / "exports" / "[ab].csv"), folder).name == "b.csv"
    assert _path("**/*.csv", tmp_path).name == "c.csv"


def test_a_pattern_without_a_match_is_refused(tmp_path: Path) -> None:
    """No file is not an empty file."""
    with pytest.raises(SourceMismatch, match="No file matches"):
        open_source(sync_of({"kind": "csv", "path": "*.csv"}), tmp_path)


def test_a_file_with_brackets_in_its_name_is_itself(tmp_path: Path) -> None:
    """A name that is there is never read as a pattern."""
    (tmp_path / "export [1].csv").write_text("Phone\n", "utf-8")
    assert _path("export [1].csv", tmp_path).name == "export [1].csv"


def test_a_crm_without_credentials_says_what_to_set(tmp_path: Path) -> None:
    """The variables are named, before anything is read."""
    with pytest.raises(WrongUse, match="SENDERSYNC_SALESFORCE_CLIENT_ID"):
        open_source(sync_of({"kind": "salesforce"}), tmp_path)


def test_a_file_that_is_not_there_is_called_by_its_name() -> None:
    """Making a source reads nothing, and asks for nothing."""
    assert open_file(Path("a.txt")).name == "a.txt"
    with pytest.raises(SourceMismatch, match="no such file"):
        open_file(Path("A.XLSX")).columns()


@pytest.mark.parametrize(
    ("content", "encoding", "line"),
    [
        (b"Phone\n1\n", "utf-8", 1),
        (b"\xef\xbb\xbfPhone\r\n1\r\n", "utf-8-sig", 1),
        (b"\n \r\nPhone\n1\n", "utf-8", 3),
        (b"", "utf-8", 1),
    ],
)
def test_the_dialect_of_a_file(content: bytes, encoding: str, line: int, tmp_path: Path) -> None:
    """Encoding, mark and the line of the header are told."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    dialect = CsvFile(path).dialect()
    assert (dialect.encoding, dialect.delimiter, dialect.quote, dialect.header_line) == (
        encoding,
        ",",
        '"',
        line,
    )


@pytest.mark.parametrize("name", ["newsletter.yaml", "NEWS.YML"])
def test_a_sync_file_is_no_list_of_contacts(name: str, tmp_path: Path) -> None:
    """Where a sync file is given for contacts, the command that takes it is named."""
    (tmp_path / name).write_text("sync: newsletter\n", "utf-8")
    with pytest.raises(WrongUse, match="a sync file, not a list of contacts") as refused:
        open_file(tmp_path / name)
    assert "`sendersync plan " in refused.value.do

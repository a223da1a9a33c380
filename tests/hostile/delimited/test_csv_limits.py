"""What is no table of contacts is refused by name, before it costs memory or time."""

from __future__ import annotations

import os
import resource
import socket
from pathlib import Path

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from schemas.errors import SendersyncError, SourceMismatch
from tests.hostile.delimited.csv_read import read


def _refusal(path: Path) -> SendersyncError:
    source = CsvFile(path)
    with pytest.raises(SourceMismatch) as refused:
        source.columns()
    with pytest.raises(SourceMismatch):
        list(source.read())
    assert refused.value.do
    assert path.name in refused.value.where
    return refused.value


@pytest.mark.parametrize(
    ("start", "word"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PK\x03\x04", "Excel or zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PAR1", "Parquet"),
        (b"SQLite format 3\0", "SQLite"),
        (b"\x7fELF", "program"),
        (b"<!DOCTYPE html><table>", "web page"),
        (b'[{"phone": 1}]', "JSON"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(
    tmp_path: Path, start: bytes, word: str
) -> None:
    """Whatever its ending says."""
    path = tmp_path / "contacts.csv"
    path.write_bytes(start + bytes(range(256)) * 4)
    assert word in _refusal(path).what


def test_a_file_of_control_characters_is_not_text(tmp_path: Path) -> None:
    """No magic number, and no text either."""
    path = tmp_path / "contacts.csv"
    path.write_bytes(bytes(range(256)) * 100)
    assert "not a file of text" in _refusal(path).what


def test_what_is_no_plain_file_is_refused_without_waiting(tmp_path: Path) -> None:
    """A folder, a pipe nobody writes into, a socket, a device."""
    pipe, folder = tmp_path / "pipe.csv", tmp_path / "folder.csv"
    os.mkfifo(pipe)
    folder.mkdir()
    assert "pipe" in _refusal(pipe).what
    assert "folder" in _refusal(folder).what
    assert "device" in _refusal(Path("/dev/zero")).what
    assert "no such file" in _refusal(tmp_path / "none.csv").what
    assert "no such file" in _refusal(folder / "x" / "none.csv").what
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.csv"))
        assert "socket" in _refusal(tmp_path / "s.csv").what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    """Without the right to read it, the message says whose right is missing."""
    path = tmp_path / "contacts.csv"
    path.touch(mode=0o000)
    assert "may not be read" in _refusal(path).what


@pytest.mark.parametrize("start", [b"", b"name,phone\nAnna,1\n"], ids=["first", "later"])
@pytest.mark.parametrize("fill", [b"x", b'"', b"\xe9", b","], ids=repr)
def test_an_endless_line_is_refused_and_never_held(
    tmp_path: Path, start: bytes, fill: bytes
) -> None:
    """Five gigabytes without a line's end cost a few blocks."""
    path = tmp_path / "contacts.csv"
    with path.open("wb") as file:
        file.write(start + fill * (20 << 20))
        file.truncate(5 << 30)  # the rest is a hole: NULs that take no place
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourceMismatch) as refused:
        list(CsvFile(path).read())
    assert refused.value.do
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 400 << 10  # kilobytes


def test_far_too_many_columns_are_refused(tmp_path: Path) -> None:
    """No table of contacts, and no frame of so many columns."""
    for line in (",".join(["a"] * 200_000), "," * 200_000):
        with pytest.raises(SourceMismatch) as refused:
            read(tmp_path, line + "\n")
        assert "200,00" in refused.value.what


def test_a_huge_cell_costs_its_row_or_the_file(tmp_path: Path) -> None:
    """Two megabytes in a cell cost the row; a hundred are no line of a table."""
    table = "name,phone\nAnna,1\n{}\nBob,2\n"
    for cell in ("x" * (2 << 20), '"' + "x" * (2 << 20) + '"'):
        done = read(tmp_path, table.format(cell + ",3"))
        assert ("Anna", "1") in done.rows
        assert ("Bob", "2") in done.rows
        assert 3 in done.malformed
    with pytest.raises(SourceMismatch):
        read(tmp_path, table.format("x" * (100 << 20) + ",3"))

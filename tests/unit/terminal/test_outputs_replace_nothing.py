"""No output replaces a state, a sync file or a source; an earlier output may be written anew."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from schemas.errors import WrongUse
from schemas.frames import EXPORT_COLUMNS, SUPPRESSIONS
from sendersync.pipeline.export.opt_outs import write_opt_outs
from sendersync.pipeline.export.output_place import csv_with
from sendersync.pipeline.export.rejected_rows import write_rejects
from sendersync.pipeline.export.write_csv import private_file, write_csv
from sendersync.pipeline.export.write_xlsx import write_xlsx
from sendersync.web.pages.check_page import earlier_page

ROWS = [["Phone"], ["+12065550142"]]
NO_REJECTS = pd.DataFrame({name: [] for name in ("line", "reason", "column", "row")})


def _rejects(path: Path) -> None:
    write_rejects(path, ["Phone"], NO_REJECTS)


def _opt_outs(path: Path) -> None:
    none = pd.DataFrame({name: pd.Series(dtype="str") for name in SUPPRESSIONS.names})
    write_opt_outs(path, none, date(2026, 11, 29))


def _clean(path: Path) -> None:
    write_csv(path, iter(ROWS))


def _page(path: Path) -> None:
    with private_file(path, earlier_page()) as file:
        file.write(b'<!doctype html>\n<meta name="generator" content="sendersync check">')


WRITERS = [("r.csv", _rejects), ("r.xlsx", _rejects), ("o.csv", _opt_outs), ("page.html", _page)]


def _state(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE members (phone text)")
    connection.close()
    path.chmod(0o600)


def _sync_file(path: Path) -> None:
    path.write_text("sync: newsletter\n")
    path.chmod(0o600)


def _source(path: Path) -> None:
    path.write_text("Phone\n+12065550142\n")
    path.chmod(0o644)


def _private_source(path: Path) -> None:
    _source(path)
    path.chmod(0o600)


def _hard_link(path: Path) -> None:
    _private_source(path.with_name("given.csv"))
    os.link(path.with_name("given.csv"), path)


def _link(path: Path) -> None:
    _private_source(path.with_name("given.csv"))
    path.symlink_to("given.csv")


def _link_to_an_output(path: Path) -> None:
    _rejects(path.with_name("given.csv"))
    path.symlink_to("given.csv")


def _export_that_others_may_read(path: Path) -> None:
    _rejects(path)
    path.chmod(0o644)


def _workbook(path: Path) -> None:
    write_xlsx(path, iter(ROWS))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("state.db", _state),
        ("out.csv", _state),
        ("newsletter.yaml", _sync_file),
        (".env", _sync_file),
        ("settings", _sync_file),
        ("contacts.csv", _source),
        ("contacts.xlsx", _source),
        ("contacts.csv", _private_source),
        ("contacts.xlsx", _private_source),
        ("contacts.xlsx", _workbook),
        ("other.csv", _hard_link),
        ("other.csv", _link),
        ("other.csv", _link_to_an_output),
        ("r.csv", _export_that_others_may_read),
        ("clean.csv", _clean),
        ("empty.csv", Path.touch),
    ],
)
@pytest.mark.parametrize("write", [_rejects, _opt_outs, _clean, _page])
def test_what_is_not_an_output_is_left_as_it_is(
    tmp_path: Path, name: str, make: Callable[[Path], None], write: Callable[[Path], None]
) -> None:
    """Whatever the command, the file keeps every byte, and the message says what to do."""
    path = tmp_path / name
    make(path)
    before, there = path.read_bytes(), sorted(tmp_path.iterdir())
    with pytest.raises(WrongUse) as refused:
        write(path)
    assert path.read_bytes() == before and sorted(tmp_path.iterdir()) == there
    assert name in refused.value.where and refused.value.do


@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_a_device_is_no_output(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    """As root, `--out /dev/null` would put a file in the place of the device."""
    os.mkfifo(tmp_path / name)
    with pytest.raises(WrongUse):
        write(tmp_path / name)
    assert (tmp_path / name).is_fifo()


@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_an_earlier_output_may_be_written_anew(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    """A job that writes the same file each night goes on; the file stays private."""
    path = tmp_path / name
    write(path)
    first = path.stat().st_ino
    path.with_name("kept").hardlink_to(path)  # so that its number is not given to the next file
    write(path)
    assert path.stat().st_ino != first and path.stat().st_mode & 0o077 == 0
    others = [each for other, each in WRITERS if Path(other).suffix == path.suffix != ".xlsx"]
    for other in others:
        if other is not write:
            with pytest.raises(WrongUse):
                other(path)


@pytest.mark.parametrize("change", [b"\n", b"", b" fixed"])
@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_an_output_that_somebody_has_changed_is_theirs(
    tmp_path: Path, name: str, write: Callable[[Path], None], change: bytes
) -> None:
    """Rejects that a person has fixed, or only saved again, are not replaced: their work is lost."""
    path = tmp_path / name
    write(path)
    with path.open("ab") as file:
        file.write(change)
    os.utime(path)
    before = path.read_bytes()
    with pytest.raises(WrongUse) as refused:
        write(path)
    assert path.read_bytes() == before and sorted(tmp_path.iterdir()) == [path]
    assert name in refused.value.where and refused.value.do


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Phone,sendersync_line,sendersync_reason,sendersync_advice\r\n", True),
        ("sendersync_line,sendersync_reason,sendersync_advice,sendersync_raw\n", True),
        ("Phone,sendersync_line,sendersync_reason\n", False),
        ("Phone\nsendersync_line,sendersync_reason,sendersync_advice\n", False),
        ('"' + "x" * 200_000, False),
        ("", False),
    ],
)
def test_an_export_is_known_by_its_columns(tmp_path: Path, text: str, known: bool) -> None:
    """All of them, in the first row; what else stands in it does not matter."""
    path = tmp_path / "r.csv"
    path.write_text(text)
    with path.open("rb") as file:
        assert csv_with(EXPORT_COLUMNS)(file) is known

"""Where an output may be written: one gate for every file that a command makes for people.

An output is a new file, or takes the place of an earlier output of its kind. What is there and does
not show that it is one stays as it is: a source, also a private one, a sync file, a backup, a
device. So nothing has to be known of the files that other syncs read. An output that somebody has
changed since is that person's work, and stays too: each has a seal.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Final

from connectors.configuration.environment import state_url
from schemas.errors import WrongUse
from sendersync.state.database.engine import sqlite_path

_COMPANIONS: Final = ("-journal", "-wal", "-shm")
"""What SQLite writes beside a file, and takes for its own when it opens that file
(https://www.sqlite.org/tempfiles.html)."""

_LONGEST_HEADER: Final = 1_000_000
"""Bytes of a file in which its names of columns must be found."""

_SECOND: Final = 1_000_000_000
"""In nanoseconds."""

EarlierOutput = Callable[[IO[bytes]], bool]
"""Whether a file, open at its first byte, is an earlier output of one kind."""


def no_earlier_output(_: IO[bytes]) -> bool:
    """Of an output without a mark of its own, such as a clean copy: it is always a new file."""
    return False


def csv_with(columns: Sequence[str]) -> EarlierOutput:
    """CSV files that have these names in their first row, one after the other."""

    def is_one(file: IO[bytes]) -> bool:
        text = io.StringIO(file.read(_LONGEST_HEADER).decode("utf-8", "replace"), newline="")
        try:
            names = next(csv.reader(text), [])
        except csv.Error:
            return False
        width = len(columns)
        return any(names[n : n + width] == [*columns] for n in range(len(names) - width + 1))

    return is_one


def workbook_with(columns: Sequence[str]) -> EarlierOutput:
    """Workbooks as we write them: the names of columns stand in the sheet itself.

    A spreadsheet program that saves such a file moves all text elsewhere: it is a person's then.
    """

    def is_one(file: IO[bytes]) -> bool:
        try:
            with zipfile.ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
                head = sheet.read(_LONGEST_HEADER)
        except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError):
            return False
        return all(f">{name}</t>".encode() in head for name in columns)

    return is_one


def page_with(mark: str) -> EarlierOutput:
    """Pages that have this text near their beginning."""

    def is_one(file: IO[bytes]) -> bool:
        return mark.encode() in file.read(2_000)

    return is_one


def refuse_taken(path: Path, is_earlier: EarlierOutput, option: str = "") -> None:
    """Refuses a place where an output would take the place of something else.

    Args:
        path: Where to write.
        is_earlier: Knows earlier outputs of this kind: they are private files that nobody else
            made, and may be written anew as long as nobody has changed them.
        option: What `path` was given with, where the caller knows it.

    Raises:
        WrongUse: It is the state, or there is something of this name that is no earlier output, or
            one that was changed.
    """
    refuse_own_file(path, option)
    if not os.path.lexists(path):
        return
    what = "There is something of this name that was not made as such an output"
    if _is_private(path) and _begins_as(path, is_earlier):
        if is_sealed(path):
            return
        what = "This file was changed after it was written: what somebody did in it would be lost"
    raise WrongUse(
        f"{what}; it is left as it is.",
        where=f"{option} {path}".strip(),
        do="Pick another file name, or delete what is there first.",
    )


def seal(path: Path) -> None:
    """Marks a file that is written to its end: as long as it is sealed, nobody has changed it.

    The seal is a digest of the content, as the nanoseconds of the time of the last change. Whoever
    saves the file writes another time, and mostly other bytes. So nothing is kept elsewhere, and no
    cell of the file is ours. Where a file system keeps no nanoseconds, no output is replaced.
    """
    found = path.stat()
    second = found.st_mtime_ns - found.st_mtime_ns % _SECOND
    os.utime(path, ns=(found.st_atime_ns, second + _digest(path)))


def is_sealed(path: Path) -> bool:
    """Whether a file is as it was when it was sealed."""
    return path.stat().st_mtime_ns % _SECOND == _digest(path)


def _digest(path: Path) -> int:
    """Of the content, below a thousand million."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return int.from_bytes(digest[:8], "big") % _SECOND


def _is_private(path: Path) -> bool:
    """Every output is: a file that others may read, or a link, was put there by somebody."""
    found = path.lstat().st_mode
    return stat.S_ISREG(found) and not found & 0o077


def _begins_as(path: Path, is_earlier: EarlierOutput) -> bool:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return is_earlier(file)
    return False


def refuse_own_file(path: Path, option: str = "") -> None:
    """Refuses the state's own files, also by a link or by another spelling of their names.

    Args:
        path: Where to write.
        option: What `path` was given with, where the caller knows it.

    Raises:
        WrongUse: It is the state, or would be taken for a part of it.
    """
    state = sqlite_path(state_url())
    if state is None:
        return
    own = [state, *(state.with_name(state.name + ending) for ending in _COMPANIONS)]
    if any(is_same_file(path, each) for each in own):
        raise WrongUse(
            "This is the state, or a file that belongs to it; it is left as it is.",
            where=f"{option} {path}".strip(),
            do="Pick another file name.",
        )


def refuse_own_input(path: Path, inputs: Iterable[Path | str], option: str) -> None:
    """Refuses to write over what is read, also by another name of the same file.

    Args:
        path: Where to write.
        inputs: What is read; an address is no file of this machine.
        option: What `path` was given with.

    Raises:
        WrongUse: It is one of the inputs.
    """
    for each in inputs:
        # the file system knows whether it is the same file: a link, or another spelling of one name
        if isinstance(each, Path) and each.exists() and path.exists() and path.samefile(each):
            raise WrongUse(
                "This is the file that is read; it is left as it is.",
                where=f"{option} {path}",
                do="Pick another file name.",
            )


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two names are of one file, there or not, also by links and other spellings."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)

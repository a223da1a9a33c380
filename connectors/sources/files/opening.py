"""Opening a file of text: its bytes as UTF-8 in blocks, or a refusal that says what it is.

Whatever the file is written in, the readers see UTF-8 in blocks, so memory does not grow with the
file. What is not a file of text is refused by name before any of it is read into memory.
"""

from __future__ import annotations

import codecs
import stat
from collections.abc import Iterator
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from schemas.did_you_mean import nearest
from schemas.errors import SourceMismatch, SourceUnavailable

BLOCK: Final = 1 << 20
"""Bytes a block: large enough for columns to pay, small enough to stay in the processor's cache."""

LINE_LIMIT: Final = 8 << 20
"""Bytes in one line; a longer one is no row of a table, and would have to be held whole."""

UTF8_BOM: Final = codecs.BOM_UTF8
_LF: Final = 10

_LISTED: Final = 1_000
"""Files of a folder among which the one that was meant is looked for."""

_NOT_TEXT: Final = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "an Excel or zip file"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file"),
    (b"Rar!\x1a\x07", "a RAR file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel (xls) or other Office file"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1\x00\x00", "an Arrow file"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "a rich text (RTF) document"),
)
_MARKUP: Final = (
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
    (b"<table", "a web page (HTML)"),
    (b"<?xml", "an XML file"),
    (b'{"', "a JSON file"),
    (b"[{", "a JSON file"),
    (b"begin:vcard", "an address book (vCard)"),
    (b"begin:vcalendar", "a calendar"),
)
_SPECIAL: Final = (
    (stat.S_ISDIR, "a folder, not a file", "Name the CSV file in it."),
    (stat.S_ISFIFO, "a pipe", "Write its content into a file first, and name that."),
    (stat.S_ISSOCK, "a socket", "Write its content into a file first, and name that."),
    (stat.S_ISCHR, "a device", "Write its content into a file first, and name that."),
    (stat.S_ISBLK, "a device", "Write its content into a file first, and name that."),
)


def format_of(head: bytes) -> str:
    """What a file that is no text begins as, such as `a PDF document`; empty where it is none."""
    return next((what for start, what in _NOT_TEXT if head.startswith(start)), "")


def similar_name(path: Path) -> str:
    """The file of the same folder that was probably meant; empty where none is near."""
    try:
        names = [each.name for each in islice(path.parent.iterdir(), _LISTED) if each.is_file()]
    except OSError:
        return ""
    return nearest(path.name, names) or ""


def fingerprint(path: Path) -> tuple[int, int, int]:
    """What changes when the file does; refuses what is no plain file.

    Raises:
        SourceMismatch: No such file, no right to read it, or not a plain file.
        SourceUnavailable: It cannot be looked at now.
    """
    try:
        # a pipe is not even opened: that would wait for a writer
        status = path.stat()
    except (OSError, ValueError) as problem:
        raise unreadable(problem, path) from problem
    for is_special, what, do in _SPECIAL:
        if is_special(status.st_mode):
            raise SourceMismatch(f"This is {what}.", where=path.name, do=do)
    return status.st_size, status.st_mtime_ns, status.st_ino


def open_bytes(path: Path) -> BinaryIO:
    """The file, opened.

    Raises:
        SourceMismatch: No such file, no right to read it, or not a plain file.
        SourceUnavailable: It cannot be opened now.
    """
    fingerprint(path)
    try:
        return path.open("rb")
    except OSError as problem:
        raise unreadable(problem, path) from problem


def refuse_what_is_not_text(head: bytes, name: str) -> None:
    """Refuses a file that begins like something else.

    Raises:
        SourceMismatch: Says what it is.
    """
    for magic, what in _NOT_TEXT:
        if head.startswith(magic):
            raise _not_csv(what, name)
    start = head.removeprefix(UTF8_BOM).lstrip()[:16].lower()
    for magic, what in _MARKUP:
        if start.startswith(magic):
            raise _not_csv(what, name)


class Block(NamedTuple):
    """A piece of a file as UTF-8.

    Attributes:
        data: Holds the piece at its beginning; overwritten by the next one.
        size: Bytes of the piece.
    """

    data: bytes | bytearray
    size: int


def utf8_blocks(handle: BinaryIO, encoding: str, name: str) -> Iterator[Block]:
    """The rest of the file in blocks of UTF-8.

    Args:
        handle: Stands behind the byte order mark, if there is one.
        encoding: Python's name of it. UTF-8 is passed on as it is, in whole lines: its reader
            checks it.
        name: The file's name, for messages.

    Raises:
        SourceMismatch: Bytes that are not of that encoding, with their line.
        SourceUnavailable: The file cannot be read on.
    """
    if is_utf8(encoding):
        yield from _lines_as_they_are(handle, name)
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        try:
            block = handle.read(BLOCK)
        except OSError as problem:
            raise unreadable(problem, Path(name)) from problem
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as problem:
            before = problem.object[: problem.start].decode(encoding, "replace")
            raise not_of_this_encoding(encoding, name, line + line_ends(before)) from problem
        line += line_ends(text)
        if text:
            data = text.encode()
            yield Block(data, len(data))
        if not block:
            return


def is_utf8(encoding: str) -> bool:
    """Bytes of such a file need no decoding."""
    return encoding in ("utf-8", "utf-8-sig", "ascii")


def _lines_as_they_are(handle: BinaryIO, name: str) -> Iterator[Block]:
    """Blocks that end where a line ends, all in one buffer: copies would cost more than parsing."""
    data = bytearray(BLOCK + LINE_LIMIT)  # the far end costs nothing until a line needs it
    with memoryview(data) as view:
        while True:
            try:
                size = cast("BufferedReader", handle).readinto(view[:BLOCK])
                rest = handle.readline(LINE_LIMIT) if size and data[size - 1] != _LF else b""
            except OSError as problem:
                raise unreadable(problem, Path(name)) from problem
            if not size:
                return
            view[size : size + len(rest)] = rest
            yield Block(data, size + len(rest))


def line_ends(text: str) -> int:
    """How many lines end in a text; CRLF ends one."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def not_of_this_encoding(encoding: str, name: str, line: int) -> SourceMismatch:
    """The refusal of bytes that the file's encoding does not know."""
    shown = "UTF-8" if encoding.startswith("utf-8") else encoding
    return SourceMismatch(
        f"This line holds bytes that are not {shown}.",
        where=f"{name}:{line}",
        do='Save the file again as "CSV UTF-8", or say what it is written in with '
        "`source: {encoding: ...}` in the sync file, or with --encoding.",
    )


def line_too_long(name: str, line: int) -> SourceMismatch:
    """The refusal of a line that would have to be held whole."""
    return SourceMismatch(
        f"This line is longer than {LINE_LIMIT >> 20} MB, so it is no row of a table.",
        where=f"{name}:{line}",
        do="Check that it is a CSV file, and that its lines end where rows end.",
    )


def unreadable(problem: Exception, path: Path) -> SourceMismatch | SourceUnavailable:
    """What the operating system said, in a person's words."""
    if isinstance(problem, (FileNotFoundError, NotADirectoryError, ValueError)):
        near = similar_name(path) if isinstance(problem, FileNotFoundError) else ""
        return SourceMismatch(
            "There is no such file.",
            where=str(path),
            do=(f"Did you mean {near!r}? " if near else "")
            + "Check the path; in a sync file it starts from the sync file's folder.",
        )
    if isinstance(problem, PermissionError):
        return SourceMismatch(
            "This file may not be read.",
            where=str(path),
            do="Give the user who runs sendersync the right to read it.",
        )
    said = problem.strerror if isinstance(problem, OSError) else None
    return SourceUnavailable(
        f"The file cannot be read: {said or 'it broke off'}.",
        where=str(path),
        do="Try again; if it stays, copy the file to this machine.",
    )


def _not_csv(what: str, name: str) -> SourceMismatch:
    return SourceMismatch(
        f"This is {what}, not a CSV file.",
        where=f"{name}:1",
        do="Open it with the program it belongs to and save it as CSV UTF-8.",
    )

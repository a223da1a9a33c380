"""Protection against zip bombs: size and count of an archive's parts, checked before unpacking.

A zip bomb says in its own directory how large it will be; an archive that says less than it holds
fails, because no more than that is read and the checksum does not fit.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from schemas.errors import SourceMismatch

MOST_BYTES: Final = 4 << 30
"""Of all parts together: ten times a full sheet of contacts (one million rows, eight columns)."""

MOST_RATIO: Final = 250
"""A sheet of one repeated row packs 1 : 100; deflate cannot do better than 1 : 1032."""

_SMALL: Final = 64 << 20
"""Up to here no ratio is suspicious: it fits into memory."""

MOST_PARTS: Final = 10_000

_CHUNK: Final = 1 << 18

UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    KeyError,
)
"""What `zipfile` raises for archives that are not as they should be."""


def open_zip(file: IO[bytes], name: str) -> zipfile.ZipFile:
    """Opens an archive whose directory keeps within the limits.

    Raises:
        SourceMismatch: Damaged, encrypted, or it would unpack to more than the limits.
    """
    try:
        archive = zipfile.ZipFile(file)
        parts = archive.infolist()
    except UNREADABLE:
        raise SourceMismatch(
            "This file is cut off or damaged: its table of contents cannot be read.",
            where=name,
            do="Get it again from where it came; it was probably not copied to its end.",
        ) from None
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if size > MOST_BYTES or (size > _SMALL and size > MOST_RATIO * max(packed, 1)):
        raise too_large(name)
    if len(parts) > MOST_PARTS:
        raise SourceMismatch(
            f"This archive holds {len(parts):,} files; {MOST_PARTS:,} is the limit.",
            where=name,
            do="Pack the one table alone.",
        )
    if any(part.flag_bits & 1 for part in parts):
        raise encrypted(name)
    return archive


def too_large(name: str) -> SourceMismatch:
    """The refusal of a bomb."""
    return SourceMismatch(
        f"This file would unpack to more than its limit ({MOST_BYTES >> 30} GB, or {MOST_RATIO} "
        "times its own size).",
        where=name,
        do="If it is really that large, unpack it and export it as CSV.",
    )


def encrypted(name: str) -> SourceMismatch:
    """The refusal of a file with a password."""
    return SourceMismatch(
        "This file is protected with a password.",
        where=name,
        do="Open it, take the password away, and save it again.",
    )


def read_part(archive: zipfile.ZipFile, part: str) -> bytes | None:
    """A small part as a whole; None where there is none.

    Raises:
        One of `UNREADABLE`.
    """
    try:
        return archive.read(part)
    except KeyError:
        return None


def chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part, piece by piece.

    Raises:
        One of `UNREADABLE`.
    """
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


@contextmanager
def refusing(name: str, part: str) -> Iterator[None]:
    """Turns what `zipfile` raises into a refusal.

    Raises:
        SourceMismatch: The part is damaged.
    """
    try:
        yield
    except UNREADABLE:
        raise SourceMismatch(
            f"This file is damaged: its part {part} cannot be unpacked.",
            where=name,
            do="Get it again from where it came; it was probably not copied to its end.",
        ) from None

"""Rows out as plain CSV: UTF-8, RFC 4180, private, whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from schemas.errors import WrongUse
from sendersync.pipeline.export.output_place import (
    EarlierOutput,
    no_earlier_output,
    refuse_taken,
    seal,
)


def write_csv(
    path: Path, rows: Iterator[Sequence[str]], is_earlier: EarlierOutput = no_earlier_output
) -> int:
    """Writes rows as UTF-8 CSV after RFC 4180, readable to this user only.

    The file appears whole or not at all.

    Args:
        path: Where to write.
        rows: The header, then the rows.
        is_earlier: Knows an earlier output, whose place this one may take.

    Returns:
        Rows written, the header not counted.

    Raises:
        WrongUse: The place cannot be written, or is taken.
    """
    written = -1
    with private_file(path, is_earlier) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\r\n")
        for row in rows:
            writer.writerow(row)
            written += 1
        text.detach()
    return max(0, written)


@contextmanager
def private_file(path: Path, is_earlier: EarlierOutput = no_earlier_output) -> Iterator[IO[bytes]]:
    """A file that appears whole or not at all, and that only this user may read.

    Raises:
        WrongUse: The place cannot be written, or is taken by something that is no earlier output.
    """
    try:
        refuse_taken(path, is_earlier)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as problem:
        raise _not_writable(path, problem) from None
    try:
        # mkstemp makes it with mode 0600, and it keeps that mode under its new name
        with os.fdopen(handle, "wb") as file:
            yield file
        seal(Path(name))
        refuse_taken(path, is_earlier)  # somebody may have put a file there meanwhile
        Path(name).replace(path)
    except OSError as problem:
        Path(name).unlink(missing_ok=True)
        raise _not_writable(path, problem) from None
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _not_writable(path: Path, problem: OSError) -> WrongUse:
    return WrongUse(
        f"The file cannot be written ({problem.strerror}).",
        where=str(path),
        do="Choose a folder that exists and that you may write.",
    )

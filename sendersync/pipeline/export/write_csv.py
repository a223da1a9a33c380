"""Rows out as plain CSV: UTF-8, RFC 4180, private, whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from schemas.errors import WrongUse
from sendersync.pipeline.export.output_place import refuse_own_file

_SQLITE: Final = b"SQLite format 3\0"
_SETTINGS: Final = frozenset({".yaml", ".yml", ".toml"})


def write_csv(path: Path, rows: Iterator[Sequence[str]]) -> int:
    """Writes rows as UTF-8 CSV after RFC 4180, readable to this user only.

    The file appears whole or not at all.

    Returns:
        Rows written, the header not counted.

    Raises:
        WrongUse: The place cannot be written.
    """
    written = -1
    with private_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\r\n")
        for row in rows:
            writer.writerow(row)
            written += 1
        text.detach()
    return max(0, written)


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears whole or not at all, and that only this user may read.

    Raises:
        WrongUse: The place cannot be written, or holds a file that is not an output of ours.
    """
    try:
        _refuse_what_is_not_ours(path)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as problem:
        raise _not_writable(path, problem) from None
    try:
        # mkstemp makes it with mode 0600, and it keeps that mode under its new name
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(path)
    except OSError as problem:
        Path(name).unlink(missing_ok=True)
        raise _not_writable(path, problem) from None
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _refuse_what_is_not_ours(path: Path) -> None:
    """Refuses to replace a state, a sync file, or a file that others may read: a source.

    Every output of ours is private, so a file that is not was put there by somebody else. The state
    in use is refused by its name: what is left of it after damage begins with anything.
    """
    refuse_own_file(path)
    if not path.is_file():
        return
    with path.open("rb") as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
    is_settings = path.suffix.lower() in _SETTINGS or path.name == ".env"
    is_private = not path.stat().st_mode & 0o077
    if is_database or is_settings or not is_private:
        raise WrongUse(
            "There is a file of this name that was not made as an output; it is left as it is.",
            where=str(path),
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


def _not_writable(path: Path, problem: OSError) -> WrongUse:
    return WrongUse(
        f"The file cannot be written ({problem.strerror}).",
        where=str(path),
        do="Choose a folder that exists and that you may write.",
    )

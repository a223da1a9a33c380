"""Contacts from a CSV file: UTF-8 with or without BOM, commas, a header.

| delivers | how |
| --- | --- |
| every value | as text, untouched: phones and ids never become numbers |
| origin | the line where the row begins, also when cells hold line breaks |
| malformed rows | too few or too many cells, stray quotes: one reject each, the rest goes on |
| completeness | true when the file ended where a row ends and did not change while it was read |

The standard library's reader in strict mode is the careful one: it keeps line numbers and refuses
what it does not understand (RFC 4180 quoting).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from connectors.sources.source import BATCH_ROWS, Dialect, Records, no_malformed
from schemas.errors import SourceMismatch, SourceUnavailable
from schemas.frames import LINE

CELL_LIMIT = 1 << 20
"""Characters in one cell; a longer one is a file that is not CSV, or an unclosed quote."""

RAW_LIMIT = 10_000
"""Characters kept of a malformed row: an unclosed quote takes the rest of the file with it."""

_UTF8_BOM = b"\xef\xbb\xbf"
_DELIMITER_NAMES = {";": "semicolons", "\t": "tabs", "|": "pipes"}


@dataclass(frozen=True)
class CsvFile:
    """A CSV file as a source.

    Args:
        path: The file.
        batch_rows: Rows a batch.
    """

    path: Path
    batch_rows: int = BATCH_ROWS

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def columns(self) -> tuple[str, ...]:
        """The header's names; empty for a file without a single line.

        Raises:
            SourceMismatch: No such file, not UTF-8, a header with a blank or repeated name.
            SourceUnavailable: The file cannot be read now.
        """
        with self._open() as text:
            return self._header(csv.reader(text, strict=True))

    def dialect(self) -> Dialect:
        """How the file is written, as far as it was told apart.

        Raises:
            SourceMismatch: See `columns`.
        """
        with self._open() as text:
            # nothing is read yet: whatever lies before this place is the mark
            encoding = "utf-8-sig" if text.tell() else "utf-8"
            header_line = next((n for n, line in enumerate(text, start=1) if line.strip()), 1)
        return Dialect(encoding, ",", '"', header_line)

    def read(self) -> Iterator[Records]:
        """Reads the file in batches; see `Source.read`."""
        before = self._fingerprint()
        with self._open() as text:
            taken: list[str] = []
            reader = csv.reader(_keeping(text, taken), strict=True)
            header = self._header(reader)
            batch = _Batch(header)
            ended_in_a_row = False
            while True:
                line = reader.line_num + 1
                taken.clear()
                try:
                    cells = next(reader)
                except StopIteration:
                    break
                except csv.Error as problem:
                    # The reader starts afresh on the following line, so the rest is still read.
                    ended_in_a_row = "unexpected end of data" in str(problem)
                    batch.malformed(line, _problem(problem), "".join(taken))
                    continue
                except UnicodeDecodeError as problem:
                    raise self._not_utf8(reader.line_num + 1) from problem
                if not cells:
                    continue  # a blank line is not a row
                if len(cells) == len(header):
                    batch.row(line, cells)
                else:
                    batch.malformed(
                        line,
                        f"{len(cells)} cells where the header has {len(header)}",
                        "".join(taken),
                    )
                if batch.size >= self.batch_rows:
                    yield batch.records(complete=False)
                    batch = _Batch(header)
        unchanged = self._fingerprint() == before
        yield batch.records(complete=unchanged and not ended_in_a_row)

    def _fingerprint(self) -> tuple[int, int]:
        try:
            status = self.path.stat()
        except OSError as problem:
            raise self._unreadable(problem) from problem
        return status.st_size, status.st_mtime_ns

    def _open(self) -> io.TextIOWrapper:
        csv.field_size_limit(CELL_LIMIT)
        try:
            if self.path.is_dir():
                raise SourceMismatch(
                    "This is a folder, not a file.",
                    where=self.name,
                    do="Name the CSV file in it.",
                )
            handle = self.path.open("rb")
            start = handle.read(4)
        except OSError as problem:
            raise self._unreadable(problem) from problem
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            handle.close()
            raise SourceMismatch(
                "This file is UTF-16, not UTF-8.",
                where=f"{self.name}:1",
                do='Save it again as "CSV UTF-8".',
            )
        if start[:2] == b"PK":
            handle.close()
            raise SourceMismatch(
                "This is an Excel or zip file, not a CSV file.",
                where=self.name,
                do='Save it as "CSV UTF-8" first.',
            )
        handle.seek(len(_UTF8_BOM) if start.startswith(_UTF8_BOM) else 0)
        return io.TextIOWrapper(handle, encoding="utf-8", newline="")

    def _header(self, reader: Iterator[list[str]]) -> tuple[str, ...]:
        try:
            cells = next((row for row in reader if row), [])
        except UnicodeDecodeError as problem:
            raise self._not_utf8(1) from problem
        except csv.Error as problem:
            raise SourceMismatch(
                f"The header cannot be read: {_problem(problem)}.",
                where=f"{self.name}:1",
                do="The first line must name the columns, separated by commas.",
            ) from None
        names = tuple(cell.strip() for cell in cells)
        if len(names) == 1:
            for delimiter, word in _DELIMITER_NAMES.items():
                if delimiter in names[0]:
                    raise SourceMismatch(
                        f"The columns of this file are separated by {word}, not by commas.",
                        where=f"{self.name}:1",
                        do="Save it again as a comma-separated CSV file.",
                    )
        for place, name in enumerate(names, start=1):
            if not name and any(names):
                raise SourceMismatch(
                    f"Column {place} of the header has no name.",
                    where=f"{self.name}:1",
                    do="Give every column a name of its own.",
                )
            if names.index(name) != place - 1:
                raise SourceMismatch(
                    f"Columns {names.index(name) + 1} and {place} of the header are both called "
                    f"{name!r}.",
                    where=f"{self.name}:1",
                    do="Give every column a name of its own.",
                )
        return names

    def _not_utf8(self, near: int) -> SourceMismatch:
        """The line of the first byte that is not UTF-8; the decoder itself reads in blocks."""
        line = near
        with self.path.open("rb") as handle:
            for line, content in enumerate(handle, start=1):  # noqa: B007  # the line is the answer
                try:
                    content.decode("utf-8")
                except UnicodeDecodeError:
                    break
        return SourceMismatch(
            "This line holds bytes that are not UTF-8.",
            where=f"{self.name}:{line}",
            do='Save the file again as "CSV UTF-8".',
        )

    def _unreadable(self, problem: OSError) -> SourceMismatch | SourceUnavailable:
        if isinstance(problem, FileNotFoundError):
            return SourceMismatch(
                "There is no such file.",
                where=str(self.path),
                do="Check the path; in a sync file it starts from the sync file's folder.",
            )
        if isinstance(problem, PermissionError):
            return SourceMismatch(
                "This file may not be read.",
                where=str(self.path),
                do="Give the user who runs sendersync the right to read it.",
            )
        return SourceUnavailable(
            f"The file cannot be read: {problem.strerror}.",
            where=str(self.path),
            do="Try again; if it stays, copy the file to this machine.",
        )


class _Batch:
    """Rows on their way into columns."""

    def __init__(self, header: tuple[str, ...]) -> None:
        self._header = header
        self._rows: list[list[str]] = []
        self._lines: list[int] = []
        self._malformed: list[tuple[int, str, str]] = []

    @property
    def size(self) -> int:
        return len(self._rows) + len(self._malformed)

    def row(self, line: int, cells: list[str]) -> None:
        self._rows.append(cells)
        self._lines.append(line)

    def malformed(self, line: int, problem: str, raw: str) -> None:
        self._malformed.append((line, problem, raw.rstrip("\r\n")[:RAW_LIMIT]))

    def records(self, *, complete: bool) -> Records:
        index = pd.Index(self._lines, dtype="int64", name=LINE)
        values = zip(*self._rows, strict=True) if self._rows else iter([()] * len(self._header))
        frame = pd.DataFrame(
            {
                name: pd.Series(list(cells), index=index, dtype="str")
                for name, cells in zip(self._header, values, strict=True)
            },
            index=index,
        )
        malformed = no_malformed()
        if self._malformed:
            lines, problems, raws = zip(*self._malformed, strict=True)
            malformed = pd.DataFrame(
                {"problem": list(problems), "raw": list(raws)},
                index=pd.Index(lines, dtype="int64", name=LINE),
                dtype="str",
            )
        return Records(frame, malformed, complete)


def _problem(problem: csv.Error) -> str:
    """The reader's complaint in a person's words; its own never quote the file."""
    text = str(problem)
    if "unexpected end of data" in text:
        return "a quote opens here and is never closed"
    if "expected after" in text:
        return "text follows a closing quote; a quote inside a cell must be doubled"
    if "field larger than field limit" in text:
        return f"a cell is longer than {CELL_LIMIT} characters; a quote may be unclosed"
    return text


def _keeping(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    """Passes lines on and keeps them, so that a malformed row can be shown as it stands."""
    for line in lines:
        taken.append(line)
        yield line

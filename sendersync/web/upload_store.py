"""Dropped files: in a folder of this user's alone, each under a digest, until they are too old.

uploads/                     0700
1f0c.../                   0700, named by the digest of name and content
contacts.csv             0600, its own name, cleaned
.choices.json            0600, what was settled about it
.received                0600, when it came (ISO 8601, UTC)
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from connectors.sources.files.unpacking import packing
from connectors.sources.files.zip_limits import open_zip
from schemas.errors import SourceMismatch, WrongUse
from sendersync.web.choices import Choices
from sendersync.web.file_names import clean_name, is_table
from sendersync.web.refusals import Refused

MOST_UNPACKED: Final = 1 << 30
"""Bytes of a workbook's parts together: a full sheet of contacts has half of that."""

MOST_KEPT: Final = 4 << 30
"""Bytes of all files together: twenty of the largest."""

_CHOICES: Final = ".choices.json"
_RECEIVED: Final = ".received"
_INCOMING: Final = ".incoming-"
_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Upload:
    """One dropped file.

    Attributes:
        id: The digest under which it lies.
        path: The file.
        received: When it came first, aware.
        size: Bytes.
    """

    id: str
    path: Path
    received: datetime
    size: int

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name


class UploadStore:
    """The folder of dropped files."""

    def __init__(self, folder: Path, kept: timedelta, most_kept: int = MOST_KEPT) -> None:
        """Makes the folder, or closes it to everybody else.

        Args:
            folder: Where.
            kept: How long a file stays.
            most_kept: Bytes of all files together.

        Raises:
            WrongUse: It cannot be had for this user alone.
        """
        self.folder, self.kept, self.most_kept = folder, kept, most_kept
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise _not_ours(folder)
            folder.chmod(0o700)
        except OSError:
            raise _not_ours(folder) from None

    async def receive(self, name: str, pieces: AsyncIterator[bytes]) -> Upload:
        """Keeps a file; one that is here already under this name is the same.

        Args:
            name: As the browser called it.
            pieces: Its bytes.

        Raises:
            Refused: It is no table, packed, or would unpack to too much; nothing is kept of it.
        """
        cleaned = clean_name(name)
        if not is_table(cleaned):
            raise _no_table()
        if sum(each.size for each in self.all()) >= self.most_kept:
            raise Refused(507, "There are too many files here.", "Remove some that are done with.")
        digest = hashlib.sha256(cleaned.encode() + b"\0")
        with self._incoming() as (path, file):
            async for piece in pieces:
                digest.update(piece)
                file.write(piece)
            file.close()
            _refuse_unreadable(path)
            return self._keep(path, digest.hexdigest()[:32], cleaned)

    @contextmanager
    def _incoming(self) -> Iterator[tuple[Path, IO[bytes]]]:
        """A private file for what comes; gone afterwards, unless it was moved to its place."""
        handle, name = tempfile.mkstemp(prefix=_INCOMING, dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                yield Path(name), file
        finally:
            Path(name).unlink(missing_ok=True)

    def _keep(self, incoming: Path, digest: str, name: str) -> Upload:
        place = self.folder / digest
        place.mkdir(mode=0o700, exist_ok=True)
        if not (place / _RECEIVED).exists():
            _write(place / _RECEIVED, datetime.now(UTC).isoformat(timespec="seconds"))
        if not (place / name).exists():
            incoming.replace(place / name)
        found = self.find(digest)
        if found is None:
            raise Refused(500, "The file could not be kept.", "Drop it again.")
        return found

    def find(self, digest: str) -> Upload | None:
        """A file by its digest; None where there is none, or where that is no digest at all."""
        place = self.folder / digest
        if not _ID.fullmatch(digest) or not place.is_dir():
            return None
        files = [each for each in place.iterdir() if not each.name.startswith(".")]
        if len(files) != 1:
            return None
        size = files[0].stat().st_size
        return Upload(digest, files[0], _received(place), size)

    def all(self) -> list[Upload]:
        """All files, the newest first."""
        found = [self.find(each.name) for each in self.folder.iterdir()]
        kept = [each for each in found if each is not None]
        return sorted(kept, key=lambda each: (each.received, each.id), reverse=True)

    def remove(self, digest: str) -> None:
        """Removes a file and what was settled about it."""
        if _ID.fullmatch(digest):
            shutil.rmtree(self.folder / digest, ignore_errors=True)

    def remove_old(self, now: datetime) -> int:
        """Removes what has been here for longer than it may, and what never arrived whole.

        Args:
            now: Aware.

        Returns:
            How many files are gone.
        """
        gone = 0
        for each in self.folder.iterdir():
            if _ID.fullmatch(each.name) and now - _received(each) >= self.kept:
                self.remove(each.name)
                gone += 1
            elif each.name.startswith(_INCOMING) and now - _changed(each) >= timedelta(hours=1):
                each.unlink(missing_ok=True)
        return gone

    def choices(self, upload: Upload) -> Choices | None:
        """What was settled about a file; None where nobody has settled anything."""
        try:
            return Choices.of_json(json.loads((upload.path.parent / _CHOICES).read_text("utf-8")))
        except (OSError, ValueError):
            return None

    def settle(self, upload: Upload, choices: Choices) -> None:
        """Keeps what was settled about a file, beside it and no longer than it."""
        _write(upload.path.parent / _CHOICES, json.dumps(choices.as_json()))


def remove_all(folder: Path) -> list[str]:
    """Removes every dropped file: somebody is to be forgotten, and each of them may hold them.

    Args:
        folder: Where they lie; it need not be there.

    Returns:
        What is gone: digest and name.
    """
    if not folder.is_dir():
        return []
    gone = []
    for each in folder.iterdir():
        if _ID.fullmatch(each.name):
            gone += [
                f"{each.name[:8]}/{file.name}"
                for file in each.iterdir()
                if not file.name.startswith(".")
            ]
            shutil.rmtree(each, ignore_errors=True)
        elif each.name.startswith(_INCOMING):
            each.unlink(missing_ok=True)
    return sorted(gone)


def _refuse_unreadable(path: Path) -> None:
    """Refuses nothing at all, archives but workbooks, and workbooks that would fill the memory."""
    if not path.stat().st_size:
        raise Refused(400, "This file is empty.", "Export it again.")
    try:
        if packing(path):
            raise Refused(415, "This file is packed.", "Unpack it, and drop the table itself.")
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return
            with open_zip(file, "This file") as archive:
                size = sum(part.file_size for part in archive.infolist())
    except SourceMismatch as problem:
        raise Refused(415, problem.what, problem.do) from None
    if size > MOST_UNPACKED:
        raise Refused(
            413,
            f"This workbook would unpack to more than {MOST_UNPACKED >> 30} GB.",
            "Save the one sheet as CSV, and drop that.",
        )


def _received(place: Path) -> datetime:
    try:
        return datetime.fromisoformat((place / _RECEIVED).read_text("ascii"))
    except (OSError, ValueError):
        return _changed(place)


def _changed(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.now(UTC)


def _write(path: Path, text: str) -> None:
    """A small private file that is there whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=_INCOMING, dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def _not_ours(folder: Path) -> WrongUse:
    return WrongUse(
        "The folder of dropped files cannot be had for this user alone.",
        where=str(folder),
        do="Name a folder that this user owns, or remove what stands there.",
    )


def _no_table() -> Refused:
    return Refused(
        415,
        "This is no table that the page can read.",
        "Drop a CSV file (.csv, .txt, .tsv), a workbook (.xlsx, .xls, .xlsb, .ods) or JSON lines.",
    )

"""Unpacking of compressed files: known by their first bytes, read in pieces, never without a limit.

| packed as | how |
| --- | --- |
| gzip, bzip2, xz | the standard library; several members after each other are one file |
| Zstandard | pyarrow's own |
| zip | exactly one table in it; what macOS and Windows add does not count |

A workbook is a zip archive too, and is left as it is.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

import pyarrow as pa

from connectors.sources.files.newest_match import is_shadow
from connectors.sources.files.opening import open_bytes
from connectors.sources.files.zip_limits import MOST_RATIO, open_zip, too_large
from schemas.errors import SourceMismatch

MOST_BYTES: Final = 16 << 30
_SMALL: Final = 64 << 20
_CHUNK: Final = 1 << 20
_XZ_MEMORY: Final = 256 << 20

_PACKED: Final = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
ENDINGS: Final = (".gz", ".gzip", ".bz2", ".xz", ".zst", ".zstd", ".zip")
TABLES: Final = frozenset(
    ".csv .tsv .tab .txt .xlsx .xlsm .xlsb .xls .ods .json .jsonl .ndjson .parquet".split()
)

_NAMES_OF_OTHER_FILES: Final = re.compile(
    r"read[ _-]?me|lies[ _-]?mich|licen[cs]e|manifest", re.IGNORECASE
)
_LISTED: Final = 5

_BROKEN: Final = (
    EOFError,
    OSError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
    pa.ArrowException,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
)


def packing(path: Path) -> str:
    """How a file is packed: `gzip`, `bzip2`, `xz`, `Zstandard`, `zip`; empty when it is not."""
    with open_bytes(path) as file:
        head = file.read(8)
        for magic, word in _PACKED.items():
            if head.startswith(magic):
                return word
        if not head.startswith(b"PK\x03\x04"):
            return ""
        try:
            with zipfile.ZipFile(file) as archive:
                return "" if is_workbook(archive.namelist()) else "zip"
        except _BROKEN:
            return ""  # whoever reads it as what its name says has the better words


def is_workbook(names: list[str]) -> bool:
    """Whether an archive is a document of an office program, not a folder of files."""
    return "[Content_Types].xml" in names or "mimetype" in names or "content.xml" in names


def inner_name(path: Path) -> str:
    """What the packed file is called, as far as that is known.

    Raises:
        SourceMismatch: A zip archive with no table, or several.
    """
    word = packing(path)
    if word == "zip":
        with path.open("rb") as file, open_zip(file, path.name) as archive:
            return PurePosixPath(_one_table(archive, path.name).filename).name
    if word and path.suffix.lower() in ENDINGS:
        return path.stem
    return path.name


def unpack(path: Path, folder: Path) -> Path:
    """Unpacks a file into `folder`; one that is not packed is given back as it is.

    Raises:
        SourceMismatch: Damaged, a bomb, or a zip archive with no table or several.
    """
    word = packing(path)
    if not word:
        return path
    target = folder / inner_name(path)
    try:
        with path.open("rb") as file:
            if word == "zip":
                with open_zip(file, path.name) as archive:
                    part = _one_table(archive, path.name)
                    with archive.open(part) as inner:
                        _copy(inner, target, path)
            else:
                with _opened(word, file) as inner:
                    _copy(inner, target, path)
    except SourceMismatch:
        raise
    except _BROKEN:
        raise SourceMismatch(
            f"This {word} file is cut off or damaged.",
            where=path.name,
            do="Get it again from where it came; it was probably not copied to its end.",
        ) from None
    if packing(target):
        raise SourceMismatch(
            "This file is packed twice.", where=path.name, do="Unpack it once, and name that file."
        )
    return target


def _opened(word: str, file: IO[bytes]) -> Any:
    if word == "gzip":
        return gzip.GzipFile(fileobj=file)
    if word == "bzip2":
        return bz2.BZ2File(file)
    if word == "xz":
        return _Xz(file)
    return pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")


class _Xz:
    """xz within a limit of memory, which the standard library's file class does not have."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)

    def __enter__(self) -> _Xz:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def read(self, size: int) -> bytes:
        while True:
            if self._decoder.eof:
                rest = self._decoder.unused_data or self._file.read(_CHUNK)
                if not rest.strip(b"\0"):
                    return b""
                self._decoder = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
                given = rest
            else:
                given = self._file.read(_CHUNK) if self._decoder.needs_input else b""
                if not given and self._decoder.needs_input:
                    raise EOFError
            if found := self._decoder.decompress(given, size):
                return found


def _copy(inner: Any, target: Path, path: Path) -> None:
    packed, size = max(path.stat().st_size, 1), 0
    with target.open("wb") as out:
        while chunk := inner.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES or (size > _SMALL and size > MOST_RATIO * packed):
                raise too_large(path.name)
            out.write(chunk)


def _one_table(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    files = [
        part
        for part in archive.infolist()
        if not part.is_dir()
        and not part.filename.startswith("__MACOSX/")
        and not is_shadow(PurePosixPath(part.filename).name)
    ]
    tables = [each for each in files if _may_be_table(PurePosixPath(each.filename))]
    if len(files) == 1:
        return files[0]
    if len(tables) != 1:
        listed = ", ".join(repr(PurePosixPath(each.filename).name) for each in tables[:_LISTED])
        raise SourceMismatch(
            f"This zip file holds {len(tables) or 'no'} tables; it must hold exactly one."
            if files
            else "This zip file is empty.",
            where=name,
            do="Pack the one table alone, or unpack it and name the right file"
            + (f": {listed}{', ...' if len(tables) > _LISTED else ''}." if tables else "."),
        )
    return tables[0]


def _may_be_table(place: PurePosixPath) -> bool:
    """What an export packs beside its table is none, whatever its ending."""
    return place.suffix.lower() in TABLES and _NAMES_OF_OTHER_FILES.match(place.name) is None

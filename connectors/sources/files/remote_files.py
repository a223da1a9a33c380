"""Files at an address: https by httpx, everything else by fsspec and what is installed for it.

No password stands in an address: it would end up in sync files, logs and reports. What follows a
question mark may be one, too, and is never shown.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import fsspec
import httpx

from connectors.http_client.retry_after import http_date
from connectors.http_client.safe_address import is_loopback
from connectors.sources.files.newest_match import Match, is_shadow, newest
from schemas.errors import (
    CredentialsRefused,
    SendersyncError,
    SourceMismatch,
    SourceUnavailable,
    WrongUse,
)

EXTRAS: Final = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "sftp": "paramiko",
    "ssh": "paramiko",
}
"""Address to the package that reads it."""

_PLAIN: Final = frozenset({"file", "memory", "http", "https"})
MOST_BYTES: Final = 16 << 30
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Fetched:
    """A file that was brought here.

    Attributes:
        path: Where it is now.
        written: When it was written at its place; None where that is not known.
        remarks: What a person should know of the choice between several matches.
    """

    path: Path
    written: datetime | None
    remarks: tuple[str, ...] = ()


def file_name(address: str) -> str:
    """What messages call an address: the name of the file, nothing before or after it."""
    parts = urlsplit(address)
    return unquote(PurePosixPath(parts.path).name) or f"{parts.scheme}://"


def check_address(address: str) -> str:
    """The scheme of an address that may be read.

    Raises:
        WrongUse: An unknown scheme, a password in it, or http without encryption.
    """
    scheme = address.partition("://")[0].lower()
    if "::" in address or scheme not in EXTRAS.keys() | _PLAIN:
        raise WrongUse(
            "Files cannot be read from an address of this kind.",
            where="source.path",
            do=f"Use one of: {', '.join(sorted(EXTRAS.keys() | _PLAIN - {'memory'}))}.",
        )
    parts = urlsplit(address)
    if ":" in parts.netloc.rpartition("@")[0]:
        raise WrongUse(
            "There is a password in the address.",
            where="source.path",
            do="Take it out, and give it as the service's own environment variables or key files "
            "do; docs/how-to/file-places.md names them.",
        )
    if scheme == "http" and not is_loopback(parts.hostname or ""):
        raise WrongUse(
            "Contacts would travel without encryption over http://.",
            where="source.path",
            do="Use https://.",
        )
    return scheme


def fetch(address: str, folder: Path, *, by_name: bool = False) -> Fetched:
    """Brings a file here; of a pattern the newest match.

    Args:
        address: Where it is.
        folder: Where to.
        by_name: The dates in the names of matches say which is the newest.

    Raises:
        WrongUse: See `check_address`, or the package for this kind is not installed.
        SourceMismatch: There is no such file, or it is not certain which one is the newest.
        CredentialsRefused: It may not be read.
        SourceUnavailable: It cannot be read now.
    """
    scheme = check_address(address)
    with _in_words(scheme, file_name(address)):
        if scheme in ("http", "https"):
            return _by_http(address, folder)
        return _by_fsspec(address, folder, by_name=by_name)


def remote_matches(address: str) -> list[Match]:
    """The addresses of all files that a pattern matches, by their names; of a file its own.

    Args:
        address: Where to look. The time of a file behind https is not known before it is here.

    Raises:
        WrongUse: See `fetch`; `CredentialsRefused` and `SourceUnavailable` too.
    """
    scheme = check_address(address)
    if scheme in ("http", "https"):
        return [Match(address, None)]
    with _in_words(scheme, file_name(address)):
        files, place = fsspec.core.url_to_fs(address)
        if not glob.has_magic(place) or files.exists(place):
            there = files.exists(place)
            return [Match(address, _written(files.info(place)))] if there else []
        found = sorted(_matches(files, place), key=lambda each: each.place)
        return [each._replace(place=files.unstrip_protocol(each.place)) for each in found]


def _matches(files: Any, place: str) -> list[Match]:
    """The files of a file system that match a pattern, without shadows."""
    pattern = PurePosixPath(place).name
    found = [each for each in files.glob(place) if not is_shadow(PurePosixPath(each).name, pattern)]
    infos = {each: files.info(each) for each in found}
    return [
        Match(each, _written(infos[each])) for each in found if infos[each].get("type") == "file"
    ]


def _by_fsspec(address: str, folder: Path, *, by_name: bool) -> Fetched:
    files, place = fsspec.core.url_to_fs(address)
    remarks: tuple[str, ...] = ()
    if glob.has_magic(place) and not files.exists(place):
        matches = _matches(files, place)
        if not matches:
            raise no_match(file_name(address))
        place, remarks = newest(matches, by_name=by_name)
    written = _written(files.info(place))
    target = folder / PurePosixPath(place).name
    with files.open(place, "rb") as remote:
        _save(iter(lambda: remote.read(_CHUNK), b""), target)
    return Fetched(target, written, remarks)


def _written(info: dict[str, Any]) -> datetime | None:
    for key in ("LastModified", "mtime", "last_modified", "updated", "modified", "created"):
        value = info.get(key)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, int | float) and value:
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str) and value:
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                continue
    return None


def _by_http(address: str, folder: Path) -> Fetched:
    target = folder / (file_name(address).replace("/", "_") or "download")
    with httpx.stream("GET", address, follow_redirects=False, timeout=60) as answer:
        if answer.status_code in (401, 403):
            raise PermissionError
        if answer.status_code in (404, 410):
            raise FileNotFoundError
        if answer.status_code != 200:
            raise ConnectionError
        _save(answer.iter_bytes(_CHUNK), target)
        length = answer.headers.get("Content-Length", "")
        plain = length.isdecimal() and "Content-Encoding" not in answer.headers
        if plain and target.stat().st_size != int(length):
            raise ConnectionError
    return Fetched(target, http_date(answer.headers.get("Last-Modified", "")))


def _save(chunks: Iterator[bytes], target: Path) -> None:
    size = 0
    with target.open("wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                raise SourceMismatch(
                    f"This file is larger than {MOST_BYTES >> 30} GB.",
                    where=target.name,
                    do="Export only the rows and columns that are needed.",
                )
            out.write(chunk)


def no_match(name: str) -> SourceMismatch:
    """The refusal of a pattern that nothing matches."""
    return SourceMismatch(
        "No file matches this pattern.",
        where=name,
        do="Check the path; in a sync file it starts from the sync file's folder.",
    )


@contextmanager
def _in_words(scheme: str, name: str) -> Iterator[None]:
    """What goes wrong on the way, without the address: libraries write it into their errors."""
    try:
        yield
    except SendersyncError:
        raise
    except ImportError:
        package = EXTRAS.get(scheme, "fsspec")
        raise WrongUse(
            f"Reading {scheme}:// needs the package {package}, which is not installed.",
            where="source.path",
            do=f"pip install {package}",
        ) from None
    except FileNotFoundError:
        raise SourceMismatch(
            "There is no such file.", where=name, do="Check the address in the sync file."
        ) from None
    except PermissionError:
        raise CredentialsRefused(
            "This file may not be read.",
            where=name,
            do=f"Check the credentials of {scheme}://; docs/how-to/file-places.md names them.",
        ) from None
    except Exception as problem:  # noqa: BLE001  # every service has errors of its own
        if "credential" in type(problem).__name__.lower():
            raise CredentialsRefused(
                f"There are no credentials for {scheme}:// that would do.",
                where=name,
                do="docs/how-to/file-places.md names the variables and files.",
            ) from None
        raise SourceUnavailable(
            f"The file cannot be fetched ({type(problem).__name__}).",
            where=name,
            do="Try again later; if it stays, copy the file to this machine.",
        ) from None

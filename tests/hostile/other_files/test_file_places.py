"""Where files come from: packed, at an address, still growing, too old."""

from __future__ import annotations

import bz2
import gzip
import http.server
import io
import lzma
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pytest

from connectors.sources.files.delivered_file import DeliveredFile, Delivery
from connectors.sources.registry import open_file, open_source
from connectors.sources.source import Delimited
from schemas.errors import SourceMismatch, SourceUnavailable, WrongUse
from tests.builders.delivered import delivered
from tests.builders.spreadsheets import cells_of, xlsx
from tests.builders.sync_files import sync_of

TABLE = b"Phone,Name\n+12065550142,Ann\n"
ROWS = {2: ["+12065550142", "Ann"]}


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


PACKED = {
    "a.csv.gz": gzip.compress(TABLE),
    "two.csv.gz": gzip.compress(TABLE[:11]) + gzip.compress(TABLE[11:]),
    "a.csv.bz2": bz2.compress(TABLE),
    "a.csv.xz": lzma.compress(TABLE),
    "two.csv.xz": lzma.compress(TABLE[:11]) + lzma.compress(TABLE[11:]),
    "a.csv.zst": pa.compress(TABLE, codec="zstd", asbytes=True),
    "a.zip": _zip(a_csv=TABLE),
    "mac.zip": _zip(a_csv=TABLE, __MACOSX___a_csv=b"x", README_md=b"y"),
    "readme.zip": _zip(README_txt=b"x", a_csv=TABLE, licence_txt=b"y"),
    "a.csv": gzip.compress(TABLE),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_file_is_read_as_the_file_in_it(name: str, tmp_path: Path) -> None:
    """By what it is, not by its name, from the command line and from a sync file."""
    path = tmp_path / name
    path.write_bytes(PACKED[name])
    source = open_file(delivered(path))
    assert cells_of(source) == ROWS
    assert isinstance(source, Delimited)
    assert source.dialect().delimiter == ","
    assert cells_of(open_source(sync_of({"kind": "csv", "path": name}), tmp_path)) == ROWS


def test_a_packed_spreadsheet_is_read_as_one(tmp_path: Path) -> None:
    """The ending inside decides; a workbook itself is not unpacked, though it is a zip file."""
    book = xlsx(tmp_path / "b.xlsx", [["Phone", "Name"], ["+12065550142", "Ann"]])
    assert cells_of(open_file(delivered(book))) == ROWS
    packed = tmp_path / "b.xlsx.gz"
    packed.write_bytes(gzip.compress(book.read_bytes()))
    assert cells_of(open_file(delivered(packed))) == ROWS


def test_what_is_unpacked_is_private_and_goes_away(tmp_path: Path) -> None:
    """Contacts do not stay behind in a temporary folder."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TABLE))
    source = open_file(delivered(path))
    assert isinstance(source, DeliveredFile)
    inner: Any = source.materialise()
    folder = inner.path.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    del source, inner
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.zip", _zip(a_csv=TABLE, b_csv=TABLE), "2 tables"),
        ("a.zip", _zip(a_csv=TABLE, stops_txt=TABLE), "2 tables"),
        ("a.zip", _zip(a_md=b"x", b_md=b"y"), "no tables"),
        ("a.zip", _zip(), ""),
        ("a.csv.gz", gzip.compress(TABLE * 50)[:-12], "cut off or damaged"),
        ("a.csv.gz", gzip.compress(TABLE)[:-6] + b"\0" * 6, "cut off or damaged"),
        ("a.csv.bz2", bz2.compress(TABLE)[:-6], "cut off or damaged"),
        ("a.csv.xz", lzma.compress(TABLE)[:-6], "cut off or damaged"),
        ("a.csv.zst", PACKED["a.csv.zst"][:-6], ""),
        ("a.csv.gz.gz", gzip.compress(gzip.compress(TABLE)), "packed twice"),
        ("a.zip", b"PK\x03\x04 and nothing more", ""),
        ("a.csv.gz", lambda: gzip.compress(b"\0" * (100 << 20)), "would unpack to more"),
        ("a.csv.bz2", lambda: bz2.compress(b"\0" * (70 << 20)), "would unpack to more"),
        ("a.csv.xz", lambda: lzma.compress(b"\0" * (70 << 20), preset=0), "would unpack to more"),
        (
            "a.csv.zst",
            lambda: pa.compress(b"\0" * (70 << 20), codec="zstd", asbytes=True),
            "would unpack",
        ),
        ("a.zip", lambda: _zip(a_csv=b"\0" * (70 << 20)), "would unpack to more"),
    ],
    ids=[
        *(
            "two tables",
            "an export and a list of stops",
            "no table",
            "empty zip",
            "cut gz",
            "checksum",
            "cut bz2",
            "cut xz",
        ),
        *("cut zst", "twice", "no zip", "gz bomb", "bz2 bomb", "xz bomb", "zst bomb", "zip bomb"),
    ],
)
def test_what_cannot_be_unpacked_safely_is_refused(
    name: str, content: bytes | Callable[[], bytes], what: str, tmp_path: Path
) -> None:
    """Damage, bombs, and archives from which nobody could choose: file, place, mend."""
    path = tmp_path / name
    # a bomb is packed when its turn comes: not by every process that collects the tests
    path.write_bytes(content() if callable(content) else content)
    with pytest.raises(SourceMismatch) as caught:
        cells_of(open_file(delivered(path)))
    assert what in caught.value.what
    assert caught.value.where
    assert caught.value.do


def test_a_file_under_delivery_matches_no_pattern(tmp_path: Path) -> None:
    """The newest name may be the one that is not finished."""
    (tmp_path / "a.csv").write_bytes(TABLE)
    (tmp_path / "b.csv.part").write_bytes(b"Pho")
    assert open_source(sync_of({"kind": "csv", "path": "*.csv*"}), tmp_path).name == "a.csv"


def test_a_growing_file_is_waited_for(tmp_path: Path) -> None:
    """A file that was just written must stay as it is for a while."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"Phone,Name\n")
    slept: list[float] = []

    def grow(seconds: float) -> None:
        """What somebody else writes meanwhile."""
        slept.append(seconds)
        with path.open("ab") as file:
            file.write(TABLE[11:][7 * len(slept) - 7 : 7 * len(slept)])

    assert cells_of(DeliveredFile(path, open_file, Delivery(settle_seconds=60), grow)) == ROWS
    assert slept == [60.0] * 4, "three times it grew, then it did not"


def test_a_file_that_does_not_stop_growing_is_refused(tmp_path: Path) -> None:
    """Patience has an end; the run may be repeated."""
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)

    def grow(seconds: float) -> None:
        """Somebody else writes on and on."""
        assert seconds > 0
        with path.open("ab") as file:
            file.write(b"x")

    with pytest.raises(SourceUnavailable, match="still being written"):
        DeliveredFile(path, open_file, Delivery(settle_seconds=1e-9), grow, patience=0).columns()


def test_a_stale_drop_is_refused(tmp_path: Path) -> None:
    """Nobody delivered: exit 75, and the age is told in words."""
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)
    os.utime(path, (time.time() - 50 * 3600,) * 2)
    with pytest.raises(SourceUnavailable, match="2 days old; `max_age` is 36 hours") as caught:
        open_source(sync_of({"kind": "csv", "path": "a.csv", "max_age": "36h"}), tmp_path).columns()
    assert caught.value.exit_code == 75
    assert (
        cells_of(open_source(sync_of({"kind": "csv", "path": "a.csv", "max_age": "3d"}), tmp_path))
        == ROWS
    )


def test_the_same_content_has_the_same_digest(tmp_path: Path) -> None:
    """Whatever the file is called, and however it is packed."""
    for name, content in (("a.csv", TABLE), ("b.csv.gz", gzip.compress(TABLE)), ("c.csv", b"x\n")):
        (tmp_path / name).write_bytes(content)
    digests = []
    for name in ("a.csv", "b.csv.gz", "c.csv"):
        source = open_file(delivered(tmp_path / name))
        assert isinstance(source, DeliveredFile)
        digests.append(source.content())
    assert digests[0] == digests[1] != digests[2]
    assert digests[0]


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("s3://key:hush@bucket/a.csv", "a password in the address"),
        ("sftp://ann:hush@host/a.csv", "a password in the address"),
        ("https://ann:hush@host/a.csv", "a password in the address"),
        ("http://example.com/a.csv?token=hush", "without encryption"),
        ("gopher://host/a.csv", "an address of this kind"),
        ("simplecache::s3://bucket/hush.csv", "an address of this kind"),
    ],
)
def test_addresses_that_are_not_safe_are_refused(address: str, what: str, tmp_path: Path) -> None:
    """Before anything is asked, and without repeating them."""
    with pytest.raises(WrongUse, match=what) as caught:
        open_source(sync_of({"kind": "csv", "path": address}), tmp_path)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "package"),
    [
        ("s3://bucket/a.csv", "s3fs"),
        ("gs://bucket/a.csv", "gcsfs"),
        ("az://container/a.csv", "adlfs"),
        ("sftp://host/a.csv", "paramiko"),
    ],
)
def test_a_missing_package_is_named(address: str, package: str, tmp_path: Path) -> None:
    """With the command that installs it."""
    pytest.importorskip("fsspec")
    try:
        __import__(package)
    except ImportError:
        pass
    else:
        pytest.skip(f"{package} is installed here")
    with pytest.raises(WrongUse, match=package) as caught:
        open_source(sync_of({"kind": "csv", "path": address}), tmp_path).columns()
    assert caught.value.do == f"pip install {package}"


def test_a_pattern_at_an_address_is_its_newest_match(tmp_path: Path) -> None:
    """As on this machine."""
    files = fsspec.filesystem("memory")
    for name, content in (("b.csv", b"Phone\nold\n"), ("a.csv", TABLE), ("c.csv.part", b"x")):
        files.pipe(f"/drop/{name}", content)
        time.sleep(0.01)
    source = open_source(sync_of({"kind": "csv", "path": "memory://drop/*.csv*"}), tmp_path)
    assert cells_of(source) == ROWS
    assert source.name == "a.csv"
    with pytest.raises(SourceMismatch, match="No file matches"):
        open_source(sync_of({"kind": "csv", "path": "memory://drop/*.txt"}), tmp_path).columns()
    with pytest.raises(SourceMismatch, match="no such file"):
        open_source(sync_of({"kind": "csv", "path": "memory://drop/z.csv"}), tmp_path).columns()


class _Drop(http.server.BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        status = int(self.path.split("/")[1])
        self.send_response(status)
        if "short" in self.path:
            self.send_header("Content-Length", str(len(TABLE) + 5))
        elif "old" in self.path:
            self.send_header("Last-Modified", "Mon, 16 Nov 2020 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(TABLE)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def drop() -> Iterator[str]:
    """A server that answers as the path says."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Drop) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_file_is_fetched_by_http(drop: str, tmp_path: Path) -> None:
    """Its name is the last part of the address; what follows the question mark is never shown."""
    source = open_source(sync_of({"kind": "csv", "path": f"{drop}/200/a.csv?sig=hush"}), tmp_path)
    assert source.name == "a.csv"
    assert cells_of(source) == ROWS


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("404/a.csv?sig=hush", 2),
        ("403/a.csv?sig=hush", 2),
        ("500/a.csv?sig=hush", 75),
        ("302/a.csv?sig=hush", 75),
        ("200/short.csv?sig=hush", 75),
    ],
)
def test_what_goes_wrong_on_the_way_is_told_without_the_address(
    drop: str, path: str, code: int, tmp_path: Path
) -> None:
    """Missing or forbidden is for a person; everything else is for later."""
    with pytest.raises((WrongUse, SourceUnavailable)) as caught:
        open_source(sync_of({"kind": "csv", "path": f"{drop}/{path}"}), tmp_path).columns()
    assert caught.value.exit_code == code
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_age_of_a_file_at_an_address_is_what_its_server_says(drop: str, tmp_path: Path) -> None:
    """Where it does not say, an age cannot be promised."""
    old = open_source(
        sync_of({"kind": "csv", "path": f"{drop}/200/old.csv", "max_age": "36h"}), tmp_path
    )
    with pytest.raises(SourceUnavailable, match="No new one was delivered"):
        old.columns()
    ageless = open_source(
        sync_of({"kind": "csv", "path": f"{drop}/200/a.csv", "max_age": "36h"}), tmp_path
    )
    with pytest.raises(WrongUse, match="time of this file is not known"):
        ageless.columns()


def test_a_text_file_with_the_name_of_a_spreadsheet_is_read_as_text(tmp_path: Path) -> None:
    """Many exports are called .xls and are tables of tabs."""
    path = tmp_path / "export.xls"
    path.write_bytes(TABLE.replace(b",", b"\t"))
    assert cells_of(open_file(delivered(path))) == ROWS


def test_a_spreadsheet_with_the_name_of_a_text_file_is_read_as_one(tmp_path: Path) -> None:
    """The first bytes decide."""
    book = xlsx(tmp_path / "b.xlsx", [["Phone", "Name"], ["+12065550142", "Ann"]])
    assert cells_of(open_file(delivered(book.rename(tmp_path / "b.csv")))) == ROWS

"""What may be dropped: tables of a size, under any name; the rest leaves nothing behind."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.errors import WrongUse
from sendersync.web.file_names import clean_name, slug
from sendersync.web.refusals import Refused
from sendersync.web.settings import page_settings
from sendersync.web.upload_store import UploadStore
from tests.builders.command_line import CommandLine
from tests.builders.page_server import PageServer, text_of
from tests.builders.spreadsheets import xlsx

ROWS = "Mobile,First Name\n+12065550101,Ann\n"


def _bomb(megabytes: int) -> bytes:
    """A workbook whose sheet unpacks to so much."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(megabytes):
                sheet.write(b"<c/>" * (1 << 18))
    return packed.getvalue()


def _archive(name: str, content: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _lying_about_sizes(megabytes: int) -> bytes:
    """A workbook whose table of contents says that its sheet is huge."""
    content = bytearray(_archive("xl/worksheets/sheet1.xml", "x") + b"")
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (megabytes << 20).to_bytes(4, "little")
    return bytes(content)


REFUSED = {
    "over-sized": ("big.csv", b"Mobile\n" + b"1" * (2 << 20), 413),
    "a bomb": ("bomb.xlsx", _bomb(200), 415),
    "more than may be unpacked": ("huge.xlsx", _lying_about_sizes(2_000), 415),
    "empty": ("empty.csv", b"", 400),
    "a program": ("setup.exe", b"MZ", 415),
    "a page": ("page.html", b"<script>alert(1)</script>", 415),
    "no ending": ("contacts", b"Mobile\n1\n", 415),
    "packed": ("contacts.csv", gzip.compress(ROWS.encode()), 415),
    "an archive": ("contacts.csv", _archive("contacts.csv", ROWS), 415),
    "a cut workbook": ("cut.xlsx", b"PK\x03\x04" + b"\0" * 100, 415),
    "parquet": ("a.parquet", b"PAR1" + b"\0" * 100, 415),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused_leaves_nothing(page: PageServer, why: str) -> None:
    """A plain page says what to do instead, and not a byte of the file is kept."""
    before = page.stored()
    name, content, status = REFUSED[why]
    answer = page.drop(name, content)
    assert answer.status_code == status and "<h1>" in answer.text
    assert page.stored() == before and page.browser.get("/").status_code == 200


BODIES = {
    "no boundary": ("multipart/form-data", b"x"),
    "another kind": ("text/plain", ROWS.encode()),
    "a form without a file": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
    ),
    "no name": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--b--\r\n',
    ),
    "not whole": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\nMobile\n1\n',
    ),
    "two files": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\nMobile\r\n'
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="b.csv"\r\n\r\nx\r\n--b--\r\n',
    ),
    "endless headers": ("multipart/form-data; boundary=b", b"--b\r\n" + b"A: b\r\n" * 5_000),
    "nothing": ("multipart/form-data; boundary=b", b""),
}


@pytest.mark.parametrize("why", BODIES)
def test_a_body_that_no_browser_sends_is_refused(page: PageServer, why: str) -> None:
    """Half a form, two files or no form at all: a plain page, and nothing is kept."""
    before = page.stored()
    kind, body = BODIES[why]
    answer = page.browser.post("/files", content=body, headers={"Content-Type": kind})
    assert 400 <= answer.status_code < 500 and "<h1>" in answer.text
    assert page.stored() == before


def test_a_body_without_a_length_is_counted(page: PageServer) -> None:
    """A stream that never says how long it is ends at the limit all the same."""
    before = page.stored()

    def endless() -> object:
        yield b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
        yield from (b"1" * 65_536 for _ in range(40))
        yield b"\r\n--b--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = page.browser.post("/files", content=endless(), headers=kind)  # type: ignore[arg-type]
    assert answer.status_code == 413 and "1 MB" in text_of(answer)
    assert page.stored() == before


@pytest.mark.parametrize("size", [1, 2, 60, 65_535, 65_536, 65_537, 300_000])
def test_a_file_arrives_byte_for_byte(page: PageServer, size: int) -> None:
    """Whatever pieces it comes in, and whatever in it looks like a boundary, it is what was sent."""
    content = b"Mobile,Note\n" + (b"\r\n--b\r\n--" * size)[:size]
    address = page.dropped(f"bytes{size}.csv", content)
    assert (page.settings.uploads / Path(address).name / f"bytes{size}.csv").read_bytes() == content


TRICKS = {
    "../../etc/passwd.csv": "passwd.csv",
    "..\\..\\boot.csv": "boot.csv",
    "/etc/cron.d/job.csv": "job.csv",
    "C:\\Users\\ann\\list.CSV": "list.csv",
    ".htaccess.csv": "htaccess.csv",
    "....csv": "csv",
    "a\0b.csv": "a b.csv",
    "a\r\nSet-Cookie: x.csv": "a Set-Cookie_ x.csv",
    "<script>alert(1)</script>.csv": "script_.csv",
    "liste \u202evsc.exe.csv": "liste vsc.exe.csv",
    "отписались.csv": "отписались.csv",
    "電話" * 60 + ".csv": None,
    "a" * 500 + ".xlsx": "a" * 75 + ".xlsx",
    "name;rm -rf ~.csv": "name_rm -rf _.csv",
    "CON.csv": "CON.csv",
}


@pytest.mark.parametrize("given", TRICKS)
def test_a_name_is_no_path(given: str) -> None:
    """Of any name only letters, digits and a few signs are left, and its words with them."""
    cleaned = clean_name(given)
    assert TRICKS[given] in (cleaned, None)
    assert not re.search(r"[\\/\0\r\n]", cleaned) and not cleaned.startswith(".")
    assert len(cleaned.encode()) <= 90 and cleaned.isprintable()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Weekly News", "weekly-news"),
        ("../../etc/passwd", "etc-passwd"),
        ("Ünïcode & Söhne", "unicode-sohne"),
        ("--a--", "a"),
        ("\0", ""),
        ("電話", ""),
        ("a" * 100, "a" * 60),
        ("x.yaml", "x-yaml"),
    ],
)
def test_a_saved_name_is_a_slug(given: str, name: str) -> None:
    """Lower-case letters, digits and single dashes, whatever somebody types."""
    assert slug(given) == name


def test_the_same_file_is_kept_once_and_its_name_counts(page: PageServer) -> None:
    """It lies under a digest; under another name it is another file, because names speak."""
    first = page.dropped("november.csv", ROWS)
    assert page.dropped("november.csv", ROWS) == first
    assert page.dropped("unsubscribed.csv", ROWS) != first
    assert re.fullmatch(r"/files/[0-9a-f]{32}", first)
    shown = text_of(page.browser.get(page.dropped("unsubscribed.csv", ROWS)))
    assert "By its name" in shown and "Save the sync file" not in shown


def test_a_workbook_is_read_as_one(page: PageServer, tmp_path: Path) -> None:
    """An Excel file is taken and read."""
    path = xlsx(tmp_path / "book.xlsx", [["Mobile", "Country"], ["+12065550101", "US"]])
    shown = text_of(page.browser.get(page.dropped("book.xlsx", path.read_bytes())))
    assert "What is in book.xlsx" in shown and "1 row was read" in shown


def test_a_file_that_cannot_be_read_has_a_page_too(page: PageServer) -> None:
    """What is wrong with the file is said, as the command line says it."""
    for name, content in (
        ("broken.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
        ("a.ods", b"\0" * 99),
    ):
        answer = page.browser.get(page.dropped(name, content))
        assert answer.status_code == 422 and "Remove this file now" in answer.text
    headless = page.browser.get(
        page.dropped("headless.csv", "+12065550101,Ann\n+12065550102,Bob\n")
    )
    assert "2 rows were read" in text_of(headless) and "column_1" in text_of(headless)


def test_a_file_can_be_removed(page: PageServer) -> None:
    """What was settled about it goes with it, and its page says that it is gone."""
    address = page.dropped("gone.csv", ROWS)
    page.browser.post(f"{address}/choices", data={"column.phone": "Mobile"})
    assert page.browser.post(f"{address}/remove").headers["location"] == "/"
    assert page.browser.get(address).status_code == 404
    assert not (page.settings.uploads / Path(address).name).exists()


@pytest.mark.parametrize(
    "digest", ["%2e%2e", "..%2f..", "0" * 31, "0" * 32, "G" * 32, "0" * 32 + "%00"]
)
def test_an_address_leads_to_no_other_folder(page: PageServer, digest: str) -> None:
    """Only a digest finds a file; anything else is no page, and removes nothing."""
    before = page.stored()
    assert page.browser.get(f"/files/{digest}").status_code == 404
    assert page.browser.post(f"/files/{digest}/remove").status_code == 404
    assert page.stored() == before


def test_old_files_go(tmp_path: Path) -> None:
    """A file stays as long as it may and no longer, and so does the half of one that broke off."""
    store = UploadStore(tmp_path / "uploads", timedelta(days=14))
    now = datetime.now(UTC)
    for age, name in ((timedelta(days=13, hours=23), "a" * 32), (timedelta(days=14), "b" * 32)):
        folder = store.folder / name
        folder.mkdir()
        (folder / "contacts.csv").write_text(ROWS)
        (folder / ".received").write_text((now - age).isoformat())
        (folder / ".choices.json").write_text(json.dumps({}))
    (store.folder / ".incoming-x").write_text("half")
    assert store.remove_old(now) == 1
    assert [each.id for each in store.all()] == ["a" * 32]
    assert (store.folder / ".incoming-x").exists()
    store.remove_old(now + timedelta(hours=2))
    assert not list(store.folder.iterdir())


def test_forgetting_somebody_removes_every_dropped_file(tmp_path: Path) -> None:
    """Any of them may hold that person; the receipt names what is gone, and nothing else goes."""
    uploads = tmp_path / "data/sendersync/uploads"
    (uploads / ("d" * 32)).mkdir(parents=True)
    (uploads / ("d" * 32) / "contacts.csv").write_text(ROWS)
    (uploads / "mine.txt").write_text("not ours")
    line = CommandLine(tmp_path / "desk", {"XDG_DATA_HOME": str(tmp_path / "data")})
    done = line("forget", "+12065550101", "--json")
    assert done.json["deleted"] == ["dddddddd/contacts.csv"]
    assert [path.name for path in uploads.iterdir()] == ["mine.txt"]
    (uploads / ("e" * 32)).mkdir()
    (uploads / ("e" * 32) / "guests.csv").write_text(ROWS)
    said = line("forget", "+12065550101").out
    assert "- deleted, a file dropped on the page, which may hold them: eeeeeeee/guests.csv" in said
    assert "drops it again, without this person" in said


def test_the_environment_says_where_the_page_is(tmp_path: Path) -> None:
    """Port, host, names, token and time are variables; a value that is none is refused by name."""
    given = {
        "SENDERSYNC_PAGE_PORT": "4300",
        "SENDERSYNC_PAGE_NAMES": "page.example.com, other.example.com:8443",
        "SENDERSYNC_PAGE_KEEPS": "2d",
        "SENDERSYNC_STATE": f"sqlite:///{tmp_path}/state.db",
    }
    settings = page_settings(given=given)
    assert (settings.port, settings.host, settings.kept.days) == (4300, "127.0.0.1", 2)
    assert settings.names == ("page.example.com", "other.example.com:8443")
    assert settings.uploads.name == "uploads" and settings.syncs == Path.cwd()
    for name, wrong in (("PORT", "http"), ("PORT", "70000"), ("KEEPS", "14")):
        with pytest.raises(WrongUse) as refused:
            page_settings(given={**given, f"SENDERSYNC_PAGE_{name}": wrong})
        assert refused.value.where == f"SENDERSYNC_PAGE_{name}"


def test_the_folder_does_not_grow_for_ever(tmp_path: Path) -> None:
    """Above a size of all files together no further one is taken, until some are removed."""

    async def pieces() -> AsyncIterator[bytes]:
        yield ROWS.encode()

    store = UploadStore(tmp_path / "uploads", timedelta(days=14), most_kept=len(ROWS))
    first = asyncio.run(store.receive("a.csv", pieces()))
    with pytest.raises(Refused, match="too many files"):
        asyncio.run(store.receive("b.csv", pieces()))
    store.remove(first.id)
    assert asyncio.run(store.receive("b.csv", pieces())).name == "b.csv"


def test_a_page_that_starts_removes_what_is_too_old(page: PageServer, tmp_path: Path) -> None:
    """Files of a page that was not running meanwhile are not kept for longer."""
    folder = tmp_path / "uploads" / ("c" * 32)
    folder.mkdir(parents=True)
    (folder / "contacts.csv").write_text(ROWS)
    (folder / ".received").write_text("2026-01-01T00:00:00+00:00")
    other = PageServer(tmp_path)
    other.stop()
    assert not folder.exists()

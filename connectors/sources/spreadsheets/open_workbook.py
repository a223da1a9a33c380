"""Opening a workbook: the reader is chosen by the first bytes of the file, never by its name."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

from olefile import DEFECT_INCORRECT, FREESECT, MAGIC, OleFileIO

from connectors.sources.files.opening import open_bytes
from connectors.sources.files.zip_limits import encrypted
from connectors.sources.spreadsheets.binary.binary_workbook import BinaryBook
from connectors.sources.spreadsheets.cell_values import Workbook, damaged
from connectors.sources.spreadsheets.ods_workbook import OdsBook
from connectors.sources.spreadsheets.package_parts import Parts
from connectors.sources.spreadsheets.xlsx_workbook import XlsxBook
from schemas.errors import SourceMismatch

_OLD: Final = {
    b"\x09\x00\x04\x00": "Excel 2",
    b"\x09\x00\x06\x00": "Excel 2",
    b"\x09\x02\x06\x00": "Excel 3",
    b"\x09\x04\x06\x00": "Excel 4",
}
_AS_XLSX: Final = 'Open it in Excel or LibreOffice and save it as "Excel Workbook (.xlsx)".'


def open_book(path: Path) -> Workbook:
    """Opens a spreadsheet file.

    Raises:
        SourceMismatch: It is none, or one that cannot be read: what it is, and what to do.
        SourceUnavailable: It cannot be read now.
    """
    name = path.name
    file = open_bytes(path)
    try:
        head = file.read(4096)
        if not head.startswith(b"PK"):
            file.close()
            return _without_zip(head, path)
        parts = Parts(file, name)
        if "xl/workbook.bin" in parts:
            file.close()
            return BinaryBook(path, name)
        if parts.workbook():
            return XlsxBook(file, name)
        if "content.xml" in parts:
            return OdsBook(file, name)
        raise _other(parts.names, name)
    except BaseException:
        file.close()
        raise


def _without_zip(head: bytes, path: Path) -> Workbook:
    name = path.name
    if head.startswith(MAGIC):
        return _compound(path)
    if head[:4] in _OLD:
        raise _not_excel(f"a workbook of {_OLD[head[:4]]}, older than what can be read", name)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096].lower()
    if not start:
        raise _not_excel("an empty file", name, "Get it again from where it came.")
    if start.startswith(b"<?xml") and b"schemas-microsoft-com:office:spreadsheet" in start:
        raise _not_excel("an XML Spreadsheet 2003", name)
    if start.startswith((b"<", b"mime-version:", b"content-type: multipart")):
        raise _not_excel("a web page with the name of a spreadsheet", name)
    raise _not_excel(
        "no spreadsheet, whatever its name says",
        name,
        "If it is text, read it with `kind: csv`; else save it again as .xlsx.",
    )


def _compound(path: Path) -> Workbook:
    try:
        with OleFileIO(path, raise_defects=DEFECT_INCORRECT) as container:
            names = {part.upper() for stream in container.listdir() for part in stream}
            used = max((n for n, after in enumerate(container.fat) if after != FREESECT), default=0)
            # the header takes the place of a sector
            whole = path.stat().st_size >= (used + 2) * container.sector_size
    except (OSError, ValueError, IndexError, RecursionError, struct.error):
        whole, names = False, set()
    if not whole:
        raise damaged(path.name, "its container is cut off or broken")
    if names & {"ENCRYPTEDPACKAGE", "ENCRYPTIONINFO"}:
        raise encrypted(path.name)
    if not names & {"WORKBOOK", "BOOK"}:
        raise _not_excel("an Office file, but not a workbook", path.name)
    return BinaryBook(path, path.name)


def _other(names: frozenset[str], name: str) -> SourceMismatch:
    if any(each.endswith(".iwa") for each in names):
        return _not_excel(
            "an Apple Numbers file", name, "Export it from Numbers as Excel (.xlsx) or CSV."
        )
    if any(each.startswith(("word/", "ppt/")) for each in names):
        return _not_excel("a Word or PowerPoint file", name)
    return _not_excel("a zip file without a workbook in it", name)


def _not_excel(what: str, name: str, do: str = _AS_XLSX) -> SourceMismatch:
    return SourceMismatch(f"This is {what}.", where=name, do=do)

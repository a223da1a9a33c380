"""xlsx and xlsm, streamed: memory holds the shared texts and one piece of a sheet.

Ours rather than calamine's, because what calamine loses is what must not be lost: error cells
become empty, phones that are formatted as dates become 00:00, and a sheet of two far cells asks
for 500 GB at once (docs/adr/0020).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import IO, Final
from xml.etree import ElementTree as Tree
from xml.parsers import expat

from connectors.sources.files.zip_limits import chunks, open_zip, read_part, refusing
from connectors.sources.spreadsheets.cell_values import (
    CELL_LIMIT,
    SheetName,
    SheetRow,
    damaged,
    is_date_format,
    is_elapsed,
)
from connectors.sources.spreadsheets.safe_xml import local, refuse_declarations, small_tree
from connectors.sources.spreadsheets.xlsx_rows import NumberFormat, RowReader, unescaped

TEXT_LIMIT: Final = 1 << 29
"""Characters of all shared texts; they are the one thing that must be in memory."""

_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN_ELAPSED: Final = 46


class XlsxBook:
    """An open xlsx file.

    Args:
        file: Seekable.
        name: What messages call it.

    Raises:
        SourceMismatch: Damaged, too large, or no workbook.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._name = name
        self._file = file
        self._archive = open_zip(file, name)
        self._texts: list[str] | None = None
        self._looks: list[NumberFormat] | None = None
        self._book = self._target(self._relations(""), "/officeDocument") or "xl/workbook.xml"
        self._targets = self._relations(self._book)
        self._since_1904 = False
        self._parts: dict[str, str] = {}
        self._sheets = self._read_sheets()

    def sheets(self) -> tuple[SheetName, ...]:
        """See `Workbook.sheets`."""
        return self._sheets

    def close(self) -> None:
        """See `Workbook.close`."""
        self._archive.close()
        self._file.close()

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """See `Workbook.rows`."""
        part = self._parts[sheet]
        if self._texts is None:
            self._texts = self._shared_texts()
        if self._looks is None:
            self._looks = self._read_looks()
        reader = RowReader(
            f"{self._name}, sheet {sheet!r}", self._texts, self._looks, self._since_1904
        )
        with refusing(self._name, part):
            for chunk in chunks(self._archive, part):
                yield from reader.feed(chunk)
        yield from reader.feed(b"", last=True)

    def _read_sheets(self) -> tuple[SheetName, ...]:
        tree = self._tree(self._book)
        if tree is None:
            raise damaged(self._name, f"its part {self._book} is missing")
        found = []
        for node in tree.iter():
            tag = local(node.tag)
            if tag == "workbookPr":
                self._since_1904 = node.get("date1904", "0") in ("1", "true")
            elif tag == "sheet":
                link = next((v for k, v in node.attrib.items() if local(k) == "id"), "")
                name = node.get("name", "")
                if link not in self._targets:
                    raise damaged(self._name, f"the link to its sheet {name!r} is missing")
                kind, part = self._targets[link]
                if not kind.endswith("/worksheet"):
                    continue  # a chart has no rows
                if part not in self._archive.NameToInfo:
                    raise damaged(self._name, f"the part of its sheet {name!r} is missing")
                self._parts[name] = part
                found.append(SheetName(name, node.get("state", "visible") != "visible"))
        return tuple(found)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id to kind and place of what a part links to."""
        folder, base = posixpath.split(part)
        tree = self._tree(posixpath.join(folder, "_rels", f"{base}.rels"))
        if tree is None:
            return {}
        return {
            node.get("Id", ""): (
                node.get("Type", ""),
                posixpath.normpath(posixpath.join("/", folder, node.get("Target", ""))).lstrip("/"),
            )
            for node in tree
        }

    @staticmethod
    def _target(relations: dict[str, tuple[str, str]], kind: str) -> str | None:
        return next((part for each, part in relations.values() if each.endswith(kind)), None)

    def _tree(self, part: str) -> Tree.Element | None:
        with refusing(self._name, part):
            text = read_part(self._archive, part)
        return None if text is None else small_tree(text, self._name, part)

    def _read_looks(self) -> list[NumberFormat]:
        """What each style of a cell shows."""
        part = self._target(self._targets, "/styles")
        tree = None if part is None else self._tree(part)
        if tree is None:
            return []
        codes = {
            node.get("numFmtId", ""): node.get("formatCode", "")
            for node in tree.iter()
            if local(node.tag) == "numFmt"
        }
        formats = next((node for node in tree if local(node.tag) == "cellXfs"), ())
        return [_look(node.get("numFmtId", "0"), codes) for node in formats]

    def _shared_texts(self) -> list[str]:
        part = self._target(self._targets, "/sharedStrings")
        if part is None:
            return []
        if part not in self._archive.NameToInfo:
            raise damaged(self._name, f"its part {part} is missing")
        reader = _Texts(self._name, part)
        with refusing(self._name, part):
            for chunk in chunks(self._archive, part):
                reader.feed(chunk)
        reader.feed(b"", last=True)
        return reader.texts


class _Texts:
    """The shared texts: runs joined, phonetic hints left out."""

    def __init__(self, name: str, part: str) -> None:
        self.texts: list[str] = []
        self._name, self._part = name, part
        self._size = 0
        self._inside: list[str] | None = None
        self._hint = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        refuse_declarations(self._parser, name)

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise damaged(self._name, f"its part {self._part} breaks off") from None

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        tag = local(tag)
        if tag == "si":
            self._inside = []
        elif tag == "rPh":
            self._hint = True
        elif tag == "t" and self._inside is not None and not self._hint:
            self._parser.CharacterDataHandler = self._inside.append

    def _end(self, tag: str) -> None:
        tag = local(tag)
        if tag == "t":
            self._parser.CharacterDataHandler = None
        elif tag == "rPh":
            self._hint = False
        elif tag == "si" and self._inside is not None:
            text = unescaped("".join(self._inside))
            self._size += len(text)
            if len(text) > CELL_LIMIT:
                raise damaged(self._name, f"it holds a cell of more than {CELL_LIMIT:,} letters")
            if self._size > TEXT_LIMIT:
                raise damaged(self._name, f"it holds more than {TEXT_LIMIT:,} letters of text")
            self.texts.append(text)
            self._inside = None


def _look(number: str, codes: dict[str, str]) -> NumberFormat:
    code = codes.get(number)
    if code is not None:
        return NumberFormat(is_date_format(code), is_elapsed(code))
    built_in = int(number) if number.isdecimal() else 0
    return NumberFormat(built_in in _BUILT_IN_DATES, built_in == _BUILT_IN_ELAPSED)


def is_xlsx(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is a workbook of Excel's own XML."""
    return any(name.startswith("xl/") and name.endswith(".xml") for name in archive.namelist())

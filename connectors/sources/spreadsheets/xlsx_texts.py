"""The shared texts of an xlsx file: runs joined, phonetic hints left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.parsers import expat

from connectors.sources.spreadsheets.cell_values import CELL_LIMIT, damaged
from connectors.sources.spreadsheets.safe_xml import local, refuse_declarations
from connectors.sources.spreadsheets.xlsx_cells import unescaped

TEXT_LIMIT: Final = 1 << 29
"""Characters of all shared texts; they are the one thing that must be in memory."""


def shared_texts(pieces: Iterable[bytes], name: str, part: str) -> list[str]:
    """The texts that cells name by their place.

    Args:
        pieces: The part, piece by piece.
        name: What messages call the file.
        part: What they call the part.

    Raises:
        SourceMismatch: It is damaged, or holds more than the limits.
    """
    reader = _Texts(name, part)
    for piece in pieces:
        reader.feed(piece)
    reader.feed(b"", last=True)
    return reader.texts


class _Texts:
    """Takes the part piece by piece."""

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

"""XML of spreadsheets, read without ever following what a document declares."""

from __future__ import annotations

from typing import NoReturn
from xml.etree import ElementTree as Tree
from xml.parsers import expat

from connectors.sources.spreadsheets.cell_values import damaged


def local(tag: str) -> str:
    """A name without its namespace or prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def namespace(tag: str) -> str:
    """The namespace of a name of a tree; empty for none."""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def refuse_declarations(parser: expat.XMLParserType, name: str) -> None:
    """Lets a parser refuse document types: no program writes one, and entities can grow."""

    def refuse(*_: object) -> NoReturn:
        raise damaged(name, "it declares entities of its own, which no spreadsheet program does")

    parser.StartDoctypeDeclHandler = refuse


def small_tree(text: bytes, name: str, part: str) -> Tree.Element:
    """A small part as a tree.

    Raises:
        SourceMismatch: It is not XML, or declares a document type.
    """
    # looked for before anything is parsed; both spellings of UTF-16 hold the letters apart
    if b"<!DOCTYPE" in text.replace(b"\0", b""):
        raise damaged(name, "it declares entities of its own, which no spreadsheet program does")
    try:
        return Tree.fromstring(text)  # noqa: S314  # without a document type there are no entities
    except (Tree.ParseError, ValueError, LookupError):
        raise damaged(name, f"its part {part} is not XML") from None

"""Parts of an Office document, found under every spelling that Office itself accepts.

[ECMA-376, part 2] compares names of parts without regard to case; some programs write back-slashes
or a leading slash, and put the workbook anywhere: what counts is where the links point.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import IO, Final, NamedTuple
from xml.etree import ElementTree as Tree

from connectors.sources.files.zip_limits import chunks, open_zip, read_part, refusing
from connectors.sources.spreadsheets.safe_xml import small_tree

_WORKBOOK: Final = re.compile(rb"<(?:[\w.-]+:)?workbook[\s>]")
_LOOKED_AT: Final = 1 << 14


class Relationship(NamedTuple):
    """What a part links to: the kind of the link, and the part."""

    kind: str
    part: str


class Parts:
    """The parts of a document that is a zip archive.

    Args:
        file: Seekable.
        name: What messages call it.

    Raises:
        SourceMismatch: Damaged, encrypted, or too large.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._name = name
        self._archive = open_zip(file, name)
        self._names: dict[str, str] = {}
        for each in self._archive.namelist():
            self._names.setdefault(_plain(each), each)

    @property
    def names(self) -> frozenset[str]:
        """What the parts are called, in small letters and with slashes."""
        return frozenset(self._names)

    def __contains__(self, part: str) -> bool:
        """Whether there is such a part."""
        return _plain(part) in self._names

    def close(self) -> None:
        """Lets the archive go."""
        self._archive.close()

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part, piece by piece.

        Raises:
            SourceMismatch: It cannot be unpacked.
        """
        with refusing(self._name, part):
            yield from chunks(self._archive, self._names[_plain(part)])

    def tree(self, part: str) -> Tree.Element | None:
        """A small part as a tree; None where there is none.

        Raises:
            SourceMismatch: It cannot be unpacked, or is not XML.
        """
        with refusing(self._name, part):
            text = read_part(self._archive, self._names.get(_plain(part), part))
        return None if text is None else small_tree(text, self._name, part)

    def links(self, part: str) -> dict[str, Relationship]:
        """What a part links to, by the link's id; the package itself is the part without a name.

        Raises:
            SourceMismatch: The links cannot be read.
        """
        folder, base = posixpath.split(part)
        tree = self.tree(posixpath.join(folder, "_rels", f"{base}.rels"))
        if tree is None:
            return {}
        return {
            node.get("Id", ""): Relationship(
                node.get("Type", ""),
                posixpath.normpath(
                    posixpath.join("/", folder, node.get("Target", "").replace("\\", "/"))
                ).lstrip("/"),
            )
            for node in tree
        }

    def workbook(self) -> str:
        """The part that is the workbook; empty where the document is another one."""
        links = self.links("")
        found = linked(links, "/officeDocument") or "xl/workbook.xml"
        if found not in self:
            return found if any(each.startswith("xl/") for each in self._names) else ""
        with refusing(self._name, found):
            head = next(self.chunks(found), b"")[:_LOOKED_AT]
        return found if _WORKBOOK.search(head.replace(b"\0", b"")) else ""


def linked(links: dict[str, Relationship], kind: str) -> str | None:
    """The first part with a link of this kind."""
    return next((link.part for link in links.values() if link.kind.endswith(kind)), None)


def _plain(part: str) -> str:
    return posixpath.normpath(part.replace("\\", "/")).lstrip("/").casefold()

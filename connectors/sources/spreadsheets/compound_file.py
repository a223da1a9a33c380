"""Streams of an OLE2 compound file, the container of xls and of everything Office encrypts."""

from __future__ import annotations

import struct
from typing import Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END: Final = 0xFFFFFFFA  # this and all above are no sectors
_ENTRY: Final = 128


class CompoundFile:
    """A compound file in memory.

    Args:
        content: The whole file.

    Raises:
        ValueError: It is damaged.
    """

    def __init__(self, content: bytes) -> None:
        if len(content) < 512 or not content.startswith(MAGIC):
            raise ValueError("no compound file")
        self._content = content
        (shift, mini_shift) = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("sectors of a strange size")
        self._size = 1 << shift
        first_dir, _, self._cutoff, first_mini, _, first_difat, _ = struct.unpack_from(
            "<IIIIIII", content, 48
        )
        fat_sectors = [each for each in struct.unpack_from("<109I", content, 76) if each < _END]
        sector, seen = first_difat, 0
        while sector < _END:
            words = self._words(self._sector(sector))
            fat_sectors += [each for each in words[:-1] if each < _END]
            sector, seen = words[-1], seen + 1
            if seen > len(content) // self._size:
                raise ValueError("the allocation table runs in a circle")
        self._fat: list[int] = []
        for sector in fat_sectors:
            self._fat += self._words(self._sector(sector))
        self._mini_fat = self._words(self._chain(first_mini))
        self._entries = self._directory(self._chain(first_dir))
        root = self._entries.get("Root Entry", (0xFFFFFFFE, 0))
        self._mini = self._chain(root[0])

    @property
    def names(self) -> frozenset[str]:
        """What the streams and storages are called."""
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes:
        """One stream as a whole.

        Raises:
            KeyError: There is none.
            ValueError: It is damaged.
        """
        start, size = self._entries[name]
        if size >= self._cutoff:
            return self._chain(start)[:size]
        parts, seen = [], 0
        while start < _END:
            parts.append(self._mini[start * 64 : start * 64 + 64])
            if start >= len(self._mini_fat) or seen > len(self._mini_fat):
                raise ValueError("a small stream runs in a circle")
            start, seen = self._mini_fat[start], seen + 1
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        found = self._content[start : start + self._size]
        if not found:
            raise ValueError("a sector lies past the end")
        return found.ljust(self._size, b"\0")

    @staticmethod
    def _words(sector: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(sector) // 4}I", sector))

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < _END:
            if sector >= len(self._fat) or len(parts) > len(self._fat):
                raise ValueError("a stream runs in a circle or out of its table")
            parts.append(self._sector(sector))
            sector = self._fat[sector]
        return b"".join(parts)

    @staticmethod
    def _directory(content: bytes) -> dict[str, tuple[int, int]]:
        entries: dict[str, tuple[int, int]] = {}
        for place in range(0, len(content) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", content, place + 64)
            if kind and 2 <= length <= 64:
                name = content[place : place + length - 2].decode("utf-16-le", "replace")
                entries.setdefault(name, struct.unpack_from("<II", content, place + 116))
        return entries

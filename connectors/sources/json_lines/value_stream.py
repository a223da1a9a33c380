"""Streaming JSON parser: the values of a file one by one, in bounded memory."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from connectors.sources.files.opening import open_bytes
from connectors.sources.json_lines.flatten import DECODER, NotARow, parsed
from schemas.errors import SourceMismatch

LINE_LIMIT: Final = 8 << 20
"""Characters of one line or one object; a longer one is no contact."""

WRAPPED_LIMIT: Final = 256 << 20
"""Bytes of a file whose objects lie inside another object: it must be held whole."""

_RAW_LIMIT: Final = 10_000
BLOCK: Final = 1 << 20
_BLANK: Final = " \t\r\n\ufeff"
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


@dataclass(slots=True)
class Item:
    """One value of the file.

    Attributes:
        line: Its line, or its place in the array.
        text: It as text, not parsed yet; None where it is parsed already.
        value: It, parsed.
        problem: Why it cannot be a row, as far as is known without parsing.
        raw: It as it stands, cut where it is very long.
        ended: Something follows it, so that it was not cut off.
    """

    line: int
    text: str | None = None
    value: Any = None
    problem: str | None = None
    raw: str = ""
    ended: bool = True


def items(path: Path) -> Iterator[Item]:
    """The values of a file.

    Raises:
        SourceMismatch: Not JSON, or an array that is broken; with the line.
        SourceUnavailable: The file cannot be read.
    """
    with _text(path) as text:
        start = _first_character(text)
        if start == "[":
            yield from _of_array(text, path.name)
        elif start == "{":
            yield from _of_lines(text, path)
        elif start:
            raise SourceMismatch(
                "This is not JSON: it begins neither with { nor with [.",
                where=f"{path.name}:1",
                do="It must hold one object a line, or one array of objects.",
            )


def _text(path: Path) -> io.TextIOWrapper:
    file: IO[bytes] = open_bytes(path)
    head = file.read(4)
    file.seek(0)
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if encoding is None and head[1:2] == b"\0" and head[0] in b"{[ \r\n\t":
        encoding = "utf-16-le"
    elif encoding is None and head[:1] == b"\0" and head[1:2] not in (b"", b"\0"):
        encoding = "utf-16-be"
    # a broken byte spoils its own line only: it becomes half a character, which no row may hold
    return io.TextIOWrapper(
        file, encoding=encoding or "utf-8", errors="surrogateescape", newline="\n"
    )


def _first_character(text: io.TextIOWrapper) -> str:
    while block := _read(text, 4096):
        stripped = block.lstrip(_BLANK)
        if stripped:
            text.seek(0)
            return stripped[0]
    return ""


def _read(text: io.TextIOWrapper, size: int) -> str:
    try:
        return text.read(size)
    except UnicodeError:
        raise SourceMismatch(
            "This file is cut off in the middle of a character, or is not the Unicode it says.",
            where=Path(text.name).name,
            do="Save it again as UTF-8.",
        ) from None


def _lines(text: io.TextIOWrapper) -> Iterator[tuple[int, str, bool]]:
    """Number, text and whether it is too long, line by line."""
    number = 0
    while True:
        try:
            line = text.readline(LINE_LIMIT)
        except UnicodeError:
            yield number + 1, "\ud800", False
            return
        if not line:
            return
        number += 1
        long = False
        while not line.endswith("\n") and len(line) >= LINE_LIMIT:
            long = True
            rest = text.readline(LINE_LIMIT)
            if not rest or rest.endswith("\n"):
                break
        yield number, line, long


def _of_lines(text: io.TextIOWrapper, path: Path) -> Iterator[Item]:
    for count, (number, line, long) in enumerate(_lines(text)):
        bare = line.strip(_BLANK)
        if not bare:
            continue
        raw = _shown(bare)
        if long:
            yield Item(number, problem=f"it is longer than {LINE_LIMIT:,} characters", raw=raw)
            continue
        if count == 0 and (wrapped := _wrapped(bare, path)) is not None:
            yield from wrapped
            return
        yield Item(number, text=bare, raw=raw, ended=line.endswith("\n"))


def _wrapped(first: str, path: Path) -> Iterator[Item] | None:
    """The objects inside one object that is the whole file; None for one object a line."""
    try:
        value = parsed(first)
    except NotARow:
        if first != "{" and not first.endswith((",", "{", "[")):
            return None
        # printed over many lines
        if path.stat().st_size > WRAPPED_LIMIT:
            raise _no_list(path) from None
        with _text(path) as text:
            try:
                value = parsed(text.read().strip(_BLANK))
            except (NotARow, UnicodeError):
                raise _no_list(path) from None
    else:
        with _text(path) as text:
            if sum(1 for _, line, _ in _lines(text) if line.strip(_BLANK)) > 1:
                return None
    lists = [
        each
        for each in (value.values() if isinstance(value, dict) else ())
        if isinstance(each, list) and each and all(isinstance(one, dict) for one in each)
    ]
    scalars = isinstance(value, dict) and not lists
    if scalars:
        return iter([Item(1, value=value, raw=_shown(first))])
    if len(lists) != 1:
        raise _no_list(path)
    return (
        Item(place, value=one, raw=json.dumps(one)[:_RAW_LIMIT])
        for place, one in enumerate(lists[0], start=1)
    )


def _shown(text: str) -> str:
    """As much of a value as is kept, without the halves of characters that a broken byte makes."""
    return text[:_RAW_LIMIT].encode("utf-8", "replace").decode()


def _no_list(path: Path) -> SourceMismatch:
    return SourceMismatch(
        "This is one JSON value over many lines, and no list of objects can be found in it.",
        where=f"{path.name}:1",
        do="Export one object a line, or one array of objects.",
    )


def _of_array(text: io.TextIOWrapper, name: str) -> Iterator[Item]:
    buffer, place, line = _Buffer(text), 0, 1
    buffer.skip_blank()
    buffer.take(1)
    buffer.skip_blank()
    if buffer.peek() == "]":
        return
    while True:
        place += 1
        line = buffer.line
        item = buffer.value(place)
        if item is None:
            why = f": {buffer.problem}" if buffer.problem else ""
            raise SourceMismatch(
                f"The array is broken or cut off in its object {place}{why}.",
                where=f"{name}:{line}",
                do="Export it again; one object a line would have lost this one only.",
            )
        yield item
        buffer.skip_blank()
        mark = buffer.take(1)
        buffer.skip_blank()
        if mark == "]" and not buffer.peek():
            return
        if mark != "," or not buffer.peek():
            raise SourceMismatch(
                f"The array is broken or cut off behind its object {place}.",
                where=f"{name}:{buffer.line}",
                do="Export it again; one object a line would have lost this one only.",
            )


class _Buffer:
    """The text from where reading stands, as much of it as is needed."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._held = ""
        self._at = 0
        self.line = 1
        self.problem = ""

    def peek(self) -> str:
        if self._at >= len(self._held):
            self._more()
        return self._held[self._at : self._at + 1]

    def take(self, count: int) -> str:
        taken = self._held[self._at : self._at + count]
        self.line += taken.count("\n")
        self._at += count
        return taken

    def skip_blank(self) -> None:
        while (mark := self.peek()) and mark in _BLANK:
            self.take(1)

    def value(self, place: int) -> Item | None:
        """The value that begins here; None when it is none, or never ends."""
        wanted = BLOCK
        while True:
            try:
                value, end = DECODER.raw_decode(self._held, self._at)
                # a number may go on in what is not read yet
                if end < len(self._held) or not self._more():
                    raw = _shown(self.take(end - self._at))
                    return Item(place, value=value, raw=raw)
                continue
            except NotARow as problem:
                self.problem = str(problem)
                return None
            except RecursionError:
                self.problem = "it is nested too deep"
                return None
            except json.JSONDecodeError:
                if len(self._held) - self._at > LINE_LIMIT:
                    self.problem = f"it is longer than {LINE_LIMIT:,} characters, or has no end"
                    return None
            # twice as much each time: what is parsed again stays within twice the whole
            if not self._more(wanted):
                return None
            wanted *= 2

    def _more(self, size: int = BLOCK) -> bool:
        block = _read(self._text, size)
        self._held = self._held[self._at :] + block
        self._at = 0
        return bool(block)

"""What a file is written in: certain, or refused with the candidates.

| it is | when |
| --- | --- |
| what the sync file says | it says so, and every byte agrees |
| UTF-8, UTF-16, UTF-32, GB18030 | a byte order mark says so |
| UTF-16, UTF-32 without a mark | NULs stand where those encodings have them, and it reads as text |
| ISO-2022-JP | its escape sequences are there |
| UTF-8 | every byte agrees; a text without any byte above 127 is UTF-8, too |
| a code page | its words read as words of a language, and those of no other code page do |

A wrong guess would be sent to people as mojibake, so candidates whose text differs and that read
nearly as well are no guess but a refusal, which names the key of the sync file that settles it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, cast

from connectors.sources.delimited.code_pages import EncodingScore, judge
from connectors.sources.files.opening import (
    BLOCK,
    LINE_LIMIT,
    line_too_long,
    not_of_this_encoding,
    open_bytes,
    refuse_what_is_not_text,
    unreadable,
)
from schemas.errors import SourceMismatch

EVIDENCE: Final = 256 << 10
"""Bytes of lines with letters above 127 that are weighed; more tell nothing new."""

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_RARE = re.compile(
    # letters of hardly any name, and those of other scripts right beside Latin ones
    r"[\u0180-\u0217\u021c-\u036f\u0500-\u058f\u0700-\u08ff]"
    r"|[A-Za-z](?=[\u0370-\u1dff])|[\u0370-\u1dff](?=[A-Za-z])"
)
_ABOVE = re.compile(rb"[\x80-\xff]")
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\(J|\$\([DOPQ])")
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a]")
_OTHER_NAMES: Final = {"ansi": "cp1252", "unicode": "utf-16", "windows": "cp1252"}
_NOT_FOR_TEXT: Final = frozenset(
    {
        "idna",
        "punycode",
        "raw_unicode_escape",
        "unicode_escape",
        "undefined",
        "utf-7",
        "mbcs",
        "oem",
    }
)


@dataclass(frozen=True)
class Encoding:
    """What a file is written in.

    Attributes:
        name: Python's name of it.
        skip: Bytes of the mark at its beginning.
    """

    name: str
    skip: int = 0


def find_encoding(path: Path, declared: str | None = None) -> Encoding:
    """What the file is written in.

    Args:
        path: The file.
        declared: What the sync file says.

    Raises:
        SourceMismatch: Not a file of text, or one whose encoding cannot be told for sure.
        SourceUnavailable: The file cannot be read now.
    """
    with open_bytes(path) as handle:
        head = _read(handle, path, 1 << 16)
        refuse_what_is_not_text(head, path.name)
        marked = next((each for each in _MARKS if head.startswith(each[0])), None)
        if declared is not None:
            return _as_declared(declared, marked)
        if marked is not None:
            return Encoding(marked[1], len(marked[0]))
        wide = _wide(head)
        if wide is not None:
            return Encoding(wide)
        if b"\0" in head[:512] and len(_CONTROLS.findall(head)) > len(head) // 50:
            raise SourceMismatch(
                "This is not a file of text: it is full of control characters.",
                where=f"{path.name}:1",
                do="Save it as CSV UTF-8 with the program it belongs to.",
            )
        start = _first_above(handle, path)
        evidence = _Evidence(start)
        if start is not None:
            handle.seek(start)
            for block in _blocks(handle, path):
                evidence.add(block)
                if evidence.enough:
                    break
    return Encoding(_weighed(evidence, path))


def _first_above(handle: BinaryIO, path: Path) -> int | None:
    """Where the block begins that holds the first byte above 127, or an escape sequence."""
    handle.seek(0)
    data, at, endless = bytearray(BLOCK), 0, 0
    while size := _into(handle, data, path):
        if size < len(data):
            data = data[:size]
        endless = endless + size if data.find(b"\n") < 0 and data.find(b"\r") < 0 else 0
        if endless > LINE_LIMIT:
            raise line_too_long(path.name, _lines_before(path, at) + 1)
        if not data.isascii() or data.find(b"\x1b") >= 0:
            return at
        at += size
    return None


class _Evidence:
    """Lines that hold bytes above 127, and whether all of them are UTF-8."""

    def __init__(self, start: int | None) -> None:
        self.start = start or 0
        self.lines = bytearray()
        self.line = 0
        self.first_line = 0
        self.escapes = False
        self.not_utf8 = 0

    @property
    def enough(self) -> bool:
        """More would tell nothing new."""
        # that so much is UTF-8 by chance cannot be; if one line is not, its reader says so
        return len(self.lines) >= (EVIDENCE if self.not_utf8 else EVIDENCE // 32)

    def add(self, block: bytes) -> None:
        """Takes in whole lines."""
        if block.isascii():
            self.escapes = self.escapes or bool(_ISO_2022_JP.search(block))
            self.line += block.count(b"\n")
            return
        at, line = 0, self.line
        while (found := _ABOVE.search(block, at)) is not None and not self.enough:
            start = block.rfind(b"\n", at, found.start()) + 1 or at
            end = block.find(b"\n", found.start()) + 1 or len(block)
            line += block.count(b"\n", at, start)
            text = block[start:end]
            self.first_line = self.first_line or line + 1
            if not self.not_utf8 and not _is_utf8(text):
                self.not_utf8 = line + 1
            if len(text) <= BLOCK:  # a longer line is no row, and no evidence
                self.lines += text
            line += text.count(b"\n")
            at = end
        self.line += block.count(b"\n")


def _weighed(evidence: _Evidence, path: Path) -> str:
    lines = bytes(evidence.lines)
    if not lines:
        return "iso2022_jp_2" if evidence.escapes else "utf-8"
    if not evidence.not_utf8 and not _may_be_chance(lines):
        return "utf-8"
    judged = judge(lines, with_utf8=not evidence.not_utf8)
    if judged.name is not None:
        return judged.name
    before = _lines_before(path, evidence.start)
    if _mostly_utf8(lines):
        line = before + (evidence.not_utf8 or evidence.first_line)
        raise not_of_this_encoding("utf-8", path.name, line)
    raise _doubtful(judged, path.name, before + evidence.first_line)


def _lines_before(path: Path, end: int) -> int:
    """Counted only for a message: most files never need it."""
    count = 0
    with open_bytes(path) as handle:
        while end > 0 and (block := _read(handle, path, min(BLOCK, end))):
            count += block.count(b"\n")
            end -= len(block)
    return count


def _doubtful(judged: EncodingScore, name: str, line: int) -> SourceMismatch:
    names = ", ".join(judged.candidates[:4])
    return SourceMismatch(
        "What this file is written in cannot be told for sure"
        + (f": it may be {names}." if names else "."),
        where=f"{name}:{line}",
        do='Save it again as "CSV UTF-8", or say it with `source: {encoding: '
        + (judged.candidates[0] if judged.candidates else "...")
        + "}` in the sync file.",
    )


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _may_be_chance(lines: bytes) -> bool:
    """Two bytes of a code page can look like one letter of UTF-8: a rare one, or a lost one."""
    text = lines.decode()
    letters = [char for char in text if char > "\x7f"]
    return len(letters) <= 6 and _RARE.search(text) is not None


def _mostly_utf8(lines: bytes) -> bool:
    """Letters of UTF-8 and a few bytes that are not: a file of two encodings, or a damaged one."""
    text = lines.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(char > "\x7f" for char in text) - wrong
    return right > wrong


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: NULs on one side of every character."""
    if b"\0" not in head or len(head) < 4:
        return None
    if len(head) % 4 == 0 or len(head) >= 1 << 16:
        for name, lanes in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
            if all(not any(head[lane::4]) for lane in lanes) and _reads(head, name, 4):
                return name
    sides = head[1::2].count(0), head[0::2].count(0)
    name = "utf-16-le" if sides[0] >= sides[1] else "utf-16-be"
    few, many = sorted(sides)
    if many >= 2 and few <= many // 20 and _reads(head, name, 2):
        return name
    return None


def _reads(head: bytes, name: str, size: int) -> bool:
    try:
        text = head[: len(head) // size * size].decode(name, "strict")
    except UnicodeDecodeError as problem:
        if problem.start < len(head) - 4:
            return False
        text = head[: problem.start].decode(name, "strict")
    strange = sum(char < " " and char not in "\t\r\n\x1e\x1f" for char in text)
    known = sum(char.isprintable() or char in "\t\r\n" for char in text)
    return strange == 0 and known >= 0.95 * len(text)


def _as_declared(declared: str, marked: tuple[bytes, str] | None) -> Encoding:
    """What the sync file says; a mark that says the same is not part of the first cell."""
    name = codec_name(declared)
    if name is None:
        raise SourceMismatch(
            f"There is no encoding called {declared!r}.",
            where="source.encoding",
            do="Use one such as utf-8, cp1252, iso-8859-2, shift_jis, gb18030, koi8-r.",
        )
    if marked is None:
        return Encoding({"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name))
    mark, meant = marked
    if meant.startswith(name.removesuffix("-sig")) or meant == name:
        return Encoding(meant, len(mark))
    return Encoding(name)


def codec_name(declared: str) -> str | None:
    """Python's own name of an encoding of text; None when there is none."""
    try:
        found = codecs.lookup(_OTHER_NAMES.get(declared.strip().lower(), declared.strip()))
    except (LookupError, ValueError):
        return None
    plain = found.name.replace("_", "-")
    if not getattr(found, "_is_text_encoding", True) or found.name in _NOT_FOR_TEXT:
        return None
    return plain if plain.startswith("utf") else found.name


def _blocks(handle: BinaryIO, path: Path) -> Iterator[bytes]:
    """Blocks of whole lines, so that no character is cut in two."""
    carry, begun = b"", handle.tell()
    while block := _read(handle, path, BLOCK):
        end = block.rfind(b"\n") + 1 or block.rfind(b"\r") + 1
        if end:
            yield carry + block[:end]
            begun += len(carry) + end
        elif len(carry) > LINE_LIMIT:
            raise line_too_long(path.name, _lines_before(path, begun) + 1)
        carry = block[end:] if end else carry + block
    if carry:
        yield carry


def _into(handle: BinaryIO, data: bytearray, path: Path) -> int:
    try:
        return cast("BufferedReader", handle).readinto(data)
    except OSError as problem:
        raise unreadable(problem, path) from problem


def _read(handle: BinaryIO, path: Path, size: int) -> bytes:
    try:
        return handle.read(size)
    except OSError as problem:
        raise unreadable(problem, path) from problem

"""Encoding detection: the encoding of a text file, or a refusal that names the candidates.

| it is | when |
| --- | --- |
| what the sync file says | it says so, and every byte agrees |
| UTF-8, UTF-16, UTF-32, GB18030 | a byte order mark says so |
| UTF-16, UTF-32 without a mark | NULs stand where those encodings have them, and it reads as text |
| ISO-2022, HZ | all bytes are ASCII, and their marks are there (`seven_bit`) |
| UTF-8 | every byte agrees, and no code page reads clearly better; plain ASCII is UTF-8, too |
| a code page | its words read as words of a language, and those of no other code page do |

A wrong guess would be sent to people as mojibake, so candidates whose text differs and that read
nearly as well are no guess but a refusal, which names the key of the sync file that settles it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, cast

from connectors.sources.delimited.code_pages import EncodingScore, judge
from connectors.sources.delimited.seven_bit import has_marks, seven_bit_encoding
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
_UNUSUAL = re.compile(
    r"[^\x00-\u017f\u2010-\u203a\u20ac]|[\u0114\u0115\u012c\u012d\u0138-\u0140\u0149\u014e\u014f\u017f]"
)
"""All but the letters that European languages write in Latin script, and their punctuation."""
_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f][^\x00-\x40\x5b-\x60\x7b-\x7f]+")
_TOGETHER: Final = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}),
    # an A of one keyboard in a name of the other
    frozenset({"LATIN", "CYRILLIC"}),
    frozenset({"LATIN", "GREEK"}),
)
"""Scripts that stand in one word."""
_ABOVE = re.compile(rb"[\x80-\xff]")
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
        SourceMismatch: Not a file of text, or one whose encoding is not certain.
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
    """Where the block begins that holds the first byte above 127, or marks of seven bits."""
    handle.seek(0)
    data, at, endless = bytearray(BLOCK), 0, 0
    while size := _into(handle, data, path):
        if size < len(data):
            data = data[:size]
        endless = endless + size if data.find(b"\n") < 0 and data.find(b"\r") < 0 else 0
        if endless > LINE_LIMIT:
            raise line_too_long(path.name, _lines_before(path, at) + 1)
        if not data.isascii() or has_marks(data):
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
        self.marked = bytearray()
        self.not_utf8 = 0

    @property
    def enough(self) -> bool:
        """More would tell nothing new."""
        # that so much is UTF-8 by chance cannot be; if one line is not, its reader says so
        return len(self.lines) >= (EVIDENCE if self.not_utf8 else EVIDENCE // 32)

    def add(self, block: bytes) -> None:
        """Takes in whole lines."""
        if block.isascii():
            if len(self.marked) < EVIDENCE and has_marks(block):
                self.marked += block
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
        return seven_bit_encoding(bytes(evidence.marked), path.name) or "utf-8"
    if evidence.not_utf8:
        judged = judge(lines)
    elif not _may_be_chance(lines):
        return "utf-8"
    else:
        judged = judge(lines, with_utf8=True)
        if judged.name is None and _is_plausible(lines.decode()):
            return "utf-8"
    if judged.name is not None:
        return judged.name
    before = _lines_before(path, evidence.start)
    if evidence.not_utf8 and _mostly_utf8(lines):
        raise not_of_this_encoding("utf-8", path.name, before + evidence.not_utf8)
    raise _doubtful(judged, lines, path.name, before + evidence.first_line)


def _lines_before(path: Path, end: int) -> int:
    """Counted only for a message: most files never need it."""
    count = 0
    with open_bytes(path) as handle:
        while end > 0 and (block := _read(handle, path, min(BLOCK, end))):
            count += block.count(b"\n")
            end -= len(block)
    return count


def _doubtful(judged: EncodingScore, lines: bytes, name: str, line: int) -> SourceMismatch:
    names = judged.candidates[:4]
    letters = [f"{each} ({letter!r})" for each, letter in _first_letters(lines, names)]
    return SourceMismatch(
        "Cannot tell how the letters beyond A to Z are stored in this file (encoding)"
        + (f": it may be {', '.join(letters)}." if letters else "."),
        where=f"{name}:{line}",
        do='In Excel: Save As > "CSV UTF-8". Or say it: for one file with --encoding '
        f"{names[0] if names else '...'}, in a sync file with `source: {{encoding: ...}}`.",
    )


def _first_letters(lines: bytes, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What the first letter beyond ASCII is in each of the encodings."""
    for name in names:
        text = lines.decode(name, "replace")
        yield name, next((char for char in text if char > "\x7f"), "")


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _may_be_chance(lines: bytes) -> bool:
    """Two bytes of a code page can look like one letter of UTF-8; many of them never do."""
    text = lines.decode()
    beyond = len(lines) - len(text)  # bytes that agree with the ones before them
    return beyond <= 6 and (_UNUSUAL.search(text) is not None or not _is_plausible(text))


def _is_plausible(text: str) -> bool:
    """Every word is written in one script, and its marks and signs stand where words have them."""
    for word in _WORD.findall(text):
        scripts = set()
        for at, char in enumerate(word):
            kind = unicodedata.category(char)
            if kind[0] in "CNS" or (kind[0] == "M" and not at):
                return False
            if kind[0] in "LP":
                scripts.add(unicodedata.name(char, "?").split()[0])
        if len(scripts) > 1 and not any(map(scripts.issubset, _TOGETHER)):
            return False
    return True


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
        # the highest byte is always 0, the next one at most 16: so many planes there are
        for name, highest, plane in (("utf-32-le", 3, 2), ("utf-32-be", 0, 1)):
            if (
                not any(head[highest::4])
                and max(head[plane::4], default=0) <= 16
                and _reads(head, name, 4)
            ):
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

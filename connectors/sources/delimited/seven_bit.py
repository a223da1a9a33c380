"""Encodings of seven bits: every byte is ASCII, and some of them stand for other letters.

| it is | told by | outcome |
| --- | --- | --- |
| ISO-2022-JP, -KR (RFC 1468, 1554, 1557) | escape sequences that choose a set of signs | read |
| ISO-2022-CN and others that Python cannot decode (RFC 1922) | the same | refused |
| HZ (RFC 1843) | `~{` and `~}` around pairs that are common Chinese signs | read |
| UTF-7 (RFC 2152) | `+AOk-`: letters beyond ASCII, and no other plus than `+-` | refused |

Read as ASCII they would be mojibake without a single byte that looks wrong.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from connectors.sources.delimited.code_pages import COMMON_ENOUGH, commonness
from schemas.errors import SourceMismatch

# `ESC ( B` chooses ASCII: terminals write it too, and it changes nothing
_ISO_2022: Final = re.compile(rb"\x1b(?:\$[()*+]?[@-~]|\([IJ]|[-./][@-~])")
_KOREAN: Final = re.compile(rb"\x1b\$\)C")
_JAPANESE: Final = ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_2004", "iso2022_jp_3")
_HZ: Final = re.compile(rb"~\{((?:[\x21-\x7d][\x21-\x7e])+)~\}")
_PLUS_NUMBER: Final = re.compile(rb"\+ ?[0-9(]")
_SHIFTED: Final = re.compile(rb"\+([A-Za-z0-9+/]*)-?")
_ALPHABETS: Final = "\u1fff"
"""Scripts that are written with letters stand up to here, those written with signs behind it."""


def has_marks(block: bytes | bytearray) -> bool:
    """Whether an ASCII block may hold such an encoding; quick, for it is asked of every block."""
    return (
        block.find(b"\x1b") >= 0
        or block.find(b"~{") >= 0
        or (block.find(b"+") >= 0 and _PLUS_NUMBER.search(block) is None)
    )


def seven_bit_encoding(lines: bytes, name: str) -> str | None:
    """The encoding of ASCII lines that hold marks; None when they are plain ASCII.

    Args:
        lines: Lines of the file in which `has_marks` found something.
        name: The file's name, for messages.

    Raises:
        SourceMismatch: It is one that is not read.
    """
    found = _ISO_2022.search(lines)
    if found is not None:
        names = ("iso2022_kr",) if _KOREAN.search(lines) else _JAPANESE
        codec = next((each for each in names if _decoded(lines, each) is not None), None)
        if codec is None:
            raise _refused("ISO-2022 (escape sequences for other letters)", lines, found, name)
        return codec
    found = _HZ.search(lines)
    if found is not None and _reads_as_hz(lines):
        return "hz"
    found = next((each for each in _SHIFTED.finditer(lines) if each[1]), None)
    if found is not None and _reads_as_utf7(lines):
        raise _refused("UTF-7", lines, found, name)
    return None


def _decoded(lines: bytes, codec: str) -> str | None:
    """The text; None where an escape is left in it, for decoders pass on those they do not know."""
    try:
        text = lines.decode(codec)
    except UnicodeDecodeError:
        return None
    return None if any(mark in text for mark in "\x1b\x0e\x0f") else text


def _reads_as_hz(lines: bytes) -> bool:
    text = _decoded(lines, "hz")
    signs = [char for char in text or "" if char > "\x7f"]
    return bool(signs) and commonness(signs, "Simplified") >= COMMON_ENOUGH


def _reads_as_utf7(lines: bytes) -> bool:
    """Every plus is one of UTF-7, and what is shifted reads as letters."""
    text = _decoded(lines, "utf-7")
    if text is None:
        return False
    shifted = [each[1] for each in _SHIFTED.finditer(lines) if each[1]]
    beyond = [char for char in text if char > "\x7f"]
    if not beyond or any(not each or each.isdigit() for each in shifted):
        return False
    if not all(char.isalpha() or unicodedata.category(char)[0] in "MP" for char in beyond):
        return False
    signs = [char for char in beyond if char > _ALPHABETS]
    return not signs or any(
        commonness(signs, language) >= COMMON_ENOUGH
        for language in ("Japanese", "Simplified", "Traditional", "Korean")
    )


def _refused(what: str, lines: bytes, found: re.Match[bytes], name: str) -> SourceMismatch:
    line = lines.count(b"\n", 0, found.start()) + 1
    return SourceMismatch(
        f"This file is written in {what}, an encoding of old e-mail programs that is not read.",
        where=f"{name}:{line}",
        do='Open it with the program it comes from, and save it as "CSV UTF-8".',
    )

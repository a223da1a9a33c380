"""Names of columns as words: folded, taken apart, compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from sendersync.transforms.cells.emails import LIKE_ADDRESS
from sendersync.transforms.cells.plain_letters import PLAIN_LETTERS
from sendersync.transforms.cells.visible_text import SCIENTIFIC
from sendersync.transforms.mapping.words import FILLER_WORDS

LONGEST: Final = 120
"""Characters of a column's name that are looked at; no word of ours is longer."""

_HUMP: Final = re.compile(
    r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Ý])|(?<=[A-ZÀ-Ý])(?=[A-ZÀ-Ý][a-zà-ÿ])(?![A-Z]s(?![^\W_]))"
)
"""Where a word begins inside of others: `mobilePhone`, `SMSOptOut`; not in `STOPs` and `IDs`."""

_SCRIPT: Final = re.compile(r"(?<=[A-Za-z])(?=[\u3040-\u9fff])|(?<=[\u3040-\u9fff])(?=[A-Za-z])")
_TOKEN: Final = re.compile(r"[^\W_]+")
SHORT: Final = 3
"""Letters: a stem of no more than these counts only as a whole word."""


_PLAIN: Final = str.maketrans(PLAIN_LETTERS)


def without_accents(text: str) -> str:
    """Lower case, each letter without its marks; what is no letter stays."""
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return "".join(char for char in apart if not unicodedata.combining(char))


class _Stems(NamedTuple):
    """Stems, folded once and sorted by where they may stand."""

    whole: frozenset[str]
    starts: tuple[str, ...]
    anywhere: tuple[str, ...]
    long: tuple[str, ...]


@lru_cache(maxsize=16_384)
def fold(word: str) -> str:
    """A header word without capitals, accents, punctuation and spaces."""
    return "".join(char for char in without_accents(word) if char.isalnum())


@lru_cache(maxsize=4096)
def tokens(header: str) -> tuple[str, ...]:
    """The words of a header, folded: `mobilePhone (SMS)` as `mobile`, `phone`, `sms`."""
    apart = _SCRIPT.sub(" ", _HUMP.sub(" ", unicodedata.normalize("NFKC", header[:LONGEST])))
    return tuple(folded for each in _TOKEN.findall(apart) if (folded := fold(each)))


@lru_cache(maxsize=4096)
def core(header: str) -> str:
    """The header folded, without the words at its ends that change nothing."""
    words = list(tokens(header))
    while len(words) > 1 and words[0] in FILLER_WORDS:
        words.pop(0)
    while len(words) > 1 and words[-1] in FILLER_WORDS:
        words.pop()
    return "".join(words)


def has_stem(header: str, stems: Iterable[str]) -> bool:
    """Whether a word of the header begins with one of the stems.

    Stems of three letters and less are whole words. Those of scripts without spaces, and those of
    several words (`optout`), may stand anywhere.
    """
    words, sought = tokens(header), _sorted(tuple(stems))
    if not sought.whole.isdisjoint(words) or any(word.startswith(sought.starts) for word in words):
        return True
    whole = fold(header[:LONGEST])
    return any(stem in whole for stem in sought.anywhere)


def holds(header: str, stems: Iterable[str]) -> bool:
    """Whether one of the stems stands anywhere in the header, spaces and signs aside."""
    whole, sought = fold(header[:LONGEST]), _sorted(tuple(stems))
    if whole in sought.whole or not sought.whole.isdisjoint(tokens(header)):  # D.N.D. is DND
        return True
    return any(stem in whole for stem in sought.long)


@lru_cache(maxsize=256)
def _sorted(stems: tuple[str, ...]) -> _Stems:
    """A file may have thousands of columns, and each is asked about hundreds of stems."""
    plain = [stem for stem in stems if stem.isascii()]
    starts = tuple(fold(stem) for stem in plain if len(stem) > SHORT)
    anywhere = tuple(fold(stem) for stem in stems if not stem.isascii())
    return _Stems(
        whole=frozenset(stem for stem in plain if len(stem) <= SHORT),
        starts=starts,
        anywhere=anywhere,
        long=(*starts, *anywhere),
    )


def reads_as_data(cell: str) -> bool:
    """True for a header cell that is a phone number or an e-mail address: a row, not a name."""
    text = cell.strip()
    return LIKE_ADDRESS.fullmatch(text) is not None or reads_as_phone(text)


def reads_as_phone(text: str) -> bool:
    """Seven digits or more that are most of the cell, or what a spreadsheet makes of them."""
    shown = [char for char in text if not char.isspace()]
    digits = sum(char.isdecimal() for char in shown)
    if digits >= 7:
        return digits * 2 > len(shown)
    return SCIENTIFIC.fullmatch(text) is not None

"""Cells that mean yes, and cells that mean neither yes nor no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd
import pyarrow as pa

from schemas.sync_file import TRUTHY, FlagWords
from sendersync.transforms.cells.distinct import as_arrow, as_flags, by_distinct
from sendersync.transforms.cells.sentinels import NOTHING

FALSY: Final = frozenset(
    [
        *NOTHING,
        *"false no n 0 0.0 off f na".split(),
        *"falso falsch faux nein non não nao nie nej nee nei нет いいえ 否".split(),
    ]
)
"""Cells that surely mean no. A yes in another language is not on the contract's list, so it is
doubtful until the sync file says what it means; a no in another language harms nobody."""

_ITS_OWN: Final = FlagWords()


def truthy(raw: pd.Series, words: FlagWords = _ITS_OWN) -> pd.Series:
    """Which cells say yes: by the contract's list, and by what the sync file adds to it.

    Args:
        raw: Text column, pandas `str`; blanks around the word and capitals do not count.
        words: What the sync file says of this column's words.

    Returns:
        `bool` column with the same index: False for everything that is not on the list, the
        empty cell too, so that a doubtful consent is none.
    """
    return _where(raw, lambda word: _says_yes(word, words))


def doubtful(raw: pd.Series, words: FlagWords = _ITS_OWN) -> pd.Series:
    """Which cells hold something that is neither a yes nor a no, such as a date or `Sí`.

    Args:
        raw: Text column, pandas `str`.
        words: What the sync file says of this column's words.

    Returns:
        `bool` column with the same index; `truthy` is False wherever this is True.
    """
    return _where(raw, lambda word: not _says_yes(word, words) and not _says_no(word, words))


def _where(raw: pd.Series, rule: Callable[[str], bool]) -> pd.Series:
    answers = by_distinct(as_arrow(raw), lambda cell: rule(cell.strip().casefold()), pa.bool_())
    return as_flags(answers, raw.index)


def _says_yes(word: str, words: FlagWords) -> bool:
    named = word in TRUTHY or word in words.means_yes
    return named or (words.filled_means_yes and not _says_no(word, words))


def _says_no(word: str, words: FlagWords) -> bool:
    if word in words.means_yes:
        return False
    return not word or word in FALSY or word in words.means_no

"""Cells of yes or no: what counts as a yes, as a no, and as neither.

Words are compared as people see them: without capitals, with straight quotes, plain dashes and
single blanks, so that a curly apostrophe in a cell is a straight one in the sync file.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.sync_file import TRUTHY, FlagWords
from sendersync.transforms.cells.arrow_columns import as_arrow, as_flags
from sendersync.transforms.cells.dates import is_no_date, is_real_date, may_be_no_date
from sendersync.transforms.cells.distinct import by_distinct
from sendersync.transforms.cells.sentinels import NOTHING
from sendersync.transforms.cells.texts import clean_cell
from sendersync.transforms.cells.visible_text import visible_text

FALSY: Final = frozenset(
    [
        *NOTHING,
        *"false no n 0 0.0 off f na".split(),
        *"falso falsch faux onwaar falskt falsk fałsz ложь".split(),
        *"nein non não nao nie nej nee nei нет いいえ 否".split(),
    ]
)
"""Cells that surely mean no. A yes in another language is not on the contract's list, so it is
unclear until the sync file says what it means; a no in another language harms nobody."""

_TIME_OF_DAY: Final = r"^(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?$"
"""The day of a time stamp says all that there is to know, and there are fewer of them."""

_NO_WORDS: Final = FlagWords()


class FlagValue(StrEnum):
    """What a cell says."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


def answer(cell: str, words: FlagWords = _NO_WORDS) -> FlagValue:
    """What one cell says.

    The first that knows the cell decides: the words that the sync file calls a yes, and those that
    always are; blank cells, common words for no, and those that the sync file calls so; a program's
    date for "none"; words that the sync file leaves undecided; then dates, and then whatever is
    filled, where the sync file says that they mean yes.

    Args:
        cell: As the source gave it.
        words: What the sync file says of this column's words.
    """
    word = fold_word(cell)
    means = _folded(tuple(words.means_yes), tuple(words.means_no), tuple(words.undecided))
    if word in means.yes:
        return FlagValue.YES
    if not word or word in means.no or is_no_date(word):
        return FlagValue.NO
    if word in means.undecided:
        return FlagValue.UNCLEAR
    if words.dates_mean_yes and is_real_date(word):
        return FlagValue.YES
    if words.filled_means_yes and not may_be_no_date(word):
        return FlagValue.YES
    return FlagValue.UNCLEAR


def truthy(raw: pd.Series, words: FlagWords = _NO_WORDS) -> pd.Series:
    """Which cells say yes: by the contract's list, and by what the sync file adds to it.

    Args:
        raw: Text column, pandas `str`.
        words: What the sync file says of this column's words.

    Returns:
        `bool` column with the same index: False for everything that is not on the list, the
        empty cell too, so that an unclear consent is none.
    """
    return _where(raw, words, FlagValue.YES)


def doubtful(raw: pd.Series, words: FlagWords = _NO_WORDS) -> pd.Series:
    """Which cells hold something that is neither a yes nor a no, such as a date or `Sí`.

    Args:
        raw: Text column, pandas `str`.
        words: What the sync file says of this column's words.

    Returns:
        `bool` column with the same index; `truthy` is False wherever this is True.
    """
    return _where(raw, words, FlagValue.UNCLEAR)


def refused(raw: pd.Series, words: FlagWords = _NO_WORDS) -> pd.Series:
    """Which cells say no; a blank cell, a mark for nothing and a date for "none" say nothing.

    Args:
        raw: Text column, pandas `str`.
        words: What the sync file says of this column's words.

    Returns:
        `bool` column with the same index.
    """
    silent = NOTHING - set(map(fold_word, words.means_no))

    def is_silent(cell: str) -> bool:
        word = fold_word(cell)
        return not word or word in silent or is_no_date(word)

    says_nothing = by_distinct(as_arrow(raw), is_silent, pa.bool_())
    return _where(raw, words, FlagValue.NO) & ~as_flags(says_nothing, raw.index)


@lru_cache(maxsize=4096)
def fold_word(cell: str) -> str:
    """A word as it is compared: as it shows, without capitals, each run of blanks one space."""
    return " ".join(visible_text(clean_cell(cell)).replace("`", "'").casefold().split())


class _Means(NamedTuple):
    yes: frozenset[str]
    no: frozenset[str]
    undecided: frozenset[str]


@lru_cache(maxsize=64)
def _folded(yes: tuple[str, ...], no: tuple[str, ...], undecided: tuple[str, ...]) -> _Means:
    own = frozenset(map(fold_word, yes))
    return _Means(
        yes=own | TRUTHY,
        no=(FALSY | frozenset(map(fold_word, no))) - own,
        undecided=frozenset(map(fold_word, undecided)),
    )


def _where(raw: pd.Series, words: FlagWords, wanted: FlagValue) -> pd.Series:
    def decide(cell: str) -> bool:
        return answer(cell, words) is wanted

    coded = as_arrow(raw).dictionary_encode()
    days = pc.replace_substring_regex(coded.dictionary, _TIME_OF_DAY, r"\1")
    answers = by_distinct(days, decide, pa.bool_()).take(coded.indices)
    return as_flags(answers, raw.index)

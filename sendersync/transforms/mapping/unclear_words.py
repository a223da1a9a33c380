"""Words of a yes-or-no column that mean neither, counted, as far as they may be shown.

People decide about words, so they must see them. But a wrong column may hold names, notes or
numbers, and those are shown to nobody: long texts, addresses, runs of digits, and all cells of a
column whose header says that it is another field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from schemas.sync_file import FlagWords
from sendersync.transforms.cells.dates import looks_like_date
from sendersync.transforms.cells.flags import FlagValue, answer, fold_word
from sendersync.transforms.mapping.header_words import core, fold
from sendersync.transforms.mapping.known_headers import word_of
from sendersync.transforms.mapping.words import SURNAMES

DATES: Final = "(dates)"
OTHERS: Final = "(other texts)"
SHOWN: Final = 12
"""Words that are listed; what is rarer is counted together."""

_LONGEST: Final = 40
_DAY: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_DIGITS: Final = re.compile(r"\d{5,}|@|\d[\d ().-]{6,}\d")
_OFTEN: Final = 3
"""Rows from which a word speaks of nobody: what is rarer is hidden in a column with more different
words than `SHOWN`, where words may be names."""

_NOTE: Final = 4
"""A text of so many words is a note about somebody, unless it stands there often."""

_PERSONAL: Final = frozenset({"phone", "email", "first_name", "key", "customer_key", "country"})
_SURNAMES: Final = frozenset(map(fold, SURNAMES))


def unclear_words(column: pd.Series, words: FlagWords) -> Counter[str]:
    """Each cell that is neither a yes nor a no, as words are compared, with its rows.

    Args:
        column: Text column, pandas `str`.
        words: What the sync file says of it.
    """
    counts: Counter[str] = Counter()
    for cell, rows in column.value_counts().items():
        if answer(str(cell), words) is FlagValue.UNCLEAR:
            counts[fold_word(str(cell))] += int(rows)
    return counts


def shown_words(header: str, counts: Mapping[str, int]) -> dict[str, int]:
    """The words that may be shown, the commonest first, and the rest counted together."""
    shown: Counter[str] = Counter()
    many = len(counts) > SHOWN
    for word, rows in counts.items():
        if looks_like_date(word):
            shown[DATES] += rows
        elif _personal(header) or _hidden(word) or (rows < _OFTEN and (many or _is_note(word))):
            shown[OTHERS] += rows
        else:
            shown[word] += rows
    listed = shown.most_common(SHOWN)
    others = sum(rows for word, rows in shown.items() if word not in dict(listed))
    found = dict(listed)
    if others:
        found[OTHERS] = found.get(OTHERS, 0) + others
    return found


def listed(shown: Mapping[str, int]) -> str:
    """For a sentence: `"moved to email" 11x, (dates) 3x`."""
    quoted = (word if word in (DATES, OTHERS) else f'"{word}"' for word in shown)
    return ", ".join(f"{word} {rows:,}x" for word, rows in zip(quoted, shown.values(), strict=True))


def merged(several: Iterable[Mapping[str, int]]) -> Counter[str]:
    """Counts of several batches as one."""
    counts: Counter[str] = Counter()
    for each in several:
        counts.update(each)
    return counts


def _personal(header: str) -> bool:
    word = word_of(header)
    return (word is not None and word.field in _PERSONAL) or core(header) in _SURNAMES


def _hidden(word: str) -> bool:
    return len(word) > _LONGEST or _DIGITS.search(_DAY.sub("", word)) is not None


def _is_note(word: str) -> bool:
    return len(word.split()) >= _NOTE

"""Column evidence: which share of a column's cells are phones, addresses, countries, yes or no.

Only shares and counts leave this module, never a cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.sync_file import FlagWords
from sendersync.transforms.cells.dates import earliest_day, looks_like_date
from sendersync.transforms.cells.emails import LIKE_ADDRESS
from sendersync.transforms.cells.flags import FlagValue, answer
from sendersync.transforms.cells.visible_text import visible_text
from sendersync.transforms.countries.normalise_countries import read_country
from sendersync.transforms.mapping.header_words import fold, has_stem, reads_as_phone
from sendersync.transforms.mapping.permission_words import (
    LEFT_STEMS,
    SAYS_AGREED,
    SAYS_NOT_YET,
    SAYS_OPTED_OUT,
    STATES_OF_LEAVING,
    TEXTS,
    YES_ABROAD,
)
from sendersync.transforms.mapping.refusals import refuses_texts
from sendersync.transforms.mapping.weights import WEIGHTS

_DISTINCT: Final = 300
"""Spellings of one column that are looked at."""

_SMALL: Final = 1_000
"""Rows of a column that are counted one by one: there the tools for many rows take longer."""

_STATES: Final = 12
"""A column with more different cells than this is no status."""

_SEVERAL: Final = 3
"""Two words, such as Active and Unsubscribed, are a yes and a no."""

_WRITTEN: Final = re.compile(
    r"\+\d[\d\s().\-/]{6,20}|\(\d{2,5}\)[\d\s.\-/]{5,15}|0\d{1,5}[\s./\-]\d[\d\s.\-/]{4,15}"
    r"|\d{3}[\s.\-]\d{3}[\s.\-]\d{4}|\d{2}(?:[\s.]\d{2}){3,4}|1[\s.\-]\d{3}[\s.\-]\d{3}[\s.\-]\d{4}"
)
"""As people and programs write phones; a bare run of digits may be anything."""

_BARE: Final = re.compile(r"\d{10,15}", re.ASCII)

_BETWEEN_CHANNELS: Final = re.compile(r"[;,/|+&]|\band\b|\bund\b|\bet\b|\by\b")
_MOST_DIGITS: Final = 15
_OUT: Final = frozenset(map(fold, SAYS_OPTED_OUT.split("|")))
_AGREED: Final = frozenset(map(fold, SAYS_AGREED.split("|")))
_NOT_AGREED: Final = _OUT | frozenset(map(fold, SAYS_NOT_YET.split("|")))
_OFF: Final = (
    "nothing|neither|do not|out|keiner|kein|aus|apagado|éteint|desligado|spento|uit|"
    "なし|しない|オフ"
)
"""Cells of a choice that is switched off: asked about, since nobody can tell a no from a stop."""
_REFUSES: Final = _NOT_AGREED | frozenset(map(fold, _OFF.split("|")))


@dataclass(frozen=True)
class ColumnEvidence:
    """Some cells of one column.

    Attributes:
        rows: Cells looked at, empty ones included.
        counts: Each filled cell with how often it stands there, the most frequent first.
    """

    rows: int
    counts: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, column: pd.Series) -> ColumnEvidence:
        """Of a column as a source gives it."""
        cells, counts = distinct_cells([column], str(column.name))
        return cls(len(column), tuple(zip(cells.to_pylist(), counts.tolist(), strict=True)))

    @cached_property
    def filled(self) -> int:
        """Cells with something in them."""
        return sum(count for _, count in self.counts)

    @cached_property
    def phones(self) -> float:
        """Share of filled cells that may be phones."""
        return self._share(_may_be_phone)

    @cached_property
    def written_phones(self) -> float:
        """Share of filled cells that are written as phones are, and little else is."""
        return self._share(lambda cell: _WRITTEN.fullmatch(_shown(cell)) is not None)

    @cached_property
    def bare_phones(self) -> float:
        """Share of filled cells that are digits alone, as many as a phone has."""
        return self._share(lambda cell: _BARE.fullmatch(_shown(cell)) is not None)

    @cached_property
    def emails(self) -> float:
        """Share of filled cells that are addresses."""
        return self._share(lambda cell: LIKE_ADDRESS.fullmatch(cell) is not None)

    @cached_property
    def at_signs(self) -> float:
        """Share of filled cells with an @ in them."""
        return self._share(lambda cell: "@" in cell)

    @cached_property
    def countries(self) -> float:
        """Share of filled cells that are understood as a country."""
        return self._share(lambda cell: bool(read_country(cell)))

    @cached_property
    def dates(self) -> float:
        """Share of filled cells that are dates."""
        return self._share(looks_like_date)

    @cached_property
    def several_words(self) -> float:
        """Share of filled cells of several words, or of letters with a comma between."""
        return self._share(lambda cell: len(cell.replace(",", " ").split()) > 1)

    @cached_property
    def letters_only(self) -> bool:
        """Five filled cells or more, and not a digit in any of them."""
        return self.filled >= 5 and not self._share(lambda cell: any(map(str.isdigit, cell)))

    @cached_property
    def are_flags(self) -> bool:
        """Each cell is surely a yes or surely a no; also when all are empty."""
        return all(_is_flag(cell) for cell, _ in self.counts)

    @cached_property
    def flags(self) -> float:
        """Share of filled cells that are surely a yes or surely a no."""
        return self._share(_is_flag)

    @cached_property
    def mostly_flags(self) -> bool:
        """Nearly all of three filled cells or more are yes or no."""
        return self.filled >= WEIGHTS.few_cells and self.flags >= WEIGHTS.most

    @cached_property
    def any_but_no(self) -> bool:
        """Some cell is filled, and not with a no."""
        return any(any_but_no(cell) for cell, _ in self.counts)

    @cached_property
    def marks_a_few(self) -> bool:
        """Some rows, half of them at most, have a yes or a date, and the others a no or nothing."""
        marked = {
            cell: count
            for cell, count in self.counts
            if answer(cell) is FlagValue.YES or fold(cell) in YES_ABROAD or looks_like_date(cell)
        }
        rest = (answer(cell) for cell, _ in self.counts if cell not in marked)
        few = 0 < 2 * sum(marked.values()) <= self.rows
        return few and all(each is FlagValue.NO for each in rest)

    @cached_property
    def all_yes(self) -> bool:
        """Each row is surely a yes: nobody is left out, whatever the column means."""
        return self.filled == self.rows and all(answer(c) is FlagValue.YES for c, _ in self.counts)

    @cached_property
    def names_texts(self) -> bool:
        """Some cell is the word for texts, alone or in a list of channels."""
        return any(
            not TEXTS.isdisjoint(map(fold, _BETWEEN_CHANNELS.split(cell)))
            for cell, _ in self.counts
        )

    @cached_property
    def few(self) -> bool:
        """So few different cells that they may be a status or a choice."""
        return len(self.counts) <= _STATES

    @cached_property
    def says_opted_out(self) -> bool:
        """A status column in which some cells are the word of an opt-out."""
        return self.few and any(says_opted_out(cell) for cell, _ in self.counts)

    @cached_property
    def states(self) -> FlagWords | None:
        """What its words mean, where each cell is a word of agreeing or refusing; else None."""
        words = {cell: fold(cell) for cell, _ in self.counts if not _is_flag(cell)}
        if not (self.few and words) or not set(words.values()) <= _AGREED | _NOT_AGREED:
            return None
        yes = [cell for cell, word in words.items() if word in _AGREED]
        return FlagWords(means_yes=yes, means_no=[cell for cell in words if cell not in yes])

    @cached_property
    def is_subscription(self) -> bool:
        """A status of several words, each of agreeing or refusing, some of them an agreement.

        Not everybody in it who has not agreed has said stop: `Subscribed`, `Never subscribed`,
        `Unsubscribed`.
        """
        several = len(self.counts) >= _SEVERAL and self.states is not None
        return several and bool(self.states and self.states.means_yes)

    @cached_property
    def counts_things(self) -> bool:
        """Some cell is a number that is neither a yes nor a no: the others are numbers too."""
        return any(
            cell.strip().isdecimal() and not _is_flag(cell.strip()) for cell, _ in self.counts
        )

    @cached_property
    def any_refuses(self) -> bool:
        """Some cell says in words that this person did not agree."""
        return any(refuses(cell) for cell, _ in self.counts)

    def any_of(self, speaks: Callable[[str], bool]) -> bool:
        """Some cell is what is asked for."""
        return any(speaks(cell) for cell, _ in self.counts)

    @cached_property
    def refuses_texts(self) -> bool:
        """Some cell, such as a note or a tag, says that this person wants no texts."""
        return any(refuses_texts(cell) for cell, _ in self.counts)

    @cached_property
    def identify(self) -> bool:
        """No cell is empty and none stands twice."""
        return self.filled == self.rows and len(self.counts) == self.filled

    def _share(self, speaks: Callable[[str], bool]) -> float:
        looked = self.counts[:_DISTINCT]
        total = sum(count for _, count in looked)
        return sum(count for cell, count in looked if speaks(cell)) / total if total else 0.0


def evidence_of(columns: Iterable[str], sample: pd.DataFrame | None) -> dict[str, ColumnEvidence]:
    """The cells of each column that the sample has."""
    if sample is None or not len(sample):
        return {}
    return {column: ColumnEvidence.of(sample[column]) for column in columns if column in sample}


def trimmed(column: pd.Series[str]) -> pa.Array[Any]:
    """The cells of a column without blanks at their ends; a missing one is empty."""
    cells = pa.array(column, type=pa.large_string(), from_pandas=True)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    return pc.utf8_trim_whitespace(pc.fill_null(cells, ""))


def distinct_cells(
    parts: Sequence[pd.Series[str]], header: str
) -> tuple[pa.Array[Any], npt.NDArray[np.int64]]:
    """The different filled cells, and how often each stands there: the most frequent first.

    A header that stands once more among the rows says nothing about its column.

    Args:
        parts: The column, in one part or several.
        header: Its name.
    """
    if sum(map(len, parts)) <= _SMALL:
        few = Counter(str(cell).strip() for part in parts for cell in part.tolist())
        for nothing in ("", header.strip()):
            few.pop(nothing, None)
        found = few.most_common()
        cells = pa.array([cell for cell, _ in found], pa.large_string())
        return cells, np.array([count for _, count in found], dtype=np.int64)
    counted: Any = pa.chunked_array(map(trimmed, parts), pa.large_string()).value_counts()
    values, counts = counted.field("values"), counted.field("counts")
    said = pc.invert(pc.is_in(values, pa.array(["", header.strip()], values.type)))
    values, counts = values.filter(said), counts.filter(said).to_numpy()
    order = np.argsort(-counts, kind="stable")
    return values.take(pa.array(order)), counts[order]


def says_opted_out(cell: str) -> bool:
    """Whether a cell of a status column is the word of an opt-out."""
    return fold(cell) in _OUT


def says_left(cell: str) -> bool:
    """Whether a cell of a person's or a membership's state says that it is over."""
    return has_stem(cell, (*LEFT_STEMS, *STATES_OF_LEAVING))


def any_but_no(cell: str) -> bool:
    """Whether a cell is anything but a no, or empty."""
    return answer(cell) is not FlagValue.NO


def any_but_yes(cell: str) -> bool:
    """Whether a cell is anything but a yes."""
    return answer(cell) is not FlagValue.YES


def is_before(today: date) -> Callable[[str], bool]:
    """The question whether a cell is a day that has passed."""

    def speaks(cell: str) -> bool:
        day = earliest_day(cell)
        return day is not None and day < today

    return speaks


def refuses(cell: str) -> bool:
    """Whether a cell of a consent or a status says that this person did not agree, in words."""
    if not cell.strip():
        return False
    return answer(cell) is FlagValue.NO or fold(cell) in _REFUSES


def _is_flag(cell: str) -> bool:
    return answer(cell) is not FlagValue.UNCLEAR


def _shown(cell: str) -> str:
    """The cell without the `="..."` and the apostrophe that keep a spreadsheet from counting."""
    return visible_text(cell).strip("=\"' ")


def _may_be_phone(cell: str) -> bool:
    text = _shown(cell)
    digits = sum(map(str.isdigit, text))
    return digits <= _MOST_DIGITS * 2 and reads_as_phone(text) and not looks_like_date(text)

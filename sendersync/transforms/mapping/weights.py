"""How much each kind of evidence weighs when a column is suggested: all such numbers, in one table.

Fitted by hand on the headers and cells of `tests/unit/column_mapping`: headers of exports and forms
in twelve languages, exports of well-known systems, and columns that must not be taken. What counts
is the order, and the three levels that people see (sure, likely, guess): whoever moves a weight
runs those tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Weights:
    """Confidences and shares, 0 to 1.

    Attributes:
        sure: From here on a suggestion is called sure.
        likely: From here on it is called likely, and an import takes it; below, a guess.
        whole_only: Words below this count only as the whole header: `Client number` is no phone.
        filler_words: Lost where words beside the header's own were left out.
        empty_column: Lost by a column without a single filled cell.
        rival: What is left where another filled column has words of the same step.
        unsupported: What is left of a phone or an e-mail when no cell speaks for it.
        unsupported_country: The same of a country, which stays likely: an import must read it.
        repeated_key: The most for a key that is not in each row once.
        first_beside_surname: For `Name` in any language beside a surname.
        bare_first_name: For the same alone, when its cells are single words.
        by_cells: For a column that its cells alone speak for.
        most: Share of cells that makes "nearly all".
        half: Share that makes "at least half".
        nearly_each_row: Share of rows that a key must fill, and of its cells that must differ.
        whole_names: Share of cells of several words that makes a column of whole names.
        single_words: The most of them in a column of first names.
        few_cells: Filled cells below which they prove nothing.
    """

    sure: float = 0.85
    likely: float = 0.6
    whole_only: float = 0.8
    filler_words: float = 0.05
    empty_column: float = 0.3
    rival: float = 0.85
    unsupported: float = 0.7
    unsupported_country: float = 0.72
    repeated_key: float = 0.75
    first_beside_surname: float = 0.8
    bare_first_name: float = 0.5
    by_cells: float = 0.5
    most: float = 0.9
    half: float = 0.5
    nearly_each_row: float = 0.95
    whole_names: float = 0.8
    single_words: float = 0.1
    few_cells: int = 3


WEIGHTS: Final = Weights()


def level(confidence: float) -> str:
    """A confidence in a word."""
    if confidence >= WEIGHTS.sure:
        return "sure"
    return "likely" if confidence >= WEIGHTS.likely else "guess"

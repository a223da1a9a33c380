"""Distinct values: a rule is asked once for each, and its answers are spread over the rows."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa


def by_distinct(
    cells: pa.Array, decide: Callable[[str], str | bool | None], kind: pa.DataType
) -> pa.Array:
    """Asks `decide` once for each distinct cell and spreads the answers over the rows.

    Args:
        cells: Text array without nulls.
        decide: Pure function of one cell; None becomes a null.
        kind: Type of the answers.

    Returns:
        Array of the same length and of this type.
    """
    coded = cells.dictionary_encode()
    answers = pa.array([decide(cell) for cell in coded.dictionary.to_pylist()], type=kind)
    return answers.take(coded.indices)

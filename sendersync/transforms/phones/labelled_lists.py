"""Lists of numbers whose labels stand in a column beside them, as Google Contacts exports them.

`Phone 1 - Label` holds `Mobile ::: Work`, and `Phone 1 - Value` the two numbers in that order. Each
number is given its label, so that it reads `Mobile: +1 ... ::: Work: +1 ...`; which of them counts
is decided where every list is read (`damage`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pandas as pd

SEPARATOR: Final = ":::"
_VALUE: Final = re.compile(r"\bvalue$", re.IGNORECASE)


def label_column(header: str, columns: Iterable[str]) -> str:
    """The column that holds the labels of this one's values; empty where there is none."""
    wanted = {_VALUE.sub(word, header).casefold() for word in ("label", "type")}
    if not _VALUE.search(header):
        return ""
    return next((column for column in columns if column.casefold() in wanted), "")


def with_labels(values: pd.Series[str], labels: pd.Series[str]) -> pd.Series[str]:
    """Each number of a list with its label before it.

    Args:
        values: Phone cells, `str`.
        labels: Label cells, same index.

    Returns:
        `str`, same index; cells that hold no list, or have not as many labels, as they are.
    """
    lists = values.str.contains(SEPARATOR, regex=False)
    if not lists.any():
        return values
    labelled = [
        _labelled(value, label) for value, label in zip(values[lists], labels[lists], strict=True)
    ]
    result = values.copy()
    result[lists] = pd.Series(labelled, index=values.index[lists], dtype="str")
    return result


def _labelled(value: str, label: str) -> str:
    numbers = [part.strip() for part in value.split(SEPARATOR)]
    words = [part.strip(" *") for part in label.split(SEPARATOR)]
    if len(numbers) != len(words):
        return value
    pairs = zip(words, numbers, strict=True)
    return f" {SEPARATOR} ".join(f"{word}: {number}" for word, number in pairs)

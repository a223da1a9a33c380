"""What says stop in the column of a stop list: the list has no sync file with `words`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from connectors.sources.source import Source
from schemas.errors import SourceMismatch
from schemas.sync_file import FlagWords
from sendersync.transforms.cells.flags import FlagValue, answer
from sendersync.transforms.mapping.column_evidence import says_opted_out
from sendersync.transforms.mapping.polarity import Polarity, polarity
from sendersync.transforms.mapping.stop_keywords import is_stop_keyword

_SEVERAL: Final = re.compile(r"[;,|]")


def words_of_stop_list(source: Source, mapping: Mapping[str, Any]) -> dict[str, FlagWords]:
    """The cells of the opt-out column of a list that are keywords to stop, as words that mean yes.

    Args:
        source: All its rows are read.
        mapping: Field to column; without `opted_out` every row says stop.

    Raises:
        SourceMismatch: Some cells are such keywords and some a plain yes, in a column of answers: a
            yes there may agree.
    """
    column = mapping.get("opted_out")
    if not column:
        return {}
    cells = {str(c) for records in source.read() for c in records.frame[column].drop_duplicates()}
    stops = sorted(filter(_says_stop, cells))
    if not stops:
        return {}
    agreeing = any(answer(cell) is FlagValue.YES for cell in cells)
    if agreeing and polarity(column) is not Polarity.REFUSES:
        raise SourceMismatch(
            f"In {column!r} some rows say stop in a word, and some say yes: whether a yes there "
            "agrees to texts or wants them stopped cannot be told. Nobody was stopped.",
            where=f"{source.name}:1",
            do="Leave in the list only the rows that say stop, and give it with --map opted_out= "
            "so that every row counts.",
        )
    return {"opted_out": FlagWords(means_yes=stops)}


def _says_stop(cell: str) -> bool:
    """A whole cell, not one of several tags: beside a tag may stand a name."""
    return is_stop_keyword(_SEVERAL.sub(" ", cell)) or says_opted_out(cell)

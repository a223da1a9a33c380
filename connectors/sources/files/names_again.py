"""Lines of column names below the first row: files that were put below one another, second tables.

| line in the middle of a file | what becomes of it |
| --- | --- |
| repeats the column names, all of them in their order | left out, and told |
| names as many other columns | the file is refused: cells below it belong to other columns |
| names fewer or more columns | its rows are malformed, as all of another width |

Why: docs/adr/0052-a-second-table-in-one-file.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from connectors.sources.files.header_words import names_a_column
from connectors.sources.files.looks_like_contact import looks_like_contact
from connectors.sources.source import Records

_MADE: Final = re.compile(r"(?P<given>.*) \(\d+\)|column_\d+", re.DOTALL)
"""Names that were made where the file has none, or one twice (`delimited/header.py`)."""

_PERMISSION: Final = re.compile(
    r"opt(?:ed)?.?(?:in|out)|subscri|permission|agreed?\b|zustimm|einwillig|abgemeldet|abbestell|"
    r"consen[ts]|d[eé]sabonn|baja\b|descadastr|disiscri|afgemeld|avregistr",
    re.IGNORECASE,
)
"""Further words of names, of the columns that matter most: as a cell they may be an answer."""

_PLACE: Final = re.compile(
    r"(?!(?:bundes|heimat|herkunfts|wohn|geburts|liefer|ziel)(?:land|stadt)|home.?town)"
    r"\w+(?:land|ville|town|stadt)"
    r"|(?!(?:home|billing|mailing|shipping|delivery|postal|work|business|other) )"
    r"\w+ (?:city|town|ville|street|land)",
    re.IGNORECASE,
)
"""Portland, Kansas City, Elm Street: they hold a word of column names and are somebody's row."""

_NO_PHONE: Final = r"^(?:\D*\d){0,2}\D*$"
"""At most two digits: `Phone 2` may name a column."""


def without_repeated_names(
    batches: Iterable[Records], names: Sequence[str], left_out: list[int]
) -> Iterator[Records]:
    """The batches, without the rows that repeat the column names.

    Args:
        batches: Of a whole read.
        names: The columns' names.
        left_out: Gets the numbers of the lines that are left out.
    """
    for batch in batches:
        again = _repeating(batch.frame, names)
        left_out += map(int, again)
        yield replace(batch, frame=batch.frame.drop(again)) if len(again) else batch


def repeated_names_note(left_out: Sequence[int], *, what: str = "line") -> str:
    """What the report says of the lines that repeat the column names.

    Args:
        left_out: Their numbers, at least one.
        what: A spreadsheet has rows.
    """
    shown = ", ".join(map(str, left_out[:10])) + (", ..." if len(left_out) > 10 else "")
    if len(left_out) == 1:
        return f"{what} {shown} not read: it repeats the column names"
    return f"{what}s {shown} not read: they repeat the column names"


def other_names(rows: pd.DataFrame, phones: Sequence[str]) -> int | None:
    """The first line that names other columns; None where there is none.

    Args:
        rows: Rows whose phone could not be used, as the source gave them; index `line`.
        phones: The columns of the phone.
    """
    if rows.empty:
        return None
    wordy = pd.Series(data=False, index=rows.index)
    for column in phones:
        wordy |= (rows[column] != "") & rows[column].str.contains(_NO_PHONE)
    rows = rows[wordy]
    own = {name.strip().casefold() for name in rows.columns}
    spelled = {how(name) for name in own for how in (str, str.upper, str.title, str.capitalize)}
    rows = rows[rows.isin({*rows.columns, *spelled}).any(axis=1)]
    rows = rows.drop(_repeating(rows, [*rows.columns]))  # of a source that leaves nothing out
    for line, *cells in rows.itertuples(name=None):
        if _names_other_columns(cells, own):
            return int(line)
    return None


def _names_other_columns(cells: Sequence[str], own: set[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if any(map(looks_like_contact, filled)):
        return False
    known = len({cell.casefold() for cell in filled} & own)
    if known >= 2 and 2 * known >= len(filled):
        return True
    if any(map(str.isdecimal, "".join(filled))) or len(set(filled)) < len(filled):
        return False
    names = sum(
        (names_a_column(cell) and not _PLACE.fullmatch(cell)) or bool(_PERMISSION.search(cell))
        for cell in filled
    )
    return known >= 1 and names >= 2 and 2 * names >= len(filled)


def _repeating(frame: pd.DataFrame, names: Sequence[str]) -> pd.Index[int]:
    """The lines of rows whose every cell is the name of its column."""
    rows = frame
    for name in names:
        if rows.empty:
            break
        made = _MADE.fullmatch(name)
        spelled = {name} if made is None else {name, made["given"] or ""}
        cells = rows[name]
        rows = rows[cells.isin(spelled) | cells.str.strip().isin(spelled)]
    return rows.index if names else frame.index[:0]

"""The `words:` of a drafted sync file: what was found in columns of yes or no, to be sorted.

Words of a status that all are known are written as decided; all others stand under `undecided`,
with their rows, where they mean neither yes nor no until somebody moves them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from schemas.sync_file import FlagWords
from schemas.wording import counted
from sendersync.transforms.mapping.suggest import Suggestion
from sendersync.transforms.mapping.unclear_words import (
    DATES,
    OTHERS,
    merged,
    shown_words,
    unclear_words,
)

_PERMISSIONS = ("opted_out", "consent")

Quoted = Callable[[str], str]


def words_section(
    columns: Mapping[str, str], suggestion: Suggestion, sample: pd.DataFrame, quoted: Quoted
) -> Iterator[str]:
    """The lines of `words:`; none where every cell is a yes or a no.

    Args:
        columns: Contact field to column, as the draft maps them.
        suggestion: What is undecided, and what words of a status mean.
        sample: The rows that were looked at.
        quoted: Writes a text as YAML.
    """
    lines: list[str] = []
    for field in _PERMISSIONS:
        mapped = columns.get(field, "")
        several = suggestion.undecided.get(field, ()) or ((mapped,) if mapped else ())
        asked = field in suggestion.undecided
        own = asked or suggestion.columns.get(field) == mapped
        decided = suggestion.words.get(field) if own else None
        found = _found([each for each in several if each in sample], sample, decided)
        if decided is not None or found:
            lines += _of_field(field, several, decided, found, quoted)
    if lines:
        yield "words:   # what cells mean that are neither yes nor no by themselves"
        yield from lines


def _found(
    columns: Sequence[str], sample: pd.DataFrame, decided: FlagWords | None
) -> Mapping[str, int]:
    words = decided or FlagWords()
    return merged(shown_words(column, unclear_words(sample[column], words)) for column in columns)


def _of_field(
    field: str,
    columns: Sequence[str],
    decided: FlagWords | None,
    found: Mapping[str, int],
    quoted: Quoted,
) -> Iterator[str]:
    yield f"  {field}:   # found in {', '.join(map(quoted, columns))}"
    for name in ("means_yes", "means_no"):
        words = getattr(decided, name) if decided is not None else []
        yield f"    {name}: [{', '.join(map(quoted, words))}]"
    if decided is not None and decided.dates_mean_yes:
        yield "    dates_mean_yes: true"
    listed = {word: rows for word, rows in found.items() if word not in (DATES, OTHERS)}
    if listed:
        yield "    undecided:   # neither yes nor no until you move them up"
        for word, rows in listed.items():
            yield f"      - {quoted(word)}   # {counted(rows, 'row')}"
    if found.get(DATES):
        how = "filled_means_yes" if field == "opted_out" else "dates_mean_yes"
        yield f"    # {how}: true   # {counted(found[DATES], 'row')} with a date"
    if found.get(OTHERS):
        yield f"    # {counted(found[OTHERS], 'row')} with other texts, too different to be listed"

"""Dialect detection: delimiter, quotes and escapes of a delimited file, from its first lines.

Every delimiter that occurs is tried. The right one cuts most lines into the same number of cells,
and leaves cells in which no other delimiter stands. Nothing is taken for a delimiter that a phone
number, a name or an address may hold: a dash, a dot; a blank only where it stands between quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.sources.delimited.careful_reader import Grammar
from connectors.sources.delimited.grammar_score import RARE, score
from connectors.sources.delimited.sampled import SAMPLE_RECORDS, DetectedDialect, read_sample
from connectors.sources.files.header_words import name_columns
from schemas.errors import SourceMismatch

COMMON: Final = (",", ";", "\t", "|")
NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", ":": "colon"}

_MANY: Final = 3
"""Quoted cells that are no accident."""

_SEP = re.compile(r"\ufeff?\"?sep=(.{1,3}?)\"?[ \t;,]*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(r'(?:^|[^"])"(?:[^"\r\n]|"")+" "(?:[^"\r\n]|"")+"(?:[^"]|\Z)')


@dataclass(frozen=True)
class CsvOptions:
    """What the sync file says about a file; None where the file itself shall tell.

    Attributes:
        encoding: Python's name of it, or one of its other names.
        delimiter: Stands between cells.
        quote: Stands around cells; empty when quotes mean nothing.
        escape: Takes the meaning of the character behind it; empty when there is none.
        header_line: The line with the names of the columns; 0 when there is none.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header_line: int | None = None


def find_grammar(sample: str, options: CsvOptions, name: str) -> DetectedDialect:
    """The grammar that reads the sample best.

    Args:
        sample: The file's first lines.
        options: What is known already.
        name: The file's name, for messages.

    Raises:
        SourceMismatch: Two delimiters read it equally well.
    """
    start, line, delimiter = 0, 1, options.delimiter
    declared = _SEP.match(sample)
    if declared:
        start, line = declared.end(), 2
        delimiter = delimiter or declared[1]
    best = _best(sample, start, line, delimiter, options, name)
    return _with_blanks(_with_halves(best))


def _best(
    sample: str, start: int, line: int, delimiter: str | None, options: CsvOptions, name: str
) -> DetectedDialect:
    tried: list[tuple[float, DetectedDialect]] = []
    for each in [delimiter] if delimiter else _occurring(sample):
        found = _best_quoting(sample, start, line, each, options)
        tried.append((1.0 if delimiter else score(found), found))
    tried.sort(key=lambda each: -each[0])
    if not tried or tried[0][0] <= 0:
        return _without_evidence([found for _, found in tried], sample, start, line, options)
    (first, best), rivals = tried[0], tried[1:]
    for points, rival in rivals:
        if points >= 0.97 * first:
            raise SourceMismatch(
                f"The columns may be separated by {_shown(best)} or by {_shown(rival)}: "
                "both cut every line into equally many cells.",
                where=f"{name}:{line}",
                do="Say which one it is with `source: {delimiter: ...}` in the sync file.",
            )
    return best


def _best_quoting(
    sample: str, start: int, line: int, delimiter: str, options: CsvOptions
) -> DetectedDialect:
    """Which quotes, and whether a backslash escapes: the simplest with the fewest odd rows."""
    first, *others = [
        Grammar(delimiter, quote, escape)
        for quote in _quotes(sample, delimiter, options)
        for escape in _escapes(sample, delimiter, quote, options)
    ]
    best = read_sample(sample, start, line, first)
    for grammar in others:
        if grammar.escape or best.strange():  # else nothing can be better
            found = read_sample(sample, start, line, grammar)
            best = found if _is_better(found, best) else best
    return best


def _is_better(found: DetectedDialect, best: DetectedDialect) -> bool:
    """Whether another quoting is believed more than a simpler one."""
    escapes = bool(found.grammar.escape) and _always_escapes(found)
    if found.grammar.quote == best.grammar.quote:
        fewer = found.strange() - best.strange()
        return fewer < 0 or (fewer == 0 and escapes)
    # a row with a stray quote reads well as soon as quotes mean nothing: others must mean more
    quoted, before = found.quoted_cells(), best.quoted_cells()
    if found.strange() < best.strange():
        return quoted > before and (quoted >= _MANY or not found.swallows_rows())
    return found.strange() == best.strange() and escapes and quoted >= before


def _escapes(sample: str, delimiter: str, quote: str, options: CsvOptions) -> Sequence[str]:
    if options.escape is not None:
        # a quote that escapes itself is a doubled one
        return ("" if options.escape == quote else options.escape,)
    before = {"\\" + each for each in (quote, delimiter) if each}
    if "\\" in (quote, delimiter) or not any(each in sample for each in before):
        return ("",)
    return ("", "\\")


def _always_escapes(found: DetectedDialect) -> bool:
    """A backslash stands before every quote within cells, and before nothing that needs none."""
    sample, quote = found.sample, found.grammar.quote
    known = rf"\\(?:\\|{re.escape(found.grammar.delimiter)}|{re.escape(quote)})"
    rest = re.sub(known, "", sample)
    around = 2 * found.quoted_cells()
    return (
        bool(quote)
        and "\\" + quote in sample
        and "\\" not in rest
        and (rest.count(quote) <= around or len(found.records) == SAMPLE_RECORDS)
    )


def _without_evidence(
    tried: Sequence[DetectedDialect], sample: str, start: int, line: int, options: CsvOptions
) -> DetectedDialect:
    """No delimiter cuts the lines alike: blanks between quotes do, or known names tell, or none."""
    blank = read_sample(sample, start, line, Grammar(" "))
    if options.quote in (None, '"') and not options.escape and _cut_by_blanks(blank):
        return blank
    for found in tried:
        first = next((each.cells for each in found.records if not each.blank), None)
        if found.grammar.delimiter in COMMON and name_columns(first or ()):
            return found
    quote = '"' if options.quote is None else options.quote
    escape = "" if options.escape == quote else options.escape or ""
    return read_sample(sample, start, line, Grammar(",", quote, escape))


def _cut_by_blanks(found: DetectedDialect) -> bool:
    """Quoted cells stand side by side with a blank between them, which is wrong in any other file.

    A blank that names and phones may hold is believed on no other evidence.
    """
    rows = [each for each in found.records if not each.blank]
    beside = sum(_SIDE_BY_SIDE.search(found.text(each)) is not None for each in rows)
    width = max(found.widths().items(), key=lambda each: each[1], default=(0, 0))[0]
    return len(rows) > 1 and beside >= 0.9 * len(rows) and width == rows[0].width > 1


def _occurring(sample: str) -> list[str]:
    known = {char for each in (*COMMON, *RARE) for char in each if char in sample}
    found = [each for each in (*COMMON, *RARE) if known.issuperset(each) and each in sample]
    # `a||b` is two cells, not three with an empty one between them
    return [
        each
        for each in found
        if not any(
            len(longer) > len(each)
            and each in longer
            and sample.count(each) == longer.count(each) * sample.count(longer)
            for longer in found
        )
    ]


def _quotes(sample: str, delimiter: str, options: CsvOptions) -> Sequence[str]:
    """Double quotes, and single ones where cells stand within them, the likelier first."""
    if options.quote is not None:
        return (options.quote,)
    begins, ends = (
        rf"(?:\A|[\r\n]|{re.escape(delimiter)})",
        rf"(?={re.escape(delimiter)}|[\r\n]|\Z)",
    )
    opened = len(re.findall(rf"{begins}'", sample))
    if (not opened or re.search(rf"'{ends}", sample) is None) and "\\'" not in sample:
        return ('"',)
    closed = len(re.findall(rf"{begins}'(?:[^'\r\n]|(?<=\w)'(?=\w)|'')*'{ends}", sample))
    double = re.search(rf'{begins}"', sample)
    # an apostrophe before a number is how spreadsheets mark text: it opens and never closes
    single_first = double is None and closed >= 2 and closed >= 0.9 * opened
    return ("'", '"') if single_first else ('"', "'")


def _with_halves(best: DetectedDialect) -> DetectedDialect:
    """Apostrophes round cells in which every double quote is doubled."""
    grammar = best.grammar
    cells = [row.cells[at] for row in best.records if row.cells for at in row.quoted]
    holding = [cell for cell in cells if '"' in cell]
    if (
        grammar.quote != "'"
        or len(holding) < 2
        or any('"' in each.replace('""', "") for each in holding)
    ):
        return best
    return read_sample(best.sample, best.body, best.line, replace(grammar, halve=True))


def _with_blanks(best: DetectedDialect) -> DetectedDialect:
    """A blank behind every delimiter is not part of the cell."""
    grammar = best.grammar
    rows = [each for each in best.records if each.width > 1]
    if len(rows) < 3 or grammar.delimiter not in COMMON or grammar.delimiter == "\t":
        return best
    behind = [cell for row in rows for cell in (row.cells or ())[1:] if cell]
    spaced = [cell for cell in behind if cell.startswith(" ")]
    if len(spaced) < len(behind) or len(behind) < len(rows):
        return best
    return read_sample(
        best.sample,
        best.body,
        best.line,
        replace(grammar, skip_space=True),
    )


def _shown(found: DetectedDialect) -> str:
    delimiter = found.grammar.delimiter
    return NAMES.get(delimiter, repr(delimiter)) + "s" * (delimiter in NAMES)

"""How a file of delimited text is written, as far as its first lines tell.

Every delimiter that occurs is tried. The right one cuts most lines into the same number of cells,
and leaves cells in which no other delimiter stands. Nothing is taken for a delimiter that a phone
number, a name or an address may hold: a dash, a dot; a blank only where it stands between quotes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from connectors.sources.delimited.careful_reader import Grammar, Record
from connectors.sources.files.looks_like_contact import is_guarded
from connectors.sources.files.opening import line_ends
from schemas.errors import SourceMismatch

SAMPLE_RECORDS: Final = 300

COMMON: Final = (",", ";", "\t", "|")
RARE: Final = (
    *("||", "::", ";;", "\t\t", "|~|", "~|~", "^|^", "~^~", "##", "@@"),
    *(":", "^", "~", "\x1f", "\x1e", "\x01", "¦", "§", "¬", "¤", "þ", "÷", "·", "•", "#", "!"),
)
"""Delimiters that are believed only when nearly every line, the first one too, agrees."""

NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", ":": "colon"}

_SEP = re.compile(r"\ufeff?\"?sep=(.{1,3}?)\"?[ \t;,]*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
_TYPED = re.compile(
    r"\s*(?:[+-]?[\d.,'’ ()/:-]+%?|[^\s@]+@[^\s@]+\.[^\s@,;|\t]+|[a-z]+://[^\s;|\t]+|"
    r"\d{4}-\d\d-\d\d[T ][\d:.+Z-]+)\s*",
    re.IGNORECASE,
)
_SIDE_BY_SIDE = re.compile(r'(?:^|[^"])"(?:[^"\r\n]|"")+" "(?:[^"\r\n]|"")+"(?:[^"]|\Z)')
_LINE_END = re.compile(r"\r\n|\n|\r")
_FOREIGN = re.compile(r"[;|\t]|,(?=\S)|::|\x1f")
_DECIMAL = re.compile(r"[+-]?\d+(?:[.,]\d+)*")


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


@dataclass(frozen=True)
class Sampled:
    """A record of the first lines.

    Attributes:
        line: Where it begins.
        next_line: Where the next one begins.
        start: Where it begins in the sample.
        end: Where the next one begins in the sample.
        cells: Its cells; None where quotes go wrong.
    """

    line: int
    next_line: int
    start: int
    end: int
    cells: list[str] | None

    @property
    def width(self) -> int:
        """Number of cells; 0 for one that cannot be read."""
        return len(self.cells) if self.cells is not None else 0

    @property
    def blank(self) -> bool:
        """Nothing stands in it, not even a delimiter."""
        return self.cells is not None and len(self.cells) == 1 and not self.cells[0].strip()


@dataclass(frozen=True)
class DetectedDialect:
    """A grammar, and the sample as it reads it.

    Attributes:
        grammar: How cells are written.
        records: The sample's records, blank lines included.
        sample: The sample itself.
        body: Where the sample's text begins, behind a `sep=` line.
        line: Its line.
    """

    grammar: Grammar
    records: tuple[Sampled, ...]
    sample: str
    body: int = 0
    line: int = 1

    def text(self, record: Sampled) -> str:
        """A record as it stands."""
        return self.sample[record.start : record.end]

    def widths(self) -> Counter[int]:
        """How many records have how many cells; blank lines are left out."""
        return Counter(each.width for each in self.records if not each.blank)


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
    if options.escape is None and "\\" in sample:
        best = _with_escape(best)
    return _with_blanks(best)


def _best(
    sample: str, start: int, line: int, delimiter: str | None, options: CsvOptions, name: str
) -> DetectedDialect:
    tried: list[tuple[float, DetectedDialect]] = []
    for each in [delimiter] if delimiter else _occurring(sample):
        for quote in _quotes(sample, each, options):
            # a quote that escapes itself is a doubled one
            escape = "" if options.escape == quote else options.escape or ""
            found = _read(sample, start, line, Grammar(each, quote, escape))
            tried.append((1.0 if delimiter else _score(found), found))
    tried.sort(key=lambda each: -each[0])
    if not tried or tried[0][0] <= 0:
        blank = _read(sample, start, line, Grammar(" "))
        if options.quote in (None, '"') and not options.escape and _cut_by_blanks(blank):
            return blank
        quote = '"' if options.quote is None else options.quote
        escape = "" if options.escape == quote else options.escape or ""
        return _read(sample, start, line, Grammar(",", quote, escape))
    (first, best), rivals = tried[0], tried[1:]
    for score, rival in rivals:
        if rival.grammar.delimiter != best.grammar.delimiter and score >= 0.97 * first:
            raise SourceMismatch(
                f"The columns may be separated by {_shown(best)} or by {_shown(rival)}: "
                "both cut every line into equally many cells.",
                where=f"{name}:{line}",
                do="Say which one it is with `source: {delimiter: ...}` in the sync file.",
            )
    return best


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
    """Double quotes, and single ones where cells stand within them."""
    if options.quote is not None:
        return (options.quote,)
    edge = re.escape(delimiter)
    if "'" not in sample or re.search(rf'(?:^|{edge})"', sample, re.MULTILINE):
        return ('"',)
    opened = len(re.findall(rf"(?:^|{edge})'", sample, re.MULTILINE))
    closed = len(
        re.findall(
            rf"(?:^|{edge})'(?:[^'\r\n]|(?<=\w)'(?=\w)|'')*'(?={edge}|\r|$)", sample, re.MULTILINE
        )
    )
    # an apostrophe before a number is how spreadsheets mark text: it opens and never closes
    return ("'",) if closed >= 2 and closed >= 0.9 * opened else ('"',)


def _read(sample: str, start: int, line: int, grammar: Grammar) -> DetectedDialect:
    """The sample's records; one that goes wrong costs its first line."""
    records: list[Sampled] = []
    at, first, body = start, line, start
    while at < len(sample) and len(records) < SAMPLE_RECORDS:
        after = _next_line(sample, at)
        cells = grammar.split(sample[at:after].rstrip("\r\n"))
        end = after
        if cells is None:
            record = grammar.record(sample, at)
            if not record.problem and not _too_tall(sample, at, record):
                cells, end = record.cells, record.end
        next_line = line + max(1, line_ends(sample[at:end]))
        records.append(Sampled(line, next_line, at, end, cells))
        line, at = next_line, end
    return DetectedDialect(grammar, tuple(records), sample, body, first)


def _too_tall(sample: str, at: int, record: Record) -> bool:
    """A cell over many lines in the first ones is more likely a quote that was not closed."""
    return sample.count("\n", at, record.end) > 50


def _next_line(sample: str, at: int) -> int:
    found = _LINE_END.search(sample, at)
    return found.end() if found else len(sample)


def _score(found: DetectedDialect) -> float:
    """How well a grammar reads the sample; 0 when it cuts nothing."""
    widths = found.widths()
    total = sum(widths.values())
    many = {width: count for width, count in widths.items() if width > 1}
    if not many:
        return 0
    width, count = max(many.items(), key=lambda each: (each[1], each[0]))
    share = count / total
    rows = [each for each in found.records if each.width == width]
    if found.grammar.delimiter in RARE:
        first = next(each for each in found.records if not each.blank)
        if share < 0.9 or total < 2 or first.width != width:
            return 0
    elif share < 0.5 and _longest_run(found, width) < 3:
        return 0
    clean = [_is_clean(cell) for row in rows[:100] for cell in row.cells or ()]
    quality = sum(clean) / len(clean)
    # the line that names the columns holds no other delimiter than theirs
    head = rows[0].cells or []
    named = sum(1 for cell in head if not _is_foreign(cell)) / len(head)
    return share * (1 - 0.5 / width) * (0.2 + 0.8 * quality) * (0.5 + 0.5 * named)


def _longest_run(found: DetectedDialect, width: int) -> int:
    longest = run = 0
    for each in found.records:
        run = run + 1 if each.width == width else 0
        longest = max(longest, run)
    return longest


def _is_clean(cell: str) -> float:
    """1 for a number, a date, an address or plain text; less where another delimiter stands."""
    if not cell or is_guarded(cell):
        return 1.0
    if _TYPED.fullmatch(cell):
        return 1.0 if not _cut_number(cell) else 0.8
    if len(cell) > 200 or _is_foreign(cell):
        return 0.3
    return 0.95


def _is_foreign(cell: str) -> bool:
    """Another delimiter stands in it, or it is one half of `="1,5"`."""
    if is_guarded(cell):
        return False
    halved = cell.lstrip(" ").startswith('="') and cell.count('"') % 2 == 1
    return halved or _FOREIGN.search(cell) is not None


def _cut_number(cell: str) -> bool:
    """`1,5` is a decimal, or two cells."""
    return "," in cell and _DECIMAL.fullmatch(cell.strip()) is not None


def _with_escape(best: DetectedDialect) -> DetectedDialect:
    """The backslash as an escape, where rows go wrong without it and right with it."""
    if best.grammar.quote + best.grammar.delimiter == "\\":
        return best
    grammar = Grammar(best.grammar.delimiter, best.grammar.quote, "\\")
    escaped = _read(best.sample, best.body, best.line, grammar)
    return escaped if _strange(escaped) < _strange(best) else best


def _strange(found: DetectedDialect) -> int:
    widths = found.widths()
    width = max(widths, key=lambda each: (each > 1, widths[each]), default=0)
    return sum(widths.values()) - widths[width]


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
    return _read(
        best.sample,
        best.body,
        best.line,
        Grammar(grammar.delimiter, grammar.quote, grammar.escape, skip_space=True),
    )


def _shown(found: DetectedDialect) -> str:
    delimiter = found.grammar.delimiter
    return NAMES.get(delimiter, repr(delimiter)) + "s" * (delimiter in NAMES)

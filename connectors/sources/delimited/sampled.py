"""The first lines of a file, as one grammar reads them: evidence for what the grammar is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from connectors.sources.delimited.careful_reader import Grammar, Record
from connectors.sources.files.opening import line_ends

SAMPLE_RECORDS: Final = 300
"""Records that are read; more say nothing new."""

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Sampled:
    """A record of the first lines.

    Attributes:
        line: Where it begins.
        next_line: Where the next one begins.
        start: Where it begins in the sample.
        end: Where the next one begins in the sample.
        cells: Its cells; None where quotes go wrong.
        quoted: Places of those that stand within quotes.
    """

    line: int
    next_line: int
    start: int
    end: int
    cells: list[str] | None
    quoted: tuple[int, ...] = ()

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

    def quoted_cells(self) -> int:
        """How many cells stand within quotes."""
        return sum(len(each.quoted) for each in self.records)

    def swallows_rows(self) -> bool:
        """Whether a cell over several lines holds one that reads as a row."""
        delimiter = self.grammar.delimiter
        return any(
            line.count(delimiter) + 1 == each.width
            for each in self.records
            if each.next_line > each.line + 1
            for line in self.text(each).splitlines()[1:-1]
        )

    def strange(self) -> int:
        """How many records have another width than most, or cannot be read."""
        widths = self.widths()
        width = max(widths, key=lambda each: (each > 1, widths[each]), default=0)
        return sum(widths.values()) - widths[width]

    def widths(self) -> Counter[int]:
        """How many records have how many cells; blank lines are left out."""
        return Counter(each.width for each in self.records if not each.blank)


def read_sample(sample: str, start: int, line: int, grammar: Grammar) -> DetectedDialect:
    """The sample's records; one that goes wrong costs its first line."""
    records: list[Sampled] = []
    at, first, body = start, line, start
    while at < len(sample) and len(records) < SAMPLE_RECORDS:
        after = _next_line(sample, at)
        cells = grammar.split(sample[at:after].rstrip("\r\n"))
        end: int = after
        quoted: tuple[int, ...] = ()
        if cells is None:
            record = grammar.record(sample, at)
            if not record.problem and not _too_tall(sample, at, record):
                cells, end, quoted = record.cells, record.end, tuple(record.quoted)
        next_line = line + max(1, line_ends(sample[at:end]))
        records.append(Sampled(line, next_line, at, end, cells, quoted))
        line, at = next_line, end
    return DetectedDialect(grammar, tuple(records), sample, body, first)


def _too_tall(sample: str, at: int, record: Record) -> bool:
    """A cell over many lines in the first ones is more likely a quote that was not closed."""
    return sample.count("\n", at, record.end) > 50


def _next_line(sample: str, at: int) -> int:
    found = _LINE_END.search(sample, at)
    return found.end() if found else len(sample)

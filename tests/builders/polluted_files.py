"""A clean table, polluted in the ways of the Pollock benchmark, with what is right.

The list of pollutions follows "Pollock: A Data Loading Benchmark" (VLDB 2023, Hasso Plattner
Institute): one standard file, then one deviation at a time, in the whole file or in one row. The
table, the generator and the scores here are our own; the table has the hazards of theirs (commas,
inches and a backslash in quoted cells, an empty last column).

There are two rights. `records` is what the file says, cell by cell: a row with a delimiter too many
has a cell too many. `clean` is what the benchmark wants back: the table from before the pollution,
with a quote too many as part of its cell. Nobody can win all of it (two cells that lost their
delimiter are one); readers are compared by how much they do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Table = list[list[str]]

HEADER = ["Date", "Time", "Qty", "Customer", "Price", "Segment", "Note", "Link", "Comments"]
ROWS = 84
_SEGMENTS = (
    "Women's Walking Group",
    "Cyclists, Weekend",
    'Table Tennis, Round 48"',
    "Light-Up Runners",
    "Kids' Club",
    'Skirts, 5" Length',
    "Anglers, 20-35 lb.",
)
_NOTES = (
    "Wants size 9, wide; won't take less, ever, and says so to everybody who will listen",
    "Quick, light and warm, as ever. From running, biking or walking the dog, it does not let down",
    'Says "call me later", and means it',
    "Moved from one town to another, then back again",
    "This long note is about nothing in particular yet reads like the text of a catalogue",
    "A remarkably light feel in the 8\\'9\" length, impeccably designed",
    "When we call something good we mean it: one touch, and you'll understand why.",
)
_QUOTED = (6, 7)


@dataclass(frozen=True)
class Polluted:
    """One file.

    Attributes:
        name: What was done to it, and where.
        data: Its bytes.
        header: The names of its columns; empty when it has none.
        records: Its rows, as the file says.
        clean: What the benchmark wants of it, header first where there is one.
    """

    name: str
    data: bytes
    header: list[str]
    records: Table
    clean: Table


@dataclass(frozen=True)
class Score:
    """The ten figures of one reader and one file."""

    success: float
    header: tuple[float, float, float]
    record: tuple[float, float, float]
    cell: tuple[float, float, float]

    @property
    def total(self) -> float:
        """Their sum: 10 is perfect."""
        return self.success + sum(self.header) + sum(self.record) + sum(self.cell)


def table() -> Table:
    """The clean rows, header first."""
    return [HEADER, *[_row(at) for at in range(ROWS - 1)]]


def _row(at: int) -> list[str]:
    return [
        f"{at % 28 + 1:02d}/01/2026",
        f"{at % 24:02d}:{at % 4 * 15:02d}",
        str(at % 4),
        f"{'MRONG'[at % 5]}{'GIXNE'[at // 5 % 5]}-{8000 + at * 37}",
        f"${10 + at}.{at % 100:02d}",
        _SEGMENTS[at % 7],
        _NOTES[at // 2 % 7],
        f"https://www.example.com/c/{at}.html",
        "",
    ]


def cell_text(value: str, quoted: bool, quote: str = '"', escape: str = '"') -> str:
    """A cell as it is written."""
    if not quoted:
        return value
    return quote + value.replace(quote, escape + quote) + quote


def lines(
    rows: Table, delimiter: str = ",", quote: str = '"', escape: str = '"'
) -> list[list[str]]:
    """Rows as written cells and delimiters, in turn, so that either can be polluted."""
    written = []
    for row in rows:
        parts: list[str] = []
        for place, value in enumerate(row):
            if place:
                parts.append(delimiter)
            quoted = place in _QUOTED or "," in value
            parts.append(cell_text(value, quoted, quote, escape))
        written.append(parts)
    return written


def written(parts: Sequence[Sequence[str]], end: str = "\r\n") -> bytes:
    """The bytes of a file."""
    return "".join("".join(row) + end for row in parts).encode()


def pollutions(rows: Iterable[int] | None = None) -> Iterator[Polluted]:
    """All files; those that pollute one row only for the given rows (0 is the header)."""
    clean = table()
    yield from _whole_files(clean)
    for at in range(ROWS) if rows is None else rows:
        yield from _one_row(clean, at)


def _file(
    name: str, data: bytes, rows: Table, clean: Table | None = None, *, header: bool = True
) -> Polluted:
    names, records = (rows[0], rows[1:]) if header and rows else ([], rows)
    return Polluted(name, data, names, records, rows if clean is None else clean)


def _whole_files(clean: Table) -> Iterator[Polluted]:
    text = written(lines(clean))
    yield _file("source", text, clean)
    yield _file("no_payload", b"", [])
    yield _file("no_trailing_newline", text[:-2], clean)
    yield _file("double_trailing_newline", text + b"\r\n", clean)
    yield _file("no_header", written(lines(clean)[1:]), clean[1:], header=False)
    yield _file("header_only", written(lines(clean)[:1]), clean[:1])
    yield _file("one_data_row", written(lines(clean)[:2]), clean[:2])
    for extra in (1, 2):
        heads = lines(clean)[:1] * extra
        names = [" ".join([name] * (extra + 1)) for name in HEADER]
        yield _file(
            f"header_multirow_{extra + 1}",
            written([*heads, *lines(clean)]),
            [HEADER, *[HEADER] * extra, *clean[1:]],
            [names, *clean[1:]],
        )
    padding = "," * (len(HEADER) - 1)
    yield _file("preamble", f"PREAMBLE{padding}\r\n{padding}\r\n".encode() + text, clean)
    for name, columns in (("less", 8), ("same", 9), ("more", 10)):
        second = [[*row, "more"][:columns] for row in clean]
        data = text + written(lines(second))
        yield _file(f"multitable_{name}", data, [*clean, *second], clean)
    for end in ("\n", "\r"):
        yield _file(f"record_delimiter_{ord(end):#x}", written(lines(clean), end), clean)
    for delimiter in (";", "\t", ", ", " "):
        name = "_".join(f"{ord(char):#x}" for char in delimiter)
        yield _file(f"field_delimiter_{name}", written(lines(clean, delimiter)), clean)
    yield _file("quotation_char_0x27", written(_single_quoted(clean)), clean)
    for name, escape in (("0x5c", "\\"), ("0x00", "")):
        yield _file(f"escape_char_{name}", written(lines(clean, escape=escape)), clean)


def beside_the_benchmark() -> Iterator[Polluted]:
    """More of the same kind, which the benchmark does not have."""
    clean = table()
    text = written(lines(clean))
    yield _file(
        "preamble_narrow", b"Contacts of the shop\r\nExported by the CRM\r\n\r\n" + text, clean
    )
    for delimiter in ("|", ":", "^"):
        rows = [[cell.replace(delimiter, ".") for cell in row] for row in clean]
        yield _file(f"field_delimiter_{ord(delimiter):#x}", written(lines(rows, delimiter)), rows)
    yield _file("encoding_utf_16", text.decode().encode("utf-16"), clean)
    yield _file("encoding_utf_8_sig", b"\xef\xbb\xbf" + text, clean)


def _single_quoted(clean: Table) -> list[list[str]]:
    """Apostrophes stay as they are: nobody doubles them in words. Double quotes stay doubled."""
    return [
        [f"'{part[1:-1]}'" if part.startswith('"') else part for part in row]
        for row in lines(clean)
    ]


def _one_row(clean: Table, at: int) -> Iterator[Polluted]:
    for place in range(len(HEADER)):
        parts = lines(clean)
        # an empty cell more, before the delimiter of this column or at the very beginning
        parts[at].insert(max(0, 2 * place - 1), ",")
        cells = [*clean[at][:place], "", *clean[at][place:]]
        data = written(parts)
        yield _file(f"row_more_sep_row{at}_col{place}", data, _with(clean, at, cells), clean)
        if place:
            parts = lines(clean)
            del parts[at][2 * place - 1]
            joined = clean[at][place - 1] + clean[at][place]
            cells = [*clean[at][: place - 1], joined, *clean[at][place + 1 :]]
            data = written(parts)
            yield _file(f"row_less_sep_row{at}_col{place}", data, _with(clean, at, cells), clean)
        parts = lines(clean)
        written_cell = parts[at][2 * place]
        inside = written_cell.startswith('"')
        parts[at][2 * place] = '""' + written_cell[1:] if inside else '"' + written_cell
        cells = [*clean[at][:place], '"' + clean[at][place], *clean[at][place + 1 :]]
        yield _file(f"row_extra_quote_row{at}_col{place}", written(parts), _with(clean, at, cells))
    parts = lines(clean)
    parts[at] = [" " if part == "," else part for part in parts[at]]
    yield _file(f"row_field_delimiter_{at}_0x20", written(parts), clean)


def _with(clean: Table, at: int, cells: list[str]) -> Table:
    return [*clean[:at], cells, *clean[at + 1 :]]


def score(polluted: Polluted, got: Table) -> Score:
    """How much of a file a reader delivered, as the benchmark counts it.

    Args:
        polluted: The file, with what is right.
        got: The rows of what the reader wrote as CSV, the header first.
    """
    right = polluted.clean
    if not right:
        return Score(1.0, _ALL, _ALL, _ALL)
    return Score(
        1.0,
        _measured(map(_plain, right[0]), map(_plain, got[0] if got else [])),
        _measured(map(_joined, right[1:]), map(_joined, got[1:])),
        # as there: the header's cells too, and as they stand
        _measured(
            (cell for row in right for cell in row),
            (cell for row in got for cell in row),
        ),
    )


_ALL = (1.0, 1.0, 1.0)
FAILED = Score(0.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
"""The score of a reader that read nothing."""


def _measured(right: Iterable[str], got: Iterable[str]) -> tuple[float, float, float]:
    wanted, loaded = Counter(right), Counter(got)
    if not wanted:
        return _ALL
    common = (wanted & loaded).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / wanted.total(), common / loaded.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
_TYPED = re.compile(r"\$\d+(\.\d+)?|\d\d:\d\d|\d\d/\d\d/\d{4}")


def _plain(cell: str) -> str:
    """A cell as the benchmark compares it: a number, a price, a time or a date by its value."""
    text = cell.strip()
    if _NUMBER.fullmatch(text):
        return str(float(text))
    return f"typed {text}" if _TYPED.fullmatch(text) else cell.lower()


def _joined(row: Sequence[str]) -> str:
    """As there, nothing stands between the cells, so an empty cell more or less costs nothing."""
    return "".join(map(_plain, row))

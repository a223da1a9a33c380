"""A clean table of contacts, polluted in the ways of the Pollock benchmark, with what is right.

The list of pollutions follows "Pollock: A Data Loading Benchmark" (VLDB 2023, Hasso Plattner
Institute): one standard file, then one deviation at a time, in the whole file or in one row. The
table, the generator and the scores here are our own.

As there, a reader is scored for success, and for precision, recall and F1 of header, records and
cells: ten figures between 0 and 1. What is right is what the file says, cell by cell: a row with a
delimiter too many has a cell too many, and a quote too many is part of its cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Table = list[list[str]]

HEADER = ["Date", "Time", "Qty", "Customer", "Price", "Segment", "Note", "Link", "Comments"]
ROWS = 84
_NOTES = (
    "Wants size 9, wide; won't take less",
    "Light, quick and warm, as ever",
    'Says "call me later", and means it',
    "Moved from Oslo, then back again",
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
    """

    name: str
    data: bytes
    header: list[str]
    records: Table


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
        f"Women's Walking Group {at % 7}",
        _NOTES[at % 4],
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
    for at, row in enumerate(rows):
        parts: list[str] = []
        for place, value in enumerate(row):
            if place:
                parts.append(delimiter)
            quoted = at > 0 and (place in _QUOTED or delimiter in value)
            parts.append(cell_text(value, quoted or (at == 0 and place in _QUOTED), quote, escape))
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


def _file(name: str, data: bytes, rows: Table, *, header: bool = True) -> Polluted:
    return Polluted(name, data, rows[0] if header else [], rows[1:] if header else rows)


def _whole_files(clean: Table) -> Iterator[Polluted]:
    text = written(lines(clean))
    yield _file("source", text, clean)
    yield Polluted("no_payload", b"", [], [])
    yield _file("no_trailing_newline", text[:-2], clean)
    yield _file("double_trailing_newline", text + b"\r\n", clean)
    yield _file("no_header", written(lines(clean)[1:]), clean[1:], header=False)
    yield _file("header_only", written(lines(clean)[:1]), clean[:1])
    yield _file("one_data_row", written(lines(clean)[:2]), clean[:2])
    for extra in (1, 2):
        heads = lines(clean)[:1] * extra
        yield Polluted(
            f"header_multirow_{extra + 1}",
            written([*heads, *lines(clean)]),
            HEADER * (extra + 1),
            clean[1:],
        )
    padding = "," * (len(HEADER) - 1)
    yield _file("preamble", f"PREAMBLE{padding}\r\n{padding}\r\n".encode() + text, clean)
    yield _file(
        "preamble_narrow", b"Contacts of the shop\r\nExported by the CRM\r\n\r\n" + text, clean
    )
    for name, columns in (("less", 8), ("same", 9), ("more", 10)):
        second = [[*row, "more"][:columns] for row in clean]
        yield Polluted(
            f"multitable_{name}",
            text + written(lines(second)),
            [*HEADER, *second[0]],
            [*clean[1:], *second[1:]],
        )
    for end in ("\n", "\r"):
        yield _file(f"record_delimiter_{ord(end):#x}", written(lines(clean), end), clean)
    for delimiter in (";", "\t", ", ", "|", ":", "^"):
        if delimiter == ":":
            rows = [[cell.replace(":", ".") for cell in row] for row in clean]
        else:
            rows = clean
        name = "_".join(f"{ord(char):#x}" for char in delimiter)
        yield _file(f"field_delimiter_{name}", written(lines(rows, delimiter)), rows)
    apostrophes = [[cell.replace('"', "") for cell in row] for row in clean]
    yield _file("quotation_char_0x27", written(_single_quoted(apostrophes)), apostrophes)
    yield _file("escape_char_0x5c", written(lines(clean, escape="\\")), clean)
    yield _file("encoding_utf_16", text.decode().encode("utf-16"), clean)
    yield _file("encoding_utf_8_sig", b"\xef\xbb\xbf" + text, clean)


def _single_quoted(rows: Table) -> list[list[str]]:
    """Apostrophes stay as they are: nobody doubles them in words."""
    return [[part.replace('"', "'") for part in row] for row in lines(rows)]


def _one_row(clean: Table, at: int) -> Iterator[Polluted]:
    for place in range(len(HEADER)):
        parts = lines(clean)
        # an empty cell more, before the delimiter of this column or at the very beginning
        parts[at].insert(max(0, 2 * place - 1), ",")
        cells = [*clean[at][:place], "", *clean[at][place:]]
        yield _file(f"row_more_sep_row{at}_col{place}", written(parts), _with(clean, at, cells))
        if place:
            parts = lines(clean)
            del parts[at][2 * place - 1]
            joined = clean[at][place - 1] + clean[at][place]
            cells = [*clean[at][: place - 1], joined, *clean[at][place + 1 :]]
            yield _file(f"row_less_sep_row{at}_col{place}", written(parts), _with(clean, at, cells))
        parts = lines(clean)
        parts[at][2 * place] = '"' + parts[at][2 * place]
        cells = [*clean[at][:place], '"' + clean[at][place], *clean[at][place + 1 :]]
        yield _file(f"row_extra_quote_row{at}_col{place}", written(parts), _with(clean, at, cells))
    parts = lines(clean)
    parts[at] = [" " if part == "," else part for part in parts[at]]
    yield _file(f"row_field_delimiter_{at}_0x20", written(parts), _with(clean, at, clean[at]))


def _with(clean: Table, at: int, cells: list[str]) -> Table:
    return [*clean[:at], cells, *clean[at + 1 :]]


def score(right: Polluted, header: Sequence[str], records: Iterable[Sequence[str]]) -> Score:
    """How much of a file a reader delivered."""
    got = [list(row) for row in records]
    return Score(
        1.0,
        _measured(map(_plain, right.header), map(_plain, header)),
        _measured(map(_joined, right.records), map(_joined, got)),
        _measured(
            (_plain(cell) for row in right.records for cell in row),
            (_plain(cell) for row in got for cell in row),
        ),
    )


FAILED = Score(0.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
"""The score of a reader that read nothing."""


def _measured(right: Iterable[str], got: Iterable[str]) -> tuple[float, float, float]:
    wanted, loaded = Counter(right), Counter(got)
    if not wanted:
        return 1.0, 1.0, 1.0
    common = (wanted & loaded).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / loaded.total(), common / wanted.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def _plain(cell: str) -> str:
    return cell.strip()


def _joined(row: Sequence[str]) -> str:
    return "\x1f".join(_plain(cell) for cell in row)

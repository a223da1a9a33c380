"""What any writer of CSV writes, comes back exactly; and the fast reader is the careful one."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connectors.sources.delimited.careful_reader import CarefulReader, Grammar
from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.delimited.dialect import CsvOptions
from connectors.sources.delimited.fast_reader import FastReader
from connectors.sources.files.batches import Batches

NAMES = ("name", "phone", "city")
CELL = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\ufeff"), max_size=12
)
PLAIN = st.one_of(
    st.text(alphabet="abcé 中,;'\"=.-|\t", max_size=8),
    st.sampled_from(['="12"', '="1,5"', '="a""b"', '=F("x")', '5" x', '6"', '"x, y"', '"a ""b"""']),
)
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=12)


@settings(max_examples=60)
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    quote=st.sampled_from("\"'"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be", "gb18030"]),
    batch_rows=st.integers(1, 5),
)
def test_what_is_written_comes_back(
    rows: list[tuple[str, str, str]],
    delimiter: str,
    quote: str,
    end: str,
    quoting: int,
    encoding: str,
    batch_rows: int,
) -> None:
    """Any cells in any dialect that is said: every row, cell by cell, each once, with its line."""
    # within single quotes an apostrophe between letters is one, also where a writer doubled it
    assume(quote == '"' or not any("'" in cell for row in rows for cell in row))
    # a writer that quotes only what it must leaves line breaks other than its own bare
    foreign = set("\r\n") - set(end) if quoting == csv.QUOTE_MINIMAL else set()
    assume(not any(foreign & set(cell) for row in rows for cell in row))
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=delimiter, quotechar=quote, lineterminator=end, quoting=quoting
    )
    lines = []
    for row in (NAMES, *rows):
        before = text.getvalue()
        ends = before.count("\n") + before.count("\r") - before.count("\r\n")
        lines.append(ends + 1)
        writer.writerow(row)
    options = CsvOptions(encoding, delimiter, quote, "", 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contacts.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        batches = list(CsvFile(path, batch_rows, options).read())
    frame = pd.concat([each.frame for each in batches])
    assert list(frame.itertuples(index=False, name=None)) == rows
    assert list(frame.index) == lines[1:]
    assert not sum(len(each.malformed) for each in batches)
    assert batches[-1].complete


@settings(max_examples=300)
@given(
    lines=st.lists(st.lists(PLAIN, min_size=2, max_size=4).map(",".join), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
)
def test_both_readers_agree_where_the_fast_one_answers(
    lines: list[str], end: str, last: bool
) -> None:
    """Same rows and lines; the fast one answers for no block that has a malformed row."""
    text = end.join(lines) + end * last
    assume(text)
    _agree(text, Grammar(","), ("a", "b", "c"))
    _agree(text, Grammar(",", "'"), ("a", "b"))
    _agree(text, Grammar(";", ""), ("a",))


def _agree(text: str, grammar: Grammar, columns: tuple[str, ...]) -> None:
    data = text.encode()
    table = FastReader(grammar, columns).read(data, len(data))
    slow = Batches(columns, 1_000)
    CarefulReader(grammar, len(columns), 1).read(text, slow, final=True)
    right = slow.last(complete=True)
    if table is None:
        return
    fast = Batches(columns, 1_000)
    fast.table(table, 1)
    pd.testing.assert_frame_equal(fast.last(complete=True).frame, right.frame)
    assert not len(right.malformed)


def test_the_fast_reader_answers_for_clean_lines() -> None:
    """A property that holds because the fast reader never answers would prove nothing."""
    for text in ("x,y\n", '"x","y"\r\nz,""\r\n', '"x ""y""",é\n', "x,y"):
        data = text.encode()
        assert FastReader(Grammar(","), ("a", "b")).read(data, len(data)) is not None
        _agree(text, Grammar(","), ("a", "b"))

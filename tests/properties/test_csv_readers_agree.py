"""The fast reader answers only what the careful one would, whatever stands in a block."""

from __future__ import annotations

import random

import pytest

from connectors.sources.delimited.careful_reader import CarefulReader, Grammar
from connectors.sources.delimited.fast_reader import FastReader

BITS = ['"', "'", ",", "\n", "\r\n", "\r", "a", " ", "é", "=", '""', ',","', '"\n', '"\r\n', '","']
INSIDE = ["a", "b,", "é", "a b", '"x"', "''", ",", " ", "=", "'", '"', ""]


class _Taken:
    """Rows, in the words of the careful reader."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        self.faults: list[str] = []

    def row(self, line: int, cells: list[str]) -> None:
        self.rows.append(cells)
        self.lines.append(line)

    def malformed(self, line: int, problem: str, raw: str) -> None:
        self.faults.append(f"{line}: {problem} {raw}")


def _block(chance: random.Random, width: int, quote: str) -> str:
    """Rows that are well written, or nearly, or not at all."""
    if chance.random() < 0.3:
        return "".join(chance.choices(BITS, k=chance.randrange(1, 14)))
    end = chance.choice(("\n", "\r\n", "\r"))
    rows = []
    for _ in range(chance.randrange(1, 5)):
        texts = ["".join(chance.choices(INSIDE, k=chance.randrange(3))) for _ in range(width)]
        rows.append(",".join(_cell(text, quote, chance) for text in texts))
    text = end.join(rows) + chance.choice(("", end))
    if text and chance.random() < 0.5:
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(BITS) + text[at + chance.randrange(2) :]
    return text


def _cell(text: str, quote: str, chance: random.Random) -> str:
    doubled = text.replace(quote, quote * 2)
    bare = text.replace(quote, "").replace(",", "")
    return chance.choice((f"{quote}{doubled}{quote}", f"{quote}{bare}{quote}", bare))


@pytest.mark.parametrize("quote", ['"', "'", ""])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_both_readers_agree(width: int, quote: str) -> None:
    """Where the fast reader answers, the careful one gives the same rows and not one fault."""
    chance = random.Random(width)
    grammar = Grammar(",", quote)
    fast = FastReader(grammar, tuple("xyz"[:width]))  # one for all blocks: its space is used again
    answered = 0
    for _ in range(1_500):
        text = _block(chance, width, quote or '"')
        data = text.encode()
        if not data:
            continue
        table = fast.read(bytearray(data + b'",\r\n'), len(data))
        if table is None:
            continue
        answered += 1
        taken = _Taken()
        careful = CarefulReader(grammar, width, 1)
        careful.read(text, taken, final=True)
        assert [list(row.values()) for row in table.to_pylist()] == taken.rows, text
        assert not taken.faults and not careful.cut_off, text
        assert taken.lines == list(range(1, table.num_rows + 1)), text
    assert answered > 200


@pytest.mark.parametrize(
    "bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80"]
)
def test_bytes_that_are_not_utf8_are_not_answered(bad: bytes) -> None:
    """Wherever they stand: the careful reader names their line."""
    fast = FastReader(Grammar(","), ("x", "y"))
    for data in (b"a," + bad + b"\nb,c\n", bad + b",a\n", b"a,b\n" * 9 + b"a," + bad):
        assert fast.read(data, len(data)) is None
    assert fast.read("é,東京\n".encode(), 10) is not None

"""Files that nobody meant: damaged at random, they are read or refused, never a traceback."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from schemas.errors import SendersyncError
from tests.builders.polluted_files import pollutions

SECONDS = 5.0
"""What one small file may cost on a busy machine."""

TABLE = (
    "name;phone;city;note\r\n"
    'Anna;+12065550101;Zürich;"says ""hi"""\r\n'
    'Bob;(206) 555-0102;Köln;"two\r\nlines"\r\n'
    "Cy;'+12065550103;;\r\n"
)
SEEDS = [
    *(TABLE.encode(each) for each in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32-be")),
    TABLE.replace(";", ",").encode(),
    TABLE.replace(";", "\t").replace("\r\n", "\r").encode(),
    "名前,電話番号\n田中,+819012345678\n佐藤,+819012345679\n".encode("cp932"),
    "имя|телефон\nИван|+79161234567\n".encode("koi8-r"),
    b"Contacts,,\n,,\nname,phone,city\nAnna,+12065550101,x\nTotal,1,\n",
    *(each.data for each in pollutions(rows=(0, 5))),
    b"",
]
BITS = [
    *(b'"', b"'", b"\\", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\x1a"),
    *(b",", b";", b"\t", b"|", b'""', b'","', b"sep=,\n", b"\x1b$B", b"\x80", b"\xc3", b"\xe3\x81"),
    *(b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"<html>", b"," * 50, b'"' * 51, b"\n" * 40),
    *(b'="0612"', b'=F("x,y;z")', b';="'),
    *(b"=1+1", "é".encode(), "é".encode("cp1252"), "\u2028".encode(), b"1.2E+10", b"\x85"),
]


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """Seeds with bytes flipped, cut, doubled, mixed and strewn with what readers trip over."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(SEEDS))
        if len(data) > 4_000:
            at = chance.randrange(len(data) - 3_000)
            data = data[at : at + 3_000] if chance.random() < 0.5 else data[:3_000]
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            _damage(data, chance)
        yield bytes(data)


def _damage(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    to = min(len(data), at + chance.choice((1, 2, 7, 40, 400)))
    match chance.randrange(6):
        case 0 if at < len(data):
            data[at] = chance.randrange(256)
        case 1:
            del data[at:to]
        case 2:
            data[at:at] = data[at:to]
        case 3:
            other = chance.choice(SEEDS)
            start = chance.randrange(len(other) + 1)
            data[at:to] = other[start : start + 60]
        case _:
            data[at:at] = chance.choice(BITS)


def _survives(path: Path, data: bytes) -> bool:
    """True when it was read; False when it was refused with file and mend."""
    path.write_bytes(data)
    began = time.process_time()
    source = CsvFile(path, batch_rows=100)
    try:
        columns = source.columns()
        assert source.dialect().encoding
        lines: list[int] = []
        for records in source.read():
            assert tuple(records.frame.columns) == columns
            lines += [*records.frame.index, *records.malformed.index]
        assert len(set(lines)) == len(lines)
        assert len(set(columns)) == len(columns)
    except SendersyncError as refused:
        return not (refused.what and refused.do and path.name in refused.where) and _vague()
    finally:
        assert time.process_time() - began < SECONDS
    return True


def _vague() -> bool:
    raise AssertionError("a refusal says what, where and what to do")


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_makes_a_traceback(tmp_path: Path, seed: int) -> None:
    """Thousands of damaged files: each is read or refused, in bounded time."""
    path = tmp_path / "contacts.csv"
    read = sum(_survives(path, data) for data in mutants(600, seed))
    assert read > 100, "most damage costs a row, not the file"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 120))
def test_no_damage_makes_a_traceback_however_long_one_looks(tmp_path: Path, seed: int) -> None:
    """Twenty thousand damaged files: each is read or refused."""
    path = tmp_path / "contacts.csv"
    read = sum(_survives(path, data) for data in mutants(1_000, seed))
    assert read > 150, "most damage costs a row, not the file"

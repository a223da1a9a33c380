"""JSON and Parquet as people really send them, hazard by hazard."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.sources.json_lines import value_stream
from connectors.sources.json_lines.json_file import JsonlFile
from connectors.sources.parquet_file import ParquetFile
from schemas.errors import SendersyncError, SourceMismatch
from tests.builders.spreadsheets import cells_of, problems_of

LINES = '{"phone": 12065550142, "name": "Ann"}\n{"phone": "+12065550143", "name": "Zoë"}\n'
ROWS = {1: ["12065550142", "Ann"], 2: ["+12065550143", "Zoë"]}


def _json(folder: Path, content: bytes | str) -> JsonlFile:
    path = folder / "a.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return JsonlFile(path)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize(
    "content",
    [
        LINES,
        LINES.replace("\n", "\r\n"),
        LINES.rstrip(),
        f"\n{LINES}\n\n",
        "[" + LINES.replace("\n", ",", 1) + "]",
        json.dumps([json.loads(line) for line in LINES.splitlines()], indent=2),
        '{"contacts": [' + LINES.strip().replace("\n", ",") + '], "total": 2}',
        '{\n"contacts": [\n' + LINES.strip().replace("\n", ",\n") + "\n]\n}",
    ],
    ids="lines crlf no-end blanks array indented wrapped wrapped-lines".split(),
)
def test_every_shape_gives_the_same_rows(content: str, encoding: str, tmp_path: Path) -> None:
    """Lines, an array, an array inside an object; any Unicode encoding."""
    source = _json(tmp_path, content.encode(encoding))
    assert source.columns() == ("phone", "name")
    assert list(cells_of(source).values()) == list(ROWS.values())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12065550142", "12065550142"),
        ("120655501421234567890", "120655501421234567890"),
        ("1.50", "1.50"),
        ("1.2065550142e10", "1.2065550142e10"),
        ("-0", "-0"),
        ("true", "true"),
        ("null", ""),
        ("{}", ""),
        ("[]", ""),
        ('"0012"', "0012"),
        ('["+12065550142", "+12065550143"]', "+12065550142; +12065550143"),
        ("[1, null, true]", "1; ; true"),
        (r'"\u00e9"', "é"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        ('"a\\nb"', "a\nb"),
    ],
)
def test_a_value_is_the_text_that_was_written(value: str, text: str, tmp_path: Path) -> None:
    """Numbers are never floats; lists are joined, so that two phones are seen to be two."""
    assert cells_of(_json(tmp_path, f'{{"x": {value}}}\n{{"x": 1}}\n'))[1] == [text]


def test_nested_objects_become_columns_with_dots(tmp_path: Path) -> None:
    """address.country is a column like any other; objects in lists are counted."""
    line = '{"a": {"b": {"c": 1}, "d": 2}, "phones": [{"n": "3"}, {"n": "4"}]}\n{"z": 5}\n'
    source = _json(tmp_path, line)
    assert source.columns() == ("a.b.c", "a.d", "phones.0.n", "phones.1.n", "z")
    assert cells_of(source) == {1: ["1", "2", "3", "4", ""], 2: ["", "", "", "", "5"]}


def test_columns_are_all_that_any_object_has(tmp_path: Path) -> None:
    """A field that the last of many objects has is a column from the first one on."""
    lines = '{"phone": "1"}\n' * 3000 + '{"late": "x", "phone": "2"}\n'
    source = JsonlFile(_json(tmp_path, lines).path, batch_rows=1000)
    assert {tuple(each.frame.columns) for each in source.read()} == {("phone", "late")}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"phone": "1"', "not JSON from character"),
        (b'{"phone": 1}{"phone": 2}', "not JSON from character 13"),
        (b'{"phone": NaN}', "NaN or Infinity"),
        (b'{"phone": -Infinity}', "NaN or Infinity"),
        (b'{"phone": 1, "phone": 2}', "a field twice"),
        (b'{"a.b": 1, "a": {"b": 2}}', "the same name"),
        (b'{"phone": "\\ud800"}', "half a character"),
        (b'{"\\ud800": "1"}', "half a character"),
        (b'{"phone": "\xff"}', "half a character"),
        (b'{"phone": "a\x00b"}', "not JSON"),
        (b"[1]", "not an object"),
        (b"5", "not an object"),
        (b"phone;name", "not JSON"),
        (b"{'phone': 1}", "not JSON"),
        (b'{"a":' * 3000 + b"1" + b"}" * 3000, "nested too deep"),
        (b'{"phone": 007}', "not JSON"),
    ],
)
def test_a_broken_line_is_one_reject(line: bytes, problem: str, tmp_path: Path) -> None:
    """Its line and what is wrong are told; the lines around it are read."""
    source = _json(tmp_path, b'{"phone": "1"}\n' + line + b'\n{"phone": "2"}\n')
    assert problem in problems_of(source)[2]
    assert list(cells_of(source)) == [1, 3]
    assert [each.complete for each in source.read()] == [True]


def test_a_file_of_one_broken_object_is_one_reject(tmp_path: Path) -> None:
    """Also when what is broken is a byte, which must not reach the rejects as it is."""
    assert list(problems_of(_json(tmp_path, b'{"phone": "\x80"}'))) == [1]


def test_a_last_line_that_is_cut_off_makes_the_read_incomplete(tmp_path: Path) -> None:
    """Whoever stood behind it has not left."""
    source = _json(tmp_path, LINES + '{"phone": "+1206')
    assert [each.complete for each in source.read()] == [False]
    assert list(problems_of(source)) == [3]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('[{"phone": 1},\n{"phone": 2', 2),
        ('[{"phone": 1},\n', 2),
        ('[{"phone": 1}\n{"phone": 2}]', 2),
        ('[{"phone": 1}]\n[]', 2),
        ('[{"phone": NaN}]', 1),
        ('[{"phone": 1},\n\n{"p": 1, "p": 2}]', 3),
        ("[" * 100_000, 1),
        ("phone\n1\n", 1),
        ('{\n"phone": {"a": [1\n', 1),
    ],
)
def test_a_broken_array_is_refused_with_its_line(content: str, line: int, tmp_path: Path) -> None:
    """Behind the damage nothing can be trusted."""
    with pytest.raises(SourceMismatch) as caught:
        cells_of(_json(tmp_path, content))
    assert caught.value.where == f"a.jsonl:{line}"
    assert caught.value.do


def test_a_line_without_an_end_is_not_held(tmp_path: Path) -> None:
    """A line longer than any contact is one reject; the rest is read."""
    long = json.dumps({"phone": "1" * (value_stream.LINE_LIMIT + 1)})
    source = _json(tmp_path, f'{{"phone": "1"}}\n{long}\n{{"phone": "2"}}\n')
    assert "longer than" in problems_of(source)[2]
    assert list(cells_of(source)) == [1, 3]


@pytest.mark.parametrize("shift", range(0, 60, 4))
def test_an_array_is_read_in_pieces(tmp_path: Path, shift: int) -> None:
    """Wherever a piece ends, in a number, a text or between two objects, nothing is lost."""
    before = {"phone": 12065550000, "name": "A" * (value_stream.BLOCK - 100 + shift), "x": None}
    rows = [before, *({"phone": 12065550001 + n, "name": f"Ann {n}", "x": None} for n in range(9))]
    source = _json(tmp_path, json.dumps(rows))
    assert list(cells_of(source).values()) == [[str(r["phone"]), str(r["name"]), ""] for r in rows]


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff", "[]", "[ ]\n"])
def test_an_empty_file_has_no_columns_and_no_rows(content: str, tmp_path: Path) -> None:
    """It is read to its end all the same."""
    source = _json(tmp_path, content)
    assert source.columns() == ()
    assert [(len(each.frame), each.complete) for each in source.read()] == [(0, True)]


def test_endless_new_names_are_refused(tmp_path: Path) -> None:
    """A key that is data would make a column of every row."""
    lines = "".join(f'{{"p{n}": 1}}\n' for n in range(16_400))
    with pytest.raises(SourceMismatch, match="16,384 different fields"):
        _json(tmp_path, lines).columns()


def test_random_json_damage_never_ends_in_a_traceback(tmp_path: Path) -> None:
    """Bytes changed anywhere: it is read, or refused by an error of ours."""
    chance = random.Random(7)
    for content in (LINES.encode(), b"[" + LINES.strip().replace("\n", ",").encode() + b"]"):
        for _ in range(300):
            broken = bytearray(content)
            for _ in range(chance.randint(1, 8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            _read_or_refused(_json(tmp_path, bytes(broken)))


def _read_or_refused(source: Any) -> None:
    try:
        cells_of(source)
    except SendersyncError as error:
        refused = error
    else:
        return
    assert refused.where and refused.do


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([12065550142, None]), ["12065550142", ""]),
        (pa.array([12065550142.0, None]), ["12065550142", ""]),
        (pa.array([1.5, float("nan")]), ["1.5", ""]),
        (pa.array([2**64 - 1, 0], pa.uint64()), ["18446744073709551615", "0"]),
        (pa.array([decimal.Decimal("1.50"), None]), ["1.50", ""]),
        (pa.array(["0012", "x\ny"]), ["0012", "x\ny"]),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        (pa.array([b"ab", None]), ["ab", ""]),
        (pa.array([True, None]), ["true", ""]),
        (pa.array([dt.date(2026, 11, 22), None]), ["2026-11-22", ""]),
        (
            pa.array([1_795_000_000_000_000_001, None], pa.timestamp("ns", "UTC")),
            ["2026-11-18T11:06:40+00:00", ""],
        ),
        (pa.array([["a", "b"], []]), ["a; b", ""]),
        (pa.array([[{"n": 1}], None]), ['[{"n": 1}]', ""]),
        (pa.nulls(2), ["", ""]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_a_parquet_column_is_read_exactly(values: Any, texts: list[str], tmp_path: Path) -> None:
    """Each type has one text, and an absent value is empty."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": values}), path)
    assert [row[0] for row in cells_of(ParquetFile(path)).values()] == texts


def test_structs_of_parquet_become_columns_with_dots(tmp_path: Path) -> None:
    """address.country is a column like any other."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"address": [{"country": "US", "geo": {"x": 1}}]}), path)
    source = ParquetFile(path)
    assert source.columns() == ("address.country", "address.geo.x")
    assert cells_of(source) == {1: ["US", "1"]}


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A picture is no phone."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": [b"\xff\xfe"]}), path)
    with pytest.raises(SourceMismatch):
        cells_of(ParquetFile(path))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"PAR1",
        lambda content: content[:-10],
        lambda content: content[: len(content) // 2],
        lambda content: content[:-4] + b"PARE",
        lambda content: content[:10] + b"\xff" * 60 + content[70:],
    ],
)
def test_a_damaged_parquet_file_is_refused(damage: Any, tmp_path: Path) -> None:
    """Cut off, encrypted, overwritten: never half of it."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"phone": [f"+1206555{n:04}" for n in range(500)]}), path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SourceMismatch) as caught:
        cells_of(ParquetFile(path))
    assert caught.value.where == "a.parquet"
    assert caught.value.do


def test_random_parquet_damage_never_ends_in_a_traceback(tmp_path: Path) -> None:
    """Bytes changed anywhere: it is read, or refused by an error of ours."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"phone": [f"+1206555{n:04}" for n in range(50)]}), path)
    content = path.read_bytes()
    chance = random.Random(7)
    for _ in range(100):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path.write_bytes(bytes(broken))
        _read_or_refused(ParquetFile(path))


def test_a_table_larger_than_any_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A few bytes can stand for billions of equal rows."""
    path = tmp_path / "a.parquet"
    with pq.ParquetWriter(path, pa.schema([("x", pa.bool_())])) as writer:
        block = pa.table({"x": pa.repeat(True, 10_000_000)})
        for _ in range(6):
            writer.write_table(block)
    with pytest.raises(SourceMismatch, match="50,000,000 rows"):
        ParquetFile(path).columns()

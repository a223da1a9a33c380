"""Few letters beyond ASCII, or none: UTF-8 with one rare letter, and encodings of seven bits."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import SourceMismatch
from tests.hostile.delimited.csv_read import read

RARE = (
    *("Trương", "Phương", "Nguyễn", "Ngọc", "Đặng"),  # Vietnamese
    *("Məmməd", "Əliyeva", "Ɓagudu", "Ɗanladi", "Ƙasim", "Ŋgozi", "Ọlá", "Ẹniọlá", "Ʒora"),
    *("Zoe\u0308", "Jose\u0301", "O\u0323la\u0301", "ʤ", "ʻOkina", "Kalākaua", "Ȳth", "Ḫasan"),
    *("Նարեկ", "გიორგი", "አበበ", "สมชาย", "ಕುಮಾರ್", "அருண்", "ລາວ", "ᏣᎳᎩ"),
    *(
        "Қайрат",
        "Ѓорѓи",
        "Їжак",
        "محمد",
        "چنگیز",
        "یوسف",
        "𠮷田",
        "Ann ❤",
        "José²",
        "Müller™",
        "Аnna",
    ),
    *("УУ", "вв", "ΣΣ", "Ува", "Ру"),
)
FILLER = "".join(f"Ann,+1206555{at:04d}\n" for at in range(50))


@pytest.mark.parametrize("name", RARE)
@pytest.mark.parametrize("filler", ["", FILLER], ids=["alone", "among others"])
def test_one_name_in_utf8_is_read_as_it_is(tmp_path: Path, name: str, filler: str) -> None:
    """What decodes as UTF-8 is UTF-8, however rare its letters are."""
    done = read(tmp_path, f"name,phone\n{filler}{name},+12065550142\n")
    assert done.rows[-1] == (name, "+12065550142")
    assert done.dialect.encoding == "utf-8"


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (("郑伟", "叶小平", "薛梅", "英也"), "gbk"),
        (("村六", "蓮雄"), "euc_jp"),
        (("谢志", "路小叶"), "gb18030"),
    ],
)
def test_a_name_whose_bytes_are_utf8_by_chance_is_not_mojibake(
    tmp_path: Path, names: tuple[str, ...], encoding: str
) -> None:
    """A code page that reads clearly better is meant, or the file is refused as doubtful."""
    for name in names:
        data = f"phone,name\n+12065550101,{name}\n".encode(encoding)
        assert data.decode(), "valid as UTF-8, too"
        try:
            rows = read(tmp_path, data).rows
        except SourceMismatch:
            continue
        assert rows == [("+12065550101", name)]


def test_a_doubt_names_each_letter_as_it_may_be_meant(tmp_path: Path) -> None:
    """Line, encodings and the letter that each of them reads: enough to choose by."""
    with pytest.raises(SourceMismatch) as refused:
        read(tmp_path, "phone,name\n1,Ann\n2,Erdõs\n".encode("cp1252"))
    assert "cp1252 ('õ')" in refused.value.what
    assert "cp1250 ('ő')" in refused.value.what
    assert refused.value.where == "contacts.csv:3"


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (("한국", "김민수", "서울"), "iso2022_kr"),
        (("田中", "佐藤花子"), "iso2022_jp"),
        (("田中", "ﾀﾅｶ"), "iso2022_jp_ext"),
        (("丂田", "田中"), "iso2022_jp_2"),
        (("王伟", "李娜", "北京市"), "hz"),
    ],
)
@pytest.mark.parametrize("filler", ["", FILLER], ids=["alone", "among others"])
def test_escape_sequences_are_read(
    tmp_path: Path, names: tuple[str, ...], encoding: str, filler: str
) -> None:
    """All bytes are ASCII, and yet they are names."""
    lines = "".join(f"{name},+12065550101\n" for name in names)
    done = read(tmp_path, f"name,phone\n{filler}{lines}".encode(encoding))
    assert [name for name, _ in done.rows[-len(names) :]] == list(names)


@pytest.mark.parametrize("names", [("José", "Zoë"), ("Иванов",), ("김민수",), ("王伟",)])
def test_utf7_is_refused_by_name(tmp_path: Path, names: tuple[str, ...]) -> None:
    """It is dangerous to read and nobody writes it on purpose; as ASCII it would be mojibake."""
    lines = "".join(f"{name},+12065550101\n" for name in names)
    with pytest.raises(SourceMismatch) as refused:
        read(tmp_path, f"name,phone\nAnn,+12065550100\n{lines}".encode("utf-7"))
    assert "UTF-7" in refused.value.what
    assert refused.value.where == "contacts.csv:3"


def test_escape_sequences_that_cannot_be_decoded_are_refused(tmp_path: Path) -> None:
    """ISO-2022-CN has no decoder in Python."""
    with pytest.raises(SourceMismatch) as refused:
        read(tmp_path, b"name,phone\n\x1b$)A\x0eMuNo\x0f,+12065550101\n")
    assert "ISO-2022" in refused.value.what


@pytest.mark.parametrize(
    "cell",
    [
        *("A+B", "C++", "+Plus", "Google+Size", "a+bcdefgh", "+12065550120", "R+Cosmetic-"),
        *("~{x}~", "~~", "\x1b[31mred\x1b[0m", "\x1b(Bred", "1+1=2", "+AB"),
    ],
)
def test_plain_ascii_stays_ascii(tmp_path: Path, cell: str) -> None:
    """A plus, a tilde or a terminal's colours are no encoding."""
    for phone in ("+12065550101", "2065550101"):
        done = read(tmp_path, f"note,phone\n{cell},{phone}\n")
        assert done.rows == [(cell, phone)]
        assert done.dialect.encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["𠮷田", "王小明", "Ann 😀", "𐐷ohn", "José"])
def test_wide_encodings_need_no_mark(tmp_path: Path, encoding: str, name: str) -> None:
    """Also with letters beyond the first plane."""
    text = f"name,phone\nAnn,+12065550100\n{name},+12065550101\n"
    done = read(tmp_path, text.encode(encoding))
    assert done.rows[-1] == (name, "+12065550101")
    assert done.dialect.encoding == encoding
